"""Durable state behind one door.

In: a database URL. Out: a `ports.Store`. Never: a second way to the tables.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.store.engine import open_engines
from bot.store.sql import SqlStore

__all__ = ["SqlStore", "open_store"]

LONGEST = timedelta(seconds=3)


def open_store(url: str, *, new_id: Callable[[], str], longest: timedelta = LONGEST) -> SqlStore:
    """Open a database, bring its schema up to date and start the writer; end it with `close()`."""
    return SqlStore(open_engines(url), new_id, longest)
