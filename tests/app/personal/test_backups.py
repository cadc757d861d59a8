"""An erasure goes through the backups of a project; a sealed one is left, and it says so."""

import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from app.backup.making import ENDING
from app.backup.opening import faults_of_backup, restore
from app.history.store import EmbeddedHistory
from app.model.customer import AskedBy, ErasureProof, ErasureWish
from app.model.reading import PointId
from app.personal.backups import backups_elsewhere
from app.project.folder import ProjectFolder
from app.project.opening import open_project
from tests.app.history.plant import FAR_OFF, LONG_AGO
from tests.app.personal.house import (
    HIS,
    NEXT_DOOR,
    NOW,
    PASSWORD,
    Clock,
    make_house,
    running,
    seed,
    traces_in,
)
from tests.journeys.smallsite import at_home

PHRASE = "seven green valves at noon"


class Erased:
    """A house with three backups, after one of its residents was erased."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home / "house"
        self.plain = self.folder / "backups" / f"plain{ENDING}"
        self.sealed = self.folder / "backups" / f"sealed{ENDING}"
        self.clock = Clock(NOW)
        make_house(self.folder)
        with running(self.folder, self.clock) as joined:
            ask, asked, viewer = joined.ask, joined.asked, joined.viewer
            him = seed(joined, self.folder, self.clock)
            ask(asked.backups.make(viewer, str(self.plain)))
            ask(asked.backups.make(viewer, str(self.sealed), PHRASE))
            self.away = home / "a disk of their own" / f"nightly{ENDING}"
            self.away.parent.mkdir()
            ask(asked.backups.make(viewer, str(self.away)))
            self.older = home / f"older{ENDING}"
            self.older.write_bytes(self.plain.read_bytes())
            self.damaged = self.folder / "history" / "quarantine" / "1-2026"
            self.damaged.mkdir(parents=True)
            year = self.folder / "history" / "2026.sqlite"
            (self.damaged / "2026.sqlite.broken").write_bytes(year.read_bytes())
            wish = ErasureWish(him.id, him.version, AskedBy.RESIDENT, "case 7")
            self.proof: ErasureProof = ask(asked.customers.erase(viewer, wish, PASSWORD))


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    home = tmp_path_factory.mktemp("erased")
    with at_home(home):
        return Erased(home)


def power(folder: Path, device: str) -> int:
    with closing(EmbeddedHistory(folder / "history")) as store:
        point = PointId(f"{device}.power")
        return len(store.range(point, LONG_AGO, FAR_OFF, "quarter"))


def test_the_open_backup_names_him_nowhere_and_is_whole(erased: Erased, tmp_path: Path) -> None:
    assert zipfile.is_zipfile(erased.plain)
    assert list(faults_of_backup(erased.plain)) == []
    restore(erased.plain, tmp_path / "restored")
    assert traces_in(tmp_path / "restored") == []
    assert power(tmp_path / "restored", HIS) < power(tmp_path / "restored", NEXT_DOOR)


def test_what_lies_in_quarantine_goes_and_the_others_lose_nothing(erased: Erased) -> None:
    assert list(erased.damaged.glob("*.broken*")) == []
    assert erased.proof.counts["damaged history files"] == 1
    assert erased.proof.counts["readings"] > 100
    assert power(erased.folder, NEXT_DOOR) == 130 * 24
    assert power(erased.folder, HIS) < 130 * 24


def test_the_sealed_one_is_left_and_the_record_says_so(erased: Erased) -> None:
    assert f"backups/sealed{ENDING}" in erased.proof.left
    assert f"backups/plain{ENDING}" not in erased.proof.left
    assert list(faults_of_backup(erased.sealed, PHRASE)) == []


def test_one_that_lies_elsewhere_is_left_and_the_record_says_where(erased: Erased) -> None:
    assert str(erased.away) in erased.proof.left
    assert list(faults_of_backup(erased.away)) == []


def test_a_list_of_backups_that_is_damaged_is_told_in_the_record(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    folder.backups.mkdir()
    assert backups_elsewhere(folder) == []
    (folder.backups / "made.json").write_text("[{", "utf-8")
    (said,) = backups_elsewhere(folder)
    assert "tells no longer which backups there are" in said


def test_an_older_backup_that_is_restored_does_not_bring_him_back(
    erased: Erased, tmp_path: Path
) -> None:
    from app.compose.restoring import restored

    with at_home(erased.home):
        target = tmp_path / "restored"
        done = restored(erased.older, target, "")
        assert done.locked == ""
        assert traces_in(target) == []
        with closing(open_project(target)) as project:
            assert project.audit.verify() == ""
        assert power(target, HIS) == power(erased.folder, HIS)
