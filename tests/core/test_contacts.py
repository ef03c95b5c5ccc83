"""Mail addresses, telephones and receivers, as buyers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.contacts import Contact, read_email, read_phone, read_receiver, tries_email

NAMES = st.sampled_from(["王小明", "李四", "欧阳示例"])
PHONES = st.integers(10**8, 10**9 - 1).map(lambda figures: f"13{figures}")
PLACES = st.sampled_from(
    ["浙江省杭州市示例区演示路1号", "上海市示例区虚构路7号3栋201室", "北京市示例区样板街道虚构小区2单元"]
)


@given(NAMES, PHONES, PLACES, st.permutations([0, 1, 2]), st.sampled_from([" ", "，", "\n"]))
def test_the_parts_of_a_receiver_are_told_in_any_order(
    name: str, phone: str, place: str, order: list[int], between: str
) -> None:
    said = between.join([name, phone, place][part] for part in order)
    assert read_receiver(said) == Contact(name, phone, place)


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        (
            "收货人：王小明 电话：13800000000 地址：浙江省杭州市示例区演示路1号",
            Contact("王小明", "13800000000", "浙江省杭州市示例区演示路1号"),
        ),
        ("帮我把地址改成浙江省杭州市示例区演示路1号", Contact("", "", "浙江省杭州市示例区演示路1号")),
        ("改成浙江省杭州市示例区演示路1号", Contact("", "", "浙江省杭州市示例区演示路1号")),
        ("浙江省 杭州市 示例区 演示路1号", Contact("", "", "浙江省杭州市示例区演示路1号")),
        ("电话改成138 0000 0000", Contact("", "13800000000", "")),
        ("杭州市", Contact()),
        ("演示路1号", Contact()),
        ("好的谢谢", Contact()),
    ],
)
def test_what_is_told_is_read_and_no_more(said: str, contact: Contact) -> None:
    assert read_receiver(said) == contact


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    found = read_receiver(text)
    assert found.phone == "" or len(found.phone) == 11
    assert read_email(text) is None or "@" in (read_email(text) or "")


@given(st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True), st.from_regex(r"[a-z]{2,8}\.(com|cn)", fullmatch=True))
def test_a_mail_address_is_read_among_other_words(user: str, host: str) -> None:
    assert read_email(f"邮箱{user}@{host}，谢谢") == f"{user}@{host}"


@pytest.mark.parametrize("said", ["abc@", "@qq.com", "12345qq.com", "abc@qq"])
def test_half_an_address_is_a_try(said: str) -> None:
    assert tries_email(said)
    assert read_email(said) is None


def test_two_telephones_are_none() -> None:
    assert read_phone("13800000000或者13900000000") is None
