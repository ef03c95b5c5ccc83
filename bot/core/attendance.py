"""Who is there: the roster and the presence seen together.

In: the shifts' rules, presence, an aware moment, the calendar of working days. Out: values. Never: a clock of its own.

To be there is to be rostered now (no break) and clocked in, not away. Who stays after the shift is there too, but gets
nothing new.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.core.model import AgentState, Presence
from bot.core.roster import OnShift, Workdays, starting
from bot.core.rules.shifts import Shifts
from bot.core.shift_changes import staying
from bot.core.shifts import on_shift
from bot.core.walltime import DAY, LONGEST_REACH, days_between, local_day


def present(
    shifts: Shifts, presence: Iterable[Presence], now: datetime, works: Workdays
) -> Mapping[str, frozenset[str]]:
    """Group -> its agents who are rostered now and clocked in, not away; groups with nobody are left out."""
    online = _online(presence)
    found = dict[str, frozenset[str]]()
    for span in on_shift(shifts, now, works):
        if here := online.intersection(span.agents):
            found[span.group] = found.get(span.group, frozenset()) | here
    return found


def keeping(
    shifts: Shifts, presence: Iterable[Presence], now: datetime, works: Workdays, grace: timedelta
) -> frozenset[str]:
    """Who keeps what is theirs: those who are there, those who stay, and those whose shift runs and who have been away,
    late or on a break for less than `grace`."""
    states = list(presence)
    here = frozenset[str]().union(*present(shifts, states, now, works).values())
    stay = {agent for span in staying(shifts, now, works) for agent in span.agents} & _online(states)
    return here | stay | frozenset(_shortly_gone(shifts, states, now, works, grace))


def _shortly_gone(
    shifts: Shifts, presence: Iterable[Presence], now: datetime, works: Workdays, grace: timedelta
) -> Iterator[str]:
    last = {one.agent_id: one.since for one in sorted(presence, key=lambda one: one.since)}
    for shift in running(shifts, now, works):
        edges = [edge for span in shift for edge in (span.start, span.end) if edge <= now]
        for agent in shift[0].agents:
            if now - max([*edges, last.get(agent, shift[0].start)]) < grace:
                yield agent


def running(shifts: Shifts, at: datetime, works: Workdays) -> tuple[tuple[OnShift, ...], ...]:
    """The shifts with agents that have begun and not ended at `at`, each as its stretches; a break ends nothing."""
    today = local_day(at, ZoneInfo(shifts.timezone))
    days = days_between(today - LONGEST_REACH, today + DAY)
    begun = (tuple(stretches) for day in days for _, stretches in groupby(starting(shifts, day, works), _shift))
    return tuple(each for each in begun if each[0].agents and each[0].start <= at < each[-1].end)


def on_duty(shifts: Shifts, at: datetime, works: Workdays) -> Mapping[str, frozenset[str]]:
    """Group -> the agents of its running shifts, whether they came or not; groups with nobody are left out."""
    found = dict[str, frozenset[str]]()
    for shift in running(shifts, at, works):
        found[shift[0].group] = found.get(shift[0].group, frozenset()).union(shift[0].agents)
    return found


def _shift(span: OnShift) -> str:
    return span.shift


def _online(presence: Iterable[Presence]) -> frozenset[str]:
    latest = {one.agent_id: one.state for one in sorted(presence, key=lambda one: one.since)}
    return frozenset(agent for agent, state in latest.items() if state is AgentState.ONLINE)
