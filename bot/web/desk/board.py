"""What every open desk of this process shows of the queue, read once for all of them when something has moved on.

In: news, the desk's service, the store. Out: rows and the floor as they are; news of `BOARD` when they are others.
Never: kept while no desk is open, or read anew more often than the pace allows; a page that is opened looks at once.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from bot.core.floor import Floor
from bot.core.model import Conversation
from bot.core.once import once
from bot.desk import Desk
from bot.errors import YebanError
from bot.newsroom import Ear, Newsroom
from bot.records import Spoken

BOARD = "board"
_PACE_SECONDS = 0.25
_ANYHOW_SECONDS = 10.0
Place = tuple[str, str]


class Lines(Protocol):
    """What the board asks of the store."""

    async def last_words(self, places: Sequence[Place]) -> Mapping[Place, Spoken]:
        """What the buyer said last in each conversation."""


@dataclass(frozen=True)
class Row:
    """One conversation of the queue, and what the buyer said last in it. Without slots, for `once`: every open desk
    asks for the same."""

    talk: Conversation
    last: Spoken | None

    @property
    @once
    def place(self) -> Place:
        return self.talk.channel, self.talk.id

    @property
    @once
    def name(self) -> str:
        """Of its element."""
        return "row-" + blake2b("\n".join(self.place).encode(), digest_size=8).hexdigest()

    @property
    @once
    def key(self) -> tuple[object, ...]:
        """What changes whenever the row shows something else."""
        return (*self.place, self.talk.version, self.last.seq if self.last else 0)


class Board:
    """The hottest first, as `Desk.queue` has it."""

    def __init__(self, desk: Desk, lines: Lines, news: Newsroom) -> None:
        self._desk = desk
        self._lines = lines
        self._news = news
        self._open = 0
        self._task: asyncio.Task[None] | None = None
        self.rows: Sequence[Row] = ()
        self.floor = Floor()
        self.keys: Mapping[Place, tuple[object, ...]] = {}
        self.stands: object = ()  # the same object for as long as every row stands where it stood
        self._shown: object = None

    async def look(self) -> None:
        """Read it now."""
        talks = await self._desk.queue()
        last = await self._lines.last_words([(one.channel, one.id) for one in talks])
        self.rows = [Row(one, last.get((one.channel, one.id))) for one in talks]
        self.keys = {row.place: row.key for row in self.rows}
        stands = [(row.place, row.talk.agent_id, row.talk.waiting_since is None) for row in self.rows]
        self.stands = self.stands if stands == self.stands else stands
        self.floor = await self._desk.floor()

    @contextmanager
    def watching(self, lanes: Sequence[str]) -> Iterator[Ear]:
        """An ear for the board and some conversations; while one is open the board is kept."""
        self._open += 1
        if self._task is None:
            self._task = asyncio.create_task(self._keep())
        try:
            with self._news.listening((BOARD, *lanes)) as ear:
                yield ear
        finally:
            self._open -= 1
            if not self._open and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _keep(self) -> None:
        with self._news.listening() as ear:
            while not self._news.closed:
                await self._refresh()
                await asyncio.sleep(_PACE_SECONDS)
                while await ear.news(_ANYHOW_SECONDS) == {BOARD} and not self._news.closed:
                    pass  # only our own word

    async def _refresh(self) -> None:
        """A store that is down for a moment leaves the board as it was."""
        with suppress(YebanError):
            await self.look()
        shown = [row.key for row in self.rows], self.floor.presence, self.floor.there
        if shown != self._shown:
            self._shown = shown
            self._news.hear(BOARD)
