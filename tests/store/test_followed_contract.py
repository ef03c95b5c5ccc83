"""What every store tells of what came after a question, and of what buyers are called."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.model import Receiver
from bot.records import Outcome
from bot.store import SqlStore, sql_followed
from bot.store.engine import open_engines
from tests.fakes import at, buyer_event, buyer_message, order, talk
from tests.store.test_plans import listen, plans

pytestmark = pytest.mark.anyio
TO_WANG = Receiver("王小明", "13800138000", "杭州")


async def said(store: SqlStore, conversation: str, *numbers: int, recalled: int = 0) -> None:
    """One line of the buyer's a number, so many seconds in."""
    await store.accept(buyer_event(numbers[0], conversation, seconds=numbers[0]))
    [claim] = await store.claim(at(99), 10)
    lines = tuple(buyer_message(number, conversation, number) for number in numbers)
    mine = replace(talk(one=conversation), buyer_name="小雅")
    done = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, Outcome(done, mine, lines, recalled=(f"m{recalled}",)), at(99))


async def test_of_each_place_the_first_lines_of_its_span_are_told_in_order(store: SqlStore) -> None:
    await said(store, "c1", 1, 2, 3, 4, 5, recalled=3)
    await said(store, "c2", 6)
    places = [("webhook", "c2", at(0), at(9)), ("webhook", "c1", at(2), at(5)), ("webhook", "c9", at(0), at(9))]
    found = await store.followed([*places, ("console", "c1", at(0), at(9))], 30)
    assert [[line.id for line in lines] for lines in found] == [["m6"], ["m2", "m4"], [], []]
    assert [len(lines) for lines in await store.followed([("webhook", "c1", at(0), at(9))], 2)] == [2]
    assert await store.followed([], 30) == []


async def test_a_buyer_is_called_as_they_go_by_and_as_their_parcels_do(store: SqlStore) -> None:
    await said(store, "c1", 1)
    await store.import_snapshots([], [replace(order(), receiver=TO_WANG), order(one="o2"), order(one="o3", buyer="b3")])
    assert await store.names_of(["b1", "b3", "b9", "b1"]) == {"b1": {"小雅", "王小明"}}
    assert await store.names_of([]) == {}


async def test_more_buyers_than_a_statement_binds_are_looked_up(store: SqlStore) -> None:
    many = [f"b{number:04}" for number in range(1_201)]
    orders = [replace(order(one=f"o{one}", buyer=one), receiver=TO_WANG) for one in (many[0], many[-1])]
    await store.import_snapshots([], orders)
    assert await store.names_of(many) == {many[0]: {"王小明"}, many[-1]: {"王小明"}}


def test_nothing_of_it_reads_a_whole_table(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'plans.db'}")
    told = listen(engines)
    with engines.read.begin() as connection:
        sql_followed.followed(connection, [("webhook", "c1", at(0), at(9))], 30)
        sql_followed.names_of(connection, ["b1"])
    found = [plan for _, plan in plans(engines, list(told))]
    engines.dispose()
    assert len(found) >= 3
    assert [plan for plan in found if plan.startswith("SCAN")] == []
