"""What people and the routing do, and what they look at, as it crosses between the shell and its store.

In: nothing. Out: acts, and what of people's matters is read. Never: a rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.buyer import News
from bot.core.model import Conversation, Presence
from bot.core.notebooks import Commitment, Entry, Handover, Issue, Notice
from bot.records import Command, Event

#: Where news is told that is no conversation's: who is there, what the notebooks say.
FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class LineMark:
    """A line of a hand-over log is acknowledged `by` somebody, or (None) brought before the supervisor; once each."""

    handover_id: str
    number: int
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """Hand-over logs with just those of their lines that wait to be acknowledged, and what those are about, as far as
    it is there: conversations by channel and id, commitments by id."""

    logs: tuple[Handover, ...] = ()
    talks: Mapping[tuple[str, str], Conversation] = field(default_factory=dict)
    owed: Mapping[str, Commitment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """What people, or the routing, do: saved in one transaction or not at all. `conversation` is saved if nobody has
    moved it on since it was read; `commands`, `journal`, `notices`, `handovers`, `issues` and (to the inbox) `events`
    are added where their ids are new; `commitments` are new ones, or such as shall be, if they are still open;
    `presence` as it is told, unless a newer one is there; `news` joins the buyers' files; `lines` mark lines of
    hand-over logs, all that are still unmarked or nothing of it is done. `fresh`: nothing of it is done where the first
    line of the journal is there already. `room`: an agent, and how many open threads are theirs at most with this one,
    or nothing of it is done."""

    conversation: Conversation | None = None
    commands: tuple[Command, ...] = ()
    journal: tuple[Entry, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    notices: tuple[Notice, ...] = ()
    handovers: tuple[Handover, ...] = ()
    issues: tuple[Issue, ...] = ()
    presence: tuple[Presence, ...] = ()
    lines: tuple[LineMark, ...] = ()
    news: tuple[News, ...] = ()
    fresh: bool = False
    events: tuple[Event, ...] = ()
    room: tuple[str, int] | None = None

    @property
    def lanes(self) -> Sequence[str]:
        """The conversations that it is about; else `FLOOR`."""
        talks = [(one.channel, one.id) for one in (self.conversation,) if one]
        owed = [(one.channel, one.conversation_id) for one in self.commitments]
        told = [(one.channel, one.conversation_id) for one in self.journal if one.conversation_id]
        places = dict.fromkeys((*talks, *owed, *told))
        return [f"c:{channel}:{one}" for channel, one in places] or [FLOOR]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Everybody's latest presence, how many open threads each agent has, whether everything automatic is paused."""

    presence: tuple[Presence, ...]
    loads: Mapping[str, int]
    paused: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation that the routing looks at. `known`: who served its buyer last, elsewhere."""

    conversation: Conversation
    known: str | None = None
