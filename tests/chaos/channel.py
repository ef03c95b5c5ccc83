"""A channel of bad manners: it honours `webhook-id`, and it fails in every way that HTTP knows.

In: commands over HTTP. Out: answers good and bad, and a record of every try. Never: an id acted on twice.
"""

import asyncio
import json
import time
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from standardwebhooks import Webhook

from tests.chaos.luck import between, drawn
from tests.chaos.records import Arrival
from tests.e2e.shop import SIGNING

#: How often each thing happens. `held`: the answer is kept back until the caller gives up.
MANNERS: Mapping[str, float] = {
    "fine": 80, "slow": 8, "fails": 2.5, "fails after": 2.5, "busy": 2, "cuts": 2.5, "cuts after": 2.5,
}  # fmt: skip
HELD: Mapping[str, float] = {"held": 0.05, "held after": 0.1}
_UNPROCESSED = {"fails", "busy", "cuts", "held"}
_ANSWERS = {
    "fine": "204 No Content", "slow": "204 No Content", "fails": "500 Broken", "fails after": "500 Broken",
    "busy": "503 Busy\r\nretry-after: 1",
}  # fmt: skip
_PATIENCE = 30.0  # whoever is held gives up long before


@dataclass
class Channel:
    """`heard` is called with each command that is acted on, at its first time."""

    seed: int
    manners: Mapping[str, float]
    heard: Callable[[Arrival], None] = lambda _: None
    arrivals: list[Arrival] = field(default_factory=list)
    port: int = 0
    _tries: Counter[str] = field(default_factory=Counter)
    _known: set[str] = field(default_factory=set)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/commands"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server:
            self._server.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, until either side ends it."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._answered(reader, writer):
                await writer.drain()
        writer.close()

    async def _answered(self, reader: StreamReader, writer: StreamWriter) -> bool:
        """One request; whether the connection goes on."""
        headers, body = await _request(reader)
        manner = self._take(headers, body)
        if manner == "slow":
            await asyncio.sleep(between(0.0, 0.3, self.seed, headers["webhook-id"], "slow"))
        if manner.startswith("held"):
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(), _PATIENCE)
        status = _ANSWERS.get(manner)
        if status:
            writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
        return status is not None

    def _take(self, headers: Mapping[str, str], body: bytes) -> str:
        """Decide what becomes of this try, and note it."""
        envelope = Webhook(SIGNING).verify(body, dict(headers))
        one = headers["webhook-id"]
        self._tries[one] += 1
        manner = drawn(self.manners, self.seed, one, self._tries[one])
        self._note(arrival_of(one, envelope, time.time(), processed=manner not in _UNPROCESSED))
        return manner

    def _note(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        if arrival.processed and arrival.command not in self._known:
            self._known.add(arrival.command)
            self.heard(arrival)


def arrival_of(one: str, envelope: Mapping[str, object], at: float, *, processed: bool) -> Arrival:
    data = envelope["data"]
    assert isinstance(data, dict)
    return Arrival(
        at, one, str(envelope["type"]), data.get("conversation_id", ""), data.get("purpose", ""),
        tuple(data.get("in_reply_to", ())), json.dumps(data, ensure_ascii=False, sort_keys=True), processed,
    )  # fmt: skip


async def _request(reader: StreamReader) -> tuple[dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in head if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return headers, await reader.readexactly(int(headers["content-length"]))
