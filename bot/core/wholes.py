"""Whole shifts as they run on concrete days: what a break cuts in two is one shift again.

In: the roster, local dates. Out: `Whole` shifts in UTC. Never: presence.

A shift begins with its first stretch and ends with its last; one that is cut short by its break ends where that begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.core.roster import OnShift, Workdays, starting
from bot.core.rules.shifts import Shifts
from bot.core.walltime import DAY, LONGEST_REACH, days_between, local_day


@dataclass(frozen=True, slots=True)
class Whole:
    """A shift of one day, breaks included; `stretches` in their order, at least one."""

    stretches: tuple[OnShift, ...]

    @property
    def first(self) -> OnShift:
        return self.stretches[0]

    @property
    def last(self) -> OnShift:
        return self.stretches[-1]

    @property
    def name(self) -> str:
        return self.first.shift

    @property
    def group(self) -> str:
        return self.first.group

    @property
    def agents(self) -> tuple[str, ...]:
        return self.first.agents

    @property
    def start(self) -> datetime:
        return self.first.start

    @property
    def end(self) -> datetime:
        return self.last.end


def wholes_on(shifts: Shifts, first: date, until: date, works: Workdays) -> Iterator[Whole]:
    """All that start on the dates from `first` to before `until`, day by day in the order of the file."""
    for day in days_between(first, until):
        for _, found in groupby(starting(shifts, day, works), key=lambda span: span.shift):
            yield Whole(tuple(found))


def wholes_around(shifts: Shifts, first: datetime, last: datetime, works: Workdays) -> Iterator[Whole]:
    """All that may touch the time from `first` to `last`, by the day on which they start."""
    zone = ZoneInfo(shifts.timezone)
    return wholes_on(shifts, local_day(first, zone) - LONGEST_REACH, local_day(last, zone) + DAY, works)


def running(shifts: Shifts, at: datetime, works: Workdays) -> tuple[Whole, ...]:
    """Those between whose first and last minute a moment lies."""
    return tuple(one for one in wholes_around(shifts, at, at, works) if one.start <= at < one.end)
