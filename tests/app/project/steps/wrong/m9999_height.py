"""A step that says it is done and is not."""

from app.project.upgrade import CONFIG

revision = "9999"
down_revision = CONFIG.newest()


def upgrade() -> None:
    return None
