"""What is never said."""

from pathlib import Path

import pytest

from bot.content.rules import read_rules
from bot.core.redlines import hits
from bot.core.rules.work import RedLine, RedLines
from tests.core.book import rules

SHIPPED = read_rules(Path(__file__).parents[2] / "rules").rules.redlines
SMALL = rules().redlines


@pytest.mark.parametrize(
    ("text", "crossed"),
    [
        ("这款最好看", ("superlative",)),
        ("销量第一", ("superlative",)),
        ("第一次购买", ()),
        ("加微信吧，质量最好", ("superlative", "off_platform")),
        ("可以用微信支付", ()),
        ("微信支付之外也可以加微信", ("off_platform",)),
        ("", ()),
    ],
)
def test_words_and_patterns_cross_what_is_allowed_does_not(text: str, crossed: tuple[str, ...]) -> None:
    assert hits(text, SMALL) == crossed


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("全网最低价", "superlative"),
        ("全国首选", "superlative"),
        ("抱歉我们不能开发票", "no_invoice"),
        ("发票要加税点", "no_invoice"),
        ("加我ＶＸ聊", "off_platform"),
        ("私下转账给我", "off_platform"),
        ("请把验证码发给我", "secrets"),
        ("明天肯定到", "unchecked_promise"),
        ("坏了包赔", "unchecked_promise"),
        ("有治疗作用", "medical"),
        ("爱买不买", "rude"),
    ],
)
def test_a_shipped_line_is_crossed(text: str, name: str) -> None:
    assert name in hits(text, SHIPPED)


def test_every_shipped_line_forbids_something_and_says_why() -> None:
    assert {line.name for line in SHIPPED.lines} == {
        "superlative",
        "no_invoice",
        "off_platform",
        "secrets",
        "unchecked_promise",
        "medical",
        "rude",
    }
    assert all((line.words or line.patterns) and line.why for line in SHIPPED.lines)


@pytest.mark.parametrize(
    "text", ["您最近的订单已发出", "最后一件", "第一次购买可以领券", "预计明天 24:00 前发出", "可以开电子发票"]
)
def test_plain_service_words_cross_no_shipped_line(text: str) -> None:
    assert hits(text, SHIPPED) == ()


@pytest.mark.parametrize(("word", "said"), [("ＶＸ", "加vx"), ("vx", "加ＶＸ"), ("Ｖx", "加Vx")])
def test_width_and_case_of_a_word_make_no_difference(word: str, said: str) -> None:
    line = RedLine(name="off_platform", words=(word,), why="不得引导站外联系")
    assert hits(said, RedLines(lines=(line,))) == ("off_platform",)
