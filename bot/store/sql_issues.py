"""The issue log: what was filed in a span of time, and what has been settled.

In: a connection inside a transaction. Out: issues. Never: one settled twice; a remedy written over another.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.core.notebooks import Issue, IssueKind
from bot.store.note_rows import issue_of
from bot.store.schema import issue

_AT_ONCE = 500  # values that one statement binds


def issues(
    connection: Connection, since: datetime, until: datetime, kinds: Collection[IssueKind] = ()
) -> Sequence[Issue]:
    """Filed from `since` on and before `until`, oldest first; of these kinds only, if any are named."""
    found = select(issue).where(issue.c.at >= since, issue.c.at < until).order_by(issue.c.at, issue.c.id)
    if kinds:
        found = found.where(issue.c.kind.in_(sorted(kind.value for kind in kinds)))
    return [issue_of(row) for row in connection.execute(found)]


def settle(connection: Connection, ids: Sequence[str], by: str, remedy: str, now: datetime) -> Sequence[str]:
    """Those that were open until now."""
    wanted, done = sorted(set(ids)), list[str]()
    for place in range(0, len(wanted), _AT_ONCE):
        some = issue.c.id.in_(wanted[place : place + _AT_ONCE])
        change = update(issue).where(some, issue.c.settled_at.is_(None)).returning(issue.c.id)
        done += connection.scalars(change.values(settled_by=by, settled_at=now, remedy=remedy))
    return sorted(done)


def known(connection: Connection, ids: Sequence[str]) -> Sequence[str]:
    """Those of the ids that are in the log."""
    wanted, found = sorted(set(ids)), list[str]()
    for place in range(0, len(wanted), _AT_ONCE):
        found += connection.scalars(select(issue.c.id).where(issue.c.id.in_(wanted[place : place + _AT_ONCE])))
    return sorted(found)
