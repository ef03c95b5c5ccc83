"""The roster, the issue log and the service record over HTTP.

In: requests that the door has let in. Out: JSON. Never: a figure of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from bot import issue_log
from bot.core.book import Book
from bot.core.feedback import Feedback
from bot.core.issue_groups import Group
from bot.core.notebooks import Issue, IssueKind
from bot.core.record_json import plain
from bot.core.roster import OnShift, spans
from bot.core.roster_proof import Proof, prove
from bot.core.walltime import instant, local_day
from bot.core.weeks import Week, read_week, week_of
from bot.desk import Desk
from bot.issue_log import Filing
from bot.ports import Store
from bot.refusals import UnfitError
from bot.service_record import service_record
from bot.web.api.door import Door
from bot.web.api.fields import Id, Storable, Time
from bot.web.api.shapes import Shape
from bot.web.api.troubles import TROUBLES, ToldRoute

_MOST_DAYS, _LONGEST = 92, 1_000
Days = Annotated[int, Query(ge=1, le=_MOST_DAYS)]


class Roster(Shape):
    """The stretches of the shifts that start on the days, and whether these days hold what the file promises."""

    shifts: list[OnShift]
    proof: Proof


class WeekOut(Shape):
    """What is alike in a week, the most frequent first within each kind."""

    week: str
    groups: list[Group]


class IssueIn(Shape):
    """What an agent files. `message_id`: the sent message that was wrong."""

    kind: Literal["wrong_fact", "remark", "wrong_answer", "complaint"]
    text: Annotated[str, Field(min_length=1, max_length=_LONGEST), Storable]
    message_id: Id | None = None
    channel: Id | None = None
    conversation_id: Id | None = None
    buyer_id: Id | None = None
    item_id: Id | None = None
    order_id: Id | None = None
    key: Id | None = None


class SettleIn(Shape):
    """Ids of issues or of groups, and what was done about them."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=_LONGEST)]
    remedy: Annotated[str, Field(min_length=1, max_length=_LONGEST), Storable]


class Settled(Shape):
    """Those that were open until now."""

    ids: list[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the routes need."""

    store: Store
    desk: Desk
    door: Door
    book: Callable[[], Book]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.book().rules.shop.timezone)

    def week(self, label: str | None) -> Week:
        """This week, if none is named. Raises `UnfitError`."""
        try:
            return read_week(label) if label else week_of(self.desk.now(), self.zone)
        except ValueError:
            raise UnfitError("desk.week", week=label) from None


def figures_router(figures: Figures) -> APIRouter:
    """Everything under `/api` that is looked at from afar."""
    router = APIRouter(prefix="/api", tags=["figures"], route_class=ToldRoute, responses=TROUBLES)
    _roster(router, figures)
    _issues(router, figures)
    _record(router, figures)
    return router


def _roster(router: APIRouter, figures: Figures) -> None:
    @router.get("/roster")
    async def roster(request: Request, day: date | None = None, days: Days = 7) -> Roster:
        """Who is on, from the file alone."""
        figures.door.pass_(request)
        book = figures.book()
        first = _day(day, figures)
        found = spans(book.rules.shifts, first, first + timedelta(days=days), book.works)
        return Roster(shifts=list(found), proof=prove(book.rules.shifts, first, days, book.works))


def _issues(router: APIRouter, figures: Figures) -> None:
    @router.get("/issues")
    async def issues(request: Request, week: str | None = None) -> WeekOut:
        """A week of the issue log, what is alike together."""
        figures.door.pass_(request)
        asked = figures.week(week)
        return WeekOut(week=asked.label, groups=list(await issue_log.groups_in(figures.store, asked, figures.zone)))

    @router.get("/issues/feedback")
    async def feedback(request: Request, since: Time, until: Time) -> Feedback:
        """What operations and product learn of a span."""
        figures.door.pass_(request)
        return await issue_log.feedback(figures.store, since, until)

    @router.post("/issues")
    async def file(request: Request, told: IssueIn) -> Issue:
        """File something."""
        agent = figures.desk.known(figures.door.actor(request))
        filing = Filing(**told.model_dump(exclude={"kind"}), kind=IssueKind(told.kind), agent_id=agent)
        return await issue_log.file_issue(figures.store, filing, figures.desk.now())

    @router.post("/issues/settle")
    async def settle(request: Request, told: SettleIn) -> Settled:
        """Something was done about it."""
        agent = figures.desk.known(figures.door.actor(request))
        now = figures.desk.now()
        return Settled(ids=list(await issue_log.settle(figures.store, told.ids, told.remedy, agent, figures.zone, now)))


def _record(router: APIRouter, figures: Figures) -> None:
    @router.get("/stats")
    async def stats(
        request: Request, day: date | None = None, by: Literal["agent", "shift", "intent"] | None = None
    ) -> Mapping[str, object]:
        """The service record of a day, as `yeban stats --json` tells it."""
        figures.door.pass_(request)
        book = figures.book()
        return plain(await service_record(figures.store, book.rules, book.works, _day(day, figures)), by)


def _day(asked: date | None, figures: Figures) -> date:
    """Today, if none is named; what no calendar holds is refused."""
    found = asked or local_day(figures.desk.now(), figures.zone)
    try:
        instant(found - timedelta(days=_MOST_DAYS), 0, figures.zone)
        instant(found + 2 * timedelta(days=_MOST_DAYS), 0, figures.zone)
    except OverflowError:
        raise UnfitError("desk.day", day=found.isoformat()) from None
    return found
