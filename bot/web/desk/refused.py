"""What whoever is not let in sees: a page leads to the log-in or says why not, a program gets 401 or 403.

In: refusals of the gate. Out: answers. Never: a page of the desk to somebody who is not logged in.
"""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.desk.forms import HOME, own_path
from bot.web.desk.gate import ForbiddenError, LoginNeededError, PasswordNeededError
from bot.web.desk.login import LOGIN, PASSWORD
from bot.web.errors import trouble_at
from bot.web.limits import TooLargeError
from bot.web.pages import page
from bot.web.tongue import language_of

_STATUS = ((TooLargeError, 413), (ForbiddenError, 403), (PasswordNeededError, 403), (LoginNeededError, 401))
_KEEP_NOTHING = {"cache-control": "no-store"}


def install_refusals(app: FastAPI, shop: Callable[[], str]) -> None:
    """Give an application the desk's answers to whom it does not let in."""

    async def led(request: Request, error: Exception) -> Response:
        if not is_page(request):
            return _told(error)
        return RedirectResponse(_way(request, error), status_code=303, headers=_KEEP_NOTHING)

    async def shown(request: Request, error: Exception) -> Response:
        if not is_page(request):
            return _told(error)
        facts = {"shop": shop(), "staff": None, "here": "", "text": str(error)}
        return page("desk/refused.html", _status(error), language=language_of(request), **facts)

    app.add_exception_handler(LoginNeededError, led)
    app.add_exception_handler(ForbiddenError, shown)
    app.add_exception_handler(TooLargeError, shown)


def is_page(request: Request) -> bool:
    """Whether a person's browser is on its way to a page: no script's request, no stream."""
    html = "text/html" in request.headers.get("accept", "")
    return html and request.headers.get("sec-fetch-mode", "navigate") == "navigate"


def _way(request: Request, error: Exception) -> str:
    if isinstance(error, PasswordNeededError):
        return PASSWORD
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = own_path(f"{request.url.path}{query}") if request.method == "GET" else HOME
    return LOGIN if wanted == HOME else f"{LOGIN}?next={quote(wanted, safe='')}"


def _told(error: Exception) -> Response:
    return trouble_at(_status(error), ("server",), str(error), _KEEP_NOTHING)


def _status(error: Exception) -> int:
    return next(status for kind, status in _STATUS if isinstance(error, kind))
