"""What the interface for people answers when something cannot be done.

In: the services' errors. Out: `{"detail": [{"loc", "msg"}]}` with a status. Never: the inside of an error.
"""

from http import HTTPStatus

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from bot.desk import BusyError, TakenError, UnfitError, UnknownError
from bot.errors import YebanError
from bot.web.api.door import RefusedError
from bot.web.errors import trouble_at

_STATUS: dict[type[YebanError], int] = {
    UnknownError: HTTPStatus.NOT_FOUND,
    TakenError: HTTPStatus.CONFLICT,
    BusyError: HTTPStatus.CONFLICT,
    UnfitError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def install_troubles(app: FastAPI) -> None:
    """Answers for the errors that the services tell."""
    for kind in (*_STATUS, RefusedError):
        app.add_exception_handler(kind, _told)


async def _told(_request: Request, error: Exception) -> Response:
    if isinstance(error, RefusedError):
        headers = {"www-authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
        return trouble_at(error.status, ("header",), str(error), headers)
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), HTTPStatus.CONFLICT)
    return trouble_at(status, ("path",), str(error))
