"""What a matcher's guesses are worth when a threshold decides which of them are claimed.

In: labelled lines and one guess each. Out: coverage, precision, false answers. Never: a text.

Coverage, precision and false answers are those of `bot.cli.scoring`. Equal confidences stand or fall together: no
threshold can tell them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.cli.scoring import Score, score
from tests.bench.data import Line

LEAST = 10  # of fewer claims no precision can be told
NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Guess:
    """`intent`: the likeliest that is in scope, None where there is none. `sure`: on any scale; `NEVER` where the
    matcher holds the message to be out of scope."""

    intent: str | None
    sure: float


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold gives. Shares from 0 to 1."""

    threshold: float
    coverage: float
    precision: float
    false: float


def forced(lines: Sequence[Line], guesses: Sequence[Guess]) -> float:
    """The share of messages in scope whose likeliest intent is right, however unsure."""
    inside = [guess.intent in line.labelled.right for line, guess in zip(lines, guesses, strict=True) if _in(line)]
    return sum(inside) / max(1, len(inside))


def points(lines: Sequence[Line], guesses: Sequence[Guess]) -> list[Point]:
    """One point for each confidence that occurs, from the surest down."""
    claimed = sorted(
        ((guess.sure, line, guess) for line, guess in zip(lines, guesses, strict=True) if guess.sure > NEVER),
        key=lambda one: -one[0],
    )
    if not claimed:
        return []
    sure = np.array([one for one, _, _ in claimed])
    right = _running([guess.intent in line.labelled.right for _, line, guess in claimed])
    false = _running([line.labelled.clear and not _in(line) for _, line, _ in claimed])
    inside = max(1, sum(map(_in, lines)))
    clear = max(1, sum(line.labelled.clear and not _in(line) for line in lines))
    lasts = [*np.flatnonzero(np.diff(sure)).tolist(), len(sure) - 1]
    return [
        Point(float(sure[at]), right[at] / inside, right[at] / (at + 1), false[at] / clear)
        for at in lasts
        if at + 1 >= LEAST
    ]


def best(curve: Sequence[Point], precision: float) -> Point | None:
    """The greatest coverage at this precision or more, the threshold read off the same lines: a little flattering."""
    return max((point for point in curve if point.precision >= precision), key=lambda one: one.coverage, default=None)


def reaching(curve: Sequence[Point], coverage: float) -> Point | None:
    """The most precise point of at least this coverage."""
    return max((point for point in curve if point.coverage >= coverage), key=lambda one: one.precision, default=None)


def scored(lines: Sequence[Line], claims: Sequence[Sequence[str]]) -> Score:
    """The counts of claims that were made, by the same definition as `yeban eval`."""
    ready = iter(claims)
    return score(lambda _: next(ready), [line.labelled for line in lines])


def shares(counts: Score) -> Point:
    """The figures of claims that were made; a share of nothing is 0."""
    return Point(
        threshold=float("nan"),
        coverage=counts.right / max(1, counts.in_scope),
        precision=counts.right / max(1, counts.claimed),
        false=counts.false_answers / max(1, counts.clear_oos),
    )


def _in(line: Line) -> bool:
    return line.labelled.in_scope


def _running(flags: Sequence[bool]) -> NDArray[np.int64]:
    return np.cumsum(np.array(flags, np.int64))
