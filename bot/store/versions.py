"""Which schema a database has, and the way from one to another.

In: a connection inside a transaction. Out: versions, as the migrations name them. Never: a connection of its own.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.errors import YebanError

_MIGRATIONS = Path(__file__).parent / "migrations"
_NOTHING = "base"


def current(connection: Connection) -> str | None:
    """The version of a database; None where it has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def known() -> tuple[str, ...]:
    """All versions that this software knows, the newest first."""
    return tuple(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def newest() -> str:
    return known()[0]


def climb(connection: Connection, version: str) -> None:
    """Up to a version. A database that newer software has made is left alone."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, version)
    except CommandError as error:
        raise YebanError("errors.schema_unknown", found=current(connection), newest=newest()) from error


def rebuild(connection: Connection, version: str) -> None:
    """Just the tables of a version, in a database whose tables hold nothing."""
    config = _config()
    config.attributes["connection"] = connection
    if current(connection) not in {None, version}:
        command.downgrade(config, _NOTHING)
    climb(connection, version)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
