"""Takes up what waits in the store, many at once, as long as there is any.

In: a way to claim and a way to work. Out: each claimed thing worked on once. Never: more at once than there is room
for, a claim that lies about before its work begins.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

from bot.ports import Bell, Overloaded, StoreDown

TROUBLE = (StoreDown, Overloaded)
POLL_SECONDS = 0.2
_DOWN_SECONDS = 1.0
_GATHER_SECONDS = 0.004
T = TypeVar("T")


class Crew(Generic[T]):
    """`claim(room)` leases up to so many things, `work` does one and raises nothing; `trouble` is told why the
    store could not be asked."""

    def __init__(
        self,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        work: Callable[[T], Coroutine[Any, Any, None]],
        trouble: Callable[[str], None],
        bell: Bell,
        width: int,
    ) -> None:
        self._claim = claim
        self._work = work
        self._trouble = trouble
        self._bell = bell
        self._width = width
        self._busy: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what was claimed is finished."""
        while not stop.is_set():
            room = await self._room()
            if not room or await self._start(room) < room:
                await self._bell.wait(POLL_SECONDS)
        await asyncio.gather(*self._busy)

    async def _room(self) -> int:
        """Free places. Where they are few, a moment's patience gathers more of them into one claim."""
        if self._width - len(self._busy) < self._width // 2:
            await asyncio.sleep(_GATHER_SECONDS)
        return self._width - len(self._busy)

    async def _start(self, room: int) -> int:
        try:
            claimed = await self._claim(room)
        except Exception as error:  # a defect of the claim is told and tried again: the crew never goes home
            self._trouble(str(error) if isinstance(error, TROUBLE) else f"defect: {type(error).__name__}: {error}")
            await asyncio.sleep(_DOWN_SECONDS)
            return 0
        for one in claimed:
            task = asyncio.create_task(self._work(one))
            self._busy.add(task)
            task.add_done_callback(self._free)
        return len(claimed)

    def _free(self, task: asyncio.Task[None]) -> None:
        """A free place, and perhaps more work where this was the first in its line."""
        self._busy.discard(task)
        self._bell.ring()
