"""Insert-unless-there and replace-unless-newer, in the words of either database.

In: a connection, a table and rows of values. Out: which rows were written. Never: a rule of the trade.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnCollection, ColumnElement, Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

Values = Mapping[str, Any]
Insert = sqlite.Insert | postgresql.Insert
New = ColumnCollection[str, Any]
Condition = Callable[[New], ColumnElement[bool]]


def insert_into(dialect: str, table: Table) -> Insert:
    """An insert that knows `ON CONFLICT` in a database's dialect."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def add(connection: Connection, table: Table, *rows: Values) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table), list(rows))


def add_new(connection: Connection, table: Table, rows: Sequence[Values], *told: Column[Any]) -> Sequence[Row[Any]]:
    """The same, and the `told` columns of those that were new."""
    if not rows:
        return []
    return connection.execute(_adding_new(connection.dialect.name, table, *told), list(rows)).all()


def put(connection: Connection, table: Table, key: Sequence[Column[Any]], values: Values) -> None:
    """Insert one row, or replace the one with its key."""
    new = insert_into(connection.dialect.name, table)
    changed = {name: new.excluded[name] for name in values}
    connection.execute(new.on_conflict_do_update(index_elements=key, set_=changed), dict(values))


def put_if(
    connection: Connection, table: Table, key: Sequence[Column[Any]], rows: Sequence[Values], when: Condition
) -> Sequence[Row[Any]]:
    """Insert rows, or replace those with their keys where the condition on the new values holds; the keys of those that
    were written. No two rows may have one key. `when` is a function of the module's, so that its statement is made
    once."""
    if not rows:
        return []
    return connection.execute(
        _putting(connection.dialect.name, table, tuple(key), tuple(rows[0]), when), list(rows)
    ).all()


# A statement costs more to put together than to run: each is made once.
@cache
def _adding(dialect: str, table: Table) -> Insert:
    return insert_into(dialect, table).on_conflict_do_nothing()


@cache
def _adding_new(dialect: str, table: Table, *told: Column[Any]) -> ReturningInsert[Any]:
    return _adding(dialect, table).returning(*told)


@cache
def _putting(
    dialect: str, table: Table, key: tuple[Column[Any], ...], names: tuple[str, ...], when: Condition
) -> ReturningInsert[Any]:
    new = insert_into(dialect, table)
    changed = {name: new.excluded[name] for name in names}
    return new.on_conflict_do_update(index_elements=key, set_=changed, where=when(new.excluded)).returning(*key)
