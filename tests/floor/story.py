"""What is written down of a world, for a judge to read: looks at the tables, what the channel was asked to send.

In: nothing. Out: plain values. Never: a verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that is people's, as its row says. `channel` is the same everywhere."""

    id: str
    version: int
    holder: str
    team: str | None
    agent: str | None
    waiting_since: datetime | None
    urgency: int


@dataclass(frozen=True, slots=True)
class Debt:
    """An open commitment as its row says."""

    id: str
    agent: str | None
    team: str


@dataclass(frozen=True, slots=True)
class Look:
    """The tables at one moment, right after everything that was due has run. `place`: a queued conversation, and how
    many the store says are ahead of it."""

    at: datetime
    talks: Mapping[str, Talk]
    presence: Mapping[str, str]
    owed: tuple[Debt, ...]
    place: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that reached the buyer, and who held the conversation, whether the buyer waited, at that moment."""

    id: str
    at: datetime
    conversation_id: str
    author: str
    by_bot: bool
    purpose: str
    text: str
    holder: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the journal."""

    at: datetime
    kind: str
    conversation_id: str | None
    agent: str | None
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Word:
    """A row of the transcript."""

    id: str
    at: datetime
    conversation_id: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Owing:
    """A commitment as its row says in the end."""

    id: str
    state: str
    agent: str | None
    due_at: datetime | None
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a hand-over log with its log's head."""

    log: str
    team: str
    at: datetime
    live_at: datetime | None
    number: int
    kind: str
    conversation_id: str
    commitment_id: str | None
    acknowledged_at: datetime | None
    handed_on: str | None
    escalated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """A notice to the supervisor."""

    at: datetime
    kind: str
    data: Mapping[str, object]


@dataclass
class Story:
    """All that the judge reads. `promised`: what agents owe by their own account, `settled`: what they say they have
    done with, and who said so; `said`: words that an agent was told have gone in, by id, with when and whose."""

    looks: list[Look] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    journal: list[Line] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    owing: list[Owing] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    heads: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    notices: list[Told] = field(default_factory=list)
    promised: dict[str, datetime | None] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    said: dict[str, tuple[datetime, str, str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
