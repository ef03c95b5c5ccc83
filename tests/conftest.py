"""What every test shares: which event loop runs the asynchronous ones.

In: pytest. Out: fixtures. Never: a fixture that does something unasked.
"""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop that the service runs on."""
    return "asyncio"
