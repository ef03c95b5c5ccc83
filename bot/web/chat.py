"""A visitor of the buyer page and what they send, as plain values.

In: a token and a form's bytes. Out: a `Visitor`, a `Sending` and the event's data. Never: the token itself outside of
the browser, an id that the browser chose.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from bot.channels.payloads import TEXT_MAX, storable
from bot.core.model import Item, Kind, Order, Sender
from bot.web.tokens import Token
from bot.web.tongue import N_, translations

CHANNEL = "page"
DEMO_BUYER = "demo-buyer"
FORM_MAX = 256 * 1024
_KEY = re.compile(r"[0-9A-Za-z_-]{16,64}")
_FIELDS_MAX = 8

BAD_FORM = N_("This page is out of date. Please reload it and send again.")
OTHER_SITE = N_("For your safety, messages can only be sent from this page.")
UNKNOWN_ITEM = N_("This item was not found. Please try another one.")
UNKNOWN_ORDER = N_("This order was not found. Please reload the page.")
EMPTY = N_("There is nothing to send yet. Please write something first.")
TOO_LONG = N_(
    "The text has %(count)s characters, more than %(limit)s. Please send it in parts; it is still in the box."
)
UNFIT = N_("The text has characters that cannot be stored. Please remove them and send again.")


class RefusedError(Exception):
    """What a visitor sent cannot be taken. `message` says in English what to do; the catalogues have it in Chinese."""

    def __init__(self, message: str, status: int = 422, **facts: object) -> None:
        self.message = message
        self.status = status
        self.facts = facts
        super().__init__(message)

    def told(self, language: str) -> str:
        """For the visitor."""
        text = translations(language).gettext(self.message)
        return text % self.facts if self.facts else text


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser, or a buyer whom the shop has vouched for. `key` is its secret; the ids made of it may be seen by
    agents and lead to no transcript."""

    key: str = field(repr=False)
    demo: bool
    buyer: str = ""

    @classmethod
    def of(cls, token: Token, demo: bool) -> Self:
        return cls(token.key, demo, token.buyer)

    @property
    def id(self) -> str:
        return _digest("visitor", self.key)[:24]

    @property
    def conversation_id(self) -> str:
        return f"page-{self.id}"

    @property
    def place(self) -> tuple[str, str]:
        return CHANNEL, self.conversation_id

    @property
    def lane(self) -> str:
        """Where news of the conversation is told."""
        return f"c:{CHANNEL}:{self.conversation_id}"

    @property
    def buyer_id(self) -> str:
        """In the demo everybody whom no shop knows is the buyer whose order the demo shop has."""
        return self.buyer or (DEMO_BUYER if self.demo else self.id)

    @property
    def is_known(self) -> bool:
        """Whether the shop may know orders of this visitor's."""
        return bool(self.buyer) or self.demo


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
            raise RefusedError(BAD_FORM) from None
        fields = {name: value for name, value in pairs if name in cls.__dataclass_fields__}
        return cls(**fields | {"text": fields.get("text", "").replace("\r\n", "\n")})

    def checked(self) -> Self:
        """Raises `RefusedError` for what cannot be an event of ours."""
        if _KEY.fullmatch(self.token) is None:
            raise RefusedError(BAD_FORM)
        if not self.item_id and not self.order_id:
            _sayable(self.text)
        return self

    def event_id(self, visitor: Visitor) -> str:
        """The same click has the same id; another visitor, or another text after a step back, never has."""
        return "page-" + _digest(visitor.key, self.token, self.text, self.item_id, self.order_id)[:32]

    def content(self, item: Item | None, order: Order | None) -> Mapping[str, object]:
        """What it says: a card of the thing that was found, or the text. Raises `RefusedError`."""
        if self.item_id:
            if item is None:
                raise RefusedError(UNKNOWN_ITEM)
            return {"kind": Kind.ITEM_CARD.value, "item_id": item.id, "text": item.title}
        if self.order_id:
            if order is None:
                raise RefusedError(UNKNOWN_ORDER)
            return {"kind": Kind.ORDER_CARD.value, "order_id": order.id, "text": order.id}
        return {"kind": Kind.TEXT.value, "text": self.text}


def event_data(event_id: str, visitor: Visitor, content: Mapping[str, object], at: datetime) -> Mapping[str, object]:
    """The data of `message.created`."""
    return {
        "id": event_id,
        "conversation_id": visitor.conversation_id,
        "buyer": {"id": visitor.buyer_id},
        "sender": Sender.BUYER.value,
        "sent_at": at.isoformat(),
        **content,
    }


def picture_id(visitor: Visitor, token: str, data: bytes) -> str:
    """The id of a picture and of its message: nobody can guess it, and a second try has the same. Raises
    `RefusedError`."""
    if _KEY.fullmatch(token) is None:
        raise RefusedError(BAD_FORM)
    return "page-" + _digest("picture", visitor.key, token, hashlib.sha256(data).hexdigest())[:32]


def from_own_page(request: Request) -> bool:
    """Whether one of our own pages sent this, says the browser. A program says nothing: it has no cookie to abuse."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _sayable(text: str) -> None:
    if not text.strip():
        raise RefusedError(EMPTY)
    if len(text) > TEXT_MAX:
        raise RefusedError(TOO_LONG, count=len(text), limit=TEXT_MAX)
    if not storable(text):
        raise RefusedError(UNFIT)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
