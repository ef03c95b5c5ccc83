"""What every store promises about commands on their way out, and about nudges."""

from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Table, insert, update

from bot.core.model import Conversation, Holder, OrderStatus
from bot.ports import Later
from bot.records import Command, Nudge, NudgeState, Outcome, Purpose, Settled, TurnRecord
from bot.store import SqlStore, sql_outbox
from bot.store.engine import open_engines
from bot.store.rows import command_values
from bot.store.schema import conversation, orders, outbox
from tests.fakes import WEBHOOK, at, buyer_event, buyer_message, order, reply, sending, talk

pytestmark = pytest.mark.anyio

DUE = Nudge("o1", "first", at(10), buyer_id="b1")
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
    return [one.command.id for one in await store.claim_commands(at(seconds), limit, WEBHOOK)]


async def state(store: SqlStore, one: str) -> tuple[object, object]:
    story = await store.explain(one)
    assert story is not None
    return story["state"], story["error"]


async def test_a_lane_sends_its_commands_one_after_the_other(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("r2"), reply("s1", lane="other"))
    [first, other] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert (first.command, other.command.id) == (reply("r1"), "s1")
    assert await ids(store, 2) == []
    await store.mark_sent(first, at(3))
    assert await ids(store, 3) == ["r2"]


async def test_two_who_claim_at_one_moment_share_what_is_due(database_url: str) -> None:
    """On SQLite they take turns; on PostgreSQL neither finds only what the other has locked."""
    if not database_url.startswith("postgresql"):
        pytest.skip("a writer is alone")
    engines = open_engines(database_url)
    with engines.write.begin() as connection:
        rows = [command_values(reply(f"r{number}", f"l{number}"), None) for number in range(40)]
        connection.execute(insert(outbox), rows)
    other = open_engines(database_url)
    with engines.write.begin() as one, other.write.begin() as two:
        found = [sql_outbox.claim(each, at(2), 20, "t", WEBHOOK) for each in (one, two)]
    engines.dispose()
    other.dispose()
    assert len({claimed.command.id for some in found for claimed in some}) == 40


async def test_a_command_that_waits_for_its_next_try_holds_its_lane_back(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("r2"))
    [first] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert await store.mark_retry(first, at(20), Later("http 503"))
    assert await ids(store, 19) == []
    [again] = await store.claim_commands(at(20), 10, WEBHOOK)
    assert (again.command.id, again.tries) == ("r1", 2)


async def test_a_dead_command_lets_its_lane_go_on(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("r2"))
    [first] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert await store.mark_dead(first, "http 410")
    assert await state(store, "r1") == ("dead", "http 410")
    assert await ids(store, 3) == ["r2"]


async def test_a_sender_that_died_is_followed_by_another_and_fenced_off(store: SqlStore) -> None:
    await queue(store, reply("r1"))
    [slow] = await store.claim_commands(at(2), 10, WEBHOOK)
    assert await ids(store, 16.9) == []
    [quick] = await store.claim_commands(at(32), 10, WEBHOOK)
    assert not await store.mark_sent(slow, at(33))
    assert not await store.mark_retry(slow, at(33), Later("late"))
    assert not await store.mark_dead(slow, "late")
    assert await store.mark_sent(quick, at(34))
    assert not await store.mark_sent(quick, at(35))
    assert len(await store.transcript("webhook", "c1")) == 1


async def test_a_reply_that_may_have_arrived_expires_at_its_deadline_and_the_next_goes(store: SqlStore) -> None:
    await queue(store, reply("r1"), replace(reply("r2"), deadline=at(2000)))
    [first] = await store.claim_commands(at(2), 1, WEBHOOK)
    assert await store.mark_retry(first, at(20), Later("timeout", unsure=True))
    [again] = await store.claim_commands(at(20), 1, WEBHOOK)
    assert await store.mark_retry(again, at(601), Later("http 503"))
    assert await ids(store, 601) == ["r2"]
    assert await state(store, "r1") == ("expired", "deadline")


async def test_a_reply_whose_sender_died_may_have_arrived(store: SqlStore) -> None:
    await queue(store, reply("r1"))
    assert await ids(store, 590) == ["r1"]
    assert await ids(store, 610) == []
    assert await state(store, "r1") == ("expired", "deadline")


async def test_replies_that_surely_never_arrived_are_asked_for_anew_together(store: SqlStore) -> None:
    first, second = answering("r1", "m1"), answering("r2", "m2")
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1), buyer_message(2))))
    await queue(store, first, replace(second, deadline=at(2000)), replace(reply("h1", by_bot=False), deadline=at(2000)))
    [claimed] = await store.claim_commands(at(2), 1, WEBHOOK)
    assert await store.mark_retry(claimed, at(601), Later("ConnectError"))
    assert await ids(store, 601) == ["h1"]
    assert [await state(store, one) for one in ("r1", "r2")] == [("unsaid", "deadline")] * 2
    [lane] = await store.claim(at(601), 10)
    work = await store.load(lane)
    assert [[message.text for message in one.messages] for one in work.unsaid] == [["第1句", "第2句"]]
    assert await store.lapsed(at(900)) == []


async def test_what_comes_too_late_while_the_next_question_is_thought_about_keeps_its_place(store: SqlStore) -> None:
    """Else the next answer, decided without it, would overtake it."""
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1), buyer_message(2))))
    await queue(store, answering("r1", "m1"))
    await store.accept(buyer_event(1000, "c1", seconds=594))
    [busy] = await store.claim(at(595), 10)
    seqs = tuple(event.seq for event in (await store.load(busy)).events)
    assert await ids(store, 601) == []
    assert await state(store, "r1") == ("pending", None)
    second = replace(answering("r2", "m2"), deadline=at(1200))
    assert await store.save(busy, Outcome(done=seqs, commands=(second,)), at(601))
    assert await ids(store, 602) == []
    [lane] = await store.claim(at(602), 10)
    told = (await store.load(lane)).unsaid
    assert [[message.text for message in one.messages] for one in told] == [["第1句", "第2句"]]


async def test_a_dead_workers_lease_holds_nothing_back_for_ever(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1),)))
    await queue(store, answering("r1", "m1"))
    await store.accept(buyer_event(1000, "c1", seconds=594))
    assert len(await store.claim(at(595), 10)) == 1
    assert await ids(store, 604) == []
    assert await ids(store, 606) == []
    assert await state(store, "r1") == ("unsaid", "deadline")


async def test_what_the_buyer_took_back_is_not_asked_anew(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), messages=(buyer_message(1),), recalled=("m1",)))
    await queue(store, answering("r1", "m1"))
    assert await ids(store, 601) == []
    [lane] = await store.claim(at(601), 10)
    assert [one.messages for one in (await store.load(lane)).unsaid] == [()]


@pytest.mark.parametrize(("moves", "stood"), [(0, talk()), (1, None)])
async def test_the_conversation_stands_as_before_unless_it_has_moved_on(
    store: SqlStore, moves: int, stood: Conversation | None
) -> None:
    record = TurnRecord("t1", "c1", at(1), "answer", "sure", ("r1",), {}, before=talk())
    after = replace(talk(), said={"carrier": 1})
    await do(
        store,
        Outcome(conversation=after, messages=(buyer_message(1),), commands=(answering("r1", "m1"),), turn=record),
    )
    for number in range(moves):
        await do(store, Outcome(conversation=talk(1 + number)))
    assert await ids(store, 601) == []
    [lane] = await store.claim(at(601), 10)
    assert [one.before for one in (await store.load(lane)).unsaid] == [stood]


def answering(one: str, *messages: str) -> Command:
    plain = reply(one)
    return replace(plain, data={**plain.data, "in_reply_to": list(messages)})


async def test_the_last_look_finds_the_human(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(holder=Holder.HUMAN)))
    await queue(store, reply("r1"), reply("a1", by_bot=False))
    assert await ids(store, 2) == ["a1"]
    assert await state(store, "r1") == ("cancelled", "human")


async def test_while_paused_people_speak_and_the_bot_waits(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("a1", by_bot=False))
    await store.set_paused(True, at(2))
    [agent] = await store.claim_commands(at(3), 10, WEBHOOK)
    assert agent.command.id == "a1"
    await store.mark_sent(agent, at(3))
    assert await ids(store, 4) == []
    await store.set_paused(False, at(5))
    assert await ids(store, 6) == ["r1"]


async def test_a_pause_does_not_let_people_overtake_a_message_on_its_way(store: SqlStore) -> None:
    await queue(store, reply("r1"), reply("a1", by_bot=False))
    [_] = await store.claim_commands(at(2), 10, WEBHOOK)
    await store.set_paused(True, at(2))
    assert await ids(store, 3) == []


def nudging(one: str = "n1") -> Command:
    return replace(reply(one), purpose=Purpose.NUDGE, order_id="o1", while_status="unpaid")


async def test_a_due_nudge_goes_out_once(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE, DUE), conversation=talk()))
    assert await store.due_nudges(at(9), 10) == []
    [due] = await store.due_nudges(at(10), 10)
    assert (due.lines, due.orders, due.conversation, due.paused) == ((DUE,), {"o1": order()}, talk(1), False)
    assert await store.settle_nudges(sending(DUE, nudging(), order()))
    assert not await store.settle_nudges(sending(DUE, nudging("n2"), order()))
    [claimed] = await store.claim_commands(at(11), 10, WEBHOOK)
    await store.mark_sent(claimed, at(12))
    await do(store, Outcome(plan=(DUE,)))
    assert await store.due_nudges(at(99), 10) == []
    assert await store.claim_commands(at(99), 10, WEBHOOK) == []


@pytest.mark.parametrize("table", [conversation, orders], ids=str)
async def test_what_this_version_cannot_read_keeps_no_other_nudge_waiting_and_stays_planned(
    store: SqlStore, database_url: str, table: Table
) -> None:
    for number in (1, 2):
        mine = replace(order(), id=f"o{number}", buyer_id=f"b{number}", conversation_id=f"c{number}")
        talking = replace(talk(one=f"c{number}"), buyer_id=f"b{number}")
        plan = (replace(DUE, order_id=mine.id, buyer_id=mine.buyer_id),)
        await do(store, Outcome(orders=(mine,), plan=plan, conversation=talking))
    engines = open_engines(database_url)
    with engines.write.begin() as connection:
        connection.execute(update(table).where(table.c.buyer_id == "b1").values(body="{}"))
    engines.dispose()
    assert [due.lines[0].order_id for due in await store.due_nudges(at(10), 10)] == ["o2"]


async def test_a_nudge_moved_to_later_is_not_moved_by_a_slower_process(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    assert await store.settle_nudges(Settled((DUE,), (replace(DUE, due_at=at(50)),)))
    assert not await store.settle_nudges(sending(DUE, nudging(), order()))
    assert [due.lines[0].due_at for due in await store.due_nudges(at(50), 10)] == [at(50)]


async def test_a_paid_order_is_not_nudged(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    await store.import_snapshots([], [order(OrderStatus.PAID, updated=5)])
    assert not await store.settle_nudges(sending(DUE, nudging(), order()))


async def test_an_order_paid_between_queue_and_send_is_not_nudged(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    assert await store.settle_nudges(sending(DUE, nudging(), order()))
    await store.import_snapshots([], [order(OrderStatus.PAID, updated=11)])
    assert await ids(store, 12) == []
    assert await state(store, "n1") == ("cancelled", "paid")


async def test_a_stale_snapshot_plans_no_nudge(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(OrderStatus.PAID, updated=10),)))
    await do(store, Outcome(orders=(order(updated=9),), plan=(DUE,)))
    assert await store.due_nudges(at(99), 10) == []


async def test_a_stale_snapshot_cancels_no_nudge(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(updated=10),), plan=(DUE,)))
    await do(store, Outcome(orders=(order(OrderStatus.CLOSED, updated=9),)))
    assert [due.lines for due in await store.due_nudges(at(10), 10)] == [(DUE,)]


async def test_cancelling_reaches_planned_and_queued_nudges(store: SqlStore) -> None:
    later = replace(DUE, step="second", due_at=at(40))
    await do(store, Outcome(orders=(order(),), plan=(DUE, later)))
    await store.settle_nudges(sending(DUE, nudging(), order()))
    await do(store, Outcome(cancel_nudges={"o1": "refused"}))
    assert await ids(store, 12) == []
    assert await state(store, "n1") == ("cancelled", "refused")
    assert await store.due_nudges(at(99), 10) == []


async def test_a_nudge_settled_as_cancelled_stays_so(store: SqlStore) -> None:
    await do(store, Outcome(orders=(order(),), plan=(DUE,)))
    gone = replace(DUE, state=NudgeState.CANCELLED, reason="handed_over")
    assert await store.settle_nudges(Settled((DUE,), (gone,)))
    assert not await store.settle_nudges(sending(DUE, nudging(), order()))


async def test_a_due_nudge_comes_with_the_conversation_that_its_order_names_else_with_the_buyers_latest(
    store: SqlStore,
) -> None:
    await do(store, Outcome(conversation=talk(one="c1")))
    await do(store, Outcome(conversation=replace(talk(one="c2"), buyer_id="b2")))
    named, other = order(), replace(order(one="o2", buyer="b2"), conversation_id="gone")
    stranger = replace(order(one="o3", buyer="b9"), conversation_id=None)
    plan = tuple(Nudge(one.id, "first", at(10), buyer_id=one.buyer_id) for one in (named, other, stranger))
    await do(store, Outcome(orders=(named, other, stranger), plan=plan))
    due = await store.due_nudges(at(11), 10)
    found = {one.lines[0].order_id: one.conversation and one.conversation.id for one in due}
    assert found == {"o1": "c1", "o2": "c2", "o3": None}


async def test_a_row_of_a_newer_version_is_for_people_and_stops_nobody(store: SqlStore, database_url: str) -> None:
    await queue(store, reply("r1"), reply("r2"))
    engines = open_engines(database_url)
    with engines.write.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.id == "r1").values(purpose="a purpose of tomorrow"))
    engines.dispose()
    assert await ids(store, 2) == ["r2"]
    assert await state(store, "r1") == ("dead", "unreadable")


async def test_the_bot_speaks_where_its_word_is_due_or_leased(store: SqlStore) -> None:
    lane = reply("r1").lane
    assert not await store.is_speaking(lane, "m1", "在吗", at(2))
    await queue(store, reply("r1"), reply("s1", lane="other", by_bot=False))
    assert await store.is_speaking(lane, "m1", "在吗", at(2))
    [claimed] = [one for one in await store.claim_commands(at(2), 10, WEBHOOK) if one.command.id == "r1"]
    assert await store.is_speaking(lane, "m1", "在吗", at(3))
    assert not await store.is_speaking("other", "m1", "在吗", at(3))
    await store.mark_retry(claimed, at(60), Later("http 503"))
    assert not await store.is_speaking(lane, "m1", "在吗", at(4))
    assert await store.is_speaking(lane, "m1", "在吗", at(61))


async def test_what_the_channel_tells_back_is_not_what_the_bot_is_about_to_say(store: SqlStore) -> None:
    await queue(store, reply("r1"))
    assert not await store.is_speaking(reply("r1").lane, "r1", "", at(2))
    assert not await store.is_speaking(reply("r1").lane, "of-the-channel", "答r1", at(2))
