"""Whether an outcome agrees with what people answered later.

In: a turn's two outcomes, people's later words, topics that were filed as wrong. Out: a `Verdict`. Never: a verdict on
words that are nobody's reply; of those it is said that nothing can be told.

People's words count as a reply's where they hold a stretch of it of `LEAST` letters and more, letter by letter; of
several replies the one with the longest stretch counts, and none where two share it. An answer is wrong that is about
another intent than theirs, or from a reply that was filed as wrong in this conversation since.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum

from bot.core.book import Book, Topic
from bot.core.meaning import SMALL_TALK
from bot.core.model import DecisionKind
from bot.core.once import once
from bot.core.outcomes import Came
from bot.core.text import plain

LEAST = 8  # letters
_FILLED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class Verdict(StrEnum):
    """WRONG: the new answer, and not the old one, is wrong. AGREES: the new one is people's, and the old was not."""

    WRONG = "wrong"
    AGREES = "agrees"
    UNKNOWN = "unknown"


def verdict(before: Came, after: Came, said: Sequence[str], filed: Collection[str], book: Book) -> Verdict:
    """What people's words `said` later, and the replies `filed` as wrong, tell of a change."""
    theirs = {topic.intent for text in said if (topic := topic_of(text, book))}
    was, now = (_is_wrong(one, theirs, filed, book) for one in (before, after))
    if now and not was:
        return Verdict.WRONG
    agrees = bool(theirs & _intents(after, book)) and not theirs & _intents(before, book)
    return Verdict.AGREES if agrees and not now else Verdict.UNKNOWN


def topic_of(text: str, book: Book) -> Topic | None:
    """The reply whose words a text has."""
    said = plain(text)
    found = [(len(piece), topic) for piece, topic in _pieces(book) if piece in said]
    longest = max((length for length, _ in found), default=0)
    topics = {topic.name: topic for length, topic in found if length == longest}
    return next(iter(topics.values())) if len(topics) == 1 else None


@once
def _pieces(book: Book) -> tuple[tuple[str, Topic], ...]:
    return tuple((piece, topic) for topic in book.topics.values() if _answers(topic) for piece in _told(topic))


def _told(topic: Topic) -> Iterator[str]:
    """The stretches that are the same whoever asks."""
    for variant in topic.variants.values():
        for wording in variant.wordings:
            yield from (piece for part in _FILLED.split(wording.text) if len(piece := plain(part)) >= LEAST)


def _answers(topic: Topic) -> bool:
    return bool(topic.intent) and topic.intent not in SMALL_TALK


def _is_wrong(came: Came, theirs: Collection[str | None], filed: Collection[str], book: Book) -> bool:
    if came.decision is not DecisionKind.ANSWER:
        return False
    mine = _intents(came, book)
    return any(part.topic in filed for part in came.parts) or bool(theirs and mine and not mine & set(theirs))


def _intents(came: Came, book: Book) -> set[str | None]:
    """What an answer is about."""
    topics = [book.topics[part.topic] for part in came.parts if part.topic in book.topics]
    return {topic.intent for topic in topics if _answers(topic)} if came.decision is DecisionKind.ANSWER else set()
