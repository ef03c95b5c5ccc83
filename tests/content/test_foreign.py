"""What libraries say of a broken file reaches operators in their own language."""

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.foreign import node_words, template_problem, yaml_problem
from bot.content.strictyaml import parse_partly
from bot.content.templates import faults
from bot.errors import Fault

_ENGLISH = re.compile(r"[A-Za-z]{4,}")
_OURS = {"YAML", "endif"}
_UNKNOWN = ("读不下去", "读不懂", "这种写法（")


def _english(fault: Fault, written: str) -> list[str]:
    return [word for word in _ENGLISH.findall(fault.what) if word not in _OURS and word not in written]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 亲: 好\n", "整句加引号"),
        ("a: 1\n\tb: 2\n", "Tab"),
        ("a: [1, 2\nc: 3\n", "少了逗号或“]”（从第 1 行开始"),
        ("a: {b: 1\nc: 2", "少了逗号或“}”"),
        ("a: '亲\nb: 1\n", "没有收尾（从第 1 行开始"),
        ("a: @x", "不能开头"),
        ("a: *x", "“*”开头"),
        ("a: &", "“&”"),
        ("x: &a 1\ny: &a 2", "“&”"),
        ("a: !<b", "“!”开头"),
        ('a: "\\q"', "“\\”后面"),
        ("a: |x\n", "“|”"),
        ("%x", "“%”"),
        ("a: }", "该有内容"),
        ("key: - a", "列表要另起一行"),
        ("a: 1\n---\nb: 2\n", "只能有一份"),
        ("- a\nb: c", "没有对齐"),
        ("a: 1\n亲\n", "冒号"),
        ("a: \x01", "控制字符"),
        ("? [a]\n: b", "只能是文字"),
        ("[" * 3000 + "]" * 3000, "太深"),
    ],
)
def test_broken_yaml_is_told_without_a_word_of_the_library(text: str, told: str) -> None:
    (fault, *_) = parse_partly(text, "p")[1]
    assert told in fault.what
    assert _english(fault, "") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ order.carrier }", "多了一个“}”"),
        ("{{ a.b。}}", "不认识的字符“。”"),
        ("{{ 'x }}", "不认识的字符“'”"),
        ("{{ a b }}", "应是“}}”，写的却是“b”"),
        ("{{ (a.b }}", "应是“)”"),
        ("{{ }}", "写的却是“}}”"),
        ("{{ a. }}", "少了名称"),
        ("{% %}", "少了名称"),
        ("{% if a.b %}x", "没有用 {% endif %} 收尾"),
        ("{% for a in b %}亲", "没有“for”"),
        ("{% for a in b %}亲{% endif %}", "没有“for”"),
        ("亲{% endif %}", "“{% endif %}”前面没有 {% if %}"),
        ("亲{% else %}好", "“{% else %}”前面没有 {% if %}"),
        ("{% if a.b %}亲{% else %}好{% else %}在{% endif %}", "{% else %} 后面只能是 {% endif %}"),
        ("{% if a.b %}亲{% foo %}", "没有“foo”"),
        ("{{ (", "没有写完"),
        ("{{ (a", "还没有写“)”"),
        ("{% foo %}", "没有“foo”"),
        ("{# x", "没有收尾"),
    ],
)
def test_a_broken_template_is_told_without_a_word_of_the_library(text: str, told: str) -> None:
    (fault, *_) = faults(text, "p", 1)
    assert told in fault.what
    assert _english(fault, text) == []


def test_what_a_template_may_not_have_is_called_as_operators_know_it() -> None:
    text = "{% set x = 1 %}{{ 1 + 2 }}{{ x[0] }}{{ f() }}{{ a.b | upper }}{% for x in y %}{% endfor %}"
    told = [fault.what for fault in faults(text, "p", 1) if fault.code == "template_forbidden"]
    assert {"模板里不允许 加减乘除和拼接", "模板里不允许 循环 for", "模板里不允许 竖线“|”后面的过滤器"} <= set(told)
    assert not [one for one in told if one.endswith("）")]


def test_what_is_not_known_here_is_told_in_general_with_the_librarys_text_and_the_line() -> None:
    mark = yaml.Mark("", 0, 4, 0, "", 0)
    assert yaml_problem(yaml.MarkedYAMLError(problem="newly found", problem_mark=mark), 3) == (
        7, "这一行读不下去（newly found）",
    )  # fmt: skip
    assert template_problem("brand new").endswith("（brand new）")
    assert node_words("Novelty") == "这种写法（Novelty）"


YAML_LIKE = st.text(st.sampled_from("ab:- \n\t{}[],&*!|>'\"#%@`?~<0亲\\"), max_size=40)
TOKENS = [
    "{{",
    "}}",
    "{%",
    "%}",
    " ",
    "if",
    "endif",
    "order.id",
    ".",
    "|",
    "(",
    ")",
    "[",
    "]",
    "'",
    "1",
    "{",
    "}",
    "。",
]


@settings(derandomize=True)
@given(YAML_LIKE)
def test_no_random_yaml_is_told_in_english(text: str) -> None:
    assert [one.what for one in parse_partly(text, "p")[1] if any(word in one.what for word in _UNKNOWN)] == []


@settings(derandomize=True)
@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join))
def test_no_random_template_is_told_in_english(text: str) -> None:
    assert [one.what for one in faults(text, "p", 1) if any(word in one.what for word in _UNKNOWN)] == []
