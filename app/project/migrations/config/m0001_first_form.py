"""The first form of the configuration: accounts, versions, the plant, files."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the tables."""
    _accounts()
    _versions()
    _plant_and_links()
    _devices_and_rules()
    _documents()


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_account"),
    )


def _versions() -> None:
    op.create_table(
        "version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_version"),
    )


def _plant_and_links() -> None:
    _held(
        "plant",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column("logo", sa.String(64), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
    )
    _held(
        "link",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
    )


def _devices_and_rules() -> None:
    _held(
        "device",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
    )
    _held(
        "rule",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("point", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("limit_value", sa.Float(), nullable=True),
        sa.Column("deadband", sa.Float(), nullable=False),
        sa.Column("on_delay_s", sa.Float(), nullable=False),
        sa.Column("off_delay_s", sa.Float(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("device", sa.String(64), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("path", name="uq_document_path"),
    )
    op.create_index("ix_document_device", "document", ["device"])


def _held(name: str, *columns: sa.Column[object]) -> None:
    """Make a table whose rows hold from one version until another, one open row an id."""
    op.create_table(
        name,
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        *columns,
        sa.ForeignKeyConstraint(["since"], ["version.number"], name=f"fk_{name}_since_version"),
        sa.ForeignKeyConstraint(["until"], ["version.number"], name=f"fk_{name}_until_version"),
        sa.PrimaryKeyConstraint("row_id", name=f"pk_{name}"),
    )
    still_open = sa.text("until IS NULL")
    op.create_index(
        f"ix_{name}_id",
        name,
        ["id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index(f"ix_{name}_until", name, ["until"])
