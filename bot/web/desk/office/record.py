"""The service record of a day: the platforms' figures beside their targets, charts, and the rows of one side.

In: requests. Out: the page, the same as JSON and as CSV. Never: a figure of its own; all come from the record.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.core.definitions import Figure
from bot.core.kpis import Record
from bot.core.record_json import LISTS, plain
from bot.core.walltime import DAY, instant
from bot.refusals import UnfitError
from bot.service_record import service_record
from bot.stats_table import as_csv
from bot.web.desk.office import record_charts
from bot.web.desk.office.room import Office, Room
from bot.web.desk.office.sheets import BOM, csv_file
from bot.web.desk.office.words import N_, seconds, share


@dataclass(frozen=True, slots=True)
class KpiRow:
    """`met`: None where there is no target, or nothing to measure."""

    title: str
    why: str
    value: str
    units: int
    target: str
    met: bool | None


def add_record(router: APIRouter, office: Office) -> None:
    """`/desk/office/record?day=&by=`."""

    @router.get("/record")
    async def record(request: Request) -> Response:
        room = await office.enter(request)
        day, by = _day(room), _by(room)
        found = await _record(room, day)
        calls = await office.store.calls(instant(day, 0, room.zone), instant(day + DAY, 0, room.zone))
        return room.show(
            "record.html", tab="record", day=day, by=by, before=day - DAY, after=day + DAY, today=room.today,
            kpis=[kpi_row(room, one) for one in found.figures], total=plain(found, by)["total"],
            rows=plain(found, by)[LISTS[by]], figures=record_charts.of(room, found, calls), known=found.known_until,
            seconds=seconds, share=share, name=lambda key: _name(room, by, key), rounds=found.total.rounds,
        )  # fmt: skip

    @router.get("/record.json")
    async def as_json(request: Request) -> Response:
        """As `yeban stats --json` tells it."""
        room = await office.enter(request)
        found = await _record(room, _day(room))
        return JSONResponse(plain(found, _by(room)), headers={"cache-control": "no-store"})

    @router.get("/record.csv")
    async def as_table(request: Request) -> Response:
        """As `yeban stats --csv` tells it."""
        room = await office.enter(request)
        day, by = _day(room), _by(room)
        return csv_file(f"record-{day}-{by}.csv", BOM + as_csv(await _record(room, day), by))


async def _record(room: Room, day: date) -> Record:
    return await service_record(room.office.store, room.book.rules, room.book.works, day)


def _day(room: Room) -> date:
    day = room.day(room.asked("day"))
    if day > room.today:
        raise UnfitError("desk.day_ahead", day=day, today=room.today)
    return day


def _by(room: Room) -> str:
    by = room.asked("by") or "agent"
    if by not in LISTS:
        raise UnfitError("desk.no_by", by=by[:40])
    return by


def kpi_row(room: Room, one: Figure) -> KpiRow:
    """A figure of the platforms in words, and whether it reaches what the shop aims at."""
    told, target = one.definition, one.definition.target
    if isinstance(target, timedelta):
        goal = f"≤ {room.lasting(target)}"
        met = None if one.mean_ms is None else timedelta(milliseconds=one.mean_ms) <= target
    else:
        goal = f"≥ {target}%" if target is not None else "–"
        met = one.within * 100 >= target * one.units if target is not None and one.units else None
    return KpiRow(told.title, told.why, _value(room, one), one.units, goal, met)


def _value(room: Room, one: Figure) -> str:
    if one.definition.measure == "rate":
        return share(one.within, one.units)
    return room.gettext(N_("%(seconds)s s"), seconds=seconds(one.mean_ms)) if one.units else "–"


def _name(room: Room, by: str, key: str | None) -> str:
    return record_charts.name_of(room, by, key)
