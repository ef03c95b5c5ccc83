"""Words found by their first letter are those that trying each of them would find."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.wordlist import WordList

LETTERS = st.text("发货吗a1 ", max_size=12)
WORDS = st.lists(st.text("发货吗a1", min_size=1, max_size=3), unique=True, max_size=6)


@given(WORDS, LETTERS)
def test_every_word_of_a_text_is_found_as_often_as_it_stands_there(words: list[str], text: str) -> None:
    found = WordList((word, word) for word in words)
    places = [(at, word) for at in range(len(text)) for word in words if text.startswith(word, at)]
    assert found.inside(text) == [word for _, word in places]
    assert found.has_any(text) == any(word in text for word in words)
    assert {(at, word) for at, _, word in found.places(text)} <= set(places)


def test_latin_letters_and_digits_stand_alone() -> None:
    sizes = WordList([("xl", "XL"), ("大码", "L")])
    assert list(sizes.places("要xl的大码")) == [(1, 3, "XL"), (4, 6, "L")]
    assert list(sizes.places("2xl xla")) == []
    assert sizes.inside("2xl") == ["XL"]
