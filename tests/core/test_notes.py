"""What is written on an order: wishes, and whose sale it is."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import note_order
from bot.core.facts import Focus
from bot.core.model import Conversation, DecisionKind, Order, OrderStatus, Receiver, Refund
from bot.core.notes import can_note, whole_note, wishes_in
from bot.core.sales import NoteLine, sale_of, wishes_for
from bot.core.slots import Slots, read_slots
from bot.core.turn import take_turn
from bot.core.view import Scene
from bot.turns import outcome_of
from tests.core.book import BY_NIGHT, NIGHT, TOPICS, book_of, rules
from tests.core.cases import conversation, message, order
from tests.edge.happenings import work, wrote

WISHES = [
    {"name": "指定快递", "carrier": True},
    {"name": "不放小票", "words": ["不要小票", "别放小票"]},
    {"name": "送礼", "words": ["送人的", "送朋友"]},
    {"name": "放门卫", "words": ["放门卫"]},
    {"name": "放驿站", "words": ["放驿站"]},
]
NOTES = {
    "wishes": WISHES, "not_words": ["送朋友合适", "不在家", "就行了"], "keep": "3d", "flag": "yellow",
    "denials": ["不", "别", "没"], "doubts": ["上次", "怎么", "可以", "没收到"], "behind": ["了", "的话"],
    "contrary": ["结果", "还是放"],
}  # fmt: skip
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


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("放门卫", ["放门卫"]),
        ("别放门卫", []),
        ("不要放门卫", []),
        ("不要 放门卫", []),
        ("不要，放门卫", []),
        ("别放驿站放门卫", ["放门卫"]),
        ("别放驿站，放门卫", ["放门卫"]),
        ("别放驿站和放门卫", []),
        ("不是送人的", []),
        ("不是送人的，别放小票", ["不放小票"]),
        ("别放小票放门卫", ["不放小票", "放门卫"]),
        ("别放小票麻烦放门卫", ["不放小票", "放门卫"]),
        ("我不在家放门卫就行了", ["放门卫"]),
        ("放门卫别放驿站", ["放门卫"]),
    ],
)
def test_what_is_denied_is_no_wish(text: str, wishes: list[str]) -> None:
    assert wished(text) == wishes


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("可以放门卫吗", []),
        ("可以放门卫", []),
        ("放门卫？", []),
        ("放门卫，好吗", []),
        ("放门卫，什么时候发货？", ["放门卫"]),
        ("怎么放驿站", []),
        ("快递放驿站了我没收到", []),
        ("放驿站的话我退货", []),
        ("上次别放小票还是放了", []),
        ("说过别放小票，结果放了", []),
        ("上次发中通太慢", []),
        ("上次发中通太慢，这次也发中通", ["发中通"]),
        ("发中通，别放小票", ["发中通", "不放小票"]),
        ("送人的 放门卫吗", ["送礼"]),
    ],
)
def test_what_is_asked_or_complained_of_is_no_wish(text: str, wishes: list[str]) -> None:
    assert wished(text) == wishes


@given(st.sampled_from(["放门卫", "放驿站", "送人的", "别放小票"]), st.text("放门卫别不了吗，。 是", max_size=6))
def test_no_denial_right_before_a_word_is_overheard(word: str, ahead: str) -> None:
    says = {"送人的": "送礼", "别放小票": "不放小票"}.get(word, word)
    whole = f"{ahead}。不{word}"
    assert says not in wished(whole) or says in wished(f"{ahead}。")


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


def line(wish: str) -> str:
    return f"【夜班】买家要求：{wish}"


def memo(*wishes: str) -> str:
    return "\n".join(map(line, wishes))


@pytest.mark.parametrize(
    ("written", "told", "whole"),
    [
        (["发圆通"], ["发中通"], ["发圆通", "改发中通"]),
        (["发圆通", "改发中通"], ["发圆通"], ["发圆通", "改发中通", "改发圆通"]),
        (["发圆通", "改发中通", "改发圆通"], ["发中通"], ["发圆通", "改发中通", "改发圆通", "改发中通"]),
        (["发圆通", "改发中通"], ["发中通"], ["发圆通", "改发中通"]),
        (["发圆通", "不放小票"], ["发圆通"], ["发圆通", "不放小票"]),
        (["发圆通、不放小票"], ["发中通、送礼"], ["发圆通、不放小票", "改发中通、送礼"]),
        (["不放小票"], ["发中通", "不放小票"], ["不放小票", "发中通"]),
        ([], ["发圆通", "不放小票", "发圆通", "发中通"], ["发圆通", "不放小票", "改发中通"]),
    ],
)
def test_the_carrier_that_was_wished_for_last_is_the_last_one_written(
    written: list[str], told: list[str], whole: list[str]
) -> None:
    assert whole_note(memo(*written), map(line, told)) == memo(*whole)


@given(st.lists(st.sampled_from(["发圆通", "发中通", "发圆通、送礼", "送礼"]), min_size=1, max_size=6), st.data())
def test_lines_that_a_note_shows_already_are_not_written_again(told: list[str], data: st.DataObject) -> None:
    lines = [line(one) for one in told]
    shown = whole_note("老客", lines[: data.draw(st.integers(0, len(lines)))])
    assert whole_note(shown, lines) == whole_note("老客", lines)


def test_what_people_wrote_about_a_carrier_is_theirs() -> None:
    assert whole_note("改发中通", [line("发圆通")]) == f"改发中通\n{line('发圆通')}"


def test_a_wish_said_again_later_is_another_note_and_a_turn_taken_twice_the_same() -> None:
    def noted(cause: str) -> str:
        return note_order("webhook", "c1", order(), line("发圆通"), "yellow", NIGHT, cause=cause).id

    assert noted("m1") == noted("m1")
    assert noted("m1") != noted("m3")


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


def test_a_wish_on_an_order_is_noted_once_for_each_time_it_is_said() -> None:
    def notes(number: int) -> list[str]:
        todo = work(wrote(number, "别放小票"), talk=conversation(), orders=(order(),))
        made = outcome_of(todo, book_of(TOPICS, RULES), NIGHT)[0]
        return [one.id for one in made.commands if one.type == "order.note"]

    assert len(notes(1)) == 1
    assert notes(1) == notes(1)
    assert notes(1) != notes(3)


def test_of_carriers_wished_for_the_next_order_the_last_is_kept() -> None:
    before = {"发顺丰": NIGHT - timedelta(hours=1), "送礼": NIGHT - timedelta(hours=1)}
    _, _, talk = heard("帮我发中通", talk=replace(conversation(), wishes=before))
    assert talk.wishes == {"送礼": before["送礼"], "发中通": NIGHT}


@pytest.mark.parametrize("text", ["什么时候发货 别放小票", "别放小票 帮我转人工", "别放小票"])
def test_only_what_was_read_back_is_kept(text: str) -> None:
    over = replace(order(status=OrderStatus.SIGNED), signed_at=NIGHT - timedelta(hours=1))
    for mine in ((), (over,)):
        _, said, talk = heard(text, *mine)
        assert bool(talk.wishes) == ("记下了" in said)


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


def test_what_was_wished_between_order_and_payment_is_written_on_it() -> None:
    talk, line_ = replace(conversation(), wishes={"送礼": at(1.5)}), NoteLine(line("送礼"), "yellow")
    assert wishes_for(placed(), talk, RULES.care.notes) == (line_,)
    assert wishes_for(replace(placed(), paid_at=None), talk, RULES.care.notes) == (line_,)
    assert wishes_for(replace(placed(), paid_at=at(1.2)), talk, RULES.care.notes) == ()


def test_an_order_placed_in_time_may_be_paid_later() -> None:
    talk = replace(conversation(), wishes={"送礼": at(0)})
    assert wishes_for(replace(placed(71), paid_at=at(80)), talk, RULES.care.notes) != ()
    assert wishes_for(replace(placed(73), paid_at=at(80)), talk, RULES.care.notes) == ()


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
