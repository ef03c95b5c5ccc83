"""When an unpaid order is nudged, and whether it still should be at the moment of sending.

In: orders, the nudge rules, the shop's zone, what is known of the buyer, an aware moment. Out: `Planned` steps and
verdicts. Never: a send; never a nudge for an order that is paid, closed, refunded or a presale whose deposit is paid.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.buyer import Agreed
from bot.core.model import Order, OrderStatus, Refund
from bot.core.once import once
from bot.core.outreach import (
    HELD,
    Cancel,
    FailingCheck,
    Line,
    Move,
    Planned,
    Reach,
    Send,
    Verdict,
    Withhold,
    after_quiet,
    free_from,
    in_shop,
)
from bot.core.rules.outreach import NudgeCheck, Nudges, NudgeStep, Wording
from bot.core.uplift import Arm, arm_of
from bot.core.walltime import in_zone

_SETTLED = {
    OrderStatus.DEPOSIT_PAID: "deposit",
    OrderStatus.PAID: "paid",
    OrderStatus.SHIPPED: "paid",
    OrderStatus.SIGNED: "paid",
    OrderStatus.FINISHED: "paid",
    OrderStatus.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Nudging:
    """The rules with what they need of the shop: its zone, and after how long it closes an unpaid order."""

    rules: Nudges
    tz: ZoneInfo
    close: timedelta

    def ends(self, order: Order) -> datetime:
        """After this nobody is reminded of the order any more."""
        return order.created_at + min(self.rules.expire_after, self.close)

    def due(self, created_at: datetime, step: NudgeStep) -> datetime:
        """When a step is due, quiet hours aside."""
        return created_at + (step.after if step.after is not None else self.close - (step.before_close or timedelta()))


def plan(order: Order, by: Nudging) -> tuple[Planned, ...]:
    """The steps an unpaid order gets, each at most once, outside the quiet hours and before it expires."""
    if order.status is not OrderStatus.UNPAID or order.refund is not Refund.NONE or not by.rules.enabled:
        return ()
    dues = ((step.name, _due(order, step, by)) for step in by.rules.steps)
    return tuple(Planned(name, due) for name, due in dues if due is not None)


def judge(lines: Sequence[Line], reach: Reach, by: Nudging, now: datetime) -> Mapping[Line, Verdict]:
    """The last word on a buyer's planned nudges, some of them due. What forbids one for good comes before what only
    delays it. Those that have no verdict wait for their time."""
    dead = {line: Cancel(reason) for line in lines if (reason := _forbids(line, reach, by, now))}
    alive = [line for line in lines if line not in dead]
    due = [line for line in alive if line.due_at <= now]
    if not due:
        return dead
    free = free_from(reach, by.rules.limits, by.rules.quiet, now, by.tz)
    found = {line: _later(line, free, by) for line in due} if free > now else _told(due, alive, reach, by, now)
    return {**dead, **found}


def refuses(text: str, rules: Nudges) -> bool:
    """Whether a buyer's message contains a stop word; in doubt it does, for silence costs less than a plague."""
    said = _plain(text)
    return any(word in said for word in _stop_words(rules))


@once
def _stop_words(rules: Nudges) -> tuple[str, ...]:
    return tuple(filter(None, map(_plain, rules.stop_words)))


def step_named(rules: Nudges, name: str) -> NudgeStep | None:
    """The step of the rules as they are now; an operator may have removed it since it was planned."""
    return next((step for step in rules.steps if step.name == name), None)


def reply_of(step: NudgeStep, order: Order | None, rules: Nudges) -> str:
    """The reply that speaks of an order; of several orders at once (None) the step's own."""
    fits = (one for one in rules.wordings if order and _fits(one, step, order))
    return next((one.reply for one in fits), step.reply)


def _fits(one: Wording, step: NudgeStep, order: Order) -> bool:
    here = not one.steps or step.name in one.steps
    dear = one.amount is None or order.amount >= one.amount
    sold = [word for line in order.lines for word in (line.item_id, line.title)]
    return here and dear and (not one.items or any(name in word for name in one.items for word in sold))


def failing_checks(by: Nudging) -> tuple[FailingCheck, ...]:
    """The operators' own checks that do not hold, whether nudging is enabled or not."""
    results = (_failure(index, check, by) for index, check in enumerate(by.rules.checks))
    return tuple(failure for failure in results if failure is not None)


def _due(order: Order, step: NudgeStep, by: Nudging) -> datetime | None:
    due = after_quiet(by.due(order.created_at, step), by.rules.quiet, by.tz)
    return due if due <= by.ends(order) else None


def _forbids(line: Line, reach: Reach, by: Nudging, now: datetime) -> str:
    order = line.order
    if order.status in _SETTLED:
        return _SETTLED[order.status]
    against = {
        "refund": order.refund is not Refund.NONE,
        "disabled": not by.rules.enabled,
        "handed_over": reach.holder in HELD,
        "not_agreed": reach.agreed is Agreed.WITHDRAWN,
        "refused": reach.refused_at is not None and order.created_at <= reach.refused_at,
        "step_gone": step_named(by.rules, line.step) is None,
        "expired": now > by.ends(order),
    }
    return next((reason for reason, holds in against.items() if holds), "")


def _later(line: Line, free: datetime, by: Nudging) -> Verdict:
    return Move(free) if free <= by.ends(line.order) else Cancel("expired")


def _told(due: Sequence[Line], alive: Sequence[Line], reach: Reach, by: Nudging, now: datetime) -> dict[Line, Verdict]:
    """The latest step of each order that is due, and with them what is soon due for the buyer's other orders."""
    last = {line.order.id: line for line in sorted(due, key=lambda one: _place(one, by.rules))}
    found: dict[Line, Verdict] = {line: Cancel("superseded") for line in due if line is not last[line.order.id]}
    found |= {line: Withhold() if _held_out(line, reach, by.rules) else Send() for line in last.values()}
    if any(isinstance(verdict, Send) for verdict in found.values()):
        found |= {line: Send() for line in _soon(alive, set(last), by, now) if not _held_out(line, reach, by.rules)}
    return found


def _soon(alive: Sequence[Line], told: set[str], by: Nudging, now: datetime) -> Iterable[Line]:
    """Of each other order the next step, if it would follow shortly and the buyer is not just about to pay."""
    ripe = [line for line in alive if line.order.created_at + by.rules.fresh <= now]
    others = [line for line in ripe if line.order.id not in told and line.due_at <= now + by.rules.together]
    return {line.order.id: line for line in sorted(others, key=lambda one: one.due_at, reverse=True)}.values()


def _place(line: Line, rules: Nudges) -> int:
    return [step.name for step in rules.steps].index(line.step)


def _held_out(line: Line, reach: Reach, rules: Nudges) -> bool:
    """Once withheld it stays so, whatever the share is now."""
    drawn = arm_of(line.order.id, rules.hold_out.percent, rules.hold_out.salt) is Arm.HELD_OUT
    return drawn or line.order.id in reach.withheld


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _failure(index: int, check: NudgeCheck, by: Nudging) -> FailingCheck | None:
    step, created = step_named(by.rules, check.step), in_zone(check.created, by.tz)
    due = after_quiet(by.due(created, step), by.rules.quiet, by.tz) if step else None
    if due and due > created + min(by.rules.expire_after, by.close):
        due = None
    expected = in_zone(check.due, by.tz) if check.due else None
    return None if due == expected else FailingCheck(index, in_shop(expected, by.tz), in_shop(due, by.tz))
