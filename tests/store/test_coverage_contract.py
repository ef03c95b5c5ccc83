"""What every store tells of the texts and turns of a span."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.core.compose import Part
from bot.core.coverage import Candidate, Told
from bot.records import Command, Outcome, Purpose, TurnRecord
from bot.store import SqlStore, care, sql_coverage
from bot.store.engine import open_engines
from bot.store.rows import spoken_values
from bot.store.schema import message, turn
from tests.fakes import WEBHOOK, at, buyer_event, reply, talk
from tests.store.test_plans import listen, plans

pytestmark = pytest.mark.anyio

FIRST, SECOND = ("a", "default", "replies/a.md:3", "答一"), ("b", "night", "replies/b.md:9", "答二")


def story(*parts: tuple[str, str, str, str]) -> Mapping[str, object]:
    names = ("topic", "variant", "source", "text")
    return {
        "intents": ["stock"],
        "candidates": [
            {"intent": "stock", "score": 0.87, "ask": "有货吗", "source": "replies/a.md:5"},
            {"intent": "oos", "score": 0.25, "ask": None, "source": None},
        ],
        "parts": [dict(zip(names, part, strict=True)) for part in parts],
    }


def command(number: int, source: str | None, purpose: Purpose = Purpose.REPLY) -> Command:
    plain = reply(f"r{number}", seconds=number * 10)
    return replace(plain, data={**plain.data, "source": source}, purpose=purpose)


async def turned(store: SqlStore, number: int, told: Mapping[str, object], *commands: Command) -> None:
    """A turn `number` times ten seconds in, what it says sent a second later."""
    now = number * 10
    await store.accept(buyer_event(number, seconds=now))
    [claim] = await store.claim(at(now + 5), 10)
    work = await store.load(claim)
    record = TurnRecord(f"t{number}", "c1", at(now), "answer", "sure", tuple(one.id for one in commands), told)
    done = tuple(event.seq for event in work.events)
    mine = work.conversation or talk()
    assert await store.save(claim, Outcome(done, mine, commands=commands, turn=record), at(now + 5))
    for one in await store.claim_commands(at(now + 6), 10, WEBHOOK):
        await store.mark_sent(one, at(now + 7))


async def spoken(store: SqlStore, since: int = 0, until: int = 1_000) -> list[Part]:
    found: list[Part] = []
    await store.spoken(at(since), at(until), found.append)
    return found


async def told(store: SqlStore, since: int = 0, until: int = 1_000) -> list[Told]:
    found: list[Told] = []
    await store.told(at(since), at(until), found.append)
    return found


async def test_a_turn_is_told_with_its_readings(store: SqlStore) -> None:
    await turned(store, 1, story(FIRST))
    candidates = (Candidate("stock", 87.0, "有货吗"), Candidate("oos", 25.0, None))
    assert await told(store) == [Told("c1", "answer", "sure", ("stock",), candidates)]


async def test_turns_come_in_order_and_only_those_of_the_span(store: SqlStore) -> None:
    for number in (1, 2, 3):
        await turned(store, number, {**story(), "intents": [f"i{number}"]})
    assert [one.intents for one in await told(store, 10, 30)] == [("i1",), ("i2",)]
    assert [one.intents for one in await told(store, 11, 31)] == [("i2",), ("i3",)]


async def test_what_was_cleared_away_is_told(store: SqlStore, database_url: str) -> None:
    assert await store.told(at(0), at(9), print) is None
    care.prune(database_url, at(5), print)
    assert await store.told(at(0), at(9), print) == at(5)


async def test_texts_of_one_message_are_told_as_its_turn_has_them(store: SqlStore) -> None:
    await turned(store, 1, story(FIRST, SECOND), command(1, "replies/a.md:3; replies/b.md:9"))
    assert await spoken(store) == [Part(*FIRST), Part(*SECOND)]
    assert await spoken(store, 0, 17) == []


async def test_what_was_never_sent_was_not_said(store: SqlStore) -> None:
    await turned(store, 1, story(FIRST))
    assert await spoken(store) == []


async def test_a_message_that_is_not_its_turns_reply_is_told_by_its_own_place(store: SqlStore) -> None:
    await turned(store, 1, story(FIRST), command(1, "replies/system/nudge.md:9", Purpose.NUDGE))
    assert await spoken(store) == [Part("system/nudge", "", "replies/system/nudge.md:9", "答r1")]


async def test_of_an_erased_buyer_only_places_are_left(store: SqlStore) -> None:
    await turned(store, 1, story(FIRST, SECOND), command(1, "replies/a.md:3; replies/b.md:9"))
    await store.erase_buyer("b1", at(99))
    assert await spoken(store) == [Part("a", "", "replies/a.md:3", ""), Part("b", "", "replies/b.md:9", "")]
    assert await told(store) == []


async def test_people_and_buyers_say_no_lines(store: SqlStore) -> None:
    by_hand = replace(reply("r1", seconds=10, by_bot=False))
    await turned(store, 1, story(), by_hand)
    assert await spoken(store) == []


def test_a_span_of_many_pages_is_told_whole_through_indexes(tmp_path: Path) -> None:
    engines, count = open_engines(f"sqlite:///{tmp_path / 'plans.db'}"), 2_500
    rows = [spoken_values(command(number, "replies/a.md:3"), f"t{number}", at(number)) for number in range(count)]
    with engines.write.begin() as connection:
        connection.execute(insert(message), rows)
        connection.execute(insert(turn), [turn_row(number) for number in range(count)])
    heard, turns, parts = listen(engines), list[Told](), list[Part]()
    with engines.read.begin() as connection:
        sql_coverage.told(connection, at(0), at(count), turns.append)
        sql_coverage.spoken(connection, at(0), at(count), parts.append)
    found = [plan for _, plan in plans(engines, list(heard))]
    engines.dispose()
    assert (len(turns), len(parts)) == (count, count)
    assert len(found) >= 3
    assert [plan for plan in found if plan.startswith("SCAN") or "TEMP B-TREE FOR ORDER BY" in plan] == []


def turn_row(number: int) -> dict[str, object]:
    """A turn as its table keeps it."""
    told = {"decision": "answer", "reason": "sure", "command_ids": [], "story": story(FIRST)}
    return {"id": f"t{number}", "conversation_id": "c1", "at": at(number), **told}
