"""What the bot would say in people's place, decided without a store."""

from dataclasses import replace

import pytest

from bot.core.model import Conversation, Holder, Kind, Message, Sender
from bot.core.suggest import Suggestion, suggest
from tests.core.book import BY_DAY, BY_NIGHT, DAY, NIGHT, TOPICS, book_of, rules, small_book

TALK = Conversation("c1", "webhook", "b1", Holder.HUMAN, agent_id="a01", waiting_since=DAY)
NOTES = {"notes": {"wishes": [{"name": "指定快递", "carrier": True}, {"name": "放贺卡", "words": ["放贺卡"]}]}}


def said(*texts: str) -> tuple[Message, ...]:
    return tuple(
        Message(f"m{number}", "c1", "b1", Sender.BUYER, Kind.TEXT, DAY, text) for number, text in enumerate(texts, 1)
    )


def suggested(*texts: str, talk: Conversation = TALK) -> Suggestion | None:
    return suggest(said(*texts), talk, BY_DAY, small_book(), DAY)


def test_several_questions_are_answered_together() -> None:
    told = suggested("发什么快递", "什么时候发货")
    assert told
    assert told.text == "亲，默认发中通。\n付款后48小时内发出。"
    assert told.source == "replies/shipping/carrier.md:0; replies/shipping/ship_time.md:0"


def test_asking_for_the_one_thing_that_is_missing_is_offered_too() -> None:
    told = suggested("有货吗")
    assert told
    assert (told.text, told.reason, told.variant) == ("亲，是哪一款？", "needs_fact", "no_item")


@pytest.mark.parametrize("text", ["天上的云怎么卖", "律师函见", "转人工", "取消订单"])
def test_words_that_only_call_people_are_not_offered_by_day_or_night(text: str) -> None:
    assert suggested(text) is None
    assert suggest(said(text), TALK, BY_NIGHT, small_book(), NIGHT) is None


def test_nothing_asked_is_nothing_answered() -> None:
    assert suggested() is None


def test_a_wish_that_only_a_turn_can_note_is_not_promised() -> None:
    book = book_of(TOPICS, rules(care=NOTES))
    assert suggest(said("帮我放贺卡"), TALK, BY_DAY, book, DAY) is None
    told = suggest(said("发什么快递", "帮我放贺卡"), TALK, BY_DAY, book, DAY)
    assert told
    assert told.text == "亲，默认发中通。"


def test_an_answer_repeated_beyond_its_limit_is_left_to_people() -> None:
    assert suggested("发什么快递", talk=replace(TALK, said={"shipping/carrier": 2}, last_at=DAY)) is None
