"""Answers among a few, sizes by steps, and whom an invoice is made out to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.options import named_option, vocabulary_of
from bot.core.reading.relative import step_of, stepped
from bot.core.reading.titles import read_title, titled

WISHES = vocabulary_of({"退款": ["退钱", "退"], "换货": ["换一件", "换"], "不喜欢": ["不想要"]})


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("退钱吧", "退款"),
        ("不要退款，换一件", "换货"),
        ("不喜欢了", "不喜欢"),
        ("换货还是退款都行", None),
        ("不对，是换货", "换货"),
        ("退款，不对，换货", "换货"),
        ("没有退", None),
        ("随便", None),
    ],
)
def test_the_answer_that_is_named_and_not_denied_counts(said: str, names: str | None) -> None:
    assert named_option(said, WISHES, ["不对"]) == names


@given(st.text(max_size=40))
def test_only_known_answers_are_named(text: str) -> None:
    assert named_option(text, WISHES, ["不对"]) in {"退款", "换货", "不喜欢", None}


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ("换大一码", 1), ("小两号", -2), ("大1个码", 1), ("要大一点的", 1), ("换小点", -1), ("有点大", 0),
        ("太大了", 0), ("大码", 0),
    ],
)  # fmt: skip
def test_a_step_is_counted_only_where_it_is_wanted(said: str, steps: int) -> None:
    assert step_of(said) == steps


@given(st.sampled_from(["S", "M", "L", "XL"]), st.sampled_from(["大一码", "小一码", "大两号", "小两号"]))
def test_a_step_never_leaves_the_item(bought: str, said: str) -> None:
    sizes = ["S", "M", "L", "XL"]
    found, place = stepped(f"换{said}", sizes, bought), sizes.index(bought) + step_of(said)
    assert found == (sizes[place] if 0 <= place < 4 else None)


def test_without_the_size_bought_a_step_leads_nowhere() -> None:
    assert stepped("大一码", ["S", "M"], None) is None


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("抬头是杭州示例科技有限公司", "杭州示例科技有限公司"),
        ("开公司的，杭州示例科技有限公司", "杭州示例科技有限公司"),
        ("杭州示例科技有限公司上海分公司", "杭州示例科技有限公司上海分公司"),
        ("个人就行", "个人"),
        ("抬头：张三", "张三"),
        ("示例市第一小学", "示例市第一小学"),
        ("公司抬头可以吗", None),
        ("不是个人", None),
        ("随便", None),
    ],
)
def test_whom_an_invoice_is_for_is_read_where_it_is_said(said: str, title: str | None) -> None:
    assert read_title(said) == title


def test_an_answer_is_the_name_itself() -> None:
    assert titled("就写演示合作组") == "演示合作组"
    assert titled("什么意思") is None
    assert titled("91350100M000100Y43") is None
