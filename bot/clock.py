"""The one place that reads the clock, draws chance and makes ids; everything else is given them.

In: the machine. Out: aware UTC times, floats in [0, 1), ids. Never: a decision.
"""

import random
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]
Chance = Callable[[], float]
NewId = Callable[[], str]


def utc_now() -> datetime:
    """The current time, aware, UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds for measuring durations; no relation to the calendar."""
    return time.monotonic()


def chance() -> float:
    """A number in [0, 1) for jitter."""
    return random.random()


def random_bytes(count: int) -> bytes:
    """Bytes nobody can guess, for secrets."""
    return secrets.token_bytes(count)


def new_id() -> str:
    """A fresh id for things that nothing else names (web sessions, leases)."""
    return uuid.uuid4().hex
