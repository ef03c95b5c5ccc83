"""The arithmetic of the live benches.

In: moments and counts. Out: rates, percentiles, medians, ratios, rows. Never: a measurement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from tests.bench.live.gun import Fired
from tests.bench.live.processes import Arrival
from tests.bench.live.wire import number_of
from tests.bench.show import rounded


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run. `waits` are seconds from a message's sending to its first command, without the wait for a buyer
    to finish typing; `rate` leaves that wait out too. `lost`: messages not accepted, or not answered."""

    messages: int
    rate: float
    waits: Sequence[float]
    lost: int
    twice: int
    again: int
    cpu_us: float
    gun_us: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Runs of a contender and of what stands beside it, round by round."""

    runs: list[Run] = field(default_factory=list)
    others: list[Run] = field(default_factory=list)


def answered(fired: Fired, arrivals: Sequence[Arrival], run: str, cpu_s: float, quiet: float = 0.0) -> Run:
    """A run that ends with the commands."""
    return reckon(fired, first_commands(arrivals, run), twice(arrivals), cpu_s, quiet)


def accepted(fired: Fired, cpu_s: float) -> Run:
    """A run that ends when the webhooks are answered."""
    kept = {number: at for number, at in enumerate(fired.accepted) if at and number not in fired.refused}
    return reckon(fired, kept, 0, cpu_s, 0.0)


def reckon(fired: Fired, ends: Mapping[int, float], again: int, cpu_s: float, quiet: float) -> Run:
    """A run from what was sent, when each line was done with, and the time that the processes between took."""
    count, start, end = len(fired.sent), min(fired.sent, default=0.0), max(ends.values(), default=0.0)
    return Run(
        messages=count,
        rate=per_second(len(ends), end - start - quiet),
        waits=[ends[number] - fired.sent[number] - quiet for number in sorted(ends)],
        lost=count - len(ends),
        twice=again,
        again=fired.again,
        cpu_us=cpu_s / max(1, count) * 1e6,
        gun_us=fired.cpu_s / max(1, count) * 1e6,
    )


def first_commands(arrivals: Iterable[Arrival], run: str) -> dict[int, float]:
    """By line of the run: when the first command that answers it came. The ceiling's commands bear the line's id."""
    found: dict[int, float] = {}
    for arrival in arrivals:
        for one in arrival.answers or [arrival.id]:
            number = number_of(one, run)
            if number is not None:
                found[number] = min(arrival.at, found.get(number, arrival.at))
    return found


def twice(arrivals: Sequence[Arrival]) -> int:
    """How often a command came that had come before."""
    return len(arrivals) - len({arrival.id for arrival in arrivals})


def per_second(count: int, seconds: float) -> float:
    """0 where no time has passed."""
    return count / seconds if seconds > 0 else 0.0


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


def rates(runs: Iterable[Run]) -> list[float]:
    """Messages a second, round by round."""
    return [run.rate for run in runs]


def late(runs: Iterable[Run], share: float) -> list[float]:
    """A percentile of the waits in milliseconds, round by round."""
    return [percentile(run.waits, share) * 1e3 for run in runs]
