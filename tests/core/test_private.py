"""What tells of somebody never leaves the shop's own people."""

import pytest

from bot.core.private import tells_of_somebody, without_people

TELLING = (
    "我电话13800138000", "打我 138 0013 8000", "座机0571-66668888", "订单1234567890123到哪了", "尾号0000的单子",
    "尾号是多少位我这个 8800", "加我wxid_abc123", "邮箱 a.b@example.com", "寄到文三路12号3幢502室", "送到阳光花园小区",
    "我叫张伟", "我姓王", "收件人李雷", "帮李先生看看", "电话***", "张*的快递", "一三八零零一三八零零零",
    "我住3栋2单元", "车牌京A12345", "京AD12345的脚垫", "住三栋二单元", "5号楼1203室", "就3-2-501", "B座楼下",
    "住 3 栋 2 单元 501", "幸福里 3 栋 2 单元 501 放门口", "5号 楼 301 室", "301 室", "302号房", "住在五楼",
    "门口密码 302#", "粤 B 1234 5", "粤B-1234 5",
)  # fmt: skip
HARMLESS = (
    "发什么快递", "身高165体重120穿什么码", "能发杭州吗", "3天能到吗", "有XL码吗", "买2件便宜吗", "可以刻名字吗",
    "收件人怎么改", "2套多少钱", "我叫什么快递好", "90-60-90", "L码165", "15元3件",
    "30-20的有吗", "两座的", "密码怎么改", "密码锁有吗", "两层的",
)  # fmt: skip


@pytest.mark.parametrize("text", TELLING)
def test_what_names_a_person_a_home_or_an_order_tells_of_somebody(text: str) -> None:
    assert tells_of_somebody(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_anybody_might_ask_tells_of_nobody(text: str) -> None:
    assert not tells_of_somebody(text)


def test_a_name_that_is_known_tells_of_its_owner_and_one_letter_does_not() -> None:
    assert tells_of_somebody("小雅的包裹到了吗", ["小雅"])
    assert not tells_of_somebody("小雅的包裹到了吗", ["雅"])
    assert not tells_of_somebody("小雅的包裹到了吗")


def test_an_answer_is_shown_without_people() -> None:
    said = without_people("小雅您好，打13800138000，单号SF1234567890，尾号 8800，加 wx_a1b2c3", ["小雅"])
    assert said.startswith("小*您好")
    assert not any(figures in said for figures in ("138", "1234", "8800", "a1b2", "小雅"))


def test_a_text_without_people_tells_of_nobody_but_for_its_stars() -> None:
    for text in TELLING:
        assert not tells_of_somebody(without_people(text).replace("*", ""))
