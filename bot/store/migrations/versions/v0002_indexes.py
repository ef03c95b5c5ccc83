"""Indexes for what grows: conversations by their id alone, commands that did not arrive.

In: version v0001. Out: version v0002. Never: a row changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("conversation_id", "conversation", ["id"])
    lost = sa.text("state IN ('dead', 'expired')")
    columns = ["channel", "conversation_id"]
    op.create_index("outbox_undelivered", "outbox", columns, sqlite_where=lost, postgresql_where=lost)


def downgrade() -> None:
    op.drop_index("outbox_undelivered", "outbox")
    op.drop_index("conversation_id", "conversation")
