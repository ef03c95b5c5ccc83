"""The operators' folders become one `Book`, whole or not at all.

In: the folders of replies and rules. Out: a book and what the checker needs. Never: a half-loaded book.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bot.content.calendar import works_of
from bot.content.check import faults_across
from bot.content.files import REPLIES, FileSet, read_files
from bot.content.packs import faults_of_packs, parts_of
from bot.content.provenance import commit_of
from bot.content.replies import ReplyFile, read_reply
from bot.content.rules import RulesFolder, rules_of
from bot.core.book import OOS, Ask, Book
from bot.core.lexicon import lexicon_of
from bot.core.match import Matcher
from bot.core.meaning import SMALL_TALK
from bot.core.rules.shop import Concepts
from bot.core.vectors import Encode
from bot.errors import ContentError, Fault


@dataclass(frozen=True, slots=True)
class Folders:
    replies: Path
    rules: Path


def load_book(folders: Folders, encode: Encode | None = None) -> Book:
    """Load and check everything; `ContentError` holds every fault of every file. `encode` adds the encoder's senses."""
    return book_of(read_files(folders.replies, folders.rules), commit_of(folders.replies, folders.rules), encode)


def book_of(files: FileSet, commit: str | None = None, encode: Encode | None = None) -> Book:
    """The same from files that were read before, wherever they came from; `commit` is the one that holds them."""
    faults: list[Fault] = []
    replies = _replies(files, faults)
    rules = _rules(files, faults)
    if rules and not faults:
        faults += (*faults_across(replies, rules, works_of(rules.rules)), *faults_of_packs(replies, rules))
    if faults or rules is None:
        raise ContentError(tuple(faults))
    return replace(_book(replies, rules, encode), commit=commit, version=files.version)


def _book(replies: list[ReplyFile], rules: RulesFolder, encode: Encode | None) -> Book:
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


def _asks(replies: list[ReplyFile]) -> Iterator[Ask]:
    """Every line that speaks for an intent: a topic's own, and the near misses it knows of others."""
    for reply in replies:
        yield from reply.topic.asks
        yield from reply.topic.not_asks


def _replies(files: FileSet, faults: list[Fault]) -> list[ReplyFile]:
    found: list[ReplyFile] = []
    for path in files.below(REPLIES):
        try:
            found.append(read_reply(files, path))
        except ContentError as error:
            faults += error.faults
    if not found and not faults:
        faults.append(Fault("replies", 1, "no_replies", {"folder": REPLIES}))
    return found


def _rules(files: FileSet, faults: list[Fault]) -> RulesFolder | None:
    try:
        return rules_of(files)
    except ContentError as error:
        faults += error.faults
        return None
