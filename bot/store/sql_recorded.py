"""The turns that were taken, page by page.

In: a connection inside one snapshot. Out: turns, the oldest first. Never: more than a page in memory.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, and_, or_, select

from bot.records import TurnRecord
from bot.store.schema import turn
from bot.store.sql_traced import before_of

Mark = tuple[datetime, str]
_BARE = (turn.c.id, turn.c.conversation_id, turn.c.at, turn.c.decision, turn.c.reason, turn.c.command_ids,
         turn.c.before, turn.c.version, turn.c.given)  # fmt: skip
_UNREAD: Mapping[str, object] = MappingProxyType({})


def recorded(
    connection: Connection, since: datetime, until: datetime, after: Mark | None, limit: int, stories: bool
) -> Sequence[TurnRecord]:
    """From `since` on and before `until`, by time and id; behind the mark `after`, if one is named. Reading `stories`
    is half of the work."""
    rows = select(*_BARE, *([turn.c.story] if stories else ())).where(turn.c.at >= since, turn.c.at < until)
    if after:
        at, one = after
        rows = rows.where(turn.c.at >= at, or_(turn.c.at > at, and_(turn.c.at == at, turn.c.id > one)))
    return [_turn(*row) for row in connection.execute(rows.order_by(turn.c.at, turn.c.id).limit(limit))]


def _turn(
    one: str, talk: str, at: datetime, decision: str, reason: str, commands: Sequence[str], before: str | None,
    version: str | None, given: str | None, story: Mapping[str, object] = _UNREAD,
) -> TurnRecord:  # fmt: skip
    return TurnRecord(one, talk, at, decision, reason, tuple(commands), story, before_of(before), version, given)
