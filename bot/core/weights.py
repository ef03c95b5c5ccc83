"""How strongly each feature speaks for each intent, learned from all the asks in about a second.

In: the features of texts with their intents. Out: for a new text, its log-odds. Never: a line's spelling; that is
`nearest.py`.

Multinomial logistic regression over grams, concepts and cues (`descent.py`), each feature's step bounded by the
curvature of its own column: the diagonal dominates X'X where all values are positive.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from scipy import sparse

from bot.core.descent import Floats, regress
from bot.core.tables import table_of

LEAST, PER_LINES = 2, 5_000  # a feature of one line teaches nothing about the next buyer; nor, of many lines, of two
PENALTY = 1 / 15  # of squared weights; chosen by cross-validation
STEPS = 40  # more change no figure of the evaluation
CURVATURE = 0.1  # a quarter bounds a logistic loss; with this many intents it bends less, and learning is faster


class Weights:
    """Immutable after it is built. `intents` are sorted; a text is a mapping of feature names to values."""

    def __init__(self, texts: Sequence[Mapping[str, float]], intents: Sequence[str]) -> None:
        self.intents = sorted(set(intents))
        seen = Counter(chain.from_iterable(texts))
        least = max(LEAST, math.ceil(len(texts) / PER_LINES))
        self._ids = {name: number for number, name in enumerate(sorted(n for n in seen if seen[n] >= least))}
        order = {intent: number for number, intent in enumerate(self.intents)}
        labels = np.array([order[intent] for intent in intents], np.intp)
        table = table_of(texts, self._ids)
        self._weights = regress(table, labels, len(order), step=_steps(table), penalty=PENALTY, steps=STEPS)

    def read(self, text: Mapping[str, float], out: Floats | None = None) -> Floats:
        """What the known features of a text add up to: log-odds, one an intent, in `out` if it is given."""
        ids = self._ids
        # In the order of ids: a sum must not depend on the order of a set.
        known = {place: value for name, value in text.items() if (place := ids.get(name)) is not None}
        places = sorted(known)
        values = np.array([known[place] for place in places], np.float32)
        return np.matmul(values, self._weights.take(np.array(places, np.intp), axis=0), out=out)

    def speaks(self, text: Mapping[str, float], intent: str, most: int) -> list[tuple[str, float]]:
        """The features that speak loudest for an intent, with what they add to its log-odds."""
        place = self.intents.index(intent)
        known = ((name, value, self._ids[name]) for name, value in text.items() if name in self._ids)
        gains = [(name, value * float(self._weights[number, place])) for name, value, number in known]
        return sorted(gains, key=lambda gain: (-gain[1], gain[0]))[:most]


def _steps(table: sparse.csr_array) -> Floats:
    """How far to step for each feature: its column of X'X bounds how much the loss bends."""
    reach = sparse.csr_array(table.T) @ np.asarray(table.sum(axis=1)).ravel()
    return (1 / (CURVATURE * reach + PENALTY)).astype(np.float32)[:, None]
