"""What a shop states of itself: `rules/shop.yaml`, `carriers`, `invoices`, `sizes`, `promotions`.

In: validated YAML. Out: frozen values. Never: a fact of one order or one buyer.
"""

from datetime import datetime
from typing import Literal

from bot.core.rules.kinds import Clock, Count, Duration, Money, Rule, Words


class Shipping(Rule):
    """`cutoff`: paid before this local time leaves the same day; `lead`: the promise otherwise."""

    cutoff: Clock
    lead: Duration
    days: Literal["daily", "workdays"] = "daily"


class FreeShipping(Rule):
    above: Money
    why: str


class Returns(Rule):
    days: Count
    receiver: str
    phone: str
    address: str
    freight: str
    defect_window: Duration


class ShopCheck(Rule):
    """`attribute` (the shop's own word) is shown to replies as `field`."""

    attribute: str
    field: str


class Shop(Rule):
    name: str
    timezone: str = "Asia/Shanghai"
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
    unpaid_close: Duration
    attributes: dict[str, Words]
    checks: tuple[ShopCheck, ...] = ()


class Carrier(Rule):
    """A carrier the shop ships with. `extra` is what the buyer pays on top, in yuan; None is nothing."""

    name: str
    also: Words = ()
    default: bool = False
    extra: Money | None = None
    why: str | None = None
    phone: str | None = None


class OtherCarrier(Rule):
    """A carrier the shop does not ship with, known so that the question is understood."""

    name: str
    also: Words = ()
    why: str


class Area(Rule):
    """Where parcels go. `days`: the usual time in words; `extra`: a surcharge in yuan; `reached: false` has a `why`."""

    name: str
    also: Words = ()
    reached: bool = True
    days: str | None = None
    extra: Money | None = None
    why: str | None = None


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
    name: str
    also: Words = ()
    needs: Words
    days: str


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

    words: dict[str, Words]
    colors: dict[str, Words]
    height_cm: tuple[int, int]
    weight_kg: tuple[int, int]
    jin_above: int
    between: Literal["larger", "smaller"]
    checks: tuple[SizeCheck, ...] = ()


class Promotion(Rule):
    """`from`/`until` are local times, half-open."""

    name: str
    from_: datetime
    until: datetime
    says: str
    coupon: str | None = None
    gift: str | None = None
    items: Words = ()


class PromotionCheck(Rule):
    at: datetime
    on: Words


class Promotions(Rule):
    promotions: tuple[Promotion, ...]
    price_protect: Duration | None = None
    gifts: str | None = None
    checks: tuple[PromotionCheck, ...] = ()
