"""The situations that facts establish; a reply's variants are named after them.

In: a scene. Out: the names that hold, in order of precedence. Never: a wording.
"""

from collections.abc import Iterator

from bot.core.facts import Facts, Focus
from bot.core.model import Item, OrderStatus, Refund
from bot.core.rules.shop import Carrier
from bot.core.sizing import has_body_chart
from bot.core.slots import Slots
from bot.core.view import Scene, colors, promised_by, sizes

#: In order of precedence: of the variants a topic has, the first that holds and whose fields are known speaks.
PRECEDENCE = (
    "refund_asked", "refunded", "closed", "unpaid", "deposit_paid", "overdue", "not_shipped", "shipped", "signed",
    "many_orders", "no_order",
    "off_sale", "sku_unknown", "sku_out_of_stock", "sku_in_stock", "out_of_stock", "some_in_stock", "all_in_stock",
    "no_item",
    "size_between", "size_found", "size_beyond", "no_chart", "no_body",
    "carrier_not_ours", "carrier_extra", "carrier_ours",
    "area_not_reached", "area_remote", "area_reached",
    "promo_on", "promo_none",
    "live", "unstaffed", "night",
)  # fmt: skip

#: Variants that ask the buyer for the one thing that is missing, and what that is.
ASKING = {"no_order": "order", "many_orders": "order", "no_item": "item", "no_body": "body"}

_BY_STATUS = {
    OrderStatus.UNPAID: "unpaid",
    OrderStatus.DEPOSIT_PAID: "deposit_paid",
    OrderStatus.SHIPPED: "shipped",
    OrderStatus.SIGNED: "signed",
    OrderStatus.FINISHED: "signed",
    OrderStatus.CLOSED: "closed",
}


def establish(scene: Scene, group: str) -> tuple[str, ...]:
    """All situations that hold for a question that belongs to `group`."""
    holding = {*_order(scene), *_item(scene.focus, scene.slots), *_size(scene), *_carrier(scene), *_area(scene)}
    holding.add("promo_on" if scene.promotion else "promo_none")
    holding.add(staffing(group, scene.facts))
    return tuple(name for name in PRECEDENCE if name in holding)


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


def _item(focus: Focus, slots: Slots) -> Iterator[str]:
    item = focus.item
    if item is None:
        yield "no_item"
        return
    if not item.on_sale:
        yield "off_sale"
    yield from _asked_sku(item, slots)
    stocked = [sku.stock > 0 for sku in item.skus]
    if stocked:
        yield "all_in_stock" if all(stocked) else "some_in_stock" if any(stocked) else "out_of_stock"


def _asked_sku(item: Item, slots: Slots) -> Iterator[str]:
    wanted = {word for word in (slots.color, slots.size) if word}
    if not wanted:
        return
    if not wanted <= {*colors(item), *sizes(item)}:
        yield "sku_unknown"
        return
    fitting = [sku for sku in item.skus if wanted <= set(sku.name.split())]
    yield "sku_in_stock" if any(sku.stock > 0 for sku in fitting) else "sku_out_of_stock"


def _size(scene: Scene) -> Iterator[str]:
    item, found = scene.focus.item, scene.body_fit
    if item is None or found is None:
        return
    if not has_body_chart(item):
        yield "no_chart"
    elif not found.told:
        yield "no_body"
    elif not found.rows:
        yield "size_beyond"
    else:
        yield "size_between" if len(found.rows) > 1 else "size_found"


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
