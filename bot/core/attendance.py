"""How long agents were there, and who came late.

In: the journal's lines on presence, a span of time, how long a clock-in holds, people's words. Out: an `Attendance` an
agent. Never: time that has not passed yet, nights of those who forget to clock out.

Who tells that they leave was there until then. Who tells nothing was there until the shift's end and its `stay`, or the
last word after that; at most a day, for so far back the log is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.model import AgentState
from bot.core.notebooks import Entry, Happening
from bot.core.signs import Hold

_MINUTE = timedelta(minutes=1)
_NONE = timedelta(0)
Span = tuple[datetime, datetime]
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


Holds = Callable[[str, datetime], Hold]
Words = Mapping[str, Sequence[datetime]]


def attendance(
    entries: Iterable[Entry], since: datetime, until: datetime, holds: Holds, words: Words
) -> Mapping[str, Attendance]:
    """By agent, of those who were there at all or came late, from `since` to before `until`. `holds`: how long a
    clock-in of somebody at some moment does; `words`: when each of them wrote."""
    by_agent: dict[str, list[Entry]] = {}
    for one in sorted((each for each in entries if each.kind in KINDS), key=lambda each: (each.at, each.id)):
        by_agent.setdefault(_agent(one), []).append(one)
    found = dict[str, Attendance]()
    for agent, some in sorted(by_agent.items()):
        if agent:
            spans = _online(agent, some, max(until, some[-1].at), holds, words.get(agent, ()))
            found[agent] = _of(spans, some, since, until)
    return {agent: one for agent, one in found.items() if one.minutes or one.late}


def _agent(entry: Entry) -> str:
    return entry.agent_id or str(entry.data.get("agent_id") or "")


def _online(
    agent: str, entries: Sequence[Entry], end: datetime, holds: Holds, words: Sequence[datetime]
) -> Iterator[Span]:
    """From each clock-in to the next stroke, or to where it stops to hold."""
    for one, after in zip(entries, [*entries[1:], None], strict=True):
        if _is_online(one):
            hold, stroke = holds(agent, one.at), after.at if after else end
            left = after is not None and not _is_online(after) and stroke < hold.limit
            yield one.at, stroke if left else min(stroke, _last_sign(one.at, hold, words))


def _last_sign(at: datetime, hold: Hold, words: Sequence[datetime]) -> datetime:
    return max([hold.until, *(one for one in words if at <= one < hold.limit)])


def _of(online: Iterable[Span], entries: Sequence[Entry], since: datetime, until: datetime) -> Attendance:
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
