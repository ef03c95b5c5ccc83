"""What the bot would answer in a conversation that people hold, for the agent to send, change or leave.

In: the buyer's unanswered messages, the conversation, facts, the book, now. Out: a `Suggestion`, or None where the bot
would hand over, hold the line or stay silent. Never: a change of anything; words that promise what only the bot's own
turn does (a wish noted); a buyer's order told to somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.book import Book
from bot.core.compose import Part, Reply
from bot.core.facts import Facts
from bot.core.model import Conversation, DecisionKind, Holder, Message
from bot.core.notes import NOTED
from bot.core.once import once
from bot.core.turn import Turn, take_turn

#: Decisions whose words only say that the bot did not understand, or that people come.
_EMPTY = frozenset({"not_understood", "declined", "noted"})
_SPEAKS = frozenset({DecisionKind.ANSWER, DecisionKind.ASK})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words for the buyer. `topic`, `title` and `variant` are of the reply that leads, `source` tells where each part
    is written (`replies/…md:line`); `intent` is the surest claim, `score` (0 to 1) how sure; `parts`: of what the words
    were made; `heard`: the number of the last line that they answer, where the transcript numbers them."""

    text: str
    topic: str
    title: str
    variant: str
    source: str
    intent: str | None
    score: float
    reason: str
    commit: str | None
    parts: tuple[Part, ...] = field(default=(), compare=False)
    heard: int | None = field(default=None, compare=False)


def suggest(
    messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book, now: datetime
) -> Suggestion | None:
    """The words of the turn that the bot would take if it held the conversation and no rule put people first."""
    return _told(as_the_bot(messages, conversation, facts, book, now)) if messages else None


def as_the_bot(
    messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book, now: datetime
) -> Turn:
    """That turn; nothing of it is kept."""
    mine = replace(conversation, holder=Holder.BOT, waiting_since=None, agent_id=None, agent_since=None)
    return take_turn(messages, mine, replace(facts, paused=False), _unattended(book), now)


@once
def _unattended(book: Book) -> Book:
    """The same book where people never come first."""
    reception = book.rules.reception.model_copy(update={"mode": "bot_first", "windows": ()})
    return replace(book, rules=replace(book.rules, reception=reception))


def _told(turn: Turn) -> Suggestion | None:
    decision, book = turn.decision, turn.case.book
    parts = tuple(part for part in (turn.reply.parts if turn.reply else ()) if part.topic != NOTED)
    if decision.kind not in _SPEAKS or decision.reason in _EMPTY or not parts:
        return None
    said, lead = Reply(parts), parts[0]
    best = next(iter(turn.meaning.claims), None)
    return Suggestion(
        said.text, lead.topic, book.topics[lead.topic].title, lead.variant, said.source,
        best.intent if best else None, round(best.score / 100, 4) if best else 0.0, decision.reason, book.commit, parts,
    )  # fmt: skip
