"""The queue counted by group from an index alone, however many wait.

In: version v0004. Out: version v0005. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("queued_since IS NOT NULL")
    op.create_index("conversation_team", "conversation", ["team"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("conversation_team", "conversation")
