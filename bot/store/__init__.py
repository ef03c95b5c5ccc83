"""Durable state behind one door.

In: a database URL. Out: a `ports.Store`. Never: a second way to the tables.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.newsroom import nobody
from bot.store.engine import file_of, open_engines, server_url
from bot.store.glance import Glance
from bot.store.sql import SqlStore
from bot.store.wire import Wire

__all__ = ["Glance", "SqlStore", "Wire", "open_glance", "open_store", "open_wire", "try_store"]

LONGEST = timedelta(seconds=3)


def open_store(
    url: str, *, new_id: Callable[[], str], longest: timedelta = LONGEST, news: Callable[[str], None] = nobody
) -> SqlStore:
    """Open a database, bring its schema up to date and start the writer; end it with `close()`. `news` hears of the
    lane of each conversation in which something was saved."""
    return SqlStore(open_engines(url), new_id, longest, news)


def try_store(url: str) -> None:
    """Bring a database's schema up to date and let go of it again. Raises what `open_store` would."""
    open_engines(url).dispose()


def open_wire(url: str, me: str, hear: Mapping[str, Callable[[], None]], heard: Callable[[str], None]) -> Wire | None:
    """What carries bells and news between processes; None where the database has no such thing and each process
    polls."""
    server = server_url(url)
    return Wire(server, me, hear, heard) if server else None


def open_glance(url: str, told: Callable[[], None]) -> Glance | None:
    """What tells a process of others that share its file; None where the database is a server."""
    file = file_of(url)
    return Glance(file, told) if file else None
