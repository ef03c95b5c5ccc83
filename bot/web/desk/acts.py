"""What agents do at the desk: each form is one act of the desk's service.

In: forms that the gate has let in. Out: what became of it: 204 for the page's script, which the stream tells the rest;
a redirect for a page without one. Never: an act in somebody else's name.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.acting import Place
from bot.commitments import done
from bot.core.book import CODE_LONGEST
from bot.core.made import Made
from bot.core.model import AgentState
from bot.core.staff import May
from bot.errors import YebanError
from bot.newsroom import TYPES
from bot.refusals import UnfitError, UnknownError
from bot.web.api.troubles import status_of
from bot.web.desk.face import Face
from bot.web.desk.gate import Staff
from bot.web.desk.paths import DeskRoute, path_of
from bot.web.desk.shown import state_of
from bot.web.errors import trouble_at
from bot.web.stream import number

Fields = Mapping[str, str]
Act = Callable[[Staff, Place, Fields], Awaitable[object]]
_ACT = "/desk/t/{channel}/{one}/{act}"


class Acts:
    """By the last part of a form's address."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._desk = face.desk
        self.by_name: Mapping[str, Act] = {
            "claim": self.claim, "reply": self.reply, "transfer": self.transfer, "hand_back": self.hand_back,
            "close": self.close, "owe": self.owe, "settle": self.settle, "tag": self.tag, "order": self.order,
        }  # fmt: skip

    async def is_here(self, staff: Staff) -> None:
        """Whoever takes over or answers is at work, if they forgot to say so."""
        if state_of(await self._desk.floor(), staff.agent_id) == AgentState.OFFLINE.value:
            await self._desk.clock(staff.agent_id, AgentState.ONLINE)

    async def claim(self, staff: Staff, place: Place, fields: Fields) -> object:
        over = fields.get("over") == "1"
        if over and not staff.may(May.OVERRIDE):
            raise UnfitError("desk.no_override")
        await self.is_here(staff)
        return await self._desk.claim(place, staff.agent_id, over=over)

    async def reply(self, staff: Staff, place: Place, fields: Fields) -> object:
        await self.is_here(staff)
        key, sure = fields.get("key") or self._face.new_id(), fields.get("sure") == "1"
        text, seen = fields.get("text", "").replace("\r\n", "\n"), _number(fields.get("seen"))
        made = await self._made(place, text, fields, seen)
        return await self._desk.reply(place, staff.agent_id, text, key, sure=sure, seen=seen, made=made)

    async def _made(self, place: Place, text: str, fields: Fields, seen: int | None) -> Made | None:
        """The page tells which of our words they are; that they are, is judged here."""
        code, suggested = fields.get("code", ""), fields.get("suggested") == "1"
        heard = _number(fields.get("heard")) or seen
        if len(code) > CODE_LONGEST:
            return None
        return await self._face.suggesting.made(place, text, code=code, suggested=suggested, heard=heard)

    async def transfer(self, staff: Staff, place: Place, fields: Fields) -> object:
        return await self._desk.transfer(place, staff.agent_id, fields.get("to", ""), fields.get("note", ""))

    async def hand_back(self, staff: Staff, place: Place, _: Fields) -> object:
        return await self._desk.hand_back(place, staff.agent_id)

    async def close(self, staff: Staff, place: Place, fields: Fields) -> object:
        return await self._desk.close(place, staff.agent_id, _number(fields.get("seen")))

    async def owe(self, staff: Staff, place: Place, fields: Fields) -> object:
        due = self._due(fields.get("due", ""))
        kind, key = fields.get("kind", "note"), fields.get("key") or self._face.new_id()
        if kind not in {"promise", "call_back", "note"}:
            raise UnfitError("desk.no_kind")
        return await self._desk.owe(place, staff.agent_id, kind, fields.get("text", ""), due, key)

    async def settle(self, staff: Staff, place: Place, fields: Fields) -> object:
        """What is owed in this conversation is done."""
        owed = await self._face.store.commitments_of(place.channel, place.id)
        if fields.get("id") not in {one.id for one in owed}:
            raise UnknownError("errors.no_commitment", id=fields.get("id", ""))
        return await done(self._face.store, fields["id"], staff.agent_id, self._face.now())

    async def tag(self, staff: Staff, place: Place, fields: Fields) -> object:
        on = fields.get("on", "1") == "1"
        return await self._face.annotating.tag(place, staff.agent_id, fields.get("name", ""), on=on)

    async def order(self, staff: Staff, place: Place, fields: Fields) -> object:
        key = fields.get("key") or self._face.new_id()
        memo, flag = fields.get("memo", ""), fields.get("flag") or None
        return await self._face.annotating.order_note(place, staff.agent_id, fields.get("order", ""), memo, flag, key)

    def _due(self, text: str) -> datetime | None:
        """Minutes from now, or a local time as a browser's field gives it; UTC."""
        if not text:
            return None
        now = self._face.now()
        if text.isdecimal():
            return now + timedelta(minutes=min(int(text[:6]), 60 * 24 * 60))
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            raise UnfitError("desk.no_due") from None
        return local if local.tzinfo else local.replace(tzinfo=self._face.zone())


def acts_router(face: Face) -> APIRouter:
    """`POST /desk/t/CHANNEL/ID/ACT`, `POST /desk/next`, `POST /desk/presence`."""
    router, acts = APIRouter(include_in_schema=False, route_class=DeskRoute), Acts(face)
    _own(router, face, acts)
    _of_threads(router, face, acts)
    return router


def _own(router: APIRouter, face: Face, acts: Acts) -> None:
    @router.post("/desk/presence")
    async def clock(request: Request) -> Response:
        staff, fields = await face.gate.acting(request, May.SERVE)
        try:
            state = AgentState(fields.get("state", ""))
            await face.desk.clock(staff.agent_id, state)
        except (ValueError, YebanError) as error:
            return await _refused(face, request, staff, None, error)
        await face.gate.note(staff, "presence", state=state.value)
        return _done(request, "/desk")

    @router.post("/desk/next")
    async def take_next(request: Request) -> Response:
        staff, _ = await face.gate.acting(request, May.SERVE)
        try:
            place = await face.next_place(staff.agent_id)
            await acts.claim(staff, place, {})
        except YebanError as error:
            return await _refused(face, request, staff, None, error)
        await face.gate.note(staff, "claim", (place.channel, place.id))
        return _done(request, path_of(place), goes=True)


def _of_threads(router: APIRouter, face: Face, acts: Acts) -> None:
    @router.post("/desk/t/{channel}/{one}/typing")
    async def types(request: Request, channel: str, one: str) -> Response:
        await face.gate.acting(request, May.SERVE)
        face.news.tell(f"{TYPES}c:{channel}:{one}")
        return Response(status_code=204)

    @router.post(_ACT)
    async def act(request: Request, channel: str, one: str, act: str) -> Response:
        staff, fields = await face.gate.acting(request, May.SERVE)
        place, do = Place(channel, one), acts.by_name.get(act)
        if do is None:
            return trouble_at(404, ("path",), act)
        try:
            await do(staff, place, fields)
        except YebanError as error:
            return await _refused(face, request, staff, place, error, fields.get("text", ""))
        await face.gate.note(staff, act, (channel, one), **_told(fields))
        return _done(request, path_of(place))


def _told(fields: Fields) -> Mapping[str, object]:
    """For the audit: what was chosen, never what was written."""
    return {
        name: fields[name]
        for name in ("to", "over", "sure", "kind", "name", "on", "order", "flag", "id")
        if name in fields
    }


def _scripted(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _done(request: Request, path: str, *, goes: bool = False) -> Response:
    if not _scripted(request):
        return RedirectResponse(path, status_code=303)
    return JSONResponse({"path": path}) if goes else Response(status_code=204)


async def _refused(
    face: Face, request: Request, staff: Staff, place: Place | None, error: Exception, text: str = ""
) -> Response:
    told = error if isinstance(error, YebanError) else UnfitError("desk.no_state")
    status = status_of(told)
    if _scripted(request):
        return trouble_at(status, ("body",), str(told))
    return await face.shown(request, staff, place, status=status, error=str(told), text=text)


def _number(text: str | None) -> int | None:
    """The last line that the page had; None where it does not say."""
    return number(text) if text else None
