"""The facts as reply texts may use them: ready-made words under `shop`, `order`, `item` and so on.

In: a case's facts, slots and focus. Out: a two-level mapping of strings; what is not known is absent, so that a text
that needs it can't be said. Never: a number or a date that a text would have to format.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from bot.core.advice import size_words
from bot.core.book import View
from bot.core.card import Fact, asked_facts, card_words, fields_of
from bot.core.facts import Facts, Focus
from bot.core.groups import Fields, Groups, Make
from bot.core.once import once
from bot.core.order_words import order_words, several_words
from bot.core.promotions import Standing, promo_words, standing
from bot.core.remembered import Remembered, remembered
from bot.core.rules import Rules
from bot.core.rules.kinds import show_clock
from bot.core.rules.shop import Area, Carrier, OtherCarrier
from bot.core.sizing import Fit, fit
from bot.core.slots import Slots
from bot.core.wares import wanted, ware_words
from bot.core.when import say_duration, say_money, say_when
from bot.words import say

#: Every field that a reply may name. The checker refuses others, and the derived `needs` are drawn from these; `flow`
#: has the names of a flow's slots beside them (see `content/flow_checks.py`).
FIELDS: Mapping[str, frozenset[str]] = {
    group: frozenset(names.split())
    for group, names in {
        "shop": "name kind brand ships_from hours cutoff lead postage free_above return_days return_receiver "
        "return_phone return_address return_freight defect_window refund_days warranty pay_by stores carriers "
        "carrier_default carriers_extra unpaid_close member review_thanks",
        "order": "id title amount status carrier tracking_no promise closes_at paid_on shipped_on signed_on "
        "address_city count list total receiver_name receiver_phone receiver_address",
        "postage": "sum merged saved count",
        "item": "title list price price_range prices sku colors colors_stock sizes skus_in_stock skus_enough "
        "material thickness elasticity fit care origin style season package packing shelf_life produced safety "
        "standard dimension weight ships_from lead_time usage warranty overview asked_name asked_value asked_how "
        "asked_missing",
        "asked": "color size sku quantity carrier area promotion",
        "size": "best other loose snug body range reason usual lacks",
        "buyer": "bought usual body best reason",
        "carrier": "name extra why phone",
        "area": "name days extra why",
        "promo": "name says from until coupon gift protect gifts now",
        "invoice": "types content how where days",
        "shift": "back_at group ahead",
        "wish": "list keep",
        "choice": "list only",
        "bundle": "name goods price why",
        "flow": "choices bought return_until price_then price_now offer off invoice_days proofs",
    }.items()
}


@dataclass(frozen=True)
class Scene:
    """What a view and its situations are made from. `anew`: what is remembered of sizes was asked about, and the buyer
    has answered. Without slots: what follows from it is worked out once."""

    rules: Rules
    facts: Facts
    focus: Focus
    slots: Slots
    now: datetime
    anew: bool = False

    @property
    @once
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.rules.shop.timezone)

    @property
    @once
    def body_fit(self) -> Fit | None:
        item = self.focus.item
        return fit(item, self.slots, self.rules.sizes) if item else None

    @property
    @once
    def remembered(self) -> Remembered:
        if self.anew:
            return Remembered()
        return remembered(self.focus, self.facts, self.slots, self.rules, self.now)

    @property
    @once
    def asked_facts(self) -> tuple[Fact, ...]:
        """What the item's card says to the attributes that are asked for."""
        item, slots = self.focus.item, self.slots
        return asked_facts(slots.attributes, item, self.rules.attributes, slots.size) if item else ()

    @property
    def area(self) -> Area | None:
        named = self.slots.area
        return next((area for area in self.rules.carriers.areas if area.name == named), None) if named else None

    @property
    def carrier(self) -> Carrier | OtherCarrier | None:
        if not self.slots.carrier:
            return None
        known: tuple[Carrier | OtherCarrier, ...] = (*self.rules.carriers.carriers, *self.rules.carriers.others)
        return next((carrier for carrier in known if carrier.name == self.slots.carrier), None)

    @property
    @once
    def promotion(self) -> Standing:
        return standing(self.rules, self.slots.promotion, self.now)


def build_view(scene: Scene, more: Mapping[str, Make] | None = None, beneath: View | None = None) -> View:
    """All fields that are known now, and beside them `more`; for what is not known those of the view `beneath`."""
    makes: dict[str, Make] = {group: partial(words, scene) for group, words in _GROUPS.items()}
    return Groups({**makes, **(more or {})}, beneath)


def fixed_view(rules: Rules) -> dict[str, dict[str, str]]:
    """The fields that the rules alone fill, whoever asks."""
    return {"shop": _shop(rules), "invoice": _invoice(rules)}


def _known(**fields: object) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items() if value not in (None, "", ())}


def _list(values: Iterable[str]) -> str:
    return say("join.list").join(values)


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else say_money(amount)


@once
def _shop(rules: Rules) -> dict[str, str]:
    shop, back = rules.shop, rules.shop.returns
    return _known(
        name=shop.name, kind=shop.kind, brand=shop.brand, ships_from=shop.ships_from, hours=shop.hours,
        cutoff=show_clock(shop.shipping.cutoff),
        lead=say_duration(shop.shipping.lead), postage=say_money(shop.postage),
        free_above=_money(shop.free_shipping.above if shop.free_shipping else None),
        return_days=back.days, return_receiver=back.receiver, return_phone=back.phone, return_address=back.address,
        return_freight=back.freight, defect_window=say_duration(back.defect_window), refund_days=shop.refund_days,
        warranty=shop.warranty, pay_by=_list(shop.pay_by), stores=shop.stores, member=shop.member,
        review_thanks=shop.review_thanks, unpaid_close=say_duration(shop.unpaid_close), **_carriers(rules),
    )  # fmt: skip


def _carriers(rules: Rules) -> dict[str, str | None]:
    plain = [carrier for carrier in rules.carriers.carriers if carrier.extra is None]
    dearer = [carrier for carrier in rules.carriers.carriers if carrier.extra is not None]
    return {
        "carriers": _list(carrier.name for carrier in plain),
        "carrier_default": next((carrier.name for carrier in plain if carrier.default), None),
        "carriers_extra": _list(
            say("join.carrier_extra", name=carrier.name, extra=_money(carrier.extra)) for carrier in dearer
        ),
    }


def _order(scene: Scene) -> dict[str, str]:
    order, rivals = scene.focus.order, scene.focus.rivals
    return _known(**(order_words(order, scene.rules, scene.now) if order else several_words(rivals)))


def _item(scene: Scene) -> dict[str, str]:
    item = scene.focus.item
    if item is None:
        rivals = scene.focus.item_rivals
        return _known(list=_list(rival.title for rival in rivals)) if rivals else {}
    return _known(
        title=item.title, ships_from=item.ships_from, lead_time=item.lead_time,
        **card_words(item, scene.asked_facts), **ware_words(item, scene.slots),
        **fields_of(item, scene.rules.attributes),
    )  # fmt: skip


def _asked(slots: Slots) -> dict[str, str]:
    return _known(
        color=slots.color, size=slots.size, sku=" ".join(wanted(slots)), quantity=slots.quantity,
        carrier=slots.carrier, area=slots.area, promotion=slots.promotion,
    )  # fmt: skip


def _size(scene: Scene) -> dict[str, str]:
    if scene.focus.item is None and not scene.slots.tells_body:
        return {}
    return _known(**size_words(scene.body_fit, scene.slots, scene.rules.sizes))


def _buyer(scene: Scene) -> dict[str, str]:
    """What is remembered, where nothing was told now."""
    known = scene.remembered
    words = size_words(known.fits, known.told, scene.rules.sizes) if known.told else {}
    best = _list(row.size for row in known.fits.rows) if known.fits else ""
    return _known(bought=known.kept, usual=known.usual, body=words.get("body"), reason=words.get("reason"), best=best)


def _carrier(scene: Scene) -> dict[str, str]:
    carrier = scene.carrier
    if carrier is None and scene.focus.order and scene.focus.order.carrier:
        named = scene.focus.order.carrier
        carrier = next((one for one in scene.rules.carriers.carriers if named in (one.name, *one.also)), None)
    if carrier is None:
        return {}
    own = carrier if isinstance(carrier, Carrier) else None
    return _known(
        name=carrier.name, why=carrier.why, extra=_money(own.extra) if own else None, phone=own.phone if own else None
    )


def _area(scene: Scene) -> dict[str, str]:
    area = scene.area
    return _known(name=area.name, days=area.days, extra=_money(area.extra), why=area.why) if area else {}


def _promo(scene: Scene) -> dict[str, str]:
    return _known(**promo_words(scene.promotion, scene.rules, scene.now))


@once
def _invoice(rules: Rules) -> dict[str, str]:
    invoices = rules.invoices
    return _known(
        types=_list(kind.name for kind in invoices.types), content=invoices.content, how=invoices.how,
        where=invoices.where, days=invoices.types[0].days if invoices.types else None,
    )  # fmt: skip


_GROUPS: Mapping[str, Callable[[Scene], Fields]] = {
    "shop": lambda scene: _shop(scene.rules),
    "order": _order,
    "item": _item,
    "asked": lambda scene: _asked(scene.slots),
    "size": _size,
    "buyer": _buyer,
    "carrier": _carrier,
    "area": _area,
    "promo": _promo,
    "invoice": lambda scene: _invoice(scene.rules),
}


def shift_view(scene: Scene, group: str) -> dict[str, str]:
    """Who takes over, when they are back, and how many wait before this buyer."""
    back, ahead = scene.facts.back_at.get(group), scene.facts.ahead.get(group)
    back_at = say_when(back, scene.now, scene.zone) if back else None
    return _known(group=say(f"groups.{group}"), back_at=back_at, ahead=ahead or None)


def choice_view(titles: Iterable[str]) -> dict[str, str]:
    """The readings that are offered, numbered."""
    offered = list(titles)
    lines = (say("join.choice", number=number, title=title) for number, title in enumerate(offered, 1))
    return _known(list=say("join.choices").join(lines), only=offered[0] if len(offered) == 1 else None)
