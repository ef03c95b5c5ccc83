"""What is kept and what crosses between the shell and its store, as plain values.

In: nothing. Out: events, work, commands, the ledger's lines, outcomes. Never: a protocol, a rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.buyer import Buyer, News
from bot.core.model import Conversation, Item, Message, Order, Presence


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened outside, as accepted. (`channel`, `id`) is unique for ever.

    `lane` orders work: one lane is worked on by one worker at a time, in order of acceptance. A conversation's lane is
    `c:<channel>:<conversation id>`; orders, items and agents have lanes of their own (`o:`, `i:`, `a:`).
    `ready_at` is when the lane may be worked on; a buyer's text waits for more (coalescing), everything else does not.
    `trace` is the span that brought it in (see `tracer`).
    """

    channel: str
    id: str
    type: str
    lane: str
    body: Mapping[str, object]
    received_at: datetime
    ready_at: datetime
    seq: int = 0
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a lane until the lease ends. `token` fences every write made under it."""

    lane: str
    token: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a conversation's transcript. `author` is `buyer`, `bot`, or an agent's id."""

    seq: int
    id: str
    author: str
    kind: str
    text: str
    at: datetime
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """All that one turn needs, read in one snapshot.

    `ours`: those of the events' message ids that this service sent itself; they are echoes (by id, or by
    their words where the channel made an id of its own), not a human's take-over.
    `known`: those that the transcript has already; they are not answered again.
    `buyer`: the file of the conversation's buyer, if there is one.
    """

    claim: Claim
    events: tuple[Event, ...]
    conversation: Conversation | None
    orders: tuple[Order, ...]
    items: Mapping[str, Item]
    presence: tuple[Presence, ...]
    paused: bool
    queue_ahead: Mapping[str, int]
    ours: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    unsaid: tuple["Unsaid", ...] = ()
    buyer: Buyer | None = None


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Messages whose replies came too late to be sent, surely never arrived, and are to be decided anew.

    `before` is the conversation as it stood when their turn began, if that turn is still the last thing that happened
    to it; None where it has moved on.
    """

    messages: tuple[Message, ...]
    before: Conversation | None = None


#: The type of the event by which the store asks for `Unsaid` messages to be decided anew.
UNSAID = "reply.unsaid"


class Purpose(StrEnum):
    REPLY = "reply"
    NUDGE = "nudge"
    CARE = "care"
    HANDOFF = "handoff"
    NOTICE = "notice"


#: How long a command is worth sending, where the operators' files do not say.
CALL_SPAN = timedelta(days=7)  # a person must learn of it, however long the channel is down
NUDGE_SPAN = timedelta(minutes=30)

#: What a buyer waits for.
ANSWERS = frozenset({Purpose.REPLY, Purpose.HANDOFF})


@dataclass(frozen=True, slots=True)
class Command:
    """One call to a channel. `id` is derived from what caused it, so that a turn taken twice makes the same command
    and the store keeps one. `data` is the `data` of the contract. `lane` orders sending.

    `by_bot` commands are not sent while a human holds the conversation or the service is paused. `asked_at` is when the
    first message that it answers was received, `trace` the span that made it.
    """

    id: str
    channel: str
    type: str
    lane: str
    conversation_id: str
    data: Mapping[str, object]
    purpose: Purpose
    by_bot: bool
    created_at: datetime
    deadline: datetime
    order_id: str | None = None
    asked_at: datetime | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedCommand:
    """The right to send a command `until` the lease ends. `alone`: surely nothing waited behind it at that moment."""

    command: Command
    token: str
    tries: int
    until: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A command that did not arrive, or may not have. `state`: `dead` (refused), `expired` (too late), `seen` (people
    have been told of it) or `needs_review` (a nudge of which only a person can tell). `error`: the last one."""

    id: str
    created_at: datetime
    channel: str
    type: str
    purpose: Purpose
    conversation_id: str
    order_id: str | None
    state: str
    tries: int
    error: str | None
    text: str


class NudgeState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class Nudge:
    """One line of the nudge ledger; (`order_id`, `step`) is unique."""

    order_id: str
    step: str
    due_at: datetime
    state: NudgeState = NudgeState.PLANNED
    reason: str | None = None
    command_id: str | None = None


@dataclass(frozen=True, slots=True)
class DueNudge:
    nudge: Nudge
    order: Order
    conversation: Conversation | None
    paused: bool


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """What `explain` tells of one turn; `story` is plain JSON: message texts, facts, candidates, decision. `before` is
    the conversation that the turn began from."""

    id: str
    conversation_id: str
    at: datetime
    decision: str
    reason: str
    command_ids: tuple[str, ...]
    story: Mapping[str, object]
    before: Conversation | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All effects of one unit of work, saved in one transaction or not at all. `news` joins its buyers' files as they
    are then."""

    done: tuple[int, ...] = ()
    conversation: Conversation | None = None
    messages: tuple[Message, ...] = ()
    orders: tuple[Order, ...] = ()
    items: tuple[Item, ...] = ()
    presence: tuple[Presence, ...] = ()
    commands: tuple[Command, ...] = ()
    plan: tuple[Nudge, ...] = ()
    cancel_nudges: Mapping[str, str] = field(default_factory=dict)
    recalled: tuple[str, ...] = ()
    turn: TurnRecord | None = None
    news: tuple[News, ...] = ()


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the work stands at one moment. Ages are in seconds, 0 where nothing waits.

    `unanswered`: of the oldest event not yet worked on or, if that is older, of the message whose reply still waits to
    be delivered. `commands` counts those `waiting`, `sending`, `dead` and `expired`; of the last two only what nobody
    has seen to. `queued`: conversations that wait for people, by group. `review`: nudges that a person must look at.
    """

    unanswered: float = 0.0
    oldest_event: float = 0.0
    oldest_command: float = 0.0
    commands: Mapping[str, int] = field(default_factory=dict)
    queued: Mapping[str, int] = field(default_factory=dict)
    review: int = 0
    paused: bool = False

    @property
    def undelivered(self) -> int:
        return self.commands.get("dead", 0) + self.commands.get("expired", 0)
