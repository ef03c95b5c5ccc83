"""Hand-over logs: made, read, acknowledged line by line.

In: a connection inside a transaction. Out: logs with their lines. Never: a line taken away; one that comes up again in
a later log says so.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from bot.acts import LineMark, Unread
from bot.core.notebooks import Handover, HandoverLine
from bot.store import sql_people
from bot.store.note_rows import handover_of, handover_values, line_of, line_values
from bot.store.schema import handover, handover_line
from bot.store.upsert import add, add_new

_WAITS = and_(handover_line.c.acknowledged_at.is_(None), handover_line.c.handed_on.is_(None))


def hand_over(connection: Connection, handovers: Sequence[Handover]) -> None:
    """Add logs with their lines; a log that is there already is left as it is. What was settled since it was read (a
    buyer forgotten, a promise kept) gets no line; what an earlier log of the group has open is handed on."""
    rows = [handover_values(one) for one in handovers]
    new = {row.id for row in add_new(connection, handover, rows, handover.c.id)}
    for one in handovers:
        if one.id in new:
            lines = sql_people.still_open(connection, one.lines)
            _hand_on(connection, one, lines)
            add(connection, handover_line, *(line_values(one.id, line) for line in lines))


def _hand_on(connection: Connection, one: Handover, lines: Sequence[HandoverLine]) -> None:
    """Lines of the group's earlier logs that come up again in this one."""
    again = {line.item for line in lines}
    earlier = select(handover_line).join(handover, handover.c.id == handover_line.c.handover_id)
    for row in connection.execute(earlier.where(_WAITS, handover.c.team == one.group)).all():
        if line_of(row).item in again:
            here = and_(handover_line.c.handover_id == row.handover_id, handover_line.c.number == row.number)
            connection.execute(update(handover_line).where(here, _WAITS).values(handed_on=one.id))


def mark(connection: Connection, one: LineMark) -> bool:
    """False: there is no such line, or it is marked so already; one that has been acknowledged is not escalated."""
    here = and_(handover_line.c.handover_id == one.handover_id, handover_line.c.number == one.number)
    if one.by is None:
        unmarked = and_(here, _WAITS, handover_line.c.escalated_at.is_(None))
        found = update(handover_line).where(unmarked).values(escalated_at=one.at)
    else:
        unmarked = and_(here, handover_line.c.acknowledged_at.is_(None))
        found = update(handover_line).where(unmarked).values(acknowledged_by=one.by, acknowledged_at=one.at)
    return connection.execute(found).rowcount == 1


def receive(connection: Connection, ids: Collection[str], at: datetime) -> None:
    """Somebody is there to read these logs; the first time counts."""
    unread = and_(handover.c.id.in_(sorted(ids)), handover.c.live_at.is_(None))
    connection.execute(update(handover).where(unread).values(live_at=at))


def unread(connection: Connection) -> Unread:
    """What waits to be acknowledged, oldest log first."""
    rows = connection.execute(select(handover_line).where(_WAITS)).all()
    lines = [(row.handover_id, line_of(row)) for row in rows]
    logs = _logs(connection, handover.c.id.in_(sorted({one for one, _ in lines})), lines) if lines else []
    talks, owed = sql_people.sources(connection, [line for _, line in lines])
    return Unread(tuple(logs), talks, owed)


def handovers(connection: Connection, since: datetime, until: datetime) -> Sequence[Handover]:
    """Whole logs of changes in [since, until), oldest first."""
    span = and_(handover.c.at >= since, handover.c.at < until)
    lines = select(handover_line).join(handover, handover.c.id == handover_line.c.handover_id).where(span)
    rows = connection.execute(lines.order_by(handover_line.c.handover_id, handover_line.c.number)).all()
    return _logs(connection, span, [(row.handover_id, line_of(row)) for row in rows])


def handover_at(connection: Connection, one: str) -> Handover | None:
    """One log."""
    rows = connection.execute(select(handover_line).where(handover_line.c.handover_id == one))
    return next(iter(_logs(connection, handover.c.id == one, [(one, line_of(row)) for row in rows])), None)


def last_handovers(connection: Connection, since: datetime) -> Mapping[str, datetime]:
    """Group -> when its last log's shift took over, if that was not before `since`."""
    recent = select(handover.c.team, func.max(handover.c.at).label("at")).where(handover.c.at >= since)
    return {row.team: row.at for row in connection.execute(recent.group_by(handover.c.team))}


def _logs(
    connection: Connection, which: ColumnElement[bool], lines: Sequence[tuple[str, HandoverLine]]
) -> Sequence[Handover]:
    found = dict[str, list[HandoverLine]]()
    for one, line in lines:
        found.setdefault(one, []).append(line)
    rows = connection.execute(select(handover).where(which).order_by(handover.c.at, handover.c.team))
    return [handover_of(row, sorted(found.get(row.id, ()), key=lambda line: line.number)) for row in rows]
