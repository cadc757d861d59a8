"""Alarms found in readings that came late, and the way to all alarms of a rule."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add the column and the index; what is written down was raised in its time."""
    op.add_column("alarm", sa.Column("historical", sa.Boolean(), nullable=True))
    op.create_index("ix_alarm_rule", "alarm", ["rule"])
