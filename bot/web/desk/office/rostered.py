"""The week's roster day by day, as the chart and the table beside it both show it.

In: the roster's stretches and its proof, the shop's zone. Out: a `RosterDay` a day. Never: presence; a minute outside
of its day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.roster import OnShift, Workdays, spans
from bot.core.roster_proof import DayNote, Proof, prove
from bot.core.rules import Rules
from bot.core.walltime import DAY, LONGEST_REACH, days_between, instant, local_day

MINUTES = 1440
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one kind within a day, in minutes of its wall clock. `kind`: shift, gap, clash or overlap."""

    kind: str
    group: str
    names: tuple[str, ...]
    agents: tuple[str, ...]
    start: int
    end: int

    @property
    def clock(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class RosterDay:
    """`now`: the minute of the day that it is, if it is this one."""

    day: date
    note: DayNote
    shifts: tuple[Piece, ...]
    gaps: tuple[Piece, ...]
    clashes: tuple[Piece, ...]
    overlaps: tuple[Piece, ...]
    now: int | None = None


def roster_week(rules: Rules, works: Workdays, monday: date, now: datetime) -> Sequence[RosterDay]:
    """Seven days from midnight to midnight; shifts that began before and still run are seen."""
    shifts = rules.shifts
    zone, proof = ZoneInfo(shifts.timezone), prove(shifts, monday, _WEEK, works)
    on = [one for one in spans(shifts, monday - LONGEST_REACH, monday + _WEEK * DAY, works) if one.agents]
    notes = {one.day: one for one in proof.days}
    return [_day(day, notes[day], on, proof, zone, now) for day in days_between(monday, monday + _WEEK * DAY)]


def _day(day: date, note: DayNote, on: Sequence[OnShift], proof: Proof, zone: ZoneInfo, now: datetime) -> RosterDay:
    clip = _Clip(day, zone)
    return RosterDay(
        day,
        note,
        tuple(clip.pieces("shift", ((one.group, (one.shift,), one.agents, one.start, one.end) for one in on))),
        tuple(clip.pieces("gap", ((one.group, (), (), one.start, one.end) for one in proof.gaps))),
        tuple(clip.pieces("clash", (("", one.shifts, (one.agent,), one.start, one.end) for one in proof.clashes))),
        tuple(clip.pieces("overlap", ((one.group, one.shifts, (), one.start, one.end) for one in proof.overlaps))),
        clip.minute(now) if local_day(now, zone) == day else None,
    )


Told = tuple[str, tuple[str, ...], tuple[str, ...], datetime, datetime]


class _Clip:
    """What of a time lies within a day."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self._zone = zone
        self._begin, self._end = instant(day, 0, zone), instant(day + DAY, 0, zone)

    def pieces(self, kind: str, told: Iterable[Told]) -> Iterator[Piece]:
        for group, names, agents, start, end in told:
            if start < self._end and end > self._begin:
                yield Piece(kind, group, names, agents, self.minute(start), self.minute(end))

    def minute(self, at: datetime) -> int:
        if at <= self._begin:
            return 0
        local = at.astimezone(self._zone)
        return MINUTES if at >= self._end else local.hour * 60 + local.minute


def lanes(pieces: Iterable[Piece]) -> Sequence[Sequence[Piece]]:
    """Each piece in the first lane that is free by then."""
    found: list[list[Piece]] = []
    for one in sorted(pieces, key=lambda each: (each.start, each.end, each.names)):
        lane = next((each for each in found if each[-1].end <= one.start), None)
        if lane is None:
            found.append([one])
        else:
            lane.append(one)
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
