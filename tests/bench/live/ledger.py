"""Our waiting nudges, in a process of their own: `python -m tests.bench.live.ledger insert|wake|tick …`.

In: databases, numbers. Out: one JSON object on stdout. Never: a command sent; a fired nudge is one that was judged,
written and queued in the outbox, on disk.

The book is the tests' small one, so that what the operators' files take is no part of a growth of memory.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog

from bot.bell import LocalBell
from bot.clock import new_id, utc_now
from bot.nudging import Nudging
from bot.records import Settled
from bot.store import LONGEST, SqlStore, open_store
from bot.store.engine import open_engines
from tests.bench.live.intake import book, insert
from tests.bench.live.probe import Probe, Woken
from tests.bench.live.seed import make_due
from tests.bench.live.sums import middle

STEP = timedelta(milliseconds=1)  # between the planned times of two seeded nudges
WARM = 1
_SILENT = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


class Watched(SqlStore):
    """Notes each nudge that was settled, and says when they are enough."""

    def watch(self, probe: Probe, enough: int) -> asyncio.Event:
        self._probe, self._enough, self._full = probe, enough, asyncio.Event()
        return self._full

    async def settle_nudges(self, move: Settled) -> bool:
        kept = await super().settle_nudges(move)
        if kept and move.commands:
            self._probe.note()
        if self._probe.count >= self._enough:
            self._full.set()
        return kept


async def wake(url: str, enough: int) -> Woken:
    """Open the store and tick, until all that is due was settled, or enough of it."""
    book()
    probe = Probe()
    store = Watched(open_engines(url), new_id, LONGEST)
    full, since = store.watch(probe, enough), monotonic()
    tick = asyncio.create_task(_nudging(store).tick())
    await asyncio.wait([tick, one := asyncio.create_task(full.wait())], return_when=asyncio.FIRST_COMPLETED)
    probe.end()
    found = probe.woken(since)
    for task in (tick, one):
        task.cancel()
    await asyncio.gather(tick, one, return_exceptions=True)
    await store.close()
    return found


async def ticks(urls: Sequence[str], start: datetime, dues: Sequence[int], rounds: int) -> Mapping[str, list[float]]:
    """Seconds of one tick at each database in turn, with so many nudges due; medians, by how many are due. One tick
    with one due warms each up."""
    stores = [(url, open_store(url, new_id=new_id)) for url in urls]
    took = {due: [list[float]() for _ in urls] for due in (WARM, *dues)}
    first = 0
    for due in (WARM, *(due for _ in range(rounds) for due in dues)):
        for (url, store), kept in zip(stores, took[due], strict=True):
            _wake_up(url, start, first, due)
            kept.append(await _timed(store, due))
        first += due
    for _, store in stores:
        await store.close()
    return {str(due): [middle(one) for one in took[due]] for due in dues}


def _wake_up(url: str, start: datetime, first: int, count: int) -> None:
    """The next so many of those that were planned from `start` on."""
    begin = start + STEP * first + STEP / 2
    if count and make_due(url, begin, begin + STEP * count, utc_now()) != count:
        raise SystemExit(f"not {count} nudges to be made due")


async def _timed(store: SqlStore, due: int) -> float:
    nudging, begun = _nudging(store), monotonic()
    queued = await nudging.tick()
    took = monotonic() - begun
    if queued != due:
        raise SystemExit(f"{queued} nudges queued of {due} that were due")
    return took


def _nudging(store: SqlStore) -> Nudging:
    return Nudging(store, LocalBell(), book, utc_now, _SILENT)


def main(job: str, *words: str) -> object:
    """The job's figures."""
    jobs: Mapping[str, Callable[[], object]] = {
        "insert": lambda: asdict(asyncio.run(insert(words[0], int(words[1])))),
        "wake": lambda: asdict(asyncio.run(wake(words[0], int(words[1])))),
        "tick": lambda: asyncio.run(ticks(words[:2], _moment(words[2]), json.loads(words[3]), int(words[4]))),
    }
    return jobs[job]()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
