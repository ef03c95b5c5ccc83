"""The agents' desk: its pages, parts and stream.

In: requests that the gate lets in. Out: pages; who looks at them is back, if they were taken to be
away. Never: another act (see `acts.py`).
"""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from bot.acting import Place
from bot.core.book import CODE_LONGEST
from bot.core.staff import May
from bot.errors import YebanError
from bot.refusals import UnknownError
from bot.web.desk.acts import acts_router
from bot.web.desk.face import Face
from bot.web.desk.live import Live, Page, frames
from bot.web.desk.paths import DeskRoute
from bot.web.stream import number
from bot.web.uploads import picture_for_staff

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def desk_router(face: Face) -> APIRouter:
    """`GET /desk`, `/desk/live`, `/desk/search`, `/desk/t/CHANNEL/ID` with its parts; and the acts."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    _pages(router, face)
    _parts(router, face)
    router.include_router(acts_router(face))
    return router


def _pages(router: APIRouter, face: Face) -> None:
    @router.get("/desk")
    async def show(request: Request) -> Response:
        staff = await face.gate.staff(request)
        await face.absences.returns(staff.agent_id)
        return await face.shown(request, staff)

    @router.get("/desk/t/{channel}/{one}")
    async def thread(request: Request, channel: str, one: str) -> Response:
        staff = await face.gate.staff(request)
        await face.absences.returns(staff.agent_id)
        try:
            return await face.shown(request, staff, Place(channel, one))
        except UnknownError as error:
            return await face.shown(request, staff, status=404, error=str(error))

    @router.get("/desk/live")
    async def live(request: Request) -> Response:
        staff = await face.gate.staff(request)
        asked = request.query_params
        place = Place(asked["channel"], asked["id"]) if "channel" in asked and "id" in asked else None
        after = number(request.headers.get("last-event-id")) or number(asked.get("after"))
        needs = Live(
            face.desk, face.board, face.news, face.suggesting, partial(face.scene, staff),
            partial(face.here, staff),
        )  # fmt: skip
        body = frames(needs, Page(place, after), face.heartbeat())
        return StreamingResponse(body, media_type="text/event-stream", headers=_HEADERS)


def _parts(router: APIRouter, face: Face) -> None:
    @router.get("/desk/pictures/{one}")
    async def picture(request: Request, one: str) -> Response:
        await face.gate.staff(request)
        return await picture_for_staff(face.store, one)

    @router.get("/desk/search")
    async def search(request: Request) -> Response:
        staff = await face.gate.staff(request)
        part = await face.found_part(face.scene(staff), request.query_params.get("q", ""))
        if "part" in request.query_params:
            return HTMLResponse(part, headers=_HEADERS)
        return await face.shown(request, staff, found=part)

    @router.get("/desk/t/{channel}/{one}/{name}")
    async def part(request: Request, channel: str, one: str, name: str) -> Response:
        staff = await face.gate.staff(request, May.SERVE)
        scene, place = face.scene(staff), Place(channel, one)
        try:
            match name:
                case "card":
                    found = await face.card_part(scene, place)
                case "suggestion":
                    found = await face.suggestion_part(scene, place)
                case "shorts":
                    found = await face.shorts_part(scene, place, request.query_params.get("p", "")[:CODE_LONGEST])
                case _:
                    return Response(status_code=404)
        except YebanError as error:
            return Response(str(error), status_code=404)
        return HTMLResponse(found, headers=_HEADERS)
