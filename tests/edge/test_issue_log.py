"""The issue log as a service: people file, groups are settled, over a real store."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.acts import Act
from bot.core.notebooks import Issue, IssueKind
from bot.core.weeks import week_of
from bot.errors import YebanError
from bot.issue_log import BY_PEOPLE, Filing, feedback, file_issue, groups_in, settle
from bot.store import SqlStore, open_store
from bot.turns import outcome_of
from tests.core.book import CHINA, NIGHT, small_book
from tests.edge.happenings import wrote
from tests.fakes import counting_ids

pytestmark = pytest.mark.anyio

WEEK = week_of(NIGHT, CHINA)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'shop.db'}", new_id=counting_ids())
    yield opened
    await opened.close()


async def answered(store: SqlStore, text: str = "发什么快递 13900001111") -> str:
    """A question and the bot's answer, as it was sent; the answer's id."""
    await store.accept(wrote(1, text))
    [claim] = await store.claim(NIGHT, 10)
    outcome, _ = outcome_of(await store.load(claim), small_book(), NIGHT)
    assert await store.save(claim, outcome, NIGHT)
    [sending] = await store.claim_commands(NIGHT, 10, ["webhook"])
    await store.mark_sent(sending, NIGHT)
    return str(sending.command.data["id"])


async def test_a_wrong_answer_names_the_line_that_was_said_and_what_was_asked(store: SqlStore) -> None:
    sent = await answered(store)
    one = await file_issue(store, Filing(IssueKind.WRONG_ANSWER, "早就不发中通了", "a01", message_id=sent), NIGHT)
    assert (one.topic, one.source, one.intent) == ("shipping/carrier", "replies/shipping/carrier.md:0", "carrier")
    assert (one.text, one.reason, one.agent_id) == ("发什么快递 ***\n早就不发中通了", "agent_says", "a01")
    assert (one.channel, one.conversation_id, one.buyer_id) == ("webhook", "c1", "b1")
    assert one in await store.issues(*WEEK.span(CHINA))


async def test_the_same_filing_is_one_a_day_and_a_key_tells_them_apart(store: SqlStore) -> None:
    plain = Filing(IssueKind.REMARK, "库存不准", "a01", item_id="i1")
    for filing in (plain, plain, replace(plain, key="k1"), replace(plain, key="k1"), replace(plain, agent_id="a02")):
        await file_issue(store, filing, NIGHT)
    await file_issue(store, plain, NIGHT + timedelta(days=1))
    assert len(await store.issues(*WEEK.span(CHINA))) == 4


async def test_what_people_file_is_masked(store: SqlStore) -> None:
    one = await file_issue(store, Filing(IssueKind.COMPLAINT, "买家13900001111说太慢", "a01"), NIGHT)
    assert one.text == "买家***说太慢"


@pytest.mark.parametrize("kind", [kind for kind in IssueKind if kind not in BY_PEOPLE])
async def test_what_comes_by_itself_is_not_filed_by_people(store: SqlStore, kind: IssueKind) -> None:
    with pytest.raises(YebanError):
        await file_issue(store, Filing(kind, "话", "a01"), NIGHT)


async def test_no_words_and_no_such_message_are_refused(store: SqlStore) -> None:
    for filing in (Filing(IssueKind.REMARK, " ！ ", "a01"), Filing(IssueKind.WRONG_ANSWER, "不对", "a01", "none")):
        with pytest.raises(YebanError):
            await file_issue(store, filing, NIGHT)
    assert await store.issues(*WEEK.span(CHINA)) == []


async def test_a_group_is_settled_by_its_id_whole(store: SqlStore) -> None:
    texts = ["什么时候补货", "啥时候补货", "拉链坏了"]
    told = [Issue(f"x{at}", NIGHT, IssueKind.UNANSWERED, text, intent=text[-2:]) for at, text in enumerate(texts)]
    await store.act(Act(issues=tuple(told)), NIGHT)
    first, second = await groups_in(store, WEEK, CHINA)
    assert first.ids == ("x0", "x1")
    assert await settle(store, [first.id], "写了新话术", "s01", CHINA, NIGHT) == ["x0", "x1"]
    assert [group.open for group in await groups_in(store, WEEK, CHINA)] == [0, 1]
    assert await settle(store, [first.id, second.id, "x2"], "同上", "s01", CHINA, NIGHT) == ["x2"]


@pytest.mark.parametrize("one", ["none", "2026-W48-00000000", "2026-W99-00000000", ""])
async def test_an_id_of_nothing_settles_nothing(store: SqlStore, one: str) -> None:
    await store.act(Act(issues=(Issue("x1", NIGHT, IssueKind.REMARK, "话"),)), NIGHT)
    with pytest.raises(YebanError):
        await settle(store, ["x1", one], "好了", "s01", CHINA, NIGHT)
    with pytest.raises(YebanError):
        await settle(store, ["x1"], " ", "s01", CHINA, NIGHT)
    assert [issue.settled_at for issue in await store.issues(*WEEK.span(CHINA))] == [None]


async def test_last_weeks_count_stands_beside_this_weeks(store: SqlStore) -> None:
    ago = NIGHT - timedelta(days=4)
    told = [("x1", NIGHT, "什么时候补货"), ("x2", ago, "什么时候补货呀"), ("x3", ago, "拉链坏了")]
    await store.act(Act(issues=tuple(Issue(one, at, IssueKind.UNANSWERED, text) for one, at, text in told)), NIGHT)
    [group] = await groups_in(store, WEEK, CHINA)
    assert (group.ids, group.before) == (("x1",), 1)
    assert (await feedback(store, *WEEK.span(CHINA))).unanswered[0].count == 1
