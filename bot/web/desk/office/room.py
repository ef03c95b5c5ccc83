"""What every page of the office needs: who looks, the shop's zone, words in the reader's language, and how it is shown.

In: requests, the gate. Out: pages, or a short page that says what was wrong. Never: a page for somebody who may not
oversee; the inside of an error.
"""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.bell import nobody
from bot.channels.payloads import storable
from bot.clock import Now
from bot.core.book import Book
from bot.core.masking import mask_text
from bot.core.model import Conversation
from bot.core.staff import May
from bot.core.walltime import local_day
from bot.desk import Desk
from bot.errors import YebanError
from bot.last_hour import Hours
from bot.ports import Bell, Overloaded, Store, StoreDown
from bot.refusals import UnfitError, UnknownError
from bot.shelf import Standstill
from bot.web.desk.gate import ForbiddenError, Gate, LoginNeededError, Staff
from bot.web.desk.office import words
from bot.web.desk.standing import standing
from bot.web.pages import page
from bot.web.tongue import translations

HOME = "/desk/office"
_LONGEST, _SUMMARY = 500, 160
_FIRST, _LAST = 1970, 2199
_UNKNOWN = frozenset({"errors.no_handover_line", "errors.no_issue"})
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True)
class Office:
    """What the pages lean on. `bell` calls the outbox; `standstills` tells which files are not in use, `woken` lets
    this process look which are to be."""

    store: Store
    desk: Desk
    gate: Gate
    book: Callable[[], Book]
    now: Now
    bell: Bell
    hours: Hours = field(default_factory=Hours)
    standstills: Callable[[], Sequence[Standstill]] = tuple
    woken: Callable[[], None] = nobody

    async def enter(self, request: Request) -> "Room":
        """Whoever may oversee. Raises as `Gate.staff` does."""
        return self._room(request, await self.gate.staff(request, May.OVERSEE))

    async def act(self, request: Request, need: May = May.OVERSEE) -> tuple["Room", Mapping[str, str]]:
        """The same for a form, with its fields. Raises as `Gate.acting` does, `UnfitError` for what no store can
        keep."""
        staff, fields = await self.gate.acting(request, need)
        room = self._room(request, staff)
        return room, {name: kept(value) for name, value in fields.items()}

    def _room(self, request: Request, staff: Staff) -> "Room":
        room = Room(request, self, staff, self.book(), self.now())
        request.state.room = room
        return room


@dataclass(frozen=True, slots=True)
class Room:
    """One request of somebody who may oversee; `book` and `now` are the same for all of it."""

    request: Request
    office: Office
    staff: Staff
    book: Book
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.book.rules.shop.timezone)

    @property
    def today(self) -> date:
        return local_day(self.now, self.zone)

    def gettext(self, message: str, **fields: object) -> str:
        """A message in the reader's language."""
        text = translations(self.staff.language).gettext(message)
        return text % fields if fields else text

    def when(self, at: datetime) -> str:
        """The time alone today, else with its date."""
        local = at.astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == self.today else f"{local:%Y-%m-%d %H:%M}"

    def waited(self, since: datetime) -> str:
        return self.lasting(self.now - since)

    def lasting(self, span: timedelta) -> str:
        return words.lasting(span, translations(self.staff.language).gettext)

    def span(self, seconds: float) -> str:
        return self.lasting(timedelta(seconds=seconds))

    def summary(self, talk: Conversation) -> str:
        """What a waiting buyer wants, masked, in a line."""
        return mask_text(talk.summary)[:_SUMMARY]

    def group(self, name: str | None) -> str:
        return self.gettext(words.GROUPS.get(name or "", name or ""))

    def asked(self, name: str) -> str:
        """A part of the query; empty where it is not there."""
        return self.request.query_params.get(name, "")

    def day(self, text: str) -> date:
        """A day as an address names it; today if it names none. Raises `UnfitError`."""
        return read_day(text) if text else self.today

    def show(self, template: str, status: int = 200, **facts: object) -> HTMLResponse:
        """A page of the office, or a part of one."""
        return page(
            f"desk/office/{template}", status, language=self.staff.language, shop=self.book.rules.shop.name,
            staff=self.staff, here="office", room=self, words=words, told=self.asked("told"),
            standing=standing(self.office.standstills()), at=self.when, **facts,
        )  # fmt: skip


def read_day(text: str) -> date:
    """Raises `UnfitError` for what is no day, or one beyond any calendar of ours."""
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise UnfitError("desk.no_day", day=text[:40])
    if not _FIRST <= found.year <= _LAST:
        raise UnfitError("desk.day", day=text)
    return found


def kept(text: str) -> str:
    """Words that every store can keep. Raises `UnfitError`."""
    if not storable(text) or len(text) > _LONGEST:
        raise UnfitError("desk.field", most=_LONGEST)
    return text


def back(path: str, told: str | None = None) -> RedirectResponse:
    """To a page of the office, which says what was done."""
    mark = "&" if "?" in path else "?"
    address = f"{HOME}{path}{mark}told={told}" if told else f"{HOME}{path}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


class OfficeRoute(APIRoute):
    """A route that tells people what was wrong; who may not come in, and a store that is down, are others' to tell."""

    def get_route_handler(self) -> Handle:
        return partial(_told, super().get_route_handler())


async def _told(inner: Handle, request: Request) -> Response:
    try:
        return await inner(request)
    except (LoginNeededError, ForbiddenError, StoreDown, Overloaded):
        raise
    except YebanError as error:
        room = getattr(request.state, "room", None)
        if not isinstance(room, Room):
            raise
        return room.show("trouble.html", _status(error), error=str(error))


def _status(error: YebanError) -> int:
    unknown = isinstance(error, UnknownError) or error.key in _UNKNOWN
    return HTTPStatus.NOT_FOUND if unknown else HTTPStatus.UNPROCESSABLE_ENTITY
