"""Answers for what went wrong: the same shape for programs, a short page for people, never a traceback.

In: exceptions of a route. Out: `{"detail": [{"loc", "msg"}]}` or a page. Never: the inside of an error.
"""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.errors import YebanError
from bot.web.body import Loc, Point, point
from bot.web.limits import SecurityHeaders, secure
from bot.web.pages import page
from bot.words import say

_BODILESS = {204, 205, 304}
_TEXTS = {404: "web.not_found", 405: "web.not_allowed", 500: "web.internal", 503: "web.internal"}


class PointOut(BaseModel):
    """One fault: where, and what."""

    loc: list[str | int]
    msg: str


class TroubleOut(BaseModel):
    """The body of every error."""

    detail: list[PointOut]


def trouble(status: int, points: Sequence[Point], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error for a program."""
    detail = [{"loc": list(point.loc), "msg": point.msg} for point in points]
    return JSONResponse({"detail": detail}, status_code=status, headers=headers)


def trouble_at(status: int, loc: Loc, msg: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error with a single fault."""
    return trouble(status, [Point(loc, msg)], headers)


def install_errors(app: FastAPI) -> None:
    """Give an application our error answers and security headers."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(YebanError, _unable)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(SecurityHeaders)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    if status in _BODILESS:
        return Response(status_code=status, headers=headers)
    return _answer(request, status, ("path",), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    if _reads_pages(request):
        return _answer(request, 422, ("body",), None)
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    return trouble(422, [point(tuple(one["loc"]), str(one["type"]), **one.get("ctx", {})) for one in found])


async def _gone(_request: Request, _error: Exception) -> Response:
    return trouble_at(400, ("body",), say("web.gone"))


async def _unable(request: Request, _error: Exception) -> Response:
    """An expected failure that no route answered: the store, as a rule. Another try may help."""
    return _answer(request, 503, ("server",), {"retry-after": "5"})


async def _broken(request: Request, _error: Exception) -> Response:
    response = _answer(request, 500, ("server",), {"connection": "close"})
    secure(response.headers)  # this answer is made outside of the middleware
    return response


def _answer(request: Request, status: int, loc: Loc, headers: Mapping[str, str] | None) -> Response:
    text = say(_TEXTS.get(status, "web.invalid"))
    if not _reads_pages(request):
        return trouble_at(status, loc, text, headers)
    response = page("error.html", status, code=status, text=text)
    response.headers.update(headers or {})
    return response


def _reads_pages(request: Request) -> bool:
    """Whether a person in a browser asked; a program that takes anything gets JSON."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/hooks/")
