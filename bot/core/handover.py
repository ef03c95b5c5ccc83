"""The hand-over log (交接记录本): when it is due, and what is in it.

In: the roster, what is open for people, earlier logs. Out: `Due` logs and `Handover` values. Never: presence; a log is
made for those who are rostered, and who of them came is asked elsewhere (`attendance.py`).

A group's work changes hands when a shift of it ends while others of it go on, and when a shift begins after nobody was
on (the morning). What ends with nobody on waits for that morning. Breaks change no hands. Every open thing belongs to
one group and is handed to that group itself, even where another stood in for it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.handover_words import owed_text, talk_text
from bot.core.keeping import on_duty
from bot.core.model import Conversation
from bot.core.notebooks import Commitment, CommitmentKind, Handover, HandoverLine, LineKind
from bot.core.roster import OnShift, Workdays
from bot.core.rules.shifts import Shifts
from bot.core.shift_changes import Change, changes
from bot.core.wholes import running
from bot.ids import derived

LOOK_BACK = timedelta(days=14)  # whoever was down for longer has one log less to name
_INSTANT = timedelta(microseconds=1)
_LATE = datetime.max.replace(tzinfo=UTC)
_ORDER = (CommitmentKind.PROMISE, CommitmentKind.CALL_BACK, CommitmentKind.NOTE)
Item = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A log that is to be made. `everything`: all that is open of the group, for nobody was on before; else what was
    left by those who are not on any more, and what is nobody's. `left_by`: only what these had, who stood in for the
    group until their own shift ended."""

    group: str
    at: datetime
    ended: tuple[str, ...]
    receiving: tuple[str, ...]
    everything: bool = False
    left_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Open:
    """All that is open for people, read together. `default` is the group of conversations that have none."""

    talks: Sequence[Conversation]
    owed: Sequence[Commitment]
    default: str


class Hands:
    """A roster, asked when work changes hands."""

    def __init__(self, shifts: Shifts, works: Workdays) -> None:
        self._shifts = shifts
        self._works = works
        self._zone = ZoneInfo(shifts.timezone)

    def next_change(self, now: datetime, horizon: timedelta) -> datetime:
        """When to look again: at the next change of any group, at the latest after `horizon`."""
        ahead = changes(self._shifts, now, now + horizon, self._works)
        return ahead[0].at if ahead else now + horizon

    def due(self, groups: Collection[str], last: Mapping[str, datetime], now: datetime) -> tuple[Due, ...]:
        """The logs that are to be made now: of each group at most one, for its latest change of hands since its `last`
        log. A group of which nobody is on now waits."""
        past, duty = changes(self._shifts, now - LOOK_BACK, now, self._works), self._duty(now)
        found = []
        for group in (one for one in groups if one in duty):
            since = [one for one in past if group not in last or one.at > last[group]]
            found.append(self._own(group, since) or self._stood_in(group, since, now))
        return tuple(one for one in found if one)

    def log(self, due: Due, found: Open, earlier: Iterable[Handover], now: datetime) -> Handover:
        """The log, written at `now`. `earlier` are the group's logs of late: what somebody who is still on has
        acknowledged there is in good hands."""
        still = frozenset[str]().union(*self._duty(now).values())
        left = _Left(due, still, _taken(earlier))
        talks = [one for one in found.talks if (one.group or found.default) == due.group and left.has_talk(one)]
        owed = [one for one in found.owed if one.group == due.group and left.has(one.agent_id, (one.id,))]
        lines = (*_talk_lines(talks, self._zone), *_owed_lines(owed, talks, self._zone, now))
        numbered = tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
        named = tuple(line if line.agent_id in still else replace(line, agent_id=None) for line in numbered)
        made = derived("handover", due.group, due.at.isoformat())
        return Handover(made, due.group, due.at, due.ended, due.receiving, now, named)

    def _own(self, group: str, since: Sequence[Change]) -> Due | None:
        own = [one for one in since if one.group == group]
        gaps = [one for one in own if self._is_after_a_gap(one)]
        hands = [one.at for one in own if one in gaps or _names(one.ended)]
        if not hands:
            return None
        at = hands[-1]
        ended = [name for one in own if one.at <= at for name in _names(one.ended)]
        return Due(group, at, tuple(dict.fromkeys(ended)), self._receiving(group, at), everything=bool(gaps))

    def _is_after_a_gap(self, one: Change) -> bool:
        """Somebody begins, and nobody was on right before."""
        return bool(_names(one.starting)) and one.group not in self._duty(one.at - _INSTANT)

    def _stood_in(self, group: str, since: Sequence[Change], now: datetime) -> Due | None:
        """Shifts of other groups have ended, and their agents are on nowhere any more."""
        ended = [(one.at, span) for one in since if one.group != group for span in one.ended]
        left = frozenset(agent for _, span in ended for agent in span.agents)
        left = left.difference(*self._duty(now).values())
        names = [(at, span.shift) for at, span in ended if left.intersection(span.agents)]
        if not names:
            return None
        shifts = tuple(dict.fromkeys(name for _, name in names))
        return Due(group, max(at for at, _ in names), shifts, self._receiving(group, now), left_by=left)

    def _duty(self, at: datetime) -> Mapping[str, frozenset[str]]:
        return on_duty(self._shifts, at, self._works)

    def _receiving(self, group: str, at: datetime) -> tuple[str, ...]:
        wholes = running(self._shifts, at, self._works)
        return tuple(one.name for one in wholes if one.group == group and one.agents)


def _names(spans: Iterable[OnShift]) -> list[str]:
    return [span.shift for span in spans if span.agents]


@dataclass(frozen=True, slots=True)
class _Left:
    """What changes hands: `still` are those who are on, `taken` who acknowledged a thing last."""

    due: Due
    still: frozenset[str]
    taken: Mapping[Item, str | None]

    def has(self, owner: str | None, item: Item) -> bool:
        if self.due.everything:
            return True
        gone = owner in self.due.left_by if self.due.left_by else owner not in self.still
        return gone and self.taken.get(item) not in self.still

    def has_talk(self, one: Conversation) -> bool:
        return self.has(self._owner_of(one), (one.channel, one.id))

    def _owner_of(self, one: Conversation) -> str | None:
        """When hands changed. The routing may have been faster than the log: what waited then, and has its owner only
        since, was somebody else's, or nobody's."""
        since, waits = one.agent_since, one.waiting_since
        if since is None or since < self.due.at or waits is None or waits >= self.due.at:
            return one.agent_id
        return one.served_by if self.due.left_by else None


def _taken(earlier: Iterable[Handover]) -> Mapping[Item, str | None]:
    """Who acknowledged a thing when it was handed over last."""
    logs = sorted(earlier, key=lambda log: log.at)
    return {line.item: line.acknowledged_by for log in logs for line in log.lines}


def _talk_lines(talks: Iterable[Conversation], zone: ZoneInfo) -> Iterator[HandoverLine]:
    """Who waits first, hottest and oldest first."""
    for one in sorted(talks, key=_heat):
        yield HandoverLine(
            0, LineKind.WAITING, one.channel, one.id, one.buyer_id, talk_text(one, zone), one.urgency,
            waiting_since=one.waiting_since, agent_id=one.agent_id,
        )  # fmt: skip


def _heat(one: Conversation) -> tuple[bool, int, datetime, str, str]:
    return one.waiting_since is None, one.urgency, one.waiting_since or _LATE, one.channel, one.id


def _owed_lines(
    owed: Iterable[Commitment], talks: Iterable[Conversation], zone: ZoneInfo, now: datetime
) -> Iterator[HandoverLine]:
    """Promises, then call-backs, then notes, the soonest due first."""
    names = {talk.buyer_id: talk.buyer_name for talk in talks}
    for one in sorted(owed, key=lambda one: (_ORDER.index(one.kind), one.due_at or _LATE, one.made_at, one.id)):
        yield HandoverLine(
            0, LineKind(one.kind.value), one.channel, one.conversation_id, one.buyer_id,
            owed_text(one, names.get(one.buyer_id), zone, now), due_at=one.due_at, commitment_id=one.id,
            agent_id=one.agent_id,
        )  # fmt: skip
