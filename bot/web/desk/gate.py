"""Who stands at the desk's door, as every page of the desk asks it.

In: a request. Out: who is logged in, with what they may do and their form's fields; or a refusal. Never: a password, a
form of another site's that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from bot.core.staff import PERMITS, May, Role
from bot.errors import YebanError


class LoginNeededError(YebanError):
    """Nobody is logged in: a page leads to the log-in, everything else is answered 401."""


class ForbiddenError(YebanError):
    """Whoever is logged in may not do this (403), or the form is not from our own page."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is logged in. `token` goes into every form of theirs as `csrf`, or into the header `x-csrf`; `language` as
    `Tongue` knows it; `session` names the log-in, and is no secret."""

    agent_id: str
    name: str
    role: Role
    token: str
    language: str
    session: str

    def may(self, what: May) -> bool:
        return what in PERMITS[self.role]


class Gate(Protocol):
    """What the pages ask."""

    async def staff(self, request: Request, need: May | None = None) -> Staff:
        """Who is logged in. Raises `LoginNeededError`, and `ForbiddenError` where they lack what is needed."""

    async def acting(self, request: Request, need: May | None = None) -> tuple[Staff, Mapping[str, str]]:
        """The same for a form that changes something, with its fields (urlencoded, each once): only from our own page,
        with the right token."""

    async def note(self, staff: Staff, act: str, place: tuple[str, str] | None = None, **data: object) -> None:
        """Add to the audit log; `place` is a conversation's channel and id."""


class ShutGate:
    """Lets nobody in, where no door was built."""

    async def staff(self, request: Request, need: May | None = None) -> Staff:
        del request, need
        raise LoginNeededError("desk.login_needed")

    async def acting(self, request: Request, need: May | None = None) -> tuple[Staff, Mapping[str, str]]:
        return await self.staff(request, need), {}

    async def note(self, staff: Staff, act: str, place: tuple[str, str] | None = None, **data: object) -> None:
        del staff, act, place, data
        raise LoginNeededError("desk.login_needed")
