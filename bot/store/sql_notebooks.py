"""The journal and the notebooks: what is added to them.

In: a connection inside a transaction, entries. Out: which were new. Never: a line of the journal changed.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection

from bot.core.notebooks import Commitment, CommitmentState, Entry, Issue, Notice
from bot.store.note_rows import (
    commitment_values,
    entry_values,
    issue_values,
    notice_values,
)
from bot.store.schema import commitment, issue, journal, notice
from bot.store.upsert import New, add, add_new, put_if


def write(connection: Connection, entries: Sequence[Entry]) -> set[str]:
    """Add to the journal; the ids of those that were new."""
    return {row.id for row in add_new(connection, journal, [entry_values(one) for one in entries], journal.c.id)}


def file(connection: Connection, issues: Sequence[Issue]) -> None:
    """Add to the issue log."""
    add(connection, issue, *(issue_values(one) for one in issues))


def tell(connection: Connection, notices: Sequence[Notice]) -> None:
    """What is told once."""
    add(connection, notice, *(notice_values(one) for one in notices))


def owe(connection: Connection, commitments: Sequence[Commitment]) -> set[str]:
    """Add commitments, or change those that are still open; the ids of those that were written."""
    rows = [commitment_values(one) for one in sorted(commitments, key=lambda one: one.id)]
    return {row.id for row in put_if(connection, commitment, [commitment.c.id], rows, _is_open)}


def _is_open(_: New) -> ColumnElement[bool]:
    is_open: ColumnElement[bool] = commitment.c.state == CommitmentState.OPEN.value
    return is_open
