"""Questions to the roster: who is on now, which groups are really there, when is a person back.

In: the shifts' rules, an aware moment, presence, the calendar of working days. Out: values. Never: a clock of its own.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.model import AgentState, Presence
from bot.core.once import once
from bot.core.roster import OnShift, Workdays, spans
from bot.core.rules.shifts import ShiftCheck, Shifts
from bot.core.shift_changes import staying
from bot.core.signs import forgotten
from bot.core.walltime import DAY, LONGEST_REACH, in_zone, local_day

HORIZON = timedelta(days=14)
_DAYS = 8  # of so many days what is around them is remembered


@dataclass(frozen=True, slots=True)
class FailingCheck:
    """The place of a check in `checks` that does not hold: the shifts (or agents) it names and those found."""

    index: int
    expected: tuple[str, ...]
    found: tuple[str, ...]


def on_shift(shifts: Shifts, at: datetime, works: Workdays) -> tuple[OnShift, ...]:
    """The shifts that cover `at`, breaks excluded."""
    today, moment = local_day(at, ZoneInfo(shifts.timezone)), at.astimezone(UTC)
    return tuple(span for span in _around(shifts)(today, works) if span.start <= moment < span.end)


@once
def _around(shifts: Shifts) -> Callable[[date, Workdays], tuple[OnShift, ...]]:
    """All stretches that may cover a moment of a day."""
    return lru_cache(_DAYS)(lambda today, works: spans(shifts, today - LONGEST_REACH, today + DAY, works))


def live_groups(shifts: Shifts, presence: Iterable[Presence], at: datetime, works: Workdays) -> frozenset[str]:
    """The groups of which somebody is rostered now and clocked in to it, not away."""
    latest = {each.agent_id: each for each in sorted(presence, key=lambda each: each.since)}
    if not latest:
        return frozenset()
    online = _online(latest.values()) - forgotten(latest.values(), shifts, at, works)
    return frozenset(span.group for span in on_shift(shifts, at, works) if online.intersection(span.agents))


def next_live(
    shifts: Shifts, after: datetime, group: str, works: Workdays, horizon: timedelta = HORIZON
) -> datetime | None:
    """The next time strictly after `after` at which people of a group take up work, within the horizon.

    The end of a break counts. A stretch that is already running does not: its agents should be there and are not, so
    its past start would be no honest answer.
    """
    return next_lives(shifts, after, (group,), works, horizon)[group]


def next_lives(
    shifts: Shifts, after: datetime, groups: Iterable[str], works: Workdays, horizon: timedelta = HORIZON
) -> dict[str, datetime | None]:
    """The same of several groups."""
    zone, moment, last = ZoneInfo(shifts.timezone), after.astimezone(UTC), after + horizon
    starts = _ahead(shifts)(local_day(after, zone) - LONGEST_REACH, local_day(last, zone) + DAY, works)
    return {group: _first(starts.get(group, ()), moment, last) for group in groups}


def _first(starts: Sequence[datetime], after: datetime, last: datetime) -> datetime | None:
    place = bisect_right(starts, after)
    return starts[place] if place < len(starts) and starts[place] <= last else None


@once
def _ahead(shifts: Shifts) -> Callable[[date, date, Workdays], Mapping[str, Sequence[datetime]]]:
    return lru_cache(_DAYS)(lambda first, until, works: _starts(spans(shifts, first, until, works)))


def _starts(ahead: Iterable[OnShift]) -> Mapping[str, Sequence[datetime]]:
    """When people of each group take up work, earliest first."""
    found: dict[str, list[datetime]] = {}
    for span in ahead:
        if span.agents:
            found.setdefault(span.group, []).append(span.start)
    return found


def failing_checks(shifts: Shifts, works: Workdays) -> tuple[FailingCheck, ...]:
    """The operators' own checks that do not hold."""
    results = (_failure(index, check, shifts, works) for index, check in enumerate(shifts.checks))
    return tuple(failure for failure in results if failure is not None)


def _online(presence: Iterable[Presence]) -> frozenset[str]:
    return frozenset(each.agent_id for each in presence if each.state is AgentState.ONLINE)


def _failure(index: int, check: ShiftCheck, shifts: Shifts, works: Workdays) -> FailingCheck | None:
    at = in_zone(check.at, ZoneInfo(shifts.timezone))
    on = on_shift(shifts, at, works)
    names = {span.shift for span in on}
    if names != set(check.on):
        return FailingCheck(index, check.on, tuple(sorted(names)))
    agents = {agent for span in on for agent in span.agents}
    if check.agents is not None and agents != set(check.agents):
        return FailingCheck(index, check.agents, tuple(sorted(agents)))
    stays = {span.shift for span in staying(shifts, at, works)}
    if check.staying is not None and stays != set(check.staying):
        return FailingCheck(index, check.staying, tuple(sorted(stays)))
    return None
