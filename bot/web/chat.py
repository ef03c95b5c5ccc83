"""A visitor of the buyer page and what they send, as plain values.

In: a cookie and a form's bytes. Out: a `Visitor`, a `Sending` and the event's data. Never: the cookie itself outside
of the browser, an id that the browser chose.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from bot.channels.payloads import TEXT_MAX, storable
from bot.core.model import Item, Kind, Sender
from bot.errors import YebanError

CHANNEL = "page"
COOKIE = "yeban_buyer"
DEMO_BUYER = "demo-buyer"
FORM_MAX = 256 * 1024
_KEY = re.compile(r"[0-9A-Za-z_-]{16,64}")
_FIELDS_MAX = 8
_ID_MAX = 128


class RefusedError(YebanError):
    """What a visitor sent cannot be taken; the text tells them what to do."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser. `key` is its secret; the ids made of it may be seen by agents and lead to no transcript."""

    key: str
    demo: bool

    @classmethod
    def known_by(cls, cookie: str | None, demo: bool) -> Self | None:
        """The visitor of a cookie, or None if it is not one of ours."""
        return cls(cookie, demo) if cookie and _KEY.fullmatch(cookie) else None

    @property
    def id(self) -> str:
        return _digest("visitor", self.key)[:24]

    @property
    def conversation_id(self) -> str:
        return f"page-{self.id}"

    @property
    def buyer_id(self) -> str:
        """In the demo everybody is the buyer whose order the demo shop has."""
        return DEMO_BUYER if self.demo else self.id


@dataclass(frozen=True, slots=True)
class Sending:
    """What a form carried. `token` is the page's; a second click carries the same one."""

    token: str = ""
    text: str = ""
    item_id: str = ""
    order_id: str = ""

    @classmethod
    def read(cls, body: bytes) -> Self:
        """A form's fields; raises `RefusedError` for what no page of ours sends."""
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX)
        except ValueError:
            raise RefusedError("page.bad_form") from None
        fields = {name: value for name, value in pairs if name in cls.__dataclass_fields__}
        return cls(**fields | {"text": fields.get("text", "").replace("\r\n", "\n")})

    def event_id(self, visitor: Visitor) -> str:
        """The same click has the same id; another visitor, or another text after a step back, never has."""
        return "page-" + _digest(visitor.key, self.token, self.text, self.item_id, self.order_id)[:32]

    def data(self, visitor: Visitor, items: Sequence[Item], at: datetime) -> Mapping[str, object]:
        """The data of the event; raises `RefusedError`."""
        if _KEY.fullmatch(self.token) is None:
            raise RefusedError("page.bad_form")
        return {
            "id": self.event_id(visitor),
            "conversation_id": visitor.conversation_id,
            "buyer": {"id": visitor.buyer_id},
            "sender": Sender.BUYER.value,
            "sent_at": at.isoformat(),
            **self._content(items),
        }

    def _content(self, items: Sequence[Item]) -> Mapping[str, object]:
        if self.item_id:
            title = next((item.title for item in items if item.id == self.item_id), None)
            if title is None:
                raise RefusedError("page.unknown_item")
            return {"kind": Kind.ITEM_CARD.value, "item_id": self.item_id, "text": title}
        if self.order_id:
            return {"kind": Kind.ORDER_CARD.value, "order_id": _short(self.order_id), "text": self.order_id}
        return {"kind": Kind.TEXT.value, "text": _sayable(self.text)}


def from_own_page(request: Request) -> bool:
    """Whether one of our own pages sent this, says the browser. A program says nothing: it has no cookie to abuse."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _sayable(text: str) -> str:
    if not text.strip():
        raise RefusedError("page.empty")
    if len(text) > TEXT_MAX:
        raise RefusedError("page.too_long", count=len(text), limit=TEXT_MAX)
    if not storable(text):
        raise RefusedError("page.unfit")
    return text


def _short(order_id: str) -> str:
    if len(order_id) > _ID_MAX or not order_id.isprintable():
        raise RefusedError("page.bad_form")
    return order_id


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
