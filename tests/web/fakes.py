"""Twins of what the web rooms lean on, and a real server on a loopback port.

In: an application. Out: its address while the test runs. Never: another machine.
"""

import asyncio
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from bot.core.model import Item, Order
from bot.core.pictures import Picture
from bot.records import Event, Spoken, Vitals
from bot.web.stream import Poll

NOW = datetime(2026, 11, 11, 13, 3, tzinfo=UTC)


class FakeStore:
    """A transcript in memory that also plays the inbox: what a buyer sends appears in it at once."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, str], Event] = {}
        self.lines: dict[tuple[str, str], list[Spoken]] = defaultdict(list)
        self.answers: dict[str, str] = {}
        self.failure: Exception | None = None
        self.state = Vitals()
        self.asked = 0
        self.held: asyncio.Event | None = None
        self.items: dict[str, Item] = {}
        self.orders: list[Order] = []
        self.pictures: dict[str, Picture] = {}
        self.typists: set[str] = set()

    async def accept(self, event: Event) -> bool:
        self._fail()
        if (event.channel, event.id) in self.events:
            return False
        self.events[event.channel, event.id] = event
        text, conversation = str(event.body.get("text", "")), str(event.body.get("conversation_id", ""))
        self.say(conversation, "buyer", text, kind=str(event.body.get("kind", "text")), line_id=event.id)
        if text in self.answers:
            self.say(conversation, "bot", self.answers[text])
        return True

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        self._fail()
        return [line for line in self.lines[channel, conversation_id] if line.seq > after]

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        return self.items.get(item_id or ""), next((one for one in self.orders if one.id == order_id), None)

    async def orders_of(self, buyer_id: str) -> Sequence[Order]:
        return [one for one in self.orders if one.buyer_id == buyer_id]

    async def cards(self, channel: str, ids: Sequence[str]) -> Mapping[str, Item | Order]:
        bodies = {one: event.body for one in ids if (event := self.events.get((channel, one)))}
        known = self.items | {one.id: one for one in self.orders}
        named = {one: str(body.get("item_id") or body.get("order_id")) for one, body in bodies.items()}
        return {one: known[name] for one, name in named.items() if name in known}

    async def keep_picture(self, picture: Picture) -> None:
        self._fail()
        self.pictures.setdefault(picture.id, picture)

    async def picture(self, picture_id: str) -> Picture | None:
        return self.pictures.get(picture_id)

    def is_typing(self, conversation_id: str) -> bool:
        return conversation_id in self.typists

    async def vitals(self, now: datetime) -> Vitals:
        """`held` lets the answer wait."""
        self._fail()
        self.asked += 1
        if self.held is not None:
            await self.held.wait()
        return self.state if now == NOW else Vitals(unanswered=-1.0)

    def say(
        self,
        conversation: str,
        author: str,
        text: str,
        kind: str = "text",
        line_id: str | None = None,
        purpose: str | None = None,
    ) -> None:
        seq = sum(map(len, self.lines.values())) + 1
        line = Spoken(seq, line_id or f"line-{seq}", author, kind, text, NOW, purpose=purpose)
        self.lines["page", conversation].append(line)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


class Server(uvicorn.Server):
    """Ends open streams before it waits for its connections."""

    def __init__(self, app: FastAPI, watch: Poll) -> None:
        super().__init__(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
        self.watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.watch.close()
        await super().shutdown(sockets)


@contextmanager
def serving(app: FastAPI, watch: Poll | None = None) -> Iterator[str]:
    """The address of a running server. The socket listens before the server runs, so nobody has to wait for it."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(app, watch or Poll())
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
