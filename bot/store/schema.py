"""The tables, private to this package.

In: nothing. Out: SQLAlchemy tables that fit SQLite and PostgreSQL. Never: a value of the core (see `rows.py`).

A row that waits for something has a time in its `…_at` column and NULL once it is settled; partial indexes hold only
the waiting ones, so that the work at hand costs the same after ten years.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.store.times import UtcMicros

metadata = MetaData()
_SEQ = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in a plain INTEGER key


def _seq() -> Column[int]:
    return Column("seq", _SEQ, primary_key=True, autoincrement=True)


def _partial(name: str, condition: str, *columns: Column[Any]) -> None:
    Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


def _begun(name: str, column: Column[str]) -> None:
    """For whole texts and for their beginnings, byte by byte (`sql_search`)."""
    Index(name, column, postgresql_ops={column.name: "text_pattern_ops"})


inbox = Table(
    "inbox",
    metadata,
    _seq(),
    Column("channel", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", UtcMicros, nullable=False),
    Column("ready_at", UtcMicros, nullable=False),
    Column("done_at", UtcMicros),
    Column("trace", Text),
    UniqueConstraint("channel", "event_id"),
    sqlite_autoincrement=True,
)
_partial("inbox_undone", "done_at IS NULL", inbox.c.lane, inbox.c.seq)

# `ready_at`: NULL while the lane has nothing to do. `first_at`: the first event since the lane was last taken.
lane = Table(
    "lane",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ready_at", UtcMicros),
    Column("first_at", UtcMicros),
    Column("token", Text),
    Column("lease_until", UtcMicros),
)
_partial("lane_ready", "ready_at IS NOT NULL", lane.c.ready_at)

# `queued_since` repeats `waiting_since` only while the holder is `queued`: the queue is its index. `look_at`: when the
# routing must look at it again, NULL while nothing is to be done by itself.
conversation = Table(
    "conversation",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("buyer_id", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("team", Text),
    Column("queued_since", UtcMicros),
    Column("announced", Boolean, nullable=False),
    Column("updated_at", UtcMicros, nullable=False),
    Column("body", Text, nullable=False),
    Column("agent_id", Text),
    Column("waiting_since", UtcMicros),
    Column("look_at", UtcMicros),
    Column("urgency", Integer, nullable=False, server_default="5"),
    Column("buyer_name", Text),
)
_begun("conversation_id", conversation.c.id)
_begun("conversation_buyer", conversation.c.buyer_id)
_begun("conversation_name", conversation.c.buyer_name)
_partial("conversation_queue", "queued_since IS NOT NULL", conversation.c.queued_since)
_partial("conversation_team", "queued_since IS NOT NULL", conversation.c.team)
_partial("conversation_heat", "queued_since IS NOT NULL", conversation.c.urgency, conversation.c.queued_since)
_partial("conversation_agent", "agent_id IS NOT NULL", conversation.c.agent_id)
_partial("conversation_look", "look_at IS NOT NULL", conversation.c.look_at)
_partial("conversation_waits", "waiting_since IS NOT NULL", conversation.c.waiting_since)

message = Table(
    "message",
    metadata,
    _seq(),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcMicros, nullable=False),
    Column("source", Text),
    Column("recalled", Boolean, nullable=False),
    Column("turn_id", Text),
    Column("command_id", Text),
    Column("purpose", Text),
    UniqueConstraint("channel", "conversation_id", "id"),
    sqlite_autoincrement=True,
)
Index("message_thread", message.c.channel, message.c.conversation_id, message.c.seq)
Index("message_id", message.c.id)
Index("message_at", message.c.at)

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("buyer_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", UtcMicros, nullable=False),
    Column("updated_at", UtcMicros, nullable=False),
    Column("body", Text, nullable=False),
    Column("tracking_no", Text),
)
Index("orders_buyer", orders.c.buyer_id, orders.c.created_at)
_begun("orders_number", orders.c.id)
_begun("orders_tracking", orders.c.tracking_no)

items = Table(
    "items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("updated_at", UtcMicros, nullable=False),
    Column("body", Text, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", UtcMicros, nullable=False),
    Column("passed", Integer, nullable=False, server_default="0"),
    Column("spoke_at", UtcMicros),
)

# `due_at`: when the row may be taken; while `sending` that is the end of the lease; NULL once it is settled.
# `asked_at`: when the first message that a reply answers came in. `unsure`: a try ended without the channel's answer.
# `made`: of what the words were made, for `explain`; NULL for people's words.
outbox = Table(
    "outbox",
    metadata,
    _seq(),
    Column("id", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("by_bot", Boolean, nullable=False),
    Column("order_id", Text),
    Column("turn_id", Text),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("unsure", Boolean, nullable=False, server_default=false()),
    Column("due_at", UtcMicros),
    Column("deadline", UtcMicros, nullable=False),
    Column("token", Text),
    Column("error", Text),
    Column("created_at", UtcMicros, nullable=False),
    Column("sent_at", UtcMicros),
    Column("asked_at", UtcMicros),
    Column("trace", Text),
    Column("while_status", Text),
    Column("made", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)
_partial("outbox_note", "type = 'order.note'", outbox.c.order_id)
_partial("outbox_due", "due_at IS NOT NULL", outbox.c.due_at)
_partial("outbox_thread", "due_at IS NOT NULL", outbox.c.conversation_id)
_partial("outbox_order", "due_at IS NOT NULL", outbox.c.order_id)
_partial("outbox_lane", "due_at IS NOT NULL", outbox.c.lane, outbox.c.seq)
_partial("outbox_undelivered", "state IN ('dead', 'expired')", outbox.c.conversation_id)
_partial("outbox_letter", "state IN ('dead', 'expired', 'seen')", outbox.c.seq)

nudge = Table(
    "nudge",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("due_at", UtcMicros, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("command_id", Text),
    Column("buyer_id", Text, nullable=False, server_default=""),
    Column("purpose", Text, nullable=False, server_default="nudge"),
    Column("at", UtcMicros),
)
_partial("nudge_due", "state = 'planned'", nudge.c.due_at, nudge.c.order_id)
_partial("nudge_waiting", "state = 'planned'", nudge.c.buyer_id)
_partial("nudge_told", "at IS NOT NULL", nudge.c.buyer_id, nudge.c.at)
_partial("nudge_at", "at IS NOT NULL", nudge.c.at)
_partial("nudge_review", "state = 'needs_review'", nudge.c.due_at)
Index("nudge_command", nudge.c.command_id)

# `version`: of the operators' files; `given`: the facts, so that a replay needs no live shop.
turn = Table(
    "turn",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("at", UtcMicros, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("command_ids", JSON, nullable=False),
    Column("story", JSON, nullable=False),
    Column("before", Text),
    Column("version", Text),
    Column("given", Text),
)
Index("turn_at", turn.c.at)

# What is remembered of a buyer over all conversations; there is no row before there is anything to remember.
# `agreed_at`: since when the buyer wants to hear of offers; NULL for all who do not.
buyer = Table(
    "buyer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcMicros, nullable=False),
    Column("agreed_at", UtcMicros),
    Column("body", Text, nullable=False),
)
_partial("buyer_agreed", "agreed_at IS NOT NULL", buyer.c.id)

# `paused`: the kill switch. `cleared`: history from before `at` may be gone.
switch = Table(
    "switch",
    metadata,
    Column("name", Text, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("at", UtcMicros, nullable=False),
)

# What happened among people, only ever added to; `id` follows from the cause.
journal = Table(
    "journal",
    metadata,
    _seq(),
    Column("id", Text, nullable=False, unique=True),
    Column("at", UtcMicros, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text),
    Column("conversation_id", Text),
    Column("buyer_id", Text),
    Column("agent_id", Text),
    Column("team", Text),
    Column("data", JSON, nullable=False),
    sqlite_autoincrement=True,
)
Index("journal_at", journal.c.at)
Index("journal_conversation", journal.c.conversation_id)

commitment = Table(
    "commitment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("buyer_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcMicros, nullable=False),
    Column("team", Text, nullable=False),
    Column("due_at", UtcMicros),
    Column("agent_id", Text),
    Column("state", Text, nullable=False),
    Column("settled_by", Text),
    Column("settled_at", UtcMicros),
)
_partial("commitment_open", "state = 'open'", commitment.c.due_at)
Index("commitment_conversation", commitment.c.conversation_id)
Index("commitment_buyer", commitment.c.buyer_id)

handover = Table(
    "handover",
    metadata,
    Column("id", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("at", UtcMicros, nullable=False),
    Column("ended", JSON, nullable=False),
    Column("receiving", JSON, nullable=False),
    Column("made_at", UtcMicros, nullable=False),
    Column("live_at", UtcMicros),
)
Index("handover_at", handover.c.at)

handover_line = Table(
    "handover_line",
    metadata,
    Column("handover_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("buyer_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("waiting_since", UtcMicros),
    Column("due_at", UtcMicros),
    Column("commitment_id", Text),
    Column("agent_id", Text),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", UtcMicros),
    Column("escalated_at", UtcMicros),
    Column("handed_on", Text),
)
_partial("handover_line_open", "acknowledged_at IS NULL AND handed_on IS NULL", handover_line.c.handover_id)
Index("handover_line_buyer", handover_line.c.buyer_id)

issue = Table(
    "issue",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", UtcMicros, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", Text),
    Column("conversation_id", Text),
    Column("buyer_id", Text),
    Column("agent_id", Text),
    Column("turn_id", Text),
    Column("intent", Text),
    Column("topic", Text),
    Column("source", Text),
    Column("item_id", Text),
    Column("order_id", Text),
    Column("reason", Text),
    Column("settled_by", Text),
    Column("remedy", Text),
    Column("settled_at", UtcMicros),
)
Index("issue_at", issue.c.at)
Index("issue_buyer", issue.c.buyer_id)

notice = Table(
    "notice",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", UtcMicros, nullable=False),
    Column("kind", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("seen_by", Text),
    Column("seen_at", UtcMicros),
)
_partial("notice_unseen", "seen_at IS NULL", notice.c.at)

# Who may log in to the desk. `password`: a hash that carries its own salt and cost; `failures` since the last success.
account = Table(
    "account",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", UtcMicros),
    Column("disabled_at", UtcMicros),
    Column("made_at", UtcMicros, nullable=False),
    Column("changed_at", UtcMicros, nullable=False),
    Column("language", Text),
)

# Who is logged in. `digest`: of the browser's secret, which is kept nowhere; `seen_at`: when they last did something,
# `open_at`: when a desk of theirs was last known to stand open.
session = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("agent_id", Text, nullable=False),
    Column("made_at", UtcMicros, nullable=False),
    Column("seen_at", UtcMicros, nullable=False),
    Column("ends_at", UtcMicros, nullable=False),
    Column("open_at", UtcMicros),
)
Index("session_agent", session.c.agent_id)
Index("session_ends", session.c.ends_at)

# What everybody did at the desk, only ever added to. `agent_id`: who did it; `?` where the number is nobody's.
audit = Table(
    "audit",
    metadata,
    _seq(),
    Column("at", UtcMicros, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("channel", Text),
    Column("conversation_id", Text),
    Column("data", JSON, nullable=False),
    sqlite_autoincrement=True,
)
Index("audit_at", audit.c.at)
Index("audit_agent", audit.c.agent_id, audit.c.at)

# Pictures that buyers sent on our own page. `body`: base64, which a backup's lines can hold.
picture = Table(
    "picture",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_at", UtcMicros, nullable=False),
    Column("body", Text, nullable=False),
)
Index("picture_conversation", picture.c.conversation_id)
Index("picture_made", picture.c.made_at)

# Every set of the operators' files that was ever served. `manifest`: path -> digest of the file's text.
release = Table(
    "release",
    metadata,
    Column("version", Text, primary_key=True),
    Column("commit", Text),
    Column("at", UtcMicros, nullable=False),
    Column("manifest", JSON, nullable=False),
)

# Their texts, each kept once however many sets hold it.
release_text = Table(
    "release_text",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

# Which set is served: the last line; only ever added to. `why`: `files` or `rollback`; `by`: a process, or a person.
serving = Table(
    "serving",
    metadata,
    _seq(),
    Column("version", Text, nullable=False),
    Column("at", UtcMicros, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    sqlite_autoincrement=True,
)
