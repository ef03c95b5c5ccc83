"""Names in a text: where they stand, which of two overlapping ones is meant.

In: a folded text and a vocabulary. Out: mentions in their order. Never: a name inside a longer word that is another.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: After these even a doubtful word is the name of a place or carrier.
_SENDING = re.compile(r"(?:到|至|往|寄|发|送|走|用|换成?|改成?|要|在)$")
_PLACE_ENDS = re.compile(r"(?:市|地区|县|快递|速运|这边|那边)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a text from `start` to `end`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`words` maps every way to say a name to it; `unsure` words need a word of sending; `decoys` are no names."""

    words: Mapping[str, str]
    unsure: Mapping[str, str]
    decoys: tuple[str, ...] = ()

    def mentions(self, folded: str) -> tuple[Mention, ...]:
        """All names said, of overlapping ones the longest, in their order."""
        kept: list[Mention] = []
        for found in sorted(self._all(folded), key=lambda one: (one.start - one.end, one.start)):
            if all(found.end <= other.start or found.start >= other.end for other in kept):
                kept.append(found)
        return tuple(sorted((one for one in kept if one.name), key=lambda one: one.start))

    def _all(self, folded: str) -> Iterator[Mention]:
        plain = [(word, name) for word, name in self.words.items() if word in folded]
        for word, name in (*plain, *((word, "") for word in self.decoys if word in folded)):
            yield from (Mention(start, end, name) for start, end in places(word, folded))
        for word, name in ((word, name) for word, name in self.unsure.items() if word in folded):
            for start, end in places(word, folded):
                if _SENDING.search(folded[:start]) or _PLACE_ENDS.match(folded, end):
                    yield Mention(start, end, name)


def places(word: str, folded: str) -> Iterator[tuple[int, int]]:
    """Where a word stands; Latin letters and digits only where they stand alone."""
    start = folded.find(word)
    while start >= 0:
        end = start + len(word)
        if not word.isascii() or not (_joins(folded[:start][-1:]) or _joins(folded[end : end + 1])):
            yield start, end
        start = folded.find(word, start + 1)


def _joins(char: str) -> bool:
    return char.isascii() and char.isalnum()
