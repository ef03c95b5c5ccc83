"""What every store promises about the issue log."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.acts import Act
from bot.clock import new_id
from bot.core.notebooks import Issue, IssueKind
from bot.records import Outcome
from bot.store import SqlStore, open_store, sql_issues
from bot.store.engine import open_engines
from tests.fakes import at, buyer_event, talk
from tests.store.test_plans import listen, plans

pytestmark = pytest.mark.anyio

FULL = Issue(
    "x1", at(1), IssueKind.WRONG_ANSWER, "有货吗", "webhook", "c1", "b1", "a01", "t1", "stock", "stock/stock",
    "replies/stock/stock.md:3", "i1", "o1", "missed",
)  # fmt: skip


def issue(one: str, seconds: float, kind: IssueKind = IssueKind.UNANSWERED) -> Issue:
    return Issue(one, at(seconds), kind, f"问{one}")


async def filed(store: SqlStore, *issues: Issue) -> None:
    assert await store.act(Act(issues=issues), at(0))


async def test_a_span_is_half_open_and_told_oldest_first(store: SqlStore) -> None:
    await filed(store, issue("x4", 4), issue("x2", 2), issue("x1", 1), issue("x3", 2))
    assert [one.id for one in await store.issues(at(1), at(4))] == ["x1", "x2", "x3"]


async def test_an_issue_is_read_back_as_it_was_filed(store: SqlStore) -> None:
    await filed(store, FULL)
    assert await store.issues(at(0), at(9)) == [FULL]


async def test_only_the_kinds_that_are_named_are_told(store: SqlStore) -> None:
    await filed(store, issue("x1", 1), issue("x2", 2, IssueKind.REMARK), issue("x3", 3, IssueKind.COMPLAINT))
    told = await store.issues(at(0), at(9), [IssueKind.REMARK, IssueKind.COMPLAINT])
    assert [one.id for one in told] == ["x2", "x3"]


async def test_what_was_filed_is_not_filed_again_nor_changed(store: SqlStore) -> None:
    await filed(store, FULL)
    await store.settle_issues(["x1"], "s01", "补了话术", at(5))
    await filed(store, replace(FULL, text="另一句"))
    [kept] = await store.issues(at(0), at(9))
    assert (kept.text, kept.remedy) == ("有货吗", "补了话术")


async def test_a_turns_issues_come_with_the_turn_or_not_at_all(store: SqlStore) -> None:
    for number in (1, 2):
        await store.accept(buyer_event(number, seconds=number))
        [claim] = await store.claim(at(10 * number), 10)
        made = Outcome(done=(number,), conversation=talk(), issues=(issue(f"x{number}", number),))
        assert await store.save(claim, made, at(10 * number)) == (number == 1)  # the second is stale
    assert [one.id for one in await store.issues(at(0), at(9))] == ["x1"]


async def test_an_issue_is_settled_once_and_keeps_its_first_remedy(store: SqlStore) -> None:
    await filed(store, issue("x1", 1), issue("x2", 2))
    assert await store.settle_issues(["x2", "x1", "x1", "none"], "s01", "补了话术", at(5)) == ["x1", "x2"]
    assert await store.settle_issues(["x1"], "s02", "别的", at(6)) == []
    told = {one.id: (one.settled_by, one.settled_at, one.remedy) for one in await store.issues(at(0), at(9))}
    assert told == dict.fromkeys(["x1", "x2"], ("s01", at(5), "补了话术"))


async def test_more_than_a_statement_binds_are_settled(store: SqlStore) -> None:
    names = [f"x{number:04}" for number in range(1_201)]
    await filed(store, *(issue(one, number) for number, one in enumerate(names)))
    assert await store.known_issues([*names, "none"]) == names
    assert await store.settle_issues(names, "s01", "一次了结", at(5)) == names


async def test_two_people_settle_an_issue_only_once(database_url: str) -> None:
    stores = [open_store(database_url, new_id=new_id) for _ in range(2)]
    names = [f"x{number}" for number in range(20)]
    await filed(stores[0], *(issue(one, 1) for one in names))
    told = await asyncio.gather(*(one.settle_issues(names, f"s{at_}", "好了", at(2)) for at_, one in enumerate(stores)))
    for store in stores:
        await store.close()
    assert sorted(one for some in told for one in some) == sorted(names)


def test_the_log_is_read_and_settled_through_an_index(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'plans.db'}")
    told = listen(engines)
    with engines.write.begin() as connection:
        sql_issues.issues(connection, at(0), at(9), [IssueKind.REMARK])
        sql_issues.known(connection, ["x1"])
        sql_issues.settle(connection, ["x1", "x2"], "s01", "好了", at(1))
    found = [plan for _, plan in plans(engines, list(told)) if "issue" in plan]
    engines.dispose()
    assert len(found) >= 3
    assert [plan for plan in found if plan.startswith("SCAN")] == []
