"""The operators' folders become one `Book`, whole or not at all.

In: the folders of replies and rules. Out: a book and what the checker needs. Never: a half-loaded book.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.content.calendar import works_of
from bot.content.examine import Examined, examine_files
from bot.content.files import FileSet, Folders, read_files
from bot.content.kept import of_a_set
from bot.content.parting import parts_of
from bot.content.provenance import commit_of
from bot.content.replies import ReplyFile
from bot.content.rules import RulesFolder
from bot.core.book import OOS, Ask, Book
from bot.core.lexicon import Lexicon, lexicon_of
from bot.core.match import Matcher
from bot.core.meaning import SMALL_TALK
from bot.core.vectors import Encode
from bot.errors import ContentError

__all__ = ["Folders", "book_of", "load_book", "made_of"]


def load_book(folders: Folders, encode: Encode | None = None) -> Book:
    """Load and check everything; `ContentError` holds every fault of every file. `encode` adds the encoder's senses."""
    return book_of(read_files(folders.replies, folders.rules), commit_of(folders.replies, folders.rules), encode)


def book_of(files: FileSet, commit: str | None = None, encode: Encode | None = None) -> Book:
    """The same from files that were read before, wherever they came from; `commit` is the one that holds them."""
    return replace(made_of(examine_files(files), encode), commit=commit, version=files.version)


def made_of(found: Examined, encode: Encode | None = None) -> Book:
    """The book of files that were looked through. `ContentError` where they have a fault."""
    if found.faults:
        raise ContentError(found.faults)
    return _book(found.replies, found.rules, encode)


def _book(replies: Sequence[ReplyFile], rules: RulesFolder, encode: Encode | None) -> Book:
    topics = [reply.topic for reply in replies]
    asks, lexicon = tuple(_asks(replies)), lexicon_of(rules.rules.concepts)
    return Book(
        topics={topic.name: topic for topic in topics},
        by_intent={topic.intent: topic for topic in topics if topic.intent not in {None, OOS} and not topic.part},
        rules=rules.rules,
        asks=asks,
        matcher=_learned(tuple(_Said(ask.text, ask.intent) for ask in asks), lexicon, encode),
        works=works_of(rules.rules),
        parts=parts_of(replies, rules.rules.shop.packs, lexicon),
    )


class _Said(NamedTuple):
    """What there is to learn of an ask; the line it stands in teaches nothing."""

    text: str
    intent: str


@of_a_set
def _learned(asks: tuple[_Said, ...], lexicon: Lexicon, encode: Encode | None) -> Matcher:
    """Most changes of a shop's files change words and rules, and no ask."""
    return Matcher(asks, lexicon, SMALL_TALK, encode)


def _asks(replies: Sequence[ReplyFile]) -> Iterator[Ask]:
    """Every line that speaks for an intent: a topic's own, and the near misses it knows of others."""
    for reply in replies:
        yield from reply.topic.asks
        yield from reply.topic.not_asks
