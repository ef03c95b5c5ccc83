"""Tells whoever watches a conversation, in this process, that it has moved on; a wire tells other processes.

In: lanes of conversations in which something was saved. Out: an end to waiting, with the lanes. Never: what the news is
(whoever hears of it reads the store); news that a slow listener must keep up with: of one lane it hears once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress

from bot.clock import monotonic

ALL = ""
#: Before a lane: somebody of the shop writes there at this moment.
TYPES = "types "
#: Before a lane: something was written there that nobody has worked on yet. Only those hear of it who ask for that.
COMES = "comes "
_TYPES_SECONDS = 6.0


def nobody(_: str) -> None:
    """Told of news where no other process listens."""


class Ear:
    """One listener. What came while it did not listen, it hears at once."""

    def __init__(self) -> None:
        self._heard = set[str]()
        self._rung = asyncio.Event()

    def tell(self, lane: str) -> None:
        self._heard.add(lane)
        self._rung.set()

    def wake(self) -> None:
        """End the wait without news."""
        self._rung.set()

    async def news(self, seconds: float) -> frozenset[str]:
        """The lanes that moved on since the last time; none after `seconds`, or when woken."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
        heard, self._heard = frozenset(self._heard), set()
        return heard


class Newsroom:
    """Everything in the event loop's thread."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._told: Callable[[str], None] = nobody
        self._ears = defaultdict[str, set[Ear]](set)
        self._types = dict[str, float]()
        self.closed = False

    def carry(self, told: Callable[[str], None]) -> None:
        """Let `told` hear of all that is saved in this process, to tell others."""
        self._told = told

    def tell(self, lane: str) -> None:
        """Something was saved here."""
        self.hear(lane)
        self._told(lane)

    def hear(self, lane: str) -> None:
        """Something was saved, here or elsewhere."""
        if lane.startswith(TYPES):
            lane = lane.removeprefix(TYPES)
            now = self._seconds()
            self._types = {one: until for one, until in self._types.items() if until > now}
            self._types[lane] = now + _TYPES_SECONDS
        everybody = () if lane.startswith(COMES) else self._ears.get(ALL, ())
        for ear in (*self._ears.get(lane, ()), *everybody):
            ear.tell(lane)

    def hear_of_all(self) -> None:
        """Something was saved elsewhere, nobody knows where: everybody looks."""
        for lane, ears in list(self._ears.items()):
            for ear in list(ears):
                ear.tell(lane)

    def is_typing(self, lane: str) -> bool:
        """Whether somebody of the shop was writing there just now."""
        if self._types.get(lane, 0.0) > self._seconds():
            return True
        self._types.pop(lane, None)
        return False

    @contextmanager
    def listening(self, lanes: Collection[str] = (ALL,)) -> Iterator[Ear]:
        """An ear for some lanes, or for all."""
        ear = Ear()
        for lane in lanes:
            self._ears[lane].add(ear)
        try:
            yield ear
        finally:
            for lane in lanes:
                self._ears[lane].discard(ear)
                if not self._ears[lane]:
                    del self._ears[lane]

    def close(self) -> None:
        """The service goes down: everybody stops waiting."""
        self.closed = True
        for ear in {ear for ears in self._ears.values() for ear in ears}:
            ear.wake()
