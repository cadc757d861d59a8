"""Notes, and documents that have versions and can be taken off the list."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Make the table of notes; every document of before is the first of its own series."""
    op.create_table(
        "note",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("point", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_note"),
    )
    op.create_index("ix_note_device", "note", ["device"])
    op.add_column("document", sa.Column("series", sa.String(64), nullable=True))
    op.add_column("document", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column(
        "document", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_document_series", "document", ["series"])
    op.execute("UPDATE document SET series = id, version = 1")
