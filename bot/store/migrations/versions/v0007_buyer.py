"""What is remembered of a buyer over all conversations.

In: version v0006. Out: version v0007. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buyer",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_at", sa.BigInteger()),
        sa.Column("body", sa.Text(), nullable=False),
    )
    where = sa.text("agreed_at IS NOT NULL")
    op.create_index("buyer_agreed", "buyer", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("buyer")
