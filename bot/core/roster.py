"""The roster on concrete days: which shift starts on a date, from when to when, and whose it is.

In: the shifts' rules, local dates, the calendar of working days. Out: `OnShift` intervals in UTC, breaks cut out.
Never: presence; who is rostered may still not be there.

A date always means the day on which a shift starts: day rules, cycles, rotations, specials, swaps and leave go by it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.once import once
from bot.core.rules.dated import Leave
from bot.core.rules.shifts import Cycle, DayRule, Rotation, ShiftRule, Shifts, Special
from bot.core.walltime import begin_from, days_between, end_after, instant

Workdays = Callable[[date], bool]
Crews = Mapping[str, tuple[str, ...]]  # shift -> its agents
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = 7
_SECOND_HALF = 16
_DAYS = 64  # so many days of a roster are remembered


@dataclass(frozen=True, slots=True)
class OnShift:
    """One unbroken, half-open stretch of a shift; a break makes two of one shift."""

    shift: str
    group: str
    agents: tuple[str, ...]
    start: datetime
    end: datetime


def spans(shifts: Shifts, day_from: date, day_to: date, works: Workdays) -> tuple[OnShift, ...]:
    """All stretches of the shifts that start on the dates from `day_from` to before `day_to`, earliest first."""
    found = [span for day in days_between(day_from, day_to) for span in starting(shifts, day, works)]
    return tuple(sorted(found, key=lambda span: span.start))


def starting(shifts: Shifts, day: date, works: Workdays) -> tuple[OnShift, ...]:
    """The stretches of the shifts that start on `day`, in the order of the file."""
    return _days(shifts)(day, works)


@once
def _days(shifts: Shifts) -> Callable[[date, Workdays], tuple[OnShift, ...]]:
    """A day is asked about thousands of times and is always the same."""
    return lru_cache(_DAYS)(lambda day, works: _starting(shifts, day, works))


def _starting(shifts: Shifts, day: date, works: Workdays) -> tuple[OnShift, ...]:
    zone = ZoneInfo(shifts.timezone)
    special = tuple(each for each in shifts.special if day in each.dates)
    agents = agents_on(shifts, day)
    return tuple(
        OnShift(rule.name, rule.group, agents[rule.name], start, end)
        for rule in shifts.shifts
        if runs(rule, special, day, works)
        for start, end in _stretches(rule, special, day, zone)
    )


def runs(rule: ShiftRule, special: Iterable[Special], day: date, works: Workdays) -> bool:
    """Whether a shift starts on `day`; specials overrule the day rule, the later one the earlier."""
    answer = day_fits(rule.days, day, works) and (rule.cycle is None or _in_cycle(rule.cycle, day))
    for each in special:
        if rule.name in each.close:
            answer = False
        elif rule.name in each.open:
            answer = True
    return answer


def day_fits(days: DayRule, day: date, works: Workdays) -> bool:
    """Whether a date satisfies `daily`, `workdays`, `restdays` or a list of weekdays."""
    if days == "daily":
        return True
    if days in ("workdays", "restdays"):
        return works(day) == (days == "workdays")
    return WEEKDAYS[day.weekday()] in days


def agents_on(shifts: Shifts, day: date) -> Crews:
    """Who works each shift that starts on `day`: after rotations, swaps and leave, in this order and the file's."""
    crews: Crews = {rule.name: rule.agents for rule in shifts.shifts}
    for rotation in shifts.rotations:
        crews = _rotated(crews, rotation, periods(rotation, day))
    for swap in shifts.swaps:
        if swap.covers(day):
            crews = _renamed(crews, _moved_on(swap.agents, 1))
    for leave in shifts.leave:
        if leave.covers(day):
            crews = {name: _without(crew, leave) for name, crew in crews.items()}
    return crews


def _rotated(crews: Crews, rotation: Rotation, turns: int) -> Crews:
    if rotation.agents:
        return _renamed(crews, _moved_on(rotation.agents, turns))
    return {**crews, **{name: crews[before] for name, before in _moved_on(rotation.swap, turns).items()}}


def _moved_on(ring: Sequence[str], turns: int) -> Mapping[str, str]:
    """Place -> the one whose place it was before the ring moved on."""
    return {name: ring[(place - turns) % len(ring)] for place, name in enumerate(ring)}


def _renamed(crews: Crews, places: Mapping[str, str]) -> Crews:
    return {name: tuple(places.get(agent, agent) for agent in crew) for name, crew in crews.items()}


def _without(crew: tuple[str, ...], leave: Leave) -> tuple[str, ...]:
    """A stand-in takes the very place; one who is on that shift anyway is not counted twice."""
    comes = None if leave.stand_in in crew else leave.stand_in
    there = (comes if agent == leave.agent else agent for agent in crew)
    return tuple(agent for agent in there if agent is not None)


def periods(rotation: Rotation, day: date) -> int:
    """How often the agents have moved on by `day`; before `from` not at all."""
    if day < rotation.from_:
        return 0
    if rotation.every == "1 month":
        return _months(day) - _months(rotation.from_)
    if rotation.every == "half month":
        return _halves(day) - _halves(rotation.from_)
    weeks = (day - rotation.from_).days // _WEEK
    return weeks if rotation.every == "1 week" else weeks // 2


def _months(day: date) -> int:
    return day.year * 12 + day.month


def _halves(day: date) -> int:
    return _months(day) * 2 + (day.day >= _SECOND_HALF)


def _in_cycle(cycle: Cycle, day: date) -> bool:
    passed = (day - cycle.from_).days
    return passed >= 0 and passed % cycle.days in cycle.on


def _stretches(
    rule: ShiftRule, special: Sequence[Special], day: date, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    pieces = [(instant(day, a, zone), instant(day, b, zone)) for a, b in _pieces(rule, special) if a < b]
    # A stretch that lies wholly in the hour the clocks skip does not exist.
    return [(start, end) for start, end in pieces if start < end]


def _pieces(rule: ShiftRule, special: Sequence[Special]) -> tuple[tuple[int, int], ...]:
    start, end = _hours(rule, special)
    if rule.break_ is None:
        return ((start, end),)
    # Placed by the plain hours, so that a special that shrinks the shift does not move its lunch to another day.
    pause = begin_from(rule.from_, rule.break_.from_)
    resume = end_after(pause, rule.break_.to)
    return ((start, min(end, pause)), (max(start, resume), end))


def _hours(rule: ShiftRule, special: Sequence[Special]) -> tuple[int, int]:
    start, to = rule.from_, rule.to
    for hours in (each.extend[rule.name] for each in special if rule.name in each.extend):
        start = start if hours.from_ is None else hours.from_
        to = to if hours.to is None else hours.to
    return start, end_after(start, to)
