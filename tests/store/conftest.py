"""The stores that every contract test runs against.

In: a parameter a kind of store. Out: an open store, empty. Never: a test that knows which one it has.
"""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.clock import new_id
from bot.store import SqlStore, open_store
from bot.store.engine import open_engines
from tests.fakes import counting_ids
from tests.postgres import Postgres

NewUrl = Callable[[], str]
KINDS = ("sqlite", "postgres")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return maker(request, tmp_path, request.param)()


@pytest.fixture(params=KINDS)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """How to get empty databases of each kind, as many as a test likes."""
    return maker(request, tmp_path, request.param)


@pytest.fixture(params=[(one, other) for one in KINDS for other in KINDS], ids=" to ".join)
def makers(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[NewUrl, NewUrl]:
    """From a database of each kind to one of each: how to get empty ones, as many as a test likes."""
    one, other = request.param
    return maker(request, tmp_path, one), maker(request, tmp_path, other)


def maker(request: pytest.FixtureRequest, folder: Path, kind: str) -> NewUrl:
    """Empty databases of one kind."""
    if kind == "postgres":
        server: Postgres = request.getfixturevalue("postgres_server")
        return server.fresh
    empty: Path = request.getfixturevalue("empty_file")
    return lambda: f"sqlite:///{shutil.copy(empty, folder / f'{new_id()}.db')}"


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose schema is up to date, to be copied; as PostgreSQL's template."""
    path = tmp_path_factory.mktemp("empty") / "yeban.db"
    open_engines(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    opened = open_store(database_url, new_id=counting_ids("token"))
    yield opened
    await opened.close()
