"""What an open desk is sent: parts of its page that have changed, the lines of the thread it shows.

In: a face, who is logged in, the open thread. Out: frames for `EventSource`. Never: a look at the store while nothing
happens, but for a heartbeat and the board's own; a stream that outlives its log-in or the service.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fastapi.sse import format_sse_event

from bot.acting import Place
from bot.clock import monotonic
from bot.desk import Desk
from bot.errors import YebanError
from bot.newsroom import COMES, Newsroom
from bot.records import Spoken
from bot.suggesting import Suggesting
from bot.web.desk.board import BOARD, Board
from bot.web.desk.parts import Scene, head_part, line_part, presence_part, queue_part, row_part, unsent_part
from bot.web.desk.shown import sections, shape_of, state_of

HEARTBEAT_SECONDS = 15.0
_RETRY_MILLISECONDS = 1_000
_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Live:
    """What a stream needs. `here` is called at each heartbeat: it says that the desk is still open, and raises for a
    log-in that has ended."""

    desk: Desk
    board: Board
    news: Newsroom
    suggesting: Suggesting
    scene: Callable[[], Scene]
    here: Callable[[], Awaitable[None]]
    seconds: Callable[[], float] = monotonic


@dataclass
class Page:
    """One open page: the thread it shows, the last line that it came with, its parts as they were sent; of the last
    lines what each was, for one may be taken back, and of two that are saved at one moment the later may be seen
    first."""

    place: Place | None
    after: int
    sent: dict[str, str] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)
    coming: set[str] = field(default_factory=set)
    rows: Mapping[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)
    stands: object = None
    shape: object = None
    state: str = ""

    @property
    def lanes(self) -> Sequence[str]:
        """What it must hear of."""
        lane = f"c:{self.place.channel}:{self.place.id}" if self.place else ""
        return [lane, f"{COMES}{lane}"] if lane else []

    @property
    def since(self) -> int:
        """Lines after this number are looked at."""
        return min(self.lines, default=self.after + 1) - 1

    def new(self, found: Sequence[Spoken]) -> Sequence[Spoken]:
        """Those that the page does not have, or not so."""
        lines = [one for one in found if self.lines.get(one.seq) != one.kind]
        kept = self.lines | {one.seq: one.kind for one in found}
        self.lines = dict(sorted(kept.items())[-_LOOKED_AT:])
        return lines

    def changed(self, parts: Mapping[str, str]) -> Iterator[bytes]:
        """Those parts that are not what the page has."""
        for name, part in parts.items():
            if self.sent.get(name) != part:
                self.sent[name] = part
                yield format_sse_event(event="part", data_str=part)


async def frames(live: Live, page: Page, heartbeat: float = HEARTBEAT_SECONDS) -> AsyncIterator[bytes]:
    """Until the service goes down, the log-in ends, or the store fails: then the browser comes back by itself."""
    yield format_sse_event(retry=_RETRY_MILLISECONDS)
    lanes = page.lanes
    with live.board.watching(lanes) as ear, suppress(YebanError):
        await live.board.look()
        heard, due = frozenset({BOARD, *lanes}), 0.0
        while not live.news.closed:
            if live.seconds() >= due:  # however much is heard: who watches is there, and a log-in may have ended
                await live.here()
                heard, due = heard.union(lanes), live.seconds() + heartbeat
                yield format_sse_event(comment="still here")
            async for frame in _told(live, page, heard):
                yield frame
            heard = await ear.news(max(0.0, due - live.seconds()))


async def _told(live: Live, page: Page, heard: frozenset[str]) -> AsyncIterator[bytes]:
    """Lines first: they are what an agent waits for."""
    moved = heard.intersection(page.lanes)
    if page.place and any(lane.startswith(COMES) for lane in moved):
        for frame in await _coming(live, page, page.place):
            yield frame
    if page.place and any(not lane.startswith(COMES) for lane in moved):
        async for frame in _thread(live, page, page.place):
            yield frame
    if BOARD in heard:
        scene = live.scene()
        for frame in page.changed({**_queue(scene, page, live.board), **_presence(scene, page, live.board)}):
            yield frame


def _presence(scene: Scene, page: Page, board: Board) -> Mapping[str, str]:
    state, before = state_of(board.floor, scene.staff.agent_id), page.state
    page.state = state
    return {"presence": presence_part(scene, board.floor)} if state != before else {}


def _queue(scene: Scene, page: Page, board: Board) -> Mapping[str, str]:
    """The whole queue where a row has come, gone or moved; else just the rows that say something else now."""
    rows, before, stood = board.rows, page.rows, page.stands
    page.rows, page.stands = board.keys, board.stands
    if board.stands is not stood and (shape := shape_of(sections(rows, scene.staff.agent_id))) != page.shape:
        page.shape = shape
        return {"queue": queue_part(scene, rows)}
    return {f"row {row.place}": row_part(scene, row) for row in rows if before.get(row.place) != row.key}


async def _coming(live: Live, page: Page, place: Place) -> Sequence[bytes]:
    """What the buyer has just written: an agent need not wait until it has been worked on. Its line comes again, with
    its number, and takes its place."""
    found = await live.desk.coming(place)
    new = [said for said in found if said.id not in page.coming]
    page.coming = {said.id for said in found}
    scene = live.scene()
    return [format_sse_event(event="line", data_str=line_part(scene, said, {})) for said in new]


async def _thread(live: Live, page: Page, place: Place) -> AsyncIterator[bytes]:
    thread, scene = await live.desk.thread(place, page.since), live.scene()
    lines = page.new(thread.lines)
    whys = await live.suggesting.whys(place) if _by_bot(lines) else {}
    for said in lines:
        yield format_sse_event(event="line", id=str(said.seq), data_str=line_part(scene, said, whys))
    unsent = await live.desk.unsent(place)
    parts = {
        "unsent": unsent_part(scene, unsent),
        "head": head_part(scene, thread.conversation, thread.ahead, live.board.floor),
    }
    for frame in page.changed(parts):
        yield frame


def _by_bot(lines: Sequence[Spoken]) -> bool:
    return any(line.author == "bot" for line in lines)
