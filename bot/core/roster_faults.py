"""Dated lines of the roster that do not fit it: a swap that swaps nothing, a stand-in who works already.

In: the shifts' rules, the calendar of working days. Out: `LineFault`s by place. Never: a file, a line number.

Each line is judged against the roster without it: with all rotations, the swaps above it, for leave all other leave.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.roster import OnShift, Workdays, spans, starting
from bot.core.rules.dated import Leave, Swap
from bot.core.rules.shifts import Shifts
from bot.core.walltime import DAY, LONGEST_REACH


@dataclass(frozen=True, slots=True)
class LineFault:
    """`place` is where it stands in the file, `code` names its words."""

    place: tuple[str | int, ...]
    code: str
    params: Mapping[str, object]


def line_faults(shifts: Shifts, works: Workdays) -> Iterator[LineFault]:
    """At most one fault of each line."""
    known = known_agents(shifts)
    for number, rotation in enumerate(shifts.rotations):
        yield from _strangers(rotation.agents, known, ("rotations", number, "agents"))
    for number, swap in enumerate(shifts.swaps):
        place = ("swaps", number)
        yield from [*_strangers(swap.agents, known, place)] or _of_swap(shifts, number, works)
    for number, leave in enumerate(shifts.leave):
        place = ("leave", number)
        yield from [*_strangers((leave.agent,), known, place)] or _of_leave(shifts, number, works)


def known_agents(shifts: Shifts) -> frozenset[str]:
    """Who may be named in a dated line: whoever has a shift, or stands in for one who has."""
    return frozenset(agent for rule in shifts.shifts for agent in rule.agents) | {
        leave.stand_in for leave in shifts.leave if leave.stand_in
    }


def _strangers(agents: tuple[str, ...], known: frozenset[str], place: tuple[str | int, ...]) -> Iterator[LineFault]:
    for agent in agents:
        if agent not in known:
            yield LineFault(place, "agent_unknown", {"agent": agent})
            return


def _of_swap(shifts: Shifts, number: int, works: Workdays) -> Iterator[LineFault]:
    swap = shifts.swaps[number]
    before = shifts.model_copy(update={"swaps": shifts.swaps[:number], "leave": ()})
    resting = [agent for agent in swap.agents if not _working_days(before, agent, swap, works)]
    if resting:
        yield LineFault(("swaps", number), "swap_rests", {"agent": resting[0]})
        return
    after = shifts.model_copy(update={"swaps": shifts.swaps[: number + 1], "leave": ()})
    idle = [day for day in swap.days() if _crews(before, day, works) == _crews(after, day, works)]
    if len(idle) == len(swap.days()) or (idle and swap.dates):
        yield LineFault(("swaps", number), "swap_idle", {"day": idle[0].isoformat()})


def _of_leave(shifts: Shifts, number: int, works: Workdays) -> Iterator[LineFault]:
    leave, others = shifts.leave[number], (*shifts.leave[:number], *shifts.leave[number + 1 :])
    without = shifts.model_copy(update={"leave": others})
    days = _working_days(without, leave.agent, leave, works)
    if not days:
        yield LineFault(("leave", number), "leave_idle", {"agent": leave.agent})
    elif leave.stand_in:
        faults = (_of_stand_in(without, leave.agent, leave.stand_in, day, works) for day in days)
        found = next(filter(None, faults), None)
        if found:
            yield LineFault(("leave", number), *found)


def _of_stand_in(
    without: Shifts, agent: str, stand_in: str, day: date, works: Workdays
) -> tuple[str, Mapping[str, object]] | None:
    if any(other.agent == stand_in and other.covers(day) for other in without.leave):
        return "stand_in_away", {"agent": stand_in, "day": day.isoformat()}
    near = spans(without, day - LONGEST_REACH, day + LONGEST_REACH + DAY, works)
    own = [span for span in near if stand_in in span.agents]
    taken = [span for span in starting(without, day, works) if agent in span.agents]
    busy = next((span for span in own if any(_meet(span, other) for other in taken)), None)
    return ("stand_in_busy", {"agent": stand_in, "day": day.isoformat(), "shift": busy.shift}) if busy else None


def _meet(one: OnShift, other: OnShift) -> bool:
    return one.start < other.end and other.start < one.end


def _working_days(shifts: Shifts, agent: str, line: Swap | Leave, works: Workdays) -> list[date]:
    return [day for day in line.days() if any(agent in span.agents for span in starting(shifts, day, works))]


def _crews(shifts: Shifts, day: date, works: Workdays) -> frozenset[tuple[str, str]]:
    return frozenset((span.shift, agent) for span in starting(shifts, day, works) for agent in span.agents)
