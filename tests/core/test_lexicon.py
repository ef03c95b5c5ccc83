"""Concepts in a text, and which of them it asks about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.features import features_of, grams
from bot.core.lexicon import lexicon_of
from tests.core.book import rules

LEXICON = lexicon_of(rules().concepts)


def test_grams_are_characters_pairs_and_triples_with_marks_at_both_ends() -> None:
    assert grams("发货") == {"发", "货", "^发", "发货", "货$", "^发货", "发货$"}


def test_all_figures_are_alike() -> None:
    assert grams("买12个") == grams("买3个")


@pytest.mark.parametrize(
    ("text", "named", "asked"),
    [
        ("什么时候发货", {"问时间", "问什么", "发货"}, {"发货"}),
        ("退款了，什么时候发货", {"问时间", "问什么", "发货", "退款"}, {"发货"}),
        ("快递没动", {"包裹", "否定"}, set()),
        ("有货吗", {"库存"}, {"库存"}),
        ("有货？", {"库存"}, {"库存"}),
        ("发货，退款？", {"发货", "退款"}, set()),
        ("", set(), set()),
    ],
)
def test_concepts_are_found_anywhere_and_asked_about_in_their_clause(
    text: str, named: set[str], asked: set[str]
) -> None:
    assert LEXICON.read(text) == (named, asked)


@given(st.text("快递有货什么时候发出不没退款a？，", max_size=20), st.text(max_size=5))
def test_a_word_is_found_whatever_stands_around_it(text: str, around: str) -> None:
    for word, names in LEXICON.words.items():
        if word in text:
            assert set(names) <= LEXICON.concepts(around + text)


@given(st.text(max_size=30))
def test_every_text_has_features_and_the_same_ones_again(text: str) -> None:
    found = features_of(text, LEXICON)
    assert found == features_of(text, LEXICON)
    assert all(value > 0 for value in found.values())
