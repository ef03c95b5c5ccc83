"""What the shop is about to do of its own accord, with all that judging it needs.

In: a connection inside one snapshot, an aware moment. Out: due lines by buyer and conversation. Never: a write; a
look at lines that are not due, but for those of the same buyers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Text, bindparam, func, select

from bot.core.buyer import Agreed
from bot.core.model import Conversation, Item, Order
from bot.records import OUTREACH, REMEMBERED, DueNudges, Nudge, NudgeState, Purpose
from bot.store.rows import item_of, nudge_of, order_of
from bot.store.schema import items, nudge, orders
from bot.store.sql_buyers import files_of
from bot.store.sql_nudges import PLANNED, SAID, SPOKEN
from bot.store.sql_talks import buyers_conversations
from bot.store.sql_work import is_paused, latest_orders
from bot.store.times import UtcMicros

Told = Mapping[str, Sequence[Nudge]]
_PAGES = 50  # of lines that only a newer version can read, before those behind them wait
Thread = tuple[str, str, str]


def due(
    connection: Connection, now: datetime, limit: int, ahead: timedelta, day: datetime | None
) -> Sequence[DueNudges]:
    """Of the `limit` longest due lines: their buyers' planned lines up to `ahead` from now, a buyer and conversation
    each. `day` is when the shop's day began."""
    for page in range(_PAGES):
        told = {"now": now, "limit": limit, "offset": page * limit}
        first = connection.execute(_DUE, told).all()
        found = _groups(connection, sorted({row.buyer_id for row in first}), now, ahead, day)
        if found or len(first) < limit:
            return found
    return []


def _groups(
    connection: Connection, buyers: Sequence[str], now: datetime, ahead: timedelta, day: datetime | None
) -> Sequence[DueNudges]:
    read = list(_lines(connection, buyers, now + ahead))
    known = _Known.of(connection, read, now, day)
    groups: dict[Thread, list[Nudge]] = defaultdict(list)
    for line, order in read:
        if order.id not in known.talks or known.talks[order.id]:
            groups[known.thread(order)].append(line)
    return [known.group(at[0], lines) for at, lines in groups.items() if any(line.due_at <= now for line in lines)]


def _lines(connection: Connection, buyers: Sequence[str], until: datetime) -> Iterator[tuple[Nudge, Order]]:
    """Without those that a newer version has written; they stay planned."""
    for row in connection.execute(_THEIRS, {"buyers": buyers, "until": until}) if buyers else ():
        with suppress(ValidationError, ValueError):
            yield nudge_of(row), order_of(row)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all these buyers at this moment."""

    orders: Mapping[str, Mapping[str, Order]]
    talks: Mapping[str, Conversation | None]
    items: Mapping[str, Item]
    told: Told
    today: Mapping[Purpose, int]
    paused: bool
    agreed: Mapping[str, Agreed]

    @classmethod
    def of(
        cls, connection: Connection, read: Sequence[tuple[Nudge, Order]], now: datetime, day: datetime | None
    ) -> "_Known":
        mine = [order for _, order in read]
        buyers = sorted({order.buyer_id for order in mine})
        latest = latest_orders(connection, buyers)
        theirs = {one: {order.id: order for order in (*latest, *mine) if order.buyer_id == one} for one in buyers}
        told, today = _told(connection, buyers, now), _today(connection, day or now)
        return cls(theirs, buyers_conversations(connection, mine), _items(connection, mine), told, today,
                   is_paused(connection), _agreed(connection, buyers))  # fmt: skip

    def thread(self, order: Order) -> Thread:
        """The buyer and where they would be told of an order."""
        talk = self.talks.get(order.id)
        return order.buyer_id, talk.channel if talk else "", talk.id if talk else order.conversation_id or ""

    def group(self, buyer: str, lines: Sequence[Nudge]) -> DueNudges:
        return DueNudges(
            buyer_id=buyer, lines=tuple(lines), orders=self.orders[buyer],
            conversation=self.talks.get(lines[0].order_id), paused=self.paused, items=self.items,
            told=tuple(self.told.get(buyer, ())), today=self.today, agreed=self.agreed.get(buyer),
        )  # fmt: skip


def _told(connection: Connection, buyers: Sequence[str], now: datetime) -> Told:
    """What was said to each buyer, and withheld, line by line."""
    found: dict[str, list[Nudge]] = defaultdict(list)
    for row in connection.execute(_TOLD, {"buyers": buyers, "since": now - REMEMBERED}) if buyers else ():
        found[row.buyer_id].append(nudge_of(row))
    return found


def _agreed(connection: Connection, buyers: Sequence[str]) -> Mapping[str, Agreed]:
    files = files_of(connection, buyers).values()
    return {one.id: one.consent.state for one in files if one.consent}


def _today(connection: Connection, day: datetime) -> Mapping[Purpose, int]:
    return {Purpose(purpose): count for purpose, count in connection.execute(_TODAY, {"day": day})}


def _items(connection: Connection, told: Iterable[Order]) -> Mapping[str, Item]:
    ids = sorted({line.item_id for order in told for line in order.lines})
    return dict(_readable_items(connection.execute(_ITEMS, {"ids": ids}))) if ids else {}


def _readable_items(rows: Iterable[Row[Any]]) -> Iterator[tuple[str, Item]]:
    for row in rows:
        with suppress(ValidationError):
            yield row.id, item_of(row)


_SAID = (*SAID, NudgeState.HELD_OUT.value)
# Statements are put together once; what differs from call to call is bound.
_BUYERS = bindparam("buyers", type_=Text, expanding=True)
_DUE = select(nudge.c.buyer_id).where(PLANNED, nudge.c.due_at <= bindparam("now", type_=UtcMicros))
_DUE = _DUE.order_by(nudge.c.due_at, nudge.c.order_id).limit(bindparam("limit")).offset(bindparam("offset"))
_THEIRS = select(nudge, orders.c.body).join(orders, orders.c.id == nudge.c.order_id)
_THEIRS = _THEIRS.where(nudge.c.buyer_id.in_(_BUYERS), PLANNED, nudge.c.due_at <= bindparam("until", type_=UtcMicros))
_THEIRS = _THEIRS.order_by(nudge.c.due_at, nudge.c.order_id, nudge.c.step)
_KNOWN = nudge.c.purpose.in_(sorted(OUTREACH))
_TOLD = select(nudge).where(nudge.c.buyer_id.in_(_BUYERS), nudge.c.at.is_not(None), nudge.c.state.in_(_SAID), _KNOWN)
_TOLD = _TOLD.where(nudge.c.at > bindparam("since", type_=UtcMicros))
_TODAY = select(nudge.c.purpose, func.count(func.distinct(nudge.c.command_id)))
_TODAY = _TODAY.where(nudge.c.at >= bindparam("day", type_=UtcMicros), SPOKEN, _KNOWN).group_by(nudge.c.purpose)
_ITEMS = select(items).where(items.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
