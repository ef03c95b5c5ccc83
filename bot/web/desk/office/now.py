"""The office's first page: who is there, who waits, how fast, what the supervisor must hear of; the pause switch.

In: requests. Out: the page, its part that changes, redirects after acts. Never: a switch thrown without its own page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.core.masking import mask_text
from bot.core.notebooks import Commitment, Notice, NoticeKind
from bot.core.shifts import on_shift
from bot.last_hour import LastHour
from bot.records import Pause, Vitals
from bot.web.desk.office import words
from bot.web.desk.office.people import Person, Waits, people, waits
from bot.web.desk.office.room import Office, Room, back

_NOTICES = 20
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words, and the conversation that it is about."""

    id: str
    at: datetime
    text: str
    detail: str = ""
    place: Place | None = None
    log: str | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """All that changes by itself."""

    people: Sequence[Person]
    waits: Waits
    hour: LastHour
    notices: Sequence[Told]
    more: bool
    pause: Pause
    vitals: Vitals


def add_now(router: APIRouter, office: Office) -> None:
    """`/desk/office` and what changes of it."""

    @router.get("")
    async def front(request: Request) -> Response:
        room = await office.enter(request)
        return room.show("now.html", tab="now", found=await _look(room))

    @router.get("/now")
    async def part(request: Request) -> Response:
        """The part alone, for a page that looks again by itself."""
        room = await office.enter(request)
        return room.show("now_part.html", found=await _look(room))

    @router.post("/notices/seen")
    async def seen(request: Request) -> Response:
        room, fields = await office.act(request)
        one = fields.get("id", "")
        if await office.store.see_notice(one, room.staff.agent_id, room.now):
            await office.gate.note(room.staff, "office.notice_seen", id=one)
        return back("")


def add_pause(router: APIRouter, office: Office) -> None:
    """The switch, on a page of its own that says what it does."""

    @router.get("/pause")
    async def ask(request: Request) -> Response:
        room = await office.enter(request)
        return room.show("pause.html", tab="now", pause=await office.store.pause())

    @router.post("/pause")
    async def switch(request: Request) -> Response:
        """`paused` is `on` or `off`: pressed twice, or by two at once, it does the same."""
        room, fields = await office.act(request)
        paused = fields.get("paused") == "on"
        await office.store.set_paused(paused, room.now, room.staff.agent_id)
        await office.gate.note(room.staff, "office.pause" if paused else "office.resume")
        office.bell.ring()
        return back("", "paused" if paused else "resumed")


async def _look(room: Room) -> Now:
    store, rules, desk = room.office.store, room.book.rules, room.office.desk
    on = on_shift(rules.shifts, room.now, room.book.works)
    vitals = await store.vitals(room.now)
    notices = await store.notices(_NOTICES + 1)
    return Now(
        people=people(await desk.floor(), on, rules.routing.dispatch),
        waits=waits(await desk.queue(), vitals.queued),
        hour=await room.office.hours.at(store, rules, room.now),
        notices=[await _told(room, one) for one in notices[:_NOTICES]],
        more=len(notices) > _NOTICES,
        pause=await store.pause(),
        vitals=vitals,
    )


async def _told(room: Room, one: Notice) -> Told:
    text = room.gettext(words.NOTICES[one.kind], **_fields(room, one.data))
    if one.kind is NoticeKind.OVERDUE:
        return _of_promise(one, text, await room.office.store.commitment(str(one.data.get("commitment_id") or "")))
    channel, talk = one.data.get("channel"), one.data.get("conversation_id")
    log = one.data.get("handover_id")
    place = (str(channel), str(talk)) if channel and talk else None
    return Told(one.id, one.at, text, place=place, log=str(log) if log else None)


def _of_promise(one: Notice, text: str, owed: Commitment | None) -> Told:
    if owed is None:
        return Told(one.id, one.at, text)
    return Told(one.id, one.at, text, mask_text(owed.text), (owed.channel, owed.conversation_id))


def _fields(room: Room, data: Mapping[str, object]) -> Mapping[str, object]:
    """What a sentence may name; a dash for what is not told."""
    agents = data.get("agents")
    return {
        "shift": data.get("shift") or "–",
        "start": _start(room, str(data.get("start") or "")),
        "agents": ", ".join(map(str, agents)) if isinstance(agents, list) else "–",
        "agent": data.get("agent_id") or "–",
        "lines": data.get("lines") or 0,
    }


def _start(room: Room, text: str) -> str:
    try:
        return room.when(datetime.fromisoformat(text))
    except ValueError:
        return "–"
