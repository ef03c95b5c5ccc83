"""What every test shares: which event loop runs the asynchronous ones.

In: pytest. Out: fixtures. Never: a fixture that does something unasked.
"""

import os
from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, postgres


def pytest_configure() -> None:
    """The many processes that tests start need not compile the same files each, whatever the machine is told."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests wait for processes, clocks and disks a good deal."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop that the service runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real server for all tests of this process; it starts with the first test that asks for it."""
    with postgres() as server:
        yield server
