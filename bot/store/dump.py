"""A whole database as lines of JSON that any of our databases can read.

In: a connection inside one snapshot. Out: a line that says what follows, each table's name and rows, a line that
counts them. Never: more than some rows in memory, a value that only one kind of database knows.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import YebanError
from bot.store import versions
from bot.store.manners import manners
from bot.store.tables import Shape, last_numbers, shapes

FORMAT = "yeban-backup"
FORMAT_VERSION = 1
_AT_ONCE = 500  # rows in memory


class Dump:
    """Everything that is stored, line by line, once. Rows are lists: their table's line names the columns. `counts`
    grows with them."""

    def __init__(self, connection: Connection, at: datetime) -> None:
        self._connection = connection
        self._at = at.isoformat()
        self.counts: dict[str, int] = {}

    def __iter__(self) -> Iterator[str]:
        manners(self._connection).unhurried(self._connection)
        schema = versions.current(self._connection)
        if schema is None:
            raise YebanError("errors.no_tables")
        yield _line({"format": FORMAT, "format_version": FORMAT_VERSION, "schema": schema, "at": self._at})
        found = shapes(self._connection)
        for one in found:
            yield _line({"table": one.name, "columns": one.columns})
            yield from map(_line, self._rows(one))
        yield _line({"end": self.counts, "numbers": last_numbers(self._connection, found)})

    def _rows(self, one: Shape) -> Iterator[list[object]]:
        """Through a cursor of the database's, so that a million rows cost no more memory than a few."""
        self.counts[one.name] = 0
        for row in self._connection.execute(one.rows(), execution_options={"yield_per": _AT_ONCE}):
            self.counts[one.name] += 1
            yield list(row)


def _line(value: object) -> str:
    """Plain ASCII: half of a character, which JSON can hold, no encoding can."""
    return json.dumps(value, separators=(",", ":"))
