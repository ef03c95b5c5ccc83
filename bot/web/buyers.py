"""The buyer's side as one: the page, its twin for a frame, the script that shops put into their pages.

In: a `Widget`. Out: its routes. Never: a page that any site may frame.
"""

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.statics import Asset, assets
from bot.web.talking import talking_router
from bot.web.tongue import HTML, LANGUAGES, N_, translations
from bot.web.uploads import uploads_router
from bot.web.widget import Widget

#: What the script says before the frame is there.
_WORDS = {
    "open": N_("Chat with us"),
    "close": N_("Close the chat"),
    "title": N_("Online service"),
    "unread": N_("unread"),
}
_PLACE = '"__WORDS__"'
_FOR_SITES = {"cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*"}
_CACHE = "public, max-age=300"


def buyers_router(widget: Widget) -> APIRouter:
    """`GET /`, `GET /embed`, `GET /widget.js` and everything under `/chat`."""
    router, script = APIRouter(include_in_schema=False), loader()

    @router.get("/")
    async def show(request: Request) -> Response:
        return await widget.shown(request)

    @router.get("/embed")
    async def embed(request: Request) -> Response:
        return await widget.framed(request)

    @router.get("/widget.js")
    async def load(request: Request) -> Response:
        answer = script.answer(request.headers, _CACHE)
        answer.headers.update(_FOR_SITES)
        return answer

    router.include_router(talking_router(widget))
    router.include_router(uploads_router(widget))
    return router


def loader() -> Asset:
    """The script, with its words in every language."""
    words = {HTML[one]: {name: translations(one).gettext(text) for name, text in _WORDS.items()} for one in LANGUAGES}
    source = assets()["widget.js"].data.decode()
    return Asset.of(source.replace(_PLACE, json.dumps(words, ensure_ascii=False)).encode(), ".js")
