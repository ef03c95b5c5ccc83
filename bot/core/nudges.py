"""When an unpaid order is nudged, and whether it still should be at the moment of sending.

In: an order, the nudge rules, the shop's zone, who holds the conversation, an aware moment. Out: `Planned` steps and a
`Verdict`. Never: a send; never a nudge for an order that is paid, closed or a presale whose deposit is paid.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import Holder, Order, OrderStatus
from bot.core.once import once
from bot.core.rules.work import NudgeCheck, Nudges, NudgeStep, Span
from bot.core.walltime import end_of_window, in_zone

PAUSED_AGAIN_AFTER = timedelta(minutes=1)
_SETTLED = {
    OrderStatus.DEPOSIT_PAID: "deposit",
    OrderStatus.PAID: "paid",
    OrderStatus.SHIPPED: "paid",
    OrderStatus.SIGNED: "paid",
    OrderStatus.FINISHED: "paid",
    OrderStatus.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of one order, to be judged at `due_at`."""

    step: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """Nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Never. `reason`: paid, closed, deposit, disabled, step_gone, handed_over or expired."""

    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """Judge again at `to`."""

    to: datetime


Verdict = Send | Cancel | Move


@dataclass(frozen=True, slots=True)
class FailingCheck:
    """The place of a check in `checks` that does not hold; local times, None is never."""

    index: int
    expected: datetime | None
    found: datetime | None


def plan(order: Order, rules: Nudges, tz: ZoneInfo) -> tuple[Planned, ...]:
    """The steps an unpaid order gets, each at most once, outside the quiet hours and before it expires."""
    if order.status is not OrderStatus.UNPAID or not rules.enabled:
        return ()
    dues = ((step.name, _due(order.created_at, step, rules, tz)) for step in rules.steps)
    return tuple(Planned(name, due) for name, due in dues if due is not None)


def judge(
    step: str,
    due_at: datetime,
    order: Order,
    *,
    holder: Holder | None,
    paused: bool,
    rules: Nudges,
    now: datetime,
    tz: ZoneInfo,
) -> Verdict:
    """The last word on a planned nudge. What forbids it for good comes before what only delays it."""
    reason = _forbids(order, holder, rules, now) or ("" if step_named(rules, step) else "step_gone")
    if reason:
        return Cancel(reason)
    if now < due_at:
        return Move(due_at)
    if paused:
        return Move(now + PAUSED_AGAIN_AFTER)
    return _unless_quiet(order, rules, now, tz)


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


def failing_checks(rules: Nudges, tz: ZoneInfo) -> tuple[FailingCheck, ...]:
    """The operators' own checks that do not hold, whether nudging is enabled or not."""
    results = (_failure(index, check, rules, tz) for index, check in enumerate(rules.checks))
    return tuple(failure for failure in results if failure is not None)


def _due(created_at: datetime, step: NudgeStep, rules: Nudges, tz: ZoneInfo) -> datetime | None:
    due = _after_quiet(created_at + step.after, created_at + rules.expire_after, rules.quiet, tz)
    return due if due <= created_at + rules.expire_after else None


def _after_quiet(at: datetime, limit: datetime, quiet: tuple[Span, ...], tz: ZoneInfo) -> datetime:
    """The first moment from `at` on outside all quiet spans; past `limit` nobody asks, so the search ends."""
    while at <= limit:
        ends = [end for span in quiet if (end := end_of_window(span.from_, span.to, at, tz))]
        if not ends:
            return at
        at = max(ends)
    return at


def _forbids(order: Order, holder: Holder | None, rules: Nudges, now: datetime) -> str:
    if order.status in _SETTLED:
        return _SETTLED[order.status]
    if not rules.enabled:
        return "disabled"
    if holder in (Holder.HUMAN, Holder.QUEUED):
        return "handed_over"
    return "expired" if now > order.created_at + rules.expire_after else ""


def _unless_quiet(order: Order, rules: Nudges, now: datetime, tz: ZoneInfo) -> Verdict:
    limit = order.created_at + rules.expire_after
    free = _after_quiet(now, limit, rules.quiet, tz)
    if free == now:
        return Send()
    return Move(free) if free <= limit else Cancel("expired")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _failure(index: int, check: NudgeCheck, rules: Nudges, tz: ZoneInfo) -> FailingCheck | None:
    step = step_named(rules, check.step)
    due = _due(in_zone(check.created, tz), step, rules, tz) if step else None
    expected = in_zone(check.due, tz) if check.due else None
    return None if due == expected else FailingCheck(index, _local(expected, tz), _local(due, tz))


def _local(at: datetime | None, tz: ZoneInfo) -> datetime | None:
    return at.astimezone(tz).replace(tzinfo=None) if at else None
