"""The buyer page: a chat that works on a phone, without scripts too, and stays live with them.

In: visitors' requests. Out: pages, streams, `message.created` events of the channel `page`. Never: another visitor's
transcript, an answer of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.clock import NewId, Now
from bot.errors import YebanError
from bot.inbox import event_of
from bot.ports import Overloaded
from bot.records import Event, Spoken
from bot.web.chat import CHANNEL, COOKIE, FORM_MAX, RefusedError, Sending, Visitor, from_own_page
from bot.web.errors import trouble_at
from bot.web.front import Shopfront, seen
from bot.web.hooks import Accepting
from bot.web.limits import TooLargeError, read_body
from bot.web.pages import page, render
from bot.web.stream import STEP_SECONDS, Transcripts, Watch, frames, number
from bot.words import say

QUESTIONS = ("carrier", "when", "parcel", "size", "invoice", "person")
_SHOWN_MAX = 200
_STRIP_MAX = 6
_COOKIE_SECONDS = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Widget:
    """All that the page needs. `patience` is how long a page without scripts waits for an answer to show."""

    store: Transcripts
    inbox: Accepting
    shopfront: Callable[[], Shopfront]
    watch: Watch
    now: Now
    new_id: NewId
    quiet: timedelta
    zone: ZoneInfo
    demo: bool = False
    patience: timedelta = timedelta(seconds=4)

    def visitor(self, request: Request) -> Visitor:
        """Who asks; somebody new is given a key."""
        return Visitor.known_by(request.cookies.get(COOKIE), self.demo) or Visitor(self.new_id(), self.demo)

    async def shown(self, request: Request, status: int = 200, error: str = "", text: str = "") -> Response:
        """The page, with what went wrong and the text that was not sent."""
        visitor, front, now = self.visitor(request), self.shopfront(), self.now()
        try:
            lines = await self.store.transcript(CHANNEL, visitor.conversation_id)
        except YebanError:
            lines, status, error = (), status if error else 503, error or say("page.unread")
        response = page(
            "chat.html",
            status,
            shop=front,
            items=list(front.items)[:_STRIP_MAX],
            lines=[seen(line, now, self.zone) for line in lines[-_SHOWN_MAX:]],
            last=lines[-1].seq if lines else 0,
            questions=[say(f"page.question.{name}") for name in QUESTIONS],
            token=self.new_id(),
            error=error,
            text=text,
            sent="sent" in request.query_params,
        )
        return self.remembered(request, response, visitor)

    def fragment(self, line: Spoken) -> str:
        """One line as HTML."""
        return render("line.html", line=seen(line, self.now(), self.zone)).strip()

    def event(self, sending: Sending, visitor: Visitor) -> Event:
        """What was sent, as an event; raises `RefusedError`."""
        now, items = self.now(), self.shopfront().items
        data = sending.data(visitor, items, now)
        return event_of(CHANNEL, sending.event_id(visitor), "message.created", data, now, self.quiet)

    async def settled(self, conversation_id: str, after: int) -> bool:
        """Whether an answer came while a page without scripts could wait for it."""
        deadline = self.now() + self.patience
        while self.now() < deadline and not self.watch.closed:
            lines = await self.store.transcript(CHANNEL, conversation_id, after)
            if any(line.author != "buyer" for line in lines):
                return True
            await self.watch.wait(STEP_SECONDS)
        return False

    async def last(self, conversation_id: str) -> int:
        """The newest line's number."""
        lines = await self.store.transcript(CHANNEL, conversation_id)
        return lines[-1].seq if lines else 0

    def remembered(self, request: Request, response: Response, visitor: Visitor) -> Response:
        """The response, with the visitor's key if the browser does not have it yet."""
        if request.cookies.get(COOKIE) != visitor.key:
            secure = request.url.scheme == "https"
            response.set_cookie(
                COOKIE, visitor.key, max_age=_COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax"
            )
        return response


def widget_router(widget: Widget) -> APIRouter:
    """`GET /`, `POST /chat/messages`, `GET /chat/stream`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def show(request: Request) -> Response:
        return await widget.shown(request)

    @router.post("/chat/messages")
    async def send(request: Request) -> Response:
        scripted = "application/json" in request.headers.get("accept", "")
        return await (_send_scripted(widget, request) if scripted else _send_plain(widget, request))

    @router.get("/chat/stream")
    async def stream(request: Request) -> Response:
        return _stream(widget, request)

    return router


async def _send_scripted(widget: Widget, request: Request) -> Response:
    visitor = widget.visitor(request)
    try:
        event = widget.event(await _sending(request), visitor)
        new = await widget.inbox.accept(event)
    except YebanError as error:
        return trouble_at(_status(error), ("body", "text"), _reason(error))
    response = JSONResponse({"id": event.id, "duplicate": not new, "token": widget.new_id()}, status_code=202)
    return widget.remembered(request, response, visitor)


async def _send_plain(widget: Widget, request: Request) -> Response:
    visitor, sending = widget.visitor(request), Sending()
    try:
        sending = await _sending(request)
        event, after = widget.event(sending, visitor), await widget.last(visitor.conversation_id)
        await widget.inbox.accept(event)
    except YebanError as error:
        return await widget.shown(request, _status(error), _reason(error), sending.text)
    answered = await widget.settled(visitor.conversation_id, after)
    response = RedirectResponse("/#end" if answered else "/?sent=1#end", status_code=303)
    return widget.remembered(request, response, visitor)


async def _sending(request: Request) -> Sending:
    if not from_own_page(request):
        raise RefusedError("page.other_site")
    return Sending.read(await read_body(request, FORM_MAX))


def _stream(widget: Widget, request: Request) -> Response:
    visitor = Visitor.known_by(request.cookies.get(COOKIE), widget.demo)
    if visitor is None:
        return Response(status_code=204)  # tells the browser not to come back
    after = number(request.headers.get("last-event-id")) or number(request.query_params.get("after"))
    place = (CHANNEL, visitor.conversation_id)
    body = frames(widget.store, widget.watch, place, after, show=widget.fragment)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


def _status(error: YebanError) -> int:
    match error:
        case TooLargeError():
            return 413
        case RefusedError(key="page.other_site"):
            return 403
        case RefusedError():
            return 422
        case Overloaded():
            return 429
        case _:
            return 503


def _reason(error: YebanError) -> str:
    return str(error) if isinstance(error, RefusedError | TooLargeError) else say("page.busy")
