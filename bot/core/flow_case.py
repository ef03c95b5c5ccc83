"""What an after-sales matter is about: the order, the item and the variant bought.

In: a case and a flow. Out: the same case seen from the flow's order. Never: another buyer's order.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.case import Case
from bot.core.facts import Focus
from bot.core.model import FlowState, Item, Order, OrderLine, OrderStatus, Refund
from bot.core.rules.flows import Flow
from bot.core.view import build_view, shift_view


def about(case: Case, flow: Flow, state: FlowState | None) -> Case:
    """The case with the focus on the order that the matter is about; its words are not made yet."""
    order, rivals = _order_of(case, flow, state)
    focus = case.scene.focus
    item = item_of(order, case, _chosen(flow, state)) if order else focus.item
    placed = replace(focus, order=order, item=item, rivals=rivals, item_rivals=() if item else focus.item_rivals)
    return replace(case, scene=replace(case.scene, focus=placed), view={})


def beside(case: Case, seen: Case) -> Case:
    """The case for what is asked beside a matter: its item, where no other is spoken of, and its order in the place of
    none or of one that is not even paid."""
    focus, own = case.scene.focus, seen.scene.focus
    item = focus.item or (None if focus.item_rivals else own.item)
    idle = not focus.named and (focus.order is None or focus.order.status is OrderStatus.UNPAID)
    order = own.order if idle and own.order else focus.order
    return turned_to(case, replace(focus, order=order, item=item, rivals=() if order else focus.rivals))


def turned_to(case: Case, focus: Focus) -> Case:
    """The same case with another focus, and the words for it."""
    if focus == case.scene.focus:
        return case
    scene = replace(case.scene, focus=focus)
    view = build_view(scene, {"shift": lambda: shift_view(scene, case.staffed_group)}, beneath=case.view)
    return Case(case.meaning, case.conversation, scene, view, case.book)


def _order_of(case: Case, flow: Flow, state: FlowState | None) -> tuple[Order | None, tuple[Order, ...]]:
    """What the buyer names now, else what the matter is about already, else the only one that it may be about; where
    the flow does not ask for it, the one in focus is good enough."""
    focus = case.scene.focus
    if focus.order and focus.named:
        return focus.order, ()
    mine = [order for order in case.facts.orders if order.buyer_id == case.conversation.buyer_id]
    wanted = (state.order_id if state else None) or _named_before(case, mine, flow)
    known = next((order for order in mine if order.id == wanted), None)
    if known or (focus.order and _fits(focus.order, flow) and not flow.asks_order):
        return known or focus.order, ()
    return _only_one(mine, flow, focus)


def _named_before(case: Case, mine: Sequence[Order], flow: Flow) -> str | None:
    named = (order for order in mine if order.id == case.conversation.order_id)
    return next((order.id for order in named if _fits(order, flow)), None)


def _fits(order: Order, flow: Flow) -> bool:
    """Whether an order is in a state that the flow may be about."""
    return order.status in (flow.orders or OrderStatus) and order.refund in (flow.refunds or Refund)


def _only_one(mine: Sequence[Order], flow: Flow, focus: Focus) -> tuple[Order | None, tuple[Order, ...]]:
    """Of the orders in a fitting state; those long finished count only where there is no other."""
    fit = [order for order in mine if (flow.orders or flow.refunds) and _fits(order, flow)]
    fit = [order for order in fit if order.status is not OrderStatus.FINISHED] or fit
    if not fit:
        return focus.order, () if flow.orders or flow.refunds else focus.rivals
    return (fit[0], ()) if len(fit) == 1 else (None, tuple(fit))


def lines_of(order: Order | None) -> tuple[str, ...]:
    """The titles of an order's lines."""
    return tuple(dict.fromkeys(line.title for line in order.lines)) if order else ()


def _chosen(flow: Flow, state: FlowState | None) -> str | None:
    """The title of the piece that the matter is about, where the buyer chose one."""
    told = (state.filled.get(slot.name) for slot in flow.slots if state and slot.kind == "line")
    return next((title for title in told if title), None)


def item_of(order: Order, case: Case, title: str | None = None) -> Item | None:
    """The order's only item, the one that was chosen, or the one of its items that is spoken of."""
    lines = [line for line in order.lines if title is None or line.title == title] or order.lines
    ids = list(dict.fromkeys(line.item_id for line in lines))
    spoken = case.scene.focus.item
    if len(ids) == 1:
        return case.facts.items.get(ids[0])
    return spoken if spoken and spoken.id in ids else None


def line_of(case: Case) -> OrderLine | None:
    """The line of the order that the item in focus was bought with; None where there are two."""
    order, item = case.scene.focus.order, case.scene.focus.item
    found = [line for line in order.lines if item and line.item_id == item.id] if order else []
    return found[0] if len(found) == 1 else None


def bought(case: Case) -> str | None:
    """The name of the variant that was bought ("黑色 M"), if it is known."""
    line, item = line_of(case), case.scene.focus.item
    if line is None or item is None:
        return None
    return next((sku.name for sku in item.skus if sku.id == line.sku_id), None)
