"""A project's health, with what only the composed product knows: its profiles."""

from pathlib import Path

from app.profiles.loader import load_all
from app.project.check import Finding, Severity, check_project
from app.project.folder import ProjectFolder
from app.words import _


def check(project: Path) -> list[Finding]:
    """Look at everything in a project and return what is worth telling."""
    loaded = load_all([ProjectFolder(project).profiles])
    advice = _("Mend the file; devices of this profile are not served until then.")
    broken = [
        Finding(Severity.ERROR, f"{error.file}:{error.line}", error.sentence, advice)
        for error in loaded.errors
    ]
    return [*check_project(project, profiles=set(loaded.profiles)), *broken]
