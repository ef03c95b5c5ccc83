"""`yeban serve`: the service on a port until it is told to stop.

In: a namespace and settings. Out: 0 after draining. Never: a secret printed but the one made for the demo.
"""

import argparse
import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import uvicorn

from bot import clock, log
from bot.app import Service, build_app, open_service, read_shelf
from bot.channels.signing import new_secret, parse_secrets
from bot.cli.demo_staff import staff_demo
from bot.cli.stored import with_store
from bot.cli.supervise import Supervisor, listening
from bot.content.files import FileSet
from bot.demo import load_demo
from bot.errors import ContentError, UsageError, YebanError
from bot.metrics import forget, prepare_shared
from bot.ports import Store
from bot.settings import DEFAULT_DATABASE, Settings
from bot.shelf import Shelf
from bot.store import try_store
from bot.store.engine import must_exist
from bot.words import say

_GRACE_SECONDS = 10
_WORKERS = range(1, 65)
DEMO_DATABASE = "sqlite:///yeban-demo.db"


class Server(uvicorn.Server):
    """uvicorn that ends the live pages before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.end_pages()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._service.end_pages()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal asks for draining, and a drained service ends with 0; uvicorn would raise the signal once more."""
        loop, asked = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        for one in asked:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in asked:
                loop.remove_signal_handler(one)


@dataclass(frozen=True, slots=True)
class Plan:
    """What all workers of one call have in common."""

    args: argparse.Namespace
    settings: Settings
    shelf: Shelf
    socket: socket.socket


def run_serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT: alone, or as the parent of several workers that share what was read."""
    if args.workers not in _WORKERS:
        raise UsageError("errors.workers", count=args.workers)
    log.set_up(settings.log_format)
    settings = _demo_settings(settings) if args.demo else _required(settings)
    plan = Plan(args, settings, _shelf(settings), listening(args.host, args.port))
    if args.demo:
        staff_demo(settings, plan.shelf.book().rules.shifts)
    if args.workers == 1:
        return _work(plan, 0, None)
    _rehearse(settings)
    with TemporaryDirectory(prefix="yeban-metrics-") as folder:
        prepare_shared(Path(folder))
        return Supervisor(partial(_work, plan), args.workers, log.get(), ended=forget).run()


def _tell_folders(settings: Settings) -> None:
    """Shipped words that speak for a shop are worth a warning."""
    told = log.get().warning if settings.assumed else log.get().info
    told("folders", replies=str(settings.replies), rules=str(settings.rules), shipped=list(settings.assumed))


def _shelf(settings: Settings) -> Shelf:
    """Of the folders; where these have faults, of what was served last: a restart with a broken change must not be an
    outage. The service tells the faults."""
    try:
        return read_shelf(settings)
    except ContentError:
        with suppress(YebanError):
            must_exist(settings.database_url)
            if served := with_store(settings, _served):
                return read_shelf(settings, *served)
        raise


async def _served(store: Store) -> tuple[FileSet, str | None] | None:
    """The files and their commit."""
    line = await store.serving()
    files = await store.release_files(line.version) if line else None
    return (files, line.commit) if line and files else None


def _rehearse(settings: Settings) -> None:
    """What would end every worker at its start is said once, before there is any."""
    parse_secrets(",".join(settings.secrets))
    try_store(settings.database_url)


def _work(plan: Plan, number: int, lifeline: int | None) -> int:
    """One worker's life."""
    args = plan.args
    demo = load_demo(clock.utc_now()) if args.demo else None
    items, shared = demo.items if demo else (), args.workers > 1
    service = open_service(plan.settings, plan.shelf, demo=args.demo, items=items, shared=shared)
    config = uvicorn.Config(
        build_app(service), access_log=False, log_level="warning", timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
    )  # fmt: skip
    server = Server(config, service)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(server, service, plan, first=number == 0, lifeline=lifeline))
    return 0 if server.started else 1


async def _serve(server: Server, service: Service, plan: Plan, *, first: bool, lifeline: int | None) -> None:
    if lifeline is not None:
        _outlive_nobody(lifeline, server)
    if first:
        _tell_folders(service.settings)
    if plan.args.demo and first:
        snapshots = load_demo(clock.utc_now())
        await service.store.import_snapshots(snapshots.items, snapshots.orders)
        where = {"host": plan.args.host, "port": plan.args.port}
        sys.stderr.write(say("serve.demo", **where, secret=service.settings.secrets[0]) + "\n")
    await server.serve(sockets=[plan.socket])


def _outlive_nobody(lifeline: int, server: Server) -> None:
    """When the parent is gone, drain and end."""
    loop = asyncio.get_running_loop()

    def orphaned() -> None:
        loop.remove_reader(lifeline)
        server.handle_exit(signal.SIGTERM, None)

    loop.add_reader(lifeline, orphaned)


def _demo_settings(settings: Settings) -> Settings:
    """The demo makes its own secret where none is given, and keeps its invented data out of the shop's database."""
    secrets = settings.secrets or (new_secret(clock.random_bytes),)
    own = settings.database_url == DEFAULT_DATABASE
    return replace(settings, secrets=secrets, database_url=DEMO_DATABASE if own else settings.database_url)


def _required(settings: Settings) -> Settings:
    if not settings.secrets:
        raise UsageError("errors.no_secret")
    if settings.channel_url is None and not settings.widget:
        raise UsageError("errors.no_channel")
    return settings
