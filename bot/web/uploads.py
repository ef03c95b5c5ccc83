"""Pictures in and out: taken as raw bytes from our own page, shown to whoever sent them and to the shop's people.

In: bytes of a picture. Out: an event with its picture kept; the picture. Never: a type by the sender's word, a picture
of somebody else's, markup that a browser would run.
"""

import re

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.payloads import MEDIA_URL
from bot.core.model import Kind
from bot.core.pictures import PICTURE_MAX, Picture, cleaned, kind_of
from bot.web.chat import BAD_FORM, CHANNEL, RefusedError, picture_id
from bot.web.errors import trouble_at
from bot.web.limits import read_body
from bot.web.reading import Telling
from bot.web.talking import answered, must_be_ours
from bot.web.tongue import N_
from bot.web.visits import Visit
from bot.web.widget import Trouble, Widget, reason_of, status_of, tongue_of

NO_PICTURE = N_("This is not a JPEG, PNG, WebP or GIF picture. Please choose another one.")
TOO_MANY = N_("Too many pictures at once. Please wait a little and send it again.")
_ID = re.compile(r"page-[0-9a-f]{32}")
_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "content-disposition": "inline",
    "cache-control": "private, max-age=600",
    "vary": "cookie, x-yeban-visitor",
}


def uploads_router(widget: Widget) -> APIRouter:
    """`POST /chat/pictures`, `GET /chat/pictures/<id>`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/chat/pictures")
    async def send(request: Request) -> Response:
        visit = widget.visits.known(request)
        try:
            told = await _taken(widget, request, visit)
        except Trouble as error:
            return trouble_at(status_of(error), ("body",), reason_of(error, tongue_of(request)))
        return answered(widget, request, visit, told, 202) if visit else Response(status_code=403)

    @router.get("/chat/pictures/{one}")
    async def show(request: Request, one: str) -> Response:
        picture = await _found(widget.store, one)
        mine = {visit.visitor.place for visit in widget.visits.all(request)}
        if picture is None or (picture.channel, picture.conversation_id) not in mine:
            raise HTTPException(404)
        return shown(picture)

    return router


async def picture_for_staff(store: Telling, picture_id: str) -> Response:
    """The same for whoever has passed the desk's gate; 404 where there is none (any more)."""
    picture = await _found(store, picture_id)
    if picture is None:
        raise HTTPException(404)
    return shown(picture)


def shown(picture: Picture) -> Response:
    """The bytes, as nothing but a picture."""
    return Response(picture.data, media_type=picture.kind, headers=_HEADERS)


async def _found(store: Telling, one: str) -> Picture | None:
    return await store.picture(one) if _ID.fullmatch(one) else None


async def _taken(widget: Widget, request: Request, visit: Visit | None) -> dict[str, object]:
    """The picture before its message: who sees the message can see the picture."""
    must_be_ours(request)
    if visit is None:  # pictures are dear: only from a browser that has opened our page
        raise RefusedError(BAD_FORM, 403)
    data = await read_body(request, PICTURE_MAX)
    kind = kind_of(data)
    if kind is None:
        raise RefusedError(NO_PICTURE, 415)
    one = picture_id(visit.visitor, request.query_params.get("token", ""), data)
    content = {"kind": Kind.IMAGE.value, "media_url": _address(request, one)}
    now = widget.now()
    if widget.each.take(visit.visitor.id, now) or widget.altogether.take("", now):
        raise RefusedError(TOO_MANY, 429)
    await widget.store.keep_picture(Picture(one, CHANNEL, visit.visitor.conversation_id, kind, now, cleaned(data)))
    new = await widget.inbox.accept(widget.message(one, visit.visitor, content))
    return {"id": one, "duplicate": not new, "token": widget.new_id()}


def _address(request: Request, one: str) -> str:
    """Where people find it; the `Host` of a request is anybody's word."""
    url = f"{request.base_url}chat/pictures/{one}"
    if MEDIA_URL.fullmatch(url) is None:
        raise RefusedError(BAD_FORM)
    return url
