"""The holes in the wall: what the shell needs from a store and from a channel.

In: nothing. Out: protocols and the values that cross them. Never: an implementation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.model import Conversation, Item, Message, Order, Presence
from bot.errors import YebanError


class StoreDown(YebanError):
    """The database cannot be reached or does not take the write; nothing of the call was kept. Try again."""

    def __init__(self, cause: str) -> None:
        super().__init__("errors.store_down", cause=cause)


class Overloaded(YebanError):
    """More waits than may; nothing of the call was kept. Try again after so many seconds."""

    def __init__(self, after: float = 1.0) -> None:
        self.after = after
        super().__init__("errors.overloaded")


class Flooded(Overloaded):
    """One buyer writes faster than anybody can; the others are not to wait for it."""


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
    command: Command
    token: str
    tries: int


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
    """All effects of one unit of work, saved in one transaction or not at all."""

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


class Store(Protocol):
    """Durable state. Every method is one transaction; times are passed in.

    Writes of one process are grouped into shared commits; a call returns after its commit is on disk.
    """

    async def accept(self, event: Event) -> bool:
        """Keep an event; False if it was already known. Raises `StoreDown` or `Overloaded`."""

    async def claim(self, now: datetime, limit: int) -> Sequence[Claim]:
        """Lease up to `limit` ready lanes, oldest first."""

    async def load(self, claim: Claim) -> Work:
        """Read all that a turn needs."""

    async def save(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Apply an outcome and free the lane. False: the lease or the conversation's version is no longer ours, nothing
        was written and the lane will come up again."""

    async def claim_commands(self, now: datetime, limit: int) -> Sequence[ClaimedCommand]:
        """Lease the heads of up to `limit` sending lanes. The last look before a send is here: a bot's message in a
        conversation that a human holds is cancelled, a nudge for an order no longer unpaid too; when paused, bot
        commands wait; past its deadline a command is not sent: a reply that surely never arrived is decided anew, with
        those behind it that were not tried yet; anything else is `expired`."""

    async def mark_sent(self, claimed: ClaimedCommand, now: datetime) -> bool:
        """Record one success; False if the lease was lost."""

    async def mark_retry(self, claimed: ClaimedCommand, due: datetime, later: "Later") -> bool:
        """Try again later."""

    async def mark_dead(self, claimed: ClaimedCommand, error: str) -> bool:
        """Give up for good; visible to people, and the lane goes on."""

    async def due_nudges(self, now: datetime, limit: int) -> Sequence[DueNudge]:
        """Nudges whose time has come, with the order and conversation as they are now."""

    async def settle_nudge(self, nudge: Nudge, command: Command | None, now: datetime) -> bool:
        """Move a planned nudge on (sent, cancelled, or planned anew for later); with a command, queue it in the same
        transaction. False: another process was faster, or the order changed."""

    async def waiting(self) -> Sequence[Conversation]:
        """Queued conversations that no hand-off command was issued for yet, hottest and oldest first."""

    async def announce(self, conversation: Conversation, command: Command, now: datetime) -> bool:
        """Issue the hand-off command of a waiting conversation, once."""

    async def lapsed(self, now: datetime) -> Sequence[Conversation]:
        """Conversations in which a reply or a hand-off did not arrive (too late, refused) and nobody has seen to it
        yet; a refused hand-off counts after a minute."""

    async def see_to(self, conversation: Conversation, now: datetime) -> bool:
        """Save a lapsed conversation as seen to. False: it has changed meanwhile and will come up again."""

    async def set_paused(self, paused: bool, now: datetime) -> None:
        """The kill switch over everything automatic; survives restarts."""

    async def paused(self) -> bool:
        """Whether the kill switch is on."""

    async def import_snapshots(self, items: Sequence[Item], orders: Sequence[Order]) -> None:
        """Store a whole file's snapshots, all or nothing; older snapshots than the stored ones are ignored."""

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        """One item and one order as stored."""

    async def presence(self) -> Sequence[Presence]:
        """The agents' latest states."""

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        """Lines after a sequence number, oldest first: what was received and what was sent."""

    async def explain(self, sent_id: str) -> Mapping[str, object] | None:
        """The story behind a sent command or a message id."""

    async def letters(self, limit: int) -> Sequence[Letter]:
        """What did not arrive, newest first."""

    async def retry_letter(self, command_id: str, now: datetime) -> bool:
        """Put a letter back into its lane, under its id, due now, its deadline anew; a nudge's line is `sending` again.
        The last look before a send is taken as ever. False: no such letter."""

    async def drop_letter(self, command_id: str, now: datetime) -> bool:
        """Settle a letter as `dropped`, its nudge's line as cancelled. False: no such letter."""

    async def vitals(self, now: datetime) -> Vitals:
        """How the work stands; cheap, however much is stored."""


class Bell(Protocol):
    """Wakes whoever waits for work in this process; the rows stay the truth."""

    def ring(self, after: float = 0.0) -> None:
        """Say that there may be work, now or after some seconds."""

    async def wait(self, seconds: float) -> None:
        """Return at the next ring or after `seconds`."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took it."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again; `after` is the channel's own wish in seconds, if it had one. `unsure`: the channel may have taken it
    all the same, only its answer was lost."""

    error: str
    after: float | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never try again."""

    error: str


class ChannelOut(Protocol):
    """The way out to buyers and agents."""

    async def send(self, command: Command, now: datetime) -> Delivered | Later | Refused:
        """Deliver one command; never raises for what the far side does."""
