"""Store first, think later.

In: what a channel told, verified and parsed. Out: a stored event and a ring. Never: an answer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.ports import Bell, Event, Store

_OWN_LANES = {"order": "o", "item": "i", "agent": "a"}


class Inbox:
    """The one door for events, whichever channel they come from."""

    def __init__(self, store: Store, bell: Bell) -> None:
        self._store = store
        self._bell = bell

    async def accept(self, event: Event) -> bool:
        """Keep the event durably, then wake the worker when its lane is ready; False if it was known."""
        new = await self._store.accept(event)
        if new:
            self._bell.ring(after=(event.ready_at - event.received_at).total_seconds())
        return new


def event_of(
    channel: str, event_id: str, kind: str, data: Mapping[str, object], now: datetime, coalesce_quiet: timedelta
) -> Event:
    """An event with its lane. A buyer may still be typing, so a buyer's message waits for quiet; nothing else does."""
    waits = kind == "message.created" and data.get("sender") == "buyer"
    return Event(
        channel=channel,
        id=event_id,
        type=kind,
        lane=_lane(channel, kind, data),
        body=data,
        received_at=now,
        ready_at=now + coalesce_quiet if waits else now,
    )


def _lane(channel: str, kind: str, data: Mapping[str, object]) -> str:
    """Orders, items and agents have lanes of their own; everything else belongs to its conversation."""
    own = _OWN_LANES.get(kind.partition(".")[0])
    if own is None:
        return f"c:{channel}:{data['conversation_id']}"
    return f"{own}:{data['agent_id' if own == 'a' else 'id']}"
