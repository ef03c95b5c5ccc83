"""What every test shares: which event loop runs the asynchronous ones.

In: pytest. Out: fixtures. Never: a fixture that does something unasked.
"""

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, postgres


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop that the service runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real server for all tests of this process; it starts with the first test that asks for it."""
    with postgres() as server:
        yield server
