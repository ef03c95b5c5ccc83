"""What every store promises about commands that did not arrive."""

from dataclasses import replace
from itertools import count

import pytest

from bot.core.model import Holder, OrderStatus
from bot.ports import Later
from bot.records import Command, Letter, Nudge, Outcome, Purpose
from bot.store import SqlStore
from tests.fakes import WEBHOOK, at, buyer_event, order, reply, sending, talk

pytestmark = pytest.mark.anyio

_numbers = count(1)


async def do(store: SqlStore, outcome: Outcome, seconds: float = 1) -> None:
    """A turn in a lane of its own."""
    number = next(_numbers)
    await store.accept(buyer_event(number, f"lane{number}"))
    [claim] = await store.claim(at(seconds), 10)
    seqs = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, replace(outcome, done=seqs), at(seconds))


async def fail(store: SqlStore, *commands: Command, seconds: float = 2) -> None:
    """The channel refuses them."""
    await do(store, Outcome(commands=commands))
    for one in await store.claim_commands(at(seconds), 99, WEBHOOK):
        assert await store.mark_dead(one, "http 410")


async def state(store: SqlStore, one: str) -> object:
    story = await store.explain(one)
    assert story is not None
    return story["state"]


async def seen(store: SqlStore, limit: int = 50) -> list[tuple[str, str]]:
    return [(one.id, one.state) for one in await store.letters(limit)]


async def claimed(store: SqlStore, seconds: float) -> list[str]:
    return [one.command.id for one in await store.claim_commands(at(seconds), 99, WEBHOOK)]


def nudging(one: str = "n1") -> Command:
    return replace(reply(one, lane="n"), purpose=Purpose.NUDGE, order_id="o1", deadline=at(1800), while_status="unpaid")


async def nudged(store: SqlStore, status: OrderStatus = OrderStatus.UNPAID) -> None:
    """A nudge is on its way."""
    line = Nudge("o1", "first", at(1), buyer_id="b1")
    await do(store, Outcome(orders=(order(),), plan=(line,)))
    assert await store.settle_nudges(sending(line, nudging(), order()))
    await store.import_snapshots([], [order(status, updated=3)])


async def test_a_letter_tells_what_people_need(store: SqlStore) -> None:
    await fail(store, reply("r1"))
    assert await store.letters(50) == [
        Letter("r1", at(0), "webhook", "message.send", Purpose.REPLY, "c1", None, "dead", 1, "http 410", "答r1")
    ]


async def test_a_call_for_people_tells_its_summary(store: SqlStore) -> None:
    call = replace(reply("h1", by_bot=False), type="conversation.hand_off", data={"summary": "买家要求人工"})
    await fail(store, call)
    assert [one.text for one in await store.letters(50)] == ["买家要求人工"]


async def test_only_what_did_not_arrive_is_a_letter(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(holder=Holder.HUMAN)))
    await do(store, Outcome(commands=(reply("gone"),)))
    assert await claimed(store, 2) == []
    names = ("sent", "dead", "late", "seen")
    others = [replace(reply(one, one, by_bot=False), conversation_id=one) for one in (*names, "way", "waits")]
    await do(store, Outcome(conversation=talk(one="seen")))
    await do(store, Outcome(commands=tuple(others)))
    mine = {one.command.id: one for one in await store.claim_commands(at(3), 5, WEBHOOK)}
    await store.mark_sent(mine["sent"], at(4))
    await store.mark_dead(mine["dead"], "http 410")
    await store.mark_dead(mine["seen"], "http 410")
    await store.mark_retry(mine["late"], at(601), Later("timeout", unsure=True))
    [lapsed] = await store.lapsed(at(9))
    assert await store.see_to(lapsed, at(9))
    assert await seen(store) == [("seen", "seen"), ("dead", "dead")]
    for one in ("gone", "sent", "late", "way", "waits", "nobody"):
        assert not await store.retry_letter(one, at(10))
        assert not await store.drop_letter(one, at(10))
    assert await claimed(store, 602) == []
    assert ("late", "expired") in await seen(store)


async def test_the_newest_come_first_and_no_more_than_asked_for(store: SqlStore) -> None:
    for number in range(5):
        await fail(store, reply(f"r{number}"))
    assert await seen(store, 2) == [("r4", "dead"), ("r3", "dead")]


async def test_a_retried_reply_goes_at_once_for_ten_minutes_under_its_id(store: SqlStore) -> None:
    await fail(store, reply("r1"))
    assert await store.retry_letter("r1", at(90_000))
    assert not await store.retry_letter("r1", at(90_000))
    assert await seen(store) == []
    [again] = await store.claim_commands(at(90_000), 10, WEBHOOK)
    assert again.command == replace(reply("r1"), deadline=at(90_600))
    assert again.tries == 2
    assert await store.mark_sent(again, at(90_001))
    assert [line.text for line in await store.transcript("webhook", "c1")] == ["答r1"]
    assert await state(store, "r1") == "sent"


async def test_a_retried_call_for_people_is_tried_for_days(store: SqlStore) -> None:
    await fail(store, replace(reply("h1", by_bot=False), type="conversation.hand_off", purpose=Purpose.HANDOFF))
    assert await store.retry_letter("h1", at(10))
    [again] = await store.claim_commands(at(6 * 86400), 10, WEBHOOK)
    assert again.command.id == "h1"


async def test_a_retried_reply_that_fails_again_is_a_letter_again(store: SqlStore) -> None:
    await fail(store, reply("r1"))
    await store.retry_letter("r1", at(10))
    [again] = await store.claim_commands(at(10), 10, WEBHOOK)
    await store.mark_dead(again, "http 404")
    assert [(one.id, one.tries, one.error) for one in await store.letters(9)] == [("r1", 2, "http 404")]


async def test_what_may_have_arrived_stays_in_doubt_over_a_retry(store: SqlStore) -> None:
    """Past its new deadline it is not decided anew: that could be a second answer."""
    await do(store, Outcome(commands=(reply("r1"),)))
    [once] = await store.claim_commands(at(2), 10, WEBHOOK)
    await store.mark_retry(once, at(20), Later("timeout", unsure=True))
    assert await claimed(store, 601) == []
    await store.retry_letter("r1", at(700))
    assert await claimed(store, 1301) == []
    assert await seen(store) == [("r1", "expired")]


async def test_a_retried_reply_finds_the_human(store: SqlStore) -> None:
    await fail(store, reply("r1"))
    await do(store, Outcome(conversation=talk(holder=Holder.HUMAN)))
    assert await store.retry_letter("r1", at(10))
    assert await claimed(store, 10) == []
    assert await state(store, "r1") == "cancelled"


async def test_a_retried_nudge_is_on_its_way_and_then_sent(store: SqlStore) -> None:
    await nudged(store)
    [once] = await store.claim_commands(at(3), 10, WEBHOOK)
    await store.mark_dead(once, "http 410")
    assert await seen(store) == [("n1", "needs_review")]
    assert await store.retry_letter("n1", at(9000))
    assert (await store.vitals(at(9000))).review == 0
    [again] = await store.claim_commands(at(9000 + 29 * 60), 10, WEBHOOK)
    assert again.command.deadline == at(9000 + 30 * 60)
    await store.mark_sent(again, at(9000 + 29 * 60))
    assert await seen(store) == []
    assert await store.due_nudges(at(99_999), 10) == []


async def test_a_retried_nudge_that_fails_again_needs_a_look_again(store: SqlStore) -> None:
    await nudged(store)
    for moment in (3, 9000):
        [once] = await store.claim_commands(at(moment), 10, WEBHOOK)
        await store.mark_dead(once, "http 410")
        assert await seen(store) == [("n1", "needs_review")]
        await store.retry_letter("n1", at(9000))


async def test_a_retried_nudge_finds_the_order_paid(store: SqlStore) -> None:
    await nudged(store)
    [once] = await store.claim_commands(at(3), 10, WEBHOOK)
    await store.mark_dead(once, "http 410")
    await store.import_snapshots([], [order(OrderStatus.PAID, updated=9)])
    assert await store.retry_letter("n1", at(10))
    assert await claimed(store, 10) == []
    assert (await state(store, "n1"), await seen(store)) == ("cancelled", [])


async def test_a_nudge_that_may_have_arrived_is_a_letter_though_its_order_is_paid(store: SqlStore) -> None:
    await nudged(store)
    [once] = await store.claim_commands(at(3), 10, WEBHOOK)
    await store.mark_retry(once, at(20), Later("timeout", unsure=True))
    await store.import_snapshots([], [order(OrderStatus.PAID, updated=9)])
    assert await claimed(store, 20) == []
    assert (await state(store, "n1"), await seen(store)) == ("cancelled", [("n1", "needs_review")])
    assert await store.drop_letter("n1", at(30))
    assert (await seen(store), (await store.vitals(at(30))).review) == ([], 0)


@pytest.mark.parametrize("one", ["r1", "n1"])
async def test_a_dropped_letter_is_nobodys_business_any_more(store: SqlStore, one: str) -> None:
    await nudged(store)
    await do(store, Outcome(conversation=talk()))
    await fail(store, reply("r1"), seconds=3)
    assert await store.drop_letter(one, at(10))
    assert not await store.drop_letter(one, at(10))
    assert not await store.retry_letter(one, at(10))
    assert await state(store, one) == "dropped"
    assert one not in dict(await seen(store))
    assert await claimed(store, 20) == []
    await store.drop_letter({"r1": "n1", "n1": "r1"}[one], at(10))
    vitals = await store.vitals(at(20))
    assert (vitals.undelivered, vitals.review, await store.lapsed(at(99))) == (0, 0, [])
