"""The lines of `dump.py` back into an empty database.

In: a connection inside a transaction and lines. Out: how many rows each table has now. Never: half of a backup; any
doubt raises, and the transaction ends with nothing kept.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.errors import YebanError
from bot.store import versions
from bot.store.dump import FORMAT, FORMAT_VERSION
from bot.store.manners import manners
from bot.store.tables import Shape, is_empty, shapes

_AT_ONCE = 500  # rows in memory
_WRONG = (ValueError, TypeError, LookupError, OverflowError, RecursionError, EOFError, SQLAlchemyError)
Counts = dict[str, int]


def load(connection: Connection, told: Iterable[str]) -> Counts:
    """Fill an empty database and bring it to the newest schema; `told` is read to its end."""
    lines = _Lines(told)
    with lines.believed():
        values = iter(lines)
        _prepare(connection, _schema_of(next(values, None)))
        counts, numbers = _fill(connection, values)
        for name, number in numbers.items():
            manners(connection).go_on_after(connection, name, number)
        versions.climb(connection, versions.newest())
    return counts


class _Lines:
    """Parsed lines, and which one is being looked at."""

    def __init__(self, told: Iterable[str]) -> None:
        self._told = told
        self._number = 0

    def __iter__(self) -> Iterator[object]:
        for line in self._told:
            self._number += 1
            yield json.loads(line)

    @contextmanager
    def believed(self) -> Iterator[None]:
        """Whatever goes wrong with the lines is told with the place; a database that fails is another matter."""
        try:
            yield
        except OperationalError:
            raise
        except _WRONG as error:
            if self._number <= 1:
                raise YebanError("errors.no_backup") from error
            raise YebanError("errors.backup_damaged", line=self._number) from error


def _schema_of(first: object) -> str:
    if not isinstance(first, Mapping) or first.get("format") != FORMAT:
        raise ValueError("format")
    schema = str(first["schema"])
    if first["format_version"] != FORMAT_VERSION or schema not in versions.known():
        raise YebanError("errors.backup_newer", found=schema, newest=versions.newest())
    return schema


def _prepare(connection: Connection, schema: str) -> None:
    """The backup's own tables, held by nobody else and empty."""
    own = manners(connection)
    own.take_turns(connection)
    if found := shapes(connection):
        own.lock(connection, [one.name for one in found])
        if not is_empty(connection, found):
            raise YebanError("errors.not_empty")
    versions.rebuild(connection, schema)


def _fill(connection: Connection, values: Iterator[object]) -> tuple[Counts, Mapping[str, int]]:
    """Table after table. The last line must agree with all that came before, and be the last."""
    loader = _Loader(connection)
    for value in values:
        match value:
            case [*row]:
                loader.add(row)
            case {"table": str(name), "columns": [*columns]}:
                loader.open(name, columns)
            case {"end": counts, "numbers": dict(numbers)} if next(values, None) is None:
                return loader.close(counts), loader.numbered(numbers)
            case _:
                raise ValueError("line")
    raise ValueError("end")


class _Loader:
    """Inserts some rows at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shapes = {one.name: one for one in shapes(connection)}
        self._counts: Counts = {}
        self._table: Shape | None = None
        self._columns: Sequence[str] = ()
        self._rows: list[dict[str, Any]] = []

    def open(self, name: str, columns: Sequence[str]) -> None:
        """A table begins, with just its columns and not for the second time."""
        self._flush()
        self._table, self._columns = self._shapes[name], columns
        if name in self._counts or sorted(columns) != sorted(self._table.columns):
            raise ValueError(name)
        self._counts[name] = 0

    def add(self, row: Sequence[object]) -> None:
        self._rows.append(dict(zip(self._columns, row, strict=True)))
        if len(self._rows) >= _AT_ONCE:
            self._flush()

    def close(self, counts: object) -> Counts:
        self._flush()
        if counts != self._counts or self._counts.keys() != self._shapes.keys():
            raise ValueError("counts")
        return self._counts

    def numbered(self, numbers: Mapping[str, object]) -> Mapping[str, int]:
        """The last number of each numbered table."""
        wanted = [name for name, one in self._shapes.items() if one.numbered]
        return {name: int(str(numbers[name])) for name in wanted}

    def _flush(self) -> None:
        if self._rows and self._table:
            self._connection.execute(self._table.insert(), self._rows)
            self._counts[self._table.name] += len(self._rows)
            self._rows = []
