"""Lines of the ledger whose time has come: read, judged, saved.

In: due lines with their orders as they are now. Out: settled lines and commands. Never: a second message for the same
order and step; the ledger's key and the command's id both forbid it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.approach import settled
from bot.clock import Now
from bot.core.book import Book
from bot.core.walltime import instant, local_day
from bot.marks import NUDGES
from bot.meter import SILENT, Meter
from bot.ports import Bell, Store
from bot.records import OUTREACH, DueNudges, NudgeState, Purpose, Settled

_LIMIT = 200


class Nudging:
    """One tick settles all due lines."""

    def __init__(
        self,
        store: Store,
        bell: Bell,
        book: Callable[[], Book],
        now: Now,
        log: structlog.typing.FilteringBoundLogger,
        meter: Meter = SILENT,
    ) -> None:
        self._meter = meter
        self._store = store
        self._bell = bell
        self._book = book
        self._now = now
        self._log = log

    async def tick(self) -> int:
        """How many messages and notes were queued; all that is due, a batch at a time."""
        queued, more = 0, True
        while more:
            book = self._book()
            due = await self._due(book)
            kept = await self._all(due, book)
            queued += sum(sent for _, sent in kept)
            more = any(moved for moved, _ in kept)
            if queued:
                self._bell.ring()
        return queued

    async def _all(self, due: Sequence[DueNudges], book: Book) -> Sequence[tuple[bool, int]]:
        """At once; but where the day's limit is near, one after the other, each counted before the next."""
        rules = book.rules
        limits = [each for each in (rules.nudges.limits.day, rules.care.limits.day) if each is not None]
        today = sum(due[0].today.values()) if due else 0
        if not limits or today + len(due) < min(limits):
            return await asyncio.gather(*(self._settle(one, book) for one in due))
        done = list[tuple[bool, int]]()
        sent = Counter[Purpose]()
        for one in due:
            counted = {purpose: one.today.get(purpose, 0) + sent[purpose] for purpose in OUTREACH}
            done.append(await self._settle(replace(one, today=counted), book, sent))
        return done

    async def _due(self, book: Book) -> Sequence[DueNudges]:
        now, rules = self._now(), book.rules
        zone = ZoneInfo(rules.shop.timezone)
        day = instant(local_day(now, zone), 0, zone)
        return await self._store.due_nudges(now, _LIMIT, ahead=rules.nudges.together, day=day)

    async def _settle(self, due: DueNudges, book: Book, sent: Counter[Purpose] | None = None) -> tuple[bool, int]:
        """Whether any line was ours to move, and how many messages and notes go out."""
        await asyncio.sleep(0)  # others may be waiting for the wire
        kept = [move for move in self._moves(due, book) if await self._store.settle_nudges(move)]
        for move in kept:
            self._tell(move)
            if sent is not None:
                sent.update(command.purpose for command in move.commands)
        return bool(kept), sum(len(move.commands) for move in kept)

    def _moves(self, due: DueNudges, book: Book) -> Sequence[Settled]:
        now = self._now()
        try:
            return settled(due, book, now)
        except Exception as defect:
            self._log.exception("nudge.defect", buyer=due.buyer_id, kind=type(defect).__name__)
            return [_for_review(due, now)]

    def _tell(self, move: Settled) -> None:
        for line in move.shall:
            self._meter.nudge(NUDGES.get(line.state, line.state.value))
            self._log.info(
                "nudge", order=line.order_id, step=line.step, kind=line.purpose.value, state=line.state.value,
                reason=line.reason,
            )  # fmt: skip


def _for_review(due: DueNudges, now: datetime) -> Settled:
    """A line that breaks the rules' code is for a person to look at; it does not come up every second."""
    was = tuple(line for line in due.lines if line.due_at <= now)
    return Settled(was, tuple(replace(line, state=NudgeState.NEEDS_REVIEW, reason="defect") for line in was))
