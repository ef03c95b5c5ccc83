"""What reaches a lane, as events and as the work made of them.

In: words, senders, snapshots. Out: events and `Work`. Never: a store.
"""

from collections.abc import Mapping, Sequence

from bot.core.model import AgentState, Conversation, Order, Presence
from bot.records import Claim, Event, Work
from bot.shop.snapshots import order_to
from tests.core.book import GROUPS, NIGHT

LANE = "c:webhook:c1"
ON_DUTY = tuple(Presence(agent, AgentState.ONLINE, NIGHT) for agent in ("a01", "a11", "s01"))


def happened(number: int, kind: str, body: Mapping[str, object], lane: str = LANE) -> Event:
    return Event("webhook", f"e{number}", kind, lane, body, NIGHT, NIGHT, number)


def wrote(
    number: int, text: str, sender: str = "buyer", conversation: str = "c1", kind: str = "text", buyer: str = "b1"
) -> Event:
    """Message `m<number>` as its event."""
    body = {
        "id": f"m{number}",
        "conversation_id": conversation,
        "buyer": {"id": buyer, "name": "小林"},
        "sender": sender,
        "kind": kind,
        "text": text,
        "sent_at": NIGHT.isoformat(),
    }
    return happened(number, "message.created", body, f"c:webhook:{conversation}")


def recalled(number: int, message: int) -> Event:
    return happened(number, "message.recalled", {"id": f"m{message}", "conversation_id": "c1"})


def told(number: int, kind: str) -> Event:
    return happened(number, kind, {"conversation_id": "c1"})


def snapshot(number: int, order: Order) -> Event:
    return happened(number, "order.updated", order_to(order), f"o:{order.id}")


def work(
    *events: Event,
    talk: Conversation | None = None,
    orders: Sequence[Order] = (),
    presence: Sequence[Presence] = (),
    paused: bool = False,
    ours: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
) -> Work:
    return Work(
        claim=Claim(events[0].lane if events else LANE, "t1"),
        events=events,
        conversation=talk,
        orders=tuple(orders),
        items={},
        presence=tuple(presence),
        paused=paused,
        queue_ahead=dict.fromkeys(GROUPS, 0),
        ours=ours,
        known=known,
    )
