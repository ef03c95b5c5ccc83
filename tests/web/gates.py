"""A door of the desk that lets one person in, for tests of what lies behind it.

In: who is let in. Out: a `Gate` that keeps the audit's lines. Never: a check of a password or of a form's origin.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.core.staff import May, Role
from bot.web.desk.gate import ForbiddenError, LoginNeededError, Staff

MARK = "of-a-form"


class OpenGate:
    """`staff` None: nobody is logged in."""

    def __init__(self, agent_id: str = "a01", role: Role = Role.AGENT, language: str = "zh_CN") -> None:
        self.who: Staff | None = Staff(agent_id, f"客服{agent_id}", role, MARK, language, "log-in-1")
        self.notes: list[tuple[str, str, tuple[str, str] | None, dict[str, object]]] = []

    async def staff(self, request: Request, need: May | None = None) -> Staff:
        del request
        if self.who is None:
            raise LoginNeededError("desk.login_needed")
        if need and not self.who.may(need):
            raise ForbiddenError("desk.forbidden")
        return self.who

    async def acting(self, request: Request, need: May | None = None) -> tuple[Staff, Mapping[str, str]]:
        who, fields = await self.staff(request, need), dict(parse_qsl((await request.body()).decode()))
        if fields.pop("csrf", request.headers.get("x-csrf")) != who.token:
            raise ForbiddenError("desk.form_old")
        return who, fields

    async def lasts(self, staff: Staff) -> bool:
        return self.who == staff

    async def note(self, staff: Staff, act: str, place: tuple[str, str] | None = None, **data: object) -> None:
        self.notes.append((staff.agent_id, act, place, data))
