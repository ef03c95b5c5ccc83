"""The buyer's file in one line of the summary, for whoever serves the buyer next."""

from dataclasses import replace
from datetime import timedelta

from bot.core.buyer import Buyer, Issue, Tag, Told
from bot.core.buyerline import buyer_line
from bot.core.facts import Focus
from bot.core.model import Order
from bot.core.summary import summarise
from bot.core.turn import take_turn
from tests.core.book import BY_NIGHT, NIGHT, small_book
from tests.core.cases import bought, case, conversation, meaning, message, order

EARLIER = NIGHT - timedelta(days=2)
KNOWN = Buyer(
    "b1",
    tags=(Tag("爱问尺码", "rule", EARLIER), Tag("VIP", "a01", EARLIER, on=False)),
    told={"height": Told("165", EARLIER), "measure.脚长": Told("24", EARLIER), "weight": Told("52", EARLIER)},
    preferences={"carrier": Told("顺丰", EARLIER)},
    issues=(
        Issue("t1", "c1", "needs_person", EARLIER, "exchange", line="我要换货"),
        Issue("t2", "c2", "unclear_twice", EARLIER, line="电话138****78没人接"),
        Issue("t3", "c3", "unclear_twice", EARLIER, line="早就好了", done_at=NIGHT),
    ),
)


def line(buyer: Buyer | None, *orders: Order, focus: Focus | None = None) -> str:
    return buyer_line(case(meaning(), replace(BY_NIGHT, buyer=buyer, orders=orders), focus=focus))


def test_it_has_tags_sizes_wishes_orders_and_what_is_open() -> None:
    assert line(KNOWN, bought(), order()) == (
        "标签 爱问尺码；说过 身高165、脚长24、体重52；想发顺丰；2单，最近昨天「加绒卫衣」待发货；"
        "未了的事 11月21日「电话138****78没人接」；未了的事 11月21日「〔exchange〕」"
    )


def test_of_whom_nothing_is_known_there_is_no_line() -> None:
    assert (line(None), line(Buyer("b1"))) == ("", "")
    assert "客户档案" not in take_turn((message("人工"),), conversation(), BY_NIGHT, small_book(), NIGHT).summary


def test_another_buyers_file_and_orders_are_never_shown() -> None:
    assert line(replace(KNOWN, id="b9"), replace(order(), buyer_id="b9")) == ""
    assert line(Buyer("b1"), replace(order(), buyer_id="b9")) == ""


def test_a_stranger_brings_nothing_of_the_buyer_into_the_summary() -> None:
    assert line(KNOWN, order(), focus=Focus(stranger=True)) == ""


def test_what_was_told_too_long_ago_is_not_shown() -> None:
    assert line(Buyer("b1", told={"height": Told("165", NIGHT.replace(year=2020))})) == ""


def test_the_line_is_short_however_much_is_known() -> None:
    tags = tuple(Tag("很长很长的标签" * 4, "a01", EARLIER) for _ in range(50))
    facts = replace(BY_NIGHT, buyer=replace(KNOWN, tags=tags))
    turn = take_turn((message("人工"),), conversation(), facts, small_book(), NIGHT)
    last = summarise(turn.case, turn.decision, turn.reply).splitlines()[-1]
    assert last.startswith("客户档案：")
    assert len(last) <= 205
