"""Whether a project, or a backup of one, is whole to the last byte that counts."""

from collections.abc import Iterator
from pathlib import Path

from app.backup.opening import faults_of_backup
from app.compose.checking import check
from app.errors import BadInput
from app.history.inspecting import faults_of_file, history_files
from app.project.check import Severity
from app.project.folder import ProjectFolder, is_project
from app.words import _


def faults_of(place: Path, passphrase: str = "") -> Iterator[str]:
    """Yield what is broken, a sentence each; nothing where all is whole.

    Of a project: its databases, the chain and the archives of the activity log, documents
    by their sums, and every block of the history. Of a backup: every part besides. Nothing
    is changed, and a running core is not disturbed.

    Raises `BadInput` for what is neither.
    """
    if place.is_file():
        yield from faults_of_backup(place, passphrase)
        return
    if not is_project(place):
        raise BadInput(_("{place} is no project and no backup").format(place=place))
    for each in check(place):
        if each.severity is Severity.ERROR or each.place.endswith("documents"):
            yield f"{each.place}: {each.sentence}"
    for file in history_files(ProjectFolder(place).history):
        yield from faults_of_file(file)
