"""Who has each conversation, what people owe, and the notebooks they leave.

In: version v0007. Out: version v0008. Never: the service's own tables module, which moves on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0008"
down_revision = "v0007"
branch_labels = None
depends_on = None

_TEXT, _TIME = sa.Text(), sa.BigInteger()
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("journal", "commitment", "handover", "handover_line", "issue", "notice")
_PARTIAL = {
    "conversation_agent": ("conversation", "agent_id IS NOT NULL", ["agent_id"]),
    "conversation_look": ("conversation", "look_at IS NOT NULL", ["look_at"]),
    "conversation_waits": ("conversation", "waiting_since IS NOT NULL", ["waiting_since"]),
    "conversation_heat": ("conversation", "queued_since IS NOT NULL", ["urgency", "queued_since"]),
    "commitment_open": ("commitment", "state = 'open'", ["due_at"]),
    "handover_line_open": ("handover_line", "acknowledged_at IS NULL AND handed_on IS NULL", ["handover_id"]),
    "notice_unseen": ("notice", "seen_at IS NULL", ["at"]),
}
_PLAIN = {
    "message_at": ("message", ["at"]),
    "journal_at": ("journal", ["at"]),
    "journal_conversation": ("journal", ["conversation_id"]),
    "commitment_conversation": ("commitment", ["conversation_id"]),
    "commitment_buyer": ("commitment", ["buyer_id"]),
    "handover_at": ("handover", ["at"]),
    "handover_line_buyer": ("handover_line", ["buyer_id"]),
    "issue_at": ("issue", ["at"]),
    "issue_buyer": ("issue", ["buyer_id"]),
}

# What the bot said a line for, as far as its command is still known.
_PURPOSES = (
    "UPDATE message SET purpose = (SELECT outbox.purpose FROM outbox WHERE outbox.id = message.command_id) "
    "WHERE command_id IS NOT NULL"
)


def _needed(name: str, kind: sa.Text | sa.BigInteger | sa.Integer | sa.JSON = _TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("agent_id", _TEXT))
    op.add_column("conversation", sa.Column("waiting_since", _TIME))
    op.add_column("conversation", sa.Column("look_at", _TIME))
    op.add_column("conversation", sa.Column("urgency", sa.Integer(), nullable=False, server_default="5"))
    op.execute("UPDATE conversation SET waiting_since = queued_since, look_at = queued_since")
    op.add_column("message", sa.Column("purpose", _TEXT))
    op.execute(_PURPOSES)
    op.add_column("presence", sa.Column("passed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("presence", sa.Column("spoke_at", _TIME))
    for create in (_create_journal, _create_commitment, _create_handovers, _create_issue, _create_notice):
        create()
    for name, (table, columns) in _PLAIN.items():
        op.create_index(name, table, columns)
    for name, (table, condition, columns) in _PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        sa.Column("id", _TEXT, nullable=False, unique=True),
        _needed("at", _TIME), _needed("kind"), sa.Column("channel", _TEXT), sa.Column("conversation_id", _TEXT),
        sa.Column("buyer_id", _TEXT), sa.Column("agent_id", _TEXT), sa.Column("team", _TEXT),
        _needed("data", sa.JSON()),
        sqlite_autoincrement=True,
    )  # fmt: skip


def _create_commitment() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", _TEXT, primary_key=True),
        _needed("channel"), _needed("conversation_id"), _needed("buyer_id"), _needed("kind"), _needed("text"),
        _needed("made_by"), _needed("made_at", _TIME), _needed("team"), sa.Column("due_at", _TIME),
        sa.Column("agent_id", _TEXT), _needed("state"), sa.Column("settled_by", _TEXT), sa.Column("settled_at", _TIME),
    )  # fmt: skip


def _create_handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", _TEXT, primary_key=True),
        _needed("team"), _needed("at", _TIME), _needed("ended", sa.JSON()), _needed("receiving", sa.JSON()),
        _needed("made_at", _TIME), sa.Column("live_at", _TIME),
    )  # fmt: skip
    op.create_table(
        "handover_line",
        sa.Column("handover_id", _TEXT, primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _needed("kind"), _needed("channel"), _needed("conversation_id"), _needed("buyer_id"), _needed("text"),
        _needed("urgency", sa.Integer()), sa.Column("waiting_since", _TIME), sa.Column("due_at", _TIME),
        sa.Column("commitment_id", _TEXT), sa.Column("agent_id", _TEXT), sa.Column("acknowledged_by", _TEXT),
        sa.Column("acknowledged_at", _TIME), sa.Column("escalated_at", _TIME), sa.Column("handed_on", _TEXT),
    )  # fmt: skip


def _create_issue() -> None:
    op.create_table(
        "issue",
        sa.Column("id", _TEXT, primary_key=True),
        _needed("at", _TIME), _needed("kind"), _needed("text"),
        *(sa.Column(name, _TEXT) for name in (
            "channel", "conversation_id", "buyer_id", "agent_id", "turn_id", "intent", "topic", "source", "item_id",
            "order_id", "reason", "settled_by", "remedy",
        )),
        sa.Column("settled_at", _TIME),
    )  # fmt: skip


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", _TEXT, primary_key=True),
        _needed("at", _TIME), _needed("kind"), _needed("team"), _needed("data", sa.JSON()),
        sa.Column("seen_by", _TEXT), sa.Column("seen_at", _TIME),
    )  # fmt: skip


def downgrade() -> None:
    for name in ("conversation_agent", "conversation_look", "conversation_waits", "conversation_heat"):
        op.drop_index(name, "conversation")
    op.drop_index("message_at", "message")
    for name in _TABLES:
        op.drop_table(name)
    op.drop_column("presence", "spoke_at")
    op.drop_column("presence", "passed")
    op.drop_column("message", "purpose")
    for name in ("urgency", "look_at", "waiting_since", "agent_id"):
        op.drop_column("conversation", name)
