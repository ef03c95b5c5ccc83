"""Hand-over logs, what is owed and the supervisor's notices over HTTP.

In: requests that the door has let in. Out: JSON. Never: a rule; the services keep them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from bot import commitments
from bot.acknowledging import acknowledge
from bot.acting import Place
from bot.core.notebooks import Commitment, Handover, Notice, Owed
from bot.desk import Desk
from bot.ports import Store
from bot.web.api.door import Door
from bot.web.api.fields import Id, Line, Named, Storable, Time
from bot.web.api.shapes import Shape
from bot.web.api.troubles import TROUBLES, ToldRoute

_DAY = timedelta(days=1)
_MOST = 1_000
_OWED = "/commitments/{one}"


class CommitmentIn(Shape):
    """What is owed. A promise has a due time, with its zone. `key`: chosen by the caller; the same key is the same
    commitment, however often it is told."""

    kind: Literal["promise", "call_back", "note"]
    text: Annotated[str, Field(min_length=1, max_length=commitments.LONGEST), Storable]
    due_at: Time | None = None
    key: Id | None = None


class ToIn(Shape):
    to: Id


class Done(Shape):
    """False: somebody was faster."""

    done: bool


@dataclass(frozen=True, slots=True)
class Notebooks:
    """What the routes need."""

    store: Store
    desk: Desk
    door: Door


def notebooks_router(books: Notebooks) -> APIRouter:
    """Everything under `/api` about what shifts leave to each other."""
    router = APIRouter(prefix="/api", tags=["notebooks"], route_class=ToldRoute, responses=TROUBLES)
    _handovers(router, books)
    _commitments(router, books)
    _settling(router, books)
    _notices(router, books)
    return router


def _handovers(router: APIRouter, books: Notebooks) -> None:
    @router.get("/handovers")
    async def logs(request: Request, since: Time | None = None, until: Time | None = None) -> list[Handover]:
        """The logs of a span, the last day's if none is named."""
        books.door.pass_(request)
        end = until or books.desk.now() + timedelta(seconds=1)
        return list(await books.store.handovers(since or end - _DAY, end))

    @router.get("/handovers/open")
    async def unread(request: Request) -> list[Handover]:
        """Logs with just those of their lines that wait to be acknowledged."""
        books.door.pass_(request)
        return list((await books.store.unread()).logs)

    @router.post("/handovers/{one}/lines/{number}/acknowledge")
    async def read(request: Request, one: Named, number: Line) -> Done:
        """Say that a line was read; what it says is owed is the reader's from then on."""
        agent = books.desk.known(books.door.actor(request))
        return Done(done=await acknowledge(books.store, one, number, agent, books.desk.now()))


def _commitments(router: APIRouter, books: Notebooks) -> None:
    @router.get("/commitments")
    async def owed(request: Request) -> list[Owed]:
        """All that is owed, the soonest due first."""
        books.door.pass_(request)
        return list(await books.store.owed())

    @router.get("/conversations/{channel}/{one}/commitments")
    async def of_talk(request: Request, channel: Named, one: Named) -> list[Commitment]:
        """All of a conversation, settled ones too."""
        books.door.pass_(request)
        return list(await books.store.commitments_of(channel, one))

    @router.post("/conversations/{channel}/{one}/commitments")
    async def owe(request: Request, channel: Named, one: Named, told: CommitmentIn) -> Commitment:
        """Promise something, or leave a note."""
        agent = books.desk.known(books.door.actor(request))
        return await books.desk.owe(Place(channel, one), agent, told.kind, told.text, told.due_at, told.key)


def _settling(router: APIRouter, books: Notebooks) -> None:
    @router.post(f"{_OWED}/done")
    async def done(request: Request, one: Named) -> Done:
        """It is kept."""
        agent = books.desk.known(books.door.actor(request))
        return Done(done=await commitments.done(books.store, one, agent, books.desk.now()))

    @router.post(f"{_OWED}/drop")
    async def drop(request: Request, one: Named) -> Done:
        """It need not be kept any more."""
        agent = books.desk.known(books.door.actor(request))
        return Done(done=await commitments.drop(books.store, one, agent, books.desk.now()))

    @router.post(f"{_OWED}/reassign")
    async def reassign(request: Request, one: Named, told: ToIn) -> Done:
        """Somebody else sees to it."""
        books.desk.known(books.door.actor(request))
        to = books.desk.known(told.to)
        return Done(done=await commitments.reassign(books.store, one, to, books.desk.now()))


def _notices(router: APIRouter, books: Notebooks) -> None:
    @router.get("/notices")
    async def notices(
        request: Request, since: Time | None = None, limit: Annotated[int, Query(ge=1, le=_MOST)] = 200
    ) -> Sequence[Notice]:
        """What the supervisor has not seen; all from a time on, if one is named."""
        books.door.pass_(request)
        return await books.store.notices(limit, since)

    @router.post("/notices/{one}/seen")
    async def see(request: Request, one: Named) -> Done:
        """It is seen."""
        agent = books.desk.known(books.door.actor(request))
        return Done(done=await books.store.see_notice(one, agent, books.desk.now()))
