"""What a project keeps so that writing to its devices is safe, over every restart."""

from typing import Any

from sqlalchemy import Engine

from app.ports import Clock
from app.project.folder import ProjectFolder
from app.project.intents import SqlIntents
from app.project.overrides import SqlOverrides
from app.users.secondrules import SqlSecondRules


def of_writing(config: Engine, folder: ProjectFolder, now: Clock) -> dict[str, Any]:
    """Return wishes sent, overrides, and for what a second person is wanted, by their names."""
    return {
        "intents": SqlIntents(config, folder.config, now),
        "overrides": SqlOverrides(config, folder.config),
        "second": SqlSecondRules(config, folder.config),
    }
