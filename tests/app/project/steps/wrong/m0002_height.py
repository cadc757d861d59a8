"""A step that says it is done and is not."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    return None
