"""The same waiting nudges as jobs of APScheduler 3: `python -m tests.bench.live.jobstore insert|wake …`.

In: databases, numbers. Out: one JSON object on stdout. Never: a job that does anything; what is measured is the keeping
of times.

A job a nudge, with a `date` trigger, in a `SQLAlchemyJobStore`. `add_job` is one transaction. At each wake-up
`get_due_jobs` reads and unpickles all jobs that are due, hands each to a pool of ten threads and deletes it in a
transaction of its own; then `get_next_run_time` reads one line of the index. With nothing due it reads no job at all.
`misfire_grace_time` is None, for by default a job that is a second late is not run. SQLite has WAL and
`synchronous=FULL`, as ours.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.bench.live.probe import PROBES, Probe, Woken
from tests.bench.live.seed import driven

PATIENCE = 1800.0  # seconds
_DURABLE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")


@dataclass(frozen=True, slots=True)
class Added:
    """So many jobs were added one by one."""

    seconds: float
    count: int


async def insert(url: str, count: int, *, due: bool) -> Added:
    """Jobs for tomorrow, or for an hour ago. The scheduler is of the kind that looks at nothing when it ends."""
    scheduler = AsyncIOScheduler(**_options(_store(url)))
    scheduler.start(paused=True)  # without a start, jobs would wait in memory
    at, begun = datetime.now(UTC) + (timedelta(hours=-1) if due else timedelta(days=1)), monotonic()
    for number in range(count):
        scheduler.add_job(
            "tests.bench.live.probe:fire", "date", run_date=at + timedelta(milliseconds=number),
            args=(f"o-{number:08x}", "首次催付"), id=f"o-{number:08x}:首次催付",
        )  # fmt: skip
    took = monotonic() - begun
    scheduler.shutdown()
    await asyncio.sleep(0)  # the loop does it
    return Added(took, count)


def wake(url: str, enough: int) -> Woken:
    """Start the scheduler over stored jobs, and wait until it has looked through them and so many have run."""
    probe, looked = Probe(), Event()
    PROBES.append(probe)
    scheduler = BackgroundScheduler(**_options(_telling(_store(url), looked)))
    scheduler.start()
    if not looked.wait(PATIENCE):
        raise SystemExit("the scheduler does not come to an end")
    probe.end()
    scheduler.shutdown()  # waits for the threads of the pool
    if probe.count != enough:
        raise SystemExit(f"{probe.count} jobs run of {enough}")
    return probe.woken(probe.first or probe.begun)


def _telling(store: SQLAlchemyJobStore, looked: Event) -> SQLAlchemyJobStore:
    """Tells when the scheduler asks how long it may sleep: it has handed out and deleted all that was due."""
    plain = store.get_next_run_time

    def tell() -> datetime | None:
        found: datetime | None = plain()
        looked.set()
        return found

    store.get_next_run_time = tell
    return store


def _options(store: SQLAlchemyJobStore) -> Mapping[str, Any]:
    return {"jobstores": {"default": store}, "timezone": "UTC", "job_defaults": {"misfire_grace_time": None}}


def _store(url: str) -> SQLAlchemyJobStore:
    return SQLAlchemyJobStore(engine=_engine(url))


def _engine(url: str) -> Engine:
    engine = create_engine(driven(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _keep)
    return engine


def _keep(connection: DBAPIConnection, _: object) -> None:
    for pragma in _DURABLE:
        connection.cursor().execute(pragma)


def main(job: str, *words: str) -> object:
    """The job's figures."""
    jobs: Mapping[str, Callable[[], Added | Woken]] = {
        "insert": lambda: asyncio.run(insert(words[0], int(words[1]), due=words[2] == "due")),
        "wake": lambda: wake(words[0], int(words[1])),
    }
    return asdict(jobs[job]())


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
