"""``heatdesk backup``, ``verify`` and ``restore`` as an operator types them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.cli.main import run
from app.history.store import EmbeddedHistory
from app.project.folder import ProjectFolder
from app.project.opening import Administrator, create_project, open_project
from tests.app.history.plant import FAR_OFF, MIDNIGHT, plant_points, record_quarters
from tests.journeys.smallsite import LOGIN, NAME, PASSWORD, at_home

PHRASE = "seven green valves at noon"


class Desk:
    """A project and the files its operator types with."""

    def __init__(self, home: Path) -> None:
        self.home, self.root = home, home / "plant"
        self.word, self.phrase = home / "word", home / "phrase"
        self.word.write_text(f"{PASSWORD}\n", "utf-8")
        self.phrase.write_text(f"{PHRASE}\n", "utf-8")
        who = Administrator(LOGIN, NAME, PASSWORD)
        create_project(self.root, title="Plant", zone="Europe/Copenhagen", administrator=who)
        with closing(EmbeddedHistory(self.root / "history")) as store:
            record_quarters(store, plant_points(9), MIDNIGHT, 12)
            store.compact(FAR_OFF, lambda: True)

    def types(self, *words: object) -> int:
        return run([str(each) for each in words])

    def backs_up(self, out: Path, *more: object) -> int:
        person = ("--user", LOGIN, "--password-file", self.word)
        return self.types("backup", self.root, "--out", out, *person, *more)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk")
    with at_home(home):
        yield Desk(home)


def test_a_sealed_backup_is_made_verified_and_restored_elsewhere(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plant.heatdesk-backup"
    secret = ("--passphrase-file", desk.phrase)
    assert desk.backs_up(out, "--encrypt", *secret, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(out)
    assert told["size_bytes"] == out.stat().st_size
    assert (told["sealed"], told["verified"], told["carried"]) == (True, True, False)
    assert desk.types("verify", out, *secret) == 0
    assert "is whole: nothing is broken" in capsys.readouterr().out
    with at_home(tmp_path / "another computer"):
        target = tmp_path / "restored"
        assert desk.types("restore", out, target, *secret) == 0
        assert f"{target}: restored as of 20" in capsys.readouterr().out
        assert desk.types("verify", target) == 0
        with closing(open_project(target)) as project:
            assert project.door.let_in(LOGIN, PASSWORD).name == NAME
        assert desk.types("restore", out, target, *secret) == 2
        assert "is not empty" in capsys.readouterr().err


def test_the_activity_log_has_who_made_it_and_the_project_knows_of_it(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plain.heatdesk-backup"
    assert desk.backs_up(out) == 0
    said = capsys.readouterr().out.splitlines()
    assert "read back and whole" in said[0]
    assert "it is not sealed" in said[1]
    with closing(open_project(desk.root)) as project:
        entries = [each for each in project.audit.entries(9) if each.verb == "backups.make"]
    assert [each.result for each in entries[:2]] == ["done", "begun"]
    assert {each.login for each in entries} == {LOGIN}
    known = json.loads((ProjectFolder(desk.root).backups / "made.json").read_text("utf-8"))
    assert known[0]["file"] == str(out)
    with at_home(tmp_path / "another computer"):
        assert desk.types("restore", out, tmp_path / "restored") == 0
        assert "stay locked on this computer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--passphrase-file", "phrase"), "seals nothing without --encrypt"),
        (("--encrypt", "--passphrase-file", "short"), "at least 12 characters"),
    ],
)
def test_what_cannot_be_is_refused(
    desk: Desk,
    tmp_path: Path,
    more: tuple[str, ...],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (desk.home / "short").write_text("short\n", "utf-8")
    *options, file = more
    out = tmp_path / "x.heatdesk-backup"
    assert desk.backs_up(out, *options, desk.home / file) == 2
    assert says in capsys.readouterr().err
    assert not out.exists()
    assert desk.backs_up(tmp_path / "x.zip") == 2
    assert "ends with .heatdesk-backup" in capsys.readouterr().err


def test_verifying_a_project_names_each_file_that_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with at_home(tmp_path):
        desk = Desk(tmp_path)
        assert desk.types("verify", desk.root, "--json") == 0
        assert json.loads(capsys.readouterr().out)["sound"] is True
        file = desk.root / "history" / "2026.sqlite"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "UPDATE chunk SET packed = CAST(packed || x'00' AS BLOB) WHERE series = 2"
            )
            connection.execute("UPDATE series SET point = 'device-9.p9' WHERE id = 3")
            connection.commit()
        (desk.root / "audit.head").write_text("{}", "utf-8")
        assert desk.types("verify", desk.root) == 2
        said = capsys.readouterr().out
        assert "of its table chunk" in said
        assert "the name of point 3 does not fit its seal" in said
        assert "audit.sqlite" in said
        assert desk.types("verify", desk.root, "--json") == 2
        assert len(json.loads(capsys.readouterr().out)["faults"]) >= 3
        assert desk.types("verify", tmp_path / "nothing") == 2
        assert "is no project and no backup" in capsys.readouterr().err


def test_salvage_brings_back_what_lies_in_quarantine_and_says_what_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with at_home(tmp_path):
        desk = Desk(tmp_path)
        person = ("--user", LOGIN, "--password-file", desk.word)
        assert desk.types("salvage", desk.root, *person) == 0
        assert "no damaged history file waits" in capsys.readouterr().out
        history = desk.root / "history"
        with closing(sqlite3.connect(history / "2026.sqlite")) as connection:
            connection.execute("UPDATE chunk SET packed = x'00' WHERE series = 2")
            connection.commit()
        aside = history / "quarantine" / "1-2026"
        aside.mkdir(parents=True)
        (history / "2026.sqlite").rename(aside / "2026.sqlite.broken")
        assert desk.types("check", desk.root) == 0
        assert "heatdesk salvage" in capsys.readouterr().out
        assert desk.types("salvage", desk.root, *person) == 0
        said = capsys.readouterr().out.splitlines()
        assert said == [
            "2026.sqlite: 96 samples could be read, 96 of them were missing",
            "2026.sqlite: 1 block is damaged and is lost",
        ]
        assert desk.types("salvage", desk.root, "--again", "--json", *person) == 0
        told = json.loads(capsys.readouterr().out)
        assert told == {"file": "2026.sqlite", "samples": 96, "brought": 0, "unreadable": 1}
        assert desk.types("verify", desk.root) == 0
        capsys.readouterr()
        with closing(open_project(desk.root)) as project:
            entries = [e for e in project.audit.entries(9) if e.verb == "backups.salvage"]
        assert [each.result for each in entries[:2]] == ["done", "begun"]


def test_the_nightly_one_is_planned_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with at_home(tmp_path):
        desk = Desk(tmp_path)
        person = ("--user", LOGIN, "--password-file", desk.word)
        assert desk.types("backup", desk.root, *person) == 0
        assert capsys.readouterr().out == "no backup is made by itself\n"
        folder = tmp_path / "nightly"
        words = ("backup", desk.root, "--nightly", folder, "--keep", 4, *person)
        assert desk.types(*words) == 0
        said = f"every night at 2:00 into {folder}; 4 of them stay\n"
        assert capsys.readouterr().out == said
        assert desk.types("backup", desk.root, "--hour", 5, "--json", *person) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["plan"] == {"folder": str(folder), "hour": 5, "keep": 4, "sealed": False}
        assert (told["made"], told["trouble"]) == ([], "")
        assert desk.types("backup", desk.root, "--hour", 77, *person) == 2
        assert "0 to 23" in capsys.readouterr().err
        both = ("--out", tmp_path / "x.heatdesk-backup", "--nightly", "off")
        assert desk.types("backup", desk.root, *both, *person) == 2
        assert desk.types("backup", desk.root, "--nightly", "off", "--json", *person) == 0
        assert json.loads(capsys.readouterr().out)["plan"] is None
