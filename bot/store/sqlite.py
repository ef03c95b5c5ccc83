"""SQLite's manners: the only place that speaks its dialect.

In: a URL. Out: engines whose commits are on disk. Never: a table.
"""

from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection as Raw
from sqlite3 import OperationalError
from time import sleep

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

NAMES = frozenset({"sqlite", "sqlite+pysqlite"})
_BUSY_MS = 5000
_PRAGMAS = (f"busy_timeout={_BUSY_MS}", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16384", "temp_store=MEMORY")


def writing(url: URL) -> Engine:
    """One connection; a transaction takes the write lock at once, so that it never has to give up half-way."""
    return _engine(url, "BEGIN IMMEDIATE", pool_size=1, pragmas=("journal_mode=WAL", *_PRAGMAS[1:]))


def reading(url: URL) -> Engine:
    """Many connections that refuse to write; the first read of a transaction fixes what it sees."""
    return _engine(url, "BEGIN", pool_size=8, pragmas=("query_only=ON", *_PRAGMAS[1:]))


def is_there(url: URL) -> bool:
    """Whether the file exists; looking into one that does not would make it."""
    return Path(url.database or "").is_file()


def take_turns(connection: Connection) -> None:
    """A writing transaction is alone from its beginning."""
    del connection


def unhurried(connection: Connection) -> None:
    """Nothing here hurries a transaction."""
    del connection


def lock(connection: Connection, tables: Sequence[str]) -> None:
    """A writing transaction has locked everything from its beginning."""
    del connection, tables


def last_number(connection: Connection, table: str) -> int:
    """The last number that a table's `seq` has given out."""
    return connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table}) or 0


def go_on_after(connection: Connection, table: str, number: int) -> None:
    """The next number of a table's `seq` is greater than this."""
    told = {"name": table, "number": number}
    if not connection.execute(text("UPDATE sqlite_sequence SET seq = :number WHERE name = :name"), told).rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), told)


def _engine(url: URL, begin: str, pool_size: int, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=_BUSY_MS / 1000)

    def connected(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        if isinstance(connection, Raw):
            _behave(connection, pragmas)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _behave(connection: Raw, pragmas: tuple[str, ...]) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `begun` says how
    connection.execute(f"PRAGMA {_PRAGMAS[0]}")
    for pragma in pragmas:
        _persist(connection, f"PRAGMA {pragma}")


def _persist(connection: Raw, statement: str, attempts: int = 50) -> None:
    """Changing the journal mode does not wait for others by itself, so processes that start together retry."""
    for left in reversed(range(attempts)):
        try:
            connection.execute(statement).close()
        except OperationalError:
            if not left:
                raise
            sleep(_BUSY_MS / 1000 / attempts)
        else:
            return
