"""The desk's door: a cookie leads to a log-in, a log-in to what its account may do now.

In: requests. Out: a `Gate`. Never: a form that counts without the token of its own log-in; a log-in that outlives its
account; an act of somebody's that leaves no line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import Accounts, LoggedIn
from bot.core.staff import Audited, May
from bot.web.desk.forms import fields_of
from bot.web.desk.gate import ForbiddenError, LoginNeededError, PasswordNeededError, Staff
from bot.web.tongue import LANGUAGES, language_of

COOKIE = "yeban_desk"
_TEXT_MAX = 64  # in the audit log: names and states, never what was said
_ANYWAY = ("/desk/password", "/desk/logout", "/desk/language")


@dataclass(frozen=True, slots=True)
class Door:
    """`Gate`, over the accounts."""

    accounts: Accounts

    async def who(self, request: Request) -> LoggedIn | None:
        """Who is logged in, if anybody is."""
        return await self.accounts.who(secret_of(request))

    async def entered(self, request: Request) -> tuple[LoggedIn, Staff]:
        """The same, who has a password of their own or is about to choose one. Raises `LoginNeededError`."""
        who = await self.who(request)
        if who is None:
            raise LoginNeededError("desk.login_needed")
        if who.account.one_time and request.url.path not in _ANYWAY:
            raise PasswordNeededError("desk.password_needed")
        await self.accounts.saw(who)
        return who, _staff(request, who)

    async def staff(self, request: Request, need: May | None = None) -> Staff:
        _, staff = await self.entered(request)
        if need is not None and not staff.may(need):
            await self._refuse(request, staff, "desk.forbidden", need)
        return staff

    async def acting(self, request: Request, need: May | None = None) -> tuple[Staff, Mapping[str, str]]:
        who, fields = await self.proven(request)
        staff = _staff(request, who)
        if need is not None and not staff.may(need):
            await self._refuse(request, staff, "desk.forbidden", need)
        return staff, fields

    async def proven(self, request: Request) -> tuple[LoggedIn, Mapping[str, str]]:
        """Who sent a form of their own log-in, and its other fields."""
        who, staff = await self.entered(request)
        try:
            fields = dict(await fields_of(request))
        except ForbiddenError as refused:
            await self._refuse(request, staff, refused.key)
        given = fields.pop("csrf", None) or request.headers.get("x-csrf", "")
        if not who.is_token(given):
            await self._refuse(request, staff, "desk.form_old")
        return who, fields

    async def lasts(self, staff: Staff) -> bool:
        return await self.accounts.lasts(staff.session, staff.role)

    async def note(self, staff: Staff, act: str, place: tuple[str, str] | None = None, **data: object) -> None:
        channel, conversation = place or (None, None)
        told = {name: _short(value) for name, value in data.items()}
        await self.accounts.store.note(Audited(self.accounts.now(), staff.agent_id, act, channel, conversation, told))

    async def _refuse(self, request: Request, staff: Staff, key: str, need: May | None = None) -> NoReturn:
        told = {"why": key.rpartition(".")[2], "path": request.url.path} | ({"need": need.value} if need else {})
        await self.note(staff, "denied", None, **told)
        raise ForbiddenError(key)


def secret_of(request: Request) -> str | None:
    """What the browser keeps for us."""
    return request.cookies.get(_cookie(request))


def keep(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep a secret until it is closed, away from scripts and other sites. Over https the name makes
    the browser refuse one that any other host or an unsafe connection has set (RFC 6265bis, 4.1.3.2)."""
    secure = is_secure(request)
    response.set_cookie(_cookie(request), secret, path="/", secure=secure, httponly=True, samesite="lax")


def drop(request: Request, response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(_cookie(request), path="/", secure=is_secure(request), httponly=True, samesite="lax")


def is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _cookie(request: Request) -> str:
    return f"__Host-{COOKIE}" if is_secure(request) else COOKIE


def _staff(request: Request, who: LoggedIn) -> Staff:
    account = who.account
    chosen = account.language if account.language in LANGUAGES else language_of(request)
    return Staff(account.agent_id, account.name, account.role, who.token, chosen, who.session.digest)


def _short(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}…"
