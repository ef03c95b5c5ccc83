"""Lines and notes in trouble: rows of a newer version, erased buyers, orders that move on, two processes at once."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Executable, Table, insert, update

from bot.commands import note_order
from bot.core.model import Holder, OrderStatus
from bot.records import Nudge, NudgeState, Outcome, Purpose, Settled
from bot.store import SqlStore, open_store, sql_erase, sql_nudges, sql_save
from bot.store.engine import as_it_is, open_engines
from bot.store.rows import item_values
from bot.store.schema import items, nudge, orders
from tests.core.cases import item
from tests.fakes import WEBHOOK, at, counting_ids, order, reply, sending, talk
from tests.postgres import Postgres
from tests.store.test_ledger_contract import FIRST, OTHER, both, do, line, noted, noting, nudging, planned, with_memo

pytestmark = pytest.mark.anyio


def change(url: str, *statements: Executable) -> None:
    """As a newer version would."""
    engines = as_it_is(url)
    with engines.write.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    engines.dispose()


def unreadable(table: Table, one: str) -> Executable:
    return update(table).where(table.c.id == one).values(body="{}")


async def test_a_note_on_an_order_that_cannot_be_read_stops_no_other_command(
    store: SqlStore, database_url: str
) -> None:
    await with_memo(store, "老客")
    await do(store, Outcome(commands=(noting("发圆通"), reply("r1"))))
    change(database_url, unreadable(orders, "o1"))
    assert [one.command.id for one in await store.claim_commands(at(5), 10, WEBHOOK)] == ["r1"]
    assert [(one.type, one.state, one.error) for one in await store.letters(9)] == [
        ("order.note", "dead", "unreadable")
    ]


async def test_after_a_buyer_was_erased_a_new_note_goes_out(store: SqlStore) -> None:
    await with_memo(store, "老客")
    await do(store, Outcome(commands=(noting("发圆通"),)))
    assert await noted(store, 5)
    await store.erase_buyer("b1", at(6))
    await do(store, Outcome(commands=(noting("不放小票"),)))
    assert len(await noted(store, 7)) == 1


@pytest.mark.parametrize("table", [orders, items], ids=str)
async def test_what_cannot_be_read_beside_an_order_keeps_nothing_waiting(
    store: SqlStore, database_url: str, table: Table
) -> None:
    await do(store, Outcome(orders=(FIRST, OTHER), plan=(line(FIRST),), items=(item("i1"),)))
    change(database_url, unreadable(table, "o2" if table is orders else "i1"))
    [due] = await store.due_nudges(at(99), 10)
    assert [one.order_id for one in due.lines] == ["o1"]
    assert item_values(item("i1"))["id"] == "i1"


async def test_a_line_of_a_newer_kind_keeps_nothing_waiting(store: SqlStore, database_url: str) -> None:
    newer = {
        "order_id": "o9", "step": "x", "due_at": at(0), "state": "sent", "buyer_id": "b1", "purpose": "dance",
        "at": at(1), "command_id": "k",
    }  # fmt: skip
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST),)))
    change(database_url, insert(nudge).values(newer))
    assert len(await store.due_nudges(at(99), 10, day=at(0))) == 1


async def test_lines_that_cannot_be_read_do_not_starve_those_behind_them(store: SqlStore, database_url: str) -> None:
    bad = [order(one=f"x{number}", buyer=f"b{number}") for number in range(10, 15)]
    good = order(one="good", buyer="g")
    plan = (*(line(one, due=1) for one in bad), line(good, due=2))
    await do(store, Outcome(orders=(*bad, good), plan=plan))
    change(database_url, *(unreadable(orders, one.id) for one in bad))
    assert [one.buyer_id for one in await store.due_nudges(at(99), 5)] == ["g"]


async def test_a_message_about_two_orders_is_not_sent_once_one_is_paid_and_the_other_is_said_anew(
    store: SqlStore,
) -> None:
    lines = (line(FIRST), line(OTHER))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    assert await store.settle_nudges(both(nudging(), *lines))
    await do(store, Outcome(orders=(replace(OTHER, status=OrderStatus.PAID, updated_at=at(13)),)))
    assert await store.claim_commands(at(14), 10, WEBHOOK) == []
    assert list(await planned(store)) == [("o1", "first")]


async def test_a_retried_message_about_two_orders_is_not_sent_once_one_is_paid(store: SqlStore) -> None:
    lines = (line(FIRST), line(OTHER))
    await do(store, Outcome(orders=(FIRST, OTHER), plan=lines))
    assert await store.settle_nudges(both(nudging(), *lines))
    [claimed] = await store.claim_commands(at(13), 10, WEBHOOK)
    await store.mark_dead(claimed, "http 410")
    await store.import_snapshots([], [replace(OTHER, status=OrderStatus.PAID, updated_at=at(14))])
    assert [one.id for one in await store.letters(9)] == ["n1"]
    assert await store.retry_letter("n1", at(20))
    assert await store.claim_commands(at(21), 10, WEBHOOK) == []


async def test_a_message_that_came_too_late_is_judged_again(store: SqlStore) -> None:
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST),)))
    assert await store.settle_nudges(sending(line(FIRST), replace(nudging(), deadline=at(20)), FIRST))
    assert await store.claim_commands(at(21), 10, WEBHOOK) == []
    assert list(await planned(store)) == [("o1", "first")]


async def test_who_has_called_for_people_meanwhile_hears_nothing_of_our_own_accord(store: SqlStore) -> None:
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST),), conversation=talk()))
    assert await store.settle_nudges(sending(line(FIRST), nudging(), FIRST))
    await do(store, Outcome(conversation=talk(1, Holder.QUEUED)))
    assert await store.claim_commands(at(13), 10, WEBHOOK) == []


async def test_a_message_of_care_is_no_reminder_that_an_answer_ends(store: SqlStore) -> None:
    merge = line(FIRST, "merge", 5, Purpose.CARE)
    await do(store, Outcome(orders=(FIRST,), plan=(merge, line(FIRST))))
    said = replace(merge, state=NudgeState.SENDING, command_id="k", at=at(6))
    assert await store.settle_nudges(
        Settled((merge,), (said,), (replace(nudging("k"), purpose=Purpose.CARE),), (FIRST,))
    )
    await do(store, Outcome(answered_by="b1"))
    assert ("o1", "first") in await planned(store)


async def test_an_order_paid_by_an_import_is_not_withheld_but_judged_again(store: SqlStore) -> None:
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST),)))
    await store.import_snapshots([], [replace(FIRST, status=OrderStatus.PAID, updated_at=at(11))])
    held = replace(line(FIRST), state=NudgeState.HELD_OUT, at=at(12))
    assert not await store.settle_nudges(Settled((line(FIRST),), (held,), (), (FIRST,)))


async def test_a_snapshot_of_a_clock_ahead_does_not_lose_our_line(store: SqlStore) -> None:
    await with_memo(store, "老客")
    await do(store, Outcome(commands=(noting("发圆通"),)))
    await noted(store, 5)
    await with_memo(store, "老客", updated=6)
    await do(store, Outcome(commands=(noting("不放小票"),)))
    assert await noted(store, 7) == [("老客\n发圆通\n不放小票", "yellow")]


async def test_a_note_that_was_refused_calls_people_and_can_be_read(store: SqlStore) -> None:
    await with_memo(store, None)
    await do(store, Outcome(commands=(noting("发圆通"),), conversation=talk()))
    [claimed] = await store.claim_commands(at(1), 10, WEBHOOK)
    await store.mark_dead(claimed, "http 422")
    assert [one.text for one in await store.letters(9)] == ["发圆通"]
    assert [one.id for one in await store.lapsed(at(99))] == ["c1"]


async def test_an_agents_flag_stands_over_one_of_ours_and_never_over_peoples(store: SqlStore) -> None:
    mark = note_order("webhook", "c1", FIRST, "客服 a07", "red", at(0), over=("yellow", "blue"))
    await with_memo(store, None)
    await do(store, Outcome(commands=(noting("发圆通"), mark)))
    assert await noted(store) == [("发圆通", "yellow"), ("发圆通\n客服 a07", "red")]
    await do(store, Outcome(commands=(noting("不放小票"),)))
    assert (await noted(store, 6))[-1][1] == "red"
    theirs = order(one="o7")
    await store.import_snapshots([], [replace(theirs, flag="green")])
    await do(
        store, Outcome(commands=(note_order("webhook", "c1", theirs, "客服 a07", "red", at(0), over=("yellow",)),))
    )
    assert (await noted(store, 8))[-1][1] == "green"


Other = Callable[[Connection], object]


def _paid(connection: Connection) -> None:
    paid = order(OrderStatus.PAID, updated=12)
    sql_save.put_orders(connection, [paid])
    sql_nudges.follow(connection, paid, set())


WHILE_SETTLING: dict[str, Other] = {
    "a stop word": lambda connection: sql_nudges.cancel(connection, "o1", "refused"),
    "an erasure": lambda connection: sql_erase.erase(connection, "b1", at(12)),
    "a payment": _paid,
}


@pytest.mark.parametrize("what", WHILE_SETTLING)
async def test_what_happens_while_a_line_is_settled_elsewhere_still_stops_its_message(
    postgres_server: Postgres, what: str
) -> None:
    """The other process begins before the command can be seen, and goes on behind it."""
    url = postgres_server.fresh()
    store, engines = open_store(url, new_id=counting_ids("t")), open_engines(url)
    await do(store, Outcome(orders=(FIRST,), plan=(line(FIRST),), conversation=talk()))
    began = threading.Event()

    def other() -> None:
        own = open_engines(url)
        with own.write.begin() as connection:
            began.set()
            WHILE_SETTLING[what](connection)
        own.dispose()

    thread = threading.Thread(target=other)
    with engines.write.begin() as connection:
        assert sql_nudges.settle(connection, [sending(line(FIRST), nudging(), FIRST)]) == [True]
        thread.start()
        began.wait(10)
        thread.join(0.5)  # it waits for a lock, or is done
    thread.join(20)
    assert await store.claim_commands(at(13), 10, WEBHOOK) == []
    engines.dispose()
    await store.close()


def test_a_line_and_its_ledger_read_alike() -> None:
    assert line(FIRST) == Nudge("o1", "first", at(10), buyer_id="b1")
