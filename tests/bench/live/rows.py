"""What is told of a measured case.

In: figures of rounds. Out: rows with the contract's keys. Never: a measurement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.live.contenders import Setting
from tests.bench.live.sums import Pair, middle, ratio
from tests.bench.show import Row, rounded

PEER, CEILING = "peer", "ceiling"


@dataclass(frozen=True, slots=True)
class Case:
    """One figure of a contender and of what stands beside it (`ceiling` or `peer`), round by round."""

    name: str
    unit: str
    values: Sequence[float]
    others: Sequence[float]
    beside: str = CEILING


def row(case: Case, store: str, pair: Pair, setting: Setting, **more: object) -> Row:
    """Medians over the rounds, their ratio, how far they spread, and what they cost."""
    value, other = middle(case.values), middle(case.others)
    return {
        "name": case.name, "store": store, "value": rounded(value, 2), "unit": case.unit,
        case.beside: rounded(other, 2), "ratio": ratio(value, other),
        "spread": spread(case.values), f"{case.beside}_spread": spread(case.others),
        **costs(pair, case.beside), **more, "rounds": len(case.values), "processes": setting.processes,
        "quiet": setting.quiet or "as shipped",
    }  # fmt: skip


def costs(pair: Pair, beside: str) -> Mapping[str, object]:
    """CPU time a message is the steadiest figure on a noisy machine."""
    return {
        "cpu_us": rounded(middle(run.cpu_us for run in pair.runs), 0),
        f"{beside}_cpu_us": rounded(middle(run.cpu_us for run in pair.others), 0),
        "gun_cpu_us": rounded(middle(run.gun_us for run in pair.runs), 0),
        "messages": pair.runs[0].messages if pair.runs else 0,
        "lost": sum(run.lost for run in pair.runs),
        f"{beside}_lost": sum(run.lost for run in pair.others),
        "twice": sum(run.twice for run in pair.runs),
        "put_off": sum(run.again for run in pair.runs),
    }


def spread(values: Sequence[float]) -> str:
    """The least and the greatest, so that the noise is seen."""
    return f"{min(values):.1f}-{max(values):.1f}" if values else "-"
