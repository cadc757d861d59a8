"""Devices know their height above the sea, in metres; rebuilt, as most changes need."""

import sqlalchemy as sa
from alembic import op

from app.project.upgrade import CONFIG

revision = "9999"
down_revision = CONFIG.newest()


def upgrade() -> None:
    with op.batch_alter_table("device", recreate="always") as table:
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
    op.execute("UPDATE device SET height_m = 12.5")
