"""Multinomial logistic regression, small enough to be learned while a file is loaded.

In: rows of features, their labels, how far to step. Out: weights. Never: what a feature stands for.

Full-batch gradient steps with Nesterov's momentum (Y. Nesterov, 1983).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Rows = sparse.csr_array | Floats


def regress(rows: Rows, labels: NDArray[np.intp], intents: int, *, step: Floats, penalty: float, steps: int) -> Floats:
    """Weights, one row a feature and one column an intent. `step` is one for all features, or a column with one each;
    `penalty` is of squared weights."""
    columns = sparse.csr_array(rows.T) if isinstance(rows, sparse.csr_array) else rows.T
    weights = np.zeros((columns.shape[0], intents), np.float32)
    ahead, pace, every = weights.copy(), 1.0, np.arange(len(labels))
    for _ in range(steps if len(labels) else 0):
        wrong = softmax(np.asarray(rows @ ahead, np.float32))
        wrong[every, labels] -= 1
        better = ahead - step * (columns @ wrong + np.float32(penalty) * ahead)
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = better + np.float32((pace - 1) / faster) * (better - weights)
        weights, pace = better, faster
    return weights


def softmax(odds: Floats) -> Floats:
    """Shares that sum to one; of rows, where there are rows. Empty stays empty."""
    if not odds.size:
        return odds
    raised = np.exp(odds - np.maximum.reduce(odds, axis=-1, keepdims=True))
    raised /= np.add.reduce(raised, axis=-1, keepdims=True)
    return raised.astype(np.float32, copy=False)
