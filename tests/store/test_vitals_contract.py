"""What every store tells of how the work stands, and that it tells it without a search."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, Index, event

from bot.core.model import Conversation, Holder
from bot.records import Command, Nudge, Outcome, Purpose, Vitals
from bot.store import SqlStore, sql_vitals
from bot.store.engine import open_engines, read
from bot.store.schema import metadata
from tests.fakes import WEBHOOK, at, buyer_event, order, reply, sending, talk

pytestmark = pytest.mark.anyio

NOTHING = dict.fromkeys(("waiting", "sending", "dead", "expired"), 0)
_numbers = count(1)


async def do(store: SqlStore, outcome: Outcome, seconds: float = 1) -> None:
    """A turn in a lane of its own."""
    number = next(_numbers)
    await store.accept(buyer_event(number, f"lane{number}"))
    [claim] = await store.claim(at(seconds), 10)
    seqs = tuple(one.seq for one in (await store.load(claim)).events)
    assert await store.save(claim, replace(outcome, done=seqs), at(seconds))


async def commands(store: SqlStore, seconds: float) -> dict[str, int]:
    found = (await store.vitals(at(seconds))).commands
    return {name: many for name, many in found.items() if many}


def queued(one: str, group: str) -> Conversation:
    return replace(talk(holder=Holder.QUEUED, one=one, group=group), waiting_since=at(0))


async def test_a_store_at_rest_waits_for_nothing(store: SqlStore) -> None:
    assert await store.vitals(at(0)) == Vitals(commands=NOTHING)


async def test_the_oldest_event_tells_its_age_until_it_is_worked_on(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    await store.accept(buyer_event(2, "c2", seconds=5))
    before = await store.vitals(at(7))
    assert (before.oldest_event, before.unanswered, before.oldest_command) == (7, 7, 0)
    [claim] = await store.claim(at(1), 10)
    await store.save(claim, Outcome(done=(1,)), at(8))
    after = await store.vitals(at(8))
    assert (after.oldest_event, after.unanswered) == (3, 3)


async def test_a_buyer_is_unanswered_until_the_reply_is_delivered(store: SqlStore) -> None:
    await do(store, Outcome(commands=(replace(reply("r1", seconds=3), asked_at=at(1)),)))
    waiting = await store.vitals(at(10))
    assert (waiting.oldest_event, waiting.oldest_command, waiting.unanswered) == (0, 7, 9)
    [claimed] = await store.claim_commands(at(11), 10, WEBHOOK)
    assert claimed.command.asked_at == at(1)
    assert (await store.vitals(at(12))).unanswered == 11
    await store.mark_sent(claimed, at(13))
    assert await store.vitals(at(14)) == Vitals(commands=NOTHING)


async def test_a_reply_of_before_the_time_was_kept_counts_from_when_it_was_made(store: SqlStore) -> None:
    await do(store, Outcome(commands=(reply("r1", seconds=3),)))
    assert (await store.vitals(at(10))).unanswered == 7


@pytest.mark.parametrize("purpose", [Purpose.NUDGE, Purpose.CARE, Purpose.NOTICE])
async def test_what_nobody_asked_for_leaves_nobody_unanswered(store: SqlStore, purpose: Purpose) -> None:
    await do(store, Outcome(commands=(replace(reply("n1"), purpose=purpose),)))
    found = await store.vitals(at(10))
    assert (found.unanswered, found.oldest_command) == (0, 10)


async def test_commands_are_counted_by_state_until_somebody_has_seen_to_them(store: SqlStore) -> None:
    mine = [replace(reply(f"r{number}", lane=f"l{number}", by_bot=False), deadline=at(50)) for number in range(4)]
    await do(store, Outcome(conversation=talk(), commands=tuple(mine)))
    first, *_ = await store.claim_commands(at(2), 2, WEBHOOK)
    assert await commands(store, 3) == {"waiting": 2, "sending": 2}
    await store.mark_dead(first, "http 410")
    assert await commands(store, 3) == {"waiting": 2, "sending": 1, "dead": 1}
    assert await store.claim_commands(at(60), 10, WEBHOOK) == []
    assert await commands(store, 60) == {"dead": 1, "expired": 3}
    assert (await store.vitals(at(60))).undelivered == 4
    [lapsed] = await store.lapsed(at(60))
    assert await store.see_to(lapsed, at(61))
    assert await commands(store, 62) == {}


def nudging(one: str) -> Command:
    return replace(reply(one, lane=one), purpose=Purpose.NUDGE, order_id="o1", while_status="unpaid")


async def test_a_nudge_past_its_time_is_nobodys_loss_but_a_refused_one_needs_a_look(store: SqlStore) -> None:
    plan = tuple(Nudge("o1", step, at(5), buyer_id="b1") for step in ("first", "second"))
    await do(store, Outcome(orders=(order(),), plan=plan))
    for line, one in zip(plan, ("n1", "n2"), strict=True):
        assert await store.settle_nudges(sending(line, nudging(one), order()))
    [refused] = await store.claim_commands(at(7), 1, WEBHOOK)
    await store.mark_dead(refused, "http 410")
    assert await store.claim_commands(at(9999), 10, WEBHOOK) == []
    found = await store.vitals(at(9999))
    assert (found.undelivered, found.review) == (1, 1)


async def test_who_waits_for_people_is_counted_by_group(store: SqlStore) -> None:
    for one, group in (("c1", "presale"), ("c2", "presale"), ("c3", "aftersale")):
        await do(store, Outcome(conversation=queued(one, group)))
    await do(store, Outcome(conversation=talk(one="c4")))
    assert (await store.vitals(at(9))).queued == {"presale": 2, "aftersale": 1}


async def test_a_pause_is_told(store: SqlStore) -> None:
    await store.set_paused(True, at(1))
    assert (await store.vitals(at(2))).paused


async def test_a_trace_is_kept_with_what_it_caused(store: SqlStore) -> None:
    await store.accept(replace(buyer_event(1), trace="00-a"))
    [claim] = await store.claim(at(1), 10)
    work = await store.load(claim)
    assert [one.trace for one in work.events] == ["00-a"]
    await store.save(claim, Outcome(done=(1,), commands=(replace(reply("r1"), trace="00-b"),)), at(2))
    [claimed] = await store.claim_commands(at(3), 10, WEBHOOK)
    assert claimed.command.trace == "00-b"


def _plans(connection: Connection) -> Sequence[str]:
    """How the database goes about each statement of the vitals."""
    told: list[tuple[str, Sequence[Any]]] = []
    event.listen(connection, "before_cursor_execute", lambda *called: told.append((called[2], called[3])))
    sql_vitals.vitals(connection, at(0))
    raw = connection.connection.cursor()
    return [str(row[3]) for statement, values in told for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def test_nothing_is_searched_for(database_url: str) -> None:
    """Whatever is settled lies outside of the partial indexes, so that ten years of it cost nothing."""
    if not database_url.startswith("sqlite"):
        pytest.skip("SQLite's plans do not depend on how much is stored; PostgreSQL's do")
    engines = open_engines(database_url)
    plans = read(engines.read, _plans)
    engines.dispose()
    partial = {index.name for table in metadata.tables.values() for index in table.indexes if _holds_few(index)}
    used = {plan.partition(" USING INDEX ")[2].partition(" ")[0] for plan in plans if " switch " not in plan}
    assert used - {""} <= partial
    assert [plan for plan in plans if plan.startswith("SCAN") and " USING INDEX " not in plan] == []


def _holds_few(index: Index) -> bool:
    return index.dialect_options["sqlite"]["where"] is not None
