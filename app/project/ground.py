"""The folder of a project that is to be: empty, or swept after a creation that was stopped."""

from contextlib import suppress
from pathlib import Path

from app.errors import BadInput
from app.project.folder import ProjectFolder, is_project


def clear_the_ground(folder: ProjectFolder) -> None:
    """Make the folder ready for a new project; nothing of anybody else is ever removed."""
    root, begun = folder.root, unfinished(folder)
    if is_project(root):
        raise BadInput(f"{root} is a Heatdesk project already: open it")
    try:
        if begun.is_file():
            _remove_what_we_began(folder)
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(root.iterdir()):
            raise BadInput(f"{root} is not empty and no Heatdesk project: choose a new folder")
        begun.touch()
    except OSError as error:
        raise BadInput(f"a project cannot be made in {root}: {error}") from error


def _remove_what_we_began(folder: ProjectFolder) -> None:
    """Sweep up after a creation that was stopped half-way: our own names and no others."""
    for file in (folder.config, folder.journal, folder.audit):
        for ending in ("", "-journal", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
    for file in (folder.secrets, folder.audit_head, unfinished(folder)):
        file.unlink(missing_ok=True)
    sweep_parts(folder)
    for empty in folder.sub_folders():
        if empty.is_dir():
            empty.rmdir()


def sweep_parts(folder: ProjectFolder) -> None:
    """Remove what a kill left of files that were about to be replaced; only their owner may."""
    for file in (folder.secrets, folder.audit_head, folder.mark):
        for part in folder.root.glob(f".{file.name}.*.part"):
            with suppress(OSError):  # it is in nobody's way
                part.unlink()


def unfinished(folder: ProjectFolder) -> Path:
    """Return the mark of a creation under way."""
    return folder.root / "project.unfinished"
