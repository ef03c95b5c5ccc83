"""What every store promises about commands that are sent where they were saved."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from bot.core.model import Holder
from bot.records import ClaimedCommand, Command, Outcome, Purpose
from bot.store import SqlStore
from tests.fakes import WEBHOOK, at, buyer_event, reply, talk

pytestmark = pytest.mark.anyio

_numbers = count(1)


async def saved(store: SqlStore, *commands: Command, holder: Holder = Holder.BOT) -> Sequence[ClaimedCommand] | None:
    """A turn in a conversation of its own."""
    number = next(_numbers)
    name = f"talk{number}"
    await store.accept(buyer_event(number, name))
    [claim] = await store.claim(at(1), 10)
    seqs = tuple(event.seq for event in (await store.load(claim)).events)
    outcome = Outcome(done=seqs, conversation=replace(talk(one=name), holder=holder), commands=commands)
    return await store.save_to_send(claim, outcome, at(1), WEBHOOK)


async def claimed(store: SqlStore, seconds: float) -> list[ClaimedCommand]:
    return list(await store.claim_commands(at(seconds), 10, WEBHOOK))


async def test_an_answer_in_a_lane_at_rest_is_leased_to_whoever_saved_it(store: SqlStore) -> None:
    [leased] = await saved(store, reply("r1")) or []
    assert (leased.command, leased.tries, leased.alone) == (reply("r1"), 1, True)
    assert await claimed(store, 2) == []
    assert await store.mark_sent(leased, at(3))
    assert [line.text for line in await store.transcript("webhook", "c1")] == ["答r1"]


async def test_only_the_first_of_a_lane_is_leased_and_the_others_follow(store: SqlStore) -> None:
    leased = await saved(store, reply("r1"), reply("r2"), reply("s1", lane="other")) or []
    assert [(one.command.id, one.alone) for one in leased] == [("r1", False), ("s1", True)]
    assert await claimed(store, 2) == []
    await store.mark_sent(leased[0], at(2))
    assert [one.command.id for one in await claimed(store, 3)] == ["r2"]


async def test_a_lane_in_which_something_waits_keeps_its_order(store: SqlStore) -> None:
    await saved(store, reply("r1"), reply("r2"))
    assert await saved(store, reply("r3")) == ()


async def test_a_lease_whose_holder_died_ends_and_the_command_may_have_arrived(store: SqlStore) -> None:
    [lost] = await saved(store, reply("r1")) or []
    assert await claimed(store, 15) == []
    [again] = await claimed(store, 17)
    assert (again.command.id, again.tries) == ("r1", 2)
    assert not await store.mark_sent(lost, at(18))
    assert await store.mark_sent(again, at(18))


async def test_while_paused_nothing_is_leased(store: SqlStore) -> None:
    await store.set_paused(True, at(0))
    assert await saved(store, reply("r1")) == ()
    await store.set_paused(False, at(2))
    assert [one.command.id for one in await claimed(store, 2)] == ["r1"]


async def test_what_another_process_carries_is_left_to_it(store: SqlStore) -> None:
    mine, theirs = reply("r1", "c:webhook:c1"), replace(reply("p1", "c:page:c1"), channel="page")
    assert [one.command.id for one in await saved(store, theirs, mine) or ()] == ["r1"]
    assert await claimed(store, 2) == []
    assert [one.command.id for one in await store.claim_commands(at(2), 10, {"page"})] == ["p1"]


@pytest.mark.parametrize(
    "command",
    [
        replace(reply("n1"), purpose=Purpose.NUDGE, order_id="o1"),
        replace(reply("k1"), purpose=Purpose.CARE),
        replace(reply("late"), deadline=at(0)),
        replace(reply("later"), created_at=at(9)),
    ],
    ids=lambda one: one.id,
)
async def test_what_needs_more_of_a_last_look_is_left_to_the_outbox(store: SqlStore, command: Command) -> None:
    assert await saved(store, command) == ()


async def test_a_word_of_the_bot_for_a_talk_that_people_hold_is_not_leased(store: SqlStore) -> None:
    assert await saved(store, reply("r1"), holder=Holder.HUMAN) == ()
    [leased] = await saved(store, reply("a1", "x", by_bot=False), holder=Holder.HUMAN) or ()
    assert leased.command.id == "a1"


async def test_a_command_that_is_known_is_not_leased_again(store: SqlStore) -> None:
    [first] = await saved(store, reply("r1")) or []
    await store.mark_sent(first, at(2))
    assert await saved(store, reply("r1")) == ()


async def test_without_the_right_to_the_lane_nothing_is_saved_or_leased(store: SqlStore) -> None:
    await store.accept(buyer_event(1, "slow"))
    [slow] = await store.claim(at(1), 10)
    await store.claim(at(12), 10)
    assert await store.save_to_send(slow, Outcome(done=(1,), commands=(reply("r1"),)), at(13), WEBHOOK) is None
    assert await claimed(store, 14) == []
