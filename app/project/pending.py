"""Files that take their places together: all of them or none, whenever the program is killed.

They are made in a folder of their own inside the project. One rename decides: before it
the project is the old one, and what was begun is swept away; after it the files go to
their places, now or when the project is opened next.
"""

import os
import re
import shutil
from pathlib import Path

from app.database import told
from app.project.folder import ProjectFolder
from app.users.privatefile import sync_folder

_UNFINISHED, _DECIDED = "import.part", "import.ready"
BEGUN = (".pack-", ".erasing-")  # folders in which a backup is made or gone through
_HALF = re.compile(r"\..+\.\d+\.part")
_BESIDE = ("-journal", "-wal", "-shm")  # of a database that is replaced; it was shut before


def work_folder(folder: ProjectFolder) -> Path:
    """Return an empty folder to prepare files in, as far from their places as can be undone.

    Only for who owns the project. Raises `StoreBroken`.
    """
    work = folder.root / _UNFINISHED
    with told(work):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
    return work


def decide(folder: ProjectFolder, staged: Path) -> None:
    """Let the files below ``staged``, inside the work folder, take their places.

    Each lies there as it shall lie in the project. All databases of the project must be
    shut. Raises `StoreBroken`; then, as after a kill, `settle` tells which way it went.
    """
    with told(staged):
        for file in staged.rglob("*"):
            if file.is_file():
                _sync(file)
        for below in [*(each for each in staged.rglob("*") if each.is_dir()), staged]:
            sync_folder(below)
        staged.rename(folder.root / _DECIDED)
        sync_folder(folder.root)
    settle(folder)


def settle(folder: ProjectFolder) -> None:
    """Finish what was decided and sweep away what was not; only for who owns the project.

    Raises `StoreBroken`; it may then be tried again.
    """
    decided, work = folder.root / _DECIDED, folder.root / _UNFINISHED
    with told(decided):
        if decided.is_dir():
            for file in sorted(each for each in decided.rglob("*") if each.is_file()):
                _put(file, folder.root / file.relative_to(decided))
            shutil.rmtree(decided)
            sync_folder(folder.root)
        for half in folder.backups.glob("*.part"):  # a kill cut it off; it holds names, too
            half.unlink()
        for half in (each for name in BEGUN for each in folder.backups.glob(f"{name}*")):
            shutil.rmtree(half, ignore_errors=True)
        for place in (folder.root, folder.profiles, folder.diagrams):
            for half in filter(_is_half, place.glob(".*.part")):
                half.unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)


def _is_half(file: Path) -> bool:
    """Whether a kill left it of a file that is replaced whole; the lock is not ours alone."""
    return _HALF.fullmatch(file.name) is not None and not file.name.startswith(".lock.")


def _put(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    for ending in _BESIDE:
        place.with_name(place.name + ending).unlink(missing_ok=True)
    file.replace(place)
    sync_folder(place.parent)


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
