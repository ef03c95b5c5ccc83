"""What a rollback returns to, and which versions people have taken back."""

import pytest

from bot.releases import Serving, Why, before, is_taken_back
from tests.fakes import at


def lines(told: str) -> list[Serving]:
    """`A B <A`: versions in their order, `<` before one that was rolled back to; newest first."""
    words = told.split()
    whys = [Why.ROLLBACK if word.startswith("<") else Why.FILES for word in words]
    found = [
        Serving(number, word.lstrip("<"), at(number), "me", why)
        for number, (word, why) in enumerate(zip(words, whys, strict=True), 1)
    ]
    return found[::-1]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("A B", "A"),
        ("A B C <B", "A"),
        ("A B C <A", None),
        ("A B <A D", "A"),
        ("A B A", "B"),
        ("A B <A <B", "A"),
        ("A", None),
        ("", None),
    ],
)
def test_a_rollback_goes_back_step_by_step(told: str, expected: str | None) -> None:
    found = before(lines(told))
    assert (found.version if found else None) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("A B <A", True),
        ("A B <A C", True),
        ("A B <A <B", False),
        ("A B <A <B C", False),
        ("A B C", False),
        ("A", False),
    ],
)
def test_what_a_person_rolled_back_from_is_taken_back_until_a_person_chooses_it(told: str, expected: bool) -> None:
    assert is_taken_back("B", lines(told)) is expected
