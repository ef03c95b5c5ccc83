"""A roster proved for days ahead: who is on in every minute, what nobody covers, who stands in two places.

In: the shifts' rules, local dates, the calendar of working days. Out: a `Proof`. Never: presence, an opinion on how
many people are enough.

Within a day the times at which anything begins or ends cut it into moments in which nothing changes; each moment is
judged by itself, and what is the same in neighbouring moments is told as one.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.core.roster import OnShift, Workdays, day_fits, spans
from bot.core.rules.dated import Leave, Swap
from bot.core.rules.shifts import Cover, Shifts
from bot.core.walltime import DAY, LONGEST_REACH, days_between, end_after, instant

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Watch:
    """An unbroken time (UTC) of one local day in which the same people of a group are on."""

    day: date
    group: str
    shifts: tuple[str, ...]
    agents: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Promised hours (`covers`) in which nobody of the group is on."""

    group: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """One agent in several shifts at once; nobody can be."""

    agent: str
    shifts: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Several manned shifts of one group at once; often meant."""

    group: str
    shifts: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DayNote:
    """What is out of the ordinary on a day: the specials' names, swaps and leave of the shifts that start on it."""

    day: date
    works: bool
    special: tuple[str, ...]
    swaps: tuple[Swap, ...]
    leave: tuple[Leave, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    days: tuple[DayNote, ...]
    watches: tuple[Watch, ...]
    gaps: tuple[Gap, ...]
    clashes: tuple[Clash, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def holds(self) -> bool:
        """Nobody is missing where somebody was promised, and nobody is in two places."""
        return not self.gaps and not self.clashes


@dataclass(frozen=True, slots=True)
class _Moment:
    day: date
    start: datetime
    end: datetime
    on: tuple[OnShift, ...]
    owed: frozenset[str]


def prove(shifts: Shifts, first: date, days: int, works: Workdays) -> Proof:
    """The local days from `first` on, from midnight to midnight; shifts that began before and still run are seen."""
    dates = tuple(days_between(first, first + timedelta(days=days)))
    moments = [moment for day in dates for moment in _moments(shifts, day, works)]
    return Proof(
        days=tuple(_noted(shifts, day, works) for day in dates),
        watches=tuple(Watch(*key, start, end) for key, start, end in _runs(moments, _watched)),
        gaps=tuple(Gap(group, start, end) for group, start, end in _runs(moments, _missing)),
        clashes=tuple(Clash(*key, start, end) for key, start, end in _runs(moments, _doubled)),
        overlaps=tuple(Overlap(*key, start, end) for key, start, end in _runs(moments, _together)),
    )


def _noted(shifts: Shifts, day: date, works: Workdays) -> DayNote:
    return DayNote(
        day,
        works(day),
        special=tuple(each.name for each in shifts.special if day in each.dates),
        swaps=tuple(each for each in shifts.swaps if each.covers(day)),
        leave=tuple(each for each in shifts.leave if each.covers(day)),
    )


def _moments(shifts: Shifts, day: date, works: Workdays) -> Iterator[_Moment]:
    zone = ZoneInfo(shifts.timezone)
    begin, end = instant(day, 0, zone), instant(day + DAY, 0, zone)
    on = [span for span in spans(shifts, day - LONGEST_REACH, day + DAY, works) if span.agents]
    owed = list(_promised(shifts, day, works, zone))
    edges = {edge for span in on for edge in (span.start, span.end)} | {edge for _, *both in owed for edge in both}
    for start, until in pairwise(sorted({begin, end} | {edge for edge in edges if begin < edge < end})):
        there = tuple(span for span in on if span.start <= start < span.end)
        groups = frozenset(group for group, from_, to in owed if from_ <= start < to)
        yield _Moment(day, start, until, there, groups)


def _promised(shifts: Shifts, day: date, works: Workdays, zone: ZoneInfo) -> Iterator[tuple[str, datetime, datetime]]:
    """The promised hours that may touch a day."""
    for cover in shifts.covers:
        for begun in days_between(day - LONGEST_REACH, day + DAY):
            if _is_promised(shifts, cover, begun, works):
                to = end_after(cover.from_, cover.to)
                yield cover.group, instant(begun, cover.from_, zone), instant(begun, to, zone)


def _is_promised(shifts: Shifts, cover: Cover, day: date, works: Workdays) -> bool:
    excused = any(day in each.dates for each in shifts.special if each.name in cover.except_)
    return not excused and day_fits(cover.days, day, works)


def _watched(moment: _Moment) -> Iterator[tuple[date, str, tuple[str, ...], tuple[str, ...]]]:
    for group, there in _by_group(moment.on):
        yield moment.day, group, _names(there), tuple(dict.fromkeys(agent for span in there for agent in span.agents))


def _missing(moment: _Moment) -> Iterator[str]:
    yield from sorted(moment.owed - {span.group for span in moment.on})


def _doubled(moment: _Moment) -> Iterator[tuple[str, tuple[str, ...]]]:
    for agent in sorted({agent for span in moment.on for agent in span.agents}):
        there = [span for span in moment.on if agent in span.agents]
        if len(there) > 1:
            yield agent, _names(there)


def _together(moment: _Moment) -> Iterator[tuple[str, tuple[str, ...]]]:
    for group, there in _by_group(moment.on):
        if len(there) > 1:
            yield group, _names(there)


def _by_group(on: Sequence[OnShift]) -> Iterator[tuple[str, list[OnShift]]]:
    for group in dict.fromkeys(span.group for span in on):
        yield group, [span for span in on if span.group == group]


def _names(there: Iterable[OnShift]) -> tuple[str, ...]:
    return tuple(span.shift for span in there)


def _runs(moments: Iterable[_Moment], told: Callable[[_Moment], Iterator[Key]]) -> list[tuple[Key, datetime, datetime]]:
    """What is told of neighbouring moments alike, as one; earliest first."""
    done: list[tuple[Key, datetime, datetime]] = []
    running: dict[Key, tuple[datetime, datetime]] = {}
    for moment in moments:
        now = {key: (running.get(key, (moment.start,))[0], moment.end) for key in told(moment)}
        done += [(key, *time) for key, time in running.items() if key not in now]
        running = now
    done += [(key, *time) for key, time in running.items()]
    return sorted(done, key=lambda run: run[1])
