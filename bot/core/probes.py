"""What lint and red lines search a text for: words and patterns, beside what is allowed.

In: words, allowed phrases, patterns, then a folded text. Out: whether any of them stands there. Never: a judgement of
what that means.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


class Probe(NamedTuple):
    """Made ready to search folded texts; of the allowed phrases the longest goes first."""

    allow: tuple[str, ...]
    words: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def less(self, text: str) -> str:
        """A text with a gap for each allowed phrase."""
        for phrase in self.allow:
            text = text.replace(phrase, " ")
        return text

    def has_any(self, text: str) -> bool:
        """To look is faster than to list what is found."""
        text = self.less(text)
        return any(map(text.__contains__, self.words)) or any(pattern.search(text) for pattern in self.patterns)


def probe(words: Iterable[str], allow: Iterable[str], patterns: Iterable[str]) -> Probe:
    """Of words as they are written. Raises `re.error` where a pattern is broken."""
    phrases = sorted(map(folded, allow), key=len, reverse=True)
    return Probe(tuple(phrases), tuple(map(folded, words)), tuple(map(compiled, patterns)))


def folded(text: str) -> str:
    """Without regard to width and case."""
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """`re.error` where the operator's pattern is broken (the checker reports it)."""
    return re.compile(pattern, re.IGNORECASE)
