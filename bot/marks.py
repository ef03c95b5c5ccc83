"""What a unit of work leaves behind for those who watch: counts, and marks on what it caused.

In: work, what became of it, a meter or a span. Out: numbers told, commands that say since when a buyer waits and what
made them. Never: a decision, a text.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from bot.core.turn import Turn
from bot.meter import Meter
from bot.ports import Delivered, Later, Refused
from bot.records import UNSAID, ClaimedCommand, Command, Event, NudgeState, Outcome, Work
from bot.tracer import Span, Tracer

Answer = Delivered | Later | Refused
OUTCOMES = {Delivered: "delivered", Later: "later", Refused: "refused"}
NUDGES = {NudgeState.SENDING: "queued", NudgeState.PLANNED: "moved", NudgeState.CANCELLED: "cancelled"}


def marked(outcome: Outcome, work: Work, span: Span) -> Outcome:
    """The outcome, its commands with their cause; the first reply says when the first message that it answers came."""
    if outcome.turn:
        span.note(turn_id=outcome.turn.id, decision=outcome.turn.decision, reason=outcome.turn.reason)
    commands = [replace(command, trace=span.trace) for command in outcome.commands]
    replies = [number for number, command in enumerate(commands) if _answers(command)]
    for first in replies[:1]:
        commands[first] = replace(commands[first], asked_at=_asked_at(commands[first], work))
    return replace(outcome, commands=tuple(commands))


def _answers(command: Command) -> frozenset[str]:
    """The ids of the messages that a command answers."""
    named = command.data.get("in_reply_to")
    return frozenset(map(str, named)) if isinstance(named, list | tuple) else frozenset()


def _asked_at(command: Command, work: Work) -> datetime | None:
    ids = _answers(command)
    first = [event.received_at for event in work.events if event.body.get("id") in ids]
    anew = [datetime.fromisoformat(str(event.body["asked_at"])) for event in work.events if event.type == UNSAID]
    return min((*first, *anew), default=None)


def accept_span(tracer: Tracer, event: Event) -> AbstractContextManager[Span]:
    """An event's keeping: `webhook.accept`, `page.accept`."""
    conversation = event.body.get("conversation_id")
    return tracer.span(
        f"{event.channel}.accept", [event.trace], event_id=event.id, type=event.type,
        conversation_id=str(conversation) if conversation else None,
    )  # fmt: skip


def turn_span(tracer: Tracer, work: Work) -> AbstractContextManager[Span]:
    """A conversation's events are one `turn`; orders, items and agents have no conversation, theirs is a `snapshot`."""
    kind, _, rest = work.claim.lane.partition(":")
    conversation = rest.partition(":")[2] if kind == "c" else None
    causes = [event.trace for event in work.events]
    name = "turn" if conversation else "snapshot"
    return tracer.span(name, causes, conversation_id=conversation, events=len(work.events))


def send_span(tracer: Tracer, claimed: ClaimedCommand) -> AbstractContextManager[Span]:
    """One try."""
    command = claimed.command
    return tracer.span(
        "command.send", [command.trace], command_id=command.id, conversation_id=command.conversation_id,
        type=command.type, purpose=command.purpose.value, tries=claimed.tries,
    )  # fmt: skip


def count_turn(meter: Meter, outcome: Outcome, turn: Turn | None) -> None:
    """A turn that was saved; one that had to be rescued is a defect besides."""
    if outcome.turn is None:
        return
    claims = turn.meaning.claims if turn else ()
    meter.turn(outcome.turn.decision, claims[0].intent if claims else None)
    if turn is None:
        meter.defect("turn")


def count_sent(meter: Meter, claimed: ClaimedCommand, answer: Answer, ms: int, kept: datetime | None) -> None:
    """One try, and the buyer's wait if it ended with it: `kept` is when the delivery was recorded."""
    command = claimed.command
    meter.delivery(command.purpose.value, OUTCOMES[type(answer)], ms / 1000)
    if kept and command.asked_at and isinstance(answer, Delivered):
        meter.answered((kept - command.asked_at).total_seconds())
