"""Which size fits a body, by the item's own chart."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.facts import Facts, Focus
from bot.core.model import Item, SizeRow
from bot.core.sizing import Basis, Fit, fit, has_body_chart
from bot.core.slots import Slots
from bot.core.view import Scene, build_view
from bot.words import say
from tests.core.book import NIGHT, rules
from tests.core.cases import CHART, item

MEASURES = {"脚长": {"also": ["脚"], "cm": [9, 32], "fits": True}, "胸围": {"cm": [45, 160]}}
RULES = rules(sizes={"measures": MEASURES})
SIZES = RULES.sizes
SHIRT = item()
HEIGHT_ONLY = item(size_chart=(SizeRow("110", (105, 115)), SizeRow("120", (115, 125))))
SCARF = item(size_chart=(SizeRow("均码", measures={"长": "180"}),))
GARMENT = item(size_chart=(SizeRow("M", measures={"胸围": "96"}),))
SHOE = item(
    size_chart=tuple(
        SizeRow(size, measures={"脚长": cm}) for size, cm in (("38", "24.0"), ("39", "24.5"), ("40", "25"))
    )
)
WIDE = item(
    size_chart=tuple(
        SizeRow(size, (150, 190), (Decimal(low), Decimal(low + 30))) for size, low in (("S", 40), ("M", 45), ("L", 60))
    )
)
BACKWARDS = item(size_chart=CHART[::-1])


def body(
    height: float | None = None,
    weight: float | None = None,
    *,
    usual: str | None = None,
    size: str | None = None,
    measures: Mapping[str, str] | None = None,
) -> Slots:
    figures = [None if value is None else Decimal(str(value)) for value in (height, weight)]
    told = {name: Decimal(value) for name, value in (measures or {}).items()}
    return Slots(height=figures[0], weight=figures[1], usual_size=usual, size=size, measures=told)


def sizes(found: Fit) -> list[str]:
    return [row.size for row in found.rows]


def shown(one: Item, slots: Slots, between: str = "larger") -> Mapping[str, str]:
    known = rules(sizes={"measures": MEASURES, "between": between})
    return build_view(Scene(known, Facts(), Focus(item=one), slots, NIGHT)).get("size", {})


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
        (140, 35, []),
    ],
)
def test_the_chart_speaks(height: float, weight: float, expected: list[str]) -> None:
    found = fit(SHIRT, body(height, weight), SIZES)
    assert (sizes(found), found.basis) == (expected, Basis.BODY)


@pytest.mark.parametrize(
    ("slots", "lacks"),
    [(body(), ("height", "weight")), (body(165), ("weight",)), (body(weight=55), ("height",))],
)
def test_half_a_body_is_too_little_and_the_other_half_is_named(slots: Slots, lacks: tuple[str, ...]) -> None:
    assert fit(SHIRT, slots, SIZES) == Fit(lacks=lacks)


def test_beyond_the_chart_is_an_answer_without_a_size() -> None:
    assert fit(SHIRT, body(190, 110), SIZES) == Fit((), Basis.BODY)


def test_a_chart_of_heights_asks_for_no_weight() -> None:
    assert sizes(fit(HEIGHT_ONLY, body(110), SIZES)) == ["110"]
    assert fit(HEIGHT_ONLY, body(weight=20), SIZES).lacks == ("height",)


def test_a_chart_without_bodies_says_so() -> None:
    charts = (SHIRT, HEIGHT_ONLY, SHOE, SCARF, GARMENT, item(size_chart=()))
    assert [has_body_chart(one, SIZES) for one in charts] == [True, True, True, False, False, False]


def test_a_chart_printed_backwards_is_read_from_the_smallest() -> None:
    assert sizes(fit(BACKWARDS, body(160, 50), SIZES)) == ["S", "M"]


def test_of_three_fitting_sizes_the_two_in_whose_middle_the_body_is_are_named() -> None:
    assert sizes(fit(WIDE, body(170, 62), SIZES)) == ["S", "M"]


@pytest.mark.parametrize(
    ("foot", "expected"),
    [("24.5", ["39"]), ("24", ["38"]), ("24.2", ["38", "39"]), ("24.9", ["39", "40"]), ("26", []), ("23", [])],
)
def test_shoes_go_by_the_foot(foot: str, expected: list[str]) -> None:
    found = fit(SHOE, body(measures={"脚长": foot}), SIZES)
    assert (sizes(found), found.basis) == (expected, Basis.MEASURE)


def test_a_shoe_is_not_chosen_by_height_and_asks_for_the_foot() -> None:
    assert fit(SHOE, body(165, 55), SIZES) == Fit(lacks=("脚长",))


def test_a_garments_own_measure_chooses_nothing() -> None:
    assert fit(GARMENT, body(measures={"胸围": "96"}), SIZES).rows == ()


@pytest.mark.parametrize("print_", ["约24", "", "a-b", "24-25-26", "nan", "25-24"])
def test_a_measure_printed_otherwise_is_not_understood(print_: str) -> None:
    odd = item(size_chart=(SizeRow("38", measures={"脚长": print_}),))
    assert not has_body_chart(odd, SIZES)


def test_a_range_of_feet_is_a_range() -> None:
    slipper = item(size_chart=(SizeRow("38-39", measures={"脚长": "24-24.5cm"}),))
    assert sizes(fit(slipper, body(measures={"脚长": "24.3"}), SIZES)) == ["38-39"]


@pytest.mark.parametrize(
    ("slots", "basis", "expected"),
    [
        (body(usual="M"), Basis.USUAL, ["M"]),
        (body(usual="m"), Basis.USUAL, ["M"]),
        (body(usual="M", weight=55), Basis.USUAL, ["M"]),
        (body(usual="M", weight=90), None, []),
        (body(usual="5XL"), None, []),
        (body(165, 55, usual="L"), Basis.BODY, ["M"]),
        (body(size="L"), Basis.ASKED, ["L"]),
        (body(size="L", weight=60), None, []),
        (body(size="5XL"), None, []),
        (body(usual="M", size="L"), Basis.USUAL, ["M"]),
    ],
)
def test_a_size_that_is_worn_or_asked_about_counts_where_no_body_is_told(
    slots: Slots, basis: Basis | None, expected: list[str]
) -> None:
    found = fit(SHIRT, slots, SIZES)
    assert (sizes(found), found.basis) == (expected, basis)


def test_the_usual_shoe_size_is_found_in_a_chart_of_feet() -> None:
    assert sizes(fit(SHOE, body(usual="39"), SIZES)) == ["39"]


@given(
    st.none() | st.integers(100, 220),
    st.none() | st.integers(20, 140),
    st.none() | st.sampled_from(["S", "M", "XL", "39"]),
    st.none() | st.decimals(9, 32, places=1).map(str),
    st.sampled_from([SHIRT, HEIGHT_ONLY, SHOE, SCARF, GARMENT, WIDE, BACKWARDS, item(size_chart=())]),
)
def test_only_printed_sizes_are_ever_named(
    height: int | None, weight: int | None, usual: str | None, foot: str | None, one: Item
) -> None:
    found = fit(one, body(height, weight, usual=usual, measures={"脚长": foot} if foot else {}), SIZES)
    assert len(found.rows) <= 2
    assert set(sizes(found)) <= {row.size for row in one.size_chart}


@given(st.integers(100, 220), st.integers(20, 140))
def test_two_sizes_are_neighbours(height: int, weight: int) -> None:
    numbers = [CHART.index(row) for row in fit(SHIRT, body(height, weight), SIZES).rows]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


def test_the_reason_says_which_ranges_hold() -> None:
    ranges = [say("join.height_in", value=165, low=160, high=170), say("join.weight_in", value=55, low=50, high=60)]
    assert shown(SHIRT, body(165, 55))["reason"] == say("join.ranges").join(ranges)


def test_between_two_sizes_each_has_the_ranges_that_hold_for_it() -> None:
    fields = shown(SHIRT, body(165, 65))
    tall, heavy = say("join.height_in", value=165, low=160, high=170), say("join.weight_in", value=65, low=60, high=75)
    rows = [say("join.row", size="M", text=tall), say("join.row", size="L", text=heavy)]
    assert fields["reason"] == say("join.rows").join(rows)


@pytest.mark.parametrize(("between", "named"), [("larger", ("L", "M")), ("smaller", ("M", "L"))])
def test_the_shop_says_which_of_two_is_named_first_and_the_loose_one_is_always_the_larger(
    between: str, named: tuple[str, str]
) -> None:
    fields = shown(SHIRT, body(165, 65), between)
    assert (fields["best"], fields["other"], fields["loose"], fields["snug"]) == (*named, "L", "M")


def test_what_lacks_is_named_in_words() -> None:
    assert shown(SHIRT, body())["lacks"] == say("join.and").join([say("slots.height"), say("slots.weight")])
    assert shown(SHOE, body())["lacks"] == "脚长"


def test_a_foot_is_told_and_printed_in_centimetres() -> None:
    fields = shown(SHOE, body(measures={"脚长": "24.5", "胸围": "90"}))
    assert fields["body"] == fields["reason"] == say("join.measure", name="脚长", value="24.5")


def test_a_weight_is_printed_as_people_write_it() -> None:
    assert shown(SHIRT, body(165, 52.5))["body"] == say("join.body", height="165", weight="52.5")
    assert shown(SHIRT, replace(body(100.0), weight=Decimal("50.00")))["body"] == say(
        "join.body", height=100, weight=50
    )


def test_an_asked_size_shows_its_range_and_what_would_tell_more() -> None:
    fields = shown(SHIRT, body(size="L"))
    ranges = [say("join.height", low=170, high=180), say("join.weight", low=60, high=75)]
    assert fields["range"] == say("join.ranges").join(ranges)
    assert fields["lacks"]
