"""The charts of a day's service record, each with the table that says the same.

In: a record, calls for people by reason. Out: `Picture`s. Never: a number that stands in one of the two only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.core.kpis import Record
from bot.core.rounds import BOT, SELLER
from bot.core.tallies import MARKS, Responses
from bot.web.desk.office.charts import Chart, Series, columns, rows
from bot.web.desk.office.room import Room
from bot.web.desk.office.words import N_
from bot.web.desk.shown import reason
from bot.web.tongue import FIRST

_HOURS = tuple(f"{hour:02}" for hour in range(24))
_NOBODY = {
    "agent": N_("Answered by nobody"), "shift": N_("At night, no shift"), "intent": N_("Not understood, or no words"),
}  # fmt: skip
_NAMED = {BOT: N_("Bot"), SELLER: N_("Agent without a name")}


@dataclass(frozen=True, slots=True)
class Picture:
    """`head` names the table's columns. `empty`: there is nothing to show."""

    name: str
    chart: Chart
    head: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    empty: bool


def of(room: Room, found: Record, calls: Mapping[str, int]) -> Sequence[Picture]:
    return _by_hour(room, found), _first_responses(room, found), _calls(room, calls)


def name_of(room: Room, by: str, key: str | None) -> str:
    """What a row of a side is called."""
    if key is None:
        return room.gettext(_NOBODY[by])
    if by == "intent":
        topic = room.book.by_intent.get(key)
        return topic.title if topic and room.staff.language == FIRST else key
    return room.gettext(_NAMED[key]) if by == "agent" and key in _NAMED else key


def _by_hour(room: Room, found: Record) -> Picture:
    hours = {one.key: one.tally for one in found.hours}
    asked = tuple(hours[one].rounds if one in hours else 0 for one in _HOURS)
    answered = tuple(hours[one].rounds - hours[one].unanswered if one in hours else 0 for one in _HOURS)
    series = (
        Series(room.gettext(N_("Answered")), "a", answered),
        Series(room.gettext(N_("Unanswered")), "hot", tuple(a - b for a, b in zip(asked, answered, strict=True))),
    )
    return _picture(room, room.gettext(N_("Rounds by hour")), room.gettext(N_("Hour")), _HOURS, series)


def _first_responses(room: Room, found: Record) -> Picture:
    labels = [room.lasting(mark) for mark in MARKS]
    named = [f"≤ {labels[0]}", *(f"≤ {one}" for one in labels[1:]), f"> {labels[-1]}"]
    series = (
        Series(room.gettext(N_("Bot")), "a", _spread(found.total.bot)),
        Series(room.gettext(N_("People")), "b", _spread(found.total.human)),
    )
    return _picture(room, room.gettext(N_("First responses")), room.gettext(N_("Took")), named, series)


def _spread(one: Responses) -> tuple[int, ...]:
    """How many took longer than one mark and no longer than the next."""
    return tuple(after - before for before, after in pairwise((0, *one.within, one.count)))


def _calls(room: Room, calls: Mapping[str, int]) -> Picture:
    name = room.gettext(N_("Calls for people by reason"))
    told = [(_reason(room, reason), count) for reason, count in calls.items()]
    desc = room.gettext(N_("%(total)s in all. The table says the same."), total=sum(calls.values()))
    cells = tuple((reason, str(count)) for reason, count in told)
    head = (room.gettext(N_("Reason")), room.gettext(N_("Calls")))
    return Picture(name, rows(told, name, desc, "b"), head, cells, not told)


def _reason(room: Room, code: str) -> str:
    """In Chinese as the desk has it, else the code itself, readable."""
    return (reason(code) if room.staff.language == FIRST else code.replace("_", " ")) or "–"


def _picture(room: Room, name: str, first: str, labels: Sequence[str], series: Sequence[Series]) -> Picture:
    total = sum(sum(one.values) for one in series)
    desc = room.gettext(N_("%(total)s in all. The table says the same."), total=total)
    numbers = zip(labels, *(one.values for one in series), strict=True)
    cells = tuple((str(label), *map(str, values)) for label, *values in numbers)
    return Picture(name, columns(labels, series, name, desc), (first, *(one.name for one in series)), cells, not total)
