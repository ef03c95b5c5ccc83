"""The tables as a database has them, whatever its version: no copy forgets one that a later version has brought.

In: a connection inside a transaction. Out: tables with their columns, keys and numbers. Never: a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import JSON, Connection, Insert, Inspector, Select, TableClause, column, insert, inspect, select, table
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.types import TypeEngine

from bot.store.manners import manners
from bot.store.schema import metadata

_NUMBER = "seq"


@dataclass(frozen=True, slots=True)
class Shape:
    """One table. `numbered`: its rows are numbered by the database."""

    name: str
    clause: TableClause
    key: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        return [one.name for one in self.clause.columns]

    @property
    def numbered(self) -> bool:
        return self.key == (_NUMBER,)

    def rows(self) -> Select[tuple[object, ...]]:
        """All, in the order of the key."""
        return select(self.clause).order_by(*(self.clause.c[name] for name in self.key))

    def insert(self) -> Insert:
        return insert(self.clause)


def shapes(connection: Connection) -> Sequence[Shape]:
    """Our tables, by name; what others keep in the same database is not ours to copy."""
    inspector = inspect(connection)
    return [_shape(inspector, name) for name in sorted(inspector.get_table_names()) if name in metadata.tables]


def is_empty(connection: Connection, found: Sequence[Shape]) -> bool:
    return all(connection.execute(one.rows().limit(1)).first() is None for one in found)


def last_numbers(connection: Connection, found: Sequence[Shape]) -> dict[str, int]:
    """The last number that each numbered table has given out; its newest rows may be gone."""
    own = manners(connection)
    return {one.name: own.last_number(connection, one.name) for one in found if one.numbered}


def _shape(inspector: Inspector, name: str) -> Shape:
    columns = [column(one["name"], _type(one)) for one in inspector.get_columns(name)]
    return Shape(name, table(name, *columns), tuple(inspector.get_pk_constraint(name)["constrained_columns"]))


def _type(one: ReflectedColumn) -> TypeEngine[object]:
    """As it is; of JSON, a column that may be empty is empty where it says nothing."""
    return JSON(none_as_null=one["nullable"]) if isinstance(one["type"], JSON) else one["type"]
