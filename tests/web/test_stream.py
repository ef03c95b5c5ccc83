"""Frames of a stream, seen without a socket."""

from collections.abc import AsyncIterator, Sequence

import anyio

from bot.ports import StoreDown
from bot.records import Spoken
from bot.web.stream import LOOKED_BACK, STEP_SECONDS, Late, Poll, frames, number
from tests.web.fakes import NOW, FakeStore

PLACE = ("page", "c1")


class CountedWatch:
    """Closes after a number of waits, without waiting."""

    def __init__(self, waits: int) -> None:
        self.left = waits

    @property
    def closed(self) -> bool:
        return self.left == 0

    async def wait(self, seconds: float) -> None:
        assert seconds == STEP_SECONDS
        self.left -= 1


def text_of(line: Spoken) -> str:
    return line.text


async def collected(stream: AsyncIterator[bytes]) -> Sequence[str]:
    return [frame.decode() async for frame in stream]


def test_lines_are_numbered_frames_and_a_text_of_two_lines_stays_one_frame() -> None:
    store = FakeStore()
    store.say("c1", "bot", "一\n二")
    told = anyio.run(lambda: collected(frames(store, CountedWatch(2), PLACE, 0, show=text_of)))
    assert told == ["retry: 1000\n\n", "event: line\ndata: 一\ndata: 二\nid: 1\n\n"]


def test_a_quiet_stream_shows_that_it_lives() -> None:
    stream = frames(FakeStore(), CountedWatch(4), PLACE, 0, show=text_of, heartbeat=2 * STEP_SECONDS)
    assert anyio.run(lambda: collected(stream))[1:] == [": still here\n\n"] * 2


def test_a_failing_store_ends_the_stream_so_that_the_browser_comes_back() -> None:
    store = FakeStore()
    store.failure = StoreDown("a secret of the inside")
    assert len(anyio.run(lambda: collected(frames(store, CountedWatch(5), PLACE, 0, show=text_of)))) == 1


def test_a_line_that_was_saved_beside_a_later_one_is_told_once_too() -> None:
    def line(seq: int) -> Spoken:
        return Spoken(seq, f"m{seq}", "bot", "text", "在的", NOW)

    late = Late(1_000)
    assert late.since == 1_000 - LOOKED_BACK
    assert [one.seq for one in late.new([line(999), line(1_002)])] == [999, 1_002]
    assert [one.seq for one in late.new([line(999), line(1_001), line(1_002)])] == [1_001]
    assert late.new([line(999), line(1_001), line(1_002)]) == []
    assert late.since == 1_002 - LOOKED_BACK
    assert Late(3).since == 0


def test_closing_ends_a_wait_at_once() -> None:
    async def closing() -> bool:
        watch = Poll()
        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(watch.wait, 3_600)
                watch.close()
        return watch.closed

    assert anyio.run(closing)


def test_numbers_of_a_browser_are_not_trusted() -> None:
    assert [number(text) for text in ("7", None, "", "-1", "٣", "9" * 30, "x")] == [7, 0, 0, 0, 0, 0, 0]
