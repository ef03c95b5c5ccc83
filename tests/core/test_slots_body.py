"""Body data in the ways people write them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.model import SizeRow
from bot.core.reading.body import is_body
from bot.core.reading.numerals import arabic
from bot.core.slots import Slots, of_answer, read_slots
from tests.core.book import rules
from tests.core.cases import item

MEASURES = {
    "脚长": {"also": ["脚"], "cm": [9, 32], "fits": True},
    "胸围": {"also": ["胸"], "cm": [45, 160]},
    "腰围": {"also": ["腰"], "cm": [40, 150]},
    "臀围": {"also": ["臀"], "cm": [50, 160]},
}
RULES = rules(sizes={"measures": MEASURES})
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
        ("我一米七一百三十斤", "170", "65"),
        ("一米六五一百一十斤", "165", "55"),
        ("两百斤", None, "100"),
        ("一百零四斤", None, "52"),
        ("一百一斤", None, "55"),
        ("身高1.72体重140斤", "172", "70"),
        ("1米6 体重50", "160", "50"),
        ("1m65 55kg", "165", "55"),
        ("160/98", "160", "49"),
        ("160 98", "160", "49"),
        ("163/98", "163", "49"),
        ("我168，110", "168", "55"),
        ("高158重43", "158", "43"),
        ("高一六三重九十八斤", "163", "49"),
        ("身高一七二体重一百三", "172", "65"),
        ("身高：１７０　体重：５５．５", "170", "55.5"),
        ("体重130", None, "65"),
        ("165cm", "165", None),
        ("165 51.5公斤", "165", "51.5"),
        ("52.5kg", None, "52.5"),
        ("110斤165", "165", "55"),
        ("65kg 178", "178", "65"),
        ("165身高 110体重", "165", "55"),
        ("1米65高110斤", "165", "55"),
        ("1.65 52", "165", "52"),
        ("他183 75公斤", "183", "75"),
        ("183 80", "183", "80"),
        ("小孩身高118 体重42斤", "118", "21"),
        ("宝宝110 36斤", "110", "18"),
        ("身高165左右 体重52左右", "165", "52"),
        ("身高大概160，体重差不多100", "160", "50"),
        ("158 90斤", "158", "45"),
        ("身高165多 体重52", "165", "52"),
        ("1.65米55公斤", "165", "55"),
        ("1.65m55kg", "165", "55"),
        ("165体重52", "165", "52"),
        ("165体重 110斤", "165", "55"),
        ("165 90kg", "165", "90"),
        ("身高160体重110 几码", "160", "55"),
        ("160 110多大码", "160", "55"),
        ("165 110斤 选160/84还是165/88", "165", "55"),
    ],
)
def test_body_data_is_read_however_it_is_said(text: str, height: Figure, weight: Figure) -> None:
    found = read(text)
    assert (found.height, found.weight) == (figure(height), figure(weight))


@pytest.mark.parametrize(
    "text",
    [
        "满100减20", "100-200元", "138 12块", "10086", "12315", "13800138000", "身高300", "体重500斤", "3件", "5cm",
        "衣长65cm", "肩宽 90cm", "胸围：100cm", "", "165/88A", "165 39码", "1.8米的床", "1米8的床单", "10斤大米",
        "能承重200斤吗", "1.5斤装", "净重500", "110 36", "39.9的那个", "100", "2026-11-23", "0571-12345678",
    ],
)  # fmt: skip
def test_other_figures_are_no_body_data(text: str) -> None:
    found = read(text)
    assert (found.height, found.weight) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "1米6多点",
        "一米六几",
        "120多斤",
        "一百二十多斤",
        "90多斤",
        "不到120斤",
        "120-130斤",
        "160-165",
        "160到165cm",
        "三四十斤",
    ],
)
def test_what_is_roughly_told_stays_empty_so_that_the_buyer_is_asked(text: str) -> None:
    found = read(text)
    assert (found.height, found.weight) == (None, None)


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("身高165体重110-115斤", "165"),
        ("我身高160体重90多斤", "160"),
        ("我168体重不到120斤", "168"),
        ("我155体重八九十斤", "155"),
        ("158体重超过110斤", "158"),
        ("160不到 90斤", "160"),
        ("165体重大概110-115斤", "165"),
        ("身高165体重45斤", "165"),
    ],
)
def test_a_weight_that_is_vague_or_no_bodys_leaves_the_height(text: str, height: str) -> None:
    found = read(text)
    assert (found.height, found.weight) == (figure(height), None)


@pytest.mark.parametrize(
    ("text", "height", "weight"),
    [
        ("我闺蜜165 100斤，我160 110斤，都穿什么码", None, None),
        ("我和妹妹都是160，她90斤我110斤", None, None),
        ("我1米65，老公1米80，110斤和150斤", None, None),
        ("我身高165，老公180 150斤", None, "75"),
        ("原来130斤，现在110斤，165", "165", "55"),
        ("原来体重130，现在体重110，身高165", "165", "55"),
        ("我不是165 52，是168 60", "168", "60"),
        ("165cm 不对 是168cm", "168", None),
        ("我165，是不是110斤穿M", None, "55"),
    ],
)
def test_of_two_figures_the_one_that_holds_now_counts_or_none(text: str, height: Figure, weight: Figure) -> None:
    found = read(text)
    assert (found.height, found.weight) == (figure(height), figure(weight))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("我老公穿多大", True),
        ("给我妈买选什么码", True),
        ("她110斤", True),
        ("孩子130高", True),
        ("其他码呢", False),
        ("同事穿M正好 那我得穿多大", False),
        ("我朋友什么时候收到", False),
        ("我穿多大", False),
    ],
)
def test_another_persons_size_is_told_from_the_buyers_own(text: str, *, other: bool) -> None:
    assert read(text).other is other


def test_another_person_does_not_have_the_buyers_body() -> None:
    told = read("我165 110斤").to_tell()
    asked = read("我老公穿多大").with_told(told, answering=True)
    assert (asked.height, asked.weight) == (None, None)
    told |= asked.to_tell()
    half = read("他身高180").with_told(told, answering=True)
    whole = read("150斤").with_told(told | half.to_tell(), answering=True)
    assert (whole.height, whole.weight, whole.other) == (Decimal(180), Decimal(75), True)
    own = read("我165 110斤").with_told(told | whole.to_tell(), answering=True)
    assert not own.other
    assert not own.to_tell()["other"]


@pytest.mark.parametrize("text", ["腰围{}x", "1.65{}x", "165{}x", "1米6{}", "鞋码{}", "160{}几", "165体重{}"])
def test_a_long_run_of_blanks_is_one_blank(text: str) -> None:
    assert read(text.format(" " * 100_000)) == read(text.format(" "))


def chinese(number: int) -> str:
    """Up to 299 in Chinese words: 一百零四."""
    digits = "零一二三四五六七八九"
    hundred, ten, one = number // 100, number // 10 % 10, number % 10
    head = f"{digits[hundred]}百" if hundred else ""
    middle = f"{digits[ten]}十" if ten else "零" if hundred and one else ""
    return f"{head}{middle}{digits[one] if one else ''}"


def metres(height: int) -> str:
    return f"{height // 100}米{height % 100:02d}"


def spoken(height: int) -> str:
    digits = "零一二三四五六七八九"
    return f"{digits[height // 100]}米{digits[height // 10 % 10]}{digits[height % 10]}"


STYLES: dict[str, Callable[[int, int], str]] = {
    "bare": lambda height, weight: f"{height} {weight}",
    "slash": lambda height, weight: f"{height}/{weight}",
    "comma": lambda height, weight: f"我{height}，{weight}",
    "units": lambda height, weight: f"{height}cm {weight}kg",
    "glued": lambda height, weight: f"{height}cm{weight}kg",
    "jin": lambda height, weight: f"{height} {weight * 2}斤",
    "named": lambda height, weight: f"身高{height}体重{weight}kg",
    "spaced": lambda height, weight: f"身高 {height} 体重 {weight * 2}斤",
    "colons": lambda height, weight: f"身高：{height}，体重：{weight}公斤",
    "short": lambda height, weight: f"高{height}重{weight}kg",
    "metres": lambda height, weight: f"{metres(height)} {weight * 2}斤",
    "m": lambda height, weight: f"{height // 100}m{height % 100:02d} {weight}kg",
    "point": lambda height, weight: f"身高{height / 100:.2f}体重{weight * 2}斤",
    "point_metres": lambda height, weight: f"我{height / 100:.2f}米 {weight}公斤",
    "spoken": lambda height, weight: f"{spoken(height)} {chinese(weight * 2)}斤",
    "spoken_glued": lambda height, weight: f"我{spoken(height)}{chinese(weight * 2)}斤",
    "reversed": lambda height, weight: f"{weight * 2}斤，{height}cm",
    "weight_first": lambda height, weight: f"体重{weight}公斤身高{height}",
    "question": lambda height, weight: f"亲 本人{height} {weight}公斤 穿多大码合适呀？",
    "about": lambda height, weight: f"身高大概{height}cm左右，体重约{weight}kg左右",
    "tall": lambda height, weight: f"{height}的个子 {weight * 2}斤",
}


@pytest.mark.parametrize("style", STYLES)
@given(height=st.integers(145, 199), weight=st.integers(40, 75))
def test_every_way_of_writing_gives_what_was_meant(style: str, height: int, weight: int) -> None:
    assume(is_body(Decimal(weight), Decimal(height), RULES.sizes))
    found = read(STYLES[style](height, weight))
    assert (found.height, found.weight) == (Decimal(height), Decimal(weight))


@given(st.integers(0, 299))
def test_number_words_are_the_number(number: int) -> None:
    words = chinese(number)
    assert arabic(f"{words}斤") == (f"{number}斤" if words else "斤")


@pytest.mark.parametrize("text", ["两三件", "三四十斤", "一般", "一起发", "百搭", "千万别"])
def test_words_that_are_no_one_number_stay_words(text: str) -> None:
    assert arabic(text) == text


@pytest.mark.parametrize(
    ("text", "usual", "size"),
    [
        ("平时穿M", "M", None),
        ("平时穿L码的", "L", None),
        ("一般穿39码", "39", None),
        ("鞋码41", "41", None),
        ("裤子28码", "28", None),
        ("平时都穿XXL", "2XL", None),
        ("通常买37.5的鞋", "37.5", None),
        ("平时穿37码半", "37.5", None),
        ("鞋号是42", "42", None),
        ("平时穿M 这款也拍M行吗", "M", "M"),
        ("平时穿M，L会大吗", "M", "L"),
        ("平时穿M或L", None, None),
        ("平时运动鞋40 皮鞋39", None, None),
        ("平时39元", None, None),
        ("裤子39码还有吗", None, "39"),
        ("L码呢", None, "L"),
        ("买M还是L", None, None),
    ],
)
def test_what_is_worn_is_kept_apart_from_what_is_asked_about(text: str, usual: Figure, size: Figure) -> None:
    found = read(text)
    assert (found.usual_size, found.size) == (usual, size)


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("胸围90", {"胸围": "90"}),
        ("腰围2尺1", {"腰围": "70"}),
        ("腰围二尺三", {"腰围": "77"}),
        ("腰围2尺", {"腰围": "67"}),
        ("腰74臀96", {"腰围": "74", "臀围": "96"}),
        ("脚长24.5穿多大", {"脚长": "24.5"}),
        ("我脚245的", {"脚长": "24.5"}),
        ("儿子脚长18厘米", {"脚长": "18"}),
        ("脚长大概是240mm", {"脚长": "24"}),
        ("胸围85B", {}),
        ("胸围90多", {}),
        ("胸围300", {}),
        ("胸围90，不对胸围92", {}),
        ("XL的胸围多少", {}),
    ],
)
def test_measures_are_centimetres(text: str, measures: dict[str, str]) -> None:
    assert read(text).measures == {name: Decimal(value) for name, value in measures.items()}


def test_a_measure_is_no_height() -> None:
    found = read("胸围100cm 身高165 体重52")
    assert (found.height, found.weight, found.measures) == (Decimal(165), Decimal(52), {"胸围": Decimal(100)})


SHOE = item(size_chart=(SizeRow("39", measures={"脚长": "24.5"}),))


@pytest.mark.parametrize(
    ("text", "told", "slots"),
    [
        ("52", {"height": "165"}, Slots(weight=Decimal(52))),
        ("104左右吧", {"height": "165"}, Slots(weight=Decimal(52))),
        ("一百零四", {"height": "165"}, Slots(weight=Decimal(52))),
        ("165", {"weight": "52"}, Slots(height=Decimal(165))),
        ("120多", {"height": "165"}, Slots()),
        ("20", {"height": "165"}, Slots()),
        ("165", {}, Slots()),
        ("165", {"height": "160", "weight": "50"}, Slots()),
        ("52 黑色有吗", {"height": "165"}, Slots(color="黑色")),
        ("好的", {"height": "165"}, Slots()),
    ],
)
def test_a_bare_figure_answers_with_the_half_that_was_missing(text: str, told: dict[str, str], slots: Slots) -> None:
    assert of_answer(read(text), text, told, item(), RULES) == slots


@pytest.mark.parametrize(
    ("text", "foot"), [("24.5", "24.5"), ("245", "24.5"), ("24", "24"), ("39", None), ("99", None)]
)
def test_a_bare_figure_is_the_foot_where_the_chart_goes_by_it(text: str, foot: Figure) -> None:
    measures = {} if foot is None else {"脚长": Decimal(foot)}
    assert of_answer(read(text), text, {}, SHOE, RULES).measures == measures
