"""Whom a wording reached, over every store."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.core.model import Conversation, Holder
from bot.records import Command, Outcome
from bot.store import SqlStore
from tests.fakes import at, reply, talk
from tests.store.test_save_contract import do, send_all

pytestmark = pytest.mark.anyio
KEY, OTHER = "a1b2c3d4e5f60718", "ffffffffffffffff"
PLACE = "replies/a.md:3"


def _made(*keys: str) -> Mapping[str, object]:
    part = {"topic": "a", "variant": "default", "source": PLACE, "given": {}}
    return {"version": "v1", "commit": None, "parts": [{**part, "wording": key} for key in keys]}


def _said(one: str, made: Mapping[str, object] | None, source: str = PLACE) -> Command:
    plain = reply(one)
    return replace(plain, data={**plain.data, "source": source}, made=made)


async def _sent(store: SqlStore, *commands: Command) -> None:
    """One a second, from the first second on."""
    for number, command in enumerate(commands):
        await do(store, Outcome(conversation=talk(number), commands=(command,)), number, number)
        await send_all(store, number + 1)


async def _ids(store: SqlStore, since: float | None = None, until: float | None = None) -> list[str]:
    bounds = [None if one is None else at(one) for one in (since, until)]
    return [one.id for one in await store.reached(KEY, PLACE, *bounds)]


async def test_those_that_were_made_of_the_wording_are_found_whatever_line_they_name(store: SqlStore) -> None:
    moved = replace(_said("r2", _made(OTHER, KEY)), data={**_said("r2", None).data, "source": "replies/a.md:99"})
    await _sent(store, _said("r1", _made(KEY)), moved, _said("r3", _made(OTHER)))
    first, second = await store.reached(KEY, PLACE, None, None)
    assert (first.id, second.id, second.source) == ("r1", "r2", "replies/a.md:99")
    assert (first.buyer_id, first.at, first.text, first.made) == ("b1", at(1), "答r1", _made(KEY))
    assert first.talk == talk(3)


async def test_the_period_has_its_beginning_and_not_its_end(store: SqlStore) -> None:
    await _sent(store, *(_said(f"r{number}", _made(KEY)) for number in (1, 2, 3)))
    assert await _ids(store, 2) == ["r2", "r3"]
    assert await _ids(store, None, 2) == ["r1"]
    assert await _ids(store, 2, 3) == ["r2"]


async def test_of_older_ones_that_name_the_line_it_is_said_that_no_more_is_known(store: SqlStore) -> None:
    await _sent(store, _said("r1", None), _said("r2", None, "replies/b.md:3"), _said("r3", None, f"x; {PLACE}"))
    assert [(one.id, one.made) for one in await store.reached(KEY, PLACE, None, None)] == [("r1", None), ("r3", None)]


async def test_what_cannot_be_read_of_one_that_names_the_line_is_told_as_damaged(store: SqlStore) -> None:
    """Whole JSON of another shape, too; not where another line is named."""
    gone, elsewhere = {"version": "v1", "parts": "gone"}, f"{PLACE}7"
    await _sent(store, _said("r1", gone), _said("r2", gone, elsewhere), _said("r3", {}, f"x; {PLACE}"))
    assert [(one.id, one.damaged) for one in await store.reached(KEY, PLACE, None, None)] == [
        ("r1", True),
        ("r3", True),
    ]


async def test_what_was_not_sent_reached_nobody(store: SqlStore) -> None:
    await do(store, Outcome(conversation=talk(), commands=(_said("r1", _made(KEY)),)))
    assert await _ids(store) == []


async def test_who_was_erased_is_not_found_and_keeps_no_record_of_facts(store: SqlStore) -> None:
    await _sent(store, _said("r1", _made(KEY)))
    await store.erase_buyer("b1", at(9))
    assert await _ids(store) == []
    story = await store.explain("r1")
    assert story is not None
    assert story["made"] is None


async def test_the_conversation_is_as_it_is_now(store: SqlStore) -> None:
    await _sent(store, _said("r1", _made(KEY)))
    await do(store, Outcome(conversation=talk(1, Holder.HUMAN)), 2, 5)
    [one] = await store.reached(KEY, PLACE, None, None)
    assert isinstance(one.talk, Conversation)
    assert one.talk.holder is Holder.HUMAN


async def test_how_commands_stand_is_told_of_those_there_are(store: SqlStore) -> None:
    await _sent(store, _said("r1", None))
    await do(store, Outcome(conversation=talk(1), commands=(reply("r2"), reply("r3", by_bot=False))), 2, 5)
    await do(store, Outcome(conversation=talk(2, Holder.HUMAN)), 3, 6)
    many = [f"x{number}" for number in range(1_100)]
    assert await store.states_of(["r1", "r2", *many, "r3"]) == {"r1": "sent", "r2": "cancelled", "r3": "pending"}
    assert await store.states_of([]) == {}
