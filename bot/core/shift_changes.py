"""When shifts end and begin: who hands over to whom, who may stay, who is in the file at all.

In: the shifts' rules, aware moments, the calendar of working days. Out: values. Never: presence; whether the agents of
a shift came is another question.

A shift is whole here (`wholes.py`): its break ends nothing and begins nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.roster import OnShift, Workdays
from bot.core.rules.shifts import LONGEST_STAY, Shifts
from bot.core.wholes import Whole, wholes_around


@dataclass(frozen=True, slots=True)
class Change:
    """The moment (UTC) at which shifts of a group end or begin.

    `ended` holds the last stretches of those that end, `starting` the first ones of those that begin, `on` every
    stretch of the group that covers the moment (a shift in its break has none).
    """

    group: str
    at: datetime
    ended: tuple[OnShift, ...]
    starting: tuple[OnShift, ...]
    on: tuple[OnShift, ...]


def staying(shifts: Shifts, at: datetime, works: Workdays) -> tuple[OnShift, ...]:
    """The last stretches of the shifts whose agents may go on at `at` with buyers who wait: [end, end + `stay`).

    Earliest end first. Whether anybody waits is not asked here.
    """
    stays = stays_of(shifts)
    wholes = wholes_around(shifts, at - LONGEST_STAY, at, works)
    ended = [each.last for each in wholes if each.last.agents]
    over = [span for span in ended if span.end <= at < span.end + stays[span.shift]]
    return tuple(sorted(over, key=lambda span: span.end))


def stays_of(shifts: Shifts) -> Mapping[str, timedelta]:
    """Shift -> how long its agents may stay after its end."""
    return {rule.name: shifts.stay if rule.stay is None else rule.stay for rule in shifts.shifts}


def changes(shifts: Shifts, after: datetime, until: datetime, works: Workdays) -> tuple[Change, ...]:
    """The changes of each group in the half-open time (after, until], earliest first, then by group."""
    wholes = tuple(wholes_around(shifts, after, until, works))
    edges = {(edge, each.last.group) for each in wholes for edge in (each.first.start, each.last.end)}
    return tuple(_change(wholes, group, at) for at, group in sorted(edges) if after < at <= until)


def _change(wholes: Iterable[Whole], group: str, at: datetime) -> Change:
    own = [each for each in wholes if each.last.group == group]
    return Change(
        group,
        at,
        ended=tuple(each.last for each in own if each.last.end == at),
        starting=tuple(each.first for each in own if each.first.start == at),
        on=tuple(span for each in own for span in each.stretches if span.start <= at < span.end),
    )


def agents_of(shifts: Shifts) -> Mapping[str, frozenset[str]]:
    """Everybody in the file, stand-ins too -> the groups whose work a line of it can ever give them."""
    crews = {rule.name: set(rule.agents) for rule in shifts.shifts}
    ways = [*_ways(shifts)]
    size = -1
    while size != (size := sum(map(len, crews.values()))):
        for ring in (rotation.swap for rotation in shifts.rotations if rotation.swap):
            crews |= dict.fromkeys(ring, set().union(*(crews[name] for name in ring)))
        for crew in crews.values():
            crew.update(to for giver, to in ways if giver in crew)
    groups = {rule.name: rule.group for rule in shifts.shifts}
    named = {agent for way in ways for agent in way}.union(*crews.values())
    return {each: frozenset(groups[name] for name, crew in crews.items() if each in crew) for each in sorted(named)}


def _ways(shifts: Shifts) -> Iterator[tuple[str, str]]:
    """Whose work may come to whom."""
    for ring in (*(each.agents for each in shifts.rotations), *(each.agents for each in shifts.swaps)):
        yield from ((giver, to) for giver in ring for to in ring)
    for leave in shifts.leave:
        yield leave.agent, leave.stand_in or leave.agent
