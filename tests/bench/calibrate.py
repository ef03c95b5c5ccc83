"""Fits the constants of `bot/core/confidence.py` to our own labels.

In: the shipped matcher's terms and one fold's labels. Out: one weight a term, and how they do on lines they were not
fitted on. Never: a file changed; the constants are pasted by hand.

Logistic regression on standardised terms, squared weights held back, and none below zero: more evidence never makes
less sure (the constant and the length are free). Fold b is fitted on: on fold a, with which asks were mended, the
matcher looks better than it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.core.match import Matcher
from tests.bench.data import Line
from tests.bench.figures import Guess, best, points
from tests.bench.show import Row, rounded

Table = NDArray[np.float64]
HELD_BACK = 10.0
PARTS = 5  # of the cross-validation
AFTER = 2  # terms behind the constant: log share, log length
WANTED = (0.94, 0.92, 0.90, 0.85)


@dataclass(frozen=True, slots=True)
class Fit:
    """What the curve is fitted on: one row a message with letters."""

    lines: tuple[Line, ...]
    intents: tuple[str, ...]
    terms: Table

    @property
    def right(self) -> NDArray[np.bool_]:
        pairs = zip(self.intents, self.lines, strict=True)
        return np.array([intent in line.labelled.right for intent, line in pairs])


def terms_of(matcher: Matcher, lines: Sequence[Line]) -> Fit:
    """The likeliest intent in scope of each message and what speaks for it."""
    found = [(line, said) for line in lines if (said := matcher.evidence(line.text))]
    kept, intents = tuple(line for line, _ in found), tuple(intent for _, (intent, _) in found)
    return Fit(kept, intents, np.array([terms for _, (_, terms) in found], np.float64))


def fit(terms: Table, right: NDArray[np.bool_]) -> Table:
    """One weight a term; none below zero but those of the constant and the length."""
    constant = terms.shape[1] - 1 - AFTER
    mean, spread = terms.mean(axis=0), terms.std(axis=0) + 1e-9
    mean[constant], spread[constant] = 0.0, 1.0
    held = np.full(terms.shape[1], HELD_BACK)
    held[constant] = 0.0
    free = {constant, terms.shape[1] - 1}
    bounds = [(None if place in free else 0.0, None) for place in range(terms.shape[1])]
    loss = partial(_loss, (terms - mean) / spread, np.where(right, 1.0, -1.0), held)
    weights: Table = (
        np.asarray(minimize(loss, np.zeros(terms.shape[1]), jac=True, bounds=bounds).x, np.float64) / spread
    )
    weights[constant] -= weights @ mean
    return weights


def _loss(terms: Table, signs: Table, held: Table, weights: Table) -> tuple[float, Table]:
    """Logistic loss with squared weights held back, and its gradient."""
    margins = signs * (terms @ weights)
    slope = terms.T @ (-signs / (1 + np.exp(margins)))
    return float(np.logaddexp(0, -margins).sum() + held @ weights**2 / 2), slope + held * weights


def calibrate(matcher: Matcher, sets: dict[str, list[Line]], fitted: str) -> dict[str, Sequence[Row]]:
    """The constants, ready to paste, and the figures: cross-validated for the fitted set, as they are for others."""
    known = {name: terms_of(matcher, lines) for name, lines in sets.items()}
    mine = known[fitted]
    weights = fit(mine.terms, mine.right)
    rows = [_figures(f"{fitted}, cross-validated", mine, crossed(mine))]
    rows += [_figures(name, other, sure(other.terms, weights)) for name, other in known.items() if name != fitted]
    senses = (len(weights) - 2 - AFTER) // 2
    constants = ", ".join(f"{weight:.3f}".rstrip("0").rstrip(".") for weight in weights)
    return {"CURVES": [{"senses": senses, "constants": constants}], "figures": rows}


def crossed(known: Fit) -> Table:
    """The confidence of each message by a curve that has not seen it."""
    part, right = np.arange(len(known.lines)) % PARTS, known.right
    found = np.zeros(len(part))
    for number in range(PARTS):
        out = part == number
        found[out] = sure(known.terms[out], fit(known.terms[~out], right[~out]))
    return found


def sure(terms: Table, weights: Table) -> Table:
    """Confidence from 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-(terms @ weights))), np.float64)


def _figures(name: str, known: Fit, confidences: Table) -> Row:
    """`off`: the mean distance of confidence from the share right, by bins of 0.1 and their size."""
    guesses = [Guess(intent, float(one)) for intent, one in zip(known.intents, confidences, strict=True)]
    curve = points(known.lines, guesses)
    wide = {f"c{round(want * 100)}": point.coverage if (point := best(curve, want)) else 0.0 for want in WANTED}
    return {"set": name, **{key: rounded(one) for key, one in wide.items()}, "off": rounded(_off(known, confidences))}


def _off(known: Fit, confidences: Table) -> float:
    bins, right = np.minimum(9, (confidences * 10).astype(int)), known.right
    gaps = [abs((right[bins == number] - confidences[bins == number]).sum()) for number in range(10)]
    return float(sum(gaps) / max(1, len(bins)))
