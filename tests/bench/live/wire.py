"""HTTP as bytes: the least that a load generator and a receiver need.

In: buyers' lines, raw bytes from a socket. Out: signed requests, whole messages cut from what came. Never: a socket.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.signing import parse_secret, sign
from tests.e2e.shop import SIGNING

HOST = "127.0.0.1"
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"

#: Conversation and text.
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cut:
    """One whole HTTP message and what came after it."""

    head: bytes
    body: bytes
    rest: bytes

    @property
    def status(self) -> int:
        return int(self.head[9:12])


def message_id(run: str, number: int) -> str:
    """By which a command's `in_reply_to` leads back to the line it answers."""
    return f"m-{run}-{number}"


def event_id(run: str, number: int) -> str:
    """The `webhook-id` of a line."""
    return f"e-{run}-{number}"


def number_of(one_id: str, run: str) -> int | None:
    """The line behind an id of this run."""
    _, _, rest = one_id.partition("-")
    head, _, number = rest.rpartition("-")
    return int(number) if head == run and number.isdecimal() else None


def requests_of(run: str, lines: Sequence[Line], now: datetime) -> list[bytes]:
    """All requests of a run, signed beforehand; good for five minutes."""
    return [request(event_id(run, number), event(run, number, *line, now), now) for number, line in enumerate(lines)]


def request(one_id: str, body: bytes, now: datetime) -> bytes:
    """One signed webhook on a connection that stays open."""
    seconds = int(now.timestamp())
    head = (
        f"POST /hooks/webhook HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nwebhook-id: {one_id}\r\nwebhook-timestamp: {seconds}\r\n"
        f"webhook-signature: {sign(parse_secret(SIGNING), one_id, seconds, body)}\r\n\r\n"
    )
    return head.encode() + body


def event(run: str, number: int, conversation: str, text: str, now: datetime) -> bytes:
    """The body of a webhook: a buyer of this conversation writes a line."""
    at = now.astimezone(UTC).isoformat()
    data: Mapping[str, object] = {
        "id": message_id(run, number), "conversation_id": conversation, "buyer": {"id": f"b-{conversation}"},
        "sender": "buyer", "kind": "text", "text": text, "sent_at": at,
    }  # fmt: skip
    return json.dumps({"type": "message.created", "timestamp": at, "data": data}, ensure_ascii=False).encode()


def cut(got: bytes) -> Cut | None:
    """The first whole message, if it has come; a message without a length has no body."""
    head, found, rest = got.partition(_END)
    if not found:
        return None
    length = int(header(head, _LENGTH) or 0)
    return Cut(head, rest[:length], rest[length:]) if len(rest) >= length else None


def header(head: bytes, name: bytes) -> bytes:
    """A header's value; `name` in small letters, with its colon."""
    _, found, rest = head.lower().partition(b"\r\n" + name)
    return rest.partition(b"\r\n")[0].strip() if found else b""
