"""A size found over several turns: the half of a body that was missing is asked for once, and a bare figure answers."""

from dataclasses import replace

from bot.core.model import Conversation
from bot.core.turn import Turn, take_turn
from tests.core.book import BY_NIGHT, NIGHT, TOPICS, book_of, rules, topic
from tests.core.cases import conversation, item, message

SAYS = {
    "no_body": "亲，请告诉我{{ size.lacks }}。",
    "half_body": "亲，还差{{ size.lacks }}。",
    "size_found": "亲，建议选 {{ size.best }}，{{ size.reason }}。",
}
ASKS = topic("product/size_fit", SAYS, "穿多大码", "我穿什么码")
BOOK = book_of([*(one for one in TOPICS if one.intent != "size_fit"), ASKS], rules())
FACTS = replace(BY_NIGHT, items={"i1": item()})


def said(text: str, talk: Conversation) -> Turn:
    return take_turn([message(text)], talk, FACTS, BOOK, NIGHT)


def variants(*texts: str) -> list[str]:
    talk, found = conversation(item_id="i1"), []
    for text in texts:
        done = said(text, talk)
        talk = done.conversation
        found.append(done.decision.picks[0].variant.name if done.decision.picks else done.decision.reason)
    return found


def test_height_and_then_a_bare_weight() -> None:
    assert variants("穿多大码", "身高165", "55") == ["no_body", "half_body", "size_found"]


def test_weight_and_then_a_bare_height() -> None:
    assert variants("穿多大码", "110斤", "165") == ["no_body", "half_body", "size_found"]


def test_both_at_once() -> None:
    assert variants("穿多大码", "165 55") == ["no_body", "size_found"]
