"""The shop's endpoint, a process of its own: `python -m tests.bench.live.catcher PORT`; ends with its stdin.

In: commands by POST; GET /count and GET /taken. Out: 204 at once; how many came; what came, told once. Never: a
signature verified, a body read while the clock runs.
"""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from time import monotonic
from typing import cast

import uvloop

from tests.bench.live.wire import HOST, Cut, cut, header

_NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(slots=True)
class Taken:
    """Raw commands with the moments of their arrival, for all connections."""

    commands: list[tuple[float, Cut]] = field(default_factory=list)

    def told(self) -> bytes:
        """All that came since this was asked last, as JSON."""
        commands, self.commands = self.commands, []
        return json.dumps([_read(at, one) for at, one in commands], ensure_ascii=False).encode()


class Catcher(asyncio.Protocol):
    """One connection of the service's client."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._got += data
        while whole := cut(self._got):
            self._got = whole.rest
            self._answer(whole)

    def _answer(self, whole: Cut) -> None:
        assert self._transport
        if whole.head.startswith(b"POST"):
            self._taken.commands.append((monotonic(), whole))
            self._transport.write(_NO_CONTENT)
            return
        body = self._taken.told() if whole.head.startswith(b"GET /taken") else str(len(self._taken.commands)).encode()
        self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


def _read(at: float, whole: Cut) -> dict[str, object]:
    """A command as the bench reckons with it; the ceiling's have no body."""
    envelope = json.loads(whole.body) if whole.body else {}
    data = envelope.get("data", {})
    return {
        "at": at, "id": header(whole.head, b"webhook-id:").decode(), "type": envelope.get("type"),
        "conversation": data.get("conversation_id"), "purpose": data.get("purpose"),
        "answers": data.get("in_reply_to", []),
    }  # fmt: skip


async def _serve(port: int) -> None:
    taken, loop = Taken(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Catcher(taken), HOST, port, backlog=1024)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
