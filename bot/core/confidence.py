"""How often a claim like this one was right: a logistic curve over what the senses say.

In: the evidence for every intent. Out: a share of a hundred each. Never: a rank; that is the matcher's.

The weights are fitted by `tests/bench/calibrate.py`; figures and data in the README.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: By the number of senses: own values with one weight a sense, the learner's lead, values over `oos` with one
#: weight a sense; then a constant, the log share and the log length. But for the constant and the length none is below
#: zero: more evidence never makes less sure.
CURVES = {
    2: (*(0.253, 2.158), 0.346, *(0.113, 1.076), *(-3.809, 0.112, 0.71)),
    4: (*(0.091, 1.822, 0.13, 0.532), 0.338, *(0.043, 0.735, 0.136, 2.333), *(-3.592, 0.126, 0.615)),
}
_WEIGHTS = {senses: np.array(curve, np.float32) for senses, curve in CURVES.items()}
_LEAST_SHARE, _HUNDRED = np.float32(1e-4), np.float32(100)
_LARGEST = 700.0  # exponent


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of some texts, one column an intent. `own` has for each text one row a sense, in the matcher's order; `lead` is
    over the strongest rival, and `share` too is the learner's. `oos` is the column of what the shop has no answer for;
    `letters` how long each text is."""

    own: Floats
    lead: Floats
    share: Floats
    oos: int | None
    letters: Sequence[int]

    def terms(self) -> Floats:
        """What the curve weighs: for each text one row for each weight of a curve, one column an intent."""
        texts, senses, intents = self.own.shape
        rows = np.empty((texts, 2 * senses + 4, intents), np.float32)
        rows[:, :senses], rows[:, senses] = self.own, self.lead
        oos = 0.0 if self.oos is None else self.own[:, :, self.oos, None]
        np.subtract(self.own, oos, out=rows[:, senses + 1 : -3])
        rows[:, -3] = 1.0
        for row, letters in zip(rows, self.letters, strict=True):
            row[-1] = math.log1p(letters)
        np.log(self.share + _LEAST_SHARE, out=rows[:, -2])
        return rows


def confidence(evidence: Evidence, places: Sequence[Sequence[int]]) -> list[list[float]]:
    """The share of such claims that were right, in percent, for some intents of each text."""
    strengths = (_WEIGHTS[evidence.own.shape[1]] @ evidence.terms()).tolist()
    shares = [
        [1 / (1 + math.exp(min(-told[place], _LARGEST))) for place in some]
        for told, some in zip(strengths, places, strict=True)
    ]
    percents: list[list[float]] = (_HUNDRED * np.array(shares, np.float32)).tolist()
    return percents
