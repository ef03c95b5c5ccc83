"""The interface for people in this process, over a real store, the small book and a clock that tests turn.

In: a folder. Out: a room that answers like the service. Never: a socket.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.acts import Act
from bot.bell import LocalBell
from bot.core.model import AgentState, Conversation, Holder, Kind, Message, Presence, Sender
from bot.desk import Desk
from bot.records import Event, Outcome
from bot.store import SqlStore, open_store
from bot.web.api.door import Door
from bot.web.api.figures import Figures, figures_router
from bot.web.api.notebooks import Notebooks, notebooks_router
from bot.web.api.people import people_router
from bot.web.errors import install_errors
from tests.core.book import local, small_book
from tests.fakes import HandClock, counting_ids, talk
from tests.store.copies import everything

TOKEN = "t" * 32
TEN = local("2026-11-23 10:00")


@dataclass(frozen=True, slots=True)
class Room:
    client: httpx.AsyncClient
    store: SqlStore
    clock: HandClock
    url: str

    async def asks(self, path: str) -> httpx.Response:
        return await self.client.get(f"/api{path}")

    async def does(self, path: str, agent: str = "a01", **told: object) -> httpx.Response:
        return await self.client.post(f"/api{path}", json=told, headers={"x-agent": agent})

    async def sends(self, path: str, body: str) -> httpx.Response:
        """A body as it is written."""
        headers = {"x-agent": "a01", "content-type": "application/json"}
        return await self.client.post(f"/api{path}", content=body.encode(), headers=headers)

    async def waits(
        self, one: str, agent: str | None = None, group: str = "presale", name: str | None = None
    ) -> Conversation:
        """A buyer waits for people."""
        queued = replace(talk(holder=Holder.QUEUED, one=one, group=group), buyer_name=name)
        kept = replace(queued, buyer_id=f"b-{one}", waiting_since=self.clock(), agent_id=agent)
        assert await self.store.act(Act(kept), self.clock())
        return kept

    async def writes(self, one: str, message_id: str, text: str) -> None:
        """A buyer's line in a conversation that waits or is a human's, as a turn keeps it."""
        now, lane = self.clock(), f"c:webhook:{one}"
        found = await self.store.talk("webhook", one)
        assert found
        line = Message(message_id, one, found.buyer_id, Sender.BUYER, Kind.TEXT, now, text)
        event = Event("webhook", f"e-{message_id}", "message.created", lane, {"id": message_id}, now, now)
        await self.store.accept(event)
        [claim] = await self.store.claim(now, 10)
        done = (await self.store.load(claim)).events
        heard = Outcome(tuple(one.seq for one in done), found, messages=(line,))
        assert await self.store.save(claim, heard, now)

    def rows(self, table: str) -> Sequence[Mapping[str, Any]]:
        return everything(self.url)[table]


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    """Open at ten in the morning, a01 and a11 are there."""
    url, clock, book = f"sqlite:///{folder / 'room.db'}", HandClock(TEN), small_book()
    store = open_store(url, new_id=counting_ids())
    desk, door = Desk(store, LocalBell(), lambda: book, clock), Door(TOKEN)
    app = FastAPI()
    app.include_router(people_router(desk, door))
    app.include_router(notebooks_router(Notebooks(store, desk, door)))
    app.include_router(figures_router(Figures(store, desk, door, lambda: book)))
    install_errors(app)
    here = tuple(Presence(agent, AgentState.ONLINE, TEN) for agent in ("a01", "a11"))
    assert await store.act(Act(presence=here), TEN)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://room", headers=headers) as client:
        yield Room(client, store, clock, url)
    await store.close()


def said(answer: httpx.Response, status: int) -> str:
    """What an error says, all of it in our shape."""
    assert answer.status_code == status, answer.text
    points = answer.json()["detail"]
    assert points
    assert all(set(point) == {"loc", "msg"} for point in points)
    return "；".join(str(point["msg"]) for point in points)
