"""How each written line would be read if nobody had written it.

In: a matcher or what makes one, and its asks. Out: what lines would be taken for. Never: an opinion on that.

A line is held out in two ways. `against_taught` leaves it out of the nearest lines only: the learned weights know it,
so what is still read as something else is so against what was taught. `unseen` takes some lines away and asks a matcher
that was built from the rest: a measure of how a buyer's own words will fare.
"""

from collections.abc import Iterable, Sequence, Set
from math import ceil

import numpy as np

from bot.core.features import features_of
from bot.core.lexicon import Lexicon
from bot.core.match import AskLike, Match, Matcher
from bot.core.nearest import Floats, Ids, Nearest
from bot.core.text import bare

CLEAR = 2.0  # of log-odds: the next is then an eighth as likely
EVERY, MOST = 3, 60  # of an intent's lines every third is tried, at most sixty
Ranked = tuple[Match, ...]


def against_taught(matcher: Matcher, asks: Sequence[AskLike]) -> list[Ranked]:
    """For each ask what it is taken for, surest first, where only the lines beside it are near; nothing for a line
    that the learner alone gives to its own intent by far."""
    reader = _Estranged(matcher)
    return [() if reader.is_clear(ask) else reader.rank(ask.text) for ask in asks]


def unseen(asks: Sequence[AskLike], lexicon: Lexicon, kin: frozenset[str] = frozenset()) -> list[tuple[AskLike, str]]:
    """Some asks of every intent, each with the surest intent by a matcher that never saw any of them."""
    read = [(ask.intent, bare(ask.text)) for ask in asks]
    held = _some(read)
    reader = Matcher([ask for ask, line in zip(asks, read, strict=True) if line not in held], lexicon, kin)
    tried = {line: ask for ask, line in zip(asks, read, strict=True) if line in held}.values()
    return [(ask, ranked[0].intent) for ask in tried if (ranked := reader.rank(ask.text))]


def _some(read: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Lines of each intent, spread evenly over what is written."""
    by_intent: dict[str, dict[tuple[str, str], None]] = {}
    for line in read:
        by_intent.setdefault(line[0], {})[line] = None
    steps = {intent: max(EVERY, ceil(len(lines) / MOST)) for intent, lines in by_intent.items()}
    return {line for intent, lines in by_intent.items() for line in [*lines][steps[intent] - 1 :: steps[intent]]}


class _Others(Nearest):
    """The same lines, but none is near to itself."""

    def __init__(self, nearest: Nearest) -> None:
        vars(self).update(vars(nearest))

    def find(self, text: str, found: Set[str]) -> tuple[Ids, Floats]:
        lines, likeness = super().find(text, found)
        others = [place for place, line in enumerate(lines.tolist()) if self._texts[line] != text]
        return lines[others], likeness[others]


class _Estranged(Matcher):
    """What another matcher has learned, with no line taken word for word."""

    def __init__(self, matcher: Matcher) -> None:
        vars(self).update(vars(matcher))
        self._exact = {}
        self._nearest = _Others(self._nearest)

    def is_clear(self, ask: AskLike) -> bool:
        """Whether no near line could make a rival of any other intent; most lines are, and it is soon told."""
        log_odds = self._weights.read(features_of(ask.text, self._lexicon))
        own = self._weights.intents.index(ask.intent)
        return bool(log_odds[own] - np.delete(log_odds, own).max(initial=-np.inf) > CLEAR)
