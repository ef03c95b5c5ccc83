"""A roster as a patient clerk would work it out: one day and one minute at a time, no arithmetic on intervals.

In: the same rules as the real one. Out: who is on in each local minute. Never: a call into the code under test.
Valid only in zones that do not change their clocks.
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from bot.core.rules.shifts import Rotation, ShiftRule, Shifts

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
Crew = frozenset[tuple[str, tuple[str, ...]]]


def reference(shifts: Shifts, first: date, last: date, works: Callable[[date], bool]) -> dict[datetime, Crew]:
    """Local minute -> (shift, agents) of everybody on; minutes with nobody are missing."""
    table: dict[datetime, set[tuple[str, tuple[str, ...]]]] = {}
    for day in _days(first - 4 * ONE_DAY, last):
        for rule in shifts.shifts:
            if not _starts(shifts, rule, day, works):
                continue
            seat = (rule.name, _agents(shifts, rule.name, day))
            for minute in _minutes(shifts, rule, day):
                table.setdefault(minute, set()).add(seat)
    return {minute: frozenset(crew) for minute, crew in table.items() if first <= minute.date() <= last}


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def _starts(shifts: Shifts, rule: ShiftRule, day: date, works: Callable[[date], bool]) -> bool:
    match rule.days:
        case "daily":
            answer = True
        case "workdays":
            answer = works(day)
        case "restdays":
            answer = not works(day)
        case named:
            answer = day.strftime("%a").lower() in named
    if rule.cycle is not None:
        answer = answer and _cycle_position(rule.cycle.from_, rule.cycle.days, day) in rule.cycle.on
    for special in shifts.special:
        if day in special.dates and rule.name in special.open:
            answer = True
        if day in special.dates and rule.name in special.close:
            answer = False
    return answer


def _cycle_position(first: date, length: int, day: date) -> int | None:
    position = None
    for each in _days(first, day):
        position = 0 if position is None or each == first or position == length - 1 else position + 1
    return position


def _minutes(shifts: Shifts, rule: ShiftRule, day: date) -> Iterator[datetime]:
    midnight = datetime.combine(day, datetime.min.time())
    start, end = rule.from_, rule.to
    for special in shifts.special:
        hours = special.extend.get(rule.name) if day in special.dates else None
        if hours is not None:
            start = start if hours.from_ is None else hours.from_
            end = end if hours.to is None else hours.to
    while end <= start:
        end += 24 * 60
    pause = _pause(rule)
    for minute in range(start, end):
        if minute not in pause:
            yield midnight + minute * ONE_MINUTE


def _pause(rule: ShiftRule) -> range:
    if rule.break_ is None:
        return range(0)
    start, end = rule.break_.from_, rule.break_.to
    while start < rule.from_:
        start += 24 * 60
    while end <= start:
        end += 24 * 60
    return range(start, end)


def _agents(shifts: Shifts, name: str, day: date) -> tuple[str, ...]:
    seats = {rule.name: rule.agents for rule in shifts.shifts}
    for rotation in shifts.rotations:
        ring = deque(seats[each] for each in rotation.swap)
        for each in _days(rotation.from_ + ONE_DAY, day):
            if _boundary(rotation, each):
                ring.rotate(1)
        seats.update(zip(rotation.swap, ring, strict=True))
    return seats[name]


def _boundary(rotation: Rotation, day: date) -> bool:
    weeks, odd = divmod((day - rotation.from_).days, 7)
    match rotation.every:
        case "1 week":
            return odd == 0
        case "2 weeks":
            return odd == 0 and weeks % 2 == 0
        case "half month":
            return day.day in (1, 16)
        case "1 month":
            return day.day == 1
