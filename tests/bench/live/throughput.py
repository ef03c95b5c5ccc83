"""How many messages a second go the whole way, beside the least that any durable bot must do.

In: a range, settings. Out: rows. Never: a contender measured apart from its ceiling.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.live.contenders import Setting, ceiling, service
from tests.bench.live.runs import WARM, Range, knock, volley
from tests.bench.live.stores import Fresh
from tests.bench.live.sums import Run, case, costs
from tests.bench.show import Row

KNOCKS = 5  # acceptance alone is so much faster that it needs more messages for a run of a second


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    messages: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Runs of a contender and of what stands beside it, round by round."""

    runs: list[Run]
    others: list[Run]


def throughput(place: Range, setting: Setting, store: str, fresh: Fresh, plan: Plan) -> Iterator[Row]:
    """The whole river, then the webhook's durable acceptance alone."""
    river = rounds(place, setting, fresh, plan)
    rates, tops = [run.rate for run in river.runs], [run.rate for run in river.others]
    yield told(case("throughput", store, "messages/s", rates, tops, beside="ceiling"), river, "ceiling", setting)
    door = doors(place, setting, fresh, plan)
    kept, bare = [run.accepted_rate for run in door.runs], [run.accepted_rate for run in door.others]
    yield told(case("acceptance", store, "messages/s", kept, bare, beside="peer"), door, "peer", setting)


def told(row: Row, pair: Pair, beside: str, setting: Setting) -> Row:
    """A case with its costs."""
    quiet = setting.quiet or "as shipped"
    return {**row, **costs(pair.runs, pair.others, beside), "processes": setting.processes, "quiet": quiet}


def rounds(place: Range, setting: Setting, fresh: Fresh, plan: Plan) -> Pair:
    """Service, ceiling, service, ceiling, ...: each on a new database, warmed up, at full speed."""
    pair = Pair([], [])
    for _ in range(plan.rounds):
        pair.runs.append(river(place, setting, fresh(), plan.messages))
        pair.others.append(top(place, setting, fresh(), plan.messages))
    return pair


def river(place: Range, setting: Setting, database: str, messages: int, rate: float | None = None) -> Run:
    """The service, once."""
    with service(setting, database) as running:
        volley(place, running, WARM)
        return volley(place, running, messages, rate)


def top(place: Range, setting: Setting, database: str, messages: int, rate: float | None = None) -> Run:
    """The ceiling, once."""
    with ceiling("whole", setting, database) as running:
        volley(place, running, WARM)
        return volley(place, running, messages, rate)


def doors(place: Range, setting: Setting, fresh: Fresh, plan: Plan) -> Pair:
    """The webhook with and without a store behind it."""
    pair = Pair([], [])
    for _ in range(plan.rounds):
        pair.runs.append(door(place, setting, fresh(), "kept", plan.messages * KNOCKS))
        pair.others.append(door(place, setting, fresh(), "bare", plan.messages * KNOCKS))
    return pair


def door(place: Range, setting: Setting, database: str, mode: str, messages: int) -> Run:
    """One webhook alone, once."""
    with ceiling(mode, setting, database) as running:
        knock(place, running, WARM * KNOCKS)
        return knock(place, running, messages)
