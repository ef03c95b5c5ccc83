"""What the interface for people takes and tells, as checked models.

In: values of the core. Out: models for JSON. Never: a decision.
"""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.core.floor import Floor
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.taking import NOTE_MAX
from bot.desk import TEXT_MAX, Thread
from bot.records import Spoken
from bot.web.api.fields import Id, Seq, Storable


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TalkOut(Shape):
    """A conversation in the queue: whose it is, what it is about, since when its buyer waits (None: nobody waits)."""

    channel: str
    id: str
    buyer_id: str
    buyer_name: str | None
    holder: Holder
    group: str | None
    agent_id: str | None
    urgency: int
    reason: str | None
    summary: str
    waiting_since: datetime | None
    last_at: datetime | None

    @classmethod
    def of(cls, one: Conversation) -> Self:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class LineOut(Shape):
    """One line of a transcript. `source`: where the words of the bot's are written."""

    seq: int
    id: str
    author: str
    kind: str
    text: str
    at: datetime
    source: str | None

    @classmethod
    def of(cls, one: Spoken) -> Self:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class ThreadOut(Shape):
    """`ahead`: how many wait before it in its queue."""

    conversation: TalkOut
    lines: list[LineOut]
    ahead: int

    @classmethod
    def of(cls, one: Thread) -> Self:
        lines = [LineOut.of(line) for line in one.lines]
        return cls(conversation=TalkOut.of(one.conversation), lines=lines, ahead=one.ahead)


class PresenceOut(Shape):
    agent_id: str
    state: AgentState
    since: datetime

    @classmethod
    def of(cls, one: Presence) -> Self:
        return cls(agent_id=one.agent_id, state=one.state, since=one.since)


class FloorOut(Shape):
    """Who is there, group by group; who stays after their shift; how many open threads each has."""

    there: dict[str, list[str]]
    staying: list[str]
    presence: list[PresenceOut]
    loads: dict[str, int]

    @classmethod
    def of(cls, one: Floor) -> Self:
        there = {group: sorted(agents) for group, agents in sorted(one.there.items())}
        clocked = [PresenceOut.of(each) for _, each in sorted(one.presence.items())]
        return cls(there=there, staying=sorted(one.staying), presence=clocked, loads=dict(sorted(one.loads.items())))


class ClockIn(Shape):
    state: AgentState


class ClaimIn(Shape):
    """`over`: also from an agent who is there."""

    over: bool = False


class ReplyIn(Shape):
    """`key`: chosen by the caller; the same key is the same message, however often it is told. `sure`: also across a
    red line. `seen`: the `seq` of the last line that the agent has seen; what the buyer asked after it still waits."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), Storable]
    key: Id
    sure: bool = False
    seen: Seq | None = None


class CloseIn(Shape):
    """`seen`: the `seq` of the last line that the agent has seen; refused where the buyer has written after it."""

    seen: Seq | None = None


class TransferIn(Shape):
    """`to`: an agent's number or a group."""

    to: Id
    note: Annotated[str, Field(max_length=NOTE_MAX), Storable] = ""
