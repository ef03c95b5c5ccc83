"""The turns that were taken, page by page.

In: a connection inside one snapshot. Out: turns, the oldest first. Never: more than a page in memory.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_

from bot.records import TurnRecord
from bot.store.damage import Damage, legible
from bot.store.schema import turn
from bot.store.sql_traced import before_of

Mark = tuple[datetime, str]
_TURNS, _BARE = legible(turn), legible(turn, without="story")


def recorded(
    connection: Connection, since: datetime, until: datetime, after: Mark | None, limit: int, stories: bool
) -> Sequence[TurnRecord]:
    """From `since` on and before `until`, by time and id; behind the mark `after`, if one is named. Reading `stories`
    is half of the work."""
    rows = (_TURNS if stories else _BARE).where(turn.c.at >= since, turn.c.at < until)
    if after:
        at, one = after
        rows = rows.where(turn.c.at >= at, or_(turn.c.at > at, and_(turn.c.at == at, turn.c.id > one)))
    found = connection.execute(rows.order_by(turn.c.at, turn.c.id).limit(limit))
    return [_turn(row, stories=stories) for row in found]


def _turn(row: Row[Any], *, stories: bool) -> TurnRecord:
    damage = Damage()
    commands = damage.strings("command_ids", row.command_ids)
    story = damage.mapping("story", row.story) if stories else None
    before = before_of(row.before)
    damaged = bool(damage.places) or (before is None and bool(row.before))
    return TurnRecord(
        row.id, row.conversation_id, row.at, row.decision, row.reason, tuple(commands), story or {},
        None if damaged else before, row.version, row.given, damaged,
    )  # fmt: skip
