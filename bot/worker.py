"""Claims lanes and works them off, each as one unit of work.

In: ready lanes. Out: saved outcomes and one log line a turn. Never: two turns of one conversation at once, a message
given up because the bot failed: then people get it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.clock import Now
from bot.core.book import Book
from bot.core.bundles import offered_ids
from bot.core.turn import Turn
from bot.crew import TROUBLE, Crew
from bot.marks import count_turn, marked, turn_span
from bot.meter import SILENT, Meter
from bot.ports import Accord, Bell, Sender, Store
from bot.records import Claim, Event, Outcome, Work
from bot.rescue import rescued
from bot.tracer import UNSEEN, Tracer
from bot.turns import outcome_of

_AT_ONCE, _A_TURN = 200, 4_000  # characters


class Alone:
    """`ports.Accord` of a process whose book never changes."""

    def is_behind(self) -> bool:
        return False

    async def reach(self, seq: int) -> None:
        del seq


class Worker:
    """`width` lanes are worked on at once; `book` gives the current operators' files; of the `bells` the first calls
    this worker and the second the outbox. A `sender` in the same process begins with what was saved at once. A turn
    speaks with the version that was served when its work was read; who is behind leaves the work to others.
    """

    def __init__(
        self,
        store: Store,
        bells: tuple[Bell, Bell],
        book: Callable[[], Book],
        now: Now,
        log: structlog.typing.FilteringBoundLogger,
        *,
        sender: Sender | None = None,
        width: int = 32,
        accord: Accord | None = None,
        meter: Meter = SILENT,
        tracer: Tracer = UNSEEN,
    ) -> None:
        self._meter = meter
        self._tracer = tracer
        self._store = store
        self._send_bell = bells[1]
        self._sender = sender
        self._book = book
        self._now = now
        self._log = log
        self._accord = accord or Alone()
        self._one_thought = asyncio.Lock()
        self._crew = Crew(self._claim, self.work, self._down, bells[0], width)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what was claimed is finished."""
        await self._crew.run(stop)

    async def work(self, claim: Claim) -> bool:
        """One lane: load, decide, save. A failure leaves the lane to its lease, to be taken up again. Whether more may
        wait in the lane."""
        try:
            more = None
            while more is None:
                more = await self._take(claim)
        except TROUBLE as down:
            self._down(str(down), lane=claim.lane)
            return True
        except Exception as defect:
            self._meter.defect("worker")
            self._log.exception("worker.defect", lane=claim.lane, kind=type(defect).__name__)
            return True
        return more

    async def _take(self, claim: Claim) -> bool | None:
        """One turn; None where another version came into use before it was decided."""
        waiting, book = await self._load(claim)
        work = bounded(waiting)
        with turn_span(self._tracer, work) as span:
            decided = await self._decide(work, book)
            if decided is None:
                return None
            outcome, turn, now = decided
            outcome = marked(outcome, work, span)
            saved = await self._save(claim, outcome, now)
        self._note(work, outcome, turn, saved=saved, now=now)
        return not saved or len(waiting.events) > 1

    async def _load(self, claim: Claim) -> tuple[Work, Book]:
        """What waits, and the one book that answers it."""
        while True:
            book = self._book()
            work = await self._store.load(claim, offered_ids(book.rules, self._now()))
            await self._accord.reach(work.served)
            if book.version == self._book().version:
                return work, book

    async def _save(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """What may go out at once begins here; the outbox looks for the rest by itself."""
        if self._sender is None or not self._sender.has_room():
            saved = await self._store.save(claim, outcome, now)
            self._send_bell.ring()
            return saved
        leased = await self._store.save_to_send(claim, outcome, now, self._sender.carries)
        if leased is not None:
            self._sender.take(leased)
        if len(leased or ()) < len(outcome.commands):
            self._send_bell.ring()
        return leased is not None

    async def _decide(self, work: Work, book: Book) -> tuple[Outcome, Turn | None, datetime] | None:
        """A short message is thought over at once, one at a time, with a look at the wire in between; a long one in a
        thread, so that nobody waits for it."""
        async with self._one_thought:
            await asyncio.sleep(0)
            if book.version != self._book().version:
                return None
            now = self._now()
            if _length(work) <= _AT_ONCE:
                return *_decided(work, book, now), now
        return *await asyncio.to_thread(_decided, work, book, now), now

    async def _claim(self, room: int) -> Sequence[Claim]:
        return () if self._accord.is_behind() else await self._store.claim(self._now(), room)

    def _down(self, error: str, **where: str) -> None:
        self._meter.store_down("worker")
        self._log.warning("worker.store_down", error=error, **where)

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


def bounded(work: Work) -> Work:
    """As much of a lane's events as one turn can think about long before its lease ends; the rest comes up again."""
    room, kept = _A_TURN, list[Event]()
    for event in work.events:
        room -= len(str(event.body.get("text") or ""))
        if kept and room < 0:
            break
        kept.append(event)
    return work if len(kept) == len(work.events) else replace(work, events=tuple(kept))


def _length(work: Work) -> int:
    return sum(len(str(event.body.get("text") or "")) for event in work.events)
