"""One thread, one connection: many callers, one transaction.

In: functions of a connection. Out: their results, after the commit that holds them is on disk. Never: a result that a
crash could take back.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from bot.clock import monotonic
from bot.ports import Overloaded, StoreDown
from bot.store.hold import Hold

T = TypeVar("T")
Piece = TypeVar("Piece")
Work = Callable[[Connection], T]
Many = Callable[[Connection, Sequence[Piece]], Sequence[T]]
# A statement's own fault. Any other database error says nothing certain of the transaction around it.
_HARMLESS = (IntegrityError, DataError)
# PostgreSQL gave way to another transaction: 40001 could not serialize, 40P01 deadlock. Nothing was kept; try again.
_GAVE_WAY = frozenset({"40001", "40P01"})
_ATTEMPTS = 5
_REST_SECONDS = 0.05
_FEW = 8


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


_Results = dict[_Job, _Result]


class Batches:
    """Callers wait in a bounded queue. All that waits at one moment is one transaction; whoever fails in it fails
    alone. After one that served several the thread rests as long as it worked, so that under load a transaction serves
    many callers and leaves the processor to them; it rests no longer once as many wait again. `apart`: each kind of
    work is a transaction of its own, so that two processes never lock the same rows in different orders. `only_reads`:
    all work may be done once more on another connection."""

    def __init__(
        self,
        engine: Engine,
        name: str,
        bound: int = 4096,
        batch: int = 256,
        *,
        apart: bool = False,
        only_reads: bool = False,
    ) -> None:
        self._engine = engine
        self._batch = batch
        self._apart = apart
        self._only_reads = only_reads
        self._jobs: queue.Queue[_Job | None] = queue.Queue(bound)
        self._closed = False
        self._enough, self._plenty = 0, threading.Event()
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
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
        if self._jobs.qsize() >= self._enough:
            self._plenty.set()

    def _finish(self) -> None:
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _serve(self) -> None:
        with Hold(self._engine) as hold:
            while (job := self._jobs.get()) is not None:
                batch, begun = [job, *self._more()], monotonic()
                for part in self._parts(batch):
                    _tell(_committed(hold, part, only_reads=self._only_reads))
                if len(batch) > 1:
                    self._rest(min(monotonic() - begun, _REST_SECONDS), max(len(batch), _FEW))

    def _parts(self, batch: Sequence[_Job]) -> Iterable[Sequence[_Job]]:
        return _groups(batch).values() if self._apart else [batch]

    def _rest(self, seconds: float, enough: int) -> None:
        """So long, or until enough wait."""
        self._enough = enough
        self._plenty.clear()
        if self._jobs.qsize() < enough:
            self._plenty.wait(seconds)

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


def _committed(hold: Hold, batch: Sequence[_Job], *, only_reads: bool) -> _Results:
    """What became of each job once the transaction ended. An exception must not end the thread: it is a result."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            return _transacted(hold, batch)
        except Exception as error:
            if not left or not (_gave_way(error) or (only_reads and _broke(error))):
                down = StoreDown(type(error).__name__)
                down.__cause__ = error
                return dict.fromkeys(batch, _Result(error=down))
    return {}


def _transacted(hold: Hold, batch: Sequence[_Job]) -> _Results:
    """As if nothing could fail; and if something did, once more with a savepoint around each."""
    try:
        with hold.begin() as connection:
            return _attempt(connection, batch)
    except Exception as error:
        if _is_fatal(error):
            raise
    with hold.begin() as connection:
        return _attempt_apart(connection, batch)


def _attempt(connection: Connection, batch: Sequence[_Job]) -> _Results:
    results: _Results = {}
    for many, jobs in _groups(batch).items():
        values = many(connection, [job.item for job in jobs])
        results.update((job, _Result(value)) for job, value in zip(jobs, values, strict=True))
    return results


def _attempt_apart(connection: Connection, batch: Sequence[_Job]) -> _Results:
    """Each job in a savepoint of its own, so that each pays only for itself."""
    results: _Results = {}
    for job in batch:
        try:
            with connection.begin_nested():
                results |= _attempt(connection, [job])
        except Exception as error:
            if _is_fatal(error):
                raise
            results[job] = _Result(error=error)
    return results


def _groups(batch: Sequence[_Job]) -> dict[Many[Any, Any], list[_Job]]:
    groups: dict[Many[Any, Any], list[_Job]] = {}
    for job in batch:
        groups.setdefault(job.many, []).append(job)
    return groups


def _is_fatal(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and not isinstance(error, _HARMLESS)


def _broke(error: Exception) -> bool:
    """The connection was lost, perhaps long ago. What was only read may be read again."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _gave_way(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _GAVE_WAY


def _tell(results: _Results) -> None:
    """Wake the callers, each loop once."""
    for loop in {job.loop for job in results}:
        mine = [(job.future, result) for job, result in results.items() if job.loop is loop]
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
