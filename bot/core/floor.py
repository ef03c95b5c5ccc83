"""Who is there at this moment, for whom, and how much they have to do.

In: the roster, presence, counts of open threads. Out: a `Floor`. Never: which conversation is whose; that is
`dispatch.py`.

Rostered is not there: whoever counts has clocked in and not stepped away. After a shift's end its agents may stay for
the buyers who still wait, but get no new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.book import Workdays
from bot.core.model import AgentState, Presence
from bot.core.routing import staffed
from bot.core.rules.dispatch import Dispatch
from bot.core.rules.shifts import Shifts
from bot.core.rules.work import Routing
from bot.core.shift_changes import staying
from bot.core.shifts import on_shift
from bot.core.signs import forgotten
from bot.core.wholes import Whole, running

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Floor:
    """`there`: of each group those who are rostered now and clocked in; `since`: since when somebody of it is;
    `staying`: clocked in, their shift over, not longer ago than they may stay. `loads`: open threads of each agent.
    `forgotten`: whose presence, as it is stored, is of an earlier day (`signs.py`)."""

    there: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: Mapping[str, datetime] = field(default_factory=dict)
    staying: frozenset[str] = NOBODY
    presence: Mapping[str, Presence] = field(default_factory=dict)
    loads: Mapping[str, int] = field(default_factory=dict)
    forgotten: frozenset[str] = NOBODY

    @property
    def live(self) -> frozenset[str]:
        """The groups with somebody there."""
        return frozenset(self.there)

    @property
    def working(self) -> frozenset[str]:
        """Everybody who is rostered and there."""
        return NOBODY.union(*self.there.values())

    def is_online(self, agent: str) -> bool:
        """Clocked in and not away, rostered or not."""
        told = self.presence.get(agent)
        return told is not None and told.state is AgentState.ONLINE and agent not in self.forgotten

    def people_for(self, group: str, routing: Routing) -> frozenset[str]:
        """Who serves a group's buyers now: its own people, else those of its fallback."""
        return self.there.get(staffed(group, self.live, routing), NOBODY)

    def told(self, states: Iterable[Presence]) -> "Floor":
        """The same with newer states; whoever is not online is not there any more."""
        presence = {**self.presence, **{one.agent_id: one for one in states}}
        gone = {agent for agent, one in presence.items() if one.state is not AgentState.ONLINE}
        there = {group: here for group, crew in self.there.items() if (here := crew - gone)}
        since = {group: at for group, at in self.since.items() if group in there}
        return replace(self, there=there, since=since, staying=self.staying - gone, presence=presence)

    def has_room(self, agent: str, rules: Dispatch) -> bool:
        return self.loads.get(agent, 0) < rules.limit_of(agent)


def floor_at(
    shifts: Shifts, presence: Sequence[Presence], loads: Mapping[str, int], now: datetime, works: Workdays
) -> Floor:
    """The floor of a moment."""
    latest = {one.agent_id: one for one in sorted(presence, key=lambda one: one.since)}
    old = forgotten(latest.values(), shifts, now, works)
    online = {agent for agent, one in latest.items() if one.state is AgentState.ONLINE} - old
    there, since = dict[str, frozenset[str]](), dict[str, datetime]()
    for span in on_shift(shifts, now, works):
        here = online.intersection(span.agents)
        if here:
            there[span.group] = there.get(span.group, NOBODY) | here
            came = min(max(span.start, latest[agent].since) for agent in here)
            since[span.group] = min(came, since.get(span.group, came))
    over = {agent for span in staying(shifts, now, works) for agent in span.agents}
    stay = frozenset(over & online) - NOBODY.union(*there.values())
    return Floor(there, since, stay, latest, loads, old)


def lateness(told: Presence, before: Presence | None, shift: Whole | None) -> int:
    """Seconds after the shift's start at which somebody clocks in to it first; 0 for who is in time or was there."""
    if told.state is not AgentState.ONLINE or shift is None:
        return 0
    came_before = before is not None and (before.state is AgentState.ONLINE or before.since >= shift.start)
    return 0 if came_before else int((told.since - shift.start).total_seconds())


def unmanned(
    shifts: Shifts, presence: Mapping[str, Presence], rules: Dispatch, at: datetime, works: Workdays
) -> tuple[Whole, ...]:
    """Running shifts to which, so long after their start, nobody has clocked in."""
    old = forgotten(presence.values(), shifts, at, works)
    known = {agent: one for agent, one in presence.items() if agent not in old}
    empty = (one for one in running(shifts, at, works) if one.agents and not _came(one, known))
    return tuple(one for one in empty if one.start + rules.unmanned_after <= at)


def _came(shift: Whole, presence: Mapping[str, Presence]) -> bool:
    """Somebody of it is in, or away for a moment, or has been in and gone since it began."""
    told = [presence[agent] for agent in shift.agents if agent in presence]
    return any(one.state is not AgentState.OFFLINE or one.since >= shift.start for one in told)
