"""The audit log as a page: who did what at the desk, newest first.

In: filters. Out: a page. Never: a password, a message's words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.payloads import storable
from bot.core.staff import Audited, AuditLook, May
from bot.ports import StaffStore
from bot.web.desk.audit_words import act_word, data_line
from bot.web.desk.gate import Gate
from bot.web.pages import page
from bot.web.stream import number

_SHOWN = 50
_AGENT_MOST = 64
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; `day` as it was typed, if it is a day."""

    agent: str = ""
    day: date | None = None
    before: int = 0

    @classmethod
    def of(cls, request: Request) -> "Filter":
        """What cannot be meant is left out."""
        told = request.query_params
        agent = told.get("agent", "").strip()
        fit = len(agent) <= _AGENT_MOST and storable(agent)
        return cls(agent if fit else "", _day(told.get("day", "")), number(told.get("before")))

    def look(self, zone: ZoneInfo) -> AuditLook:
        """One line more than is shown, which tells whether there are more."""
        since = datetime.combine(self.day, time(), zone).astimezone(UTC) if self.day else None
        after = datetime.combine(self.day + timedelta(1), time(), zone).astimezone(UTC) if self.day else None
        return AuditLook(_SHOWN + 1, self.agent or None, since, after, self.before or None)

    def older(self, last: int) -> str:
        """The next page's address."""
        wanted = {"agent": self.agent, "day": self.day.isoformat() if self.day else "", "before": str(last)}
        return "/desk/audit?" + urlencode({name: text for name, text in wanted.items() if text})


@dataclass(frozen=True, slots=True)
class AuditPages:
    """`zone` is the shop's."""

    store: StaffStore
    gate: Gate
    shop: Callable[[], str]
    zone: ZoneInfo

    async def show(self, request: Request) -> Response:
        """One page of the log."""
        staff = await self.gate.staff(request, May.OVERSEE)
        wanted = Filter.of(request)
        found = await self.store.audit(wanted.look(self.zone))
        shown = found[:_SHOWN]
        older = wanted.older(shown[-1].seq) if len(found) > _SHOWN else ""
        return page(
            "desk/audit.html", language=staff.language, shop=self.shop(), staff=staff, here="office", wanted=wanted,
            lines=self._rows(shown, staff.language), older=older,
        )  # fmt: skip

    def _rows(self, lines: Sequence[Audited], language: str) -> Sequence[Mapping[str, str]]:
        return [
            {
                "at": f"{one.at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}",
                "agent": one.agent_id,
                "act": act_word(one.act, language),
                "talk": one.conversation_id or "",
                "data": data_line(one.data, language, self.zone),
            }
            for one in lines
        ]


def audit_router(pages: AuditPages) -> APIRouter:
    """`GET /desk/audit`."""
    router = APIRouter(prefix="/desk", include_in_schema=False)

    @router.get("/audit")
    async def show(request: Request) -> Response:
        return await pages.show(request)

    return router


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
