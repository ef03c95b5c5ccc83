"""Of what the bot's words were made: enough to make them again, byte for byte, and to tell why they were said.

In: a reply and what it was decided on. Out: plain JSON, kept with the message. Never: a field that the words do not
name, what the turn's own story tells.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.core.book import Book
from bot.core.compose import Part, Reply
from bot.core.facts import Facts
from bot.core.shifts import on_shift

Made = Mapping[str, object]
_BACK_AT = "shift.back_at"


def made_of(
    reply: Reply,
    book: Book,
    now: datetime,
    because: tuple[str, str],
    *,
    people: Facts | None = None,
    group: str | None = None,
) -> Made:
    """`because`: what was decided and the reason, or of which kind the shop's own word is and its step. `people`: who
    is there, `group` whose matter it is, where the words may tell of either."""
    return {
        "version": book.version,
        "commit": book.commit,
        "decision": because[0],
        "reason": because[1],
        "parts": [_part(part) for part in reply.parts],
        "roster": _roster(reply, book, now, people, group) if people else {"on": _on(book, now)},
    }


def sources_of(made: Made) -> str:
    """As `compose.Reply.source` tells them."""
    parts = made["parts"]
    return "; ".join(str(part["source"]) for part in parts) if isinstance(parts, list) else ""


def is_made(told: object) -> bool:
    """Whether what is kept is of that shape: a damaged record may be anything. Words without parts were made of
    nothing."""
    if not isinstance(told, dict) or not isinstance(told.get("version"), str):
        return False
    parts = told.get("parts")
    return isinstance(told.get("commit"), str | None) and _are_parts(parts)


def _are_parts(told: object) -> bool:
    return isinstance(told, list) and bool(told) and all(map(_is_part, told))


def _is_part(told: object) -> bool:
    if not isinstance(told, dict) or not isinstance(given := told.get("given"), dict):
        return False
    texts = (*(told.get(name) for name in ("topic", "variant", "source", "wording")), *given.values())
    return all(isinstance(one, str) for one in texts)


def _part(part: Part) -> Made:
    return {
        "topic": part.topic,
        "variant": part.variant,
        "source": part.source,
        "wording": part.key,
        "given": dict(part.given),
    }


def _on(book: Book, at: datetime) -> dict[str, str]:
    """The shifts of a moment and their groups."""
    return {span.shift: span.group for span in on_shift(book.rules.shifts, at, book.works)}


def _roster(reply: Reply, book: Book, now: datetime, people: Facts, group: str | None) -> Made:
    """Where the words tell when people are back, also the shift that this was read from."""
    told = {"on": _on(book, now), "live": sorted(people.live), "group": group}
    back = people.back_at.get(group or "")
    if back is None or not any(_BACK_AT in part.given for part in reply.parts):
        return told
    begins = [shift for shift, of in _on(book, back).items() if of == group]
    return told | {"back": {"at": back.isoformat(), "shifts": begins}}
