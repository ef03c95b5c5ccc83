"""What is known when a turn is taken, and which order and item it is about.

In: values gathered by the shell. Out: `Facts` and its focus. Never: a lookup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.model import Conversation, Item, Message, Order, OrderStatus
from bot.core.slots import Slots

OPEN = frozenset({OrderStatus.UNPAID, OrderStatus.DEPOSIT_PAID, OrderStatus.PAID, OrderStatus.SHIPPED})


@dataclass(frozen=True, slots=True)
class Facts:
    """The world at `now`: the buyer's orders, the items they or the messages name, who is at work.

    `live` holds the groups with somebody present; `back_at` when each group is next on the roster; `ahead` how many
    buyers wait in each group's queue.
    """

    orders: tuple[Order, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    live: frozenset[str] = frozenset()
    back_at: Mapping[str, datetime | None] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """The order and item a turn is about. `rivals` are the open orders among which the buyer did not choose."""

    order: Order | None = None
    item: Item | None = None
    rivals: tuple[Order, ...] = ()


def find_focus(messages: Sequence[Message], conversation: Conversation, slots: Slots, facts: Facts) -> Focus:
    """A card or number in the message first, then what was talked about, then the buyer's only open order."""
    order, rivals = _order(messages, conversation, slots, facts)
    return Focus(order, _item(messages, conversation, facts), rivals)


def _order(
    messages: Sequence[Message], conversation: Conversation, slots: Slots, facts: Facts
) -> tuple[Order | None, tuple[Order, ...]]:
    mine = [order for order in facts.orders if order.buyer_id == conversation.buyer_id]
    own = {order.tracking_no.lower(): order for order in mine if order.tracking_no}
    own |= {order.id.lower(): order for order in mine}
    named = [message.order_id for message in reversed(messages) if message.order_id]
    for order_id in (*named, *slots.order_ids, *slots.tracking_nos, conversation.order_id):
        if order_id and order_id.lower() in own:
            return own[order_id.lower()], ()
    if named or slots.order_ids:
        return None, ()
    return _only_open(tuple(mine))


def _only_open(orders: tuple[Order, ...]) -> tuple[Order | None, tuple[Order, ...]]:
    opened = tuple(order for order in orders if order.status in OPEN)
    if len(opened) > 1:
        return None, opened
    recent = opened or tuple(sorted(orders, key=lambda order: order.created_at)[-1:])
    return (recent[0] if recent else None), ()


def _item(messages: Sequence[Message], conversation: Conversation, facts: Facts) -> Item | None:
    named = [message.item_id for message in reversed(messages) if message.item_id]
    wanted = (*named[:1], conversation.item_id) if not named else named[:1]
    return next((facts.items[item_id] for item_id in wanted if item_id and item_id in facts.items), None)
