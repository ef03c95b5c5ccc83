"""The words of a decision."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.core.case import Case
from bot.core.compose import RedLineError, Reply, compose
from bot.core.decide import decide
from bot.core.facts import Facts, Focus
from bot.core.model import Holder
from bot.words import say
from tests.core.book import BY_DAY, BY_NIGHT, DAY
from tests.core.cases import case, conversation, item, meaning, order, shipped

AFTERSALE, PRESALE = say("groups.aftersale"), say("groups.presale")
NINE = f"{say('when.today')} 09:00"


def reply(to: Case) -> Reply | None:
    return compose(to, decide(to))


def words(to: Case) -> str:
    found = reply(to)
    assert found is not None
    return found.text


def by_day(ahead: int) -> Facts:
    return replace(BY_DAY, ahead={"aftersale": ahead})


def test_joined_answers_greet_once() -> None:
    said = words(case(meaning("logistics_query", "carrier", "ship_time"), focus=Focus(shipped())))
    assert said == "亲，中通承运，单号 ZT0000000001。\n默认发中通。\n付款后48小时内发出。"


def test_every_part_names_the_line_it_is_written_on() -> None:
    found = reply(case(meaning("carrier", "ship_time")))
    assert found is not None
    assert found.source == "replies/shipping/carrier.md:0; replies/shipping/ship_time.md:0"
    assert [part.variant for part in found.parts] == ["default", "default"]


def test_silence_has_no_words() -> None:
    assert reply(case(meaning(text="😀"))) is None


def test_by_day_the_buyer_hears_to_whom_and_how_many_wait_before() -> None:
    said = words(case(meaning("exchange"), by_day(2), now=DAY))
    assert said == f"亲，换货的事同事来处理。\n为您转给{AFTERSALE}，前面还有2位。"


def test_with_nobody_before_no_number_is_said() -> None:
    assert words(case(meaning("exchange"), by_day(0), now=DAY)).endswith(f"为您转给{AFTERSALE}。")


def test_where_nobody_sits_who_should_no_time_is_promised() -> None:
    away = replace(BY_NIGHT, rostered=frozenset({"aftersale"}))
    assert words(case(meaning("exchange"), away, now=DAY)).endswith(f"{AFTERSALE}不在座位上。")


def test_at_night_the_buyer_hears_when_people_are_truly_back() -> None:
    assert words(case(meaning("exchange"))).endswith(f"{AFTERSALE}{NINE}上班，请留言。")


def test_at_night_without_a_known_time_none_is_said() -> None:
    assert words(case(meaning("exchange"), replace(BY_NIGHT, back_at={}))).endswith("已记录。")


def test_a_quiet_hand_over_says_nothing() -> None:
    assert reply(case(meaning("ship_time"), replace(BY_NIGHT, paused=True))) is None


def test_who_waits_already_is_told_once_more_and_not_again() -> None:
    waiting = conversation(holder=Holder.QUEUED, group="aftersale")
    assert words(case(meaning("exchange"), talk=waiting)).endswith("补充的内容记下了。")
    told = replace(waiting, said={"system/still_waiting": 1})
    assert words(case(meaning("exchange"), talk=told)) == "亲，换货的事同事来处理。"


def test_the_notice_names_the_group_that_takes_over() -> None:
    there = replace(BY_NIGHT, live=frozenset({"presale"}))
    assert words(case(meaning("exchange"), there, now=DAY)).endswith(f"为您转给{PRESALE}。")


def test_a_red_line_in_a_fact_is_never_said() -> None:
    proud = Focus(item=item(title="最好的卫衣"))
    with pytest.raises(RedLineError, match="superlative"):
        reply(case(meaning("stock"), focus=proud))


def test_money_and_counts_come_ready_made() -> None:
    focus = Focus(rivals=(order(), replace(order("2222222222"), amount=Decimal(8))))
    asked = words(case(meaning("logistics_query"), focus=focus)).splitlines()
    assert asked[0] == "亲，您有2个订单，是哪一个？"
    assert asked[1].startswith("回复数字也可以：1. ")
