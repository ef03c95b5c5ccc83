"""What a thousand times as many stored conversations and waiting nudges cost.

In: a range, settings, sizes. Out: rows, the big shop beside the small one. Never: the two measured one after the other.

Half of the messages come in conversations that are stored already, as long as the small shop has any that nobody wrote
in; the other half in new ones, whose ids fall between those.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.core.book import Book
from tests.bench.live import pattern
from tests.bench.live.contenders import Running, Setting, service
from tests.bench.live.latency import SHARES
from tests.bench.live.pattern import CONVERSATION, MARK
from tests.bench.live.rows import PEER, Case, row
from tests.bench.live.runs import WARM, Range, in_turn, run_name, shoot, volley
from tests.bench.live.seed import key, seed
from tests.bench.live.stores import Fresh
from tests.bench.live.sums import Pair, Run, late, middle, rates
from tests.bench.live.throughput import Plan
from tests.bench.live.wire import Line
from tests.bench.show import Row, rounded

AGE = timedelta(days=30)
LOAD = 0.5
_STRIDE = 7_919  # a prime: visits every stored conversation once, far from the last one


@dataclass(frozen=True, slots=True)
class Sizes:
    """Stored conversations, each with an unpaid order and a waiting nudge; `book` makes the pattern."""

    book: Book
    small: int
    big: int


@dataclass(slots=True)
class Shop:
    """A running service with so many stored conversations, of which `left` may still be written in."""

    running: Running
    size: int
    left: int
    seeding_s: float
    before_mib: float

    def lines(self, place: Range, number: int, run: str) -> list[Line]:
        """The range's texts, in old and new conversations."""
        return [(self._conversation(one, run), text) for one, (_, text) in enumerate(place.lines(number, run))]

    def _conversation(self, one: int, run: str) -> str:
        old = one % 2 == 0 and self.left > 0
        self.left -= old
        place = key(1 + (self.left + one * (not old)) * _STRIDE % self.size, self.size)
        stored = CONVERSATION.replace(MARK, place)
        return stored if old else f"{stored}-{run}-{one}"


def growth(place: Range, setting: Setting, store: str, fresh: Fresh, plan: Plan, sizes: Sizes) -> Iterator[Row]:
    """Throughput, latency at half of the small shop's full speed, and memory."""
    with (
        _shop(place, setting, fresh(), sizes, sizes.small) as small,
        _shop(place, setting, fresh(), sizes, sizes.big) as big,
    ):
        full = _in_turn(place, big, small, plan)
        half = _in_turn(place, big, small, plan, middle(rates(full.others)) * LOAD)
        cases = [Case("growth_throughput", "messages/s", rates(full.runs), rates(full.others), PEER)]
        yield from (row(case, store, full, setting, **_sizes(big, small)) for case in cases)
        yield from (row(case, store, half, setting, **_sizes(big, small)) for case in _latencies(half))
        memory = Case("growth_memory", "MiB", [big.running.mib()], [small.running.mib()], PEER)
        yield row(memory, store, full, setting, **_sizes(big, small), **_before(big, small))


@contextmanager
def _shop(place: Range, setting: Setting, database: str, sizes: Sizes, size: int) -> Iterator[Shop]:
    """Seeded, started, warmed up."""
    begun, now = monotonic(), datetime.now(UTC)
    old = pattern.talks(sizes.book, now - AGE, AGE / (size + 1))
    waiting = pattern.orders(sizes.book, now - timedelta(hours=1), now + timedelta(days=1), AGE / size)
    seed(database, [*old, *waiting], size)
    took = monotonic() - begun
    with service(setting, database) as running:
        before = running.mib()
        volley(place, running, WARM)
        yield Shop(running, size, sizes.small, took, before)


def _in_turn(place: Range, big: Shop, small: Shop, plan: Plan, rate: float | None = None) -> Pair:
    """The same at both, at full speed or at one rate."""

    def shot(shop: Shop) -> Run:
        run = run_name()
        return shoot(place, shop.running, shop.lines(place, plan.messages, run), run, rate)

    return in_turn(plan.rounds, lambda: shot(big), lambda: shot(small))


def _latencies(half: Pair) -> Iterator[Case]:
    for name, share in SHARES.items():
        yield Case(f"growth_latency_{name}", "ms", late(half.runs, share), late(half.others, share), PEER)


def _sizes(big: Shop, small: Shop) -> Mapping[str, object]:
    return {"conversations": big.size, "peer_conversations": small.size, "seeding_s": rounded(big.seeding_s, 1)}


def _before(big: Shop, small: Shop) -> Mapping[str, object]:
    """Memory before the first message."""
    return {"before": rounded(big.before_mib, 1), "peer_before": rounded(small.before_mib, 1)}
