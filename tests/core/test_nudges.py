"""When an unpaid order is nudged, and everything that keeps a nudge from being sent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.model import Holder, Order, OrderStatus
from bot.core.nudges import Cancel, FailingCheck, Move, Planned, Send, Verdict, failing_checks, judge, plan, refuses
from bot.core.rules.work import Nudges

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


def verdict(
    now: str = "2026-11-18 14:10",
    *,
    of: Order | None = None,
    step: str = "首次催付",
    holder: Holder | None = Holder.BOT,
    paused: bool = False,
    by: Nudges | None = None,
) -> Verdict:
    placed = of or order()
    return judge(
        step,
        placed.created_at + timedelta(minutes=10),
        placed,
        holder=holder,
        paused=paused,
        rules=by or rules(),
        now=local(now),
        tz=CHINA,
    )


def test_each_step_is_planned_once_after_its_delay() -> None:
    assert plan(order(), rules(FIRST, SECOND), CHINA) == (
        Planned("首次催付", local("2026-11-18 14:10")),
        Planned("再次催付", local("2026-11-18 20:00")),
    )


@pytest.mark.parametrize("status", [status for status in OrderStatus if status is not OrderStatus.UNPAID])
def test_only_an_unpaid_order_is_planned_for(status: OrderStatus) -> None:
    assert plan(order(status=status), rules(), CHINA) == ()


def test_nothing_is_planned_while_nudging_is_switched_off() -> None:
    assert plan(order(), rules(enabled=False), CHINA) == ()


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
    assert plan(order(created), rules(), CHINA) == (Planned("首次催付", local(due)),)


def test_a_quiet_span_that_ends_in_another_is_left_by_the_last_of_them() -> None:
    quiet = [NIGHT, {"from": "08:00", "to": "09:15"}]
    assert plan(order("2026-11-18 23:00"), rules(quiet=quiet), CHINA) == (
        Planned("首次催付", local("2026-11-19 09:15")),
    )


def test_a_nudge_moved_past_the_expiry_is_not_planned() -> None:
    assert plan(order("2026-11-18 23:00"), rules(expire_after="9h"), CHINA) == ()
    assert plan(order(), rules(FIRST, SECOND, expire_after="5h"), CHINA) == (
        Planned("首次催付", local("2026-11-18 14:10")),
    )


def test_quiet_hours_without_end_plan_nothing() -> None:
    assert plan(order(), rules(quiet=[{"from": "00:00", "to": "24:00"}]), CHINA) == ()


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
    assert verdict(of=order(status=status)) == Cancel(reason)


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


def test_a_nudge_asked_for_early_waits_for_its_time() -> None:
    assert verdict("2026-11-18 14:05") == Move(local("2026-11-18 14:10"))


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
    assert failing_checks(shipped, CHINA) == ()


def test_checks_that_do_not_hold_are_named_with_what_was_found() -> None:
    checks = [
        {"created": "2026-11-18 14:00", "step": "首次催付", "due": "2026-11-18 14:10"},
        {"created": "2026-11-18 14:00", "step": "首次催付"},
        {"created": "2026-11-18 23:00", "step": "首次催付", "due": "2026-11-18 23:10"},
    ]
    found = failing_checks(rules(checks=checks, enabled=False), CHINA)
    assert found == (
        FailingCheck(1, None, datetime.fromisoformat("2026-11-18 14:10")),
        FailingCheck(2, datetime.fromisoformat("2026-11-18 23:10"), datetime.fromisoformat("2026-11-19 08:30")),
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"steps": [FIRST, FIRST]}, "step_twice"),
        ({"checks": [{"created": "2026-11-18 14:00", "step": "末次催付"}]}, "step_unknown"),
    ],
)
def test_nudge_rules_that_contradict_themselves_are_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError, match=code):
        rules(**change)


MINUTES = st.integers(0, 3 * 24 * 60)


@given(MINUTES, st.integers(1, 60 * 30))
def test_every_planned_moment_is_late_enough_fresh_and_not_quiet(created: int, after: int) -> None:
    placed = order((datetime.fromisoformat("2026-11-18") + timedelta(minutes=created)).isoformat())
    delayed = rules({**FIRST, "after": f"{after}m"}, quiet=[NIGHT, LUNCH])
    for planned in plan(placed, delayed, CHINA):
        wall = planned.due_at.astimezone(CHINA).strftime("%H:%M")
        assert "08:30" <= wall < "12:00" or "13:00" <= wall < "22:30"
        assert placed.created_at + timedelta(minutes=after) <= planned.due_at
        assert planned.due_at <= placed.created_at + timedelta(hours=24)


@given(MINUTES, MINUTES)
def test_a_moved_nudge_is_moved_forward_and_then_sent_or_expired(created: int, later: int) -> None:
    start = datetime.fromisoformat("2026-11-18") + timedelta(minutes=created)
    first = verdict((start + timedelta(minutes=10 + later)).isoformat(), of=order(start.isoformat()))
    if isinstance(first, Move):
        again = verdict(first.to.astimezone(CHINA).replace(tzinfo=None).isoformat(), of=order(start.isoformat()))
        assert first.to > (start + timedelta(minutes=10 + later)).replace(tzinfo=CHINA)
        assert again == Send()
