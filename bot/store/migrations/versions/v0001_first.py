"""The first schema.

In: an empty database. Out: version v0001. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None
branch_labels = None
depends_on = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _conversation()
    _inbox()
    _items()
    _lane()
    _message()
    _nudge()
    _orders()
    _outbox()
    _presence()
    _switch()
    _turn()


def downgrade() -> None:
    for table in (
        "conversation",
        "inbox",
        "items",
        "lane",
        "message",
        "nudge",
        "orders",
        "outbox",
        "presence",
        "switch",
        "turn",
    ):
        op.drop_table(table)


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("queued_since", sa.BigInteger()),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "id"),
    )
    op.create_index("conversation_buyer", "conversation", ["buyer_id"])
    _partial("conversation_queue", "conversation", ["queued_since"], "queued_since IS NOT NULL")


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("channel", "event_id"),
        sqlite_autoincrement=True,
    )
    _partial("inbox_undone", "inbox", ["lane", "seq"], "done_at IS NULL")


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _lane() -> None:
    op.create_table(
        "lane",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.BigInteger()),
        sa.Column("first_at", sa.BigInteger()),
        sa.Column("token", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial("lane_ready", "lane", ["ready_at"], "ready_at IS NOT NULL")


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("recalled", sa.Boolean(), nullable=False),
        sa.Column("turn_id", sa.Text()),
        sa.Column("command_id", sa.Text()),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("channel", "conversation_id", "id"),
        sqlite_autoincrement=True,
    )
    op.create_index("message_id", "message", ["id"])
    op.create_index("message_thread", "message", ["channel", "conversation_id", "seq"])


def _nudge() -> None:
    op.create_table(
        "nudge",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("command_id", sa.Text()),
        sa.PrimaryKeyConstraint("order_id", "step"),
    )
    op.create_index("nudge_command", "nudge", ["command_id"])
    _partial("nudge_due", "nudge", ["due_at"], "state = 'planned'")


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("orders_buyer", "orders", ["buyer_id", "created_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("by_bot", sa.Boolean(), nullable=False),
        sa.Column("order_id", sa.Text()),
        sa.Column("turn_id", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    _partial("outbox_due", "outbox", ["due_at"], "due_at IS NOT NULL")
    _partial("outbox_lane", "outbox", ["lane", "seq"], "due_at IS NOT NULL")
    _partial("outbox_order", "outbox", ["order_id"], "due_at IS NOT NULL")
    _partial("outbox_thread", "outbox", ["conversation_id"], "due_at IS NOT NULL")


def _presence() -> None:
    op.create_table(
        "presence",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id"),
    )


def _switch() -> None:
    op.create_table(
        "switch",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _turn() -> None:
    op.create_table(
        "turn",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("command_ids", sa.JSON(), nullable=False),
        sa.Column("story", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
