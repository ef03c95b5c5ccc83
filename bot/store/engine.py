"""How a database is opened: connections, their manners, and the newest schema.

In: a database URL. Out: engines for one writer and many readers. Never: SQL of the tables.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import UsageError, YebanError
from bot.ports import StoreDown
from bot.store import postgres, sqlite, versions
from bot.store.manners import manners

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` holds one connection for the writer; `read` many that cannot write and see one snapshot each."""

    write: Engine
    read: Engine

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()


def open_engines(url: str) -> Engines:
    """Connect and bring the schema up to date. A URL of no known database is the operator's mistake."""
    engines = as_it_is(url)
    try:
        upgrade(engines.write)
    except YebanError:
        engines.dispose()
        raise
    return engines


def as_it_is(url: str) -> Engines:
    """Engines of a database whose schema is left alone; nothing is connected yet."""
    return _engines(_known(url))


def must_exist(url: str) -> None:
    """Refuse a file that is not there, before anything makes it."""
    known = _known(url)
    if known.drivername in sqlite.NAMES and not sqlite.is_there(known):
        raise YebanError("errors.no_database", url=url)


def _known(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise UsageError("errors.database_url", url=url) from error


def server_url(url: str) -> str | None:
    """A PostgreSQL's URL as its driver reads it; None for other databases."""
    known = make_url(url)
    return postgres.plain(known) if known.drivername in postgres.NAMES else None


def file_of(url: str) -> Path | None:
    """A SQLite's file; None for other databases."""
    known = make_url(url)
    return Path(known.database) if known.drivername in sqlite.NAMES and known.database else None


def _engines(url: URL) -> Engines:
    """Engines of the database that a URL names; nothing is connected yet."""
    if url.drivername in postgres.NAMES and url.database:
        return Engines(postgres.writing(url), postgres.reading(url))
    if url.drivername in sqlite.NAMES and url.database not in {None, "", ":memory:"}:
        return Engines(sqlite.writing(url), sqlite.reading(url))
    raise UsageError("errors.database_url", url=url.render_as_string())


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the schema to its newest version in one transaction; processes that start together take turns. From which
    version to which."""
    with down_is_told(), engine.begin() as connection:
        manners(connection).take_turns(connection)
        before, newest = versions.current(connection), versions.newest()
        if before != newest:
            versions.climb(connection, newest)
        return before, newest


@contextmanager
def down_is_told() -> Iterator[None]:
    """A database's own errors become ours."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreDown(type(error).__name__) from error


def read(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run a function of a connection in one snapshot."""
    with down_is_told(), engine.begin() as connection:
        return work(connection)
