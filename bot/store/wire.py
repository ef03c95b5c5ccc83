"""Carries rings between the processes of one PostgreSQL, over LISTEN and NOTIFY.

In: news of this process's bells. Out: the same bells rung in all others. Never: work; a wire that is cut costs a poll.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

import psycopg

_CHANNEL = "yeban"
_PACE_SECONDS = 0.1  # of many rings within this time others hear one
_AGAIN_SECONDS = 1.0


class Wire:
    """`me` tells this process's news from others'; `hear` is called by a bell's name when another process has rung."""

    def __init__(self, url: str, me: str, hear: Mapping[str, Callable[[], None]]) -> None:
        self._url = url
        self._me = me
        self._hear = hear
        self._news: set[str] = set()

    def tell(self, bell: str) -> None:
        """Say that a bell was rung here; call it in the event loop's thread."""
        self._news.add(bell)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a lost connection is taken up again."""
        while not stop.is_set():
            with suppress(psycopg.Error):
                await self._carry(stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _AGAIN_SECONDS)

    async def _carry(self, stop: asyncio.Event) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as line:
            await line.execute(f"LISTEN {_CHANNEL}")
            while not stop.is_set():
                async for note in line.notifies(timeout=_PACE_SECONDS):
                    self._ring(note.payload)
                while self._news:
                    payload = f"{self._me} {self._news.pop()}"
                    await line.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, payload))

    def _ring(self, payload: str) -> None:
        sender, _, bell = payload.partition(" ")
        if sender != self._me and bell in self._hear:
            self._hear[bell]()
