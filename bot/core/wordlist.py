"""Which words of a list stand in a text, without trying each of them.

In: words with what they are for, then a text. Out: where which of them stand. Never: what that means.

Words are looked up by their first letter: ten thousand cost what ten cost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Meant = TypeVar("Meant")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Meant]):
    """A word and what it is for. `alone`: it has only Latin letters and digits, and counts only between others."""

    word: str
    meant: Meant
    alone: bool


class WordList(Generic[Meant]):
    """Immutable after it is built."""

    def __init__(self, words: Iterable[tuple[str, Meant]]) -> None:
        found: dict[str, list[Entry[Meant]]] = {}
        for word, meant in ((word, meant) for word, meant in words if word):
            found.setdefault(word[0], []).append(Entry(word, meant, word.isascii()))
        self._by_letter = found

    def inside(self, text: str) -> list[Meant]:
        """What each word that stands anywhere in a text is for, as often as it stands there, from left to right."""
        known = self._by_letter
        if known.keys().isdisjoint(text):  # most texts, and soon seen
            return []
        starts = [(at, known[letter]) for at, letter in enumerate(text) if letter in known]
        return [one.meant for at, entries in starts for one in entries if text.startswith(one.word, at)]

    def has_any(self, text: str) -> bool:
        """Whether any of the words stands in a text."""
        return bool(self.inside(text))

    def places(self, text: str) -> Iterator[tuple[int, int, Meant]]:
        """Where words stand, from left to right; Latin letters and digits only where they stand alone."""
        return iter(()) if self._by_letter.keys().isdisjoint(text) else self._places(text)

    def _places(self, text: str) -> Iterator[tuple[int, int, Meant]]:
        known = self._by_letter
        for at, entries in [(at, known[letter]) for at, letter in enumerate(text) if letter in known]:
            for one in entries:
                end = at + len(one.word)
                if text.startswith(one.word, at) and not (one.alone and _runs_on(text, at, end)):
                    yield at, end, one.meant


def _runs_on(text: str, start: int, end: int) -> bool:
    """Whether a Latin letter or a digit stands right before or behind a stretch of a text."""
    return _joins(text[:start][-1:]) or _joins(text[end : end + 1])


def _joins(char: str) -> bool:
    return char.isascii() and char.isalnum()
