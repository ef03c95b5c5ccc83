"""The last gate: what is never said, whoever asks and whatever facts a text was filled with.

In: a finished text and the red lines. Out: the names of the lines it crosses. Never: a repaired text.
"""

from collections.abc import Callable
from functools import lru_cache

from bot.core.once import once
from bot.core.probes import Probe, folded, probe
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
    said = folded(text)
    return tuple(line.name for line in rules.lines if _probe(line).has_any(said))


@once
def _probe(line: RedLine) -> Probe:
    return probe(line.words, line.allow, line.patterns)
