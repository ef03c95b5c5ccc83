"""A shop with years behind it: bulk SQL straight into the tables.

In: a database, patterns, a number. Out: so many rows of each, settled but for what is planned. Never: SQL in the way of
a running measurement, but for the one update that makes nudges due.

Keys lie evenly over their space, so that the hashed ids of new rows fall between the old ones, as they do in life.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    URL,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    cast,
    create_engine,
    event,
    func,
    insert,
    literal,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.store.engine import open_engines
from bot.store.schema import nudge
from bot.store.times import micros
from tests.bench.live.pattern import MARK, Pattern

_SPACE = 2**32
_FAST = {
    "sqlite": ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"),
    "postgresql": ("SET synchronous_commit=off",),
}


def key(number: int, count: int) -> str:
    """The key of the row of this number, from 1 to `count`."""
    return f"{number * gap(count):08x}"


def gap(count: int) -> int:
    """Between the keys of so many rows."""
    return _SPACE // (count + 1)


def seed(url: str, patterns: Iterable[Pattern], count: int) -> None:
    """`count` rows like each pattern, in a database that is brought up to date first."""
    open_engines(url).dispose()
    with _engine(url) as engine:
        _listen(engine)
        with engine.begin() as connection:
            for pattern in patterns:
                _fill(connection, pattern, count)
        _settle(engine)


def make_due(url: str, start: datetime, end: datetime, at: datetime) -> int:
    """Nudges that were planned for this span are due at `at`; how many."""
    span = (nudge.c.due_at >= start, nudge.c.due_at < end)
    with _engine(url) as engine, engine.begin() as connection:
        return connection.execute(update(nudge).where(*span).values(due_at=at)).rowcount


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(driven(url))
    try:
        yield engine
    finally:
        engine.dispose()


def driven(url: str) -> URL:
    """With the driver that is installed."""
    known = make_url(url)
    return known.set(drivername="postgresql+psycopg") if known.drivername == "postgresql" else known


def _listen(engine: Engine) -> None:
    """Nothing of the seed needs to survive a crash."""

    def hurry(connection: DBAPIConnection, _: object) -> None:
        for statement in _FAST[engine.dialect.name]:
            connection.cursor().execute(statement)

    event.listen(engine, "connect", hurry)


def _settle(engine: Engine) -> None:
    """What a PostgreSQL that has run for years has long done by itself."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE)"))
            connection.execute(text("CHECKPOINT"))


def _fill(connection: Connection, pattern: Pattern, count: int) -> None:
    numbers = _numbers(count)
    own = _key(connection.dialect.name, numbers, gap(count))
    values = {name: value for name, value in pattern.values.items() if value is not None}
    found = [_value(connection, pattern, name, own, numbers) for name in values]
    connection.execute(insert(pattern.table).from_select(list(values), select(*found).select_from(numbers)))


def _numbers(count: int) -> CTE:
    """1 to `count`."""
    first = select(literal(1, BigInteger).label("i")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.i + 1).where(first.c.i < count))


def _key(dialect: str, numbers: CTE, apart: int) -> ColumnElement[str]:
    """`key` in SQL."""
    place = numbers.c.i * literal(apart, BigInteger)
    if dialect == "sqlite":
        return func.printf("%08x", place)
    return func.lpad(func.to_hex(cast(place, BigInteger)), 8, "0")


def _value(
    connection: Connection, pattern: Pattern, name: str, own: ColumnElement[str], numbers: CTE
) -> ColumnElement[Any]:
    value, column = pattern.values[name], pattern.table.c[name]
    if isinstance(value, datetime):
        start = micros(value - datetime.fromtimestamp(0, value.tzinfo))
        return literal(start, BigInteger) + numbers.c.i * literal(micros(pattern.step), BigInteger)
    if isinstance(column.type, JSON):
        plain = func.replace(json.dumps(value), MARK, own)
        return plain if connection.dialect.name == "sqlite" else cast(plain, JSON)
    if isinstance(value, str) and MARK in value:
        return func.replace(value, MARK, own)
    return literal(value, column.type)
