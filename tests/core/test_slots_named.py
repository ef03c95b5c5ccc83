"""Colours and sizes of the item at hand, carriers, places."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.rules import read_rules
from bot.core.model import Item, Sku
from bot.core.slots import Slots, carrier_names, of_item, read_slots
from tests.core.cases import item

#: The shipped words: whether 喀什 is known is a fact of rules/carriers.yaml.
SHIPPED = read_rules(Path(__file__).parents[2] / "rules").rules


def read(text: str) -> Slots:
    return read_slots(text, SHIPPED)


def seen(text: str, *skus: str) -> Slots:
    """The second look at a text, with an item of these SKUs at hand."""
    return of_item(read(text), text, of(*skus), SHIPPED)


def of(*skus: str) -> Item:
    return item(skus=tuple(Sku(name, name, 1) for name in skus))


PLAIN = ("黑色 M", "白色 L", "红色 XL")
SHADES = ("浅蓝色 S", "深蓝色 M", "酒红色 L", "咖啡色 XL")
SHOES = ("白色 38", "米色 39", "藏青色 40")
KIDS = ("黄色 110", "雾霾蓝 120")


@pytest.mark.parametrize(
    ("text", "skus", "color"),
    [
        ("黑的有吗", PLAIN, "黑色"),
        ("嘿色还有货不", PLAIN, "黑色"),
        ("酒红的呢", PLAIN, "红色"),
        ("酒红有没有", SHADES, "酒红色"),
        ("红的有吗", SHADES, "酒红色"),
        ("大红有吗", SHADES, None),
        ("蓝色有吗", SHADES, "浅蓝色"),
        ("浅蓝", SHADES, "浅蓝色"),
        ("深兰色", ("浅蓝色 S", "黑色 M"), None),
        ("深绿色", ("浅绿色 S", "黑色 M"), None),
        ("深绿色有吗", ("浅绿色 S", "深绿色 M"), "深绿色"),
        ("咖色的", SHADES, "咖啡色"),
        ("咖非色有货吗", SHADES, "咖啡色"),
        ("浅绿色有吗", SHADES, "绿色"),
        ("绿色有吗", PLAIN, "绿色"),
        ("藏青的", SHOES, "藏青色"),
        ("蓝色的", KIDS, "雾霾蓝"),
        ("墨绿", ("军绿色 M", "黑色 M"), None),
        ("黑色和白色都有吗", PLAIN, None),
        ("不要黑色的 有别的颜色吗", PLAIN, None),
        ("除了黑色还有什么颜色", PLAIN, None),
        ("黑色以外还有吗", PLAIN, None),
        ("黑色的不喜欢，白色有吗", PLAIN, "白色"),
        ("不要黑色，要白色", PLAIN, "白色"),
        ("不要黑色和白色", PLAIN, None),
        ("除了黑色还有白色吗", PLAIN, "白色"),
        ("是不是黑色", PLAIN, "黑色"),
        ("不要浅蓝色的", SHADES, None),
        ("不要雾霾蓝", KIDS, None),
        ("不要浅蓝和酒红", SHADES, None),
        ("领大红包", PLAIN, None),
        ("明白的", PLAIN, None),
        ("有货吗", PLAIN, None),
    ],
)
def test_a_colour_is_the_items_own_or_none(text: str, skus: tuple[str, ...], color: str | None) -> None:
    assert seen(text, *skus).color == color


@pytest.mark.parametrize(
    ("text", "skus", "size"),
    [
        ("xl有吗", PLAIN, "XL"),
        ("XL码", PLAIN, "XL"),
        ("加大的", PLAIN, "XL"),
        ("穿多大码", PLAIN, None),
        ("最大码是多少", PLAIN, None),
        ("需要加大一个码吗", PLAIN, None),
        ("39有吗", SHOES, "39"),
        ("39的还有吗", SHOES, "39"),
        ("39元", SHOES, None),
        ("39号", SHOES, "39"),
        ("41码", SHOES, "41"),
        ("38还是39", SHOES, None),
        ("大码有吗", SHOES, None),
        ("110的有吗", KIDS, "110"),
        ("身高110 体重36斤", KIDS, None),
        ("xxl", ("黑色 XXL",), "XXL"),
        ("2XL有吗", ("黑色 XXL",), "XXL"),
        ("买100个", ("红色 100",), None),
        ("平时穿M", PLAIN, None),
        ("平时穿L 这款M行吗", PLAIN, "M"),
    ],
)
def test_a_size_is_as_the_item_prints_it(text: str, skus: tuple[str, ...], size: str | None) -> None:
    assert seen(text, *skus).size == size


def test_without_an_item_the_first_look_stands() -> None:
    assert of_item(read("黑色"), "黑色", None, SHIPPED) == read("黑色")


def test_an_item_without_colours_has_sizes_only() -> None:
    found = seen("M有吗", "M", "L")
    assert (found.color, found.size) == (None, "M")


def test_a_colour_told_before_stays_where_none_is_named() -> None:
    assert of_item(Slots(color="黑色", size="M"), "有货吗", of(*PLAIN), SHIPPED) == Slots(color="黑色", size="M")


@given(
    st.text(st.sampled_from("黑白红蓝浅深酒咖啡色的有吗XLxl0139码号大加")),
    st.sampled_from([PLAIN, SHADES, SHOES, KIDS]),
)
def test_the_second_look_names_only_what_the_item_or_the_shop_prints(text: str, skus: tuple[str, ...]) -> None:
    found = seen(text, *skus)
    words = {word for name in skus for word in name.split()}
    assert found.color is None or found.color in words | set(SHIPPED.sizes.colors)
    assert found.size is None or found.size in words | set(SHIPPED.sizes.words)


@pytest.mark.parametrize(
    ("text", "carrier"),
    [
        ("可以发顺风吗", "顺丰"),
        ("寄sf吗", "顺丰"),
        ("顺丰速运", "顺丰"),
        ("能走ems吗", "邮政"),
        ("邮政ems", "邮政"),
        ("圆通速递可以吗", "圆通"),
        ("中通快运", "中通"),
        ("发兔子行吗", "极兔"),
        ("兔子玩偶有吗", None),
        ("可不可以走京东", "京东快递"),
        ("京东上一样的多少钱", None),
        ("菜鸟驿站能放吗", None),
        ("四通一达发哪家", None),
        ("不要顺丰发中通", "中通"),
        ("不要顺丰，发中通", "中通"),
        ("除了圆通都行", None),
        ("除顺丰外都可以", None),
        ("不要顺丰和圆通，发中通", "中通"),
        ("申通 圆通都不要", None),
        ("除了顺丰还有圆通吗", "圆通"),
        ("是不是发顺丰", "顺丰"),
        ("顺丰就算了", None),
        ("中通换成顺丰可以吗", "顺丰"),
        ("为什么不发顺丰", "顺丰"),
        ("能不能发顺丰", "顺丰"),
        ("顺丰不行吗", "顺丰"),
        ("收到集中通知", None),
    ],
)
def test_a_carrier_is_the_one_that_is_wanted(text: str, carrier: str | None) -> None:
    assert read(text).carrier == carrier


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("给我发顺丰", "顺丰"),
        ("换成顺丰", "顺丰"),
        ("指定中通", "中通"),
        ("是发中通吗", None),
        ("中通到哪了", None),
        ("不要顺丰", None),
        ("我要中通", "中通"),
    ],
)
def test_a_wish_is_more_than_a_mention(text: str, wish: str | None) -> None:
    assert read(text).wish == wish


REFUSALS = ("不要{}", "别发{}", "除了{}都行", "我不想要{}", "不用{}，谢谢", "别给我发{}", "{}就算了", "不要再发{}了")


@given(st.sampled_from(sorted(carrier_names(SHIPPED))), st.sampled_from(REFUSALS))
def test_a_refused_carrier_is_never_named(carrier: str, refusal: str) -> None:
    found = read(refusal.format(carrier))
    assert (found.carrier, found.wish) == (None, None)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("发新疆吗", "新疆"),
        ("到喀什要几天", "新疆"),
        ("寄到乌鲁木齐要多久", "新疆"),
        ("义乌市能送吗", "浙江"),
        ("甘孜能到吗", "四川"),
        ("从杭州到北京几天", "北京"),
        ("杭州发货到上海要多久", "上海"),
        ("杭州寄广州几天", "广东"),
        ("收货地址是山东济南", "山东"),
        ("江苏省南京市中山路12号", "江苏"),
        ("北京和上海都能到吗", None),
        ("从北京到上海再到广州", None),
        ("寄到开封要多久", "河南"),
        ("开封了能退吗", None),
        ("发到包头吗", "内蒙古"),
        ("包头的鞋子", None),
        ("阿里巴巴", None),
        ("阿里地区能送吗", "西藏"),
        ("哈密瓜甜吗", None),
        ("哈密能到吗", "新疆"),
        ("大理石桌面", None),
        ("三明治", None),
        ("加大连衣裙有吗", None),
        ("大连能到吗", "辽宁"),
        ("海南藏族自治州", "青海"),
        ("海南能到吗", "海南"),
        ("内蒙能送不", "内蒙古"),
        ("台湾寄吗", "港澳台"),
        ("那香港呢", "港澳台"),
        ("每天水洗", None),
        ("有人吗", None),
    ],
)
def test_a_place_is_where_the_parcel_goes(text: str, area: str | None) -> None:
    assert read(text).area == area


@pytest.mark.parametrize("area", SHIPPED.carriers.areas, ids=lambda area: str(area.name))
def test_every_word_for_an_area_reaches_it(area: object) -> None:
    found = next(one for one in SHIPPED.carriers.areas if one is area)
    words = (found.name, *found.also, *found.unsure)
    assert {word: read(f"能寄到{word}吗").area for word in words} == dict.fromkeys(words, found.name)


def test_no_word_stands_for_two_areas() -> None:
    words = [word for area in SHIPPED.carriers.areas for word in (area.name, *area.also, *area.unsure)]
    assert len(words) == len(set(words))
