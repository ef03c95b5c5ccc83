"""What a message names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.slots import Slots, is_order_number, read_slots
from bot.words import say
from tests.core.book import rules

RULES = rules(sizes={"measures": {"脚长": {"also": ["脚"], "cm": [9, 32], "fits": True}, "胸围": {"cm": [45, 160]}}})


def read(text: str) -> Slots:
    return read_slots(text, RULES)


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


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("买2件", 2),
        ("两双", 2),
        ("要三个", 3),
        ("拍5箱", 5),
        ("要一件", 1),
        ("十二瓶", 12),
        ("一件多少钱", None),
        ("有一个问题", None),
        ("一箱24瓶", None),
        ("三个工作日", None),
        ("两个月了", None),
        ("第二件半价", None),
        ("满3件8折", None),
        ("两三件", None),
        ("要0件", None),
    ],
)
def test_pieces_are_counted_and_nothing_else(text: str, quantity: int | None) -> None:
    assert read(text).quantity == quantity


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("59元", ["59"]),
        ("一百块", ["100"]),
        ("满300", ["300"]),
        ("￥39.9", ["39.9"]),
        ("满300减50", ["300", "50"]),
        ("3块5一个", ["3.5"]),
        ("两百块以内", ["200"]),
        ("便宜一块钱", ["1"]),
        ("20块钱", ["20"]),
        ("一块发货吗", []),
        ("满2件", []),
        ("几块钱", []),
        ("一百多块", []),
        ("8折", []),
    ],
)
def test_sums_are_yuan(text: str, sums: list[str]) -> None:
    assert read(text).money == tuple(map(Decimal, sums))


@pytest.mark.parametrize(
    ("text", "parcels"),
    [
        ("SF1234567890123到哪了", ("sf1234567890123",)),
        ("SF123456789012345", ("sf123456789012345",)),
        ("YT1234567890123", ("yt1234567890123",)),
        ("JT1234567890123", ("jt1234567890123",)),
        ("JDVB12345678901", ("jdvb12345678901",)),
        ("JD0123456789012", ("jd0123456789012",)),
        ("EA123456789CN", ("ea123456789cn",)),
        ("快递单号7512345678901", ("7512345678901",)),
        ("订单7512345678901", ()),
        ("DDR51234", ()),
    ],
)
def test_a_tracking_number_has_its_carriers_shape(text: str, parcels: tuple[str, ...]) -> None:
    assert read(text).tracking_nos == parcels


@pytest.mark.parametrize(
    "text", ["8613800138000", "057188888888", "4008123123", "110101199003070011", "我手机号13912345678"]
)
def test_a_persons_number_is_no_order(text: str) -> None:
    assert (read(text).order_ids, read(text).tracking_nos) == ((), ())


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "电话", "订单 ", "我的号码是", "快递单号 "])
)
def test_a_mobile_number_is_never_an_orders(mobile: str, before: str) -> None:
    found = read(f"{before}{mobile}")
    assert (found.order_ids, found.tracking_nos) == ((), ())
    assert not is_order_number(mobile)
    assert not is_order_number(f"86{mobile}")


@pytest.mark.parametrize("word", ["5678", "订单号1234567890", "单号是o20261123", "231123", "sf1234567890123"])
def test_a_number_alone_may_answer_which_order(word: str) -> None:
    assert is_order_number(word)


@pytest.mark.parametrize("word", ["13800138000", "165cm", "52kg", "123", "好的", "", "a" * 30])
def test_other_words_are_no_number_of_an_order(word: str) -> None:
    assert not is_order_number(word)


@given(
    st.text()
    | st.text(st.sampled_from("0123456789.米m斤kg高体重身 一二两百零十/，cmXL码平时穿脚长周月号前天块元件不要发"))
)
def test_any_text_is_read_and_what_is_told_can_be_told_again(text: str) -> None:
    found = read(text)
    assert found.height is None or 60 <= found.height <= 220
    assert found.weight is None or 8 <= found.weight <= 160
    assert all(isinstance(value, (str, int, tuple)) for value in found.filled().values())
    again = Slots().with_told(found.to_tell(), answering=True)
    assert again.to_tell() == found.to_tell()


def test_a_body_that_was_told_stays_and_a_new_one_wins() -> None:
    told = {"height": "165", "weight": "52", "usual_size": "M", "measure.脚长": "24.5", "size": "L"}
    later = Slots(height=Decimal(170)).with_told(told, answering=False)
    assert later == Slots(
        Slots().order_ids, height=Decimal(170), weight=Decimal(52), usual_size="M", measures=later.measures
    )
    assert later.measures == {"脚长": Decimal("24.5")}
    assert later.tells_body
    assert not Slots(size="L").tells_body


def test_what_a_person_reads_of_slots_is_plain() -> None:
    found = read("脚长24.5 胸围90 满300减50")
    joined = say("join.list")
    assert found.filled()["measures"] == f"脚长24.5{joined}胸围90"
    assert found.filled()["money"] == f"300{joined}50"
