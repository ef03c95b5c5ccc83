"""Which piece of an order a buyer means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.pieces import named_piece

TITLES = ("女款束脚运动裤", "中筒纯色棉袜五双装")


@pytest.mark.parametrize(
    ("said", "piece"),
    [
        ("裤子", TITLES[0]),
        ("袜子那个", TITLES[1]),
        ("运动裤", TITLES[0]),
        ("两样都退", "、".join(TITLES)),
        ("裤和袜", None),
        ("随便", None),
    ],
)
def test_a_piece_is_named_by_what_it_is(said: str, piece: str | None) -> None:
    assert named_piece(said, TITLES, asked=True) == piece


def test_unasked_it_takes_more_than_a_letter() -> None:
    assert named_piece("袜", TITLES, asked=False) is None
    assert named_piece("运动裤开线了", TITLES, asked=False) == TITLES[0]


@given(st.text(max_size=20))
def test_the_only_piece_need_not_be_named(text: str) -> None:
    assert named_piece(text, TITLES[:1], asked=False) == TITLES[0]


@given(st.text(max_size=20), st.booleans())
def test_nothing_else_is_ever_named(text: str, asked: bool) -> None:
    assert named_piece(text, TITLES, asked=asked) in {*TITLES, "、".join(TITLES), None}
