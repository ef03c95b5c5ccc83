"""The arithmetic of the live benches.

In: moments and counts. Out: rates, percentiles, medians, ratios, rows. Never: a measurement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from tests.bench.live.gun import Fired
from tests.bench.live.processes import Arrival
from tests.bench.live.wire import number_of
from tests.bench.show import Row, rounded


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run. `waits` are seconds from a message's sending to its first command, in the messages' order."""

    messages: int
    rate: float
    accepted_rate: float
    waits: Sequence[float]
    cpu_us: float
    commands: int
    twice: int
    again: int = 0

    @property
    def lost(self) -> int:
        """Messages that nothing was said to."""
        return self.messages - len(self.waits)


def first_commands(arrivals: Iterable[Arrival], run: str) -> dict[int, float]:
    """By line of the run: when the first command that answers it came."""
    found: dict[int, float] = {}
    for arrival in arrivals:
        for one in arrival.answers or [arrival.id]:
            number = number_of(one, run)
            if number is not None:
                found[number] = min(arrival.at, found.get(number, arrival.at))
    return found


def reckon(run: str, fired: Fired, arrivals: Sequence[Arrival], cpu_s: float) -> Run:
    """A run from what was sent, what came, and the time that the processes between took."""
    first = first_commands(arrivals, run)
    start, count = min(fired.sent, default=0.0), len(fired.sent)
    ids = [arrival.id for arrival in arrivals]
    return Run(
        messages=count,
        rate=per_second(len(first), start, max(first.values(), default=start)),
        accepted_rate=per_second(count - len(fired.refused), start, max(fired.accepted, default=start)),
        waits=[first[number] - fired.sent[number] for number in sorted(first)],
        cpu_us=cpu_s / max(1, count) * 1e6,
        commands=len(ids),
        twice=len(ids) - len(set(ids)),
        again=fired.again,
    )


def per_second(count: int, start: float, end: float) -> float:
    """0 where no time has passed."""
    return count / (end - start) if end > start else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: the least value that `share` of all do not exceed; 0 of nothing."""
    ranked = sorted(values)
    return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else 0.0


def middle(values: Iterable[float]) -> float:
    """The median; 0 of nothing."""
    found = list(values)
    return float(median(found)) if found else 0.0


def ratio(value: float, other: float) -> float | None:
    """None where there is nothing to compare with."""
    return rounded(value / other) if other else None


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The least and the greatest, so that the noise is seen."""
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}" if values else "-"


def case(
    name: str, store: str | None, unit: str, values: Sequence[float], others: Sequence[float], *, beside: str
) -> Row:
    """A measured case: medians over the rounds of it and of what stands beside it (`ceiling` or `peer`)."""
    value, other = middle(values), middle(others)
    return {
        "name": name, "store": store, "value": rounded(value, 2), "unit": unit, beside: rounded(other, 2),
        "ratio": ratio(value, other), "spread": spread(values), f"{beside}_spread": spread(others),
        "rounds": len(values),
    }  # fmt: skip


def costs(runs: Sequence[Run], others: Sequence[Run], beside: str) -> Mapping[str, object]:
    """What else is told of every case. CPU is the steadiest figure on a noisy machine."""
    return {
        "cpu_us": rounded(middle(run.cpu_us for run in runs), 0),
        f"{beside}_cpu_us": rounded(middle(run.cpu_us for run in others), 0),
        "messages": runs[0].messages if runs else 0,
        "lost": sum(run.lost for run in runs),
        "twice": sum(run.twice for run in runs),
        "put_off": sum(run.again for run in runs),
    }
