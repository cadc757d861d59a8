"""The good step, slowly, and telling where it is."""

import sys
import time

import sqlalchemy as sa
from alembic import op

from app.project.upgrade import CONFIG

revision = "9999"
down_revision = CONFIG.newest()


def upgrade() -> None:
    with op.batch_alter_table("device", recreate="always") as table:
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
    op.execute("DELETE FROM link")
    sys.stdout.write("half\n")
    sys.stdout.flush()
    time.sleep(60)
