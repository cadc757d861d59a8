"""What people were given, when they chose their password, and the roles of a project."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Add the columns and the table; who has an account keeps it as it is."""
    for column in (
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given", sa.JSON(), nullable=True),
        sa.Column("is_guest", sa.Boolean(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
    ):
        op.add_column("account", column)
    op.execute("UPDATE account SET password_at = created_at, version = 1")
    op.create_table(
        "role",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("start_page", sa.String(64), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
    )
