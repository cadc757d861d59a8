"""Half a step, then something the database refuses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("device", recreate="always") as table:
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
    op.execute("DELETE FROM link")
    op.execute("UPDATE nowhere SET height_m = 12.5")
