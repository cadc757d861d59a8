"""The good step, and versions that rows still point at are gone."""

import sqlalchemy as sa
from alembic import op

from app.project.upgrade import CONFIG

revision = "9999"
down_revision = CONFIG.newest()


def upgrade() -> None:
    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
    op.execute("DELETE FROM version")
