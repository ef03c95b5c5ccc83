"""What a text means by a sentence encoder, if the shop has one: a fourth and a fifth sense.

In: an encoder and the lines with their intents, then one text. Out: log-odds and closeness for every intent. Never: the
encoder itself, which does IO and is handed in.

The fourth sense is multinomial logistic regression over the vectors (`descent.py`), the fifth the cosine to each
intent's closest line.
"""

from collections.abc import Callable, Sequence

import numpy as np

from bot.core.descent import Floats, regress

#: Texts in, one row of length one for each out. The same text must always give the same row.
Encode = Callable[[Sequence[str]], Floats]

STEPS = 100
PENALTY = 0.1
SCALE = np.float32(3)  # rows of length one are too faint for the penalty
_ROUNDS = 20  # of the power method, far more than the largest eigenvalue needs


class Vectors:
    """Immutable after it is built; intents are numbers from 0 to `intents` - 1."""

    def __init__(self, encode: Encode, texts: Sequence[str], labels: Sequence[int], intents: int) -> None:
        self._encode = encode
        order = np.argsort(np.array(labels, np.intp), kind="stable")
        rows = encode([texts[place] for place in order]) if texts else np.zeros((0, 1), np.float32)
        self._rows, sorted_labels = rows, np.array(labels, np.intp)[order]
        self._present, self._starts = np.unique(sorted_labels, return_index=True)
        self._intents = intents
        scaled = _scaled(rows)
        step = np.array([1 / (_curvature(scaled) + PENALTY)], np.float32)
        self._weights = regress(scaled, sorted_labels, intents, step=step, penalty=PENALTY, steps=STEPS)

    def read(self, text: str) -> tuple[Floats, Floats]:
        """Log-odds, and the cosine to each intent's closest line."""
        closeness = np.zeros(self._intents, np.float32)
        if not len(self._rows):
            return closeness, closeness
        row = self._encode([text])[0]
        closeness[self._present] = np.maximum.reduceat(self._rows @ row, self._starts)
        return _scaled(row[None, :])[0] @ self._weights, closeness


def _scaled(rows: Floats) -> Floats:
    """Rows with a constant beside them."""
    return np.hstack([rows * SCALE, np.ones((len(rows), 1), np.float32)])


def _curvature(rows: Floats) -> float:
    """A bound on how much the loss bends: a quarter of the largest eigenvalue of X'X, by the power method."""
    square = np.asarray(rows.T @ rows, np.float64)
    vector = np.ones(len(square))
    for _ in range(_ROUNDS):
        vector = square @ vector
        vector /= np.linalg.norm(vector) or 1.0
    return float(np.linalg.norm(square @ vector)) / 4
