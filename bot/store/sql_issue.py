"""New commands into the outbox; the first of a lane at rest may be on its way at once.

In: a connection inside a transaction, commands. Out: those that the caller may send right now, leased to it. Never: a
command before another of its lane, one that needs a last look at more than this transaction knows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, select

from bot.core.model import Holder
from bot.records import ANSWERS, ClaimedCommand, Command
from bot.store.rows import command_values
from bot.store.schema import outbox
from bot.store.sql_inbox import spoken_over
from bot.store.sql_outbox import LEASE
from bot.store.sql_work import is_paused
from bot.store.upsert import add_new


@dataclass(frozen=True, slots=True)
class Issue:
    """A command of a turn. `token` is of whoever would send it at once; `holder` has the conversation."""

    command: Command
    turn_id: str | None
    holder: Holder | None
    token: str | None


def issue(connection: Connection, issues: Sequence[Issue], now: datetime) -> Mapping[str, ClaimedCommand]:
    """Put commands in; by id those that were leased. One that was there already is left as it is."""
    chosen = _at_once(connection, issues, now)
    rows = [_values(one, now, leased=one.command.id in chosen) for one in issues]
    new = {row.id for row in add_new(connection, outbox, rows, outbox.c.id)}
    return {one: claimed for one, claimed in chosen.items() if one in new}


def greet(connection: Connection, commands: Sequence[Command]) -> int:
    """Queue what nobody has queued before; how many that is."""
    return len(add_new(connection, outbox, [command_values(one, None) for one in commands], outbox.c.id))


def _values(one: Issue, now: datetime, *, leased: bool) -> Mapping[str, object]:
    waiting = command_values(one.command, one.turn_id) | {"token": None}
    lease = {"state": "sending", "token": one.token, "tries": 1, "due_at": now + LEASE}
    return waiting | lease if leased else waiting


def _at_once(connection: Connection, issues: Sequence[Issue], now: datetime) -> Mapping[str, ClaimedCommand]:
    """The same last look as at a claim (`sql_outbox._last_look`), as far as an answer needs one."""
    firsts = [one for one in _firsts(issues) if one.token and _may_go(one, now)]
    if not firsts or is_paused(connection):
        return {}
    lanes = sorted(one.command.lane for one in firsts)
    busy = {*connection.scalars(_LIVE, {"lanes": lanes}), *spoken_over(connection, lanes)}
    free = [one for one in firsts if one.command.lane not in busy]
    told = Counter(one.command.lane for one in issues)
    until = now + LEASE
    return {
        one.command.id: ClaimedCommand(one.command, one.token or "", 1, until, alone=told[one.command.lane] == 1)
        for one in free
    }


def _firsts(issues: Sequence[Issue]) -> Iterable[Issue]:
    """Of each lane the first."""
    return {one.command.lane: one for one in reversed(issues)}.values()


def _may_go(one: Issue, now: datetime) -> bool:
    command = one.command
    taken = command.by_bot and one.holder in {None, Holder.HUMAN}
    return command.purpose in ANSWERS and command.created_at <= now <= command.deadline and not taken


_LANES = bindparam("lanes", type_=Text, expanding=True)
_LIVE = select(outbox.c.lane).where(outbox.c.lane.in_(_LANES), outbox.c.due_at.is_not(None))
