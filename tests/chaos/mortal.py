"""A store and a channel whose process dies at a named point, as by a power cut.

In: the point's name. Out: what the real ones do, until then. Never: a clean-up.

Every write has three points: `<name>` before it, `<name> uncommitted` at the end of its transaction, and
`<name> committed`; every other call has `<name>` before it and `<name> done`.
"""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.ports import Delivered, Later
from bot.records import NOTHING_AHEAD, Claim, Command, DueNudges, Work
from bot.store import LONGEST, SqlStore
from bot.store.batches import Batches
from bot.store.engine import open_engines
from tests.chaos.channel import arrival_of
from tests.chaos.log import Log

T = TypeVar("T")
Piece = TypeVar("Piece")


class Fuse:
    """Burns at its point, once the life has come to its stage."""

    def __init__(self, point: str, stage: str) -> None:
        self._point = point
        self._stage = stage
        self._armed = stage == ""

    def reach(self, stage: str) -> None:
        self._armed = self._armed or stage == self._stage

    def burn(self, point: str) -> None:
        if self._armed and point == self._point:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalWriter(Batches):
    """The real writer; a write is named after the function that does it."""

    fuse = Fuse("", "never")

    async def run(self, work: Callable[[Connection], T]) -> T:
        def deadly(connection: Connection) -> T:
            result = work(connection)
            self.fuse.burn(f"{name} uncommitted")
            return result

        name = name_of(work)
        self.fuse.burn(name)
        result = await super().run(deadly)
        self.fuse.burn(f"{name} committed")
        return result

    async def run_together(self, many: Callable[[Connection, Sequence[Piece]], Sequence[T]], item: Piece) -> T:
        def deadly(connection: Connection, items: Sequence[Piece]) -> Sequence[T]:
            results = many(connection, items)
            self.fuse.burn(f"{name} uncommitted")
            return results

        name = name_of(many)
        self.fuse.burn(name)
        result = await super().run_together(deadly, item)
        self.fuse.burn(f"{name} committed")
        return result


def name_of(work: Callable[..., Any]) -> str:
    """`sql_save.save`, without its arguments."""
    function = work.func if isinstance(work, partial) else work
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


class MortalStore(SqlStore):
    """The real store around a mortal writer."""

    def __init__(self, url: str, new_id: Callable[[], str], fuse: Fuse) -> None:
        engines = open_engines(url)
        super().__init__(engines, new_id, LONGEST)
        self._fuse = fuse
        self._writer = MortalWriter(engines.write, "mortal-writer")
        self._writer.fuse = fuse

    async def load(self, claim: Claim, beside: frozenset[str] = frozenset()) -> Work:
        work = await super().load(claim, beside)
        self._fuse.burn("load done")
        return work

    async def due_nudges(
        self, now: datetime, limit: int, *, ahead: timedelta = NOTHING_AHEAD, day: datetime | None = None
    ) -> Sequence[DueNudges]:
        due = await super().due_nudges(now, limit, ahead=ahead, day=day)
        self._fuse.burn("due_nudges done")
        return due


class MortalChannel:
    """Acts on each id once, over all lives: what it has done is in a file. `answer` says what it tells of a try."""

    def __init__(self, record: Path, fuse: Fuse, answer: Callable[[datetime, int], Delivered | Later]) -> None:
        self._log = Log(record)
        self._fuse = fuse
        self._answer = answer

    async def send(self, command: Command, now: datetime) -> Delivered | Later:
        self._fuse.burn("send")
        tries = sum(one.command == command.id for one in self._log.arrivals())
        answer = self._answer(now, tries)
        processed = isinstance(answer, Delivered) or answer.unsure
        envelope = {"type": command.type, "data": dict(command.data)}
        self._log.add(arrival_of(command.id, envelope, now.timestamp(), processed=processed))
        self._fuse.burn("send done")
        return answer
