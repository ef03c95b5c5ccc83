"""Sentences of a library, known by their shape.

In: patterns with keys of our own, then a sentence. Out: the key of the first pattern that fits, and the named parts.
Never: a guess; what fits none is told as it is.
"""

import re
from collections.abc import Sequence

Phrases = Sequence[tuple[re.Pattern[str], str]]


def phrases(*known: tuple[str, str]) -> Phrases:
    """Patterns of whole sentences, each with its key; an earlier one goes first."""
    return [(re.compile(pattern, re.DOTALL), key) for pattern, key in known]


def recognised(sentence: str, known: Phrases) -> tuple[str, dict[str, str]] | None:
    """The key, and what stands in the pattern's named places."""
    fits = ((found, key) for pattern, key in known if (found := pattern.fullmatch(sentence)))
    return next(((key, found.groupdict()) for found, key in fits), None)
