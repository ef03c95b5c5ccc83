"""How many messages a second go the whole way, beside the least that any durable bot must do.

In: a range, settings. Out: rows. Never: a contender measured apart from its ceiling.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.live.contenders import Running, Setting, ceiling, service
from tests.bench.live.rows import CEILING, PEER, Case, row
from tests.bench.live.runs import WARM, Range, in_turn, knock, volley
from tests.bench.live.stores import Fresh
from tests.bench.live.sums import Pair, Run, rates
from tests.bench.show import Row

KNOCKS = 5  # acceptance alone is so much faster that a run of a second needs more messages
PARTS = ("throughput", "acceptance")
Shot = Callable[[Range, Running, int], Run]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: messages a run, rounds of both contenders."""

    messages: int
    rounds: int


def throughput(
    place: Range, setting: Setting, store: str, fresh: Fresh, plan: Plan, only: str | None = None
) -> Iterator[Row]:
    """The whole river, then the webhook's durable acceptance alone beside the same route without a store."""
    parts = (only,) if only else PARTS
    if "throughput" in parts:
        yield _row("throughput", CEILING, rivers(place, setting, fresh, plan), store, setting)
    if "acceptance" in parts:
        yield _row("acceptance", PEER, doors(place, setting, fresh, plan), store, setting)


def _row(name: str, beside: str, pair: Pair, store: str, setting: Setting) -> Row:
    return row(Case(name, "messages/s", rates(pair.runs), rates(pair.others), beside), store, pair, setting)


def rivers(place: Range, setting: Setting, fresh: Fresh, plan: Plan) -> Pair:
    """Service and ceiling in turn, at full speed."""
    with both(place, setting, fresh) as (one, top):
        return duel(place, one, top, plan, volley)


def doors(place: Range, setting: Setting, fresh: Fresh, plan: Plan) -> Pair:
    """The webhook with and without a store behind it."""
    more = Plan(plan.messages * KNOCKS, plan.rounds)
    with ceiling("kept", setting, fresh()) as kept, ceiling("bare", setting, fresh()) as bare:
        for door in (kept, bare):
            knock(place, door, WARM * KNOCKS)
        return duel(place, kept, bare, more, knock)


@contextmanager
def both(place: Range, setting: Setting, fresh: Fresh) -> Iterator[tuple[Running, Running]]:
    """The service and the ceiling, each on a new database, warmed up."""
    with ceiling("whole", setting, fresh()) as top, service(setting, fresh()) as one:
        for contender in (top, one):
            volley(place, contender, WARM)
        yield one, top


def duel(place: Range, one: Running, other: Running, plan: Plan, shot: Shot) -> Pair:
    """The same shots at both, in turn."""
    return in_turn(plan.rounds, lambda: shot(place, one, plan.messages), lambda: shot(place, other, plan.messages))
