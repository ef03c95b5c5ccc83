"""Masked messages: nobody can be reached or found by them, and what is asked stays readable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.masking import mask_text
from bot.core.private import tells_of_somebody, without_people


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800001111 改一下", "电话*** 改一下"),
        ("打我１３８ 0000 1111", "打我***"),
        ("+86 138-0000-1111", "***"),
        ("座机0571-86666666转2", "座机***转2"),
        ("一三八零零零零一一一一", "***"),
        ("订单26123158870001到哪了", "订单***到哪了"),
        ("单号SF0000000000001不动了", "单号***不动了"),
        ("税号91330106MA27XYUK1X", "税号***"),
        ("发到zhang.san_1@mail.example.com吧", "发到***吧"),
        ("寄浙江省宁波市虚构路八十八号", "***"),
        ("上海市虚构新区幻想大道100号3栋502室，快点", "***,快点"),
        ("名字诸葛小铁 要改", "名字诸*** 要改"),
        ("收件人：张三", "收件人:张*"),
        ("车牌京A12345，白色", "车牌***,白色"),
        ("粤B·F12345 的脚垫", "*** 的脚垫"),
        ("沪a d12345", "***"),
        ("京A1234警", "***"),
        ("我住3栋2单元501", "我住***"),
        ("5号楼1203室", "***"),
        ("三栋二单元五零一", "***"),
        ("B座1502，放门口", "***,放门口"),
        ("2栋 3单元 402", "***"),
        ("6楼601室", "***"),
        ("就在501室", "就在***"),
        ("住 3 栋 2 单元 501", "住 ***"),
        ("幸福里 3 栋 2 单元 501 放门口", "幸福里 *** 放门口"),
        ("虚构路 8 号 3 栋 501", "***"),
        ("5号 楼 301 室", "***"),
        ("B 座 1502", "***"),
        ("301 室", "***"),
        ("302号房", "***"),
        ("3栋501人不在", "***人不在"),
        ("3栋501双十一到的", "***双十一到的"),
        ("粤 B 1234 5", "***"),
        ("粤B-1234 5", "***"),
        ("粤B 12 345 的脚垫", "*** 的脚垫"),
        ("京A12345 2件", "*** 2件"),
        ("京A 123 4 警", "***"),
    ],
)
def test_who_and_where_is_hidden(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    ["165 52公斤穿什么码", "175cm 140斤 胸围96", "到广州市10号能到吗", "浙江省宁波市要几天", "打12315", "满300减50",
     "名字是什么", "货号8801有货吗", "12月3号到村里", "A1234有货吗", "型号新A1234", "黑XXL185", "黑XL165cm", "青L170",
     "黑M165/88A", "三室2厅", "5座1200元", "3层1000元", "2单元501元", "3单元20页", "A1234室外机", "3栋能送吗",
     "30-20-100", "100元3件", "A栋500平", "A座500双", "一单元500", "1单元1200字", "2栋1000人", "3单元100题",
     "2栋120人", "3单元105题", "A座505双", "2 单元 501 元", "黑M17585", "黑M 175 85", "青L 170 2件", "3 栋 能送吗"],
)  # fmt: skip
def test_what_is_asked_stays(text: str) -> None:
    assert mask_text(text) == text


@given(
    st.text(st.sampled_from("我的电话是138 -.号路市一二三零SFab@,\n"), max_size=40),
    st.integers(13000000000, 19999999999),
)
def test_no_phone_number_comes_through_whatever_stands_around_it(around: str, phone: int) -> None:
    assert str(phone) not in mask_text(f"{around}{phone}{around}")


PLATES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from("京津沪粤浙黑新宁"), st.sampled_from("ABCD"), st.sampled_from(["", "·", " "]),
    st.from_regex(r"[0-9]{5}|[DF][0-9]{5}|[0-9]{5}[DF]|[0-9]{2}[A-HJ-NP-Z][0-9]{2}", fullmatch=True),
)  # fmt: skip
DOORS = st.builds(
    "{}{}{}{}".format,
    st.integers(1, 99).map(str) | st.sampled_from(["三", "十二"]),
    st.sampled_from(["栋", "号楼", "幢", "#楼"]),
    st.sampled_from(["", "2单元", " 二单元", "3门", "-12层"]),
    st.sampled_from(["501", "1203室", "A0907", "五零一", " 801"]),
)
#: With a blank wherever somebody who types fast may put one.
APART = st.tuples(
    st.sampled_from("京津沪粤浙"), st.sampled_from("ABCD"), st.from_regex(r"[0-9]{5}|[DF][0-9]{5}", fullmatch=True),
    st.integers(1, 4),
).map(lambda told: f"{told[0]} {told[1]} {told[2][: told[3]]} {told[2][told[3] :]}")  # fmt: skip
BLANKS = st.builds(
    "{} {}{} {}".format,
    st.integers(1, 99).map(str) | st.sampled_from(["三", "十二"]),
    st.sampled_from(["栋", "号 楼", "幢", "# 楼"]),
    st.sampled_from(["", " 2 单元", " 二 单元", " 3 门"]),
    st.sampled_from(["501", "1203 室", "A0907", "五零一"]),
)
#: Nothing that could be a part of either.
AROUND = st.text(st.sampled_from("我的车请放门口，吧呀谢\n"), max_size=12)


@given(AROUND, PLATES | APART, AROUND)
def test_no_plate_comes_through_whatever_stands_around_it(before: str, plate: str, after: str) -> None:
    assert not re.search(r"[A-Z0-9]", mask_text(f"{before}{plate}{after}"))


@given(AROUND, DOORS | BLANKS, AROUND)
def test_no_door_comes_through_whatever_stands_around_it(before: str, door: str, after: str) -> None:
    masked = mask_text(f"{before}{door}{after}")
    assert not re.search(r"[0-9栋幢楼室]|单元|五零一", masked)


@given(
    st.sampled_from("SML") | st.sampled_from(["XL", "XXL", "型号A", "款号K", ""]),
    st.integers(20, 9999),
    st.sampled_from(["", "元", "cm", "件", "块钱", "的有吗", "斤"]),
)
def test_sizes_models_and_amounts_stay(before: str, figure: int, after: str) -> None:
    assert mask_text(f"{before}{figure}{after}") == f"{before}{figure}{after}"


@given(st.text(st.sampled_from("3栋楼单元室号座A京粤-·# 一零5"), max_size=5000))
def test_long_messages_of_doors_take_no_time(text: str) -> None:
    assert len(mask_text(text)) <= 1000


CROWDS = (
    "栋", "1", "1 ", " ", "1 栋 ", "1栋 2单元 ", "3 栋 500元", "A 座 1", "粤B 1", "粤B-", "黑M1", "路", "路 1 号 1 ",
    "一 栋", "301 室内", "号 房", "住 五 ", "密码 #", "1 1 1栋", "零零零", "省市", "a", "a-",
)  # fmt: skip


@given(st.sampled_from(CROWDS), st.sampled_from((4_000, 100_000)))
def test_crowds_of_the_same_take_no_time(crowd: str, length: int) -> None:
    text = (crowd * length)[:length]
    assert len(mask_text(text)) <= 1000
    assert len(without_people(text)) <= 3000  # stars may be longer than what they hide
    assert tells_of_somebody(text) in {True, False}


@given(st.text(max_size=200))
def test_a_masked_message_is_one_line_without_long_numbers(text: str) -> None:
    masked = mask_text(text)
    assert "\n" not in masked
    assert re.search(r"\d{6}", masked, re.ASCII) is None


@given(st.text(st.sampled_from("浙江省宁波市虚构路88号村街室楼零一十百小区"), max_size=5000))
def test_long_messages_take_no_time(text: str) -> None:
    assert len(mask_text(text)) <= 1000
