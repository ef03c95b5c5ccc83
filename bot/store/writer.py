"""One writing thread a process: many callers, one commit.

In: functions of a connection. Out: their results, after the commit that holds them is on disk. Never: a result that a
crash could take back.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from bot.ports import Overloaded, StoreDown

T = TypeVar("T")
Piece = TypeVar("Piece")
Work = Callable[[Connection], T]
Many = Callable[[Connection, Sequence[Piece]], Sequence[T]]
# A statement's own fault. Any other database error says nothing certain of the transaction around it.
_HARMLESS = (IntegrityError, DataError)


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    many: Many[Any, Any]
    item: Any
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(frozen=True, slots=True)
class _Result:
    value: Any = None
    error: Exception | None = None


class _Trap:
    """Keeps an exception for whoever waits for the result: one job's must not end the others, nor any the thread."""

    error: Exception | None = None

    def __enter__(self) -> "_Trap":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        del kind, trace
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None


class Writer:
    """Callers wait in a bounded queue; each gets a savepoint of its own inside the shared transaction."""

    def __init__(self, engine: Engine, bound: int = 4096, batch: int = 256) -> None:
        self._engine = engine
        self._batch = batch
        self._jobs: queue.Queue[_Job | None] = queue.Queue(bound)
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T]) -> T:
        """Do the work in the next commit. Whoever stops waiting does not stop the work."""

        def alone(connection: Connection, items: Sequence[None]) -> Sequence[T]:
            return [work(connection) for _ in items]

        return await self.run_together(alone, None)

    async def run_together(self, many: Many[Piece, T], item: Piece) -> T:
        """The same, for work that is cheaper in bulk: the items that wait at one moment go to `many` in one call."""
        loop = asyncio.get_running_loop()
        job = _Job(many, item, loop.create_future(), loop)
        self._put(job)
        return cast("T", await job.future)

    async def close(self) -> None:
        """Refuse new work, finish what waits, end the thread."""
        with self._gate:
            self._closed = True
        await asyncio.to_thread(self._finish)

    def _put(self, job: _Job) -> None:
        with self._gate:
            if self._closed:
                raise StoreDown("closed")
            try:
                self._jobs.put_nowait(job)
            except queue.Full as full:
                raise Overloaded from full

    def _finish(self) -> None:
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job, *self._more()]
            _tell(batch, self._commit(batch))

    def _more(self) -> Sequence[_Job]:
        """What already waits, up to a batch. The closing mark comes last of all and is put back for `_serve`."""
        found: list[_Job] = []
        while len(found) < self._batch - 1 and not self._jobs.empty():
            job = self._jobs.get_nowait()
            if job is None:
                self._jobs.put_nowait(None)
                break
            found.append(job)
        return found

    def _commit(self, batch: Sequence[_Job]) -> Sequence[_Result]:
        results: dict[_Job, _Result] = {}
        with _Trap() as trap, self._engine.begin() as connection:
            for many, jobs in _groups(batch).items():
                results.update(zip(jobs, _attempt(connection, many, jobs), strict=True))
        if trap.error is None:
            return [results[job] for job in batch]
        down = StoreDown(type(trap.error).__name__)
        down.__cause__ = trap.error
        return [_Result(error=down)] * len(batch)


def _groups(batch: Sequence[_Job]) -> dict[Many[Any, Any], list[_Job]]:
    groups: dict[Many[Any, Any], list[_Job]] = {}
    for job in batch:
        groups.setdefault(job.many, []).append(job)
    return groups


def _attempt(connection: Connection, many: Many[Any, Any], jobs: Sequence[_Job]) -> Sequence[_Result]:
    """In a savepoint; a group that fails is tried again one by one, so that each pays only for itself."""
    values: Sequence[Any] = ()
    with _Trap() as trap, connection.begin_nested():
        values = many(connection, [job.item for job in jobs])
    if trap.error is None:
        return [_Result(value) for value in values]
    if isinstance(trap.error, DBAPIError) and not isinstance(trap.error, _HARMLESS):
        raise trap.error
    if len(jobs) == 1:
        return [_Result(error=trap.error)]
    return [result for job in jobs for result in _attempt(connection, many, [job])]


def _tell(batch: Sequence[_Job], results: Sequence[_Result]) -> None:
    """Wake the callers, each loop once."""
    for loop in {job.loop for job in batch}:
        mine = [(job.future, result) for job, result in zip(batch, results, strict=True) if job.loop is loop]
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(pairs: Sequence[tuple[asyncio.Future[Any], _Result]]) -> None:
    for future, result in pairs:
        if future.done():
            continue
        if result.error is not None:
            future.set_exception(result.error)
        else:
            future.set_result(result.value)
