"""What every store tells of the kill switch, and of how often people were called for what."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.acts import Act
from bot.core.notebooks import Entry, Happening
from bot.records import Pause
from bot.store import SqlStore, sql_letters, sql_switches
from bot.store.engine import open_engines
from bot.store.rows import command_values
from bot.store.schema import outbox
from tests.fakes import at, reply
from tests.store.test_letters_contract import fail
from tests.store.test_plans import listen, plans

pytestmark = pytest.mark.anyio


async def queued(store: SqlStore, one: str, seconds: float, reason: str, kind: Happening = Happening.QUEUED) -> None:
    entry = Entry(one, at(seconds), kind, data={"reason": reason})
    assert await store.act(Act(journal=(entry,)), at(seconds))


async def test_a_switch_that_nobody_touched_is_off(store: SqlStore) -> None:
    assert await store.pause() == Pause()


async def test_the_switch_tells_who_threw_it_and_when(store: SqlStore) -> None:
    await store.set_paused(True, at(1), "s01")
    assert await store.pause() == Pause(True, at(1), "s01")
    await store.set_paused(False, at(2), "s02")
    assert await store.pause() == Pause(False, at(2), "s02")


async def test_to_pause_what_is_paused_changes_neither_who_nor_when(store: SqlStore) -> None:
    await store.set_paused(True, at(1), "s01")
    await store.set_paused(True, at(5), "s02")
    assert await store.pause() == Pause(True, at(1), "s01")


async def test_a_switch_thrown_by_nobody_known_says_so(store: SqlStore) -> None:
    await store.set_paused(True, at(1))
    assert await store.pause() == Pause(True, at(1), None)


async def test_calls_for_people_are_counted_by_reason_within_their_span(store: SqlStore) -> None:
    for number, reason in enumerate(("flag", "media", "media")):
        await queued(store, f"q{number}", number, reason)
    await queued(store, "q9", 9, "flag")
    await queued(store, "x", 1, "flag", Happening.LEFT)
    assert list((await store.calls(at(0), at(9))).items()) == [("media", 2), ("flag", 1)]
    assert await store.calls(at(1), at(2)) == {"media": 1}
    assert await store.calls(at(10), at(20)) == {}


async def test_letters_are_turned_over_like_pages(store: SqlStore) -> None:
    await fail(store, *(replace(reply(f"r{number}"), lane=f"l{number}") for number in range(5)))
    everything = [one.id for one in await store.letters(9)]
    first = [one.id for one in await store.letters(2)]
    second = [one.id for one in await store.letters(2, first[-1])]
    last = [one.id for one in await store.letters(9, second[-1])]
    assert (len(everything), [*first, *second, *last]) == (5, everything)
    assert await store.letters(9, "nobody") == []


def test_neither_asks_more_than_its_rows(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'plans.db'}")
    with engines.write.begin() as connection:
        connection.execute(insert(outbox), command_values(reply("r1"), None))
    told = listen(engines)
    with engines.write.begin() as connection:
        sql_switches.set_paused(connection, True, at(1), "s01")
        sql_switches.pause(connection)
        sql_switches.calls(connection, at(0), at(9))
        sql_letters.letters(connection, 9, "r1")
    scans = {plan for _, plan in plans(engines, list(told)) if plan.startswith("SCAN")}
    engines.dispose()
    assert scans == {"SCAN nudge USING INDEX nudge_review"}  # holds just those that people must look at
