"""Logging in and out, one's own password, the language: pages that work without scripts.

In: forms. Out: pages, a cookie. Never: a password in a page, a refusal that says whether there is such an account.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts import LoggedIn, RefusedError
from bot.core.passwords import LEAST
from bot.floods import Floods
from bot.ports import Overloaded
from bot.web.desk.door import Door, drop, is_secure, keep, secret_of
from bot.web.desk.forms import HOME, fields_of, own_path
from bot.web.desk.gate import Staff
from bot.web.pages import page
from bot.web.tongue import COOKIE, LANGUAGES, language_of
from bot.words import say

LOGIN, PASSWORD = "/desk/login", "/desk/password"
FORM_MAX = 16 * 1024
_YEAR_SECONDS = 365 * 24 * 3600
#: Failed log-ins of one address: so many at once, then one more so often. A whole office may share an address.
_BURST, _EVERY = 20, timedelta(seconds=6)
_NETWORK_BITS = 64  # what one customer gets of IPv6


async def nobody_minds(agent: str) -> None:
    """Where no time clock is."""
    del agent


@dataclass(frozen=True, slots=True)
class LoginPages:
    """`failed`: how often which address may fail; it is this process's. `leaves` hears who logs out."""

    door: Door
    shop: Callable[[], str]
    failed: Floods = field(default_factory=lambda: Floods(_BURST, _EVERY))
    leaves: Callable[[str], Awaitable[None]] = nobody_minds

    def login(self, request: Request, status: int = 200, error: str = "", wanted: str = HOME) -> Response:
        """The form, with what went wrong; what was typed is not shown again."""
        shown = {"error": error, "next": own_path(wanted)}
        return page(
            "desk/login.html", status, language=language_of(request), shop=self.shop(), staff=None, here="", **shown
        )

    def password(self, staff: Staff, who: LoggedIn, status: int = 200, error: str = "", told: bool = False) -> Response:
        """The form for one's own password."""
        facts = {"error": error, "told": told, "for_once": who.account.one_time, "least": LEAST}
        return page(
            "desk/password.html", status, language=staff.language, shop=self.shop(), staff=staff, here="",
            **facts,
        )  # fmt: skip

    async def enter(self, request: Request, fields: Mapping[str, str]) -> Response:
        """A log-in, or the form again."""
        wanted, address = fields.get("next", HOME), address_of(request)
        if wait := self.failed.take(address, self.door.accounts.now()):
            return self._often(request, wait, wanted)
        try:
            number, password = fields.get("number", "").strip(), fields.get("password", "")
            who = await self.door.accounts.log_in(number, password, secret_of(request))
        except RefusedError as refused:
            return self.login(request, 401, str(refused), wanted)
        except Overloaded:
            return self.login(request, 429, say("login.busy"), wanted)
        self.failed.put_back(address)
        response = RedirectResponse(PASSWORD if who.account.one_time else own_path(wanted), status_code=303)
        keep(request, response, who.secret)
        _remember(request, response, who.account.language)
        return response

    def _often(self, request: Request, wait: float, wanted: str) -> Response:
        seconds = ceil(wait)
        response = self.login(request, 429, say("login.often", seconds=seconds), wanted)
        response.headers["retry-after"] = str(seconds)
        return response

    async def change(self, request: Request) -> Response:
        """One's own password, or the form again."""
        who, fields = await self.door.proven(request)
        old, new, again = (fields.get(name, "") for name in ("old", "new", "again"))
        try:
            changed = await self.door.accounts.change_password(who, old, new, again)
        except RefusedError as refused:
            _, staff = await self.door.entered(request)
            return self.password(staff, who, 422, str(refused))
        response = RedirectResponse(HOME if who.account.one_time else f"{PASSWORD}?told=1", status_code=303)
        keep(request, response, changed.secret)
        return response

    async def speak(self, request: Request) -> Response:
        """A language for this browser, and for the account of whoever is logged in."""
        who = await self.door.who(request)
        fields = await fields_of(request, FORM_MAX) if who is None else (await self.door.proven(request))[1]
        chosen, back = fields.get("language", ""), fields.get("back", "")
        if who is not None and chosen in LANGUAGES:
            await self.door.accounts.choose_language(who, chosen)
        response = RedirectResponse(LOGIN if back == LOGIN else own_path(back), status_code=303)
        _remember(request, response, chosen)
        return response


def login_router(pages: LoginPages) -> APIRouter:
    """`/desk/login`, `/desk/logout`, `/desk/password`, `/desk/language`."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    _outside(router, pages)
    _inside(router, pages)
    return router


def _outside(router: APIRouter, pages: LoginPages) -> None:
    @router.get("/login")
    async def show(request: Request) -> Response:
        wanted = request.query_params.get("next", HOME)
        if await pages.door.who(request):
            return RedirectResponse(own_path(wanted), status_code=303)
        return pages.login(request, wanted=wanted)

    @router.post("/login")
    async def enter(request: Request) -> Response:
        return await pages.enter(request, await fields_of(request, FORM_MAX))

    @router.post("/language")
    async def speak(request: Request) -> Response:
        return await pages.speak(request)


def _inside(router: APIRouter, pages: LoginPages) -> None:
    @router.post("/logout")
    async def leave(request: Request) -> Response:
        who, _ = await pages.door.proven(request)
        await pages.leaves(who.account.agent_id)
        await pages.door.accounts.log_out(who)
        response = RedirectResponse(LOGIN, status_code=303)
        drop(request, response)
        return response

    @router.get("/password")
    async def look(request: Request) -> Response:
        who, staff = await pages.door.entered(request)
        return pages.password(staff, who, told="told" in request.query_params)

    @router.post("/password")
    async def change(request: Request) -> Response:
        return await pages.change(request)


def _remember(request: Request, response: Response, language: str | None) -> None:
    """For the pages that are shown before anybody is logged in."""
    if language in LANGUAGES:
        secure = is_secure(request)
        response.set_cookie(
            COOKIE, language, max_age=_YEAR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
        )


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, for one customer has all of its addresses."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((found, _NETWORK_BITS), strict=False))
