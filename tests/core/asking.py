"""A shop of three intents, and issues that were filed there.

In: texts. Out: a book, issues. Never: the shipped replies.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import TypedDict, Unpack

from bot.core.book import Book
from bot.core.notebooks import Issue, IssueKind
from tests.core.book import NIGHT, TOPICS, book_of, rules, topic

WAYS = ("请问{}", "我想知道{}", "{}能说说吗", "{}怎么样", "讲讲{}", "{}在哪看", "{}有吗", "告诉我{}")
SAID = {
    "invoice": ("开发票", "发票抬头", "电子发票", "发票类型"),
    "care_howto": ("怎么洗", "机洗", "手洗", "洗涤方法"),
}
#: Of a hundred lines nobody can be as sure as of the twenty thousand of a real shop.
UNSURE: Mapping[str, object] = {"sure": "75", "nearly": "40"}


class More(TypedDict, total=False):
    """What tests say of an issue beside its text."""

    kind: IssueKind
    intent: str | None
    topic: str
    source: str
    reason: str
    buyer_id: str
    settled_by: str


@cache
def shop() -> Book:
    """The small shop's topics, and two intents with many lines."""
    more = [topic(f"g/{name}", {"default": "亲，好的。"}, *_asks(name)) for name in SAID]
    return book_of([*TOPICS, *more], rules(reception={"confidence": UNSURE}))


def _asks(name: str) -> list[str]:
    return [way.format(said) for said, way in product(SAID[name], WAYS)]


def issue(number: int, text: str, **more: Unpack[More]) -> Issue:
    """Filed in conversation c<number> by buyer b<number>, a minute after the one before."""
    at = NIGHT + timedelta(minutes=number)
    plain = Issue(
        f"x{number:03}", at, IssueKind.UNANSWERED, text, "webhook", f"c{number}", f"b{number}", reason="not_understood"
    )
    return replace(plain, settled_at=at if "settled_by" in more else None, **more)
