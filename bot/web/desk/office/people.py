"""Who should be there and who is, and who waits: the floor as a supervisor reads it.

In: a floor, the roster's stretches of this moment, open conversations. Out: rows. Never: a rule of who gets what.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.floor import Floor
from bot.core.model import AgentState, Conversation
from bot.core.roster import OnShift
from bot.core.rules.dispatch import Dispatch

#: So many of the hottest are shown; the desk has them all.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Person:
    """`state`: here, away or missing of those on the roster; of others staying (after their shift), beside (no shift)
    or gone, with threads left open. `limit`: open threads at most."""

    agent: str
    group: str
    shifts: tuple[str, ...]
    state: str
    since: datetime | None
    open: int
    limit: int


@dataclass(frozen=True, slots=True)
class Waits:
    """`counts` by group, and since when its oldest waits; `shown`: the hottest of all."""

    counts: Mapping[str, int]
    oldest: Mapping[str, datetime]
    shown: tuple[Conversation, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def people(floor: Floor, on: Sequence[OnShift], rules: Dispatch) -> Sequence[Person]:
    """Those on the roster first, group by group."""
    rostered = list(_rostered(floor, on, rules))
    known = {one.agent for one in rostered}
    return [*rostered, *(one for one in _others(floor, rules) if one.agent not in known)]


def waits(queue: Sequence[Conversation], queued: Mapping[str, int]) -> Waits:
    """`queue`: what is people's, hottest first, as the desk has it; `queued`: how many stand in each group's queue,
    which may be more than it shows."""
    here, oldest, counts = list[Conversation](), dict[str, datetime](), Counter[str]()
    for one in queue:
        if since := one.waiting_since:
            group = one.group or ""
            here.append(one)
            counts[group] += 1
            oldest[group] = min(oldest.get(group, since), since)
    most = {group: max(counts[group], queued.get(group, 0)) for group in {*counts, *queued}}
    return Waits(dict(sorted(most.items())), oldest, tuple(here[:SHOWN]))


def _rostered(floor: Floor, on: Sequence[OnShift], rules: Dispatch) -> Iterator[Person]:
    places = dict[tuple[str, str], list[str]]()
    for span in on:
        for agent in span.agents:
            places.setdefault((span.group, agent), []).append(span.shift)
    for (group, agent), shifts in sorted(places.items()):
        yield _person(floor, rules, agent, group, tuple(shifts), _state(floor, agent))


def _others(floor: Floor, rules: Dispatch) -> Iterator[Person]:
    for agent in sorted({*floor.presence, *floor.loads}):
        if floor.is_online(agent):
            yield _person(floor, rules, agent, "", (), "staying" if agent in floor.staying else "beside")
        elif floor.loads.get(agent):
            yield _person(floor, rules, agent, "", (), "gone")


def _state(floor: Floor, agent: str) -> str:
    if floor.is_online(agent):
        return "here"
    told = floor.presence.get(agent)
    away = told is not None and told.state is AgentState.AWAY and agent not in floor.forgotten
    return "away" if away else "missing"


def _person(
    floor: Floor, rules: Dispatch, agent: str, group: str, shifts: tuple[str, ...], state: str
) -> Person:  # fmt: skip
    told = floor.presence.get(agent)
    since = told.since if told and state not in {"missing", "gone"} else None
    return Person(agent, group, shifts, state, since, floor.loads.get(agent, 0), rules.limit_of(agent))
