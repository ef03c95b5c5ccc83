"""A roster as a patient clerk would work it out: one day and one minute at a time, no arithmetic on intervals.

In: the same rules as the real one. Out: who is on in each local minute. Never: a call into the code under test.
Valid only in zones that do not change their clocks.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.core.rules.dated import Leave, Swap
from bot.core.rules.shifts import Rotation, ShiftRule, Shifts

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
Works = Callable[[date], bool]
#: The State Council's calendar of 2026: the weekdays that rest and the weekend days that work.
RESTING = {1: {1, 2}, 2: {16, 17, 18, 19, 20, 23}, 4: {6}, 5: {1, 4, 5}, 6: {19}, 9: {25}, 10: {1, 2, 5, 6, 7}}
WORKING = {1: {4}, 2: {14, 28}, 5: {9}, 9: {20}, 10: {10}}
Crew = frozenset[tuple[str, tuple[str, ...]]]


class Duty(NamedTuple):
    """One shift as it is worked once: every minute, counted from the midnight at which the table begins."""

    shift: str
    group: str
    agents: tuple[str, ...]
    minutes: frozenset[int]
    stay: int


def published(day: date) -> bool:
    """Whether a day is worked, as people read it off the notice of 2026; beside that year by the weekday alone."""
    if day.weekday() < 5:
        return day.year != 2026 or day.day not in RESTING.get(day.month, set())
    return day.year == 2026 and day.day in WORKING.get(day.month, set())


def reference(shifts: Shifts, first: date, last: date, works: Works) -> dict[datetime, Crew]:
    """Local minute -> (shift, agents) of everybody on; minutes with nobody are missing."""
    table: dict[datetime, set[tuple[str, tuple[str, ...]]]] = {}
    midnight = datetime.combine(first, datetime.min.time())
    for duty in duties(shifts, first, last, works):
        for minute in duty.minutes:
            table.setdefault(midnight + minute * ONE_MINUTE, set()).add((duty.shift, duty.agents))
    return {minute: frozenset(crew) for minute, crew in table.items() if first <= minute.date() <= last}


def year_rows(shifts: Shifts, year: int, works: Works) -> dict[tuple[str, tuple[str, ...]], bytearray]:
    """(Shift, agents) -> a mark for each minute of the year; 525,600 marks, or a day more."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    length = len([*_days(first, last)]) * 24 * 60
    rows: dict[tuple[str, tuple[str, ...]], bytearray] = {}
    for duty in duties(shifts, first, last, works):
        row = rows.setdefault((duty.shift, duty.agents), bytearray(length))
        for minute in duty.minutes:
            if 0 <= minute < length:
                row[minute] = 1
    return {seat: row for seat, row in rows.items() if any(row)}


def duties(shifts: Shifts, first: date, last: date, works: Works) -> Iterator[Duty]:
    """Everything worked from some days before `first` to `last`; minutes before `first` are negative."""
    for number, day in enumerate(_days(first - 4 * ONE_DAY, last), -4):
        seats = _seats(shifts, day)
        for rule in shifts.shifts:
            if _starts(shifts, rule, day, works):
                worked = frozenset(number * 24 * 60 + minute for minute in _minutes(shifts, rule, day))
                stay = shifts.stay if rule.stay is None else rule.stay
                if worked:
                    yield Duty(rule.name, rule.group, seats[rule.name], worked, stay // ONE_MINUTE)


def promised(shifts: Shifts, first: date, last: date, works: Works) -> set[tuple[str, int]]:
    """(Group, minute from the midnight of `first`) in which somebody was promised."""
    found: set[tuple[str, int]] = set()
    for number, day in enumerate(_days(first - 4 * ONE_DAY, last), -4):
        for cover in shifts.covers:
            excused = [each for each in shifts.special if each.name in cover.except_ and day in each.dates]
            if excused or not _fits(shifts, cover.days, day, works):
                continue
            end = cover.to
            while end <= cover.from_:
                end += 24 * 60
            for minute in range(cover.from_, end):
                found.add((cover.group, number * 24 * 60 + minute))
    return found


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def _worked(shifts: Shifts, day: date, works: Works) -> bool:
    if day in shifts.calendar.workdays:
        return True
    return False if day in shifts.calendar.restdays else works(day)


def _fits(shifts: Shifts, days: object, day: date, works: Works) -> bool:
    match days:
        case "daily":
            return True
        case "workdays":
            return _worked(shifts, day, works)
        case "restdays":
            return not _worked(shifts, day, works)
        case tuple(named):
            return day.strftime("%a").lower() in named
    raise AssertionError(days)


def _starts(shifts: Shifts, rule: ShiftRule, day: date, works: Works) -> bool:
    answer = _fits(shifts, rule.days, day, works)
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


def _minutes(shifts: Shifts, rule: ShiftRule, day: date) -> Iterator[int]:
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
            yield minute


def _pause(rule: ShiftRule) -> range:
    if rule.break_ is None:
        return range(0)
    start, end = rule.break_.from_, rule.break_.to
    while start < rule.from_:
        start += 24 * 60
    while end <= start:
        end += 24 * 60
    return range(start, end)


def _seats(shifts: Shifts, day: date) -> dict[str, tuple[str, ...]]:
    """Who sits on which shift of a day, told as it comes about: one period, one trade, one absence after the other."""
    seats = {rule.name: list(rule.agents) for rule in shifts.shifts}
    for rotation in shifts.rotations:
        for each in _days(rotation.from_ + ONE_DAY, day):
            if _boundary(rotation, each):
                _turn(seats, rotation)
    for swap in shifts.swaps:
        if _holds(swap, day):
            _exchange(seats, list(swap.agents), list(reversed(swap.agents)))
    for leave in shifts.leave:
        if _holds(leave, day):
            _leave(seats, leave)
    return {name: tuple(seated) for name, seated in seats.items()}


def _turn(seats: dict[str, list[str]], rotation: Rotation) -> None:
    if rotation.swap:
        ring = deque(seats[name] for name in rotation.swap)
        ring.rotate(1)
        seats.update(zip(rotation.swap, ring, strict=True))
    else:
        # Whoever of the ring sits in a place now makes room for the one before him in the ring.
        order = list(rotation.agents)
        _exchange(seats, order, [order[-1], *order[:-1]])


def _exchange(seats: dict[str, list[str]], leaving: Sequence[str], coming: Sequence[str]) -> None:
    for name, seated in seats.items():
        seats[name] = [coming[leaving.index(agent)] if agent in leaving else agent for agent in seated]


def _leave(seats: dict[str, list[str]], leave: Leave) -> None:
    for seated in seats.values():
        if leave.agent in seated:
            place = seated.index(leave.agent)
            seated.remove(leave.agent)
            if leave.stand_in is not None and leave.stand_in not in seated:
                seated.insert(place, leave.stand_in)


def _holds(line: Swap | Leave, day: date) -> bool:
    if line.from_ is not None and line.to is not None:
        return day in _days(line.from_, line.to)
    return day in line.dates


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
