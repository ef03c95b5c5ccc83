"""When a buyer in a human's conversation waits for a word."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.facts import Facts
from bot.core.model import Conversation, Holder, Kind, Message, Sender
from bot.core.turn import take_turn
from tests.core.book import DAY, small_book


def waits_since(*texts: str) -> datetime | None:
    held = Conversation("c1", "webhook", "b1", Holder.HUMAN, agent_id="a1", served_by="a1", served_at=DAY)
    said = [Message(f"m{at}", "c1", "b1", Sender.BUYER, Kind.TEXT, DAY, text) for at, text in enumerate(texts)]
    facts = replace(Facts(), live=frozenset({"presale"}))
    return take_turn(said, held, facts, small_book(), DAY).conversation.waiting_since


@pytest.mark.parametrize("texts", [("谢谢",), ("谢谢", "谢谢")])
def test_thanks_wait_for_nothing(texts: tuple[str, ...]) -> None:
    assert waits_since(*texts) is None


@pytest.mark.parametrize("texts", [("那个怎么弄呀",), ("那个怎么弄呀", "谢谢"), ("谢谢", "什么时候发货")])
def test_a_question_waits_also_where_thanks_follow_at_once(texts: tuple[str, ...]) -> None:
    assert waits_since(*texts) == DAY
