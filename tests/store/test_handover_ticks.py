"""Shifts change under a running service: logs are made once, what nobody reads is told, what is owed finds an owner."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog

from bot.acknowledging import acknowledge
from bot.acts import Act
from bot.clock import new_id
from bot.commitments import call_back, done, drop, note, promise, reassign
from bot.core.book import Book
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Commitment, CommitmentKind, CommitmentState, Handover, NoticeKind
from bot.errors import YebanError
from bot.handing_over import HandingOver
from bot.store import LONGEST, SqlStore, open_store
from bot.store.engine import open_engines
from tests.core.book import local, rules, small_book
from tests.fakes import HandClock
from tests.store.copies import everything

pytestmark = pytest.mark.anyio

EARLY = {"name": "早班", "from": "09:00", "to": "18:00", "agents": ["a01", "a02"], "group": "presale"}
LATE = {"name": "晚班", "from": "16:00", "to": "24:00", "agents": ["a03", "a04"], "group": "presale"}
NINE, SIX = local("2026-11-23 09:00"), local("2026-11-23 18:00")
MINUTE = timedelta(minutes=1)


def book(*shifts: dict[str, object]) -> Book:
    return replace(small_book(), rules=rules(shifts={"shifts": list(shifts or (EARLY, LATE))}))


BOOK = book()


class Counting(SqlStore):
    """The real store; it counts how often somebody asks for all that is open."""

    looks = 0

    async def with_people(self) -> Sequence[Conversation]:
        self.looks += 1
        return await super().with_people()


class Floor:
    """A store, a clock, and ticks whenever the clock is turned."""

    def __init__(self, store: SqlStore, moment: datetime) -> None:
        self.store = store
        self.clock = HandClock(moment)
        self.ticks = HandingOver(store, lambda: BOOK, self.clock, structlog.get_logger())

    async def at(self, moment: datetime) -> int:
        self.clock.moment = moment
        return await self.ticks.tick()

    async def has(self, *talks: Conversation) -> None:
        for one in talks:
            assert await self.store.act(Act(conversation=one), self.clock())

    async def owes(self, *owed: Commitment) -> None:
        assert await self.store.act(Act(commitments=owed), self.clock())

    async def comes(self, agent: str, at: datetime, state: AgentState = AgentState.ONLINE) -> None:
        await self.store.act(Act(presence=(Presence(agent, state, at),)), at)

    async def logs(self) -> Sequence[Handover]:
        return await self.store.handovers(NINE - timedelta(days=9), NINE + timedelta(days=9))

    async def open(self) -> list[str]:
        logs = (await self.store.unread()).logs
        return [line.commitment_id or line.conversation_id for log in logs for line in log.lines]

    async def owners(self) -> dict[str, str | None]:
        return {one.commitment.id: one.commitment.agent_id for one in await self.store.owed()}

    async def told(self) -> list[NoticeKind]:
        return [one.kind for one in await self.store.notices(99)]


def waits(one: str, minutes: float = 60, urgency: int = 5) -> Conversation:
    since = NINE - minutes * MINUTE
    return Conversation(
        one, "webhook", "b1", Holder.QUEUED, group="presale", waiting_since=since, urgency=urgency, summary="催发货"
    )


def owed(one: str, agent: str | None, due: datetime | None = None) -> Commitment:
    made = NINE - 900 * MINUTE
    return Commitment(one, "webhook", "c1", "b1", CommitmentKind.PROMISE, "补发", "a03", made, "presale", due, agent)


async def a_morning(store: SqlStore, *, hours: float = 0) -> Floor:
    """Two buyers have waited all night, and something was promised to one of them."""
    floor = Floor(store, NINE - MINUTE)
    await floor.has(waits("c1", 300), waits("c2", 60, urgency=0))
    await floor.owes(owed("p1", "a03"))
    await floor.at(NINE + timedelta(hours=hours))
    return floor


def line_state(logs: Sequence[Handover], number: int) -> tuple[str | None, datetime | None]:
    [line] = [one for one in logs[-1].lines if one.number == number]
    return line.acknowledged_by, line.acknowledged_at


async def test_the_morning_finds_the_nights_queue_in_its_log(store: SqlStore) -> None:
    floor = await a_morning(store)
    [log] = await floor.logs()
    told = [(line.number, line.commitment_id or line.conversation_id) for line in log.lines]
    assert (log.group, log.at, log.receiving) == ("presale", NINE, ("早班",))
    assert told == [(1, "c2"), (2, "c1"), (3, "p1")]
    assert await floor.at(NINE + MINUTE) == 0
    assert len(await floor.logs()) == 1


async def test_nothing_is_read_between_two_changes(database_url: str) -> None:
    counting = Counting(open_engines(database_url), new_id, LONGEST)
    floor = await a_morning(counting)
    for minute in range(1, 400):
        await floor.at(NINE + minute * MINUTE)
    assert counting.looks == 1
    await counting.close()


async def test_processes_that_tick_at_the_same_moment_make_one_log(database_url: str) -> None:
    stores = [open_store(database_url, new_id=new_id) for _ in range(3)]
    floors = [Floor(store, NINE - MINUTE) for store in stores]
    await floors[0].has(waits("c1"), waits("c2"))
    made = await asyncio.gather(*(floor.at(NINE + number * MINUTE) for number, floor in enumerate(floors)))
    [log] = await floors[0].logs()
    for store in stores:
        await store.close()
    assert sum(made) == 1
    assert [line.number for line in log.lines] == [1, 2]
    assert [row["kind"] for row in everything(database_url)["journal"]] == ["handed_over"]


async def test_after_two_days_down_there_is_one_log(store: SqlStore) -> None:
    floor = await a_morning(store)
    await floor.at(NINE + timedelta(days=2, hours=10))
    logs = await floor.logs()
    assert [(log.at, log.ended, log.receiving) for log in logs[1:]] == [
        (SIX + timedelta(days=2), ("早班", "晚班"), ("晚班",))
    ]
    assert await floor.open() == ["c2", "c1", "p1"]


async def test_what_is_handed_on_is_open_in_the_newest_log_alone(store: SqlStore) -> None:
    floor = await a_morning(store)
    assert await floor.at(SIX) == 1
    first, second = await floor.logs()
    assert [line.handed_on for line in first.lines] == [second.id, second.id, None]
    assert await floor.open() == ["p1", "c2", "c1"]


async def test_the_supervisor_hears_of_what_nobody_acknowledges(store: SqlStore) -> None:
    floor = await a_morning(store)
    await floor.at(NINE + 30 * MINUTE)
    assert await floor.told() == []
    await floor.comes("a01", NINE + 31 * MINUTE)
    await floor.at(NINE + 31 * MINUTE)
    [log] = await floor.logs()
    assert await acknowledge(store, log.id, 2, "a01", NINE + 40 * MINUTE)
    await floor.comes("a01", NINE + 42 * MINUTE, AgentState.AWAY)
    await floor.at(NINE + 45 * MINUTE)
    assert await floor.told() == []
    await floor.at(NINE + 46 * MINUTE)
    await floor.at(NINE + 47 * MINUTE)
    [found] = await store.notices(9)
    assert (found.kind, found.group) == (NoticeKind.UNACKNOWLEDGED, "supervisor")
    assert found.data == {"handover_id": log.id, "lines": 2}
    assert [line.escalated_at for line in (await floor.logs())[0].lines] == [
        NINE + 46 * MINUTE, None, NINE + 46 * MINUTE,
    ]  # fmt: skip


async def test_of_many_lines_one_notice_is_made_and_some_are_marked_at_each_look(store: SqlStore) -> None:
    """1,100 lines: 500 at a look, the rest at those that follow five seconds apart."""
    floor = Floor(store, NINE - MINUTE)
    await floor.owes(*(replace(owed(f"p{number}", None), conversation_id=f"c{number}") for number in range(1_100)))
    await floor.comes("a01", NINE - MINUTE)
    await floor.at(NINE)
    marked = list[int]()
    for look in range(5):
        await floor.at(NINE + 15 * MINUTE + timedelta(seconds=5 * look))
        marked.append(sum(line.escalated_at is not None for line in (await floor.logs())[0].lines))
    told = [one for one in await store.notices(99) if one.kind is NoticeKind.UNACKNOWLEDGED]
    assert marked == [500, 1_000, 1_100, 1_100, 1_100]
    assert [one.data["lines"] for one in told] == [1_100]


async def test_lines_that_settle_together_are_settled_some_at_each_look(store: SqlStore) -> None:
    floor = Floor(store, NINE - MINUTE)
    await floor.owes(*(replace(owed(f"p{number}", None), conversation_id=f"c{number}") for number in range(600)))
    await floor.at(NINE)
    for number in range(600):
        assert await done(store, f"p{number}", "a01", NINE + MINUTE)
    left = list[int]()
    for look in range(2):
        await floor.at(NINE + 2 * MINUTE + timedelta(seconds=5 * look))
        left.append(len(await floor.open()))
    assert left == [100, 0]


async def test_a_clock_that_jumps_a_day_ahead_and_back_stops_no_oversight(store: SqlStore) -> None:
    floor = await a_morning(store)
    await floor.at(NINE + timedelta(days=1))
    await floor.owes(owed("p2", "a01", NINE + 10 * MINUTE))
    await floor.at(NINE + 11 * MINUTE)
    [told] = [one for one in await store.notices(99) if one.data == {"commitment_id": "p2"}]
    assert told.at == NINE + 11 * MINUTE


async def test_a_clock_that_was_a_day_ahead_for_a_while_misses_no_change_of_hands(store: SqlStore) -> None:
    floor = await a_morning(store)
    await floor.at(NINE + timedelta(days=1))
    assert await floor.at(NINE + 5 * MINUTE) == 0
    assert await floor.at(SIX) == 1
    assert [log.at for log in await floor.logs()] == [NINE, SIX, NINE + timedelta(days=1)]


async def test_an_answer_settles_a_buyers_line_and_a_kept_promise_its_own(store: SqlStore) -> None:
    floor = await a_morning(store)
    talks = {one.id: one for one in await store.with_people()}
    one, other = (
        replace(talks[name], holder=Holder.HUMAN, served_by="a01", served_at=NINE + MINUTE, agent_id="a01")
        for name in ("c1", "c2")
    )
    await floor.has(replace(one, waiting_since=None), other)
    assert await done(store, "p1", "a02", NINE + MINUTE)
    await floor.at(NINE + 2 * MINUTE)
    logs = await floor.logs()
    assert [line_state(logs, number)[0] for number in (1, 2, 3)] == [None, "a01", "a02"]
    assert await floor.open() == ["c2"]


async def test_a_line_of_a_conversation_that_is_closed_settles_itself(store: SqlStore) -> None:
    floor = await a_morning(store)
    [talk] = [one for one in await store.with_people() if one.id == "c1"]
    await floor.has(replace(talk, holder=Holder.CLOSED, waiting_since=None))
    await floor.at(NINE + MINUTE)
    assert await floor.open() == ["c2", "p1"]


async def test_a_promise_past_its_time_is_told_once(store: SqlStore) -> None:
    floor = Floor(store, NINE)
    await floor.owes(owed("p1", "a01", NINE + 10 * MINUTE), owed("p2", "a01"))
    for minute in (9, 11, 12):
        await floor.at(NINE + minute * MINUTE)
    [told] = [one for one in await store.notices(9) if one.kind is NoticeKind.OVERDUE]
    assert (told.data, told.at) == ({"commitment_id": "p1"}, NINE + 11 * MINUTE)


async def test_five_minutes_into_a_live_shift_all_that_is_owed_has_an_owner_who_is_there(store: SqlStore) -> None:
    floor = await a_morning(store)
    await floor.owes(owed("p2", None), owed("p3", "a01"), owed("p4", "a02"))
    assert await floor.owners() == {"p1": "a03", "p2": None, "p3": "a01", "p4": "a02"}
    await floor.comes("a01", NINE + MINUTE)
    await floor.at(NINE + 5 * MINUTE)
    assert set((await floor.owners()).values()) == {"a01"}
    await floor.comes("a02", NINE + 6 * MINUTE)
    await floor.comes("a01", NINE + 7 * MINUTE, AgentState.AWAY)
    await floor.at(NINE + 9 * MINUTE)
    assert set((await floor.owners()).values()) == {"a01"}
    await floor.at(NINE + 11 * MINUTE)
    assert set((await floor.owners()).values()) == {"a02"}


async def test_whoever_acknowledges_a_promise_sees_to_it(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    floor = await a_morning(store)
    [log] = await floor.logs()
    assert await acknowledge(store, log.id, 3, "a02", NINE + MINUTE)
    assert not await acknowledge(store, log.id, 3, "a01", NINE + MINUTE)
    assert await floor.owners() == {"p1": "a02"}
    with pytest.raises(YebanError, match="9"):
        await acknowledge(store, log.id, 9, "a02", NINE)
    rows = [(row["kind"], row["agent_id"], row["data"]) for row in everything(database_url)["journal"]]
    await store.close()
    assert rows[1:] == [("acknowledged", "a02", {"id": log.id, "line": 3})]


async def test_what_is_owed_is_made_kept_dropped_and_passed_on(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    talk, now = replace(waits("c1"), group=None), NINE
    made = [
        await promise(store, BOOK, talk, "  下午 补发\n赠品 ", NINE + 60 * MINUTE, "a01", now),
        await call_back(store, BOOK, talk, "问问尺码", None, "a01", now),
        await note(store, BOOK, talk, "喜欢顺丰", "a01", now),
    ]
    assert [one.commitment for one in await store.owed()] == sorted(made, key=lambda one: (one.due_at is None, one.id))
    assert (made[0].text, made[0].group, made[0].agent_id) == ("下午 补发 赠品", "presale", "a01")
    assert await reassign(store, made[0].id, "a02", now)
    assert await done(store, made[0].id, "a02", NINE + MINUTE)
    assert not await drop(store, made[0].id, "a02", NINE + MINUTE)
    assert not await reassign(store, made[0].id, "a01", NINE + MINUTE)
    assert await drop(store, made[1].id, "a03", NINE + MINUTE)
    found = [await store.commitment(one.id) for one in made]
    assert [(one.state, one.settled_by, one.agent_id) for one in found if one] == [
        (CommitmentState.DONE, "a02", "a02"),
        (CommitmentState.DROPPED, "a03", "a01"),
        (CommitmentState.OPEN, None, "a01"),
    ]  # fmt: skip
    kinds = [(row["kind"], row["agent_id"]) for row in everything(database_url)["journal"]]
    await store.close()
    assert kinds == [*[("promised", "a01")] * 3, ("reassigned", "a01"), ("settled", "a02"), ("settled", "a03")]


@pytest.mark.parametrize(
    ("text", "due", "key"),
    [
        ("补发", NINE, "errors.due_past"),
        ("补发", SIX.replace(tzinfo=None), "errors.due_naive"),
        (" \n", NINE + MINUTE, "errors.commitment_blank"),
        ("补" * 501, NINE + MINUTE, "errors.commitment_long"),
    ],
)
async def test_a_promise_that_cannot_be_one_is_refused(store: SqlStore, text: str, due: datetime, key: str) -> None:
    with pytest.raises(YebanError) as refused:
        await promise(store, BOOK, waits("c1"), text, due, "a01", NINE)
    assert refused.value.key == key
    assert await store.owed() == []


async def test_what_is_not_there_cannot_be_settled(store: SqlStore) -> None:
    for act in (done, drop):
        with pytest.raises(YebanError, match="p9"):
            await act(store, "p9", "a01", NINE)
