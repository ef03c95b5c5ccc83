"""What did not arrive: sent again, or let go.

In: requests. Out: the page, redirects after acts. Never: a whole name, number or address of a buyer; a letter let go at
the first touch.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.core.masking import mask_text
from bot.refusals import UnknownError
from bot.web.desk.office.room import Office, back, kept

PAGE = 20


def add_letters(router: APIRouter, office: Office) -> None:
    """`/desk/office/letters?before=`: the id of the last letter of the page before."""

    @router.get("/letters")
    async def letters(request: Request) -> Response:
        room = await office.enter(request)
        before = kept(room.asked("before"))
        found = await office.store.letters(PAGE + 1, before or None)
        return room.show(
            "letters.html", tab="letters", letters=found[:PAGE], before=before, mask=mask_text,
            older=found[PAGE - 1].id if len(found) > PAGE else "",
        )  # fmt: skip

    @router.post("/letters/retry")
    async def retry(request: Request) -> Response:
        room, fields = await office.act(request)
        one = fields.get("id", "")
        if not await office.store.retry_letter(one, room.now):
            raise UnknownError("desk.no_letter", id=one)
        await office.gate.note(room.staff, "office.letter_retry", id=one)
        office.bell.ring()
        return back("/letters", "retried")

    @router.post("/letters/drop")
    async def drop(request: Request) -> Response:
        """Only with `sure`, which the second of two steps adds."""
        room, fields = await office.act(request)
        one = fields.get("id", "")
        if fields.get("sure") != "yes":
            return back("/letters", "unsure")
        if not await office.store.drop_letter(one, room.now):
            raise UnknownError("desk.no_letter", id=one)
        await office.gate.note(room.staff, "office.letter_drop", id=one)
        return back("/letters", "dropped")
