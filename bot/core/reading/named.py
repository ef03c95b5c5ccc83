"""Names in a text: where they stand, which of two overlapping ones is meant.

In: a folded text and a vocabulary. Out: mentions in their order. Never: a name inside a longer word that is another.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.wordlist import WordList

#: After these even a doubtful word is the name of a place or carrier.
_SENDING = re.compile(r"(?:到|至|往|寄|发|送|走|用|换成?|改成?|要|在)$")
_PLACE_ENDS = re.compile(r"(?:市|地区|县|快递|速运|这边|那边)")
_DECOY = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a text from `start` to `end`."""

    start: int
    end: int
    name: str


class Vocabulary:
    """`words` maps every way to say a name to it; `unsure` words need a word of sending; `decoys` are no names.
    Immutable after it is built."""

    def __init__(self, words: Mapping[str, str], unsure: Mapping[str, str], decoys: Iterable[str] = ()) -> None:
        sure = [*words.items(), *((word, _DECOY) for word in decoys)]
        known = [(word, (name, True)) for word, name in sure] + [(word, (name, False)) for word, name in unsure.items()]
        self._words = WordList(known)

    def mentions(self, folded: str) -> tuple[Mention, ...]:
        """All names said, of overlapping ones the longest, in their order."""
        found = [
            Mention(start, end, name)
            for start, end, (name, sure) in self._words.places(folded)
            if sure or _is_sent(folded, start, end)
        ]
        if len(found) > 1:
            found = sorted(_longest(found), key=lambda one: one.start)
        return tuple(one for one in found if one.name != _DECOY)


def _longest(found: list[Mention]) -> list[Mention]:
    """Without those that a longer one, or an earlier one as long, has a part of."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return kept


def _is_sent(folded: str, start: int, end: int) -> bool:
    return bool(_SENDING.search(folded[:start]) or _PLACE_ENDS.match(folded, end))
