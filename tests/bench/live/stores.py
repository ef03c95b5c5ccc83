"""Databases to measure on: an SQLite file, or a PostgreSQL of the bench's own.

In: a store's name, a folder. Out: URLs of empty databases. Never: a database that was there before.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from sqlalchemy import make_url

from tests.bench.data import BenchError
from tests.bench.live.processes import started

STORES = ("sqlite", "postgres")
Fresh = Callable[[], str]


def chosen(name: str) -> tuple[str, ...]:
    """The stores that an option names."""
    return STORES if name == "both" else (name,)


@contextmanager
def databases(store: str, folder: Path) -> Iterator[Fresh]:
    """A maker of URLs, each of a new empty database."""
    with _postgres() if store == "postgres" else _sqlite(folder) as fresh:
        yield fresh


@contextmanager
def _sqlite(folder: Path) -> Iterator[Fresh]:
    numbers = count(1)
    yield lambda: f"sqlite:///{folder / f'bench-{next(numbers)}.db'}"


@contextmanager
def _postgres() -> Iterator[Fresh]:
    """Its folder lies where its own system user may go."""
    home, numbers = Path(mkdtemp(prefix="yeban-bench-pg-")), count(1)
    environment = {"XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", str(home))}
    try:
        with started("tests.bench.live.cluster", str(home / "data"), env=environment) as process:
            assert process.stdout
            server = process.stdout.readline().decode().strip()
            if not server:
                raise BenchError("PostgreSQL did not start: see above")
            yield lambda: _create(server, f"bench_{next(numbers)}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _create(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(server).set(database=name).render_as_string(hide_password=False)
