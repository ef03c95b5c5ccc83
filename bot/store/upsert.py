"""Insert-unless-there and replace-unless-newer, in the words of either database.

In: a connection, a table and rows of values. Out: which rows were written. Never: a rule of the trade.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnCollection, ColumnElement, Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]
Insert = sqlite.Insert | postgresql.Insert
Condition = Callable[[ColumnCollection[str, Any]], ColumnElement[bool]]


def insert_into(connection: Connection, table: Table) -> Insert:
    """An insert that knows `ON CONFLICT` in this connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def add(connection: Connection, table: Table, *rows: Values) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    if rows:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), list(rows))


def add_new(connection: Connection, table: Table, rows: Sequence[Values], *told: Column[Any]) -> Sequence[Row[Any]]:
    """The same, and the `told` columns of those that were new."""
    if not rows:
        return []
    statement = insert_into(connection, table).on_conflict_do_nothing().returning(*told)
    return connection.execute(statement, list(rows)).all()


def put(connection: Connection, table: Table, key: Sequence[Column[Any]], values: Values) -> None:
    """Insert one row, or replace the one with its key."""
    new = insert_into(connection, table)
    changed = {name: new.excluded[name] for name in values}
    connection.execute(new.on_conflict_do_update(index_elements=key, set_=changed), dict(values))


def put_if(
    connection: Connection, table: Table, key: Sequence[Column[Any]], rows: Sequence[Values], when: Condition
) -> Sequence[Row[Any]]:
    """Insert rows, or replace those with their keys where the condition on the new values holds; the keys of those that
    were written. No two rows may have one key."""
    if not rows:
        return []
    new = insert_into(connection, table)
    changed = {name: new.excluded[name] for name in rows[0]}
    statement = new.on_conflict_do_update(index_elements=key, set_=changed, where=when(new.excluded)).returning(*key)
    return connection.execute(statement, list(rows)).all()
