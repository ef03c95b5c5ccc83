"""What every store promises about lines of the ledger that concern one buyer, and about notes on orders."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import cast

import pytest

from bot.commands import note_order
from bot.core.model import Order, OrderStatus, Refund
from bot.records import Command, Nudge, NudgeState, Outcome, Purpose, Settled
from bot.store import SqlStore
from tests.fakes import WEBHOOK, at, instant_event, order, reply, sending

pytestmark = pytest.mark.anyio
_numbers = count(1)
FIRST, OTHER = order(), order(one="o2")


def line(of: Order, step: str = "first", due: float = 10, purpose: Purpose = Purpose.NUDGE) -> Nudge:
    return Nudge(of.id, step, at(due), buyer_id=of.buyer_id, purpose=purpose)


async def do(store: SqlStore, outcome: Outcome) -> None:
    """Work that a lane of its own brings."""
    number = next(_numbers)
    await store.accept(instant_event(number, f"o:lane{number}", "order.updated", {"id": f"lane{number}"}))
    [claim] = await store.claim(at(0), 1)
    done = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, replace(outcome, done=done), at(0))


def nudging(one: str = "n1", status: OrderStatus = OrderStatus.UNPAID) -> Command:
    return replace(reply(one), purpose=Purpose.NUDGE, order_id="o1", while_status=status.value)


def both(command: Command, *lines: Nudge, told: float | None = None) -> Settled:
    """One message for several lines."""
    shall = tuple(replace(one, state=NudgeState.SENDING, command_id=command.id, at=at(12)) for one in lines)
    return Settled(lines, shall, (command,), (FIRST, OTHER), at(told) if told is not None else at(-1))


async def planned(store: SqlStore, seconds: float = 99_999) -> Mapping[tuple[str, str], float]:
    """What still waits, and until when."""
    due = await store.due_nudges(at(seconds), 99)
    return {(one.order_id, one.step): (one.due_at - at(0)).total_seconds() for buyer in due for one in buyer.lines}


async def test_a_buyers_lines_come_together_with_what_is_due_shortly(store: SqlStore) -> None:
    late, strange = line(OTHER, due=30), line(order(one="o3", buyer="b3"), due=10)
    orders = (FIRST, OTHER, order(one="o3", buyer="b3"))
    await do(store, Outcome(orders=orders, plan=(line(FIRST), late, strange)))
    found = await store.due_nudges(at(10), 10, ahead=at(20) - at(0))
    assert {one.buyer_id: [each.order_id for each in one.lines] for one in found} == {"b1": ["o1", "o2"], "b3": ["o3"]}
    assert [len(one.lines) for one in await store.due_nudges(at(10), 10, ahead=at(19) - at(0))] == [1, 1]


async def test_one_message_settles_the_lines_of_all_orders_it_speaks_of(store: SqlStore) -> None:
    lines = (line(FIRST), line(OTHER))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    assert await store.settle_nudges(both(nudging(), *lines))
    [claimed] = await store.claim_commands(at(13), 10, WEBHOOK)
    await store.mark_sent(claimed, at(14))
    assert await planned(store) == {}
    later = line(FIRST, "later", 20)
    await do(store, Outcome(plan=(later,)))
    [due] = await store.due_nudges(at(20), 10, day=at(0))
    assert [(one.order_id, one.step, one.at) for one in due.told] == [("o1", "first", at(12)), ("o2", "first", at(12))]
    assert due.today == {Purpose.NUDGE: 1}


async def test_the_story_of_a_message_tells_the_lines_that_it_carried_out(store: SqlStore) -> None:
    lines = (line(FIRST), line(OTHER))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    assert await store.settle_nudges(both(nudging(), *lines))
    story = await store.explain("n1")
    assert story is not None
    assert [(one["order_id"], one["step"], one["at"]) for one in cast("list[dict[str, str]]", story["lines"])] == [
        ("o1", "first", at(12).isoformat()),
        ("o2", "first", at(12).isoformat()),
    ]


async def test_of_a_message_about_two_orders_neither_line_moves_if_one_order_has_changed(store: SqlStore) -> None:
    lines = (line(FIRST), line(OTHER))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    await store.import_snapshots([], [replace(OTHER, updated_at=at(11))])
    assert not await store.settle_nudges(both(nudging(), *lines))
    assert await planned(store) == {("o1", "first"): 10, ("o2", "first"): 10}


async def test_who_was_told_something_meanwhile_is_not_told_again_at_once(store: SqlStore) -> None:
    lines = (line(FIRST), line(OTHER))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    assert await store.settle_nudges(both(nudging("n1"), lines[0]))
    assert not await store.settle_nudges(both(nudging("n2"), lines[1]))
    assert await store.settle_nudges(both(nudging("n3"), lines[1], told=12))


async def test_a_snapshot_moves_what_waits_and_leaves_what_is_settled(store: SqlStore) -> None:
    first, second = line(FIRST), line(FIRST, "second", 50)
    await do(store, Outcome(orders=(FIRST,), plan=(first, second)))
    assert await store.settle_nudges(sending(first, nudging(), FIRST))
    moved = (replace(first, due_at=at(70)), replace(second, due_at=at(80)))
    await do(store, Outcome(orders=(replace(FIRST, updated_at=at(20)),), plan=moved))
    assert await planned(store) == {("o1", "second"): 80}


async def test_a_buyers_words_end_the_chain_of_what_was_brought_up_and_no_other(store: SqlStore) -> None:
    lines = (line(FIRST), line(FIRST, "second", 50), line(OTHER, due=60))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    await do(store, Outcome(answered_by="b1"))
    assert len(await planned(store)) == 3
    assert await store.settle_nudges(both(nudging(), lines[0]))
    await do(store, Outcome(answered_by="b9"))
    assert ("o1", "second") in await planned(store)
    await do(store, Outcome(answered_by="b1"))
    assert await planned(store) == {("o2", "first"): 60}


async def test_an_order_that_moves_on_keeps_only_what_its_new_state_plans(store: SqlStore) -> None:
    check = line(FIRST, "check", 5, Purpose.CARE)
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST), check)))
    paid = order(OrderStatus.PAID, updated=1)
    await do(store, Outcome(orders=(paid,), plan=(check,)))
    assert await planned(store) == {("o1", "check"): 5}


async def test_a_message_about_a_state_that_has_passed_is_not_sent(store: SqlStore) -> None:
    paid, check = order(OrderStatus.PAID, updated=1), line(FIRST, "check", 5, Purpose.CARE)
    await do(store, Outcome(orders=(paid,), plan=(check,)))
    command = replace(nudging(status=OrderStatus.PAID), purpose=Purpose.CARE)
    assert await store.settle_nudges(sending(check, command, paid))
    await do(store, Outcome(orders=(order(OrderStatus.SHIPPED, updated=2),)))
    assert await store.claim_commands(at(13), 10, WEBHOOK) == []


async def test_a_refund_on_an_unpaid_order_cancels_what_waits(store: SqlStore) -> None:
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST), line(FIRST, "second", 50))))
    assert await store.settle_nudges(sending(line(FIRST), nudging(), FIRST))
    await do(store, Outcome(orders=(replace(order(updated=20), refund=Refund.ASKED),)))
    assert await store.claim_commands(at(21), 10, WEBHOOK) == []
    assert await planned(store) == {}


async def test_a_withheld_line_says_nothing_and_is_not_counted_as_told(store: SqlStore) -> None:
    held = replace(line(FIRST), state=NudgeState.HELD_OUT, at=at(12))
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST), line(FIRST, "second", 20))))
    assert await store.settle_nudges(Settled((line(FIRST),), (held,)))
    [due] = await store.due_nudges(at(20), 10, day=at(0))
    assert ([one.state for one in due.told], due.today) == ([NudgeState.HELD_OUT], {})
    assert [one.step for one in due.lines] == ["second"]


def noting(text: str, of: Order = FIRST, flag: str = "yellow") -> Command:
    return note_order("webhook", "c1", of, text, flag, at(0))


async def noted(store: SqlStore, seconds: float = 5) -> list[tuple[object, object]]:
    """The notes that go out now, as whole memo and flag."""
    found = []
    while claimed := await store.claim_commands(at(seconds), 10, WEBHOOK):
        for one in claimed:
            found.append((one.command.data["memo"], one.command.data["flag"]))
            assert await store.mark_sent(one, at(seconds))
    return found


async def with_memo(store: SqlStore, memo: str | None, flag: str | None = None, updated: float = 1) -> None:
    await store.import_snapshots([], [replace(order(updated=updated), memo=memo, flag=flag)])


async def test_a_note_is_appended_to_what_the_order_says_when_it_goes_out(store: SqlStore) -> None:
    await with_memo(store, None)
    await do(store, Outcome(commands=(noting("发圆通"),)))
    await with_memo(store, "老客", updated=2)
    assert await noted(store) == [("老客\n发圆通", "yellow")]


async def test_peoples_flag_stays(store: SqlStore) -> None:
    await with_memo(store, "老客", "red")
    await do(store, Outcome(commands=(noting("发圆通"),)))
    assert await noted(store) == [("老客\n发圆通", "red")]


async def test_two_notes_on_their_way_do_not_write_over_each_other(store: SqlStore) -> None:
    await with_memo(store, "老客")
    await do(store, Outcome(commands=(noting("发圆通"), noting("不放小票"))))
    assert await noted(store) == [("老客\n发圆通", "yellow"), ("老客\n发圆通\n不放小票", "yellow")]


async def test_what_people_took_out_of_a_note_is_not_put_back(store: SqlStore) -> None:
    await with_memo(store, "老客")
    await do(store, Outcome(commands=(noting("发圆通"),)))
    await noted(store, 5)
    await with_memo(store, "老客 改发中通", updated=400)
    await do(store, Outcome(commands=(noting("不放小票"),)))
    assert await noted(store, 410) == [("老客 改发中通\n不放小票", "yellow")]


async def test_the_same_note_is_written_once(store: SqlStore) -> None:
    await with_memo(store, "老客\n发圆通")
    await do(store, Outcome(commands=(noting("发圆通"), noting("发圆通"))))
    assert await noted(store) == [("老客\n发圆通", "yellow")]


async def test_an_order_that_nobody_told_of_gets_its_note_all_the_same(store: SqlStore) -> None:
    await do(store, Outcome(commands=(noting("发圆通", order(one="unknown")),)))
    assert await noted(store) == [("发圆通", "yellow")]
