"""A conversation's lines as server-sent events: live, and what was missed on coming back.

In: a transcript and something to wait on. Out: frames for `EventSource`, whose ids are transcript numbers. Never: a
line of another conversation, a stream that outlives the service.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from fastapi.sse import format_sse_event

from bot.errors import YebanError
from bot.newsroom import Ear, Newsroom
from bot.records import Spoken

STEP_SECONDS = 0.3
HEARD_STEP_SECONDS = 2.0
HEARTBEAT_SECONDS = 15.0
_RETRY_MILLISECONDS = 1_000
_DIGITS_MAX = 18


class Transcripts(Protocol):
    """What the page asks of the store."""

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        """Lines after a sequence number, oldest first."""


class Watch(Protocol):
    """Something to wait on between two looks at the store."""

    @property
    def closed(self) -> bool:
        """Whether the service is going down: every stream ends."""

    async def wait(self, seconds: float) -> None:
        """Return when there may be news, when closed, or after `seconds`."""


class Poll:
    """The plainest watch: look again after a while. `close` ends every wait, so that a shutdown need not be patient."""

    def __init__(self) -> None:
        self._closing = asyncio.Event()

    @property
    def closed(self) -> bool:
        return self._closing.is_set()

    def close(self) -> None:
        """End all streams; call it in the event loop's thread."""
        self._closing.set()

    async def wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)


class Heard:
    """A watch that wakes when the conversation moves on; it looks now and then all the same, for where several
    processes share one file they tell each other nothing."""

    def __init__(self, news: Newsroom, ear: Ear) -> None:
        self._news = news
        self._ear = ear

    @property
    def closed(self) -> bool:
        return self._news.closed

    async def wait(self, seconds: float) -> None:
        await self._ear.news(seconds)


#: Of two lines that are saved at one moment the one with the greater number may be there first. So many numbers, of all
#: conversations, are looked at again; of a conversation's lines that may be known so many are told again.
LOOKED_BACK, AGAIN = 500, 10


class Late:
    """Which lines were told after a number, and which come late."""

    def __init__(self, after: int) -> None:
        self._after = self._last = after
        self._told = set[int]()

    @property
    def since(self) -> int:
        """Lines after this number are looked at."""
        return max(0, self._last - LOOKED_BACK)

    def new(self, found: Sequence[Spoken]) -> Sequence[Spoken]:
        """Those that were not told."""
        known = [one.seq for one in found if one.seq <= self._after and one.seq not in self._told][:-AGAIN]
        lines = [one for one in found if one.seq not in self._told.union(known)]
        self._last = max((self._last, *(one.seq for one in found)))
        self._told = {one.seq for one in found if one.seq > self.since}
        return lines


async def frames(
    store: Transcripts,
    watch: Watch,
    place: tuple[str, str],
    after: int,
    *,
    show: Callable[[Spoken], str],
    heartbeat: float = HEARTBEAT_SECONDS,
    typing: Callable[[], bool] | None = None,
    step: float = STEP_SECONDS,
) -> AsyncIterator[bytes]:
    """The lines of a place (channel, conversation) after a number, as they come, until the watch closes; and whenever
    it changes whether somebody is `typing` there. That is told at once, so that a browser sees that events get through.
    A few lines before the number come again: whoever shows them already knows them by their ids.

    A store that fails ends the stream: the browser comes back with the last number it saw.
    """
    yield format_sse_event(retry=_RETRY_MILLISECONDS)
    idle, told, late = 0.0, "", Late(after)
    with suppress(YebanError):
        while not watch.closed:
            lines = late.new(await store.transcript(*place, late.since))
            for line in lines:
                yield format_sse_event(event="line", id=str(line.seq), data_str=show(line))
            if typing is not None and told != (told := str(int(typing()))):
                yield format_sse_event(event="typing", data_str=told)
            idle = 0.0 if lines else idle + step
            if idle >= heartbeat:
                idle = 0.0
                yield format_sse_event(comment="still here")
            await watch.wait(step)


def number(text: str | None) -> int:
    """A transcript number as a browser sent it; 0 for anything else."""
    return int(text) if text and len(text) <= _DIGITS_MAX and text.isascii() and text.isdecimal() else 0
