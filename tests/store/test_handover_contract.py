"""What every store promises about hand-over logs, what is owed, and what a supervisor is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.acts import Act, LineMark
from bot.core.model import Conversation, Holder
from bot.core.notebooks import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Entry,
    Handover,
    HandoverLine,
    Happening,
    LineKind,
    Notice,
    NoticeKind,
    Owed,
)
from bot.store import SqlStore
from tests.fakes import at, talk

pytestmark = pytest.mark.anyio


async def has(store: SqlStore, *talks: Conversation) -> None:
    for one in talks:
        assert await store.act(Act(conversation=one), at(0))


def queued(one: str, since: float = 0, channel: str = "webhook") -> Conversation:
    return replace(talk(holder=Holder.QUEUED, one=one, group="presale"), channel=channel, waiting_since=at(since))


def served(one: str, agent: str | None, since: float | None = None) -> Conversation:
    waiting = None if since is None else at(since)
    return replace(talk(holder=Holder.HUMAN, one=one), agent_id=agent, waiting_since=waiting)


def owes(one: str, due: float | None = None, agent: str | None = "a01", conversation: str = "c1") -> Commitment:
    until = None if due is None else at(due)
    return Commitment(
        one, "webhook", conversation, "b1", CommitmentKind.PROMISE, "补发", "a01", at(0), "presale", until, agent
    )


def line(number: int, one: str = "c1", commitment: str | None = None) -> HandoverLine:
    kind = LineKind.PROMISE if commitment else LineKind.WAITING
    return HandoverLine(number, kind, "webhook", one, "b1", f"第{number}条", commitment_id=commitment)


def log(one: str, *lines: HandoverLine, since: float = 0, group: str = "presale") -> Handover:
    return Handover(one, group, at(since), ("早班",), ("晚班",), at(since + 1), lines)


def entry(one: str) -> Entry:
    return Entry(one, at(1), Happening.HANDED_OVER)


async def made(store: SqlStore, *logs: Handover) -> list[bool]:
    return [await store.act(Act(journal=(entry(f"j-{one.id}"),), handovers=(one,), fresh=True), at(1)) for one in logs]


def items(logs: Sequence[Handover]) -> dict[str, list[int]]:
    return {one.id: [each.number for each in one.lines] for one in logs}


async def marks(store: SqlStore, handover: str, number: int, seconds: float, by: str | None = "a03") -> bool:
    return await store.act(Act(lines=(LineMark(handover, number, at(seconds), by),)), at(seconds))


async def test_what_is_peoples_matter_is_found_and_nothing_else(store: SqlStore) -> None:
    bots = replace(talk(one="c9"), agent_id="a01")
    await has(
        store, queued("c1"), queued("c1", channel="page"), served("c3", "a01"), served("c4", None, 5),
        served("c5", "a01", 7), served("c6", None), talk(holder=Holder.CLOSED, one="c7"), talk(one="c8"), bots,
    )  # fmt: skip
    found = [(one.channel, one.id, one.version) for one in await store.with_people()]
    assert found == [("page", "c1", 1), *(("webhook", f"c{number}", 1) for number in (1, 3, 4, 5))]


async def test_a_log_is_read_back_as_it_was_made(store: SqlStore) -> None:
    await has(store, queued("c1"), queued("c2"))
    whole = replace(log("h1", replace(line(1), urgency=0, waiting_since=at(0), agent_id="a03"), line(2, "c2")))
    assert await made(store, whole) == [True]
    assert await store.handover("h1") == whole
    assert await store.handovers(at(0), at(1)) == [whole]
    assert await store.handovers(at(1), at(9)) == []
    assert await store.handover("h2") is None


async def test_a_log_is_made_once(store: SqlStore) -> None:
    await has(store, queued("c1"), queued("c2"))
    assert await made(store, log("h1", line(1)), log("h1", line(1, "c2"), line(2))) == [True, False]
    assert items(await store.handovers(at(0), at(9))) == {"h1": [1]}


async def test_what_was_settled_meanwhile_gets_no_line(store: SqlStore) -> None:
    """It was read, then a buyer was forgotten, a promise kept."""
    await has(store, queued("c1"), talk(one="c2"), served("c3", None))
    kept = replace(owes("p2"), state=CommitmentState.DONE, settled_by="a01", settled_at=at(1))
    assert await store.act(Act(commitments=(owes("p1"), kept)), at(1))
    lines = [line(1), line(2, "c2"), line(3, "c3"), line(4, "c1", "p1"), line(5, "c1", "p2"), line(6, "gone")]
    await made(store, log("h1", *lines))
    assert items(await store.handovers(at(0), at(9))) == {"h1": [1, 4]}


async def test_the_last_log_of_each_group_is_known(store: SqlStore) -> None:
    await made(store, log("h1"), log("h2", since=60), log("h3", since=30, group="aftersale"))
    assert await store.last_handovers(at(0)) == {"presale": at(60), "aftersale": at(30)}
    assert await store.last_handovers(at(31)) == {"presale": at(60)}


async def test_a_line_is_acknowledged_once(store: SqlStore) -> None:
    await has(store, queued("c1"))
    await made(store, log("h1", line(1)))
    assert await marks(store, "h1", 1, 5, "a03")
    assert not await marks(store, "h1", 1, 6, "a04")
    assert not await marks(store, "h1", 2, 6)
    found = await store.handover("h1")
    assert found is not None
    assert [(one.acknowledged_by, one.acknowledged_at) for one in found.lines] == [("a03", at(5))]
    assert (await store.unread()).logs == ()


async def test_a_line_is_escalated_once_and_not_when_it_is_acknowledged(store: SqlStore) -> None:
    await has(store, queued("c1"), queued("c2"))
    await made(store, log("h1", line(1), line(2, "c2")))
    await marks(store, "h1", 2, 5)
    told = [await marks(store, "h1", number, 9, None) for number in (1, 1, 2)]
    assert told == [True, False, False]
    [open_log] = (await store.unread()).logs
    assert [(one.number, one.escalated_at) for one in open_log.lines] == [(1, at(9))]


async def test_an_act_whose_line_is_marked_already_does_nothing_at_all(store: SqlStore) -> None:
    await has(store, queued("c1"))
    await made(store, log("h1", line(1)))
    await marks(store, "h1", 1, 5)
    told = Notice("n1", at(9), NoticeKind.UNACKNOWLEDGED, "supervisor")
    act = Act(lines=(LineMark("h1", 1, at(9)),), notices=(told,), journal=(entry("j1"),), commitments=(owes("p1"),))
    assert not await store.act(act, at(9))
    assert (await store.notices(9), await store.owed()) == ([], [])


async def test_what_comes_up_again_is_handed_on_and_no_more_open_in_the_old_log(store: SqlStore) -> None:
    await has(store, queued("c1"), queued("c2"), queued("c3"))
    await store.act(Act(commitments=(owes("p1"),)), at(0))
    await made(store, log("h1", line(1), line(2, "c2"), line(3, "c3"), line(4, "c1", "p1")))
    await made(store, log("other", line(1, "c1"), group="aftersale"))
    await marks(store, "h1", 2, 5)
    await made(store, log("h2", line(1), line(2, "c2"), line(3, "c1", "p1"), since=60))
    first = await store.handover("h1")
    assert first is not None
    assert [one.handed_on for one in first.lines] == ["h2", None, None, "h2"]
    assert items((await store.unread()).logs) == {"other": [1], "h1": [3], "h2": [1, 2, 3]}


async def test_the_unread_come_with_what_they_are_about(store: SqlStore) -> None:
    await has(store, queued("c1"), queued("c1", channel="page"))
    await store.act(Act(commitments=(owes("p1"),)), at(0))
    await made(store, log("h1", line(1), line(2, "c1", "p1")))
    found = await store.unread()
    assert {place: one.holder for place, one in found.talks.items() if place[0] == "webhook"} == {
        ("webhook", "c1"): Holder.QUEUED
    }
    assert found.owed == {"p1": owes("p1")}


async def test_that_somebody_is_there_to_read_counts_from_the_first_time(store: SqlStore) -> None:
    await made(store, log("h1"), log("h2", group="aftersale"))
    await store.receive(["h1"], at(5))
    await store.receive(["h1", "h2"], at(9))
    lived: list[datetime | None] = [one.live_at for one in await store.handovers(at(0), at(9))]
    assert sorted(map(str, lived)) == [str(at(5)), str(at(9))]


async def test_open_commitments_come_soonest_first_with_whose_the_conversation_is(store: SqlStore) -> None:
    await has(store, served("c1", "a07"))
    some = (owes("p1"), owes("p2", 60), owes("p3", 30, conversation="elsewhere"))
    dropped = replace(owes("p4", 10), state=CommitmentState.DROPPED)
    await store.act(Act(commitments=(*some, dropped)), at(0))
    assert await store.owed() == [Owed(some[2]), Owed(some[1], "a07"), Owed(some[0], "a07")]
    assert [one.id for one in await store.commitments_of("webhook", "c1")] == ["p1", "p2", "p4"]
    assert await store.commitments_of("page", "c1") == []
    assert (await store.commitment("p2"), await store.commitment("p9")) == (some[1], None)


async def test_a_settled_commitment_stays_settled(store: SqlStore) -> None:
    done = replace(owes("p1"), state=CommitmentState.DONE, settled_by="a01", settled_at=at(5))
    assert await store.act(Act(commitments=(owes("p1"),)), at(0))
    assert await store.act(Act(commitments=(done,)), at(5))
    assert not await store.act(Act(commitments=(owes("p1", agent="a02"),)), at(6))
    assert await store.commitment("p1") == done


async def test_a_promise_past_its_time_is_told_once(store: SqlStore) -> None:
    await store.act(Act(commitments=(owes("p1", 60), owes("p2", 30), owes("p3"))), at(0))
    assert [one.id for one in await store.overdue(at(60))] == ["p2"]
    assert [one.id for one in await store.overdue(at(61))] == ["p2", "p1"]
    told = Notice("overdue:p2", at(61), NoticeKind.OVERDUE, "supervisor", {"commitment_id": "p2"})
    await store.act(Act(notices=(told,)), at(61))
    assert [one.id for one in await store.overdue(at(61))] == ["p1"]


async def test_a_notice_is_new_until_somebody_has_seen_it(store: SqlStore) -> None:
    some = [
        Notice(f"n{number}", at(number), NoticeKind.UNMANNED, "supervisor", {"shift": "早班"}) for number in range(3)
    ]
    await store.act(Act(notices=tuple(some)), at(3))
    assert await store.notices(2) == some[:2]
    assert await store.see_notice("n1", "s01", at(5))
    assert not await store.see_notice("n1", "s02", at(6))
    assert not await store.see_notice("n9", "s01", at(6))
    assert await store.notices(9) == [some[0], some[2]]
    assert await store.notices(9, at(1)) == [replace(some[1], seen_by="s01", seen_at=at(5)), some[2]]
