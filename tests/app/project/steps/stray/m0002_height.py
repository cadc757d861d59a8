"""The good step, and versions that rows still point at are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
    op.execute("DELETE FROM version")
