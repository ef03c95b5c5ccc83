"""Whether "0.9" is right nine times in ten.

In: the shipped matcher and labelled lines. Out: one row a bin of confidence. Never: a claim counted that has none.

Counted is the likeliest intent in scope of every message, whether or not the bot would claim it.
"""

from collections.abc import Sequence

from bot.core.book import OOS
from bot.core.match import Matcher
from tests.bench.data import Line
from tests.bench.show import Row, rounded

BINS = 10
_NOISE = 0.5  # the widest a share can spread, for its standard error


def calibration(matcher: Matcher, lines: Sequence[Line]) -> list[Row]:
    """`off`: share right less mean confidence. `noise`: twice the standard error of the share."""
    said = [pair for line in lines if (pair := _said(matcher, line))]
    found = [_bin(number, [pair for pair in said if bin_of(pair[0]) == number]) for number in range(BINS)]
    return [row for row in found if row["messages"]]


def bin_of(confidence: float) -> int:
    """Bins are closed below; the last holds 1 too."""
    return min(BINS - 1, int(confidence * BINS + 1e-9))


def _said(matcher: Matcher, line: Line) -> tuple[float, bool] | None:
    match = next((match for match in matcher.rank(line.text) if match.intent != OOS), None)
    return None if match is None else (match.score / 100, match.intent in line.labelled.right)


def _bin(number: int, said: Sequence[tuple[float, bool]]) -> dict[str, object]:
    size = len(said)
    mean, right = (sum(column) / size if size else 0.0 for column in zip(*said, strict=True)) if size else (0.0, 0.0)
    return {
        "bin": f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}",
        "messages": size,
        "confidence": rounded(mean),
        "right": rounded(right),
        "off": rounded(right - mean),
        "noise": rounded(2 * _NOISE / size**0.5 if size else None),
    }
