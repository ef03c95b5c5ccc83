"""Store first, think later.

In: what a channel told, verified and parsed. Out: a stored event and a ring. Never: an answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.floods import Floods
from bot.marks import accept_span
from bot.meter import SILENT, Meter
from bot.ports import Bell, Flooded, StoreDown
from bot.records import Accepted, Event
from bot.tracer import UNSEEN, Tracer

#: What is no conversation's: the lane's letter, and the field that names it.
_OWN_LANES = {"order": ("o", "id"), "item": ("i", "id"), "agent": ("a", "agent_id"), "buyer": ("b", "buyer_id")}


class Keeping(Protocol):
    """What the inbox asks of the store."""

    async def accept(self, event: Event) -> Accepted | bool:
        """Keep an event, unless it is known."""


class Inbox:
    """The one door for events, whichever channel they come from."""

    def __init__(
        self, store: Keeping, bell: Bell, floods: Floods, meter: Meter = SILENT, tracer: Tracer = UNSEEN
    ) -> None:
        self._store = store
        self._bell = bell
        self._floods = floods
        self._meter = meter
        self._tracer = tracer

    async def accept(self, event: Event) -> bool:
        """Keep the event durably, then wake the worker when its lane is ready; False if it was known. Its `trace` is
        whatever caused it. Raises `Flooded` for a buyer who writes too fast."""
        self._bound(event)
        with accept_span(self._tracer, event) as span:
            try:
                new = await self._store.accept(replace(event, trace=span.trace))
            except StoreDown:
                self._meter.store_down("inbox")
                raise
            span.note(duplicate=not new)
        self._meter.accepted(event.type, new=bool(new))
        if new:
            quiet = (event.ready_at - event.received_at).total_seconds()
            self._bell.ring(after=0.0 if new is Accepted.AT_ONCE else quiet)
        return bool(new)

    def _bound(self, event: Event) -> None:
        buyer = event.body.get("buyer") if event.body.get("sender") == "buyer" else None
        if isinstance(buyer, Mapping):
            wait = self._floods.take(f"{event.channel}:{buyer.get('id')}", event.received_at)
            if wait:
                raise Flooded(wait)


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
    """Orders, items, agents and buyers have lanes of their own; everything else belongs to its conversation."""
    own = _OWN_LANES.get(kind.partition(".")[0])
    if own is None:
        return f"c:{channel}:{data['conversation_id']}"
    letter, name = own
    return f"{letter}:{data[name]}"
