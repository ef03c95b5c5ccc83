"""What the desk reads beside a conversation, as it crosses between the shell and its store.

In: nothing. Out: lines with their turns, a buyer's sheet, hits of a search. Never: a rule, a word of the desk's own.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.buyer import Buyer
from bot.core.model import Conversation, Item, Order
from bot.core.notebooks import Commitment, Issue
from bot.records import Spoken, TurnRecord


@dataclass(frozen=True, slots=True)
class Traced:
    """A line of a transcript and the turn that read or said it; None where no turn did, or where it is gone."""

    line: Spoken
    turn: TurnRecord | None = None


@dataclass(frozen=True, slots=True)
class PastTalk:
    """One of a buyer's conversations: what was said there last, and when anything happened."""

    conversation: Conversation
    at: datetime
    last: Spoken | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is read of a buyer at once; lists are the newest first and cut. `orders_count`, `hand_offs`: of all.
    `items`: those whose cards were sent."""

    file: Buyer | None = None
    orders: tuple[Order, ...] = ()
    orders_count: int = 0
    items: tuple[Item, ...] = ()
    talks: tuple[PastTalk, ...] = ()
    owed: tuple[Commitment, ...] = ()
    issues: tuple[Issue, ...] = ()
    hand_offs: int = 0


class Where(StrEnum):
    """By what something was found."""

    CONVERSATION = "conversation"
    BUYER = "buyer"
    NAME = "name"
    ORDER = "order"
    PARCEL = "parcel"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation (`channel`, `conversation_id`) that a search leads to. `text`: what was hit, whole; `seq`: of the
    line, where words were found."""

    where: Where
    channel: str
    conversation_id: str
    buyer_id: str
    text: str
    at: datetime
    buyer_name: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: `text` as typed, at most `limit` of each kind; of words only in lines not older than `since`,
    in the newest `look` of all before the line `before`."""

    text: str
    limit: int
    since: datetime
    look: int
    before: int | None = None
