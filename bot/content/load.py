"""The operators' folders become one `Book`, whole or not at all.

In: the folders of replies and rules. Out: a book and what the checker needs. Never: a half-loaded book.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.content.calendar import works_of
from bot.content.examine import Examined, Folders, examine
from bot.content.parting import parts_of
from bot.content.provenance import commit_of
from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder
from bot.core.book import OOS, Ask, Book
from bot.core.lexicon import lexicon_of
from bot.core.match import Matcher
from bot.core.meaning import SMALL_TALK
from bot.core.rules.shop import Concepts
from bot.core.vectors import Encode
from bot.errors import ContentError

__all__ = ["Folders", "book_of", "load_book"]


def load_book(folders: Folders, encode: Encode | None = None) -> Book:
    """Load and check everything; `ContentError` holds every fault of every file. `encode` adds the encoder's senses."""
    return book_of(examine(folders), folders, encode)


def book_of(found: Examined, folders: Folders, encode: Encode | None = None) -> Book:
    """The book of folders that were looked through. `ContentError` where they have a fault."""
    if found.faults:
        raise ContentError(found.faults)
    return _book(found.replies, found.rules, commit_of(folders.replies, folders.rules), encode)


def _book(replies: Sequence[ReplyFile], rules: RulesFolder, commit: str | None, encode: Encode | None) -> Book:
    topics = [reply.topic for reply in replies]
    asks, lexicon = tuple(_asks(replies)), lexicon_of(rules.rules.concepts)
    return Book(
        topics={topic.name: topic for topic in topics},
        by_intent={topic.intent: topic for topic in topics if topic.intent not in {None, OOS} and not topic.part},
        rules=rules.rules,
        asks=asks,
        matcher=_learned(
            tuple(_Said(ask.text, ask.intent) for ask in asks), rules.rules.concepts.model_dump_json(), encode
        ),
        works=works_of(rules.rules),
        commit=commit,
        parts=parts_of(replies, rules.rules.shop.packs, lexicon),
    )


class _Said(NamedTuple):
    """What there is to learn of an ask; the line it stands in teaches nothing."""

    text: str
    intent: str


@lru_cache(maxsize=2)
def _learned(asks: tuple[_Said, ...], concepts: str, encode: Encode | None) -> Matcher:
    """Kept for the next load: most changes of a shop's files change words and rules, and no ask."""
    return Matcher(asks, lexicon_of(Concepts.model_validate_json(concepts)), SMALL_TALK, encode)


def _asks(replies: Sequence[ReplyFile]) -> Iterator[Ask]:
    """Every line that speaks for an intent: a topic's own, and the near misses it knows of others."""
    for reply in replies:
        yield from reply.topic.asks
        yield from reply.topic.not_asks
