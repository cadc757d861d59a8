"""What to do about a file of a project that is gone or damaged: the nearest copy there is."""

from contextlib import suppress
from pathlib import Path

from app.project.folder import ProjectFolder
from app.words import _


def way_back(folder: ProjectFolder, file: Path) -> str:
    """Return what to do to have ``file`` again, as a sentence; never raises.

    Heatdesk itself copies a database only before it brings it up to date: in a project
    that knew one version alone there is no copy, and nobody is sent to look for it.
    """
    copies: list[Path] = []
    with suppress(OSError):
        copies = sorted(folder.backups.glob(f"*-{file.stem}-*.sqlite"))
    if copies:
        return _(
            "Put its newest copy back, {copy}; what was entered after it was made is lost."
        ).format(copy=copies[-1])
    return _(
        "Heatdesk made no copy of it. Take it from your own backup of the project folder; "
        "without one, keep this folder as it is and begin anew with “heatdesk new”."
    )


def way_on(what_is_lost: str) -> str:
    """Return what to do about a file that Heatdesk can begin anew by itself."""
    return _(
        "Take the file from your own backup of the project folder; without one, move it "
        "out of the folder: {what_is_lost}"
    ).format(what_is_lost=what_is_lost)
