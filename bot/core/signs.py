"""Whether what is told of somebody's presence still holds: who forgets to clock out is not there the next day.

In: the shifts' rules, presence, aware moments, the calendar of working days. Out: who is forgotten, how long a stroke
of the clock holds. Never: who is rostered now; that is `shifts.py`.

A stint is all of one agent's work without a real pause: whole shifts, breaks included, with no longer than `EARLY`
between them. Being there is told for one stint. It counts where it was told after the stint before was over (its `stay`
included) and not longer than `LONG` ahead, or within `EARLY` before the start; a word counts from `EARLY` before the
start on. Between two stints, and of who has none, `LONG` is how long it is believed. A stint that has gone on for days
is a shop that never closes: nothing ends there by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.model import AgentState, Presence
from bot.core.once import once
from bot.core.roster import Workdays
from bot.core.rules.shifts import Shifts
from bot.core.shift_changes import stays_of
from bot.core.walltime import DAY, LONGEST_REACH, local_day
from bot.core.wholes import wholes_on

EARLY = timedelta(hours=2)
LONG = timedelta(hours=16)
_ENDLESS = 3 * DAY
_BACK, _AHEAD = 7 * DAY, 2 * DAY
_DAYS = 8  # of so many days the stints around them are remembered


@dataclass(frozen=True, slots=True)
class Stint:
    """`until`: its end and how long the agent may stay; `told_from`: from when on a clock-in is one to it."""

    start: datetime
    end: datetime
    until: datetime
    told_from: datetime

    def counts(self, told: Presence, at: datetime) -> bool:
        """Whether a clock-in, or a word said, is one of this stint."""
        spoke = told.spoke_at is not None and told.spoke_at >= self.start - EARLY
        return spoke or self.has(told, at)

    def has(self, told: Presence, at: datetime) -> bool:
        """Whether the state was told for this stint."""
        return told.since >= self.told_from or at - self.start > _ENDLESS


@dataclass(frozen=True, slots=True)
class Hold:
    """How long a clock-in holds: to `until` by itself, to `limit` at the most where more is told."""

    until: datetime
    limit: datetime


def forgotten(presence: Iterable[Presence], shifts: Shifts, at: datetime, works: Workdays) -> frozenset[str]:
    """Those of whom nothing is known in their present stint: their state is of an earlier one, or too old."""
    stints = _around(shifts, at, works)
    return frozenset(one.agent_id for one in presence if not _holds(one, stints.get(one.agent_id, ()), at))


def told_already(before: Presence, shifts: Shifts, at: datetime, works: Workdays) -> bool:
    """Whether the same state, told once more, is no news: it was told in the stint that runs. Outside of one it always
    is, for it may be meant for the next. Who has left can leave no more; nobody came by saying so."""
    if before.state is AgentState.OFFLINE:
        return True
    now = _running(_around(shifts, at, works).get(before.agent_id, ()), at)
    return now is not None and now.has(before, at)


def held(agent: str, at: datetime, shifts: Shifts, works: Workdays) -> Hold:
    """Of a clock-in at `at`. Who does not clock out has left at the end of the stint, its `stay` included."""
    stints = _around(shifts, at, works).get(agent, ())
    mine = [one for one in stints if one.until > at and one.start - LONG <= at]
    until = mine[0].until if mine else at + LONG
    later = [one.start for one in stints if mine and one.start > mine[0].start]
    return Hold(min(until, at + DAY), min([*later, at + DAY]))


def _holds(told: Presence, stints: Sequence[Stint], at: datetime) -> bool:
    now = _running(stints, at)
    return now.counts(told, at) if now else at - max(told.since, told.spoke_at or told.since) <= LONG


def _running(stints: Sequence[Stint], at: datetime) -> Stint | None:
    """The last that has begun, unless it is over."""
    begun = [one for one in stints if one.start <= at]
    return begun[-1] if begun and at < begun[-1].until else None


def _around(shifts: Shifts, at: datetime, works: Workdays) -> Mapping[str, Sequence[Stint]]:
    return _days(shifts)(local_day(at, ZoneInfo(shifts.timezone)), works)


@once
def _days(shifts: Shifts) -> Callable[[date, Workdays], Mapping[str, Sequence[Stint]]]:
    """Asked every second and at every turn."""
    return lru_cache(_DAYS)(lambda today, works: _stints(shifts, today, works))


def _stints(shifts: Shifts, today: date, works: Workdays) -> Mapping[str, Sequence[Stint]]:
    found = dict[str, list[Stint]]()
    for agent, one in sorted(_single(shifts, today, works), key=lambda each: (each[1].start, each[1].end)):
        mine = found.setdefault(agent, [])
        if mine and one.start <= mine[-1].end + EARLY:
            mine[-1] = _joined(mine[-1], one)
        else:
            mine.append(replace(one, told_from=_told_from(one, mine[-1] if mine else None)))
    return found


def _joined(one: Stint, more: Stint) -> Stint:
    return replace(one, end=max(one.end, more.end), until=max(one.until, more.until))


def _told_from(one: Stint, before: Stint | None) -> datetime:
    earliest = max(before.until, one.start - LONG) if before else one.start - LONG
    return min(one.start - EARLY, earliest)


def _single(shifts: Shifts, today: date, works: Workdays) -> Iterator[tuple[str, Stint]]:
    """Each shift of each agent by itself."""
    stays = stays_of(shifts)
    for one in wholes_on(shifts, today - _BACK - LONGEST_REACH, today + _AHEAD, works):
        yield from ((agent, Stint(one.start, one.end, one.end + stays[one.name], one.start)) for agent in one.agents)
