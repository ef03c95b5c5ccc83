"""The scheduler only rings: every second, whatever is due in the tables is looked at. Nothing is kept in memory.

In: ticks to make. Out: APScheduler running them, one at a time each. Never: a due time, a job store.
"""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.meter import SILENT, Meter
from bot.ports import Overloaded, StoreDown

Tick = Callable[[], Awaitable[object]]
_SECONDS = 1.0
_ALIGNED = datetime(2000, 1, 1, tzinfo=UTC)  # any moment in the past


class Timers:
    """Start it inside a running event loop; `stop` waits for nothing, a tick that was cut short is made up for."""

    def __init__(
        self, ticks: Mapping[str, Tick], log: structlog.typing.FilteringBoundLogger, meter: Meter = SILENT
    ) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._log = log
        self._meter = meter
        for number, (name, tick) in enumerate(ticks.items()):  # one after the other, not all at once
            begins = _ALIGNED + timedelta(seconds=_SECONDS * number / len(ticks))
            self._scheduler.add_job(
                self._guarded(name, tick), IntervalTrigger(seconds=_SECONDS, start_date=begins, timezone="UTC"),
                id=name, max_instances=1, coalesce=True,
            )  # fmt: skip

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def _guarded(self, name: str, tick: Tick) -> Tick:
        """A tick that fails is told and tried again at the next ring."""

        async def run() -> None:
            try:
                await tick()
            except CancelledError:
                return  # the service stops; the scheduler would tell of it as of a failure
            except Exception as defect:
                count = self._meter.store_down if isinstance(defect, StoreDown | Overloaded) else self._meter.defect
                count("timers")
                self._log.warning("tick.failed", tick=name, kind=type(defect).__name__, error=str(defect))

        return run
