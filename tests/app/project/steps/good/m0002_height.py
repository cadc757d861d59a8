"""Devices know their height above the sea, in metres; rebuilt, as most changes need."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("device", recreate="always") as table:
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
    op.execute("UPDATE device SET height_m = 12.5")
