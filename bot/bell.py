"""A bell between those who bring work and those who wait for it, within one process.

In: rings from any thread. Out: an end to waiting. Never: the work itself; a bell that nobody heard costs one poll.
"""

import asyncio
from contextlib import suppress

_LATE_SECONDS = 0.001


class LocalBell:
    """`ports.Bell` for one waiter; a ring before the wait counts."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self, after: float = 0.0) -> None:
        if self._loop is None:
            self._rung.set()
            return
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(self._set, after)

    async def wait(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

    def _set(self, after: float) -> None:
        """Loops count in milliseconds: better one late than one early, when there is nothing to do yet."""
        if after <= 0:
            self._rung.set()
        else:
            asyncio.get_running_loop().call_later(after + _LATE_SECONDS, self._rung.set)
