"""Accounts, log-ins and the audit log of the desk; pictures that buyers send on our own page; what is searched for.

In: version v0008. Out: version v0009. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0009"
down_revision = "v0008"
branch_labels = None
depends_on = None

_TEXT, _TIME = sa.Text(), sa.BigInteger()
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = {
    "session_agent": ("session", ["agent_id"]),
    "session_ends": ("session", ["ends_at"]),
    "audit_at": ("audit", ["at"]),
    "audit_agent": ("audit", ["agent_id", "at"]),
    "picture_conversation": ("picture", ["conversation_id"]),
    "picture_made": ("picture", ["made_at"]),
}
#: Found by whole texts and by their beginnings.
_BEGUN = {
    "conversation_id": ("conversation", "id"),
    "conversation_buyer": ("conversation", "buyer_id"),
    "conversation_name": ("conversation", "buyer_name"),
    "orders_number": ("orders", "id"),
    "orders_tracking": ("orders", "tracking_no"),
}
#: New columns, and how they are filled from the bodies on SQLite and on PostgreSQL.
_NEW = {
    ("conversation", "buyer_name"): (
        "UPDATE conversation SET buyer_name = json_extract(body, '$.buyer_name')",
        "UPDATE conversation SET buyer_name = body::json ->> 'buyer_name'",
    ),
    ("orders", "tracking_no"): (
        "UPDATE orders SET tracking_no = json_extract(body, '$.tracking_no')",
        "UPDATE orders SET tracking_no = body::json ->> 'tracking_no'",
    ),
}


def upgrade() -> None:
    _make_searchable()
    op.create_table(
        "account",
        sa.Column("agent_id", _TEXT, primary_key=True),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("name", "role", "password")),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _TIME),
        sa.Column("disabled_at", _TIME),
        *(sa.Column(name, _TIME, nullable=False) for name in ("made_at", "changed_at")),
        sa.Column("language", _TEXT),
    )
    op.create_table(
        "session",
        sa.Column("digest", _TEXT, primary_key=True),
        sa.Column("agent_id", _TEXT, nullable=False),
        *(sa.Column(name, _TIME, nullable=False) for name in ("made_at", "seen_at", "ends_at")),
        sa.Column("open_at", _TIME),
    )
    _create_audit()
    op.create_table(
        "picture",
        sa.Column("id", _TEXT, primary_key=True),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("channel", "conversation_id", "kind", "body")),
        sa.Column("made_at", _TIME, nullable=False),
    )
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)


def _make_searchable() -> None:
    """What the new columns hold stands in the bodies."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for (table, column), fills in _NEW.items():
        op.add_column(table, sa.Column(column, _TEXT))
        op.execute(fills[is_postgres])
    for name in ("conversation_id", "conversation_buyer"):
        op.drop_index(name, "conversation")
    for name, (table, column) in _BEGUN.items():
        op.create_index(name, table, [column], postgresql_ops={column: "text_pattern_ops"})


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("agent_id", "act")),
        *(sa.Column(name, _TEXT) for name in ("channel", "conversation_id")),
        sa.Column("data", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for name, (table, _) in _BEGUN.items():
        op.drop_index(name, table)
    for table, column in _NEW:
        op.drop_column(table, column)
    op.create_index("conversation_id", "conversation", ["id"])
    op.create_index("conversation_buyer", "conversation", ["buyer_id"])
    for name in ("account", "session", "audit", "picture"):
        op.drop_table(name)
