"""What is known when a turn is taken, and which order and item it is about.

In: values gathered by the shell. Out: `Facts` and its focus. Never: a lookup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.buyer import Buyer
from bot.core.model import Conversation, Item, Kind, Message, Order, OrderStatus
from bot.core.slots import Slots
from bot.core.titles import called

OPEN = frozenset({OrderStatus.UNPAID, OrderStatus.DEPOSIT_PAID, OrderStatus.PAID, OrderStatus.SHIPPED})


@dataclass(frozen=True, slots=True)
class Facts:
    """The world at `now`: the buyer's orders, the items they or the messages name, who is at work.

    `live` holds the groups with somebody present, `rostered` those that should have; `back_at` when each group is next
    on the roster; `ahead` how many buyers wait in each group's queue; `offers` the items that bundles may offer;
    `buyer` is the file of the conversation's buyer.
    """

    orders: tuple[Order, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    live: frozenset[str] = frozenset()
    rostered: frozenset[str] = frozenset()
    back_at: Mapping[str, datetime | None] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    paused: bool = False
    offers: Mapping[str, Item] = field(default_factory=dict)
    buyer: Buyer | None = None


@dataclass(frozen=True, slots=True)
class Focus:
    """The order and item a turn is about. `rivals` are the open orders among which the buyer did not choose; `named`:
    the buyer did. `item_rivals` are the items among which a title's words do not tell. `stranger`: somebody else than
    the conversation's buyer writes, to whom no order may be told."""

    order: Order | None = None
    item: Item | None = None
    rivals: tuple[Order, ...] = ()
    item_rivals: tuple[Item, ...] = ()
    named: bool = False
    stranger: bool = False


def find_focus(messages: Sequence[Message], conversation: Conversation, slots: Slots, facts: Facts) -> Focus:
    """A card or number in the message first, then what was named before, then the buyer's only open order."""
    meant = items_meant(messages, conversation, facts)
    item, rivals = (meant[0], ()) if len(meant) == 1 else (None, meant)
    if any(message.buyer_id != conversation.buyer_id for message in messages):
        return Focus(item=item, item_rivals=rivals, stranger=True)
    found = _order(messages, conversation, slots, facts)
    return replace(found, item=item, item_rivals=rivals) if meant else found


def _order(messages: Sequence[Message], conversation: Conversation, slots: Slots, facts: Facts) -> Focus:
    mine = [order for order in facts.orders if order.buyer_id == conversation.buyer_id]
    own = {order.tracking_no.lower(): order for order in mine if order.tracking_no}
    own |= {order.id.lower(): order for order in mine}
    named = [message.order_id for message in reversed(messages) if message.order_id]
    for number in (*named, *slots.order_ids, *slots.tracking_nos):
        if number.lower() in own:
            return Focus(own[number.lower()], named=True)
    if named or slots.order_ids:
        return Focus()
    return _unnamed(tuple(mine), own.get((conversation.order_id or "").lower()))


def _unnamed(mine: tuple[Order, ...], before: Order | None) -> Focus:
    """What was named before holds while it is open; else the only open order; else whatever was last."""
    if before and before.status in OPEN:
        return Focus(before)
    order, rivals = _only_open(mine)
    return Focus(order if order and order.status in OPEN else before or order, rivals=rivals)


def _only_open(orders: tuple[Order, ...]) -> tuple[Order | None, tuple[Order, ...]]:
    opened = tuple(order for order in orders if order.status in OPEN)
    if len(opened) > 1:
        return None, opened
    recent = opened or tuple(sorted(orders, key=lambda order: order.created_at)[-1:])
    return (recent[0] if recent else None), ()


def wording(messages: Sequence[Message]) -> str:
    """What was written in a turn, a message a line."""
    return "\n".join(message.text for message in messages if message.kind is Kind.TEXT)


def items_meant(messages: Sequence[Message], conversation: Conversation, facts: Facts) -> tuple[Item, ...]:
    """The item a turn is about: a card's, else the one that the words call by its title, else the one spoken of
    before. Several where the words call several alike."""
    shown = [message.item_id for message in messages if message.item_id]
    if shown:
        return tuple(facts.items[one] for one in shown[-1:] if one in facts.items)
    current = facts.items.get(conversation.item_id or "")
    found = called(wording(messages), facts.items.values(), current)
    return found if found and current not in found else (current,) if current else ()
