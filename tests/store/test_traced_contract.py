"""The last lines with their turns, on both stores."""

import pytest

from bot.records import Outcome, TurnRecord
from bot.store import SqlStore
from tests.fakes import WEBHOOK, at, buyer_event, buyer_message, reply, talk

pytestmark = pytest.mark.anyio


async def turned(store: SqlStore, number: int) -> None:
    await store.accept(buyer_event(number))
    [claim] = await store.claim(at(number * 10 + 5), 10)
    events = (await store.load(claim)).events
    command = reply(f"r{number}")
    record = TurnRecord(
        f"t{number}", "c1", at(number), "answer", "sure", (command.id,), {"commit": "c0ffee"}, talk(number - 1)
    )
    done = tuple(one.seq for one in events)
    message = buyer_message(number)
    outcome = Outcome(done, talk(number - 1), messages=(message,), commands=(command,), turn=record)
    assert await store.save(claim, outcome, at(number * 10 + 6))
    for one in await store.claim_commands(at(number * 10 + 7), 10, WEBHOOK):
        await store.mark_sent(one, at(number * 10 + 8))


async def test_each_line_comes_with_the_turn_that_read_or_said_it(store: SqlStore) -> None:
    for number in (1, 2):
        await turned(store, number)
    found = await store.traced("webhook", "c1", 3)
    assert [(one.line.id, one.line.author, one.turn and one.turn.id) for one in found] == [
        ("r1", "bot", "t1"), ("m2", "buyer", "t2"), ("r2", "bot", "t2"),
    ]  # fmt: skip
    last = found[-1].turn
    assert last
    assert (last.decision, last.reason, last.story, last.command_ids) == (
        "answer",
        "sure",
        {"commit": "c0ffee"},
        ("r2",),
    )
    assert last.before
    assert last.before.id == "c1"
    assert await store.traced("webhook", "c9", 3) == []


async def test_an_erased_turn_tells_nothing(store: SqlStore) -> None:
    await turned(store, 1)
    await store.erase_buyer("b1", at(99))
    assert [one.turn for one in await store.traced("webhook", "c1", 9)] == [None, None]
