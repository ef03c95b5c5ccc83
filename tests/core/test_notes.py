"""What is written on an order: wishes, and whose sale it is."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.facts import Focus
from bot.core.model import Conversation, DecisionKind, Order, OrderStatus, Receiver, Refund
from bot.core.notes import can_note, whole_note, wishes_in
from bot.core.sales import NoteLine, sale_of, wishes_for
from bot.core.slots import Slots, read_slots
from bot.core.turn import take_turn
from bot.core.view import Scene
from tests.core.book import BY_NIGHT, NIGHT, TOPICS, book_of, rules
from tests.core.cases import conversation, message, order

WISHES = [
    {"name": "指定快递", "carrier": True},
    {"name": "不放小票", "words": ["不要小票", "别放小票"]},
    {"name": "送礼", "words": ["送人的", "送朋友"]},
]
NOTES = {"wishes": WISHES, "not_words": ["送朋友合适"], "keep": "3d", "flag": "yellow"}
RULES = rules(care={"notes": NOTES})


def wished(text: str) -> list[str]:
    return [one.says for one in wishes_in(text, read_slots(text, RULES, NIGHT), RULES)]


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("帮我发中通", ["发中通"]),
        ("帮我发顺丰", []),  # for more money
        ("帮我发邮政", []),  # not the shop's
        ("不要发中通", []),
        ("送人的，别放小票", ["不放小票", "送礼"]),
        ("送朋友合适吗", []),
        ("什么时候发货", []),
        ("", []),
    ],
)
def test_only_what_the_shop_can_do_for_free_and_the_buyer_said_is_a_wish(text: str, wishes: list[str]) -> None:
    assert wished(text) == wishes


def test_switched_off_notes_hear_no_wish() -> None:
    off = rules(care={"notes": {**NOTES, "enabled": False}})
    assert wishes_in("送人的", Slots(), off) == ()


def scene(*orders: Order, focus: Order | None = None) -> Scene:
    return Scene(
        RULES, replace(BY_NIGHT, orders=orders), Focus(order=focus, rivals=orders if not focus else ()), Slots(), NIGHT
    )


def test_a_wish_comes_in_time_until_the_order_is_packed() -> None:
    assert can_note(scene(focus=order()))
    assert can_note(scene(focus=order(status=OrderStatus.UNPAID)))
    assert can_note(scene())
    assert not can_note(scene(focus=order(status=OrderStatus.SHIPPED)))
    assert not can_note(scene(focus=order(refund=Refund.ASKED)))
    assert not can_note(scene(order(), order("2222222222")))


LINES = st.lists(st.text("甲乙丙a \n", max_size=6), max_size=4)


@given(
    st.none() | st.text("甲乙丙a \n", max_size=20), st.lists(st.text("甲乙丙丁", min_size=1, max_size=4), max_size=5)
)
def test_a_note_keeps_all_that_was_written_and_has_each_line_once(memo: str | None, lines: list[str]) -> None:
    whole = whole_note(memo, lines)
    assert whole.startswith((memo or "").rstrip())
    assert set(lines) <= set(whole.splitlines())
    added = whole.removeprefix((memo or "").rstrip()).split("\n")
    assert len(added) <= len(set(lines)) + 1
    assert whole_note(whole, lines) == whole


def heard(text: str, *orders: Order, talk: Conversation | None = None) -> tuple[DecisionKind, str, Conversation]:
    turn = take_turn(
        [message(text)], talk or conversation(), replace(BY_NIGHT, orders=orders), book_of(TOPICS, RULES), NIGHT
    )
    return turn.decision.kind, turn.reply.text if turn.reply else "", turn.conversation


def test_a_wish_for_an_order_is_read_back() -> None:
    kind, text, talk = heard("送人的，别放小票", order())
    assert (kind, text, talk.wishes) == (DecisionKind.ANSWER, "亲，「不放小票、送礼」记在订单上了。", {})


def test_a_wish_beside_a_question_is_read_back_after_the_answer() -> None:
    _, text, _ = heard("什么时候发货 别放小票", order())
    assert text.endswith("「不放小票」记在订单上了。")
    assert "发出" in text


def test_a_wish_without_an_order_is_kept_for_the_next_one_for_a_while() -> None:
    _, text, talk = heard("别放小票")
    assert (text, talk.wishes) == ("亲，「不放小票」记下了。", {"不放小票": NIGHT})
    later = heard("谢谢", talk=replace(talk, wishes={"不放小票": NIGHT - timedelta(days=4)}))[2]
    assert later.wishes == {}


def at(hours: float) -> datetime:
    return NIGHT + timedelta(hours=hours)


def placed(hours: float = 1) -> Order:
    return replace(
        order(status=OrderStatus.PAID), created_at=at(hours), paid_at=at(hours + 1), updated_at=at(hours + 1)
    )


def test_what_was_wished_shortly_before_the_order_is_written_on_it() -> None:
    talk = replace(conversation(), wishes={"发中通": at(0), "送礼": at(-100)})
    rules_ = RULES.care.notes
    assert wishes_for(placed(), talk, rules_) == (NoteLine("【夜班】买家要求：发中通", "yellow"),)
    assert wishes_for(placed(100), talk, rules_) == ()
    assert wishes_for(placed(), replace(talk, buyer_id="b9"), rules_) == ()
    assert wishes_for(placed(), None, rules_) == ()


SALE = rules(care={"sale": {"number": "YB01", "agent_flag": "red", "bot_flag": "blue", "within": "3d"}}).care.sale
AGENT, BOT = NoteLine("【夜班】客服工号 a07", "red", ("blue", "yellow")), NoteLine("【夜班】机器人 YB01", "blue")


@pytest.mark.parametrize(
    ("served_by", "served", "answered", "lines"),
    [
        ("a07", 0, None, (AGENT,)),
        ("a07", 0, 0, (AGENT,)),
        ("a07", -90, 0, (BOT,)),
        (None, 0, 0, ()),  # somebody's, but nobody knows whose
        (None, None, 0, (BOT,)),
        (None, None, -90, ()),
        (None, None, 5, ()),  # after the payment
        ("a07", 5, 0, ()),  # somebody's, but it may have been an agent's before
        (None, None, None, ()),
    ],
)
def test_a_sale_is_the_agents_who_spoke_last_else_the_bots(
    served_by: str | None, served: float | None, answered: float | None, lines: tuple[NoteLine, ...]
) -> None:
    talk = replace(
        conversation(), served_by=served_by, served_at=at(served) if served is not None else None,
        answered_at=at(answered) if answered is not None else None,
    )  # fmt: skip
    assert sale_of(placed(), talk, SALE, RULES.care.notes) == lines


def test_a_bot_without_a_number_marks_nothing() -> None:
    answered = replace(conversation(), answered_at=at(0))
    assert sale_of(placed(), answered, SALE.model_copy(update={"number": None}), RULES.care.notes) == ()


def test_whoever_takes_over_sees_what_one_parcel_would_cost() -> None:
    home = Receiver("张三", "13800138000", "浙江省杭州市示例路1号")
    fees = {"o1": "8.00", "o2": "6.00", "o3": "10.00"}
    mine = [
        replace(order(one, status=OrderStatus.UNPAID), receiver=home, postage=Decimal(fee)) for one, fee in fees.items()
    ]
    turn = take_turn(
        [message("要人工 合并邮费")],
        conversation(),
        replace(BY_NIGHT, orders=tuple(mine)),
        book_of(TOPICS, RULES),
        NIGHT,
    )
    assert turn.decision.kind is DecisionKind.HAND_OFF
    assert "订单o1、o2、o3，原来共24元，一起发10元" in turn.summary
