"""Which version of the operators' files is served, which ones were, what is wrong with the newest; and the way back.

In: requests. Out: the page, a redirect after a rollback. Never: a rollback at the first touch, or over a version that
the page did not show.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.core.staff import May
from bot.refusals import UnfitError
from bot.rollback import roll_back
from bot.web.desk.office.room import Office, back
from bot.web.stream import number

SHOWN = 30


def add_versions(router: APIRouter, office: Office) -> None:
    """`/desk/office/versions`: overseers look, operators roll back."""

    @router.get("/versions")
    async def versions(request: Request) -> Response:
        room = await office.enter(request)
        lines = await office.store.releases(SHOWN)
        return room.show(
            "versions.html", tab="versions", lines=lines, newest={one.version: one.seq for one in reversed(lines)},
            used=room.book, may=room.staff.may(May.ROLL_BACK), standstills=office.standstills(),
        )  # fmt: skip

    @router.post("/versions/rollback")
    async def rollback(request: Request) -> Response:
        """`seen` is the line that the page showed as served; `sure` is what the second of two steps adds."""
        room, fields = await office.act(request, May.ROLL_BACK)
        if fields.get("sure") != "yes":
            return back("/versions", "unsure_version")
        seen, version = number(fields.get("seen")), fields.get("version", "")
        if not version:
            raise UnfitError("desk.field", most=0)
        left, to = await roll_back(office.store, version, room.staff.agent_id, room.now, seen=seen)
        await office.gate.note(room.staff, "office.rollback", version=to.version, instead_of=left.version)
        office.woken()
        return back("/versions", "rolled_back")
