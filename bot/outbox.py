"""What was decided goes out: in order, once where the channel plays along, never lost.

In: stored commands. Out: calls to channels, and what became of them. Never: a decision about what to say.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Chance, Now
from bot.crew import TROUBLE, Crew
from bot.marks import OUTCOMES, count_sent, send_span
from bot.meter import SILENT, Meter
from bot.ports import Bell, ChannelOut, Delivered, Later, Refused, Store
from bot.records import ClaimedCommand
from bot.tracer import UNSEEN, Tracer

_BASE_SECONDS = 0.5
_CAP_SECONDS = 5.0
_LONGEST_WISH_SECONDS = 3600.0
_DOUBLINGS = 16
_AFTER_DEADLINE = timedelta(milliseconds=1)

Answer = Delivered | Later | Refused


class Log(Protocol):
    """One structured line."""

    def __call__(self, event: str, **fields: object) -> object: ...


class Outbox:
    """Sends commands of its channels: claims up to `width` at once, and begins with what is handed over even beside
    those. The store hands out only the head of each lane, so that order needs no care here. What is leased starts at
    once, so that no lease runs out in a queue."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, ChannelOut],
        now: Now,
        chance: Chance,
        log: Log,
        *,
        bell: Bell,
        width: int = 32,
        meter: Meter = SILENT,
        tracer: Tracer = UNSEEN,
    ) -> None:
        self._meter = meter
        self._tracer = tracer
        self._store = store
        self._channels = channels
        self._now = now
        self._chance = chance
        self._log = log
        self._bell = bell
        self._crew = Crew(self._claim, self._carry, self._down, bell, width)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, then finish what is on its way."""
        await self._crew.run(stop)

    @property
    def carries(self) -> Collection[str]:
        """The channels that this process has."""
        return self._channels.keys()

    def has_room(self) -> bool:
        """Whether to hand over at all."""
        return self._crew.room() > 0

    def take(self, leased: Sequence[ClaimedCommand]) -> None:
        """Start sending what was leased where it was saved. It is finished too, if it is taken before `run` ends."""
        self._crew.begin(leased)

    async def _claim(self, room: int) -> Sequence[ClaimedCommand]:
        return await self._store.claim_commands(self._now(), room, self.carries)

    def _down(self, error: str, **where: str) -> None:
        self._meter.store_down("outbox")
        self._log("outbox.store_down", error=error, **where)

    async def _carry(self, claimed: ClaimedCommand) -> bool:
        """Whether others may wait behind it."""
        start = self._now()
        with send_span(self._tracer, claimed) as span:
            answer = await self._ask(claimed, start)
            span.note(outcome=OUTCOMES[type(answer)])
        ms = round((self._now() - start) / timedelta(milliseconds=1))
        try:
            kept = await self._mark(claimed, answer)
        except TROUBLE as down:
            # The lease ends by itself; the command goes out again under the same id.
            self._down(str(down), command=claimed.command.id)
            return True
        except Exception as defect:
            self._meter.defect("outbox")
            self._log("outbox.defect", command=claimed.command.id, kind=type(defect).__name__)
            return True
        self._note(claimed, answer, start, ms, kept)
        count_sent(self._meter, claimed, answer, ms, self._now() if kept else None)
        return not claimed.alone

    async def _ask(self, claimed: ClaimedCommand, start: datetime) -> Answer:
        if start > claimed.begins_by:
            return Later("looked at too long ago")  # a human may have spoken since, or the lease end within the call
        channel = self._channels[claimed.command.channel]
        [answer] = await asyncio.gather(channel.send(claimed.command, self._now()), return_exceptions=True)
        if not isinstance(answer, BaseException):
            return answer
        # A channel's own defect must not stop the others; the deadline ends the tries.
        self._meter.defect("channel")
        return Later(f"defect: {type(answer).__name__}", unsure=True)

    async def _mark(self, claimed: ClaimedCommand, answer: Answer) -> bool:
        match answer:
            case Delivered():
                return await self._store.mark_sent(claimed, self._now())
            case Later():
                now, wait = self._now(), timedelta(seconds=delay(claimed.tries, answer.after, self._chance()))
                # At its deadline a reply is looked at again, however long the channel wishes to be left alone.
                due = min(now + wait, max(now, claimed.command.deadline) + _AFTER_DEADLINE)
                self._bell.ring(after=(due - now).total_seconds())
                return await self._store.mark_retry(claimed, due, answer)
            case Refused(error=error):
                return await self._store.mark_dead(claimed, error)

    def _note(self, claimed: ClaimedCommand, answer: Answer, start: datetime, ms: int, kept: bool) -> None:
        event = {Delivered: "command.sent", Later: "command.later", Refused: "command.dead"}[type(answer)]
        error = None if isinstance(answer, Delivered) else answer.error
        command = claimed.command
        self._log(
            event, command=command.id, type=command.type, tries=claimed.tries, began=start.isoformat(), ms=ms,
            error=error, kept=kept,
        )  # fmt: skip


def delay(tries: int, after: float | None, chance: float) -> float:
    """Seconds to the next try: full jitter under a doubling ceiling; never before the channel's own wish."""
    ceiling: float = min(_CAP_SECONDS, _BASE_SECONDS * 2.0 ** min(tries - 1, _DOUBLINGS))
    wish = min(after, _LONGEST_WISH_SECONDS) if after is not None else 0.0
    return wish + chance * ceiling
