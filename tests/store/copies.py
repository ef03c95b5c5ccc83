"""Whole databases for tests: rows of any shape, put in and read back as they are.

In: a URL and rows by table. Out: the same rows, sorted by key. Never: a store's own rules.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from bot.store.engine import open_engines, read
from bot.store.schema import metadata
from bot.store.times import UtcMicros

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES = st.integers(0, 4 * 10**15).map(lambda micros: _EPOCH + timedelta(microseconds=micros))


def databases() -> st.SearchStrategy[Rows]:
    """A few rows in each table."""
    return st.fixed_dictionaries({name: _rows(table) for name, table in metadata.tables.items()})


def fill(url: str, rows: Rows) -> None:
    """Just these rows."""
    engines = open_engines(url)
    with engines.write.begin() as connection:
        for table in metadata.tables.values():
            connection.execute(delete(table))
        for name, some in rows.items():
            if some:
                connection.execute(insert(metadata.tables[name]), list(some))
    engines.dispose()


def everything(url: str) -> Rows:
    """All rows of all tables, sorted by their keys."""
    engines = open_engines(url)
    try:
        return read(engines.read, _everything)
    finally:
        engines.dispose()


def _everything(connection: Connection) -> Rows:
    return {name: _sorted(table, connection) for name, table in metadata.tables.items()}


def _sorted(table: Table, connection: Connection) -> Sequence[Mapping[str, Any]]:
    keys = [column.name for column in table.primary_key.columns]
    rows = [row._asdict() for row in connection.execute(select(table))]
    return sorted(rows, key=lambda row: [row[key] for key in keys])


def _rows(table: Table) -> st.SearchStrategy[Sequence[Mapping[str, Any]]]:
    row = st.fixed_dictionaries({column.name: _value(column) for column in table.columns})
    return st.lists(row, max_size=5, unique_by=tuple(map(_key, _uniques(table))))


def _uniques(table: Table) -> list[list[str]]:
    wanted = [one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
    return [[column.name for column in one.columns] for one in wanted]


def _key(names: Sequence[str]) -> Callable[[Mapping[str, Any]], object]:
    return lambda row: tuple(row[name] for name in names)


def _value(column: Column[Any]) -> st.SearchStrategy[Any]:
    """Whatever a column can hold."""
    found = _kind(column)
    return st.none() | found if column.nullable else found


def _kind(column: Column[Any]) -> st.SearchStrategy[Any]:
    if column.name == "seq":
        return st.integers(1, 2**53)
    kinds: Mapping[type, st.SearchStrategy[Any]] = {
        UtcMicros: _TIMES,
        JSON: st.dictionaries(_TEXT, _JSON, max_size=4),
        Boolean: st.booleans(),
        Integer: st.integers(0, 2**31 - 1),
    }
    return kinds.get(type(column.type), _TEXT)
