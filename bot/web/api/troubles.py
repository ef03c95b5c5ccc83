"""What the interface for people answers when something cannot be done.

In: the services' errors. Out: `{"detail": [{"loc", "msg"}]}` with a status. Never: the inside of an error.
"""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Scope

from bot.errors import YebanError
from bot.ports import Overloaded, StoreDown
from bot.refusals import BusyError, KeyTakenError, TakenError, UnknownError
from bot.web.api.door import RefusedError
from bot.web.api.rawpath import decoded, undecoded
from bot.web.errors import TroubleOut, trouble_at
from bot.web.limits import TooLargeError, read_body

_UNKNOWN = frozenset({"errors.no_commitment", "errors.no_handover_line", "errors.no_issue", "errors.unknown_id"})
#: For the interface's description.
TROUBLES: dict[int | str, dict[str, Any]] = {
    status.value: {"model": TroubleOut}
    for status in (
        HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
}  # fmt: skip
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class ToldRoute(APIRoute):
    """A route whose services' errors are told; that the store is down is the application's to say. Its
    address is matched before it is decoded."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(undecoded(scope))
        return match, decoded(found)

    def get_route_handler(self) -> Handle:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(await _bounded(request))
            except TooLargeError as error:
                return trouble_at(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ("body",), str(error))
            except (StoreDown, Overloaded):
                raise
            except RefusedError as error:
                headers = {"www-authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
                return trouble_at(error.status, ("header",), str(error), headers)
            except YebanError as error:
                return trouble_at(status_of(error), ("path",), str(error))

        return handle


async def _bounded(request: Request) -> Request:
    """The same request, its body read no further than any body may be long. Raises `TooLargeError`."""
    body = await read_body(request)

    async def told() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, told)


def status_of(error: YebanError) -> int:
    """What an error of the services' is over HTTP."""
    match error:
        case TakenError() | BusyError() | KeyTakenError():
            return HTTPStatus.CONFLICT
        case UnknownError():
            return HTTPStatus.NOT_FOUND
        case _:
            return HTTPStatus.NOT_FOUND if error.key in _UNKNOWN else HTTPStatus.UNPROCESSABLE_ENTITY
