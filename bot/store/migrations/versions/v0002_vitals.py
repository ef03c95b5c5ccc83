"""What people must see to, found without a search; since when a buyer waits; where a trace goes on.

In: version v0001. Out: version v0002. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"
branch_labels = None
depends_on = None

_INDEXES = {
    "outbox_undelivered": ("outbox", "conversation_id", "state IN ('dead', 'expired')"),
    "nudge_review": ("nudge", "due_at", "state = 'needs_review'"),
}


def upgrade() -> None:
    op.add_column("inbox", sa.Column("trace", sa.Text()))
    op.add_column("outbox", sa.Column("asked_at", sa.BigInteger()))
    op.add_column("outbox", sa.Column("trace", sa.Text()))
    for name, (table, column, condition) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("outbox", "trace")
    op.drop_column("outbox", "asked_at")
    op.drop_column("inbox", "trace")
