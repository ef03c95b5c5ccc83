"""What every store promises about commands on their way out, and about nudges."""

from dataclasses import replace
from itertools import count

import pytest

from bot.core.model import Holder, OrderStatus
from bot.ports import Command, Nudge, NudgeState, Outcome, Purpose
from bot.store import SqlStore
from tests.fakes import at, buyer_event, order, reply, talk

pytestmark = pytest.mark.anyio

DUE = Nudge("o1", "first", at(10))
_numbers = count(1)


async def do(store: SqlStore, outcome: Outcome) -> None:
    """A turn in a lane of its own."""
    number = next(_numbers)
    await store.accept(buyer_event(number, f"lane{number}"))
    [claim] = await store.claim(at(1), 10)
    seqs = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, replace(outcome, done=seqs), at(1))


async def queue(store: SqlStore, *commands: Command) -> None:
    await do(store, Outcome(commands=commands))


async def ids(store: SqlStore, seconds: float, limit: int = 10) -> list[str]:
    return [one.command.id for one in await store.claim_commands(at(seconds), limit)]


async def state(store: SqlStore, one: str) -> tuple[object, object]:
    story = await store.explain(one)
    assert story is not None
    return story["state"], story["error"]


async def test_a_lane_sends_its_commands_one_after_the_other(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("r2"), reply("s1", lane="other"))
    [first, other] = await store.claim_commands(at(2), 10)
    assert (first.command, other.command.id) == (reply("r1"), "s1")
    assert await ids(store, 2) == []
    await store.mark_sent(first, at(3))
    assert await ids(store, 3) == ["r2"]


async def test_a_command_that_waits_for_its_next_try_holds_its_lane_back(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("r2"))
    [first] = await store.claim_commands(at(2), 10)
    assert await store.mark_retry(first, at(20), "http 503")
    assert await ids(store, 19) == []
    [again] = await store.claim_commands(at(20), 10)
    assert (again.command.id, again.tries) == ("r1", 2)


async def test_a_dead_command_lets_its_lane_go_on(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("r2"))
    [first] = await store.claim_commands(at(2), 10)
    assert await store.mark_dead(first, "http 410")
    assert await state(store, "r1") == ("dead", "http 410")
    assert await ids(store, 3) == ["r2"]


async def test_a_sender_that_died_is_followed_by_another_and_fenced_off(store: SqlStore) -> None:
    await queue(store, reply("r1"))
    [slow] = await store.claim_commands(at(2), 10)
    assert await ids(store, 16.9) == []
    [quick] = await store.claim_commands(at(32), 10)
    assert not await store.mark_sent(slow, at(33))
    assert not await store.mark_retry(slow, at(33), "late")
    assert not await store.mark_dead(slow, "late")
    assert await store.mark_sent(quick, at(34))
    assert not await store.mark_sent(quick, at(35))
    assert len(await store.transcript("webhook", "c1")) == 1


async def test_a_command_past_its_deadline_expires_and_the_next_goes(store: SqlStore) -> None:
    await queue(store, reply("r1"), replace(reply("r2"), deadline=at(2000)))
    assert await ids(store, 601) == ["r2"]
    assert await state(store, "r1") == ("expired", "deadline")


async def test_the_last_look_finds_the_human(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(holder=Holder.HUMAN)))
    await queue(store, reply("r1"), reply("a1", by_bot=False))
    assert await ids(store, 2) == ["a1"]
    assert await state(store, "r1") == ("cancelled", "human")


async def test_while_paused_people_speak_and_the_bot_waits(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("a1", by_bot=False))
    await store.set_paused(True, at(2))
    [agent] = await store.claim_commands(at(3), 10)
    assert agent.command.id == "a1"
    await store.mark_sent(agent, at(3))
    assert await ids(store, 4) == []
    await store.set_paused(False, at(5))
    assert await ids(store, 6) == ["r1"]


async def test_a_pause_does_not_let_people_overtake_a_message_on_its_way(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("a1", by_bot=False))
    [_] = await store.claim_commands(at(2), 10)
    await store.set_paused(True, at(2))
    assert await ids(store, 3) == []


def nudging(one: str = "n1") -> Command:
    return replace(reply(one), purpose=Purpose.NUDGE, order_id="o1")


async def test_a_due_nudge_goes_out_once(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE, DUE), conversation=talk()))
    assert await store.due_nudges(at(9), 10) == []
    [due] = await store.due_nudges(at(10), 10)
    assert (due.nudge, due.order, due.conversation, due.paused) == (DUE, order(), talk(1), False)
    assert await store.settle_nudge(due.nudge, nudging(), at(10))
    assert not await store.settle_nudge(due.nudge, nudging("n2"), at(10))
    [claimed] = await store.claim_commands(at(11), 10)
    await store.mark_sent(claimed, at(12))
    await do(store, Outcome(plan=(DUE,)))
    assert await store.due_nudges(at(99), 10) == []
    assert await store.claim_commands(at(99), 10) == []


async def test_a_nudge_moved_to_later_is_not_moved_by_a_slower_process(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    assert await store.settle_nudge(replace(DUE, due_at=at(50)), None, at(10))
    assert not await store.settle_nudge(DUE, nudging(), at(10))
    assert [due.nudge.due_at for due in await store.due_nudges(at(50), 10)] == [at(50)]


async def test_a_paid_order_is_not_nudged(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    await store.import_snapshots([], [order(OrderStatus.PAID, updated=5)])
    assert not await store.settle_nudge(DUE, nudging(), at(10))


async def test_an_order_paid_between_queue_and_send_is_not_nudged(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    assert await store.settle_nudge(DUE, nudging(), at(10))
    await store.import_snapshots([], [order(OrderStatus.PAID, updated=11)])
    assert await ids(store, 12) == []
    assert await state(store, "n1") == ("cancelled", "paid")


async def test_a_stale_snapshot_plans_no_nudge(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(OrderStatus.PAID, updated=10),)))
    await do(store, Outcome(orders=(order(updated=9),), plan=(DUE,)))
    assert await store.due_nudges(at(99), 10) == []


async def test_a_stale_snapshot_cancels_no_nudge(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(updated=10),), plan=(DUE,)))
    await do(store, Outcome(orders=(order(OrderStatus.CLOSED, updated=9),), cancel_nudges={"o1": "closed"}))
    assert [due.nudge for due in await store.due_nudges(at(10), 10)] == [DUE]


async def test_cancelling_reaches_planned_and_queued_nudges(store: SqlStore) -> None:
    later = replace(DUE, step="second", due_at=at(40))
    await do(store, Outcome(orders=(order(),), plan=(DUE, later)))
    await store.settle_nudge(DUE, nudging(), at(10))
    await do(store, Outcome(cancel_nudges={"o1": "refused"}))
    assert await ids(store, 12) == []
    assert await state(store, "n1") == ("cancelled", "refused")
    assert await store.due_nudges(at(99), 10) == []


async def test_a_nudge_settled_as_cancelled_stays_so(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    gone = replace(DUE, state=NudgeState.CANCELLED, reason="handed_over")
    assert await store.settle_nudge(gone, None, at(10))
    assert not await store.settle_nudge(DUE, nudging(), at(11))
