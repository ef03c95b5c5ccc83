"""The ceiling, a process of its own: `python -m tests.bench.live.ceiling MODE PORT DATABASE URL`.

In: the service's own webhook route, writer and HTTP client. Out: per message the least that a durable bot must do.
Never: a thought about a message.

Modes: `whole` keeps each event with one insert and then posts one empty command; `kept` keeps it as the service's inbox
does, with no worker behind it; `bare` keeps nothing.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from inspect import signature
from itertools import cycle, islice
from typing import cast

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Connection, insert

from bot import clock
from bot.bell import LocalBell
from bot.channels.signing import parse_secrets
from bot.channels.webhook import open_clients
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.records import Event
from bot.store import SqlStore, open_store
from bot.store.batches import Batches
from bot.store.engine import Engines, open_engines
from bot.store.rows import event_values
from bot.store.schema import inbox
from bot.web.errors import install_errors
from bot.web.hooks import Accepting, hooks_router
from tests.bench.live.wire import HOST, event_id
from tests.e2e.shop import SIGNING
from tests.fakes import FREELY

WIDTH: int = signature(Outbox).parameters["width"].default
_GRACE_SECONDS = 10
_AT_ONCE = 64  # accepted at one moment: enough to share commits


class Bare:
    """Keeps nothing."""

    async def accept(self, event: Event) -> bool:
        del event
        return True

    @asynccontextmanager
    async def running(self, app: FastAPI) -> AsyncIterator[None]:
        del app
        yield


class Kept:
    """The service's own inbox."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._inbox = Inbox(store, LocalBell(), FREELY)

    async def accept(self, event: Event) -> bool:
        return await self._inbox.accept(event)

    @asynccontextmanager
    async def running(self, app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await self._store.close()


class Whole:
    """One insert in a shared commit, then one empty post; as many posts at once as the service's outbox makes."""

    def __init__(self, engines: Engines, url: str) -> None:
        self._engines, self._url = engines, url
        self._writer = Batches(engines.write, "ceiling")
        self._due: asyncio.Queue[str | None] = asyncio.Queue()

    async def accept(self, event: Event) -> bool:
        new = await self._writer.run_together(keep, event)
        self._due.put_nowait(event.id)
        return new

    @asynccontextmanager
    async def running(self, app: FastAPI) -> AsyncIterator[None]:
        del app
        async with open_clients() as clients:
            posts = [asyncio.create_task(self._post(one)) for one in islice(cycle(clients), WIDTH)]
            yield
            for _ in posts:
                self._due.put_nowait(None)
            await asyncio.gather(*posts)
        await self._writer.close()
        self._engines.dispose()

    async def _post(self, client: httpx.AsyncClient) -> None:
        while (one := await self._due.get()) is not None:
            await client.post(self._url, content=b"", headers={"webhook-id": one}, timeout=10.0)


Mode = Bare | Kept | Whole


def keep(connection: Connection, events: Sequence[Event]) -> Sequence[bool]:
    """One insert an event, and nothing else."""
    connection.execute(insert(inbox), [event_values(event) for event in events])
    return [True] * len(events)


def mode_of(name: str, database: str, url: str) -> Mode:
    """What stands behind the route."""
    if name == "bare":
        return Bare()
    if name == "kept":
        return Kept(open_store(database, new_id=clock.new_id))
    return Whole(open_engines(database), url)


def app_of(mode: Mode) -> FastAPI:
    """The service's route over a mode; and one that makes events here, for what no webhook asks for."""
    app, door = FastAPI(title="ceiling", lifespan=mode.running), cast("Accepting", mode)
    app.include_router(hooks_router(door, parse_secrets(SIGNING), clock.utc_now, timedelta()))
    install_errors(app)

    @app.post("/burst/{run}/{first}/{end}")
    async def burst(run: str, first: int, end: int) -> None:
        numbers = iter(range(first, end))
        await asyncio.gather(*(_accept(mode, run, numbers) for _ in range(_AT_ONCE)))

    return app


async def _accept(mode: Mode, run: str, numbers: Iterator[int]) -> None:
    for number in numbers:
        now, one = clock.utc_now(), event_id(run, number)
        await mode.accept(Event("webhook", one, "burst", f"o:{one}", {"id": one}, now, now))


def main(name: str, port: str, database: str, url: str) -> None:
    """Serve as `yeban serve` does; several processes may share the port."""
    shared = socket.socket()
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind((HOST, int(port)))
    config = uvicorn.Config(
        app_of(mode_of(name, database, url)), access_log=False, log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS, server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run([shared])


if __name__ == "__main__":
    main(*sys.argv[1:])
