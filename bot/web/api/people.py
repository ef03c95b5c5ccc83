"""The queue, threads and the time clock over HTTP.

In: requests that the door has let in. Out: JSON. Never: an act of its own; the desk's service does it.
"""

from fastapi import APIRouter
from starlette.requests import Request

from bot.acting import Place
from bot.desk import Desk
from bot.web.api.door import Door
from bot.web.api.fields import After, Id, Named
from bot.web.api.shapes import ClaimIn, ClockIn, CloseIn, FloorOut, PresenceOut, ReplyIn, TalkOut, ThreadOut, TransferIn
from bot.web.api.troubles import TROUBLES, ToldRoute

_TALK = "/conversations/{channel}/{one}"


def people_router(desk: Desk, door: Door) -> APIRouter:
    """Everything under `/api` that people do with conversations."""
    router = APIRouter(prefix="/api", tags=["people"], route_class=ToldRoute, responses=TROUBLES)
    _looks(router, desk, door)
    _acts(router, desk, door)
    return router


def _looks(router: APIRouter, desk: Desk, door: Door) -> None:
    @router.get("/queue")
    async def queue(request: Request, group: Id | None = None, agent: Id | None = None) -> list[TalkOut]:
        """What is people's now, the hottest and oldest first; of one group or agent, if that is named."""
        door.pass_(request)
        return [TalkOut.of(one) for one in await desk.queue(group, agent)]

    @router.get("/floor")
    async def floor(request: Request) -> FloorOut:
        """Who is there."""
        door.pass_(request)
        return FloorOut.of(await desk.floor())

    @router.get(_TALK)
    async def thread(request: Request, channel: Named, one: Named, after: After = 0) -> ThreadOut:
        """One conversation with its transcript."""
        door.pass_(request)
        return ThreadOut.of(await desk.thread(Place(channel, one), after))


def _acts(router: APIRouter, desk: Desk, door: Door) -> None:
    @router.post("/presence")
    async def clock(request: Request, told: ClockIn) -> PresenceOut:
        """Clock in, step away, leave."""
        return PresenceOut.of(await desk.clock(door.actor(request), told.state))

    @router.post(f"{_TALK}/claim")
    async def claim(request: Request, channel: Named, one: Named, told: ClaimIn) -> TalkOut:
        """Take a conversation over."""
        return TalkOut.of(await desk.claim(Place(channel, one), door.actor(request), over=told.over))

    @router.post(f"{_TALK}/reply")
    async def reply(request: Request, channel: Named, one: Named, told: ReplyIn) -> TalkOut:
        """Say something to the buyer."""
        agent = door.actor(request)
        place = Place(channel, one)
        return TalkOut.of(await desk.reply(place, agent, told.text, told.key, sure=told.sure, seen=told.seen))

    @router.post(f"{_TALK}/transfer")
    async def transfer(request: Request, channel: Named, one: Named, told: TransferIn) -> TalkOut:
        """Give a conversation to somebody else."""
        return TalkOut.of(await desk.transfer(Place(channel, one), door.actor(request), told.to, told.note))

    @router.post(f"{_TALK}/hand_back")
    async def hand_back(request: Request, channel: Named, one: Named) -> TalkOut:
        """Give a conversation back to the bot."""
        return TalkOut.of(await desk.hand_back(Place(channel, one), door.actor(request)))

    @router.post(f"{_TALK}/close")
    async def close(request: Request, channel: Named, one: Named, told: CloseIn | None = None) -> TalkOut:
        """End a conversation; with `seen`, unless the buyer has written after that."""
        seen = told.seen if told else None
        return TalkOut.of(await desk.close(Place(channel, one), door.actor(request), seen))
