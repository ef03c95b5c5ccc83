"""The load generator, a process of its own: `python -m tests.bench.live.gun`, one job a line on stdin.

In: a `Job` as JSON. Out: a `Fired` as JSON. Never: a request made or signed after the clock starts.

A message counts as sent when its turn comes, also where it must then wait for a free connection: a slow server cannot
slow the clock that measures it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from time import monotonic, process_time
from typing import cast

import uvloop

from tests.bench.live.wire import HOST, Cut, Line, cut, header, requests_of

_AGAIN = (429, 503)
_TRIES = 200
_GRACE = 0.05  # seconds between the last preparation and the first shot


@dataclass(frozen=True, slots=True)
class Job:
    """`rate` messages a second; None: as fast as `connections` answered requests allow."""

    run: str
    port: int
    lines: Sequence[Line]
    connections: int
    rate: float | None = None


@dataclass(slots=True)
class Fired:
    """By line: when it was sent and when it was accepted, in monotonic seconds, 0.0 if never. `again`: answers 429, 503
    and broken connections, each tried anew."""

    sent: list[float]
    accepted: list[float]
    again: int = 0
    refused: list[int] = field(default_factory=list)
    cpu_s: float = 0.0


class Barrel(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._got = b""
        self._answer: asyncio.Future[Cut] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._got += data
        whole = cut(self._got)
        if whole and self._answer and not self._answer.done():
            self._got = whole.rest
            self._answer.set_result(whole)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())

    async def open(self, port: int) -> None:
        self._got = b""
        await asyncio.get_running_loop().create_connection(lambda: self, HOST, port)

    def close(self) -> None:
        if self.transport:
            self.transport.close()

    async def ask(self, request: bytes, port: int) -> Cut:
        """Send and wait for the answer; a connection that the server has closed is opened anew."""
        if self.transport is None or self.transport.is_closing():
            await self.open(port)
        assert self.transport
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


class Gun:
    """Fires all lines of a job, each until it is accepted."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._requests = requests_of(job.run, job.lines, datetime.now(UTC))
        self._due: asyncio.Queue[int | None] = asyncio.Queue()
        self.fired = Fired([0.0] * len(job.lines), [0.0] * len(job.lines))

    async def fire(self) -> Fired:
        """Open all connections, then start the clock."""
        barrels = [Barrel() for _ in range(self._job.connections)]
        for barrel in barrels:
            await barrel.open(self._job.port)
        begun = process_time()
        await asyncio.gather(self._feed(), *(self._serve(barrel) for barrel in barrels))
        self.fired.cpu_s = process_time() - begun
        return self.fired

    async def _feed(self) -> None:
        """Bring the lines when they are due; without a rate all are at once."""
        rate, start = self._job.rate, monotonic() + _GRACE
        for number in range(len(self._job.lines)):
            if rate:
                await asyncio.sleep(max(0.0, start + number / rate - monotonic()))
                self.fired.sent[number] = monotonic()
            self._due.put_nowait(number)
        for _ in range(self._job.connections):
            self._due.put_nowait(None)

    async def _serve(self, barrel: Barrel) -> None:
        while (number := await self._due.get()) is not None:
            self.fired.sent[number] = self.fired.sent[number] or monotonic()
            if not await self._deliver(barrel, number):
                self.fired.refused.append(number)

    async def _deliver(self, barrel: Barrel, number: int) -> bool:
        for _ in range(_TRIES):
            wait = 0.1
            with suppress(OSError):
                answer = await barrel.ask(self._requests[number], self._job.port)
                if answer.status not in _AGAIN:
                    self.fired.accepted[number] = monotonic()
                    return answer.status == 200
                wait = float(header(answer.head, b"retry-after:") or wait)
            self.fired.again += 1
            await asyncio.sleep(wait)
        return False


async def _fired(job: Job) -> Fired:
    return await Gun(job).fire()


def main() -> None:
    """Jobs until stdin ends. Written by a writer of our own: an unbuffered `sys.stdout` (PYTHONUNBUFFERED) loses what a
    full pipe does not take at once."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        for line in sys.stdin:
            fired = uvloop.run(_fired(Job(**json.loads(line))))
            out.write(json.dumps(asdict(fired)).encode() + b"\n")
            out.flush()


if __name__ == "__main__":
    main()
