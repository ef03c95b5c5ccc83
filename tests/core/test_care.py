"""What is done about an order once it is paid, and everything that keeps it from being done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.content.load import Folders, load_book
from bot.core.buyer import Agreed
from bot.core.care import Caring, failing_checks, judge, merged_postage, plan, together
from bot.core.masking import mask_name, mask_phone
from bot.core.model import Holder, Order, OrderStatus, Receiver, Refund
from bot.core.outreach import Cancel, Line, Move, Planned, Reach, Send
from bot.core.rules.outreach import Care

CHINA = ZoneInfo("Asia/Shanghai")
ROOT = Path(__file__).parents[2]
CHECK = {"name": "核对地址", "on": "paid", "within": "24h", "reply": "care/address_check", "urgent": "true"}
STILL = {"name": "包裹不动", "on": "still", "after": "48h", "within": "5d", "reply": "care/stuck_parcel"}
ASKED = {"name": "回访", "on": "signed", "after": "3d", "within": "3d", "reply": "care/follow_up"}
MERGE = {
    "name": "合并邮费",
    "on": "placed",
    "after": "2m",
    "within": "6h",
    "orders": "3",
    "reply": "care/merge_postage",
}
NEW_YEAR = {"name": "元旦", "day": "2027-01-01", "reply": "care/greeting_new_year"}
MARK = {"name": "记工号", "on": "paid", "within": "7d", "does": "mark"}
QUIET = [{"from": "21:30", "to": "09:00"}]
HOME = Receiver("张三", "13800138000", "浙江省杭州市示例区1号")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def caring(*steps: Mapping[str, object], **more: object) -> Caring:
    plain = {"steps": list(steps or (CHECK, STILL, ASKED)), "quiet": QUIET}
    return Caring(Care.model_validate(plain | more), CHINA, "tmall")


def order(status: OrderStatus = OrderStatus.PAID, one: str = "o1") -> Order:
    at = local("2026-11-18 14:00")
    base = Order(one, "b1", status, Decimal("129.00"), Decimal("8.00"), (), at, at, "c1", HOME)
    paid, shipped, signed = (
        at if status is reached else None for reached in (OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.SIGNED)
    )
    return replace(base, paid_at=paid, shipped_at=shipped, signed_at=signed)


def line(of: Order, step: str, due: str = "2026-11-18 14:00") -> Line:
    return Line(of, step, local(due))


def test_each_state_of_an_order_has_its_steps() -> None:
    by, at = caring(), local("2026-11-18 14:00")
    assert plan(order(), by) == (Planned("核对地址", at),)
    assert plan(replace(order(OrderStatus.SHIPPED), moved_at=at), by) == (
        Planned("包裹不动", local("2026-11-20 14:00")),
    )
    assert plan(order(OrderStatus.SIGNED), by) == (Planned("回访", local("2026-11-21 14:00")),)
    assert plan(order(OrderStatus.UNPAID), by) == plan(order(OrderStatus.CLOSED), by) == ()


def test_a_parcel_stands_still_since_it_was_last_seen_to_move() -> None:
    moving = replace(order(OrderStatus.SHIPPED), moved_at=local("2026-11-19 20:00"))
    assert plan(moving, caring()) == (Planned("包裹不动", local("2026-11-21 20:00")),)


def test_of_what_the_shop_does_not_tell_nothing_is_guessed() -> None:
    """News of an old order come late; who is told of them as of today would wonder."""
    assert plan(order(OrderStatus.SHIPPED), caring()) == ()
    assert (
        plan(replace(order(OrderStatus.FINISHED), signed_at=None, updated_at=local("2027-11-18 14:00")), caring()) == ()
    )
    paid = replace(order(), paid_at=None, updated_at=local("2027-11-18 14:00"))
    assert plan(paid, caring()) == (Planned("核对地址", paid.created_at),)


def test_a_switched_off_step_and_another_platform_s_step_are_not_planned() -> None:
    assert plan(order(), caring({**CHECK, "enabled": "false"})) == ()
    assert plan(order(), caring({**CHECK, "platforms": ["jd"]})) == ()
    assert plan(order(), caring({**CHECK, "platforms": ["tmall"]})) != ()
    assert plan(order(), caring(enabled=False)) == ()


@pytest.mark.parametrize("refund", [Refund.ASKED, Refund.REFUNDED])
def test_an_order_in_dispute_is_left_to_people(refund: Refund) -> None:
    disputed = replace(order(), refund=refund)
    asked = line(disputed, "核对地址")
    assert plan(disputed, caring()) == ()
    assert judge([asked], Reach(), caring(), asked.due_at) == {asked: Cancel("refund")}


def test_what_the_order_has_left_behind_is_dropped() -> None:
    asked = line(order(OrderStatus.SHIPPED), "核对地址")
    assert judge([asked], Reach(), caring(), asked.due_at) == {asked: Cancel("shipped")}


def test_an_urgent_step_is_told_at_night_and_others_wait_for_the_morning() -> None:
    night = local("2026-11-21 23:00")
    check, ask = line(order(), "核对地址"), line(order(OrderStatus.SIGNED, "o2"), "回访", "2026-11-21 14:00")
    late = replace(check, order=replace(check.order, paid_at=night))
    assert judge([late], Reach(), caring(), night) == {late: Send()}
    assert judge([ask], Reach(), caring(), night) == {ask: Move(local("2026-11-22 09:00"))}


def test_what_was_held_up_for_too_long_is_not_said_any_more() -> None:
    asked = line(order(), "核对地址")
    assert judge([asked], Reach(), caring(), local("2026-11-19 14:01")) == {asked: Cancel("expired")}


@pytest.mark.parametrize("holder", [Holder.HUMAN, Holder.QUEUED])
def test_whom_people_look_after_hears_nothing_until_they_are_done(holder: Holder) -> None:
    asked = line(order(), "核对地址")
    assert judge([asked], Reach(holder=holder), caring(), asked.due_at) == {asked: Move(local("2026-11-18 14:10"))}


def test_one_thing_is_said_at_a_time() -> None:
    first, second = line(order(), "核对地址"), line(order(one="o2"), "核对地址", "2026-11-18 14:01")
    by = caring(limits={"apart": "10m"})
    found = judge([second, first], Reach(), by, local("2026-11-18 14:01"))
    assert found == {first: Send(), second: Move(local("2026-11-18 14:11"))}


def test_a_note_for_the_shop_waits_for_nothing_but_a_pause() -> None:
    mark, by = line(order(), "记工号"), caring(MARK)
    busy = Reach(holder=Holder.HUMAN, last_at=mark.due_at, told=(mark.due_at,) * 5)
    assert judge([mark], busy, by, mark.due_at) == {mark: Send()}
    assert judge([mark], replace(busy, paused=True), by, mark.due_at) == {mark: Move(local("2026-11-18 14:01"))}


def test_only_buyers_who_agreed_hear_what_needs_it() -> None:
    asked, by = line(order(), "核对地址"), caring({**CHECK, "agreed": "true"})
    assert judge([asked], Reach(), by, asked.due_at) == {asked: Cancel("not_agreed")}
    assert judge([asked], Reach(agreed=Agreed.GRANTED), by, asked.due_at) == {asked: Send()}


def test_who_wants_to_be_left_alone_is_told_only_what_cannot_wait() -> None:
    alone = Reach(agreed=Agreed.WITHDRAWN)
    check, ask = line(order(), "核对地址"), line(order(OrderStatus.SIGNED, "o2"), "回访")
    assert judge([check], alone, caring(), check.due_at) == {check: Send()}
    assert judge([ask], alone, caring(), ask.due_at) == {ask: Cancel("not_agreed")}


def three(status: OrderStatus = OrderStatus.UNPAID, postage: Decimal = Decimal("8.00")) -> tuple[Order, ...]:
    """Three orders of one buyer for one address."""
    return tuple(replace(order(status, f"o{number}"), postage=postage) for number in range(3))


def test_postage_is_merged_from_the_third_order_for_one_address_on() -> None:
    mine, by = three(), caring(MERGE)
    asked = line(mine[0], "合并邮费")
    assert judge([asked], Reach(orders=mine), by, asked.due_at) == {asked: Send()}
    assert judge([asked], Reach(orders=mine[:2]), by, asked.due_at) == {asked: Cancel("too_few")}
    again = line(mine[1], "合并邮费")
    assert judge([asked, again], Reach(orders=mine), by, asked.due_at) == {asked: Send(), again: Cancel("together")}
    told = Reach(orders=mine, said=frozenset({("o0", "合并邮费")}))
    assert judge([again], told, by, asked.due_at) == {again: Cancel("together")}
    paid = (*mine[:2], replace(mine[2], status=OrderStatus.PAID))
    assert judge([asked], Reach(orders=paid), by, asked.due_at) == {asked: Cancel("too_few")}
    elsewhere = (*mine[:2], replace(mine[2], receiver=replace(HOME, address="别处")))
    assert judge([asked], Reach(orders=elsewhere), by, asked.due_at) == {asked: Cancel("too_few")}


@given(st.lists(st.decimals("0.01", 99, places=2), min_size=1, max_size=5))
def test_merged_postage_is_never_more_than_before(fees: list[Decimal]) -> None:
    mine = [replace(order(OrderStatus.UNPAID, f"o{number}"), postage=fee) for number, fee in enumerate(fees)]
    several = together(mine[0], mine)
    assert len(several) == len(mine)
    assert merged_postage(several) <= sum(fees)


def test_orders_without_postage_or_already_packed_are_not_merged() -> None:
    free, gone = three(postage=Decimal(0)), three(status=OrderStatus.SHIPPED)
    mine = order(OrderStatus.UNPAID, "mine")
    assert together(mine, (*free, *gone)) == (mine,)


def test_the_shipped_care_passes_its_own_checks() -> None:
    book = load_book(Folders(ROOT / "replies", ROOT / "rules"))
    by = Caring(book.rules.care, CHINA, book.rules.shop.platform)
    assert len([check for check in by.rules.checks if check.step]) >= 5
    assert failing_checks(by) == ()


def test_a_check_that_does_not_hold_is_named_with_what_was_found() -> None:
    wrong = [{"step": "核对地址", "paid": "2026-11-18 14:00", "due": "2026-11-18 15:00"}]
    [found] = failing_checks(caring(checks=wrong))
    assert (found.index, found.found) == (0, datetime.fromisoformat("2026-11-18 14:00"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"steps": [{**MARK, "reply": "care/x"}]}, "reply_to_say"),
        ({"steps": [{"name": "x", "on": "paid", "within": "1h"}]}, "reply_to_say"),
        ({"checks": [{"placed": "2026-11-18 14:00"}]}, "step_or_says"),
        ({"checks": [{"step": "核对地址", "wishes": ["送礼"]}]}, "says_of_wishes"),
        ({"limits": {"within": "31d"}}, "not_remembered"),
        ({"limits": {"apart": "31d"}}, "not_remembered"),
        *(
            ({"greetings": [{**NEW_YEAR, "at": at}]}, "time_of_day")
            for at in ("10:0", "9:00", "24:00", "+02:00", "早上")
        ),
    ],
)
def test_care_rules_that_contradict_themselves_are_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError, match=code):
        caring(**change)


@pytest.mark.parametrize(("name", "shown"), [("张", "张*"), ("张三", "张*"), ("欧阳明月", "欧***"), ("", "*")])
def test_of_a_name_only_the_first_character_is_shown(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13800138000", "138****8000"), ("+86 138-0013-8000", "138****8000"), ("12345", "***45"), ("", "**")],
)
def test_of_a_number_only_its_ends_are_shown(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("138****1234-5678", "138****1234"),
        ("138****1234", "138****1234"),
        ("138***1234-5678", "138***1234"),
        ("13800138000-1234", "138****8000"),
        ("13800138000转1234", "138****8000"),
        ("13800138000,1234", "138****8000"),
        ("8613800138000", "138****8000"),
        ("008613800138000", "138****8000"),
        ("＋86 13800138000", "138****8000"),
        ("86-138 0013 8000", "138****8000"),
        ("0571-88886666-801", "0571****6666"),
        ("(0571)8888666转2", "0571***8666"),
        ("010-88886666", "010****6666"),
        ("+86 02188886666", "021****6666"),
        ("0571-****6666-801", "0571****6666"),
        ("400-800-1234", "400***1234"),
        ("+1 415 555 1234 ext 99", "141****1234"),
    ],
)
def test_an_extension_or_a_country_is_no_part_of_a_shown_number(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "-", "转", "，", " 转 "]),
    st.integers(0, 9999),
)
def test_of_a_mobile_number_only_its_own_ends_are_shown(mobile: str, apart: str, extension: int) -> None:
    whole = f"{mobile}{apart}{extension}" if apart else mobile
    assert mask_phone(whole) == f"{mobile[:3]}****{mobile[-4:]}"
