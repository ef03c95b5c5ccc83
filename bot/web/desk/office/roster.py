"""The week's roster: a chart, and a table that says the same.

In: requests. Out: the page. Never: a change; the roster is a file in git.
"""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.core.walltime import DAY
from bot.web.desk.office.charts import Chart, DayLine, Stretch, week
from bot.web.desk.office.room import Office, Room
from bot.web.desk.office.rostered import Piece, RosterDay, lanes, roster_week
from bot.web.desk.office.words import N_

_WEEK = 7 * DAY
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_GAP, _CLASH = N_("Gap: nobody of %(group)s"), N_("%(agents)s in %(shifts)s at once")


def add_roster(router: APIRouter, office: Office) -> None:
    """`/desk/office/roster?week=`: any day of the week."""

    @router.get("/roster")
    async def roster(request: Request) -> Response:
        room = await office.enter(request)
        asked = room.day(room.asked("week"))
        monday = asked - DAY * asked.weekday()
        days = roster_week(room.book.rules, room.book.works, monday, room.now)
        return room.show(
            "roster.html", tab="roster", days=days, chart=_chart(room, days), monday=monday,
            sunday=monday + _WEEK - DAY, before=monday - _WEEK, after=monday + _WEEK,
            named=lambda day: _named(room, day),
            holds=not any(one.gaps or one.clashes for one in days),
        )  # fmt: skip


def _named(room: Room, day: date) -> str:
    return f"{room.gettext(_DAYS[day.weekday()])} {day:%m-%d}"


def _chart(room: Room, days: Sequence[RosterDay]) -> Chart:
    gaps = sum(len(one.gaps) for one in days)
    desc = room.gettext(N_("Shifts of the week by day, with %(gaps)s gaps. The table below says the same."), gaps=gaps)
    return week([_line(room, one) for one in days], room.gettext(N_("Roster of the week")), desc)


def _line(room: Room, one: RosterDay) -> DayLine:
    stretches = [
        tuple(_stretch(room, piece) for piece in lane)
        for lane in (*lanes(one.shifts), *lanes((*one.gaps, *one.clashes)), *lanes(one.overlaps))
    ]
    return DayLine(_named(room, one.day), tuple(stretches), one.now is not None, one.now)


def _stretch(room: Room, one: Piece) -> Stretch:
    kind = f"shift {one.group}" if one.kind == "shift" else one.kind
    text = _text(room, one)
    shown = room.gettext(N_("Overlap")) if one.kind == "overlap" else text
    return Stretch(one.start, one.end, kind, shown, f"{one.clock} {text}")


def _text(room: Room, one: Piece) -> str:
    shifts, agents, group = " + ".join(one.names), " ".join(one.agents), room.group(one.group)
    if one.kind == "gap":
        return room.gettext(_GAP, group=group)
    if one.kind == "clash":
        return room.gettext(_CLASH, agents=agents, shifts=shifts)
    return shifts if one.kind == "overlap" else f"{shifts} {agents}"
