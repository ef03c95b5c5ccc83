"""Which size fits a body, by the item's own chart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import SizeRow
from bot.core.sizing import Fit, fit, has_body_chart
from tests.core.cases import CHART, item

SHIRT = item()
HEIGHT_ONLY = item(size_chart=(SizeRow("110", (105, 115)), SizeRow("120", (115, 125))))
SCARF = item(size_chart=(SizeRow("均码", measures={"长": "180"}),))


def sizes(height: float | None, weight: float | None) -> list[str]:
    return [row.size for row in found(height, weight).rows]


def found(height: float | None, weight: float | None) -> Fit:
    figures = [None if value is None else Decimal(str(value)) for value in (height, weight)]
    return fit(SHIRT, figures[0], figures[1])


@pytest.mark.parametrize(
    ("height", "weight", "expected"),
    [
        (165, 55, ["M"]),
        (160, 50, ["S", "M"]),
        (165, 65, ["M", "L"]),
        (175, 55, ["M", "L"]),
        (155, 70, []),
        (190, 110, []),
        (165, 110, []),
    ],
)
def test_the_chart_speaks(height: float, weight: float, expected: list[str]) -> None:
    assert sizes(height, weight) == expected


@pytest.mark.parametrize(("height", "weight"), [(None, None), (165, None), (None, 55)])
def test_half_a_body_is_too_little(height: float | None, weight: float | None) -> None:
    assert found(height, weight) == Fit((), told=False)


def test_beyond_the_chart_is_an_answer_without_a_size() -> None:
    assert found(190, 110) == Fit((), told=True)


def test_a_chart_of_heights_asks_for_no_weight() -> None:
    assert [row.size for row in fit(HEIGHT_ONLY, Decimal(110), None).rows] == ["110"]


def test_a_chart_without_bodies_says_so() -> None:
    assert [has_body_chart(one) for one in (SHIRT, HEIGHT_ONLY, SCARF, item(size_chart=()))] == [
        True,
        True,
        False,
        False,
    ]


@given(st.integers(100, 220), st.integers(20, 140))
def test_only_neighbouring_printed_sizes_are_ever_named(height: int, weight: int) -> None:
    rows = found(height, weight).rows
    numbers = [CHART.index(row) for row in rows]
    assert len(numbers) <= 2
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else not rows
