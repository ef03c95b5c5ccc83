"""A week's issues in groups: each in one, like with like, whatever the order."""

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from typing import TypedDict, Unpack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alike import Saying, leaders
from bot.core.feedback import feedback_of
from bot.core.issue_groups import Group, groups_of, nearest_reply, said_in
from bot.core.notebooks import Issue, IssueKind
from tests.core.book import NIGHT, small_book

WEEK = "2026-W48"
WORDS = [
    "有货吗",
    "还有货吗",
    "到底有没有货",
    "拉链坏了怎么办",
    "拉链坏了",
    "可以便宜点吗",
    "便宜点",
    "",
    "？！",
    "什么时候补货",
    "会缩水吗",
]
FEW, MANY = 1_000, 5_000


class More(TypedDict, total=False):
    """What tests say of an issue beside its text."""

    intent: str | None
    topic: str
    source: str
    item_id: str
    reason: str


def issue(number: int, text: str, kind: IssueKind = IssueKind.UNANSWERED, **more: Unpack[More]) -> Issue:
    plain = Issue(f"x{number:05}", NIGHT + timedelta(minutes=number), kind, text, buyer_id=f"b{number % 7}")
    return replace(plain, **more)


def issues_in() -> st.SearchStrategy[list[Issue]]:
    some = st.tuples(
        st.sampled_from(WORDS), st.sampled_from(list(IssueKind)), st.sampled_from(["stock", "bargain", None])
    )
    return st.lists(some, max_size=25).map(
        lambda told: [issue(number, text, kind, intent=intent) for number, (text, kind, intent) in enumerate(told)]
    )


def together(groups: tuple[Group, ...]) -> list[list[str]]:
    return [list(group.ids) for group in groups]


@given(issues=issues_in(), before=issues_in(), order=st.randoms())
@settings(deadline=None)
def test_the_order_in_which_issues_come_changes_nothing(
    issues: list[Issue], before: list[Issue], order: random.Random
) -> None:
    found = groups_of(issues, before, WEEK)
    mixed, past = list(issues), list(before)
    order.shuffle(mixed)
    order.shuffle(past)
    assert groups_of(mixed, past, WEEK) == found


@given(issues=issues_in())
@settings(deadline=None)
def test_every_issue_is_in_one_group_of_its_kind(issues: list[Issue]) -> None:
    found = groups_of(issues, [], WEEK)
    assert sorted(one for group in found for one in group.ids) == sorted(one.id for one in issues)
    kinds = {one.id: one.kind for one in issues}
    assert all(kinds[one] is group.kind for group in found for one in group.ids)


@given(issues=issues_in())
@settings(deadline=None)
def test_identical_texts_are_together_and_ids_tell_groups_apart(issues: list[Issue]) -> None:
    found = groups_of(issues, [], WEEK)
    of = {one: group.id for group in found for one in group.ids}
    places: dict[tuple[IssueKind, str], set[str]] = {}
    for one in issues:
        places.setdefault((one.kind, said_in(one.text)), set()).add(of[one.id])
    assert all(len(groups) == 1 for groups in places.values())
    assert len({group.id for group in found}) == len(found)


@given(issues=issues_in())
@settings(deadline=None)
def test_a_week_beside_itself_has_as_many_as_before(issues: list[Issue]) -> None:
    """Texts without letters are like nothing."""
    found = [group for group in groups_of(issues, issues, WEEK) if said_in(group.lead)]
    assert sum(group.before for group in found) == sum(bool(said_in(one.text)) for one in issues)


def test_a_group_tells_how_often_of_how_many_since_when_and_what_was_said() -> None:
    told = [
        issue(1, "什么时候补货", intent="restock"), issue(2, "啥时候补货", intent="restock"),
        issue(8, "什么时候能补货呀", intent="restock"), issue(3, "拉链坏了怎么办", intent="broken"),
    ]  # fmt: skip
    done = replace(told[1], settled_at=NIGHT, settled_by="s01", remedy="补了话术")
    first, second = groups_of([told[0], done, *told[2:]], [issue(90, "什么时候补货啊", intent="restock")], WEEK)
    assert (first.ids, first.count, first.open, first.buyers, first.before) == (
        ("x00001", "x00002", "x00008"),
        3,
        2,
        2,
        1,
    )
    assert (first.first_at, first.last_at) == (NIGHT + timedelta(minutes=1), NIGHT + timedelta(minutes=8))
    assert set(first.samples) == {one.text for one in told[:3]}
    assert first.lead == first.samples[0]
    assert (second.count, second.before, second.lead) == (1, 0, "拉链坏了怎么办")
    assert first.id.startswith("2026-W48-")


def test_what_was_read_differently_needs_more_likeness() -> None:
    same = leaders([Saying("多久能到货", 1, "delivery_time"), Saying("多久能到", 1, "delivery_time")])
    apart = leaders([Saying("多久能到货", 1, "restock_time"), Saying("多久能发", 1, "ship_time")])
    assert len(set(same.values())) == 1
    assert len(set(apart.values())) == 2


def test_no_chain_puts_unlike_texts_together() -> None:
    """Each is like the next one; the first and the last are not."""
    chain = [Saying(text) for text in ("一二三四五六七八", "三四五六七八九十", "五六七八九十甲乙", "七八九十甲乙丙丁")]
    led = leaders(chain)
    assert led[chain[0].text] != led[chain[-1].text]


def test_an_agents_remark_on_an_answer_does_not_tell_questions_apart() -> None:
    told = [
        issue(
            1, "有货吗\n说的是旧库存", IssueKind.WRONG_ANSWER, topic="stock/stock", source="replies/stock/stock.md:3"
        ),
        issue(2, "有货吗", IssueKind.WRONG_ANSWER, topic="stock/stock", source="replies/stock/stock.md:3"),
    ]
    [group] = groups_of(told, [], WEEK)
    assert (group.count, group.topic, group.source) == (2, "stock/stock", "replies/stock/stock.md:3")


def test_a_question_shows_the_reply_that_it_may_belong_to_or_that_none_is_near() -> None:
    known, strange, other = groups_of(
        [issue(1, "还有现货吗呀"), issue(2, "蓝天白云飘啊飘"), issue(3, "还有现货吗", IssueKind.REMARK)], [], WEEK
    )
    near = nearest_reply(known, small_book())
    assert near is not None
    assert (near.topic, near.path) == ("stock/stock", "replies/stock/stock.md")
    assert near.score >= small_book().rules.reception.confidence.nearly
    assert nearest_reply(strange, small_book()) is None
    assert nearest_reply(other, small_book()) is None


@cache
def many() -> tuple[Issue, ...]:
    """As many as a large shop has in a bad week, hardly two alike."""
    letters = "货发退换码色快递价钱时候到吗怎么什么能不能有没有质量拉链洗缩水尺寸胸围开票地址改单"
    texts = [_jumble(letters, number) for number in range(MANY)]
    return tuple(issue(number, text, intent=f"i{number % 60}") for number, text in enumerate(texts))


def _jumble(letters: str, number: int) -> str:
    digits = blake2b(str(number).encode()).digest()
    return "".join(letters[digit % len(letters)] for digit in digits[: 3 + number % 18])


def calls_to_group(issues: Sequence[Issue]) -> int:
    """How many calls it takes; a measure of the work that no busy machine changes."""
    calls = 0

    def counted(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        found = groups_of(issues, (), WEEK)
    finally:
        sys.setprofile(before)
    assert sum(group.count for group in found) == len(issues)
    return calls


def test_the_work_grows_as_the_issues_do_and_not_as_their_pairs() -> None:
    few, all_ = calls_to_group(many()[:FEW]), calls_to_group(many())
    assert all_ / few < 1.5 * MANY / FEW


def test_feedback_counts_returns_complaints_wrong_facts_and_what_is_asked_in_vain() -> None:
    told = feedback_of([
        issue(1, "大小", IssueKind.RETURN_REASON, item_id="i1", reason="尺码不合适"),
        issue(2, "大小", IssueKind.RETURN_REASON, item_id="i1", reason="尺码不合适"),
        issue(3, "开线了", IssueKind.RETURN_REASON, item_id="i1", reason="质量问题"),
        issue(4, "不喜欢", IssueKind.RETURN_REASON, item_id="i2", reason="不喜欢"),
        issue(5, "太差了", IssueKind.COMPLAINT, item_id="i2"),
        issue(6, "写的是棉其实不是", IssueKind.WRONG_FACT, item_id="i2"),
        issue(7, "会缩水吗", intent="material"), issue(14, "会不会缩水", intent="material"), issue(8, "哈"),
    ])  # fmt: skip
    assert [(row.key, row.count, row.buyers) for row in told.returns] == [
        (("i1", "尺码不合适"), 2, 2), (("i1", "质量问题"), 1, 1), (("i2", "不喜欢"), 1, 1),
    ]  # fmt: skip
    assert [(row.key, row.samples) for row in told.complaints] == [(("i2",), ("太差了",))]
    assert [row.key for row in told.wrong_facts] == [("i2",)]
    assert [(row.key, row.count, row.buyers) for row in told.unanswered] == [(("material",), 2, 1), (("",), 1, 1)]


@pytest.mark.parametrize("texts", [[], ["", "？"]])
def test_nothing_to_read_is_no_trouble(texts: list[str]) -> None:
    found = groups_of([issue(number, text) for number, text in enumerate(texts)], [], WEEK)
    assert together(found) == ([["x00000", "x00001"]] if texts else [])
