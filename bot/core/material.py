"""What people answered where the bot could not: material for whoever writes the words.

In: questions with the lines that followed them in their conversations. Out: the answers that were good, counted. Never:
an unmasked word; an answer of which the buyer complained.

An answer is what people say first after the question, up to the buyer's next line. It is good where that buyer then
neither asks the same again, nor says that it was no answer, nor raises a red flag, nor calls for somebody else.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.core.book import Book
from bot.core.missed import says_missed
from bot.core.private import without_people
from bot.core.text import bare, plain
from bot.core.understand import flag_of, wants_human

WITHIN = timedelta(days=2)  # a question of the night is answered in the morning
FOLLOWING = 30  # lines of a conversation that are looked at
MOST = 3  # answers that are offered
_LONGEST = 200  # characters of an answer that are shown
_BUYER, _NOT_PEOPLE = "buyer", frozenset({"buyer", "bot", "system"})


class Line(Protocol):
    """What must be known of a transcript's line."""

    @property
    def author(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Masked, as one line, and how often it was given in these or much the same words."""

    text: str
    count: int


def answers_of(
    asked: Iterable[tuple[str, Sequence[Line]]], book: Book, names: Collection[str], most: int = MOST
) -> tuple[Answer, ...]:
    """From each question and what was said after it; the most frequent first."""
    given = [answer for question, lines in asked if (answer := _answer(question, lines, book))]
    said = Counter(map(bare, given))
    first: Mapping[str, str] = {bare(text): text for text in sorted(given, reverse=True)}
    ranked = sorted(said, key=lambda text: (-said[text], text))[:most]
    return tuple(Answer(without_people(first[text], names)[:_LONGEST], said[text]) for text in ranked)


def _answer(question: str, lines: Sequence[Line], book: Book) -> str | None:
    """The first words of people, if they were good ones."""
    start = next((place for place, line in enumerate(lines) if line.author not in _NOT_PEOPLE), None)
    if start is None:
        return None
    rest = lines[start:]
    end = next((place for place, line in enumerate(rest) if line.author == _BUYER), len(rest))
    answer = " ".join(line.text for line in rest[:end] if line.author not in _NOT_PEOPLE and line.kind == "text")
    later = [line.text for line in rest[end:] if line.author == _BUYER and line.kind == "text"]
    return answer if plain(answer) and not any(_objects(text, question, book) for text in later) else None


def _objects(text: str, question: str, book: Book) -> bool:
    rules = book.rules
    again = bare(text) == bare(question) or says_missed(text, rules.reception.missed)
    return again or flag_of(text, rules.routing) is not None or wants_human(text, rules.routing)
