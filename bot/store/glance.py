"""Sees that another process has saved something in the same SQLite file.

In: the file. Out: a call for each time at which somebody else had committed. Never: what was saved; whoever is told
looks for themselves.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

_PACE_SECONDS = 0.2


class Glance:
    """A glance costs some microseconds: SQLite counts commits (`data_version`, https://sqlite.org/pragma.html)."""

    def __init__(self, file: Path, told: Callable[[], None]) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._told = told
        self._seen = self._version()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        with closing(self._connection):
            while not stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _PACE_SECONDS)
                if self.look():
                    self._told()

    def look(self) -> bool:
        """Whether anybody else has committed since the last look; a file that cannot be read just now is looked at
        later."""
        before, self._seen = self._seen, self._version() or self._seen
        return self._seen != before

    def _version(self) -> int:
        with suppress(sqlite3.Error):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        return 0
