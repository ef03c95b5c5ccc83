"""Whether words in a text are meant as a wish: not refused, not asked about, not complained of.

In: a text, the words to look for, the rules. Out: what the words stand for, and whether it is refused. Never: a wish
out of a doubt.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.clauses import Clause, asks, clauses
from bot.core.once import once
from bot.core.rules import Rules
from bot.core.rules.outreach import Notes
from bot.core.text import plain
from bot.core.wordlist import WordList

Meant = TypeVar("Meant")

_TAG = 4  # letters of a question that only asks whether what was said before is all right
_ALONE = 3  # letters of a denial that stands for itself
_GAP = "\n"  # no letter of a text in normal form


@dataclass(frozen=True, slots=True)
class Heard(Generic[Meant]):
    """A word of a clause, from `start` to `end`. `denied`: it is refused, not wished for."""

    start: int
    end: int
    meant: Meant
    denied: bool = False


def heard(text: str, words: WordList[Meant], rules: Rules) -> Iterator[Heard[Meant]]:
    """The words, clause by clause, but for clauses that leave a doubt. A denial may be written as a part of its own."""
    parts = clauses(text, rules.reception.listening)
    before = ["", *(plain(part.text) for part in parts)]
    for at, part in enumerate(parts):
        if not any(_unsays(after, words, rules) for after in parts[at + 1 : at + 2]):
            alone = len(before[at]) <= _ALONE and _has(before[at], rules.care.notes.denials)
            yield from _in_clause(before[at] if alone else "", part, words, rules)


def _unsays(after: Clause, words: WordList[Meant], rules: Rules) -> bool:
    """Whether a clause asks whether the one before is all right, or tells that it was in vain."""
    said = plain(after.text)
    tag = len(said) <= _TAG and not words.has_any(said) and asks(after, rules)
    return tag or said.startswith(_plain(rules.care.notes.contrary))


def _in_clause(ahead: str, part: Clause, words: WordList[Meant], rules: Rules) -> Iterator[Heard[Meant]]:
    said = ahead + plain(part.text)
    for phrase in _not_meant(rules.care.notes):
        said = said.replace(phrase, _GAP * len(phrase))
    found = _apart(words.places(said))
    if found and not _is_doubtful(_without(said, found), found[0].end, part.marked, rules):
        yield from _judged(said, found, rules.care.notes)


@once
def _not_meant(rules: Notes) -> tuple[str, ...]:
    return tuple(sorted(map(plain, rules.not_words), key=len, reverse=True))


def _apart(places: Iterable[tuple[int, int, Meant]]) -> list[Heard[Meant]]:
    """Of words that overlap the first, and the longest from there."""
    found: list[Heard[Meant]] = []
    for start, end, meant in sorted(places, key=lambda place: (place[0], -place[1])):
        if not found or start >= found[-1].end:
            found.append(Heard(start, end, meant))
    return found


def _without(said: str, found: Iterable[Heard[Meant]]) -> str:
    for one in found:
        said = said[: one.start] + _GAP * (one.end - one.start) + said[one.end :]
    return said


def _is_doubtful(rest: str, first: int, marked: bool, rules: Rules) -> bool:
    """Whether what stands around a clause's words makes a question, a complaint or a tale of them."""
    notes = rules.care.notes
    if asks(Clause(rest, marked), rules) or _has(rest, notes.doubts):
        return True
    return _has(rest[first:], notes.behind)


def _judged(said: str, found: Sequence[Heard[Meant]], notes: Notes) -> Iterator[Heard[Meant]]:
    """A denial holds for all words behind it, but for one that follows right upon another: 别放驿站放门卫."""
    start = end = 0
    for one in found:
        start = one.start if one.start == end else start
        denied = _has(said[start : one.start], notes.denials)
        yield Heard(one.start, one.end, one.meant, denied)
        start, end = start if denied else one.end, one.end


def _has(said: str, words: tuple[str, ...]) -> bool:
    return any(word in said for word in _plain(words))


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(plain, words))
