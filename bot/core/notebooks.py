"""What people owe, are told and leave behind, as frozen values: the journal and the three notebooks.

In: nothing. Out: the types that routing, hand-over, the issue log and the service record share. Never: a rule.

Times are aware UTC. The journal is only ever added to; what was said stands in the transcript, so that together they
tell any day again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Happening(StrEnum):
    """What the journal tells of people. `data` of each kind, all plain JSON:

    PRESENCE: `state`, `late` (seconds after the start of the shift that was clocked in to, 0 in time), `shift`.
    QUEUED: `reason`, `urgency`. ASSIGNED: `by` (`routing`, `claim`, `transfer`), `since` (waiting since, ISO).
    PASSED: an agent let a thread pass: `since`. LEFT: a human's thread waits again, for that human is gone. SOOTHED:
    `level` (1 the line was held, 2 an apology). UNMANNED: nobody clocked in to a shift: `shift`, `start`. VANISHED: an
    agent who seemed online and was not. TRANSFERRED: `to`, `note`. HANDED_BACK, CLOSED: by `agent_id`. PROMISED,
    SETTLED: a commitment, `id`, `kind`. REASSIGNED: it has another owner, `id`, `to`. HANDED_OVER: a hand-over log was
    made, `id`, `lines`. ACKNOWLEDGED, ESCALATED: `id`, `line`. PAUSED, RESUMED: everything automatic, by `agent_id`.
    """

    PRESENCE = "presence"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    PASSED = "passed"
    LEFT = "left"
    SOOTHED = "soothed"
    UNMANNED = "unmanned"
    VANISHED = "vanished"
    TRANSFERRED = "transferred"
    HANDED_BACK = "handed_back"
    CLOSED = "closed"
    PROMISED = "promised"
    SETTLED = "settled"
    REASSIGNED = "reassigned"
    HANDED_OVER = "handed_over"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    PAUSED = "paused"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `id` follows from its cause, so that what is done twice is told once."""

    id: str
    at: datetime
    kind: Happening
    channel: str | None = None
    conversation_id: str | None = None
    buyer_id: str | None = None
    agent_id: str | None = None
    group: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


class CommitmentKind(StrEnum):
    """What people owe a buyer: a promise with a due time, a call back, or a note for whoever comes next."""

    PROMISE = "promise"
    CALL_BACK = "call_back"
    NOTE = "note"


class CommitmentState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something owed until it is done or dropped. `agent_id` is who sees to it now; None: nobody yet."""

    id: str
    channel: str
    conversation_id: str
    buyer_id: str
    kind: CommitmentKind
    text: str
    made_by: str
    made_at: datetime
    group: str
    due_at: datetime | None = None
    agent_id: str | None = None
    state: CommitmentState = CommitmentState.OPEN
    settled_by: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """An open commitment, and whose its conversation is."""

    commitment: Commitment
    talk_agent: str | None = None


class LineKind(StrEnum):
    WAITING = "waiting"
    PROMISE = "promise"
    CALL_BACK = "call_back"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One item of a hand-over log: a buyer who waits, or something that is owed. `agent_id` is who shall acknowledge
    it (None: anybody of the next shift); `escalated_at` when the supervisor was told that nobody had; `handed_on` the
    log in which it came up again before anybody had."""

    number: int
    kind: LineKind
    channel: str
    conversation_id: str
    buyer_id: str
    text: str
    urgency: int = 5
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    commitment_id: str | None = None
    agent_id: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    escalated_at: datetime | None = None
    handed_on: str | None = None

    @property
    def item(self) -> tuple[str, ...]:
        """What it is about: a commitment, else a conversation."""
        return (self.commitment_id,) if self.commitment_id else (self.channel, self.conversation_id)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody to acknowledge it."""
        return self.acknowledged_at is None and self.handed_on is None


@dataclass(frozen=True, slots=True)
class Handover:
    """The log of one shift change of one group: `ended` and `receiving` are names of shifts, `at` is when the receiving
    shift took over, `made_at` when the log was written, `live_at` when somebody of the group was there to read it."""

    id: str
    group: str
    at: datetime
    ended: tuple[str, ...]
    receiving: tuple[str, ...]
    made_at: datetime
    lines: tuple[HandoverLine, ...] = ()
    live_at: datetime | None = None


class IssueKind(StrEnum):
    """Why something is in the issue log. UNANSWERED: the bot had no answer. WRONG_ANSWER: an answer that missed the
    question, as the buyer or an agent says. WRONG_FACT: a product page, a price, a file that is not true. COMPLAINT: of
    a buyer. REMARK: of an agent. RETURN_REASON: why a buyer sends something back."""

    UNANSWERED = "unanswered"
    WRONG_ANSWER = "wrong_answer"
    WRONG_FACT = "wrong_fact"
    COMPLAINT = "complaint"
    REMARK = "remark"
    RETURN_REASON = "return_reason"


@dataclass(frozen=True, slots=True)
class Issue:
    """One line of the issue log. `text` is what was asked or told, masked; `reason` the decision's reason code or, of a
    return, the buyer's choice or what the matter is; `topic` the reply that was given, of what was not answered the
    nearest one; `source` the line that was said."""

    id: str
    at: datetime
    kind: IssueKind
    text: str
    channel: str | None = None
    conversation_id: str | None = None
    buyer_id: str | None = None
    agent_id: str | None = None
    turn_id: str | None = None
    intent: str | None = None
    topic: str | None = None
    source: str | None = None
    item_id: str | None = None
    order_id: str | None = None
    reason: str | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None
    remedy: str | None = None


class NoticeKind(StrEnum):
    """What a supervisor must hear of. `data` of each: UNMANNED `shift`, `start`, `agents`; VANISHED `agent_id`;
    UNACKNOWLEDGED (once of a log) `handover_id`, `lines` (how many); OVERDUE (a promise past its time) `commitment_id`;
    UNSERVED (nobody answers a waiting buyer and nobody else is free) `conversation_id`; STOOD_IN (a supervisor's matter
    in the hands of others, because no supervisor was there) `conversation_id`, `agent_id`."""

    UNMANNED = "unmanned"
    VANISHED = "vanished"
    UNACKNOWLEDGED = "unacknowledged"
    OVERDUE = "overdue"
    UNSERVED = "unserved"
    STOOD_IN = "stood_in"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a group (the supervisor's, as a rule) is told once. `id` follows from its cause."""

    id: str
    at: datetime
    kind: NoticeKind
    group: str
    data: Mapping[str, object] = field(default_factory=dict)
    seen_by: str | None = None
    seen_at: datetime | None = None
