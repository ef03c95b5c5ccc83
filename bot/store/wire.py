"""Carries rings and news between the processes of one PostgreSQL, over LISTEN and NOTIFY.

In: news of this process's bells and conversations. Out: the same bells rung, the same conversations told of, in all
others. Never: work; a wire that is cut costs a poll.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import psycopg

_CHANNEL = "yeban"
_PACE_SECONDS = 0.1  # of many rings within this time others hear one
_BREATH_SECONDS = 0.005  # news that comes close together goes together
_AGAIN_SECONDS = 1.0
_LISTENS_SECONDS = 0.5
_LANE = "lane "
_TELL = "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload"
_BYTES_MAX = 7_000  # PostgreSQL takes less than 8,000
Line = psycopg.AsyncConnection[tuple[object, ...]]


class Wire:
    """`me` tells this process's news from others'; `hear` is called by a bell's name when another process has rung,
    `heard` with the lane of a conversation in which another has saved something."""

    def __init__(self, url: str, me: str, hear: Mapping[str, Callable[[], None]], heard: Callable[[str], None]) -> None:
        self._url = url
        self._me = me
        self._hear = hear
        self._heard = heard
        self._bells = set[str]()
        self._lanes = set[str]()
        self._rung = asyncio.Event()

    def tell(self, bell: str) -> None:
        """Say that a bell was rung here; call it in the event loop's thread."""
        self._bells.add(bell)
        self._rung.set()

    def tell_of(self, lane: str) -> None:
        """Say that something was saved in a conversation; call it in the event loop's thread."""
        if len(lane.encode()) < _BYTES_MAX:
            self._lanes.add(lane)
            self._rung.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a lost connection is taken up again."""
        await asyncio.gather(self._connected(self._listen, stop), self._connected(self._speak, stop))

    async def _connected(self, work: Callable[[Line, asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
        while not stop.is_set():
            with suppress(psycopg.Error):
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as line:
                    await work(line, stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _AGAIN_SECONDS)

    async def _listen(self, line: Line, stop: asyncio.Event) -> None:
        await line.execute(f"LISTEN {_CHANNEL}")
        while not stop.is_set():
            async for note in line.notifies(timeout=_LISTENS_SECONDS):
                self._ring(note.payload)

    async def _speak(self, line: Line, stop: asyncio.Event) -> None:
        """News at once, rings at their pace."""
        loop, rings_at = asyncio.get_running_loop(), 0.0
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), _PACE_SECONDS)
            self._rung.clear()
            told, self._lanes = [f"{_LANE}{lane}" for lane in self._lanes], set()
            if loop.time() >= rings_at:
                told, self._bells, rings_at = [*told, *self._bells], set(), loop.time() + _PACE_SECONDS
            if told:
                await line.execute(_TELL, (_CHANNEL, [f"{self._me} {one}" for one in told]))
            await asyncio.sleep(_BREATH_SECONDS)

    def _ring(self, payload: str) -> None:
        sender, _, told = payload.partition(" ")
        if sender == self._me:
            return
        if told.startswith(_LANE):
            self._heard(told.removeprefix(_LANE))
        elif told in self._hear:
            self._hear[told]()
