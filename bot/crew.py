"""Takes up what waits in the store, many at once, as long as there is any.

In: a way to claim and a way to work. Out: each claimed thing worked on once. Never: more at once than there is room
for, a claim that lies about before its work begins.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from bot.ports import Bell, Overloaded, StoreDown

TROUBLE = (StoreDown, Overloaded)
POLL_SECONDS = 0.2
_DOWN_SECONDS = 1.0
_GATHER_SECONDS = 0.004
T = TypeVar("T")


class Crew(Generic[T]):
    """`claim(room)` leases up to so many things; `work` does one, raises nothing and says whether more may wait behind
    it; `trouble` is told why the store could not be asked."""

    def __init__(
        self,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        work: Callable[[T], Coroutine[Any, Any, bool]],
        trouble: Callable[[str], None],
        bell: Bell,
        width: int,
    ) -> None:
        self._claim = claim
        self._work = work
        self._trouble = trouble
        self._bell = bell
        self._width = width
        self._busy: set[asyncio.Task[bool]] = set()
        self._looks = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what was claimed is finished."""
        while not stop.is_set():
            room = await self._room()
            self._looks += 1
            if not room or await self._start(room) < room:
                await self._bell.wait(POLL_SECONDS)
        while self._busy:
            await asyncio.wait(self._busy)

    def room(self) -> int:
        """Free places."""
        return max(0, self._width - len(self._busy))

    def begin(self, things: Sequence[T]) -> None:
        """Work on what is leased already, each at once."""
        for one in things:
            task = asyncio.create_task(self._work(one))
            self._busy.add(task)
            task.add_done_callback(partial(self._free, self._looks))

    async def _room(self) -> int:
        """Where free places are few, a moment's patience gathers more of them into one claim."""
        if self.room() < self._width // 2:
            await asyncio.sleep(_GATHER_SECONDS)
        return self.room()

    async def _start(self, room: int) -> int:
        try:
            claimed = await self._claim(room)
        except Exception as error:  # a defect of the claim is told and tried again: the crew never goes home
            self._trouble(str(error) if isinstance(error, TROUBLE) else f"defect: {type(error).__name__}: {error}")
            await asyncio.sleep(_DOWN_SECONDS)
            return 0
        self.begin(claimed)
        return len(claimed)

    def _free(self, looks: int, task: asyncio.Task[bool]) -> None:
        """A free place. Another look is worth it where more waits behind, or where there was a look meanwhile: it may
        have found no room, or something in this line that was not to be had then."""
        self._busy.discard(task)
        if looks != self._looks or task.cancelled() or task.exception() or task.result():
            self._bell.ring()
