"""The desk's door in this process, over a real store and a clock that tests turn, with one page behind it.

In: a folder. Out: a room with browsers. Never: a socket, a password that costs anything to hash.
"""

import itertools
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import Accounts
from bot.core.staff import AuditLook, May, Role
from bot.floods import Floods
from bot.hashing import Hashing
from bot.registrar import Newcomer, Registrar
from bot.store import SqlStore, open_store
from bot.web.desk.audit import AuditPages, audit_router
from bot.web.desk.door import Door
from bot.web.desk.login import LoginPages, login_router
from bot.web.desk.refused import install_refusals
from bot.web.errors import install_errors
from bot.web.pages import page
from tests.fakes import HandClock, counting_ids
from tests.web.desk_sweep import BROWSER

CHEAP = Hashing(passes=1, memory_kib=8)
GOOD, BETTER = "gute-nacht-laden", "spaete-ernte-44"
PLAIN = "http://desk"


@dataclass(frozen=True, slots=True)
class Room:
    """`app` as it is served, `door` as pages ask it."""

    app: FastAPI
    door: Door
    store: SqlStore
    clock: HandClock
    registrar: Registrar

    def browser(self, base: str = PLAIN, address: str = "192.0.2.1") -> httpx.AsyncClient:
        """A browser with no cookie yet."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url=base, headers=BROWSER)

    async def hires(
        self, number: str = "a01", role: Role = Role.AGENT, *, once: bool = False, name: str = "小安"
    ) -> None:
        await self.registrar.add(Newcomer(number, name, role), GOOD, for_once=once)

    async def audit(self) -> Sequence[tuple[str, str, Mapping[str, object]]]:
        """Oldest first."""
        return [(one.agent_id, one.act, one.data) for one in reversed(await self.store.audit(AuditLook(500)))]


@asynccontextmanager
async def desk_room(url: str, clock: HandClock | None = None, failed: Floods | None = None) -> AsyncIterator[Room]:
    """Open; what happened in an earlier room of the same database still holds."""
    clock = clock or HandClock()
    store = open_store(url, new_id=counting_ids())
    door = Door(Accounts(store, CHEAP, clock, _chance, evenly=0.0))
    app = FastAPI(openapi_url=None)
    app.include_router(login_router(LoginPages(door, lambda: "小店", failed or Floods(10_000, timedelta(seconds=1)))))
    app.include_router(audit_router(AuditPages(store, door, lambda: "小店", ZoneInfo("Asia/Shanghai"))))
    _dummy(app, door)
    install_refusals(app, lambda: "小店")
    install_errors(app)
    yield Room(app, door, store, clock, Registrar(store, CHEAP, clock, _chance, "cli"))
    await store.close()


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'desk.db'}"


def _dummy(app: FastAPI, door: Door) -> None:
    @app.get("/desk")
    async def look(request: Request) -> Response:
        staff = await door.staff(request)
        return page("desk/refused.html", language=staff.language, shop="小店", staff=staff, here="desk", text="里面")

    @app.post("/desk/act")
    async def act(request: Request) -> dict[str, Any]:
        staff, fields = await door.acting(request, May.SERVE)
        return {"who": staff.agent_id, "fields": dict(fields)}


_calls = itertools.count(1)


def _chance(count: int) -> bytes:
    """As many as asked, and others at every call."""
    return next(_calls).to_bytes(8, "big") * (count // 8 or 1)


async def enters(browser: httpx.AsyncClient, number: str = "a01", password: str = GOOD, **more: str) -> httpx.Response:
    """A log-in as the page sends it."""
    return await browser.post("/desk/login", data={"number": number, "password": password, **more})


async def token_of(browser: httpx.AsyncClient, path: str = "/desk/password") -> str:
    """What the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', (await browser.get(path)).text)
    assert found is not None
    return found[1]
