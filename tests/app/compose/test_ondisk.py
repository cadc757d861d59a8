"""What grows on a disk beside a history: journals, documents, and backups of all of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.backup.book import BackupBook
from app.backup.nightly import name_for
from app.compose import ondisk
from app.compose.ondisk import on_the_disk_of
from app.history.retention.room import Beside
from app.model.backup import Backup, BackupPlan
from app.project.folder import ProjectFolder

NOW = datetime(2026, 6, 5, tzinfo=UTC)
MB = 1_000_000


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """A project of three megabytes besides its history, which has more."""
    folder = ProjectFolder(tmp_path / "nordby")
    for name, size in (("journal.sqlite", 2), ("documents/plan.pdf", 1), ("history/2026", 9)):
        file = folder.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size * MB))
    folder.backups.mkdir(exist_ok=True)
    return folder


def backed_up(project: ProjectFolder, target: Path, count: int, *, gone: int = 0) -> None:
    """Make nightly backups, of which the oldest were taken away by hand."""
    target.mkdir(parents=True, exist_ok=True)
    book = BackupBook(project.backups)
    for night in range(count):
        at = NOW + timedelta(days=night)
        file = target / name_for(project.root.name, at)
        if night >= gone:
            file.write_bytes(bytes(MB))
        book.add(_backup(file, at))
    book.add(_backup(target / "by-hand.zip", NOW))


def _backup(file: Path, at: datetime) -> Backup:
    return Backup(str(file), at, MB, 3, sealed=False, carried=False, verified=True)


def plan(target: Path, keep: int = 7) -> dict[str, int | str | bool]:
    return BackupPlan(str(target), keep=keep).options()


def test_without_a_plan_the_rest_of_the_project_grows_alone(project: ProjectFolder) -> None:
    assert on_the_disk_of(project, {}) == Beside(0, 0, 3 * MB)


def test_nightly_backups_on_the_same_disk_count_as_many_as_are_kept(
    project: ProjectFolder, tmp_path: Path
) -> None:
    backed_up(project, tmp_path / "nights", 3, gone=1)
    found = on_the_disk_of(project, plan(tmp_path / "nights"))
    assert (found.copies, found.to_come) == (7, 5)
    assert on_the_disk_of(project, plan(tmp_path / "nights", keep=2)).to_come == 0


def test_backups_in_the_projects_own_folder_are_no_part_of_it(project: ProjectFolder) -> None:
    backed_up(project, project.root / "nights", 2)
    inside = on_the_disk_of(project, plan(project.root / "nights"))
    assert inside.other_bytes == 3 * MB + (project.backups / "made.json").stat().st_size
    assert (inside.copies, inside.to_come) == (7, 5)


def test_backups_on_another_disk_take_no_room_here(
    project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(project, tmp_path / "nights", 2)
    assert on_the_disk_of(project, plan(tmp_path / "not there")).copies == 0
    monkeypatch.setattr(ondisk, "_same_disk", lambda _one, _other: False)
    assert on_the_disk_of(project, plan(tmp_path / "nights")).copies == 0
