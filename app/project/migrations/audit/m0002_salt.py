"""A salt for each entry, so that a redacted one cannot be guessed from its hash."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add the column; entries of before have none."""
    op.add_column("audit", sa.Column("salt", sa.String(32), nullable=True))
