"""How fast many unpaid orders that are due at once are nudged, beside the ceiling's inserts and posts.

In: a range, settings. Out: one row. Never: a nudge counted that was made twice; those are told apart.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

import httpx

from bot.core.book import Book
from tests.bench.live import pattern
from tests.bench.live.contenders import Running, Setting, ceiling, service
from tests.bench.live.gun import Fired
from tests.bench.live.processes import Arrival
from tests.bench.live.rows import Case, row
from tests.bench.live.runs import WARM, Range, collect, in_turn, run_name, volley
from tests.bench.live.seed import make_due, seed
from tests.bench.live.stores import Fresh
from tests.bench.live.sums import Run, answered, first_commands, rates, reckon
from tests.bench.live.throughput import Plan
from tests.bench.show import Row

STEP = timedelta(milliseconds=1)
PARTS = 8  # requests for a burst, so that every process of the ceiling gets some
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Debts:
    """Unpaid orders in a database, planned from `start` on, one a `STEP`; each round makes the next `count` due."""

    database: str
    start: datetime
    count: int

    def make_due(self, number: int) -> int:
        first = self.start + STEP * (number * self.count) + STEP / 2
        return make_due(self.database, first, first + STEP * self.count, datetime.now(UTC))


def nudges(place: Range, setting: Setting, store: str, fresh: Fresh, plan: Plan, book: Book) -> Iterator[Row]:
    """Service and ceiling in turn."""
    debts = _debts(fresh(), plan, book)
    with ceiling("whole", setting, fresh()) as top, service(setting, debts.database) as one:
        for contender in (top, one):
            volley(place, contender, WARM)
        numbers = iter(range(plan.rounds))
        pair = in_turn(
            plan.rounds, lambda: _remind(place, one, debts, next(numbers)), lambda: _burst(place, top, plan.messages)
        )
    case = Case("nudges", "nudges/s", rates(pair.runs), rates(pair.others))
    yield row(case, store, pair, setting, duplicates=sum(run.twice for run in pair.runs))


def _debts(database: str, plan: Plan, book: Book) -> Debts:
    """Settled conversations, each with an order that was not paid."""
    now, start = datetime.now(UTC), datetime.now(UTC) + timedelta(days=1)
    old = pattern.talks(book, now - timedelta(hours=2), STEP)
    waiting = pattern.orders(book, now - timedelta(hours=1), start, STEP)
    seed(database, [*old, *waiting], plan.messages * plan.rounds)
    return Debts(database, start, plan.messages)


def _remind(place: Range, at: Running, debts: Debts, number: int) -> Run:
    """The clock starts when the nudges are due; the service finds them at its next tick."""
    place.receiver.taken()
    with at.awake():
        begun = at.cpu_s()
        count, start = debts.make_due(number), monotonic()
        arrivals = collect(place.receiver, count, lambda found: len(_firsts(found)))
        cpu_s = at.cpu_s() - begun
    return reminded(count, start, arrivals, cpu_s)


def reminded(count: int, start: float, arrivals: Sequence[Arrival], cpu_s: float) -> Run:
    """Each order has a conversation of its own, so a second nudge in one is one too many."""
    firsts, fired = _firsts(arrivals), Fired([start] * count, [start] * count)
    told = sum(arrival.purpose == "nudge" for arrival in arrivals)
    return reckon(fired, dict(enumerate(firsts.values())), told - len(firsts), cpu_s, 0.0)


def _firsts(arrivals: Sequence[Arrival]) -> dict[str, float]:
    """By conversation: when its first nudge came."""
    found: dict[str, float] = {}
    for arrival in arrivals:
        if arrival.purpose == "nudge":
            found.setdefault(str(arrival.conversation), arrival.at)
    return found


def _burst(place: Range, at: Running, count: int) -> Run:
    """As many inserts and posts, with nothing coming in."""
    run, part = run_name(), -(-count // PARTS)
    place.receiver.taken()
    urls = [f"{at.url}/burst/{run}/{first}/{min(first + part, count)}" for first in range(0, count, part)]
    with at.awake(), ThreadPoolExecutor(PARTS) as pool:
        begun, start = at.cpu_s(), monotonic()
        list(pool.map(_post, urls))
        arrivals = collect(place.receiver, count, lambda found: len(first_commands(found, run)))
        cpu_s = at.cpu_s() - begun
    return answered(Fired([start] * count, [start] * count), arrivals, run, cpu_s)


def _post(url: str) -> None:
    httpx.post(url, timeout=_PATIENCE, trust_env=False).raise_for_status()
