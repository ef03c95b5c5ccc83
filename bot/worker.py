"""Claims lanes and works them off, each as one unit of work.

In: ready lanes. Out: saved outcomes and one log line a turn. Never: two turns of one conversation at once, a message
given up because the bot failed: then people get it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.clock import Now
from bot.core.book import Book
from bot.core.turn import Turn
from bot.marks import count_turn, marked, turn_span
from bot.meter import SILENT, Meter
from bot.ports import Bell, Claim, Outcome, Overloaded, Store, StoreDown, Work
from bot.rescue import rescued
from bot.tracer import UNSEEN, Tracer
from bot.turns import outcome_of

_POLL_SECONDS = 0.2
_DOWN_SECONDS = 1.0
_TROUBLE = (StoreDown, Overloaded)


class Worker:
    """`width` lanes are worked on at once; `book` gives the current operators' files; of the `bells` the first calls
    this worker and the second the outbox.
    """

    def __init__(
        self,
        store: Store,
        bells: tuple[Bell, Bell],
        book: Callable[[], Book],
        now: Now,
        log: structlog.typing.FilteringBoundLogger,
        *,
        width: int = 16,
        meter: Meter = SILENT,
        tracer: Tracer = UNSEEN,
    ) -> None:
        self._meter = meter
        self._tracer = tracer
        self._store = store
        self._bell, self._sender = bells
        self._book = book
        self._now = now
        self._log = log
        self._width = width
        self._busy: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what was claimed is finished."""
        while not stop.is_set():
            free = self._width - len(self._busy)
            if not free or not await self._start(free):
                await self._bell.wait(_POLL_SECONDS)
        await asyncio.gather(*self._busy)

    async def _start(self, free: int) -> int:
        try:
            claims = await self._store.claim(self._now(), free)
        except _TROUBLE as down:
            self._meter.store_down("worker")
            self._log.warning("worker.store_down", error=str(down))
            await self._bell.wait(_DOWN_SECONDS)
            return 0
        for claim in claims:
            task = asyncio.create_task(self.work(claim))
            self._busy.add(task)
            task.add_done_callback(self._free)
        return len(claims)

    def _free(self, task: asyncio.Task[None]) -> None:
        """A free place, and perhaps a lane that has new events."""
        self._busy.discard(task)
        self._bell.ring()

    async def work(self, claim: Claim) -> None:
        """One lane: load, decide, save. A failure leaves the lane to its lease, to be taken up again."""
        try:
            work = await self._store.load(claim)
            book, now = self._book(), self._now()
            with turn_span(self._tracer, work) as span:
                outcome, turn = await asyncio.to_thread(_decided, work, book, now)
                outcome = marked(outcome, work, span)
                saved = await self._store.save(claim, outcome, now)
        except _TROUBLE as down:
            self._meter.store_down("worker")
            self._log.warning("worker.store_down", error=str(down), lane=claim.lane)
            return
        except Exception as defect:
            self._meter.defect("worker")
            self._log.exception("worker.defect", lane=claim.lane, kind=type(defect).__name__)
            return
        self._sender.ring()
        self._note(work, outcome, turn, saved=saved, now=now)

    def _note(self, work: Work, outcome: Outcome, turn: Turn | None, *, saved: bool, now: datetime) -> None:
        """The canonical line."""
        first = min((event.received_at for event in work.events), default=now)
        wait_ms = round((now - first).total_seconds() * 1000)
        if outcome.turn is None or not saved:
            self._log.info("lane", lane=work.claim.lane, events=len(work.events), saved=saved, wait_ms=wait_ms)
            return
        count_turn(self._meter, outcome, turn)
        self._log.info(
            "turn",
            turn=outcome.turn.id,
            conversation=outcome.turn.conversation_id,
            messages=len(outcome.messages),
            decision=outcome.turn.decision,
            reason=outcome.turn.reason,
            intents=[claim.intent for claim in turn.meaning.claims] if turn else [],
            source=turn.reply.source if turn and turn.reply else None,
            group=turn.decision.group if turn else None,
            commands=[command.id for command in outcome.commands],
            wait_ms=wait_ms,
        )


def _decided(work: Work, book: Book, now: datetime) -> tuple[Outcome, Turn | None]:
    """The outcome; where deciding itself fails, the rescue: keep the messages and call people."""
    try:
        return outcome_of(work, book, now)
    except Exception as defect:
        structlog.get_logger().exception("turn.defect", lane=work.claim.lane, kind=type(defect).__name__)
        return replace(rescued(work, book, now), done=tuple(event.seq for event in work.events)), None
