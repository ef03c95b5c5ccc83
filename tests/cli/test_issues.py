"""`issues`: a week's groups, the feedback and settling, over a real database."""

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

import pytest

from bot.acts import Act
from bot.core.model import Item
from bot.core.notebooks import Issue, IssueKind
from bot.store import SqlStore, open_store
from bot.words import say
from tests.core.book import local
from tests.core.cases import item
from tests.fakes import counting_ids

from .terminal import command, inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
MONDAY, SUNDAY = local("2026-11-23 00:00"), local("2026-11-29 23:59")
WEEK = ("--week", "2026-W48")
SHIRT: Item = item()


class More(TypedDict, total=False):
    """What tests say of an issue beside its text."""

    intent: str
    topic: str
    source: str
    item_id: str
    reason: str


def issue(
    one: str, text: str, at: datetime = MONDAY, kind: IssueKind = IssueKind.UNANSWERED, **more: Unpack[More]
) -> Issue:
    return replace(Issue(one, at, kind, text, buyer_id=f"buyer-{one}"), **more)


FILED = (
    issue("x1", "蓝天白云飘啊飘"), issue("x2", "蓝天白云飘啊飘呀飘", SUNDAY),
    issue("x3", "发什么快递", kind=IssueKind.WRONG_ANSWER, topic="shipping/carrier",
          source="replies/shipping/carrier.md:14", intent="carrier", reason="missed"),
    issue("x4", "=1+1 写的是棉", kind=IssueKind.WRONG_FACT, item_id="i1"),
    issue("x5", "尺码不合适", kind=IssueKind.RETURN_REASON, item_id="i1", reason="尺码不合适"),
    issue("x6", "尺码不合适", kind=IssueKind.RETURN_REASON, item_id="i9", reason="尺码不合适"),
    issue("x7", "太差了", kind=IssueKind.COMPLAINT, reason="flag_abuse"),
    issue("x8", "蓝天白云飘啊飘", local("2026-11-22 23:59")), issue("x9", "下周的事", local("2026-11-30 00:00")),
)  # fmt: skip


def in_store(work: Callable[[SqlStore], Awaitable[object]]) -> None:
    async def run() -> None:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        await work(store)
        await store.close()

    asyncio.run(run())


@pytest.fixture
def filed(folder: Path) -> None:
    """Issues of one week, and one just before and just after."""
    assert not list(folder.iterdir())

    async def work(store: SqlStore) -> None:
        await store.import_snapshots([SHIRT], [])
        await store.act(Act(issues=FILED), MONDAY)

    in_store(work)


def groups(capsys: Capture, *more: str) -> list[dict[str, object]]:
    return list(json.loads(inside(capsys, "issues", *WEEK, "--json", *more).out)["groups"])


@pytest.mark.usefixtures("filed")
def test_a_week_is_shown_in_groups_with_counts_and_the_reply_that_is_near(capsys: Capture) -> None:
    done = inside(capsys, "issues", *WEEK)
    assert (done.code, done.err) == (0, "")
    head = say("issues.head", week="2026-W48", since="2026-11-23", until="2026-11-29", count=7, open=7)
    assert done.lines[0] == head
    assert "2 条（上周 1，买家 2 位，未处理 2" in done.out
    assert say("issues.said", source="replies/shipping/carrier.md:14") in done.lines
    assert "replies/shipping/carrier.md（100%）" in done.out
    assert say("issues.no_reply") in done.lines
    assert "buyer-x" not in done.out
    assert "下周的事" not in done.out


@pytest.mark.usefixtures("filed")
def test_json_tells_all_of_each_group(capsys: Capture) -> None:
    found = groups(capsys)
    assert [(one["kind"], one["count"], one["before"]) for one in found] == [
        ("unanswered", 2, 1), ("wrong_answer", 1, 0), ("wrong_fact", 1, 0), ("complaint", 1, 0),
        ("return_reason", 2, 0),
    ]  # fmt: skip
    assert found[0]["issues"] == ["x1", "x2"]
    assert found[0]["reply"] is None
    assert found[1]["reply"] == {"topic": "shipping/carrier", "path": "replies/shipping/carrier.md", "score": 100.0}
    assert str(found[0]["last_at"]) == "2026-11-29T23:59:00+08:00"


@pytest.mark.usefixtures("filed")
def test_one_kind_alone_is_shown(capsys: Capture) -> None:
    assert [one["kind"] for one in groups(capsys, "--kind", "complaint")] == ["complaint"]


@pytest.mark.usefixtures("filed")
def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(folder: Path) -> None:
    done = command(folder, "issues", *WEEK, "--csv")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))
    assert [row["类别"] for row in rows] == ["没答上", "答得不对", "信息有误", "投诉", "退换原因"]
    assert rows[2]["问题"] == "'=1+1 写的是棉"
    assert rows[0]["次数"] == "2"
    assert rows[1]["可能属于的话术"] == "replies/shipping/carrier.md"


@pytest.mark.usefixtures("filed")
def test_more_groups_than_are_asked_for_are_told_of(capsys: Capture) -> None:
    done = inside(capsys, "issues", *WEEK, "--limit", "2")
    assert done.lines[-1] == say("issues.more", count=3)


@pytest.mark.usefixtures("filed")
def test_feedback_counts_reasons_by_item(capsys: Capture) -> None:
    told = json.loads(inside(capsys, "issues", "feedback", *WEEK, "--json").out)
    assert (told["since"], told["until"]) == ("2026-11-23", "2026-11-29")
    assert [(row["item"], row["title"], row["reason"], row["count"]) for row in told["returns"]] == [
        ("i1", SHIRT.title, "尺码不合适", 1), ("i9", None, "尺码不合适", 1),
    ]  # fmt: skip
    assert [row["item"] for row in told["wrong_facts"]] == ["i1"]
    assert [(row["item"], row["count"]) for row in told["complaints"]] == [(None, 1)]
    assert [row["count"] for row in told["unanswered"]] == [2]
    shown = inside(capsys, "issues", "feedback", "--since", "2026-11-22", "--until", "2026-11-30")
    assert say("issues.row", count=1, buyers=1, what=f"i1 {SHIRT.title} 尺码不合适") in shown.lines
    assert any(line.startswith("4 次") for line in shown.lines)


def test_an_intent_is_called_by_its_title_where_people_read(capsys: Capture) -> None:
    asked = tuple(issue(f"q{number}", "我要投诉", intent=intent) for number, intent in enumerate(("complaint", "gone")))
    in_store(lambda store: store.act(Act(issues=asked), MONDAY))
    lines = inside(capsys, "issues", "feedback", *WEEK).lines
    assert {say("issues.row", count=1, buyers=1, what=what) for what in ("我要投诉", "gone")} <= set(lines)
    assert not any("complaint" in line for line in lines)


@pytest.mark.usefixtures("filed")
def test_feedback_is_a_table_too(capsys: Capture) -> None:
    rows = list(csv.DictReader(io.StringIO(inside(capsys, "issues", "feedback", *WEEK, "--csv").out.lstrip("\ufeff"))))
    assert [(row["清单"], row["商品编号"], row["次数"]) for row in rows][:2] == [
        ("按商品的退换原因", "i1", "1"), ("按商品的退换原因", "i9", "1"),
    ]  # fmt: skip


@pytest.mark.usefixtures("filed")
def test_groups_and_single_issues_are_settled_with_a_remedy(capsys: Capture) -> None:
    group = str(groups(capsys)[0]["id"])
    done = inside(capsys, "issues", "settle", group, "x7", "--remedy", "补了话术")
    assert (done.code, done.out) == (0, say("issues.settled", count=3) + "\n")
    assert "补了话术" not in done.err
    assert [one["open"] for one in groups(capsys)] == [0, 1, 1, 0, 2]
    assert inside(capsys, "issues", "settle", group, "--remedy", "再来").out == say("issues.settled", count=0) + "\n"


@pytest.mark.usefixtures("filed")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["settle", "x1", "none", "--remedy", "好了"], 1),
        (["settle", "x1", "--remedy", " "], 1),
        (["settle", "x1"], 2),
        (["settle", "--remedy", "好了"], 2),
        (["--week", "2026-W54"], 2),
        (["--kind", "gossip"], 2),
        (["feedback", *WEEK, "--since", "2026-11-01"], 2),
        (["feedback", "--since", "2026-11-09", "--until", "2026-11-01"], 2),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_and_settles_nothing(
    capsys: Capture, arguments: list[str], code: int
) -> None:
    assert refused_in_one_line(inside(capsys, "issues", *arguments), code)
    left: list[str] = []

    async def work(store: SqlStore) -> None:
        left.extend(one.id for one in await store.issues(MONDAY, SUNDAY) if one.settled_at is None)

    in_store(work)
    assert len(left) == 6


def test_a_week_without_issues_says_so(capsys: Capture) -> None:
    in_store(lambda store: store.presence())
    done = inside(capsys, "issues", *WEEK)
    told = say("issues.head", week="2026-W48", since="2026-11-23", until="2026-11-29", count=0, open=0)
    assert (done.code, done.lines) == (0, [told])
    assert say("issues.none") in inside(capsys, "issues", "feedback").lines
