"""Whoever watches a conversation hears that it moved on; nobody else is woken."""

import anyio
import pytest

from bot.newsroom import TYPES, Newsroom

pytestmark = pytest.mark.anyio


async def test_an_ear_hears_of_its_own_lanes_only_and_of_each_once() -> None:
    room = Newsroom()
    with room.listening(["c:w:1"]) as one, room.listening() as all_of_it:
        for lane in ("c:w:1", "c:w:1", "c:w:2"):
            room.tell(lane)
        assert await one.news(5) == {"c:w:1"}
        assert await all_of_it.news(5) == {"c:w:1", "c:w:2"}
        assert await one.news(0) == frozenset()


async def test_what_was_told_while_nobody_waited_is_heard_at_once() -> None:
    room = Newsroom()
    with room.listening(["c:w:1"]) as ear:
        room.tell("c:w:1")
        with anyio.fail_after(5):
            assert await ear.news(60) == {"c:w:1"}


async def test_only_what_was_saved_here_is_told_to_other_processes() -> None:
    room, told = Newsroom(), list[str]()
    room.carry(told.append)
    room.tell("c:w:1")
    room.hear("c:w:2")
    assert told == ["c:w:1"]


async def test_who_listens_hears_that_somebody_types_there_which_passes() -> None:
    moment = [100.0]
    room = Newsroom(lambda: moment[0])
    with room.listening(["c:w:1"]) as ear:
        room.tell(f"{TYPES}c:w:1")
        assert await ear.news(5) == {"c:w:1"}
    assert room.is_typing("c:w:1")
    assert not room.is_typing("c:w:2")
    moment[0] += 10
    assert not room.is_typing("c:w:1")


async def test_where_nobody_knows_what_moved_on_everybody_looks() -> None:
    room = Newsroom()
    with room.listening(["c:w:1", "c:w:2"]) as ear, room.listening() as all_of_it:
        room.hear_of_all()
        assert await ear.news(5) == {"c:w:1", "c:w:2"}
        assert await all_of_it.news(5)


async def test_closing_ends_every_wait() -> None:
    room = Newsroom()
    with room.listening(["c:w:1"]) as ear:
        room.close()
        with anyio.fail_after(5):
            assert await ear.news(60) == frozenset()
        assert room.closed
