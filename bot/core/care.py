"""What else is done about an order of the shop's own accord, from its placing to long after its receipt, and whether
it still should be.

In: orders, the care rules, what is known of the buyer, an aware moment. Out: `Planned` steps and verdicts. Never: a
send; never care for an order in dispute, or for a moment that has passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.core.buyer import Agreed
from bot.core.model import Order, OrderStatus, Refund
from bot.core.outreach import (
    AGAIN,
    HELD,
    Cancel,
    FailingCheck,
    Line,
    Move,
    Planned,
    Reach,
    Send,
    Verdict,
    free_from,
    in_shop,
)
from bot.core.rules.outreach import Care, CareCheck, CareStep, Platform, Trigger
from bot.core.walltime import in_zone

_WHEN: Mapping[Trigger, tuple[OrderStatus, ...]] = {
    "placed": (OrderStatus.UNPAID,),
    "paid": (OrderStatus.PAID,),
    "shipped": (OrderStatus.SHIPPED,),
    "still": (OrderStatus.SHIPPED,),
    "signed": (OrderStatus.SIGNED, OrderStatus.FINISHED),
}
_HELD_UP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Caring:
    """The rules with what they need of the shop."""

    rules: Care
    tz: ZoneInfo
    platform: Platform


def step_named(rules: Care, name: str) -> CareStep | None:
    """The step of the rules as they are now."""
    return next((step for step in rules.steps if step.name == name), None)


def plan(order: Order, by: Caring) -> tuple[Planned, ...]:
    """The steps that an order gets in its present state, each at most once in its life."""
    if not by.rules.enabled or order.refund is not Refund.NONE:
        return ()
    steps = (step for step in by.rules.steps if step.enabled and _suits(step, order, by))
    dues = ((step, _anchor(order, step.on)) for step in steps)
    return tuple(Planned(step.name, begins + step.after) for step, begins in dues if begins)


def judge(lines: Sequence[Line], reach: Reach, by: Caring, now: datetime) -> Mapping[Line, Verdict]:
    """The last word on a buyer's planned care. Of what is to be said one thing is said at a time; notes are for the
    shop, and wait for nothing but a pause."""
    found: dict[Line, Verdict] = {}
    for line in sorted((line for line in lines if line.due_at <= now), key=lambda one: one.due_at):
        step = step_named(by.rules, line.step)
        reason = _forbids(line.order, step, reach, by)
        free = max(now, _free(step, reach, by, now)) if step else now
        found[line] = Cancel(reason) if reason or step is None else _verdict(line.order, step, free, now)
        if step and step.does == "say" and isinstance(found[line], Send):
            said = reach.said | {(line.order.id, line.step)}
            reach = replace(reach, told=(*reach.told, now), said=said)
    return found


def _verdict(order: Order, step: CareStep, free: datetime, now: datetime) -> Verdict:
    begins = _anchor(order, step.on)
    if begins is None or free > begins + step.after + step.within:
        return Cancel("expired")
    return Move(free) if free > now else Send()


def _free(step: CareStep, reach: Reach, by: Caring, now: datetime) -> datetime:
    """From when on a step may be taken. Whom people look after hears from them; notes tell only the shop."""
    if step.does != "say":
        return now + AGAIN if reach.paused else now
    quiet = () if step.urgent else by.rules.quiet
    held = now + _HELD_UP if reach.holder in HELD else now
    return max(held, free_from(reach, by.rules.limits, quiet, now, by.tz))


def _forbids(order: Order, step: CareStep | None, reach: Reach, by: Caring) -> str:
    if step is None:
        return "step_gone"
    if not (by.rules.enabled and step.enabled):
        return "disabled"
    if order.refund is not Refund.NONE:
        return "refund"
    if not _suits(step, order, by):
        return order.status.value
    if step.does == "say" and _unwanted(step, reach.agreed):
        return "not_agreed"
    return _too_few(order, step, reach) if step.orders > 1 else ""


def _too_few(order: Order, step: CareStep, reach: Reach) -> str:
    """What is about several orders is said once for all of them."""
    several = together(order, reach.orders)
    if any((one.id, step.name) in reach.said for one in several):
        return "together"
    return "" if len(several) >= step.orders else "too_few"


def _unwanted(step: CareStep, agreed: Agreed | None) -> bool:
    """Who wants to be left alone is told only what cannot wait."""
    return agreed is not Agreed.GRANTED if step.agreed else agreed is Agreed.WITHDRAWN and not step.urgent


def together(order: Order, orders: Sequence[Order]) -> tuple[Order, ...]:
    """The buyer's orders that could go in one parcel with this one, itself included: not yet paid, to one place, each
    with a postage of its own."""
    open_ = [one for one in orders if _may_merge(one)]
    others = [one for one in open_ if one.id != order.id and order.receiver and one.receiver == order.receiver]
    return (order, *others)


def _may_merge(order: Order) -> bool:
    return order.status is OrderStatus.UNPAID and order.refund is Refund.NONE and order.postage > 0


def merged_postage(orders: Sequence[Order]) -> Decimal:
    """What one parcel costs instead of several, in yuan: the dearest of them, so never more than before."""
    return max(one.postage for one in orders)


def mergeable(orders: Sequence[Order]) -> tuple[Order, ...]:
    """The buyer's orders that would go in one parcel, if there are several; the largest such group."""
    groups = (together(one, orders) for one in orders if _may_merge(one))
    largest = max(groups, key=len, default=())
    return largest if largest[1:] else ()


def _suits(step: CareStep, order: Order, by: Caring) -> bool:
    return order.status in _WHEN[step.on] and (not step.platforms or by.platform in step.platforms)


def _anchor(order: Order, on: Trigger) -> datetime | None:
    """The moment that a step is counted from. Where the shop's system did not tell it nothing is said: news of an order
    may come long after; but who placed an order lately and has paid did so since."""
    told = {
        "placed": order.created_at,
        "paid": order.paid_at or order.created_at,
        "shipped": order.shipped_at,
        "still": order.moved_at,
        "signed": order.signed_at,
    }
    return told[on]


def failing_checks(by: Caring) -> tuple[FailingCheck, ...]:
    """The operators' own checks of steps that do not hold, whether care is enabled or not."""
    on = replace(by, rules=by.rules.model_copy(update={"enabled": True}))
    results = (_failure(index, check, on) for index, check in enumerate(by.rules.checks) if check.step)
    return tuple(failure for failure in results if failure is not None)


def _failure(index: int, check: CareCheck, by: Caring) -> FailingCheck | None:
    """Of the step's own moment; limits and quiet hours aside."""
    order = _as_told(check, by.tz)
    dues = [one.due_at for one in plan(order, by) if one.step == check.step]
    due = next(iter(dues), None)
    expected = in_zone(check.due, by.tz) if check.due else None
    return None if due == expected else FailingCheck(index, in_shop(expected, by.tz), in_shop(due, by.tz))


def _as_told(check: CareCheck, tz: ZoneInfo) -> Order:
    """An order in the state that a check's times say."""
    told = {name: in_zone(at, tz) for name in _TIMES if (at := getattr(check, name))}
    last = max(told.values(), default=datetime.fromtimestamp(0, tz))
    status = next((status for name, status in _TIMES.items() if name in told and status), OrderStatus.UNPAID)
    return Order(
        "", "", status, Decimal(1), Decimal(0), (), told.get("placed", last), last, paid_at=told.get("paid"),
        shipped_at=told.get("shipped"), moved_at=told.get("moved"), signed_at=told.get("signed"),
    )  # fmt: skip


#: What a check may tell, latest first, and the state in which an order is then.
_TIMES = {
    "signed": OrderStatus.SIGNED,
    "moved": None,
    "shipped": OrderStatus.SHIPPED,
    "paid": OrderStatus.PAID,
    "placed": OrderStatus.UNPAID,
}
