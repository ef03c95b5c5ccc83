"""The last gate: what is never said, whoever asks and whatever facts a text was filled with.

In: a finished text and the red lines. Out: the names of the lines it crosses. Never: a repaired text.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from bot.core.once import once
from bot.core.rules.work import RedLine, RedLines

_KEPT = 1024  # texts


def hits(text: str, rules: RedLines) -> tuple[str, ...]:
    """Names of all red lines that a text crosses, in the rules' order."""
    return _judged(rules)(text)


@once
def _judged(rules: RedLines) -> Callable[[str], tuple[str, ...]]:
    """Most replies are said often."""
    return lru_cache(_KEPT)(lambda text: _crossed(text, rules))


def _crossed(text: str, rules: RedLines) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", text).lower()
    return tuple(line.name for line in rules.lines if _crosses(folded, line))


def _crosses(folded: str, line: RedLine) -> bool:
    probe = _probe(line)
    for phrase in probe.allow:
        folded = folded.replace(phrase, " ")
    return any(map(folded.__contains__, probe.words)) or any(pattern.search(folded) for pattern in probe.patterns)


class _Probe(NamedTuple):
    """A line, made ready to search folded texts."""

    allow: tuple[str, ...]
    words: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]


@once
def _probe(line: RedLine) -> _Probe:
    allow = sorted(line.allow, key=len, reverse=True)
    return _Probe(
        tuple(phrase.lower() for phrase in allow),
        tuple(word.lower() for word in line.words),
        tuple(map(compiled, line.patterns)),
    )


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """A red line's pattern; `re.error` where the operator's pattern is broken (the checker reports it)."""
    return re.compile(pattern, re.IGNORECASE)
