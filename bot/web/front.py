"""What the buyer page shows, as plain values: the shop at this moment, and the lines of a talk.

In: what the shop states and what the store keeps. Out: facts for the templates. Never: who of the shop's people spoke.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.model import Item
from bot.records import Spoken
from bot.web.pages import stamp


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What the page shows of the shop at this moment. `people_on`: a person of the shop answers now."""

    name: str
    hours: str
    people_on: bool
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the page; `who` is `buyer`, `bot` or `agent`."""

    seq: int
    id: str
    who: str
    kind: str
    text: str
    at: str
    time: str


def seen(line: Spoken, now: datetime, zone: ZoneInfo) -> Seen:
    """One line of the transcript as a buyer sees it."""
    who = line.author if line.author in {"buyer", "bot"} else "agent"
    return Seen(line.seq, line.id, who, line.kind, line.text, line.at.isoformat(), stamp(line.at, now, zone))
