"""What the buyer page shows, as plain values: the shop at this moment, and the lines of a talk.

In: what the shop states and what the store keeps. Out: facts for the templates. Never: a person's name, an address or a
phone on a card.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from bot.core.model import Item, Kind, Order, OrderStatus
from bot.core.order_words import order_title
from bot.records import Purpose, Spoken
from bot.web.pages import stamp
from bot.web.tongue import FIRST, N_, translations

#: Work numbers as shops write them; whatever else stands there is not shown.
_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z_-]{1,16}")
_NOTICES = frozenset({Purpose.HANDOFF.value, Purpose.NOTICE.value})
STATUSES = {
    OrderStatus.UNPAID: N_("To be paid"),
    OrderStatus.DEPOSIT_PAID: N_("Deposit paid"),
    OrderStatus.PAID: N_("To be shipped"),
    OrderStatus.SHIPPED: N_("Shipped"),
    OrderStatus.SIGNED: N_("Received"),
    OrderStatus.FINISHED: N_("Finished"),
    OrderStatus.CLOSED: N_("Order closed"),
}


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What the page shows of the shop at this moment. `people_on`: a person of the shop answers now."""

    name: str
    hours: str
    people_on: bool
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """An item or an order in small: what, how it stands, how much (yuan)."""

    id: str
    title: str
    amount: str
    status: str = ""

    @classmethod
    def of(cls, what: Item | Order, language: str) -> Self:
        if isinstance(what, Item):
            return cls(what.id, what.title, str(what.price))
        status = translations(language).gettext(STATUSES[what.status])
        return cls(what.id, order_title(what) or what.id, str(what.amount), status)


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the page; `who` is `buyer`, `bot` or `agent`, `number` an agent's work number where there is one."""

    seq: int
    id: str
    who: str
    kind: str
    text: str
    at: str
    time: str
    number: str = ""
    notice: bool = False
    card: Card | None = None
    picture: str = ""


def seen(line: Spoken, now: datetime, zone: ZoneInfo, language: str = FIRST, card: Card | None = None) -> Seen:
    """One line of the transcript as a buyer sees it."""
    who = line.author if line.author in {"buyer", "bot"} else "agent"
    number = line.author if who == "agent" and _NUMBER.fullmatch(line.author) else ""
    picture = f"/chat/pictures/{line.id}" if who == "buyer" and line.kind == Kind.IMAGE else ""
    return Seen(
        line.seq, line.id, who, line.kind, line.text, line.at.isoformat(), stamp(line.at, now, zone, language),
        number, line.purpose in _NOTICES, card, picture,
    )  # fmt: skip
