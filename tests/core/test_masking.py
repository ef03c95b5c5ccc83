"""Masked messages: nobody can be reached or found by them, and what is asked stays readable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.masking import mask_text


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
    ],
)
def test_who_and_where_is_hidden(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    ["165 52公斤穿什么码", "175cm 140斤 胸围96", "到广州市10号能到吗", "浙江省宁波市要几天", "打12315", "满300减50",
     "名字是什么", "货号8801有货吗", "12月3号到村里"],
)  # fmt: skip
def test_what_is_asked_stays(text: str) -> None:
    assert mask_text(text) == text


@given(
    st.text(st.sampled_from("我的电话是138 -.号路市一二三零SFab@,\n"), max_size=40),
    st.integers(13000000000, 19999999999),
)
def test_no_phone_number_comes_through_whatever_stands_around_it(around: str, phone: int) -> None:
    assert str(phone) not in mask_text(f"{around}{phone}{around}")


@given(st.text(max_size=200))
def test_a_masked_message_is_one_line_without_long_numbers(text: str) -> None:
    masked = mask_text(text)
    assert "\n" not in masked
    assert re.search(r"\d{6}", masked, re.ASCII) is None


@given(st.text(st.sampled_from("浙江省宁波市虚构路88号村街室楼零一十百小区"), max_size=5000))
def test_long_messages_take_no_time(text: str) -> None:
    assert len(mask_text(text)) <= 1000
