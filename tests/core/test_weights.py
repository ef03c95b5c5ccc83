"""What the asks teach about each gram."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.weights import Weights, grams

LEARNED = Weights(["什么时候发货", "今天发货吗", "怎么退货", "退货地址"], ["ship", "ship", "return", "return"])


def test_grams_are_characters_pairs_and_triples_with_marks_at_both_ends() -> None:
    assert set(grams("发货")) == {"发", "货", "^发", "发货", "货$", "^发货", "发货$"}


def test_what_one_intent_says_speaks_for_it() -> None:
    assert max(LEARNED.scores("几时发呀").items(), key=lambda pair: pair[1])[0] == "ship"
    assert max(LEARNED.scores("想退").items(), key=lambda pair: pair[1])[0] == "return"


def test_what_everybody_says_tells_less_than_what_one_says() -> None:
    both, one = LEARNED.scores("货"), LEARNED.scores("退")
    assert abs(both["ship"] - both["return"]) < one["return"] - one.get("ship", 0.0)


def test_unknown_grams_say_nothing() -> None:
    assert LEARNED.scores("abc") == {}
    assert Weights([], []).scores("发货") == {}


@given(st.text())
def test_any_text_can_be_weighed(text: str) -> None:
    assert set(LEARNED.scores(text)) <= {"ship", "return"}
