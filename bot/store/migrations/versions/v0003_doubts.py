"""Whether a command may have arrived; what a turn began from; conversations found by their id alone.

In: version v0002. Out: version v0003. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None

_LETTER = "state IN ('dead', 'expired', 'seen')"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("turn", sa.Column("before", sa.Text()))
    op.create_index("conversation_id", "conversation", ["id"])
    where = sa.text(_LETTER)
    op.create_index("outbox_letter", "outbox", ["seq"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("outbox_letter", "outbox")
    op.drop_index("conversation_id", "conversation")
    op.drop_column("turn", "before")
    op.drop_column("outbox", "unsure")
