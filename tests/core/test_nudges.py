"""When an unpaid order is nudged, and everything that keeps a nudge from being sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.buyer import Agreed
from bot.core.model import Holder, Order, OrderLine, OrderStatus, Refund
from bot.core.nudges import Nudging, failing_checks, judge, plan, refuses, reply_of
from bot.core.outreach import Cancel, FailingCheck, Line, Move, Planned, Reach, Send, Verdict, Withhold
from bot.core.rules.outreach import Nudges
from bot.core.uplift import Arm, arm_of

CHINA = ZoneInfo("Asia/Shanghai")
RULES = Path(__file__).parents[2] / "rules"
FIRST = {"name": "首次催付", "after": "10m", "reply": "system/nudge"}
SECOND = {"name": "再次催付", "after": "6h", "reply": "system/nudge"}
NIGHT = {"from": "22:30", "to": "08:30"}
LUNCH = {"from": "12:00", "to": "13:00"}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def rules(*steps: dict[str, str], **more: object) -> Nudges:
    plain = {"steps": list(steps or (FIRST,)), "quiet": [NIGHT], "stop_words": ["不要了"], "expire_after": "24h"}
    return Nudges.model_validate(plain | more)


def order(created: str = "2026-11-18 14:00", status: OrderStatus = OrderStatus.UNPAID) -> Order:
    at = local(created)
    return Order("o1", "b1", status, Decimal("129.00"), Decimal("8.00"), (), at, at, "c1")


def of(rules_: Nudges) -> Nudging:
    return Nudging(rules_, CHINA, timedelta(hours=24))


class Known(TypedDict, total=False):
    """What tests tell of the buyer."""

    holder: Holder | None
    paused: bool
    last_at: datetime
    told: tuple[datetime, ...]
    today: int


def verdict(
    now: str = "2026-11-18 14:10",
    *,
    of_: Order | None = None,
    step: str = "首次催付",
    by: Nudges | None = None,
    **reach: Unpack[Known],
) -> Verdict:
    placed = of_ or order()
    line = Line(placed, step, placed.created_at + timedelta(minutes=10))
    return judge([line], Reach(**reach), of(by or rules()), local(now))[line]


def test_each_step_is_planned_once_after_its_delay() -> None:
    assert plan(order(), of(rules(FIRST, SECOND))) == (
        Planned("首次催付", local("2026-11-18 14:10")),
        Planned("再次催付", local("2026-11-18 20:00")),
    )


@pytest.mark.parametrize("status", [status for status in OrderStatus if status is not OrderStatus.UNPAID])
def test_only_an_unpaid_order_is_planned_for(status: OrderStatus) -> None:
    assert plan(order(status=status), of(rules())) == ()


def test_nothing_is_planned_while_nudging_is_switched_off() -> None:
    assert plan(order(), of(rules(enabled=False))) == ()


@pytest.mark.parametrize(
    ("created", "due"),
    [
        ("2026-11-18 22:19", "2026-11-18 22:29"),
        ("2026-11-18 22:20", "2026-11-19 08:30"),
        ("2026-11-18 23:59", "2026-11-19 08:30"),
        ("2026-11-19 04:00", "2026-11-19 08:30"),
        ("2026-11-19 08:20", "2026-11-19 08:30"),
    ],
)
def test_a_nudge_due_in_the_quiet_hours_waits_for_their_end(created: str, due: str) -> None:
    assert plan(order(created), of(rules())) == (Planned("首次催付", local(due)),)


def test_a_quiet_span_that_ends_in_another_is_left_by_the_last_of_them() -> None:
    quiet = [NIGHT, {"from": "08:00", "to": "09:15"}]
    assert plan(order("2026-11-18 23:00"), of(rules(quiet=quiet))) == (Planned("首次催付", local("2026-11-19 09:15")),)


def test_a_nudge_moved_past_the_expiry_is_not_planned() -> None:
    assert plan(order("2026-11-18 23:00"), of(rules(expire_after="9h"))) == ()
    assert plan(order(), of(rules(FIRST, SECOND, expire_after="5h"))) == (
        Planned("首次催付", local("2026-11-18 14:10")),
    )


def test_quiet_hours_without_end_plan_nothing() -> None:
    assert plan(order(), of(rules(quiet=[{"from": "00:00", "to": "24:00"}]))) == ()


def test_an_unpaid_order_of_the_bot_is_nudged() -> None:
    assert verdict() == Send()
    assert verdict(holder=None) == Send()
    assert verdict(holder=Holder.CLOSED) == Send()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (OrderStatus.PAID, "paid"),
        (OrderStatus.SHIPPED, "paid"),
        (OrderStatus.SIGNED, "paid"),
        (OrderStatus.FINISHED, "paid"),
        (OrderStatus.CLOSED, "closed"),
        (OrderStatus.DEPOSIT_PAID, "deposit"),
    ],
)
def test_an_order_that_is_no_longer_unpaid_is_not_nudged(status: OrderStatus, reason: str) -> None:
    assert verdict(of_=order(status=status)) == Cancel(reason)


@pytest.mark.parametrize("holder", [Holder.HUMAN, Holder.QUEUED])
def test_a_conversation_that_people_hold_is_not_nudged(holder: Holder) -> None:
    assert verdict(holder=holder) == Cancel("handed_over")


def test_a_nudge_past_its_expiry_is_not_sent() -> None:
    assert verdict("2026-11-19 14:00") == Send()
    assert verdict("2026-11-19 14:01") == Cancel("expired")


def test_switching_nudges_off_cancels_what_was_planned() -> None:
    assert verdict(by=rules(enabled=False)) == Cancel("disabled")


def test_a_step_that_the_operators_removed_is_not_sent() -> None:
    assert verdict(step="旧步骤") == Cancel("step_gone")


def test_a_pause_delays_and_does_not_cancel() -> None:
    assert verdict(paused=True) == Move(local("2026-11-18 14:11"))


def test_a_nudge_asked_for_early_has_no_verdict_yet() -> None:
    line = Line(order(), "首次催付", local("2026-11-18 14:10"))
    assert judge([line], Reach(), of(rules()), local("2026-11-18 14:05")) == {}


def test_a_nudge_delayed_into_the_quiet_hours_waits_for_the_morning() -> None:
    assert verdict("2026-11-18 23:00") == Move(local("2026-11-19 08:30"))


def test_a_nudge_that_would_be_stale_in_the_morning_is_cancelled() -> None:
    assert verdict("2026-11-18 23:00", by=rules(expire_after="12h")) == Cancel("expired")


@pytest.mark.parametrize("text", ["不要了", "亲 我不要了哦", "不 要 了", "那就不要了，谢谢"])
def test_a_stop_word_anywhere_in_a_message_refuses(text: str) -> None:
    assert refuses(text, rules())


@pytest.mark.parametrize("text", ["", "还要", "要了两件", "什么时候发货"])
def test_other_messages_do_not_refuse(text: str) -> None:
    assert not refuses(text, rules())


@pytest.mark.parametrize("word", ["", " ", "！"])
def test_a_stop_word_that_says_nothing_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        rules(stop_words=[word])


def test_the_shipped_nudges_pass_their_own_checks() -> None:
    shipped = Nudges.model_validate(yaml.BaseLoader((RULES / "nudges.yaml").read_text("utf-8")).get_single_data())
    assert len(shipped.checks) >= 5
    assert failing_checks(of(shipped)) == ()


def test_checks_that_do_not_hold_are_named_with_what_was_found() -> None:
    checks = [
        {"created": "2026-11-18 14:00", "step": "首次催付", "due": "2026-11-18 14:10"},
        {"created": "2026-11-18 14:00", "step": "首次催付"},
        {"created": "2026-11-18 23:00", "step": "首次催付", "due": "2026-11-18 23:10"},
    ]
    found = failing_checks(of(rules(checks=checks, enabled=False)))
    assert found == (
        FailingCheck(1, None, datetime.fromisoformat("2026-11-18 14:10")),
        FailingCheck(2, datetime.fromisoformat("2026-11-18 23:10"), datetime.fromisoformat("2026-11-19 08:30")),
    )


LAST = {"name": "最后提醒", "before_close": "1h", "reply": "system/nudge"}


def test_a_step_may_be_counted_back_from_the_order_s_close() -> None:
    assert plan(order(), of(rules(LAST))) == (Planned("最后提醒", local("2026-11-19 13:00")),)


@pytest.mark.parametrize("step", [{"name": "x", "reply": "r"}, {**FIRST, "before_close": "1h"}])
def test_a_step_is_due_after_one_event_or_before_one(step: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="one_time"):
        rules(step)


@pytest.mark.parametrize("refund", [Refund.ASKED, Refund.REFUNDED])
def test_an_order_with_a_refund_is_not_nudged(refund: Refund) -> None:
    returned = replace(order(), refund=refund)
    assert plan(returned, of(rules())) == ()
    assert verdict(of_=returned) == Cancel("refund")


def due(one: Order, step: str = "首次催付", at: str = "2026-11-18 14:10") -> Line:
    return Line(one, step, local(at))


def test_of_two_steps_that_are_due_at_once_the_later_one_speaks() -> None:
    first, second = due(order(), at="2026-11-19 08:30"), due(order(), "再次催付", "2026-11-19 08:30")
    found = judge([second, first], Reach(), of(rules(FIRST, SECOND)), local("2026-11-19 08:30"))
    assert found == {first: Cancel("superseded"), second: Send()}


def test_what_is_soon_due_for_another_order_of_the_buyer_is_said_at_once() -> None:
    mine, soon, later = due(order()), due(other("o2"), at="2026-11-18 14:35"), due(other("o3"), at="2026-11-18 14:45")
    found = judge([mine, soon, later], Reach(), of(rules()), local("2026-11-18 14:10"))
    assert found == {mine: Send(), soon: Send()}
    fresh = due(replace(other("o2"), created_at=local("2026-11-18 14:08")), at="2026-11-18 14:18")
    assert judge([mine, fresh], Reach(), of(rules()), local("2026-11-18 14:10")) == {mine: Send()}


def other(one: str) -> Order:
    return replace(order(), id=one)


def held_out(percent: int) -> tuple[str, str]:
    """An order of the hold-out and one that is nudged."""
    names = [f"o{number}" for number in range(99)]
    arms = {arm_of(name, percent, "yeban"): name for name in names}
    return arms[Arm.HELD_OUT], arms[Arm.NUDGED]


def test_an_order_of_the_hold_out_is_withheld_and_not_told_with_another() -> None:
    kept, nudged = (due(other(name)) for name in held_out(30))
    by = of(rules(hold_out={"percent": 30}))
    assert judge([kept], Reach(), by, local("2026-11-18 14:10")) == {kept: Withhold()}
    assert judge([kept, nudged], Reach(), by, local("2026-11-18 14:10")) == {kept: Withhold(), nudged: Send()}
    early = replace(kept, due_at=local("2026-11-18 14:20"))
    assert judge([nudged, early], Reach(), by, local("2026-11-18 14:10")) == {nudged: Send()}


def test_the_hold_out_is_withheld_only_when_it_would_be_sent() -> None:
    kept, _ = held_out(30)
    by = rules(hold_out={"percent": 30})
    assert verdict(of_=other(kept), by=by, paused=True) == Move(local("2026-11-18 14:11"))
    assert verdict(of_=other(kept), by=by, holder=Holder.HUMAN) == Cancel("handed_over")


def test_an_order_that_was_withheld_stays_so_when_the_share_changes() -> None:
    again = due(order(), "再次催付")
    reach = Reach(withheld=frozenset({"o1"}))
    assert judge([again], reach, of(rules(FIRST, SECOND)), local("2026-11-18 20:00")) == {again: Withhold()}


def test_who_wants_to_hear_of_nothing_is_not_nudged() -> None:
    assert judge([due(order())], Reach(agreed=Agreed.WITHDRAWN), of(rules()), local("2026-11-18 14:10")) == {
        due(order()): Cancel("not_agreed")
    }


LIMITS = {"most": 2, "within": "24h", "apart": "1h", "after_talk": "10m", "day": 100}


@pytest.mark.parametrize(
    ("reach", "free"),
    [
        ({"last_at": local("2026-11-18 14:05")}, "2026-11-18 14:15"),
        ({"told": (local("2026-11-18 13:30"),)}, "2026-11-18 14:30"),
        ({"told": (local("2026-11-17 15:00"), local("2026-11-18 10:00"))}, "2026-11-18 15:00"),
        ({"told": tuple(local(f"2026-11-{day} 12:00") for day in (16, 17, 18))}, "2026-11-18 14:10"),
        ({"today": 100}, "2026-11-19 08:30"),
        ({"today": 99}, "2026-11-18 14:10"),
    ],
)
def test_nobody_is_written_to_too_often_or_while_they_write(reach: Known, free: str) -> None:
    found = verdict(by=rules(limits=LIMITS), **reach)
    assert found == (Send() if free.endswith("14:10") else Move(local(free)))


def test_what_the_limits_move_past_the_order_s_end_is_dropped() -> None:
    told = tuple(local(f"2026-11-18 {hour}:00") for hour in (13, 14))
    assert verdict(by=rules(limits=LIMITS, expire_after="12h"), told=told) == Cancel("expired")


def test_what_would_be_read_in_the_quiet_hours_waits_for_their_end() -> None:
    assert verdict("2026-11-18 22:29:45") == Move(local("2026-11-19 08:30"))
    assert verdict("2026-11-18 22:29:20") == Send()


WORDINGS = [
    {"reply": "system/coat", "items": ["羽绒服", "i9"]},
    {"reply": "system/dear", "amount": "100", "steps": ["首次催付"]},
]


@pytest.mark.parametrize(
    ("line", "amount", "step", "reply"),
    [
        (OrderLine("i1", "长款羽绒服", 1, Decimal(9)), "9", FIRST, "system/coat"),
        (OrderLine("i9", "手套", 1, Decimal(9)), "9", SECOND, "system/coat"),
        (OrderLine("i1", "手套", 1, Decimal(100)), "100", FIRST, "system/dear"),
        (OrderLine("i1", "手套", 1, Decimal(100)), "100", SECOND, "system/nudge"),
        (OrderLine("i1", "手套", 1, Decimal(99)), "99.99", FIRST, "system/nudge"),
    ],
)
def test_items_and_sums_have_words_of_their_own(line: OrderLine, amount: str, step: dict[str, str], reply: str) -> None:
    by = rules(FIRST, SECOND, wordings=WORDINGS)
    named = next(one for one in by.steps if one.name == step["name"])
    assert reply_of(named, replace(order(), lines=(line,), amount=Decimal(amount)), by) == reply
    assert reply_of(named, None, by) == "system/nudge"


MINUTES = st.integers(0, 3 * 24 * 60)


@given(MINUTES, st.integers(1, 60 * 30))
def test_every_planned_moment_is_late_enough_fresh_and_not_quiet(created: int, after: int) -> None:
    placed = order((datetime.fromisoformat("2026-11-18") + timedelta(minutes=created)).isoformat())
    delayed = rules({**FIRST, "after": f"{after}m"}, quiet=[NIGHT, LUNCH])
    for planned in plan(placed, of(delayed)):
        wall = planned.due_at.astimezone(CHINA).strftime("%H:%M")
        assert "08:30" <= wall < "12:00" or "13:00" <= wall < "22:30"
        assert placed.created_at + timedelta(minutes=after) <= planned.due_at
        assert planned.due_at <= placed.created_at + timedelta(hours=24)


@given(MINUTES, MINUTES)
def test_a_moved_nudge_is_moved_forward_and_then_sent_or_expired(created: int, later: int) -> None:
    start = datetime.fromisoformat("2026-11-18") + timedelta(minutes=created)
    first = verdict((start + timedelta(minutes=10 + later)).isoformat(), of_=order(start.isoformat()))
    if isinstance(first, Move):
        again = verdict(first.to.astimezone(CHINA).replace(tzinfo=None).isoformat(), of_=order(start.isoformat()))
        assert first.to > (start + timedelta(minutes=10 + later)).replace(tzinfo=CHINA)
        assert again == Send()
