"""What is kept and what crosses between the shell and its store, as plain values.

In: nothing. Out: events, work, commands, the ledger's lines, outcomes. Never: a protocol, a rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.core.buyer import Agreed, Buyer, News
from bot.core.model import Conversation, Item, Message, Order, Presence
from bot.core.notebooks import Entry, Issue


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


class Accepted(IntEnum):
    """What became of an event: it was known (the only falsy one), it is kept, or kept and to be worked on at once."""

    KNOWN = 0
    KEPT = 1
    AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a lane until the lease ends. `token` fences every write made under it."""

    lane: str
    token: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a conversation's transcript. `author` is `buyer`, `bot`, or an agent's id; `purpose` a command's, of
    what this service said."""

    seq: int
    id: str
    author: str
    kind: str
    text: str
    at: datetime
    source: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """All that one turn needs, read in one snapshot.

    `ours`: those of the events' message ids that this service sent itself; they are echoes (by id, or by
    their words where the channel made an id of its own), not a human's take-over.
    `known`: those that the transcript has already; they are not answered again.
    `offers`: items that were asked for beside those that it is about.
    `buyer`: the file of the conversation's buyer, if there is one.
    `served`: the line that says which version of the operators' files is served (see `releases`); 0 before the first.
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
    offers: Mapping[str, Item] = field(default_factory=dict)
    buyer: Buyer | None = None
    served: int = 0


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
CARE_SPAN = timedelta(hours=2)
SOOTHING_SPAN = timedelta(seconds=30)

#: How long the right to send a command lasts: longer than any channel may take over one call.
SEND_LEASE = timedelta(seconds=15)
#: How long after its last look, which is taken with the lease, a send may begin.
BEGINS_WITHIN = timedelta(seconds=1)

#: Only what is due now.
NOTHING_AHEAD = timedelta(0)

#: How far back it is known when buyers were told something; no limit reaches further.
REMEMBERED = timedelta(days=30)

#: What the shop says of its own accord.
OUTREACH = frozenset({Purpose.NUDGE, Purpose.CARE})

#: What a buyer waits for.
ANSWERS = frozenset({Purpose.REPLY, Purpose.HANDOFF})


@dataclass(frozen=True, slots=True)
class Command:
    """One call to a channel. `id` is derived from what caused it, so that a turn taken twice makes the same command
    and the store keeps one. `data` is the `data` of the contract. `lane` orders sending.

    `by_bot` commands are not sent while a human holds the conversation or the service is paused. `while_status`: one
    about an order is sent only while the order has this status. `asked_at` is when the first message that it answers
    was received, `trace` the span that made it, `made` of what the bot's words were made (see `provenance`).
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
    while_status: str | None = None
    made: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ClaimedCommand:
    """The right to send a command `until` the lease ends. `alone`: surely nothing waited behind it at that moment."""

    command: Command
    token: str
    tries: int
    until: datetime
    alone: bool = False

    @property
    def begins_by(self) -> datetime:
        """Later than this it is looked at again rather than sent: people may have spoken meanwhile."""
        return self.until - SEND_LEASE + BEGINS_WITHIN


@dataclass(frozen=True, slots=True)
class Unsent:
    """Words that have not reached the buyer: on their way after so many `tries`, or `lost`: given up."""

    id: str
    author: str
    text: str
    at: datetime
    tries: int
    lost: bool = False


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
    HELD_OUT = "held_out"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class Nudge:
    """One line of the ledger of what the shop says or does of its own accord; (`order_id`, `step`) is unique. `purpose`
    is `nudge` or `care`. `at`: when it was queued to be sent, or withheld. Lines that one message speaks for share its
    `command_id`."""

    order_id: str
    step: str
    due_at: datetime
    state: NudgeState = NudgeState.PLANNED
    reason: str | None = None
    command_id: str | None = None
    buyer_id: str = ""
    purpose: Purpose = Purpose.NUDGE
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueNudges:
    """A buyer's planned lines that one conversation would hear of, at least one of them due, and what judging them
    needs: `orders` are the lines' and the buyer's latest, `told` the lines of which the buyer was told something
    lately, or of which it was withheld, `today` how many messages went out to all buyers since the local day began.
    `agreed`: what the buyer said of being written to."""

    buyer_id: str
    lines: tuple[Nudge, ...]
    orders: Mapping[str, Order]
    conversation: Conversation | None
    paused: bool
    items: Mapping[str, Item] = field(default_factory=dict)
    told: tuple[Nudge, ...] = ()
    today: Mapping[Purpose, int] = field(default_factory=dict)
    agreed: Agreed | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """A buyer who agreed to hear from the shop, and the conversation in which something happened last."""

    buyer_id: str
    conversation: Conversation | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of lines, all or none of it: each `was` (as read) and `shall` be. With commands, only while the
    orders they speak of are as they were judged, and the buyer was told nothing since `told_at` (if that is given)."""

    was: tuple[Nudge, ...]
    shall: tuple[Nudge, ...]
    commands: tuple[Command, ...] = ()
    orders: tuple[Order, ...] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """What `explain` tells of one turn; `story` is plain JSON: message texts, facts, candidates, decision. `before` is
    the conversation that the turn began from, `version` that of the operators' files, `given` all that was known, as
    text that a replay reads. `damaged`: what was kept of it cannot be read."""

    id: str
    conversation_id: str
    at: datetime
    decision: str
    reason: str
    command_ids: tuple[str, ...]
    story: Mapping[str, object]
    before: Conversation | None = None
    version: str | None = None
    given: str | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """All effects of one unit of work, saved in one transaction or not at all.

    `plan` is all that is to be done about `orders` as they are now; what was planned for them before and is not in it
    is cancelled where they are no longer unpaid. `cancel_nudges`: orders that are not to be nudged any more, and why.
    `answered_by`: a buyer who wrote; orders of which they were reminded are not brought up again. `news` joins its
    buyers' files as they are then. `journal` and `issues`: what the notebooks are told of it.
    """

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
    answered_by: str | None = None
    news: tuple[News, ...] = ()
    journal: tuple[Entry, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """The kill switch: whether it is on, since when it is as it is, who switched it; None where nobody ever did, or
    nobody is named."""

    on: bool = False
    at: datetime | None = None
    by: str | None = None


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


@dataclass(frozen=True, slots=True)
class Reached:
    """A message in the words of the reply files that a buyer got, from the bot or from an agent. `made`: of what, None
    where that was not kept; `talk`: its conversation as it is now, None where that is gone; `damaged`: what was kept of
    it cannot be read."""

    id: str
    channel: str
    conversation_id: str
    buyer_id: str
    at: datetime
    text: str
    source: str
    made: Mapping[str, object] | None
    talk: Conversation | None
    damaged: bool = False
