"""Insert-unless-there and replace-unless-newer, in the words of either database.

In: a connection, a table and values. Out: how many rows were written. Never: a rule of the trade.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]
Insert = sqlite.Insert | postgresql.Insert


def insert_into(connection: Connection, table: Table) -> Insert:
    """An insert that knows `ON CONFLICT` in this connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def add(connection: Connection, table: Table, values: Values) -> bool:
    """Insert one row; False if one with its key was there."""
    statement = insert_into(connection, table).on_conflict_do_nothing()
    return connection.execute(statement, dict(values)).rowcount == 1


def put(connection: Connection, table: Table, key: Sequence[Column[Any]], values: Values) -> None:
    """Insert one row, or replace the one with its key."""
    new = insert_into(connection, table)
    changed = {name: new.excluded[name] for name in values}
    connection.execute(new.on_conflict_do_update(index_elements=key, set_=changed), dict(values))


def put_newer(connection: Connection, table: Table, key: Column[Any], stamp: Column[Any], values: Values) -> bool:
    """The same, but a row with a later stamp stays as it is; whether the row was written."""
    new = insert_into(connection, table)
    changed = {name: new.excluded[name] for name in values}
    fresh = stamp <= new.excluded[stamp.name]
    statement = new.on_conflict_do_update(index_elements=[key], set_=changed, where=fresh)
    return connection.execute(statement, dict(values)).rowcount == 1
