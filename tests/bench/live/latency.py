"""How long from a buyer's message to the command that answers it, beside the ceiling at the same rate.

In: a range, settings. Out: rows. Never: a latency at full speed, where it is the length of the queue.

The wait for a buyer to finish typing is taken off: what is left is the machine's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.bench.live.contenders import Running, Setting
from tests.bench.live.rows import Case, row
from tests.bench.live.runs import Range, in_turn, volley
from tests.bench.live.stores import Fresh
from tests.bench.live.sums import Pair, late, middle, rates, ratio
from tests.bench.live.throughput import Plan, both
from tests.bench.show import Row, rounded

LOADS: Mapping[str, float] = {"low": 0.1, "half": 0.5}
SHARES: Mapping[str, float] = {"p50": 0.5, "p99": 0.99}
LEAST = 20


@dataclass(frozen=True, slots=True)
class Load:
    """A share of the service's full speed, in messages a second, and what was measured at it."""

    name: str
    rate: float
    pair: Pair


def latency(place: Range, setting: Setting, store: str, fresh: Fresh, plan: Plan, seconds: float) -> Iterator[Row]:
    """The middle and the worst in a hundred, at a tenth and at half of the service's own full speed."""
    with both(place, setting, fresh) as (one, top):
        full = middle(rates(volley(place, one, plan.messages) for _ in range(plan.rounds)))
        loads = [load(place, one, top, name, full * share, plan, seconds) for name, share in LOADS.items()]
    for name, share in SHARES.items():
        low = loads[0]
        for each in loads:
            yield _row(f"latency_{name}_{each.name}", share, each, low, store, setting)


def load(place: Range, one: Running, top: Running, name: str, rate: float, plan: Plan, seconds: float) -> Load:
    """Both contenders in turn at one rate."""
    number = max(LEAST, round(rate * seconds))
    pair = in_turn(plan.rounds, lambda: volley(place, one, number, rate), lambda: volley(place, top, number, rate))
    return Load(name, rate, pair)


def _row(name: str, share: float, each: Load, low: Load, store: str, setting: Setting) -> Row:
    """`growth`: how much longer than at low load."""
    case = Case(name, "ms", late(each.pair.runs, share), late(each.pair.others, share))
    grown = ratio(middle(case.values), middle(late(low.pair.runs, share)))
    top = ratio(middle(case.others), middle(late(low.pair.others, share)))
    return row(case, store, each.pair, setting, rate=rounded(each.rate, 1), growth=grown, ceiling_growth=top)
