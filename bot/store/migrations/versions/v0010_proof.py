"""What each turn knew and of what each message was made; the operators' files as they were served.

In: version v0009. Out: version v0010. Never: the service's own tables module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0010"
down_revision = "v0009"
branch_labels = None
depends_on = None

_TEXT, _TIME = sa.Text(), sa.BigInteger()
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("made", sa.JSON()))
    op.add_column("turn", sa.Column("version", _TEXT))
    op.add_column("turn", sa.Column("given", _TEXT))
    op.create_table(
        "release",
        sa.Column("version", _TEXT, primary_key=True),
        sa.Column("commit", _TEXT),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
    )
    op.create_table(
        "release_text", sa.Column("digest", _TEXT, primary_key=True), sa.Column("body", _TEXT, nullable=False)
    )
    op.create_table(
        "serving",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("version", "by", "why")),
        sa.Column("at", _TIME, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for name in ("serving", "release_text", "release"):
        op.drop_table(name)
    for table, name in (("turn", "given"), ("turn", "version"), ("outbox", "made")):
        op.drop_column(table, name)
