"""The situations that facts establish; a reply's variants are named after them.

In: a scene. Out: the names that hold, in order of precedence. Never: a wording.
"""

from collections.abc import Callable, Collection, Iterator
from functools import wraps

from bot.core.card import asks_for_all, overview
from bot.core.facts import Facts
from bot.core.model import Item, OrderStatus, Refund
from bot.core.once import once
from bot.core.order_words import promised_by
from bot.core.rules.shop import Carrier
from bot.core.sizing import Basis, Fit, has_body_chart
from bot.core.slots import Slots
from bot.core.view import Scene
from bot.core.wares import colors, enough, fitting, prices, sizes, wanted

#: What a moment at which the shop speaks first is good for (`first_word`); no question establishes them.
MOMENTS = ("promo_ends", "hesitates_price", "hesitates_coupon", "hesitates_size", "hesitates_carrier")

#: What each part of a scene may establish.
_OF_ORDER = (
    "refund_asked", "refunded", "closed", "unpaid", "deposit_paid", "overdue", "not_shipped", "shipped", "signed",
    "many_orders", "no_order",
)  # fmt: skip
_OF_ITEM = (
    "off_sale", "sku_unknown", "sku_out_of_stock", "quantity_short", "quantity_some", "quantity_enough", "sku_in_stock",
    "out_of_stock", "some_in_stock", "all_in_stock", "prices_differ",
    "attribute_known", "attribute_partly", "attribute_unknown", "card_overview",
    "many_items", "no_item",
)  # fmt: skip
_OF_SIZE = (
    "size_bought", "size_told", "size_worn", "size_between", "size_found", "size_beyond", "size_usual", "size_asked",
    "no_chart", "half_body", "no_measure", "no_body",
)  # fmt: skip
_OF_CARRIER = ("carrier_not_ours", "carrier_extra", "carrier_ours")
_OF_AREA = ("area_not_reached", "area_remote", "area_reached")
_OF_PROMOTION = ("promo_unknown", "promo_over", "promo_ahead", "promo_on", "promo_none")

#: In order of precedence: of the variants a topic has, the first that holds and whose fields are known speaks.
PRECEDENCE = (
    *MOMENTS, *_OF_ORDER, *_OF_ITEM, *_OF_SIZE, *_OF_CARRIER, *_OF_AREA, *_OF_PROMOTION, "live", "unstaffed", "night",
)  # fmt: skip

_PLACES = {name: place for place, name in enumerate(PRECEDENCE)}

#: Variants that ask the buyer for the one thing that is missing, and what that is.
ASKING = {
    "no_order": "order", "many_orders": "order", "no_item": "item", "many_items": "item",
    "half_body": "half", "no_measure": "body", "no_body": "body",
}  # fmt: skip

#: Variants that answer by what is remembered, and what of it the buyer may still say.
OPENING = {"size_bought": "size", "size_told": "size", "size_worn": "size"}

_BY_STATUS = {
    OrderStatus.UNPAID: "unpaid",
    OrderStatus.DEPOSIT_PAID: "deposit_paid",
    OrderStatus.SHIPPED: "shipped",
    OrderStatus.SIGNED: "signed",
    OrderStatus.FINISHED: "signed",
    OrderStatus.CLOSED: "closed",
}


def establish(scene: Scene, group: str, among: Collection[str] = PRECEDENCE) -> tuple[str, ...]:
    """The situations that hold for a question that belongs to `group`; at least those `among` which it matters."""
    parts = (part(scene) for names, part in _PARTS if not names.isdisjoint(among))
    return tuple(sorted({staffing(group, scene.facts)}.union(*parts), key=_PLACES.__getitem__))


def staffing(group: str, facts: Facts) -> str:
    """Whether people of a group are there, should be there and are not, or have no shift now."""
    if group in facts.live:
        return "live"
    return "unstaffed" if group in facts.rostered else "night"


def _order(scene: Scene) -> Iterator[str]:
    order = scene.focus.order
    if order is None:
        yield "many_orders" if scene.focus.rivals else "no_order"
        return
    if order.refund is not Refund.NONE:
        yield "refund_asked" if order.refund is Refund.ASKED else "refunded"
    if order.status is OrderStatus.PAID:
        promise = promised_by(order, scene.rules)
        yield "overdue" if promise and promise < scene.now else "not_shipped"
    else:
        yield _BY_STATUS[order.status]


def _item(scene: Scene) -> Iterator[str]:
    item = scene.focus.item
    if item is None:
        yield from ("many_items", "no_item") if scene.focus.item_rivals else ("no_item",)
        return
    if not item.on_sale:
        yield "off_sale"
    yield from _asked_sku(item, scene.slots)
    stocked = [sku.stock > 0 for sku in item.skus]
    if stocked:
        yield "all_in_stock" if all(stocked) else "some_in_stock" if any(stocked) else "out_of_stock"
    yield from _card(scene, item)


def _asked_sku(item: Item, slots: Slots) -> Iterator[str]:
    """Of the colour and size that are asked about; where none is, of all."""
    named, found = wanted(slots), fitting(item, slots)
    if len(prices(item, found)) > 1:
        yield "prices_differ"
    if named and not {*named} <= {*colors(item), *sizes(item)}:
        yield "sku_unknown"
        return
    there = any(sku.stock > 0 for sku in found)
    if named:
        yield "sku_in_stock" if there else "sku_out_of_stock"
    if there and (slots.quantity or 0) > 1:
        yield _quantity(len(enough(item, slots)), len(found))


def _quantity(enough_of: int, of: int) -> str:
    """Whether so many are there: of each SKU in question, of some, of none."""
    return "quantity_short" if not enough_of else "quantity_enough" if enough_of == of else "quantity_some"


def _card(scene: Scene, item: Item) -> Iterator[str]:
    """Whether the card states what is asked for."""
    facts = scene.asked_facts
    stated = sum(fact.value is not None for fact in facts)
    if facts:
        yield "attribute_unknown" if not stated else "attribute_known" if stated == len(facts) else "attribute_partly"
    elif asks_for_all(scene.slots.attributes, scene.rules.attributes) and overview(item):
        yield "card_overview"


def _size(scene: Scene) -> Iterator[str]:
    item, found = scene.focus.item, scene.body_fit
    if item is None or found is None:
        return
    yield from _remembered(scene)
    if not has_body_chart(item, scene.rules.sizes):
        yield "no_chart"
    elif found.basis is None:
        yield _lacking(scene.slots, found)
    else:
        yield _by_basis(found)


def _remembered(scene: Scene) -> Iterator[str]:
    """What is known of the buyer's size from before, where nothing was told now."""
    known = scene.remembered
    held = {"size_bought": known.kept, "size_told": known.fits, "size_worn": known.usual}
    yield from (name for name, found in held.items() if found)


def _by_basis(found: Fit) -> str:
    """By what a size was chosen; a body may be beyond the chart or between two rows."""
    if found.basis is Basis.USUAL:
        return "size_usual"
    if found.basis is Basis.ASKED:
        return "size_asked"
    return "size_beyond" if not found.rows else "size_between" if len(found.rows) > 1 else "size_found"


def _lacking(slots: Slots, found: Fit) -> str:
    """What the buyer must still tell: the other half of a body, a measure, or all of it."""
    if not {"height", "weight"} & set(found.lacks):
        return "no_measure"
    return "half_body" if slots.height is not None or slots.weight is not None else "no_body"


def _carrier(scene: Scene) -> Iterator[str]:
    carrier = scene.carrier
    if carrier is None:
        return
    if not isinstance(carrier, Carrier):
        yield "carrier_not_ours"
    else:
        yield "carrier_extra" if carrier.extra is not None else "carrier_ours"


def _area(scene: Scene) -> Iterator[str]:
    area = scene.area
    if area is None:
        return
    if not area.reached:
        yield "area_not_reached"
    else:
        yield "area_remote" if area.extra is not None else "area_reached"


def _promotion(scene: Scene) -> Iterator[str]:
    yield scene.promotion.situation


def _kept(part: Callable[[Scene], Iterator[str]]) -> Callable[[Scene], tuple[str, ...]]:
    @once
    @wraps(part)
    def found(scene: Scene) -> tuple[str, ...]:
        return tuple(part(scene))

    return found


_PARTS = tuple(
    (frozenset(names), _kept(part))
    for names, part in (
        (_OF_ORDER, _order), (_OF_ITEM, _item), (_OF_SIZE, _size), (_OF_CARRIER, _carrier), (_OF_AREA, _area),
        (_OF_PROMOTION, _promotion),
    )
)  # fmt: skip
