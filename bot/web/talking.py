"""Sending and reading from a page: forms, the scripts' calls, live streams, and plain polling where streams fail.

In: requests of our own pages. Out: events, JSON, server-sent events. Never: a talk that the request cannot prove to be
its own.
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.errors import YebanError
from bot.web.chat import FORM_MAX, OTHER_SITE, RefusedError, Sending, Visitor, from_own_page
from bot.web.errors import trouble_at
from bot.web.limits import read_body
from bot.web.reading import Reading
from bot.web.stream import AGAIN, HEARD_STEP_SECONDS, STEP_SECONDS, Heard, Late, Watch, frames, number
from bot.web.visits import Visit
from bot.web.widget import Trouble, Widget, reason_of, status_of, tongue_of

_AT_ONCE = 100


def talking_router(widget: Widget) -> APIRouter:
    """`POST /chat/messages`, `GET /chat/stream`, `GET /chat/lines`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/chat/messages")
    async def send(request: Request) -> Response:
        scripted = "application/json" in request.headers.get("accept", "")
        return await (_send_scripted(widget, request) if scripted else _send_plain(widget, request))

    @router.get("/chat/stream")
    async def stream(request: Request) -> Response:
        return _stream(widget, request)

    @router.get("/chat/lines")
    async def lines(request: Request) -> Response:
        return await _lines(widget, request)

    return router


async def _send_scripted(widget: Widget, request: Request) -> Response:
    visit = widget.visits.of_call(request)
    try:
        event = await widget.event(await _sending(request), visit.visitor)
        new = await widget.inbox.accept(event)
    except Trouble as error:
        return trouble_at(status_of(error), ("body", "text"), reason_of(error, tongue_of(request)))
    told = {"id": event.id, "duplicate": not new, "token": widget.new_id()}
    return answered(widget, request, visit, told, 202)


def answered(widget: Widget, request: Request, visit: Visit, told: dict[str, object], status: int = 200) -> Response:
    """An answer for a page's script; whom it was taken for, and what an embedded one must keep from now on."""
    token = widget.visits.renewed(visit) if visit.embedded else None
    kept = {"who": visit.visitor.id} | ({"visitor": token} if token else {})
    response = JSONResponse(told | kept, status_code=status, headers={"cache-control": "no-store"})
    return widget.visits.remembered(request, response, visit)


async def _send_plain(widget: Widget, request: Request) -> Response:
    visit, sending = widget.visits.of_call(request), Sending()
    try:
        sending = await _sending(request)
        event, after = await widget.event(sending, visit.visitor), await widget.last(visit.visitor)
        await widget.inbox.accept(event)
    except Trouble as error:
        return await widget.shown(request, status_of(error), reason_of(error, tongue_of(request)), sending.text)
    settled = await widget.settled(visit.visitor, after)
    response = RedirectResponse("/#end" if settled else "/?sent=1#end", status_code=303)
    return widget.visits.remembered(request, response, visit)


async def _sending(request: Request) -> Sending:
    must_be_ours(request)
    return Sending.read(await read_body(request, FORM_MAX))


def must_be_ours(request: Request) -> None:
    """Raises `RefusedError` for what another site's page sends."""
    if not from_own_page(request):
        raise RefusedError(OTHER_SITE, 403)


def _stream(widget: Widget, request: Request) -> Response:
    visit = widget.visits.known(request)
    if visit is None:
        return Response(status_code=204)  # tells the browser not to come back
    reading, after = widget.reading(request, visit.visitor), _after(request)
    body = _live(widget, reading, visit.visitor, after)
    headers = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


async def _live(widget: Widget, reading: Reading, visitor: Visitor, after: int) -> AsyncIterator[bytes]:
    """Woken by news where there is a newsroom, else by the clock."""
    told = partial(frames, reading, place=visitor.place, after=after, show=reading.fragment)
    with ExitStack() as stack:
        watch: Watch = widget.watch
        step = STEP_SECONDS
        if widget.news:
            ear = stack.enter_context(widget.news.listening([visitor.lane]))
            watch, step = Heard(widget.news, ear), HEARD_STEP_SECONDS
        async for frame in told(watch=watch, typing=lambda: widget.is_typing(visitor), step=step):
            yield frame


async def _lines(widget: Widget, request: Request) -> Response:
    """New lines as HTML, and how the talk stands. For a visitor who is not known there are none, and a new token."""
    visit = widget.visits.of_call(request)
    reading = widget.reading(request, visit.visitor)
    try:
        after = _after(request)
        found = await reading.lines(Late(after).since)
    except YebanError as error:
        return trouble_at(503, ("server",), reason_of(error, tongue_of(request)), {"retry-after": "5"})
    late, new = [one for one in found if one.seq <= after][-AGAIN:], [one for one in found if one.seq > after]
    told: dict[str, object] = {
        "lines": [{"seq": one.seq, "html": reading.fragment(one)} for one in (*late, *new[:_AT_ONCE])],
        "more": len(new) > _AT_ONCE,
        "typing": widget.is_typing(visit.visitor),
        "people_on": widget.shopfront().people_on,
    }
    return answered(widget, request, visit, told)


def _after(request: Request) -> int:
    return number(request.headers.get("last-event-id")) or number(request.query_params.get("after"))
