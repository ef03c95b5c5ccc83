"""How a database is opened: connections, their manners, and the newest schema.

In: a database URL. Out: engines for one writer and many readers. Never: SQL of the tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import UsageError
from bot.ports import StoreDown
from bot.store import postgres, sqlite

T = TypeVar("T")
_MIGRATIONS = Path(__file__).parent / "migrations"


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
    try:
        known = make_url(url)
    except ArgumentError as error:
        raise UsageError("errors.database_url", url=url) from error
    engines = _engines(known)
    upgrade(engines.write)
    return engines


def server_url(url: str) -> str | None:
    """A PostgreSQL's URL as its driver reads it; None for other databases."""
    known = make_url(url)
    return postgres.plain(known) if known.drivername in postgres.NAMES else None


def _engines(url: URL) -> Engines:
    """Engines of the database that a URL names; nothing is connected yet."""
    if url.drivername in postgres.NAMES and url.database:
        return Engines(postgres.writing(url), postgres.reading(url))
    if url.drivername in sqlite.NAMES and url.database not in {None, "", ":memory:"}:
        return Engines(sqlite.writing(url), sqlite.reading(url))
    raise UsageError("errors.database_url", url=url.render_as_string())


def upgrade(engine: Engine) -> None:
    """Bring the schema to its newest version in one transaction; processes that start together take turns."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                postgres.take_turns(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise StoreDown(type(error).__name__) from error


def read(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run a function of a connection in one snapshot."""
    try:
        with engine.begin() as connection:
            return work(connection)
    except SQLAlchemyError as error:
        raise StoreDown(type(error).__name__) from error
