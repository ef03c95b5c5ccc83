"""What the asks teach about each feature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.descent import softmax
from bot.core.features import features_of
from bot.core.lexicon import lexicon_of
from bot.core.weights import Weights
from tests.core.book import rules

LEXICON = lexicon_of(rules().concepts)
LINES = [
    ("什么时候发货", "ship"),
    ("今天发货吗", "ship"),
    ("快发货呀", "ship"),
    ("怎么退货", "return"),
    ("我要退货", "return"),
]


def read(text: str) -> dict[str, float]:
    return features_of(text, LEXICON)


def learned(lines: list[tuple[str, str]]) -> Weights:
    return Weights([read(text) for text, _ in lines], [intent for _, intent in lines])


LEARNED = learned(LINES)


@pytest.mark.parametrize(("text", "intent"), [("几时发呀", "ship"), ("想退", "return")])
def test_an_intent_is_known_by_what_it_says(text: str, intent: str) -> None:
    assert LEARNED.intents[int(np.argmax(LEARNED.read(read(text))))] == intent


def test_what_everybody_says_tells_less_than_what_one_says() -> None:
    both, one = LEARNED.read({"货": 1.0}), LEARNED.read({"退": 1.0})
    assert float(np.ptp(both)) < float(np.ptp(one))


def test_a_concept_speaks_for_lines_that_share_no_letter_with_it() -> None:
    lines = [("什么时候发货", "ship"), ("啥时发出", "ship"), ("有货吗", "stock"), ("有现货没", "stock")]
    odds = learned(lines).read({"#发货": 0.2})
    assert int(np.argmax(odds)) == 0


def test_unknown_features_say_nothing() -> None:
    assert not LEARNED.read({"abc": 1.0}).any()


def test_without_lines_nothing_is_learned() -> None:
    assert Weights([], []).read(read("发货")).size == 0


def test_why_names_the_loudest_features_of_an_intent() -> None:
    gains = LEARNED.speaks(read("我想退货"), "return", 3)
    assert gains[0][0] in {"退", "退货", "退货$", "货$", "我"}
    assert [gain for _, gain in gains] == sorted((gain for _, gain in gains), reverse=True)


@given(st.text())
def test_any_text_can_be_weighed(text: str) -> None:
    assert np.isfinite(LEARNED.read(read(text))).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text("发货退款吗?a1", max_size=8), st.sampled_from("abcd")), max_size=40))
def test_any_lines_can_be_learned(lines: list[tuple[str, str]]) -> None:
    """The steps never run away, whatever is written how often."""
    odds = learned(lines).read(read("发货吗"))
    assert np.isfinite(odds).all()
    assert (np.abs(odds) < 1e3).all()


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=9))
def test_shares_sum_to_one(values: list[float]) -> None:
    assert float(softmax(np.array(values, np.float32)).sum()) == pytest.approx(1, abs=1e-5)
