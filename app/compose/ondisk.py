"""What of a project lies on the disk of its history, and grows with it or beside it."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from app.backup.book import BackupBook
from app.backup.nightly import nightly_of
from app.history.retention.room import Beside
from app.model.backup import backup_plan
from app.project.folder import ProjectFolder


def on_the_disk_of(folder: ProjectFolder, options: Mapping[str, object]) -> Beside:
    """Return what grows beside a project's history; blocks; raises `StoreBroken`.

    Nightly backups count where their folder is on the same disk, as many as are kept: each
    holds the whole project, and the next one more of it.
    """
    plan = backup_plan(options)
    apart = {folder.history, Path(plan.folder)}
    other = sum(
        _size(each)
        for each in folder.root.rglob("*")
        if apart.isdisjoint(each.parents) and each.is_file()
    )
    if not plan.folder or not _same_disk(Path(plan.folder), folder.root):
        return Beside(other_bytes=other)
    made = nightly_of(plan, BackupBook(folder.backups).all(), folder.root.name)
    there = sum(each.exists() for each in made[: plan.keep])
    return Beside(plan.keep, plan.keep - there, other)


def _same_disk(one: Path, other: Path) -> bool:
    """Whether both lie on one disk; a folder that is made only by the first backup does not."""
    with suppress(OSError):
        return one.stat().st_dev == other.stat().st_dev
    return False


def _size(file: Path) -> int:
    with suppress(OSError):  # it went meanwhile
        return file.stat().st_size
    return 0
