"""What a shop states of itself: `rules/shop.yaml`, `carriers`, `invoices`, `sizes`, `promotions`.

In: validated YAML. Out: frozen values. Never: a fact of one order or one buyer.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from bot.core.rules.kinds import Clock, Count, Day, Lasting, Local, Money, Rule, Spoken, Text, Words, Zone


class Shipping(Rule):
    """`cutoff`: paid before this local time leaves the same day; `lead`: the promise otherwise."""

    cutoff: Clock
    lead: Lasting
    days: Literal["daily", "workdays"] = "daily"

    def latest(self, paid: datetime) -> datetime:
        """By when what was paid at a time must have left the shop, in that time's zone."""
        return paid + self.lead


class FreeShipping(Rule):
    above: Money
    why: Text


class Returns(Rule):
    days: Count
    receiver: str
    phone: str
    address: str
    freight: str
    defect_window: Lasting


class ShopCheck(Rule):
    """What is `paid` at a local time must have left the shop by another."""

    paid: Local
    ships_by: Local


class Shop(Rule):
    name: Text
    timezone: Zone = "Asia/Shanghai"
    platform: Literal["taobao", "tmall", "jd", "own"]
    packs: Words = ("common",)
    kind: str
    brand: str
    ships_from: str
    hours: str
    shipping: Shipping
    free_shipping: FreeShipping | None = None
    postage: Money
    returns: Returns
    refund_days: str
    warranty: str
    pay_by: Words
    review_thanks: str | None = None
    stores: str
    member: str | None = None
    unpaid_close: Lasting
    checks: tuple[ShopCheck, ...] = ()


class Carrier(Rule):
    """A carrier the shop ships with. `extra` is what the buyer pays on top, in yuan; None is nothing. `unsure` words
    mean other things too and count only right after a word of sending."""

    name: Text
    also: Words = ()
    unsure: Words = ()
    default: bool = False
    extra: Money | None = None
    why: Text | None = None
    phone: str | None = None


class OtherCarrier(Rule):
    """A carrier the shop does not ship with, known so that the question is understood."""

    name: Text
    also: Words = ()
    unsure: Words = ()
    why: Text


class Area(Rule):
    """Where parcels go. `days`: the usual time in words; `extra`: a surcharge in yuan; `reached: false` has a `why`.
    `unsure` words mean other things too and count only right after a word of sending."""

    name: Text
    also: Words = ()
    unsure: Words = ()
    reached: bool = True
    days: Text | None = None
    extra: Money | None = None
    why: Text | None = Field(default=None, validate_default=True)

    @field_validator("why")
    @classmethod
    def _is_said_where_forbidden(cls, why: str | None, info: ValidationInfo) -> str | None:
        if why is None and info.data.get("reached") is False:
            raise PydanticKnownError("missing")
        return why


class CarrierCheck(Rule):
    says: str
    carrier: str | None = None
    area: str | None = None
    reached: bool | None = None


class Occasion(Rule):
    """A day that buyers call by a name: `every` year ("11-11"), or `on` these dates where the moon decides."""

    name: Text
    also: Words = ()
    every: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] | None = None
    on: tuple[Day, ...] = ()


class Carriers(Rule):
    """`not_names` are words that have a carrier's or a place's name in them and mean something else."""

    carriers: tuple[Carrier, ...]
    others: tuple[OtherCarrier, ...] = ()
    areas: tuple[Area, ...] = ()
    not_names: Words = ()
    occasions: tuple[Occasion, ...] = ()
    checks: tuple[CarrierCheck, ...] = ()


class InvoiceType(Rule):
    name: Text
    also: Words = ()
    needs: Words
    days: Text


class InvoiceCheck(Rule):
    says: str
    type: str | None = None


class Invoices(Rule):
    """Which invoices the shop writes; it never refuses one (a red line)."""

    types: tuple[InvoiceType, ...]
    content: str
    how: str
    where: str
    checks: tuple[InvoiceCheck, ...] = ()


Figure = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,2})?$")]


class SizeCheck(Rule):
    """`says` must be read as these body data (cm, kg) or this size word."""

    says: str
    height: Figure | None = None
    weight: Figure | None = None
    size: str | None = None


class Measure(Rule):
    """A measure of the body in cm. `fits`: charts print the body's own measure under this name, so that it tells the
    size; under other names they print the garment's."""

    also: Words = ()
    cm: tuple[int, int]
    fits: bool = False


class Sizes(Rule):
    """How buyers say sizes. `words` maps a printed size to other words for it; weights without a unit above
    `jin_above` are 斤 (0.5 kg), unless only the other unit makes a body (kg/m² within `bmi`, below `child_below` cm
    within `child_bmi`). `not_colors` are words that have a colour's in them and mean something else. `between` says
    which of two fitting sizes is named first."""

    words: dict[Text, Words]
    colors: dict[Text, Words]
    not_colors: Words = ()
    height_cm: tuple[int, int]
    weight_kg: tuple[int, int]
    jin_above: int
    bmi: tuple[Decimal, Decimal] = (Decimal(13), Decimal(45))
    child_bmi: tuple[Decimal, Decimal] = (Decimal(11), Decimal(23))
    child_below: int = 140
    measures: dict[Text, Measure] = Field(default_factory=dict)
    between: Literal["larger", "smaller"]
    checks: tuple[SizeCheck, ...] = ()


class Promotion(Rule):
    """`from`/`until` are local times, half-open; `also` are other words for its name."""

    name: Text
    also: Words = ()
    from_: Local
    until: Local
    says: Text
    coupon: Text | None = None
    gift: Text | None = None
    items: Words = ()

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: datetime, info: ValidationInfo) -> datetime:
        begin = info.data.get("from_")
        if begin and until <= begin:
            raise ValueError("ends_before")
        return until


class Bundle(Rule):
    """What goes well with a product (搭配套餐). `items` are ids or words of the titles that it goes with, `offer` the
    ids of what is offered beside them, `words` what a buyer says that makes it fit (none: looking is enough), `price`
    what all of it costs together, in yuan; `why` is told to the buyer. `from`/`until` are local times, half-open."""

    name: Text
    items: Words = Field(min_length=1)
    offer: Words = Field(min_length=1)
    words: Spoken = ()
    price: Money | None = None
    from_: Local
    until: Local
    why: Text

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: datetime, info: ValidationInfo) -> datetime:
        begin = info.data.get("from_")
        if begin and until <= begin:
            raise ValueError("ends_before")
        return until


class Bundling(Rule):
    """After an answer to one of `intents` a bundle may be offered; who says one of `refusals` is never offered one."""

    intents: Words = ()
    refusals: Spoken = ()


class PromotionCheck(Rule):
    """At this local time these run; who says `says` is told of that promotion how it `stands`, and who looks at an item
    of the id or title `viewed` may be offered that `bundle`, or none."""

    at: Local
    on: Words
    viewed: Text | None = None
    bundle: Text | None = None
    says: Text | None = None
    stands: Literal["promo_on", "promo_none", "promo_ahead", "promo_over", "promo_unknown"] | None = None


class Promotions(Rule):
    """`others` are shopping days that buyers name and the shop has nothing planned for."""

    promotions: tuple[Promotion, ...]
    others: Words = ()
    price_protect: Lasting | None = None
    gifts: Text | None = None
    bundling: Bundling = Bundling()
    bundles: tuple[Bundle, ...] = ()
    checks: tuple[PromotionCheck, ...] = ()


class ConceptCheck(Rule):
    """`says` names all of `has` (and may name more), asks about all of `asks` and about none of `not_asks`."""

    says: Text
    has: Words
    asks: Words = ()
    not_asks: Words = ()


class Concepts(Rule):
    """How buyers name things. `questions` make a question of a clause, `manner` is tone, time and negation, `topics`
    are what a message can be about. A concept is a clue for the learned weights, never an answer by itself."""

    questions: dict[Text, Spoken]
    manner: dict[Text, Spoken]
    topics: dict[Text, Spoken]
    checks: tuple[ConceptCheck, ...] = ()
