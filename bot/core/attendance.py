"""How long agents were there, and who came late.

In: the journal's lines on presence, a span of time. Out: an `Attendance` an agent. Never: time that has not passed yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.core.model import AgentState
from bot.core.notebooks import Entry, Happening

_MINUTE = timedelta(minutes=1)
_NONE = timedelta(0)
KINDS = frozenset({Happening.PRESENCE, Happening.VANISHED})


@dataclass(frozen=True, slots=True)
class Late:
    """A clock-in after the start of its shift."""

    at: datetime
    shift: str | None
    seconds: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whole minutes online, and late clock-ins."""

    minutes: int
    late: tuple[Late, ...] = ()


def attendance(entries: Iterable[Entry], since: datetime, until: datetime) -> Mapping[str, Attendance]:
    """By agent, of those who were there at all or came late, from `since` to before `until`. Whoever did not leave was
    there to the end."""
    by_agent: dict[str, list[Entry]] = {}
    for one in sorted((each for each in entries if each.kind in KINDS), key=lambda each: (each.at, each.id)):
        by_agent.setdefault(_agent(one), []).append(one)
    found = {agent: _of(some, since, until) for agent, some in sorted(by_agent.items()) if agent}
    return {agent: one for agent, one in found.items() if one.minutes or one.late}


def _agent(entry: Entry) -> str:
    return entry.agent_id or str(entry.data.get("agent_id") or "")


def _of(entries: Sequence[Entry], since: datetime, until: datetime) -> Attendance:
    ends = [*(one.at for one in entries), max(until, entries[-1].at)]
    online = (span for entry, span in zip(entries, pairwise(ends), strict=True) if _is_online(entry))
    there = sum((max(min(end, until) - max(start, since), _NONE) for start, end in online), _NONE)
    late = (_late(one) for one in entries if since <= one.at < until)
    return Attendance(there // _MINUTE, tuple(one for one in late if one))


def _is_online(entry: Entry) -> bool:
    return entry.kind is Happening.PRESENCE and entry.data.get("state") == AgentState.ONLINE


def _late(entry: Entry) -> Late | None:
    seconds, shift = entry.data.get("late"), entry.data.get("shift")
    if entry.kind is not Happening.PRESENCE or not isinstance(seconds, int | float) or seconds <= 0:
        return None
    return Late(entry.at, str(shift) if shift else None, int(seconds))
