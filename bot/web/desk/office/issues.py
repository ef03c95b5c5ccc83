"""The issue log of a week, what is alike together, and what it tells operations and product.

In: requests. Out: the page, CSV, a redirect after a group was settled. Never: a word that was not masked when it was
filed; a buyer's id.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot import issue_log
from bot.core.issue_groups import Group, Near, nearest_reply
from bot.core.notebooks import IssueKind
from bot.core.weeks import Week, read_week, week_of
from bot.issue_words import FEEDBACK, GROUPS, parts_of, table_of, told_of
from bot.refusals import UnfitError
from bot.web.desk.office.room import Office, Room, back
from bot.web.desk.office.sheets import csv_file

#: So many groups of a week are shown; the table for spreadsheets has them all.
SHOWN = 60
Told = Mapping[str, object]


def add_issues(router: APIRouter, office: Office) -> None:
    """`/desk/office/issues?week=2026-W48`, its tables for spreadsheets, and the act that settles."""
    _page(router, office)
    _tables(router, office)
    _settling(router, office)


def _page(router: APIRouter, office: Office) -> None:

    @router.get("/issues")
    async def issues(request: Request) -> Response:
        room = await office.enter(request)
        week = _week(room, room.asked("week"))
        groups = await issue_log.groups_in(office.store, week, room.zone)
        shown = _of_state(groups, room.asked("open") == "1")
        return room.show(
            "issues.html", tab="issues", week=week, kinds=_by_kind(await _near(room, shown[:SHOWN])),
            shown=min(len(shown), SHOWN), total=len(shown),
            count=sum(one.count for one in groups), open=sum(one.open for one in groups),
            parts_of_week=await _parts(room, week),
            before=week.before.label, after=_after(week).label, only_open=room.asked("open") == "1",
        )  # fmt: skip


def _tables(router: APIRouter, office: Office) -> None:
    @router.get("/issues.csv")
    async def table(request: Request) -> Response:
        room = await office.enter(request)
        week = _week(room, room.asked("week"))
        found = await _near(room, await issue_log.groups_in(office.store, week, room.zone))
        rows = [told_of(group, near, room.zone) for group, near in found]
        return csv_file(f"issues-{week.label}.csv", table_of(rows, GROUPS))

    @router.get("/feedback.csv")
    async def feedback(request: Request) -> Response:
        room = await office.enter(request)
        week = _week(room, room.asked("week"))
        rows = [{"list": name, **row} for name, some in (await _parts(room, week)).items() for row in some]
        return csv_file(f"feedback-{week.label}.csv", table_of(rows, FEEDBACK))


def _settling(router: APIRouter, office: Office) -> None:
    @router.post("/issues/settle")
    async def settle(request: Request) -> Response:
        room, fields = await office.act(request)
        week = _week(room, fields.get("week", ""))
        ids, remedy, by = [fields.get("id", "")], fields.get("remedy", ""), room.staff.agent_id
        if not remedy.strip():
            raise UnfitError("desk.no_remedy")
        done = await issue_log.settle(office.store, ids, remedy, by, room.zone, room.now)
        await office.gate.note(room.staff, "office.settle", id=ids[0], issues=len(done))
        return back(f"/issues?week={week.label}", "settled")


def _week(room: Room, label: str) -> Week:
    """This week, if none is named. Raises `UnfitError`."""
    try:
        return read_week(label) if label else week_of(room.now, room.zone)
    except ValueError:
        raise UnfitError("desk.week", week=label[:40]) from None


def _after(week: Week) -> Week:
    return Week(week.monday + (week.monday - week.before.monday))


def _of_state(groups: Sequence[Group], only_open: bool) -> Sequence[Group]:
    return [one for one in groups if one.open or not only_open]


def _by_kind(found: Sequence[tuple[Group, Near | None]]) -> Mapping[IssueKind, Sequence[tuple[Group, Near | None]]]:
    """In the order of the log, which is by kind."""
    return {kind: list(some) for kind, some in groupby(found, key=lambda one: one[0].kind)}


async def _near(room: Room, groups: Sequence[Group]) -> Sequence[tuple[Group, Near | None]]:
    """Each with the reply file that it may belong to; reckoned beside the loop, for it takes a while."""
    return await asyncio.to_thread(lambda: [(one, nearest_reply(one, room.book)) for one in groups])


async def _parts(room: Room, week: Week) -> Mapping[str, Sequence[Told]]:
    told, titles = await issue_log.feedback_with_titles(room.office.store, *week.span(room.zone))
    return dict(parts_of(told, titles, {name: topic.title for name, topic in room.book.by_intent.items()}))
