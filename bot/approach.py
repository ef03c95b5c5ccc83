"""What becomes of a buyer's due lines: judged again, then said, noted, moved or cancelled.

In: due lines with all that is known of their buyer, the book, the time. Out: `Settled` moves with their commands.
Never: IO; a message about another buyer's order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.commands import note_order, send_message
from bot.core import care, nudges
from bot.core.book import Book
from bot.core.care import Caring
from bot.core.compose import Reply
from bot.core.first_word import Told, first_word
from bot.core.made import made_of
from bot.core.model import Conversation, Order
from bot.core.nudges import Nudging
from bot.core.outreach import Cancel, Line, Move, Reach, Send, Verdict, Withhold, quiet_from
from bot.core.rules import Rules
from bot.core.rules.outreach import CareStep
from bot.core.sales import sale_of, wishes_for
from bot.records import CARE_SPAN, NUDGE_SPAN, REMEMBERED, Command, DueNudges, Nudge, NudgeState, Purpose, Settled

CHANNEL = "webhook"  # an order whose buyer never wrote came in there
_TICK = timedelta(seconds=1)
_TIMED = frozenset({NudgeState.SENDING, NudgeState.SENT, NudgeState.HELD_OUT})


def nudging_by(rules: Rules) -> Nudging:
    """The rules of nudging with what they need of the shop."""
    return Nudging(rules.nudges, ZoneInfo(rules.shop.timezone), rules.shop.unpaid_close)


def caring_by(rules: Rules) -> Caring:
    """The rules of care with what they need of the shop."""
    return Caring(rules.care, ZoneInfo(rules.shop.timezone), rules.shop.platform)


def planned(order: Order, rules: Rules) -> tuple[Nudge, ...]:
    """Everything that is to be done of our own accord about an order as it is now."""
    steps = {
        Purpose.NUDGE: nudges.plan(order, nudging_by(rules)),
        Purpose.CARE: care.plan(order, caring_by(rules)),
    }
    return tuple(
        Nudge(order.id, one.step, one.due_at, buyer_id=order.buyer_id, purpose=purpose)
        for purpose, each in steps.items()
        for one in each
    )


def settled(due: DueNudges, book: Book, now: datetime) -> Sequence[Settled]:
    """Every move that the lines make now; those without one wait."""
    approach = Approach(due, book, now)
    return [*approach.nudges(), *approach.care()]


@dataclass(frozen=True, slots=True)
class Approach:
    """One buyer, one conversation, one moment."""

    due: DueNudges
    book: Book
    now: datetime

    def nudges(self) -> Iterable[Settled]:
        """Those that are sent are one message."""
        found = nudges.judge(
            self._lines(Purpose.NUDGE), self._reach(Purpose.NUDGE), nudging_by(self.book.rules), self.now
        )
        yield from self._without_words(found)
        if sending := [line for line, verdict in found.items() if isinstance(verdict, Send)]:
            yield self._nudge(sending)

    def care(self) -> Iterable[Settled]:
        """Each step is a message or a note of its own."""
        found = care.judge(self._lines(Purpose.CARE), self._reach(Purpose.CARE), caring_by(self.book.rules), self.now)
        yield from self._without_words(found)
        for line in (line for line, verdict in found.items() if isinstance(verdict, Send)):
            yield self._step(line)

    def _lines(self, purpose: Purpose) -> list[Line]:
        orders = self.due.orders
        return [Line(orders[one.order_id], one.step, one.due_at) for one in self.due.lines if one.purpose is purpose]

    def _reach(self, purpose: Purpose) -> Reach:
        talk, told = self.due.conversation, [one for one in self.due.told if one.command_id and one.at]
        return Reach(
            holder=talk.holder if talk else None,
            paused=self.due.paused,
            last_at=talk.last_at if talk else None,
            told=tuple({one.command_id: one.at for one in told if one.purpose is purpose and one.at}.values()),
            said=frozenset((one.order_id, one.step) for one in told),
            withheld=frozenset(one.order_id for one in self.due.told if one.state is NudgeState.HELD_OUT),
            today=self.due.today.get(purpose, 0),
            orders=tuple(self.due.orders.values()),
            agreed=self.due.agreed,
            refused_at=talk.refused_at if talk else None,
        )

    def _without_words(self, found: Mapping[Line, Verdict]) -> Iterable[Settled]:
        for line, verdict in found.items():
            match verdict:
                case Move(to=later):
                    was = self._own([line])
                    yield Settled(was, tuple(replace(one, due_at=later) for one in was))
                case Cancel(reason=reason):
                    yield self._becomes([line], NudgeState.CANCELLED, reason)
                case Withhold():
                    yield self._withheld(line)

    def _nudge(self, lines: Sequence[Line]) -> Settled:
        """All lines that are sent now, as one message about their orders; of different steps the first one's words are
        true of all."""
        rules, orders = self.book.rules.nudges, tuple(line.order for line in lines)
        step = next(step for step in rules.steps if step.name in {line.step for line in lines})
        said = self._words(nudges.reply_of(step, orders[0] if len(orders) == 1 else None, rules), orders)
        if said is None and lines[1:]:
            return self._nudge(lines[:1])  # what cannot be said of all may be said of one
        key = " ".join(sorted(_key(line) for line in lines))
        ends = nudging_by(self.book.rules)
        until = quiet_from(self.now, self.now + NUDGE_SPAN, rules.quiet, ends.tz) - _TICK
        return self._say(lines, said, Purpose.NUDGE, key, min([until, *(ends.ends(order) for order in orders)]))

    def _withheld(self, line: Line) -> Settled:
        """Only what would really have been said shows what saying it does."""
        as_if = self._nudge([line])
        return self._becomes([line], NudgeState.HELD_OUT) if as_if.commands else as_if

    def _step(self, line: Line) -> Settled:
        step = care.step_named(self.book.rules.care, line.step)
        if step is None or step.reply is None:
            return self._write(line, step)
        said = self._words(step.reply, (line.order,))
        rules, zone = self.book.rules.care, caring_by(self.book.rules).tz
        until = quiet_from(self.now, self.now + CARE_SPAN, () if step.urgent else rules.quiet, zone) - _TICK
        return self._say([line], said, Purpose.CARE, _key(line), until)

    def _words(self, reply: str, orders: tuple[Order, ...]) -> Reply | None:
        others = tuple(self.due.orders.values())
        return first_word(reply, Told(orders, self.due.conversation, others, self.due.items), self.book, self.now)

    def _say(self, lines: Sequence[Line], said: Reply | None, purpose: Purpose, key: str, until: datetime) -> Settled:
        talk, order = self._thread(lines[0].order), lines[0].order
        if talk is None or said is None:
            return self._becomes(lines, NudgeState.CANCELLED, "no_thread" if talk is None else "no_words")
        made = made_of(said, self.book, self.now, (purpose.value, ",".join(dict.fromkeys(line.step for line in lines))))
        command = send_message(talk, said, purpose, key, self.now, deadline=until, made=made, order=order)
        return self._becomes(lines, NudgeState.SENDING, commands=(command,))

    def _write(self, line: Line, step: CareStep | None) -> Settled:
        """What the conversation says for those who pack, or whose sale it is."""
        talk, rules = self.due.conversation, self.book.rules.care
        notes = wishes_for(line.order, talk, rules.notes) if step and step.does == "note" else ()
        notes += sale_of(line.order, talk, rules.sale, rules.notes) if step and step.does == "mark" else ()
        channel, thread = (talk.channel, talk.id) if talk else (CHANNEL, "")
        commands = tuple(
            note_order(channel, thread, line.order, one.line, one.flag, self.now, cause=line.step, over=one.over)
            for one in notes
        )
        if not commands:
            return self._becomes([line], NudgeState.CANCELLED, "nothing")
        return self._becomes([line], NudgeState.SENT, commands=commands)

    def _thread(self, order: Order) -> Conversation | None:
        """The buyer's own conversation; an order is never told in another's."""
        if talk := self.due.conversation:
            return talk if talk.buyer_id == order.buyer_id else None
        return Conversation(order.conversation_id, CHANNEL, order.buyer_id) if order.conversation_id else None

    def _becomes(
        self, lines: Sequence[Line], state: NudgeState, reason: str | None = None, commands: tuple[Command, ...] = ()
    ) -> Settled:
        """Lines that are done with."""
        at = self.now if state in _TIMED else None
        told = commands[0].id if commands and state is NudgeState.SENDING else None
        was = self._own(lines)
        shall = tuple(replace(one, state=state, reason=reason, at=at, command_id=told) for one in was)
        last = max((one.at for one in self.due.told if one.at and one.command_id), default=self.now - REMEMBERED)
        return Settled(was, shall, commands, tuple(line.order for line in lines) if at else (), last)

    def _own(self, lines: Sequence[Line]) -> tuple[Nudge, ...]:
        known = {(one.order_id, one.step): one for one in self.due.lines}
        return tuple(known[line.order.id, line.step] for line in lines)


def _key(line: Line) -> str:
    """What a message follows from; one that is planned anew, for nothing was said, is another."""
    return f"{line.order.id}:{line.step}:{line.due_at.isoformat()}"
