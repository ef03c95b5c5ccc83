"""The webhook: verify the raw bytes, read them, keep the event, answer. Nobody thinks inside the request.

In: a signed request. Out: 200 once the event is durably kept; otherwise a refusal that says what to do. Never: an
answer before the event is on disk, a traceback, two events for one `webhook-id`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import Any, Protocol

from anyio import fail_after
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.payloads import ENVELOPE
from bot.channels.signing import BadSignature, Secret, verify
from bot.clock import Now
from bot.errors import YebanError
from bot.inbox import event_of
from bot.meter import SILENT, Meter
from bot.ports import Overloaded
from bot.records import Event
from bot.web.body import BadBodyError, Loc, parse
from bot.web.errors import TroubleOut, trouble, trouble_at
from bot.web.limits import TooLargeError, read_body
from bot.words import say

CHANNEL = "webhook"
_EVENT_ID_MAX = 128
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_ERRORS: Mapping[int | str, dict[str, Any]] = {
    status: {"model": TroubleOut} for status in (401, 408, 413, 422, 429, 503)
}
_DOWN_SECONDS, _BODY_SECONDS = "5", 10.0
_ROOM = 1_000  # requests at once: their bodies are all that a flood can make this process hold


class Accepting(Protocol):
    """What the routes ask of the inbox."""

    async def accept(self, event: Event) -> bool:
        """Keep an event durably; False if it was already known."""


class Accepted(BaseModel):
    accepted: bool
    duplicate: bool


class BadEventIdError(YebanError):
    """The `webhook-id` cannot be kept as an event's id."""

    def __init__(self) -> None:
        super().__init__("web.bad_event_id")


class TooSlowError(YebanError):
    """The body did not come within the time that a body may take."""

    def __init__(self) -> None:
        super().__init__("web.too_slow")


_REASONS: Mapping[type[YebanError], tuple[int, Loc]] = {
    BadEventIdError: (422, ("header", "webhook-id")),
    BadSignature: (401, ("header", "webhook-signature")),
    TooLargeError: (413, ("body",)),
    TooSlowError: (408, ("body",)),
}


@dataclass(frozen=True, slots=True)
class Door:
    """All that taking one event needs."""

    inbox: Accepting
    secrets: Sequence[Secret]
    now: Now
    quiet: timedelta
    room: int
    inside: set[Request] = field(default_factory=set)

    async def take(self, request: Request) -> bool:
        """Keep the request's event; False if it was already known. Raises a `YebanError` for every refusal."""
        if len(self.inside) >= self.room:
            raise Overloaded
        self.inside.add(request)
        try:
            return await self._keep(request)
        finally:
            self.inside.discard(request)

    async def _keep(self, request: Request) -> bool:
        body, now = await _in_time(request), self.now()
        event_id = _fitting(verify(self.secrets, request.headers, body, now))
        envelope = parse(body)
        event = event_of(CHANNEL, event_id, envelope.type, envelope.data, now, self.quiet)
        return await self.inbox.accept(replace(event, trace=request.headers.get("traceparent")))


def hooks_router(
    inbox: Accepting,
    secrets: Sequence[Secret],
    now: Now,
    quiet: timedelta,
    meter: Meter = SILENT,
    room: int = _ROOM,
) -> APIRouter:
    """`POST /hooks/webhook`; `room` requests at once, the rest are asked to come back."""
    router, door = APIRouter(tags=["hooks"]), Door(inbox, secrets, now, quiet, room)

    @router.post("/hooks/webhook", response_model=Accepted, responses=dict(_ERRORS), openapi_extra=_described())
    async def webhook(request: Request) -> Response:
        """Take one event, signed as Standard Webhooks. The same `webhook-id` again is answered as a duplicate."""
        try:
            new = await door.take(request)
        except YebanError as error:
            answer = refusal(error)
            meter.refused(answer.status_code)
            return answer
        return JSONResponse({"accepted": True, "duplicate": not new})

    return router


def refusal(error: YebanError) -> JSONResponse:
    """Each reason's own status; whatever is not the sender's fault is worth another try."""
    match error:
        case BadBodyError():
            return trouble(422, error.points)
        case Overloaded(after=after):
            return trouble_at(429, ("server",), str(error), {"retry-after": str(ceil(after))})
    if type(error) in _REASONS:
        status, place = _REASONS[type(error)]
        return trouble_at(status, place, str(error))
    # The cause is for the log: it may name a host or a file.
    return trouble_at(503, ("server",), say("web.internal"), {"retry-after": _DOWN_SECONDS})


async def _in_time(request: Request) -> bytes:
    """The body; who keeps a place without sending gives it up."""
    try:
        with fail_after(_BODY_SECONDS):
            return await read_body(request)
    except TimeoutError:
        raise TooSlowError from None


def _fitting(event_id: str) -> str:
    if len(event_id) > _EVENT_ID_MAX:
        raise BadEventIdError
    return event_id


def _described() -> dict[str, Any]:
    """The request as OpenAPI: the route itself reads raw bytes, so the framework cannot know."""
    schema = ENVELOPE.json_schema()
    body = _inline({"oneOf": schema["oneOf"]}, schema["$defs"])
    headers = [{"name": one, "in": "header", "required": True, "schema": {"type": "string"}} for one in _HEADERS]
    return {
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }


def _inline(node: object, named: Mapping[str, object]) -> object:
    """A schema without references: those would point into the wrong document."""
    if isinstance(node, list):
        return [_inline(one, named) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(named[str(node["$ref"]).removeprefix("#/$defs/")], named)
    return {key: _inline(value, named) for key, value in node.items()}
