"""Whose work goes on: the shifts that run, and who keeps what is theirs though they are not there at the moment.

In: the shifts' rules, the floor, an aware moment, the calendar of working days. Out: sets of agents. Never: who gets
what; that is `dispatch.py`, `owing.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot.core.floor import NOBODY, Floor
from bot.core.roster import Workdays
from bot.core.rules.shifts import Shifts
from bot.core.wholes import running


def on_duty(shifts: Shifts, at: datetime, works: Workdays) -> Mapping[str, frozenset[str]]:
    """Group -> the agents of its running shifts, whether they came or not; groups with nobody are left out."""
    found = dict[str, frozenset[str]]()
    for shift in running(shifts, at, works):
        if shift.agents:
            found[shift.group] = found.get(shift.group, NOBODY).union(shift.agents)
    return found


def keeping(shifts: Shifts, floor: Floor, now: datetime, works: Workdays, grace: timedelta) -> frozenset[str]:
    """Who keeps what is theirs: those who are there, those who stay, and those whose shift runs and who have been away,
    late or on a break for less than `grace`."""
    return floor.working | floor.staying | frozenset(_shortly_gone(shifts, floor, now, works, grace))


def _shortly_gone(shifts: Shifts, floor: Floor, now: datetime, works: Workdays, grace: timedelta) -> Iterator[str]:
    """Since the last edge of the shift or of its break, or since it was told, whichever is later."""
    for shift in running(shifts, now, works):
        edge = max(edge for span in shift.stretches for edge in (span.start, span.end) if edge <= now)
        for agent in shift.agents:
            told = floor.presence.get(agent)
            if now - max(edge, told.since if told else edge) < grace:
                yield agent
