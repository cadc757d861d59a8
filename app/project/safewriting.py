"""What a project keeps so that writing to its devices is safe, over every restart."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.ports import Clock
from app.project.intents import SqlIntents
from app.project.overrides import SqlOverrides
from app.project.statements import SqlStatements
from app.users.secondrules import SqlSecondRules


def of_writing(config: Engine, file: Path, now: Clock) -> dict[str, Any]:
    """Return what is written on the way to a changed plant or figure, each by its name."""
    return {
        "intents": SqlIntents(config, file, now),
        "overrides": SqlOverrides(config, file),
        "second": SqlSecondRules(config, file),
        "statements": SqlStatements(config, file, now),
    }
