"""The desk's pages in this process, over a real store, the small book and a clock that tests turn.

In: a folder, who is logged in. Out: a room that answers like the service. Never: a socket, a password.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
from fastapi import FastAPI

from bot.absence import Absences
from bot.acts import Act
from bot.annotating import Annotating
from bot.bell import LocalBell
from bot.buyer_card import BuyerCards
from bot.core.model import AgentState, Presence
from bot.desk import Desk
from bot.newsroom import Newsroom
from bot.searching import Searching
from bot.shelf import Standstill
from bot.store import open_store
from bot.suggesting import Suggesting
from bot.web.desk.board import Board
from bot.web.desk.desk import desk_router
from bot.web.desk.face import Face
from bot.web.desk.refused import install_refusals
from bot.web.errors import install_errors
from tests.core.book import small_book
from tests.fakes import HandClock, counting_ids
from tests.web.api_room import TEN, Room
from tests.web.gates import MARK, OpenGate


@dataclass(frozen=True, slots=True)
class DeskRoom(Room):
    """`gate` says who is logged in."""

    gate: OpenGate
    face: Face

    async def page(self, path: str = "/desk") -> httpx.Response:
        return await self.client.get(path)

    async def acts(self, one: str, act: str, scripted: bool = True, **fields: str) -> httpx.Response:
        """A form of a thread's."""
        return await self.form(f"/desk/t/webhook/{quote(one, safe='')}/{act}", scripted, **fields)

    async def form(self, path: str, scripted: bool = True, **fields: str) -> httpx.Response:
        accept = {"accept": "application/json"} if scripted else {"accept": "text/html"}
        return await self.client.post(path, data={"csrf": MARK, **fields}, headers=accept)


@asynccontextmanager
async def desk_room(
    folder: Path, gate: OpenGate | None = None, standstills: Sequence[Standstill] = ()
) -> AsyncIterator[DeskRoom]:
    """Open at ten in the morning, a01 and a11 are there; a01 is logged in, if nobody else is named."""
    url, clock, book, news = f"sqlite:///{folder / 'desk.db'}", HandClock(TEN), small_book(), Newsroom()
    store, gate, bell = open_store(url, new_id=counting_ids(), news=news.tell), gate or OpenGate(), LocalBell()
    desk = Desk(store, bell, lambda: book, clock)
    face = Face(
        store, desk, Board(desk, store, news), news, gate,
        suggesting=Suggesting(store, lambda: book, clock), cards=BuyerCards(store, lambda: book, clock),
        annotating=Annotating(store, bell, lambda: book, clock), absences=Absences(store, bell, lambda: book, clock),
        searching=Searching(store, lambda: book, clock), book=lambda: book, now=clock, new_id=counting_ids("k"),
        standstills=lambda: standstills,
    )  # fmt: skip
    app = FastAPI()
    app.include_router(desk_router(face))
    install_refusals(app, lambda: "店")
    install_errors(app)
    here = tuple(Presence(agent, AgentState.ONLINE, TEN) for agent in ("a01", "a11"))
    assert await store.act(Act(presence=here), TEN)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield DeskRoom(client, store, clock, url, gate, face)
    await store.close()
