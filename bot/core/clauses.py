"""How a text falls into clauses, and which of them ask.

In: a turn's text and the shop's words for asking. Out: clauses as written. Never: what a clause means.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.core.once import once
from bot.core.rules import Rules
from bot.core.rules.listening import Listening
from bot.core.rules.shop import Concepts
from bot.core.text import bare, plain
from bot.core.wordlist import WordList

MOST_CLAUSES = 8  # who writes more tells a story
_KEPT = 512  # texts
LEAST_OBJECT = 2  # letters in which a question can name its object
_ENDS = "。？！?!;；\n…~～"
_SENTENCE_END = re.compile(rf"[{_ENDS}]+")
#: A blank between figures or Latin letters is no border: "165 52", "XL M".
PAUSE = re.compile(r"[,，、]+|(?<![0-9a-zA-Z])[^\S\n]+|[^\S\n]+(?![0-9a-zA-Z])")
_ASKS = re.compile(r"[吗么嘛呢不没][\s.。]*$")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text as written. `marked`: a question mark follows it."""

    text: str
    marked: bool


def clauses(text: str, listening: Listening) -> tuple[Clause, ...]:
    """The parts between full stops, line ends, commas and blanks, and from each word that begins another question."""
    return _parts(listening)(text)


@once
def _parts(listening: Listening) -> Callable[[str], tuple[Clause, ...]]:
    """A turn asks for the parts of its text more than once."""
    return lru_cache(_KEPT)(lambda text: parts_of(sentences(text, listening)))


def is_one(text: str, listening: Listening) -> bool:
    """Whether a text can't be told apart; most can't, and it is soon seen."""
    return _borders(listening).search(text.rstrip(_ENDS)) is None


@once
def _borders(listening: Listening) -> re.Pattern[str]:
    """Whatever may stand between two parts."""
    return re.compile("|".join((rf"[\s,，、{_ENDS}]", *map(re.escape, listening.joins))))


def parts_of(said: Iterable[Clause]) -> tuple[Clause, ...]:
    """The parts of sentences between commas and blanks."""
    return tuple(islice((part for sentence in said for part in split(sentence, PAUSE)), MOST_CLAUSES))


def sentences(text: str, listening: Listening) -> list[Clause]:
    """The parts between full stops and line ends, and from each word that begins another question."""
    ends = [*_SENTENCE_END.finditer(text)]
    starts = [0, *(end.end() for end in ends)]
    tails = [*((end.start(), end[0]) for end in ends), (len(text), "")]
    said = [
        Clause(text[start:stop], "?" in mark or "？" in mark) for start, (stop, mark) in zip(starts, tails, strict=True)
    ]
    border, opening = _joins(listening)
    return [part for one in said for part in _unjoined(split(one, border), opening)]


@once
def _joins(listening: Listening) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a word that joins begins, and the word."""
    joins = "|".join(sorted(map(re.escape, listening.joins), key=len, reverse=True))
    return (re.compile(f"(?={joins})"), re.compile(f"(?:{joins})")) if joins else (_NEVER, _NEVER)


def _unjoined(parts: list[Clause], opening: re.Pattern[str]) -> list[Clause]:
    """The word that joins is no part of what it joins."""
    bare_ones = [(opening.sub("", part.text, count=1).strip(), part) for part in parts[1:]]
    return [*parts[:1], *(Clause(text, part.marked) if plain(text) else part for text, part in bare_ones)]


def split(whole: Clause, borders: re.Pattern[str]) -> list[Clause]:
    """Only the last part stands before the mark."""
    parts = [part.strip() for part in borders.split(whole.text) if part and plain(part)]
    return [Clause(part, whole.marked and number == len(parts)) for number, part in enumerate(parts, 1)]


def asks(clause: Clause, rules: Rules) -> bool:
    """Whether a clause has the form of a question."""
    return _ASKS.search(clause.text) is not None or asks_in_words(clause, rules)


def asks_in_words(clause: Clause, rules: Rules) -> bool:
    """Whether a question mark or a word of asking makes a question of a clause, and not its sound alone."""
    return clause.marked or _questions(rules.concepts).has_any(plain(clause.text))


@once
def _questions(concepts: Concepts) -> WordList[None]:
    return WordList((word, None) for group in concepts.questions.values() for word in group)


def requests(clause: Clause, rules: Rules) -> bool:
    said = plain(clause.text)
    return any(word in said for word in rules.reception.listening.requests)


def object_of(text: str, rules: Rules) -> str:
    """What a question names, without its words of asking and those that name nothing."""
    said = bare(text)
    for word in _nothing_named(rules):
        said = said.replace(word, "")
    return said


@once
def _nothing_named(rules: Rules) -> tuple[str, ...]:
    """Words of asking, and those that name nothing, longest first, of equally long ones the first written."""
    concepts, idle = rules.concepts, rules.reception.listening.idle
    words = [plain(word) for group in (*concepts.questions.values(), *concepts.manner.values(), idle) for word in group]
    return tuple(sorted(dict.fromkeys(words), key=len, reverse=True))
