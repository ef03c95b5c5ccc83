"""Payment nudges whose time has come: judged again, then queued, moved or cancelled.

In: due lines of the ledger with their orders as they are now. Out: settled lines and commands. Never: a second nudge
for the same order and step; the ledger's key and the command's id both forbid it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Now
from bot.commands import send_message
from bot.core.book import Book
from bot.core.compose import Reply, render
from bot.core.facts import Facts, Focus
from bot.core.model import Conversation
from bot.core.nudges import Cancel, Move, Send, judge, step_named
from bot.core.pick import pick
from bot.core.redlines import hits
from bot.core.situations import establish
from bot.core.slots import Slots
from bot.core.view import Scene, build_view
from bot.marks import NUDGES
from bot.meter import SILENT, Meter
from bot.ports import Bell, Store
from bot.records import NUDGE_SPAN, Command, DueNudge, Nudge, NudgeState, Purpose

_LIMIT = 200
_CHANNEL = "webhook"  # an order whose buyer never wrote came in there


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
        """How many nudges were queued; all that is due, a batch at a time."""
        queued, more = 0, True
        while more:
            due = await self._store.due_nudges(self._now(), _LIMIT)
            kept = await asyncio.gather(*map(self._settle, due))
            queued, more = (
                queued + sum(sent for _, sent in kept),
                len(due) == _LIMIT and any(moved for moved, _ in kept),
            )
            if queued:
                self._bell.ring()
        return queued

    async def _settle(self, due: DueNudge) -> tuple[bool, bool]:
        """Whether the line was ours to move, and whether a command goes out for it."""
        await asyncio.sleep(0)  # others may be waiting for the wire
        now = self._now()
        try:
            nudge, command = settled(due, self._book(), now)
        except Exception as defect:
            self._log.exception("nudge.defect", order=due.nudge.order_id, kind=type(defect).__name__)
            nudge, command = replace(due.nudge, state=NudgeState.NEEDS_REVIEW, reason="defect"), None
        kept = await self._store.settle_nudge(nudge, command, now)
        if kept:
            order, state = nudge.order_id, nudge.state.value
            self._meter.nudge(NUDGES.get(nudge.state, nudge.state.value))
            self._log.info("nudge", order=order, step=nudge.step, state=state, reason=nudge.reason)
        return kept, kept and command is not None


def settled(due: DueNudge, book: Book, now: datetime) -> tuple[Nudge, Command | None]:
    """The ledger's next line and the command that goes with it."""
    rules, zone = book.rules.nudges, ZoneInfo(book.rules.shop.timezone)
    holder = due.conversation.holder if due.conversation else None
    verdict = judge(
        due.nudge.step, due.nudge.due_at, due.order,
        holder=holder, paused=due.paused, rules=rules, now=now, tz=zone,
    )  # fmt: skip
    match verdict:
        case Move(to=later):
            return replace(due.nudge, due_at=later), None
        case Cancel(reason=reason):
            return replace(due.nudge, state=NudgeState.CANCELLED, reason=reason), None
        case Send():
            return _sending(due, book, now)


def _sending(due: DueNudge, book: Book, now: datetime) -> tuple[Nudge, Command | None]:
    conversation, reply = _thread(due), nudge_text(due, book, now)
    if conversation is None or reply is None:
        reason = "no_thread" if conversation is None else "no_words"
        return replace(due.nudge, state=NudgeState.CANCELLED, reason=reason), None
    command = send_message(
        conversation, reply, Purpose.NUDGE, f"nudge:{due.order.id}:{due.nudge.step}", now,
        deadline=now + NUDGE_SPAN, commit=book.commit, order_id=due.order.id,
    )  # fmt: skip
    return replace(due.nudge, state=NudgeState.SENDING, command_id=command.id), command


def _thread(due: DueNudge) -> Conversation | None:
    """The buyer's own conversation; an order is never told in another's."""
    if due.conversation:
        return due.conversation if due.conversation.buyer_id == due.order.buyer_id else None
    named = due.order.conversation_id
    return Conversation(named, _CHANNEL, due.order.buyer_id) if named else None


def nudge_text(due: DueNudge, book: Book, now: datetime) -> Reply | None:
    """The step's reply with the order's facts, if they suffice and it crosses no red line."""
    step = step_named(book.rules.nudges, due.nudge.step)
    topic = book.topics.get(step.reply) if step else None
    scene = Scene(book.rules, Facts(orders=(due.order,)), Focus(order=due.order), Slots(), now)
    if topic is None:
        return None
    view = build_view(scene)
    chosen = pick(topic, establish(scene, book.rules.routing.default), view, now, scene.zone)
    reply = Reply((render(chosen, due.order.id, view),)) if chosen else None
    return None if reply and hits(reply.text, book.rules.redlines) else reply
