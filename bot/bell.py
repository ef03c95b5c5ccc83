"""Bells between those who bring work and those who wait for it.

In: rings from any thread, now or for later. Out: an end to waiting. Never: the work itself; a bell that nobody heard
costs one poll.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

_LATE_SECONDS = 0.001


def nobody() -> None:
    """Told of a ring where no other process listens."""


class LocalBell:
    """`ports.Bell` for one waiter; a ring before the wait counts. `told` hears of every ring made in this process, so
    that a wire can carry it to others."""

    def __init__(self, told: Callable[[], None] = nobody) -> None:
        self._told = told
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self, after: float = 0.0) -> None:
        if self._loop is None:
            self._rung.set()
            return
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(self._set, after)

    def hear(self) -> None:
        """Another process has rung."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

    def _set(self, after: float) -> None:
        """Loops count in milliseconds: better one late than one early, when there is nothing to do yet."""
        if after <= 0:
            self._fire()
        else:
            asyncio.get_running_loop().call_later(after + _LATE_SECONDS, self._fire)

    def _fire(self) -> None:
        self._rung.set()
        self._told()
