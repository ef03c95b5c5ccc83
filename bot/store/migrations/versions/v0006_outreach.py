"""The ledger of nudges knows whose each line is, what it is for and when it was settled; notes on orders are found.

In: version v0005. Out: version v0006. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"
branch_labels = None
depends_on = None

_PARTIAL = {
    "nudge_due": ("nudge", "state = 'planned'", ["due_at", "order_id"]),
    "nudge_waiting": ("nudge", "state = 'planned'", ["buyer_id"]),
    "nudge_told": ("nudge", "at IS NOT NULL", ["buyer_id", "at"]),
    "nudge_at": ("nudge", "at IS NOT NULL", ["at"]),
    "outbox_note": ("outbox", "type = 'order.note'", ["order_id"]),
}
_OWNERS = """UPDATE nudge SET buyer_id = COALESCE((SELECT buyer_id FROM orders WHERE orders.id = nudge.order_id), '')"""
_SENT = """UPDATE nudge SET at = COALESCE((SELECT created_at FROM outbox WHERE outbox.id = nudge.command_id), due_at)
WHERE state IN ('sending', 'sent', 'needs_review')"""


def upgrade() -> None:
    op.add_column("nudge", sa.Column("buyer_id", sa.Text(), nullable=False, server_default=""))
    op.add_column("nudge", sa.Column("purpose", sa.Text(), nullable=False, server_default="nudge"))
    op.add_column("nudge", sa.Column("at", sa.BigInteger()))
    op.add_column("outbox", sa.Column("while_status", sa.Text()))
    op.execute(_OWNERS)
    op.execute(_SENT)
    op.execute("UPDATE outbox SET while_status = 'unpaid' WHERE purpose = 'nudge'")
    op.drop_index("nudge_due", "nudge")
    for name, (table, condition, columns) in _PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _, _) in _PARTIAL.items():
        op.drop_index(name, table)
    where = sa.text("state = 'planned'")
    op.create_index("nudge_due", "nudge", ["due_at"], sqlite_where=where, postgresql_where=where)
    op.drop_column("outbox", "while_status")
    for name in ("at", "purpose", "buyer_id"):
        op.drop_column("nudge", name)
