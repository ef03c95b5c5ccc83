"""What every store tells of a buyer at one look."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.acts import Act
from bot.core.buyer import News
from bot.core.model import Holder, Item, Kind, Message, OrderStatus
from bot.core.notebooks import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    Entry,
    Happening,
    Issue,
    IssueKind,
)
from bot.records import Outcome, TurnRecord
from bot.sheets import Sheet
from bot.store import SqlStore
from tests.fakes import at, buyer_event, buyer_message, order, talk

pytestmark = pytest.mark.anyio


async def turned(store: SqlStore, number: int, one: str, message: Message, story: Mapping[str, object]) -> None:
    """One turn of a new conversation, at that second."""
    await store.accept(buyer_event(number, one, seconds=number))
    [claim] = await store.claim(at(number + 5), 10)
    done = tuple(event.seq for event in (await store.load(claim)).events)
    record = TurnRecord(f"t{number}", one, at(number), "stay", "human_holds", (), story)
    outcome = Outcome(done, talk(one=one), messages=(message,), turn=record)
    assert await store.save(claim, outcome, at(number + 5))


async def carded(store: SqlStore, number: int, one: str, item: str) -> None:
    card = replace(buyer_message(number, one), kind=Kind.ITEM_CARD, item_id=item, text="")
    await turned(store, number, one, card, {"messages": [{"id": f"m{number}", "item_id": item}]})


async def test_of_an_unknown_buyer_nothing_is_told(store: SqlStore) -> None:
    assert await store.sheet("b9") == Sheet()


async def test_the_newest_orders_come_first_and_all_are_counted(store: SqlStore) -> None:
    mine = [replace(order(one=f"o{number}"), created_at=at(number)) for number in range(7)]
    await store.import_snapshots([], [*mine, order(one="x", buyer="b2")])
    found = await store.sheet("b1")
    assert [one.id for one in found.orders] == ["o6", "o5", "o4", "o3", "o2"]
    assert found.orders_count == 7
    assert found.orders[0].status is OrderStatus.UNPAID


async def test_items_are_those_whose_cards_came_here_and_before(store: SqlStore) -> None:
    goods = [Item(f"i{number}", f"货{number}", Decimal(9), at(0)) for number in range(9)]
    await store.import_snapshots(goods, [])
    for number, (one, item) in enumerate((("c1", "i1"), ("c2", "i2"), ("c3", "i1"), ("c4", "gone")), 1):
        await carded(store, number * 10, one, item)
    assert [one.id for one in (await store.sheet("b1")).items] == ["i1", "i2"]


async def test_past_conversations_come_with_their_last_lines(store: SqlStore) -> None:
    for number in (1, 2, 3):
        await turned(store, number * 10, f"c{number}", buyer_message(number * 10, f"c{number}"), {})
    assert await store.act(Act(replace(talk(one="c4"), buyer_id="b2")), at(50))
    assert await store.act(Act(talk(one="c5")), at(51))
    found = (await store.sheet("b1")).talks
    assert [(one.conversation.id, one.last and one.last.text) for one in found] == [
        ("c5", None), ("c3", "第30句"), ("c2", "第20句"), ("c1", "第10句"),
    ]  # fmt: skip


async def test_what_is_owed_and_what_went_wrong_is_the_buyers_own(store: SqlStore) -> None:
    owed = Commitment("p1", "webhook", "c1", "b1", CommitmentKind.PROMISE, "补发", "a1", at(0), "presale", at(9), "a1")
    sooner = replace(owed, id="p2", due_at=at(5))
    kept = replace(owed, id="p3", state=CommitmentState.DONE)
    other = replace(owed, id="p4", buyer_id="b2")
    issues = tuple(
        Issue(f"i{number}", at(number), IssueKind.COMPLAINT, "慢", buyer_id=buyer)
        for number, buyer in enumerate(("b1", "b2", "b1"))
    )
    queued = tuple(
        Entry(f"j{number}", at(number), kind, "webhook", one, "b1")
        for number, (kind, one) in enumerate(
            ((Happening.QUEUED, "c1"), (Happening.QUEUED, "c1"), (Happening.CLOSED, "c1"), (Happening.QUEUED, "c9"))
        )
    )
    news = (News("b1", at(1), name="小王"),)
    held = talk(holder=Holder.HUMAN)
    act = Act(held, commitments=(owed, sooner, kept, other), issues=issues, journal=queued, news=news)
    assert await store.act(act, at(9))
    found = await store.sheet("b1")
    assert [one.id for one in found.owed] == ["p2", "p1"]
    assert [one.id for one in found.issues] == ["i2", "i0"]
    assert found.hand_offs == 2
    assert found.file
    assert found.file.name
    assert found.file.name.value == "小王"
