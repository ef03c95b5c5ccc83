"""`yeban serve`: the service on a port until it is told to stop.

In: a namespace and settings. Out: 0 after draining. Never: a secret printed but the one made for the demo.
"""

import argparse
import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

import uvicorn

from bot import clock, log
from bot.app import Service, build_app, open_service
from bot.channels.signing import new_secret
from bot.demo import load_demo
from bot.errors import UsageError
from bot.settings import DEFAULT_DATABASE, Settings
from bot.words import say

_GRACE_SECONDS = 10
DEMO_DATABASE = "sqlite:///yeban-demo.db"


class Server(uvicorn.Server):
    """uvicorn that ends the live pages before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.watch.close()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._service.watch.close()
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


def run_serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT."""
    if args.workers != 1:
        raise UsageError("errors.many_workers")
    log.set_up(settings.log_format)
    settings = _demo_settings(settings) if args.demo else _required(settings)
    demo = load_demo(clock.utc_now()) if args.demo else None
    service = open_service(settings, demo=args.demo, items=demo.items if demo else ())
    config = uvicorn.Config(
        build_app(service), host=args.host, port=args.port, access_log=False, log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS, server_header=False,
    )  # fmt: skip
    server = Server(config, service)
    asyncio.run(_serve(server, service, args))
    return 0 if server.started else 1


async def _serve(server: Server, service: Service, args: argparse.Namespace) -> None:
    if args.demo:
        snapshots = load_demo(clock.utc_now())
        await service.store.import_snapshots(snapshots.items, snapshots.orders)
        sys.stderr.write(say("serve.demo", host=args.host, port=args.port, secret=service.settings.secrets[0]) + "\n")
    await server.serve()


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
