"""What it takes to let a million nudges wait, beside the same as jobs of APScheduler's `SQLAlchemyJobStore`.

In: databases, sizes. Out: rows. Never: a figure of a process that did something else before.

Each figure is that of a fresh process (`ledger`, `jobstore`). With nothing due both look into an index, and the peer is
measured at its own count. With all due at once, the morning after an outage, what the peer takes grows with what is
due: a straight line through two of its counts is drawn out to ours, and the row says so.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import utc_now
from tests.bench.data import BenchError
from tests.bench.live import ledger, pattern
from tests.bench.live.costs import Ours, Peers, rows
from tests.bench.live.intake import book
from tests.bench.live.processes import started
from tests.bench.live.seed import make_due, seed
from tests.bench.live.stores import Fresh
from tests.bench.show import Row

PART = 4  # the smaller of the peer's two counts is this part of the other
_LONGEST = 3600.0  # seconds for any process
_SPAN = timedelta(days=1)
#: A job of `ledger` or `jobstore`: its module, its name, its words; what it tells.
Work = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Nudges of ours that wait, those in the small shop, jobs of the peer; so many due at a tick, so many ticks each,
    so many starts with nothing due."""

    waiting: int
    few: int
    jobs: int
    dues: Sequence[int] = (0, 10, 100, 1_000)
    ticks: int = 5
    starts: int = 3


def backlog(store: str, fresh: Fresh, sizes: Sizes, work: Work | None = None) -> Iterator[Row]:
    """Ours first, then the peer's, on databases of one kind."""
    run = work or apart
    ours, peers = ours_of(fresh, sizes, run), peers_of(fresh, sizes, run)
    for told in rows(ours, peers, sizes.waiting, sizes.few):
        yield {"name": told["name"], "store": store, "waiting": sizes.waiting, **told}


def ours_of(fresh: Fresh, sizes: Sizes, work: Work) -> Ours:
    """Nothing due, then some, then all; new orders come last, into the full ledger."""
    start, big, small = utc_now() + _SPAN, fresh(), fresh()
    spent = ledger.WARM + sizes.ticks * sum(sizes.dues)
    for url, count in ((big, sizes.waiting), (small, sizes.few)):
        _fill(url, start, count + spent)
    idle = [work("ledger", "wake", big, "1") for _ in range(sizes.starts)]
    ticks = work("ledger", "tick", big, small, start.isoformat(), json.dumps(sizes.dues), str(sizes.ticks))
    make_due(big, start, start + _SPAN, utc_now())
    due = work("ledger", "wake", big, str(sizes.jobs))
    return Ours(idle, ticks, due, work("ledger", "insert", big, str(sizes.jobs)))


def _fill(url: str, start: datetime, count: int) -> None:
    """Unpaid orders, each with a nudge planned from `start` on."""
    seed(url, pattern.orders(book(), utc_now() - timedelta(hours=1), start, ledger.STEP), count)


def peers_of(fresh: Fresh, sizes: Sizes, work: Work) -> Peers:
    """Jobs for tomorrow, and fewer and as many for an hour ago."""
    waiting, part, whole = fresh(), fresh(), fresh()
    few, many = str(sizes.jobs // PART), str(sizes.jobs)
    insert = work("jobstore", "insert", waiting, many, "waiting")
    work("jobstore", "insert", part, few, "due")
    work("jobstore", "insert", whole, many, "due")
    idle = [work("jobstore", "wake", waiting, "0") for _ in range(sizes.starts)]
    return Peers(insert, idle, work("jobstore", "wake", part, few), work("jobstore", "wake", whole, many))


def apart(module: str, *words: str) -> dict[str, Any]:
    """What a process of its own tells at its end."""
    sys.stderr.write(f"{module} {words[0]}\n")
    with started(f"tests.bench.live.{module}", *words) as process:
        told, _ = process.communicate(timeout=_LONGEST)
    if process.returncode:
        raise BenchError(f"{module} {words[0]} ended with {process.returncode}: see above")
    return dict(json.loads(told))
