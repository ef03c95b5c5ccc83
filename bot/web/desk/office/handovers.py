"""Hand-over logs: what each shift left to the next, and who has read it.

In: requests. Out: the page, a redirect after a line was acknowledged. Never: a line acknowledged by somebody the
roster does not know, who could not see to what it says is owed.
"""

import re
from datetime import date, datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.acknowledging import acknowledge
from bot.core.shift_changes import agents_of
from bot.core.walltime import DAY, instant
from bot.refusals import UnfitError
from bot.web.desk.office.room import Office, Room, back

_LINE = re.compile(r"[0-9]{1,6}")


def add_handovers(router: APIRouter, office: Office) -> None:
    """`/desk/office/handovers?day=` or `?open=1`."""

    @router.get("/handovers")
    async def logs(request: Request) -> Response:
        room = await office.enter(request)
        only_open, day = room.asked("open") == "1", room.day(room.asked("day"))
        if only_open:
            found = (await office.store.unread()).logs
        else:
            found = tuple(await office.store.handovers(*_span(room, day)))
        return room.show(
            "handovers.html", tab="handovers", logs=found[::-1], day=day, only_open=only_open, before=day - DAY,
            after=day + DAY, known=room.staff.agent_id in agents_of(room.book.rules.shifts),
        )  # fmt: skip

    @router.post("/handovers/acknowledge")
    async def read(request: Request) -> Response:
        room, fields = await office.act(request)
        one, number, agent = fields.get("id", ""), fields.get("number", ""), office.desk.known(room.staff.agent_id)
        if not _LINE.fullmatch(number):
            raise UnfitError("errors.no_handover_line", id=one, number=number)
        done = await acknowledge(office.store, one, int(number), agent, room.now)
        if done:
            await office.gate.note(room.staff, "office.acknowledge", id=one, line=int(number))
        where = "open=1" if fields.get("open") == "1" else f"day={room.day(fields.get('day', ''))}"
        return back(f"/handovers?{where}", "acknowledged" if done else "acknowledged_before")


def _span(room: Room, day: date) -> tuple[datetime, datetime]:
    return instant(day, 0, room.zone), instant(day + DAY, 0, room.zone)
