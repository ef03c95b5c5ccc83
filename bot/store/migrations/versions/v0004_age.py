"""Turns found by their age.

In: version v0003. Out: version v0004. Never: the service's own tables module, which moves on.
"""

from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("turn_at", "turn", ["at"])


def downgrade() -> None:
    op.drop_index("turn_at", "turn")
