"""A project's health, with what only the composed product knows: its profiles."""

from collections.abc import Iterator
from pathlib import Path

from app.profiles.loader import load_all
from app.profiles.meters import FOLDER, load_meters
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
    meters = _("Mend the file; until then its meters are read by the standard alone.")
    broken += [
        Finding(Severity.ERROR, f"{FOLDER}/{error.file}:{error.line}", error.sentence, meters)
        for error in load_meters([project / FOLDER]).errors
    ]
    known = check_project(project, profiles=set(loaded.profiles))
    return [*known, *broken, *_pictures(ProjectFolder(project).diagrams)]


def _pictures(folder: Path) -> Iterator[Finding]:
    """Find what is wrong with the project's own pictures, by file and line."""
    from flowdiagrams.document import load

    advice = _("Mend the file; the rest of the picture is drawn meanwhile.")
    for file in sorted(folder.glob("*.json")):
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            yield Finding(Severity.ERROR, str(file), str(error), advice)
            continue
        for fault in load(text, file.name)[1]:
            place, _colon, sentence = fault.partition(": ")
            yield Finding(Severity.ERROR, place, sentence, advice)
