"""What the actors share: one clock, chance, what is to happen when, the story.

In: a seed, a start. Out: moments in their order. Never: two readings of the clock that are the same.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from tests.floor.story import Story

Act = Callable[[], Awaitable[None]]
_INSTANT = timedelta(microseconds=1)


class Stage:
    """`now` moves on by itself a little at each reading, and to where it is set."""

    def __init__(self, chance: Random, start: datetime) -> None:
        self.chance = chance
        self.story = Story()
        self.numbers = count(1)
        self.tally: dict[str, int] = {}
        self._moment = start
        self._heap: list[tuple[datetime, int, Act]] = []

    def now(self) -> datetime:
        self._moment += _INSTANT
        return self._moment

    def reach(self, moment: datetime) -> None:
        self._moment = max(self._moment, moment)

    def at(self, moment: datetime, act: Act) -> None:
        heappush(self._heap, (moment, next(self.numbers), act))

    def after(self, seconds: float, act: Act) -> None:
        self.at(self._moment + timedelta(seconds=seconds), act)

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def pop(self) -> Act:
        moment, _, act = heappop(self._heap)
        self.reach(moment)
        return act

    def luck(self, chance: float) -> bool:
        return self.chance.random() < chance

    def note(self, what: str, times: int = 1) -> None:
        """For the figures at the end."""
        self.tally[what] = self.tally.get(what, 0) + times
