"""What a message names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.slots import Slots, read_slots
from tests.core.book import rules

RULES = rules()
Figure = str | None


def read(text: str) -> Slots:
    return read_slots(text, RULES)


def figure(text: Figure) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("text", "height", "weight"),
    [
        ("165 52", "165", "52"),
        ("165，52公斤穿什么码", "165", "52"),
        ("165cm52kg", "165", "52"),
        ("一米六五 104斤", "165", "52"),
        ("一米七 一百二十斤", "170", "60"),
        ("两百斤", None, "100"),
        ("一百零四斤", None, "52"),
        ("一百一斤", None, "55"),
        ("身高1.72体重140斤", "172", "70"),
        ("1米6 体重50", "160", "50"),
        ("1m65 55kg", "165", "55"),
        ("160/98", "160", "49"),
        ("160 98", "160", "49"),
        ("高158重43", "158", "43"),
        ("身高：１７０　体重：５５．５", "170", "55.5"),
        ("体重130", None, "65"),
        ("165cm", "165", None),
        ("165 51.5公斤", "165", "51.5"),
        ("52.5kg", None, "52.5"),
    ],
)
def test_body_data_is_read_however_it_is_said(text: str, height: Figure, weight: Figure) -> None:
    found = read(text)
    assert (found.height, found.weight) == (figure(height), figure(weight))


@pytest.mark.parametrize(
    "text",
    [
        "满100减20",
        "100-200元",
        "138 12块",
        "10086",
        "12315",
        "13800138000",
        "身高300",
        "体重500斤",
        "3件",
        "5cm",
        "衣长65cm",
        "肩宽 90cm",
        "胸围：100cm",
        "",
    ],
)
def test_other_figures_are_no_body_data(text: str) -> None:
    found = read(text)
    assert (found.height, found.weight) == (None, None)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("XL还有吗", "XL"),
        ("那加大码有吗", "XL"),
        ("有没有大码", "L"),
        ("xxl", "2XL"),
        ("2XL的", "2XL"),
        ("l码呢", "L"),
        ("39码有吗", "39"),
        ("39 号的", "39"),
        ("139码", None),
        ("39元", None),
        ("XLR线", None),
        ("1m65", None),
        ("small的", None),
    ],
)
def test_a_size_counts_where_it_stands_alone(text: str, size: str | None) -> None:
    assert read(text).size == size


@pytest.mark.parametrize(
    ("text", "color"),
    [("黑的还有吗", "黑色"), ("要白色", "白色"), ("深蓝色有吗", "藏青"), ("蓝色呢", "蓝色"), ("好看", None)],
)
def test_a_colour_is_known_by_all_its_words_the_longest_first(text: str, color: str | None) -> None:
    assert read(text).color == color


@pytest.mark.parametrize(
    ("text", "carrier"),
    [
        ("可以发顺风吗", "顺丰"),
        ("走SF快递", "顺丰"),
        ("能走EMS吗", "邮政"),
        ("快递", None),
        ("不要顺丰", None),
        ("别发顺丰，发中通", "中通"),
    ],
)
def test_a_carrier_is_known_by_its_nicknames(text: str, carrier: str | None) -> None:
    assert read(text).carrier == carrier


def test_a_city_stands_for_its_area() -> None:
    assert read("寄到乌鲁木齐要多久").area == "新疆"


def test_of_two_carriers_the_first_named_counts() -> None:
    assert read("中通还是顺丰").carrier == "中通"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("订单1234567890到哪了", ("1234567890",)),
        ("O20261123", ("o20261123",)),
        ("1234567890和2345678901", ("1234567890", "2345678901")),
        ("123456", ()),
        ("13800138000", ()),
        ("订单138001380001", ("138001380001",)),
        ("123456789012345678901", ()),
    ],
)
def test_an_order_number_is_seen(text: str, ids: tuple[str, ...]) -> None:
    assert read(text).order_ids == ids


def test_a_tracking_number_is_no_order_number() -> None:
    found = read("单号SF1234567890123")
    assert (found.tracking_nos, found.order_ids) == (("sf1234567890123",), ())


@pytest.mark.parametrize(
    ("text", "day"), [("明天能到吗", "明天"), ("下周三发", "下周三"), ("11月8号之前", "11月8号"), ("快点", None)]
)
def test_a_day_is_kept_as_it_was_said(text: str, day: str | None) -> None:
    assert read(text).day == day


def test_only_what_was_named_is_told_and_figures_are_text() -> None:
    assert read("黑色 165 52").filled() == {"height": "165", "weight": "52", "color": "黑色"}


@given(st.text() | st.text(st.sampled_from("0123456789.米m斤kg高体重身 一二两百零十/，cmXL码")))
def test_any_text_is_read_and_body_data_stay_within_bounds(text: str) -> None:
    found = read(text)
    assert found.height is None or 60 <= found.height <= 220
    assert found.weight is None or 8 <= found.weight <= 160


@given(st.integers(140, 199), st.integers(40, 75), st.sampled_from([" ", "/", "，", " , ", "cm", "cm "]))
def test_a_height_and_a_weight_side_by_side_are_told_apart(height: int, weight: int, between: str) -> None:
    found = read(f"{height}{between}{weight}")
    assert (found.height, found.weight) == (Decimal(height), Decimal(weight))
