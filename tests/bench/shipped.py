"""Yeban as it ships, under the benches' instruments.

In: a book and labelled lines. Out: its claims, its guesses. Never: anything the service would not do itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.cli.simulate import Simulation
from bot.core.book import OOS, Book
from bot.core.match import Matcher
from tests.bench.data import Line
from tests.bench.figures import NEVER, Guess

NIGHT = datetime(2026, 11, 22, 18, 13, tzinfo=UTC)  # a moment of its own, so that every run says the same


def claims(book: Book, lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """The intents that the whole bot claims to understand, message by message."""
    simulation = Simulation(book, NIGHT)
    return [tuple(claim.intent for claim in simulation.turn(line.text).meaning.claims) for line in lines]


def guess(matcher: Matcher, text: str) -> Guess:
    """The matcher's likeliest intent in scope; `NEVER` sure where it holds the text to be out of scope."""
    ranked = matcher.rank(text)
    found = next((match for match in ranked if match.intent != OOS), None)
    if found is None:
        return Guess(None, NEVER)
    return Guess(found.intent, NEVER if ranked[0].intent == OOS else found.score / 100)


def at_threshold(book: Book, sure: int) -> Book:
    """The same book, claiming from another confidence (in percent) on."""
    reception = book.rules.reception
    confidence = reception.confidence.model_copy(update={"sure": sure})
    changed = reception.model_copy(update={"confidence": confidence})
    return replace(book, rules=replace(book.rules, reception=changed))
