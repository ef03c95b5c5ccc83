"""What a shop states of itself: `rules/shop.yaml`, `carriers`, `invoices`, `sizes`, `promotions`.

In: validated YAML. Out: frozen values. Never: a fact of one order or one buyer.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from bot.core.rules.kinds import Clock, Count, Lasting, Local, Money, Rule, Text, Words, Zone


class Shipping(Rule):
    """`cutoff`: paid before this local time leaves the same day; `lead`: the promise otherwise."""

    cutoff: Clock
    lead: Lasting
    days: Literal["daily", "workdays"] = "daily"


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
    """`attribute` (the shop's own word) is shown to replies as `field`."""

    attribute: str
    field: str


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
    attributes: dict[str, Words]
    checks: tuple[ShopCheck, ...] = ()


class Carrier(Rule):
    """A carrier the shop ships with. `extra` is what the buyer pays on top, in yuan; None is nothing."""

    name: Text
    also: Words = ()
    default: bool = False
    extra: Money | None = None
    why: Text | None = None
    phone: str | None = None


class OtherCarrier(Rule):
    """A carrier the shop does not ship with, known so that the question is understood."""

    name: Text
    also: Words = ()
    why: Text


class Area(Rule):
    """Where parcels go. `days`: the usual time in words; `extra`: a surcharge in yuan; `reached: false` has a `why`."""

    name: Text
    also: Words = ()
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


class Carriers(Rule):
    carriers: tuple[Carrier, ...]
    others: tuple[OtherCarrier, ...] = ()
    areas: tuple[Area, ...] = ()
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


class SizeCheck(Rule):
    """`says` must be read as these body data (cm, kg) or this size word."""

    says: str
    height: str | None = None
    weight: str | None = None
    size: str | None = None


class Sizes(Rule):
    """How buyers say sizes. `words` maps a printed size to other words for it; weights without a unit above
    `jin_above` are 斤 (0.5 kg). `between` says which of two fitting sizes is named first."""

    words: dict[Text, Words]
    colors: dict[Text, Words]
    height_cm: tuple[int, int]
    weight_kg: tuple[int, int]
    jin_above: int
    between: Literal["larger", "smaller"]
    checks: tuple[SizeCheck, ...] = ()


class Promotion(Rule):
    """`from`/`until` are local times, half-open."""

    name: Text
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


class PromotionCheck(Rule):
    at: Local
    on: Words


class Promotions(Rule):
    promotions: tuple[Promotion, ...]
    price_protect: Lasting | None = None
    gifts: Text | None = None
    checks: tuple[PromotionCheck, ...] = ()
