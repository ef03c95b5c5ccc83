"""What every store finds, and how far it looks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import insert, select

from bot.acts import Act
from bot.core.model import Conversation, OrderStatus
from bot.records import Outcome
from bot.sheets import Hit, Sought, Where
from bot.store import SqlStore, sql_search, versions
from bot.store.engine import as_it_is, open_engines, read, upgrade
from bot.store.rows import CONVERSATION, ORDER
from bot.store.schema import conversation, orders
from tests.fakes import at, buyer_event, buyer_message, order, talk
from tests.store.test_plans import listen
from tests.store.test_schema import _only

pytestmark = pytest.mark.anyio
OLD, NEW = at(-40 * 86_400), at(0)


async def talked(store: SqlStore, one: str, buyer: str = "b1", name: str | None = None) -> Conversation:
    kept = replace(talk(one=one), buyer_id=buyer, buyer_name=name)
    assert await store.act(Act(kept), at(0))
    return kept


async def says(store: SqlStore, number: int, text: str, one: str = "c1", when: datetime = NEW) -> None:
    found = await store.talk("webhook", one)
    await store.accept(buyer_event(number, one))
    [claim] = await store.claim(at(5), 10)
    done = tuple(event.seq for event in (await store.load(claim)).events)
    message = replace(buyer_message(number, one), text=text, sent_at=when)
    assert await store.save(claim, Outcome(done, found or talk(one=one), messages=(message,)), at(5))


async def look(store: SqlStore, text: str, limit: int = 9, before: int | None = None, far: int = 99) -> Sequence[Hit]:
    return await store.search(Sought(text, limit, at(-30 * 86_400), far, before))


async def places(store: SqlStore, text: str) -> set[tuple[Where, str]]:
    return {(one.where, one.conversation_id) for one in await look(store, text)}


async def test_numbers_and_names_are_found_whole_and_by_their_beginnings(store: SqlStore) -> None:
    await talked(store, "c-100", "b-1", "小林")
    await talked(store, "c-200", "b-2", "林小")
    sent = replace(order(OrderStatus.SHIPPED, "8800", buyer="b-1"), conversation_id=None, tracking_no="SF77-1")
    await store.import_snapshots([], [sent, order(one="8801", buyer="b-9")])
    first = "c-100"
    for text, where in (
        ("c-100", Where.CONVERSATION), ("c-1", Where.CONVERSATION), ("b-1", Where.BUYER), ("小林", Where.NAME),
        ("小", Where.NAME), ("8800", Where.ORDER), ("880", Where.ORDER), ("SF77-1", Where.PARCEL), ("SF", Where.PARCEL),
    ):  # fmt: skip
        assert await places(store, text) == {(where, first)}, text
    assert await places(store, "c-") == {(Where.CONVERSATION, "c-100"), (Where.CONVERSATION, "c-200")}
    assert await places(store, "林小") == {(Where.NAME, "c-200")}
    for nothing in ("100", "C-100", "c%", "8801", "b-9", "_"):
        assert await places(store, nothing) == set(), nothing


async def test_words_are_found_the_newest_line_first_and_page_by_page(store: SqlStore) -> None:
    await talked(store, "c1", name="小林")
    for number, text in enumerate(("发什么快递", "好的", "Fast 快递吗", "快递呢"), 1):
        await says(store, number, text)
    found = await look(store, "快递", limit=2)
    assert [(one.text, one.seq, one.buyer_id, one.buyer_name) for one in found] == [
        ("快递呢", 4, "b1", "小林"), ("Fast 快递吗", 3, "b1", "小林"),
    ]  # fmt: skip
    assert [one.text for one in await look(store, "快递", before=3)] == ["发什么快递"]
    assert [one.text for one in await look(store, "fAST")] == ["Fast 快递吗"]
    assert await look(store, "c1", before=9) == []


async def test_signs_of_patterns_are_only_signs(store: SqlStore) -> None:
    await talked(store, "c1")
    for number, text in enumerate(("打9折 100%棉", "100块", "a_b", "axb", "c\\d", "cd"), 1):
        await says(store, number, text)
    for typed, text in (("100%", "打9折 100%棉"), ("a_b", "a_b"), ("c\\d", "c\\d"), ("%棉", "打9折 100%棉")):
        assert [one.text for one in await look(store, typed)] == [text]


async def test_old_lines_lines_taken_back_and_lines_far_back_are_not_looked_at(store: SqlStore) -> None:
    await talked(store, "c1")
    await says(store, 1, "快递一", when=OLD)
    await says(store, 2, "快递二")
    await says(store, 3, "快递三")
    assert [one.text for one in await look(store, "快递")] == ["快递三", "快递二"]
    assert [one.text for one in await look(store, "快递", far=1)] == ["快递三"]


async def test_an_order_leads_to_nobody_elses_conversation(store: SqlStore) -> None:
    await talked(store, "c1", "b1")
    await store.import_snapshots([], [order(one="900", buyer="b2")])
    assert await places(store, "900") == set()


async def test_of_a_buyer_who_was_erased_no_name_and_no_word_is_found(store: SqlStore) -> None:
    await talked(store, "c1", "b1", "小林")
    await says(store, 1, "我住3楼")
    await store.erase_buyer("b1", at(9))
    assert await places(store, "小林") == set()
    assert await places(store, "3楼") == set()


def test_what_was_there_before_is_searchable_too(database_url: str) -> None:
    engines = as_it_is(database_url)
    with engines.write.begin() as connection:
        versions.rebuild(connection, "v0008")
        kept = {"channel": "webhook", "id": "c1", "version": 1, "buyer_id": "b1", "holder": "bot", "announced": False}
        kept |= {"updated_at": 0, "urgency": 5}
        kept["body"] = CONVERSATION.dump_json(replace(talk(), buyer_name="小林")).decode()
        connection.execute(insert(_only("conversation", kept)), kept)
        sold = {"id": "o1", "buyer_id": "b1", "status": "shipped", "created_at": 0, "updated_at": 0}
        sold |= {"body": ORDER.dump_json(replace(order(), tracking_no="SF1")).decode()}
        connection.execute(insert(_only("orders", sold)), sold)
    upgrade(engines.write)
    names = read(engines.read, lambda one: one.execute(select(conversation.c.buyer_name)).scalars().all())
    parcels = read(engines.read, lambda one: one.execute(select(orders.c.tracking_no)).scalars().all())
    engines.dispose()
    assert (names, parcels) == (["小林"], ["SF1"])


async def test_beginnings_are_looked_up_and_not_searched_for(database_url: str) -> None:
    """Also where the database orders texts by a language."""
    engines = open_engines(database_url)
    told = listen(engines)
    with engines.read.begin() as connection:
        sql_search.found(connection, Sought("x1", 9, at(0), 99, None))
    asked = [one for one in told if one[0].startswith("SELECT")]
    ask = "EXPLAIN QUERY PLAN" if engines.read.dialect.name == "sqlite" else "EXPLAIN"
    with engines.read.begin() as connection:
        if ask == "EXPLAIN":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [" ".join(str(row) for row in connection.exec_driver_sql(f"{ask} {one}", by)) for one, by in asked[:5]]
    engines.dispose()
    indexes = ("conversation_id", "conversation_buyer", "conversation_name", "orders_number", "orders_tracking")
    for plan, index in zip(plans, indexes, strict=True):
        assert index in plan or "autoindex_orders" in plan
        assert "Seq Scan" not in plan
        assert "Index Cond" in plan or "SEARCH" in plan or "Bitmap" in plan
