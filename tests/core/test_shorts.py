"""Replies by their codes: which come first, and what each says or lacks."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.load import Folders, load_book
from bot.core.book import Book
from bot.core.model import Conversation
from bot.core.shorts import Short, called, shorts
from tests.core.book import BY_DAY, DAY, book_of, rules, topic

REPOSITORY = Path(__file__).parents[2]
TALK = Conversation("c1", "webhook", "b1")


def coded(code: str, title: str, says: str, name: str = "") -> Book:
    return book_of([replace(topic(name or f"a/{code}", {"default": says}), short=code, title=title)], rules())


def book(*codes: tuple[str, str]) -> Book:
    return book_of(
        [replace(topic(f"a/{code}", {"default": "亲，好的。"}), short=code, title=title) for code, title in codes],
        rules(),
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/wl", ["wl", "wla", "wlb"]),
        ("WL", ["wl", "wla", "wlb"]),
        ("物流", ["zz"]),
        ("wlb", ["wlb"]),
        ("没有", []),
        ("", ["wl", "wla", "wlb", "zz"]),
    ],
)
def test_the_code_itself_comes_first_then_what_begins_so_then_titles(typed: str, found: list[str]) -> None:
    known = book(("wlb", "乙"), ("zz", "查物流"), ("wla", "甲"), ("wl", "丙"))
    assert [one.short for one in called(known, typed)] == found


def test_no_more_are_shown_than_fit() -> None:
    many = book(*((f"a{number}", "题") for number in range(20)))
    assert [one.short for one in called(many, "a", 8)] == ["a0", "a1", "a10", "a11", "a12", "a13", "a14", "a15"]


def shown(known: Book) -> Short:
    [short] = shorts("x", (), TALK, BY_DAY, known, DAY)
    return short


def test_a_reply_says_what_is_known_and_where_it_is_written() -> None:
    short = shown(coded("x", "店名", "亲，这里是{{ shop.name }}。"))
    assert (short.text, short.source, short.missing) == ("亲，这里是小店。", "replies/a/x.md:0", None)


def test_what_lacks_a_fact_says_which_and_nothing_else() -> None:
    short = shown(coded("x", "查件", "亲，{{ order.carrier }}{{ order.tracking_no }}，{{ item.title }}"))
    assert short.text is None
    assert short.missing == "缺少商品信息、订单信息，这条话术现在用不了"


def test_a_reply_with_no_words_for_how_things_stand_says_so() -> None:
    one = replace(topic("a/x", {"shipped": "亲，在路上。"}), short="x")
    assert shown(book_of([one], rules())).missing == "这条话术没有适合现在情况的说法"


def test_a_text_that_crosses_a_red_line_is_not_offered() -> None:
    line = rules().redlines.lines[0].words[0]
    short = shown(coded("x", "越线", f"亲，{line}"))
    assert (short.text, short.missing) == (None, "填上实际信息后会碰高压线，不能用")


def test_no_two_shipped_replies_share_a_code_and_each_has_a_word_for_what_it_may_lack() -> None:
    shipped = load_book(Folders(REPOSITORY / "replies", REPOSITORY / "rules"))
    codes = [one.short for one in shipped.topics.values() if one.short]
    assert len(codes) == len({code.lower() for code in codes}) > 50
    for code in codes:
        found = shorts(code, (), TALK, BY_DAY, shipped, DAY)
        assert found[0].code == code
        assert bool(found[0].text) != bool(found[0].missing)
