"""The office's pages in this process, over a real store, the small book and a clock that tests turn.

In: a folder. Out: an office with an open gate. Never: a socket, a password.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.acts import Act
from bot.bell import LocalBell
from bot.core.book import Book
from bot.core.model import AgentState, Holder, Presence
from bot.core.staff import Role
from bot.desk import Desk
from bot.shelf import Standstill
from bot.store import SqlStore, open_store
from bot.web.desk.gate import ForbiddenError, LoginNeededError
from bot.web.desk.office.pages import office_router
from bot.web.desk.office.room import Office
from bot.web.errors import install_errors
from bot.web.pages import static_files
from tests.core.book import TOPICS, book_of, local, rules
from tests.fakes import HandClock, counting_ids, talk
from tests.web.gates import MARK, OpenGate

NOW = local("2026-11-20 15:00")
_RATE = {"from": "2026-01-01", "unit": "round", "counts": ["human", "assist"], "robot_only": "left_out"}
KPIS: Mapping[str, object] = {
    "definitions": [
        {**_RATE, "name": "fast", "title": "三分钟率", "why": "三分钟内", "within": "3m", "target": "99%"},
        {**_RATE, "name": "mean", "title": "平均时长", "why": "平均", "measure": "mean", "cap": "10m", "target": "60s"},
        {**_RATE, "name": "free", "title": "没有目标", "why": "只看数", "within": "8s"},
    ]
}


def office_book() -> Book:
    """The small shop, with figures that have targets."""
    return book_of(TOPICS, rules(kpis=KPIS))


@dataclass(frozen=True, slots=True)
class OfficeRoom:
    client: httpx.AsyncClient
    store: SqlStore
    clock: HandClock
    gate: OpenGate

    async def page(self, path: str = "", status: int = 200) -> str:
        answer = await self.client.get(f"/desk/office{path}")
        assert answer.status_code == status, answer.text
        return answer.text

    async def does(self, path: str, **fields: str) -> httpx.Response:
        """A form of our own page."""
        return await self.client.post(f"/desk/office{path}", data={"csrf": MARK, **fields})

    def notes(self) -> Sequence[str]:
        return [act for _, act, _, _ in self.gate.notes]

    async def waits(self, one: str, group: str = "presale", ago: float = 0, name: str = "", says: str = "") -> None:
        """A buyer waits for people, since so many seconds."""
        since = self.clock() - timedelta(seconds=ago)
        queued = replace(talk(holder=Holder.QUEUED, one=one, group=group), buyer_id=f"b-{one}", waiting_since=since)
        named = replace(queued, buyer_name=name or None, summary=says, urgency=0 if group == "supervisor" else 5)
        assert await self.store.act(Act(named), self.clock())

    async def is_here(self, agent: str, state: AgentState = AgentState.ONLINE) -> None:
        assert await self.store.act(Act(presence=(Presence(agent, state, self.clock()),)), self.clock())


def words(html: str) -> str:
    """What a reader sees of it, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def office_app(
    store: SqlStore, gate: OpenGate, clock: HandClock, book: Book, standstills: Sequence[Standstill] = ()
) -> FastAPI:
    """The office behind an open gate; who may not come in is told as the door will."""
    app, desk = FastAPI(), Desk(store, LocalBell(), lambda: book, clock)
    office = Office(store, desk, gate, lambda: book, clock, LocalBell(), standstills=lambda: standstills)
    app.include_router(office_router(office))
    app.mount("/static", static_files())
    install_errors(app)
    app.add_exception_handler(ForbiddenError, _forbidden)
    app.add_exception_handler(LoginNeededError, _unknown)
    return app


async def _forbidden(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), 403)


async def _unknown(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), 401)


@asynccontextmanager
async def office_room(
    folder: Path, role: Role = Role.SUPERVISOR, language: str = "zh_CN", book: Book | None = None,
    standstills: Sequence[Standstill] = (),
) -> AsyncIterator[OfficeRoom]:  # fmt: skip
    """Open on a Friday afternoon; nobody is there yet. Whoever looks is s01."""
    clock, gate = HandClock(NOW), OpenGate("s01", role, language)
    store = open_store(f"sqlite:///{folder / 'office.db'}", new_id=counting_ids())
    app = office_app(store, gate, clock, book or office_book(), standstills)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://office", headers=headers) as client:
        yield OfficeRoom(client, store, clock, gate)
    await store.close()
