"""A matter under way survives its row: nothing of it is lost, and rows written before there were flows are read."""

from dataclasses import replace

from bot.core.model import Conversation, FlowState
from bot.store.rows import conversation_of, conversation_values
from tests.core.book import NIGHT

PLAIN = Conversation("c1", "webhook", "b1")
UNDER_WAY = FlowState("swap", NIGHT, {"why": "大小"}, ("https://x/1",), "want", 1, "1234567890", ("拉链是什么牌子",))


def test_a_matter_comes_back_as_it_was_written() -> None:
    talk = replace(PLAIN, flow=UNDER_WAY, past_flows=(replace(UNDER_WAY, name="tell", ended="left"),))
    assert conversation_of(3, str(conversation_values(talk, 3, NIGHT)["body"])) == replace(talk, version=3)


def test_a_row_of_before_there_were_flows_has_none() -> None:
    talk = conversation_of(1, '{"id": "c1", "channel": "webhook", "buyer_id": "b1"}')
    assert (talk.flow, talk.past_flows) == (None, ())
