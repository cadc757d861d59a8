"""A project in one file while it is open, whatever is broken told, and the project again."""

import json
import random
import shutil
import sqlite3
import stat
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from app.backup.making import ENDING, make_backup
from app.backup.manifest import FORMAT, NAME, Manifest, read_manifest, renew_manifest
from app.backup.opening import LOOKING, CalledOff, faults_of_backup, opened, restore
from app.backup.service import BackupService
from app.compose.restoring import VERB, restored
from app.errors import BadInput, PlantError, SecretsLocked, StoreBroken
from app.history.store import EmbeddedHistory
from app.project.changes import ChangeDesk
from app.project.check import check_project, is_sound
from app.project.folder import ProjectFolder
from app.users.keyplaces import Keys
from tests.app.compose.handover.places import BEGIN, PHRASE, Place, plant_of
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    plant_points,
    record_quarters,
)

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
POINTS = plant_points(40)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A project with readings, files of people, a log and an old backup; nobody changes it."""
    place = Place(tmp_path_factory.mktemp("backed"), "office").new()
    place.change(plant_of("school", "harbour"))
    place.measured("school.supply", [70.0, None, 71.5], BEGIN)
    with closing(EmbeddedHistory(place.root / "history")) as store:
        record_quarters(store, POINTS, MIDNIGHT, 30)
        store.compact(FAR_OFF, lambda: True)
    for name in ("logs/heatdesk.log", "backups/old.zip", "documents/half.pdf.part", "lock"):
        (place.root / name).parent.mkdir(exist_ok=True)
        (place.root / name).write_bytes(b"of this computer")
    (place.root / "lock").unlink()
    (place.root / "documents" / "_plant").mkdir()
    (place.root / "documents" / "_plant" / "Prüfung.txt").write_text("sound", "utf-8")
    (place.root / "settings.toml").write_text("[history]\nfast_hours = 24\n", "utf-8")
    return place


def made(place: Place, out: Path, phrase: str = "") -> Path:
    with closing(place.opened()) as project:
        done = make_backup(project, out, phrase, NOW)
    assert done.size_bytes == out.stat().st_size
    assert done.sealed == bool(phrase)
    return out


@pytest.fixture(scope="module")
def backup(place: Place) -> Path:
    return made(place, place.home / f"whole{ENDING}")


@pytest.fixture(scope="module")
def sealed(place: Place) -> Path:
    return made(place, place.home / f"sealed{ENDING}", PHRASE)


def sums(root: Path) -> dict[str, object]:
    """Everything a reader of the history can learn of a project."""
    with closing(EmbeddedHistory(root / "history")) as store:
        found = store.ranges([*POINTS], LONG_AGO, FAR_OFF, "quarter")
        return {
            "samples": {
                each.point: (
                    each.times_ms.tobytes(),
                    each.values.tobytes(),
                    each.quality.tobytes(),
                )
                for each in found
            },
            "counts": dict(store.samples_per_point("quarter")),
        }


def named(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as packed:
        return set(packed.namelist())


def test_it_holds_the_whole_plant_and_nothing_of_this_computer(backup: Path) -> None:
    names = named(backup)
    assert {"project.toml", "config.sqlite", "journal.sqlite", "audit.sqlite"} <= names
    assert {"audit.head", "secrets.bin", "settings.toml", NAME} <= names
    assert {"history/2026.sqlite", "documents/_plant/Prüfung.txt"} <= names
    assert not [name for name in names if name.startswith(("logs/", "backups/", "lock"))]
    assert not [name for name in names if name.endswith((".part", "-wal", "-shm"))]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_only_its_owner_may_read_it_and_nothing_is_left_beside_it(
    place: Place, tmp_path: Path
) -> None:
    out = made(place, tmp_path / "new" / f"one{ENDING}")
    assert stat.S_IMODE(out.stat().st_mode) & 0o077 == 0
    assert list(out.parent.iterdir()) == [out]


def test_a_whole_one_has_no_faults_and_says_what_it_is(backup: Path, sealed: Path) -> None:
    assert list(faults_of_backup(backup)) == []
    assert list(faults_of_backup(sealed, PHRASE)) == []
    with opened(backup, "") as one:
        assert one.manifest.made_at == NOW
        assert set(one.manifest.revisions) == {"config", "journal", "audit", "history"}
        assert one.size_bytes == sum(each.size_bytes for each in one.manifest.parts)


def test_a_sealed_one_shows_nothing_and_opens_with_its_passphrase_alone(sealed: Path) -> None:
    whole = sealed.read_bytes()
    assert not zipfile.is_zipfile(sealed)
    assert b"project.toml" not in whole
    assert list(faults_of_backup(sealed)) == [
        f"{sealed} is sealed: give its passphrase (--passphrase-file)"
    ]
    [said] = faults_of_backup(sealed, PHRASE.upper())
    assert "the passphrase is wrong" in said


@pytest.mark.parametrize("phrase", ["", PHRASE])
def test_a_blank_computer_has_the_same_samples_sums_and_people(
    place: Place, backup: Path, sealed: Path, tmp_path: Path, phrase: str
) -> None:
    blank = Keys(tmp_path / "nobody" / "private")
    root = tmp_path / "restored"
    done = restored(sealed if phrase else backup, root, phrase, blank)
    assert sums(root) == sums(place.root)
    assert (root / "documents" / "_plant" / "Prüfung.txt").read_text("utf-8") == "sound"
    assert list(tmp_path.glob(".restoring*")) == []
    if not phrase:
        assert "key file" in done.locked  # it lies on the computer that made the backup
        assert is_sound(check_project(root, keys=place.keys))
        return
    assert done.locked == ""
    findings = check_project(root, keys=blank)
    assert is_sound(findings), findings
    again = Place.__new__(Place)
    again.root, again.keys, again.clock = root, blank, place.clock
    assert again.config() == place.config()
    with closing(again.opened()) as project:
        assert project.door.let_in("ole", "correct horse battery") is not None
        assert project.audit.entries(1)[0].verb in (VERB, "people.login", "session.login")
        assert project.audit.verify() == ""


def test_it_is_taken_while_all_is_written_and_each_database_is_of_one_moment(
    place: Place, tmp_path: Path
) -> None:
    busy = Place(tmp_path, "busy").new()
    busy.change(plant_of("school"))
    with (
        closing(busy.opened()) as project,
        closing(EmbeddedHistory(busy.root / "history")) as store,
    ):
        record_quarters(store, POINTS, MIDNIGHT, 1)
        ended, faults = Event(), list[BaseException]()

        def write() -> None:
            turn = 1
            while not ended.is_set():
                record_quarters(store, POINTS, MIDNIGHT + turn * QUARTER, 1)
                project.audit.append(
                    login="ole", name="Ole", workstation="here", verb="test.write",
                    entity="plant", result=str(turn),
                )  # fmt: skip
                turn += 1

        def guarded() -> None:
            try:
                write()
            except PlantError as error:
                faults.append(error)

        thread = Thread(target=guarded)
        thread.start()
        try:
            backups = [tmp_path / f"b{nth}{ENDING}" for nth in range(3)]
            for out in backups:
                make_backup(project, out, "", NOW)
        finally:
            ended.set()
            thread.join()
    assert faults == []
    counts = list[int]()
    for nth, out in enumerate(backups):
        assert list(faults_of_backup(out)) == []
        restore(out, tmp_path / f"r{nth}", keys=busy.keys)
        with closing(EmbeddedHistory(tmp_path / f"r{nth}" / "history")) as store:
            lengths = {len(each) for each in store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")}
        assert len(lengths) == 1  # every commit whole, for all points
        counts += lengths
    assert counts == sorted(counts)


def test_a_place_that_is_taken_or_called_otherwise_is_refused(
    place: Place, backup: Path
) -> None:
    with closing(place.opened()) as project:
        for out, says in (
            (backup, "is there already"),
            (place.home / "plant.zip", "ends with"),
            (Path(f"relative{ENDING}"), "whole path"),
        ):
            with pytest.raises(BadInput, match=says):
                make_backup(project, out, "", NOW)
        with pytest.raises(BadInput, match="at least 12 characters"):
            make_backup(project, place.home / f"x{ENDING}", "short", NOW)
    assert not (place.home / f"x{ENDING}").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights there")
def test_a_project_is_never_packed_into_itself(place: Place, tmp_path: Path) -> None:
    """It would be read while it is written, and be in every later one."""
    (tmp_path / "link").symlink_to(place.root / "documents")
    inside = (place.root, place.root / "documents" / "new", tmp_path / "link")
    with closing(place.opened()) as project:
        for folder in inside:
            with pytest.raises(BadInput, match="lies in the project’s own folder"):
                make_backup(project, folder / f"x{ENDING}", "", NOW)
        assert not (place.root / "documents" / "new").exists()
        own = project.folder.backups / f"x{ENDING}"
        for out in (own, place.root.with_name(f"{place.root.name}-2") / f"x{ENDING}"):
            assert make_backup(project, out, "", NOW).size_bytes == out.stat().st_size
            out.unlink()


def test_one_that_is_called_off_leaves_nothing_behind(place: Place, tmp_path: Path) -> None:
    with (
        closing(place.opened()) as project,
        pytest.raises(StoreBroken, match="called off; nothing was left behind"),
    ):
        make_backup(project, tmp_path / f"x{ENDING}", "", NOW, lambda done: done < 1000)
    assert list(tmp_path.iterdir()) == []


def test_a_large_file_is_called_off_in_its_middle(place: Place, tmp_path: Path) -> None:
    film = place.root / "documents" / "film.bin"
    film.write_bytes(random.Random(5).randbytes(6 << 20))
    heard = list[int]()

    def step(done: int) -> bool:
        heard.append(done)
        return done < 4 << 20

    with closing(place.opened()) as project, pytest.raises(CalledOff):
        make_backup(project, tmp_path / f"x{ENDING}", "", NOW, step)
    film.unlink()
    assert heard == sorted(heard)
    assert 4 << 20 <= heard[-1] < 5 << 20, "not at the end of the film"
    assert list(tmp_path.iterdir()) == []


def test_looking_through_is_called_off_too_and_leaves_no_backup_that_nobody_saw_whole(
    place: Place, sealed: Path, tmp_path: Path
) -> None:
    def step(_bytes: int) -> None:
        raise CalledOff("enough")

    with pytest.raises(CalledOff, match="enough"):
        list(faults_of_backup(sealed, PHRASE, step))
    out = tmp_path / "there" / f"x{ENDING}"
    with closing(place.opened()) as project:
        desk = ChangeDesk(project)
        with closing(BackupService(project, desk, lambda **_: [], lambda: NOW)) as service:
            with pytest.raises(StoreBroken, match="nothing was left behind"):
                service._made(out, PHRASE, lambda: not out.exists())
            assert list(out.parent.iterdir()) == []
            assert service.book.all() == []
            assert service._made(out, PHRASE, lambda: True).verified


def test_databases_are_unpacked_where_there_is_room(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the folder for what is passing there may be little: it may lie in memory."""
    roomy = {Path(tempfile.gettempdir()): 10, sealed.parent: 1 << 40}
    asked = list[Path]()

    def free(folder: Path) -> SimpleNamespace:
        asked.append(folder)
        return SimpleNamespace(free=roomy[folder])

    monkeypatch.setattr("app.backup.opening.shutil.disk_usage", free)
    assert list(faults_of_backup(sealed, PHRASE)) == []
    assert asked == list(roomy)
    roomy[sealed.parent] = 10
    [said] = faults_of_backup(sealed, PHRASE)
    assert said == f"{sealed.parent}: the disk has too little room"
    assert not [each for each in sealed.parent.iterdir() if each.name.startswith(LOOKING)]


def test_what_a_kill_left_is_swept_away_by_the_next(place: Place, tmp_path: Path) -> None:
    with closing(place.opened()) as project:
        half = tmp_path / f".pack-{project.id.hex[:12]}-xyz"
        half.mkdir()
        (half / "copy.sqlite").write_bytes(b"somebody's data")
        make_backup(project, tmp_path / f"x{ENDING}", "", NOW)
    assert [each.name for each in tmp_path.iterdir()] == [f"x{ENDING}"]


def rewritten(source: Path, out: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write a backup anew with other content, every checksum of the zip being right."""
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(out, "w") as to:
        for name in packed.namelist():
            if (content := change(name, packed.read(name))) is not None:
                to.writestr(name, content)
    return out


def of_manifest(**fields: object) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | fields).encode() if name == NAME else content

    return change


def test_a_part_that_is_not_what_was_written_down_is_named_and_nothing_stands(
    backup: Path, tmp_path: Path
) -> None:
    cases: list[tuple[Callable[[str, bytes], bytes | None], str]] = [
        (
            lambda n, c: c + b" " if n == "settings.toml" else c,
            "settings.toml is damaged: its sum",
        ),
        (lambda n, c: None if n == "config.sqlite" else c, "config.sqlite is missing"),
        (of_manifest(parts=[]), "stands in no list"),
    ]
    for nth, (change, says) in enumerate(cases):
        broken = rewritten(backup, tmp_path / f"{nth}{ENDING}", change)
        assert any(says in each for each in faults_of_backup(broken))
        with pytest.raises(StoreBroken, match="nothing was restored"):
            restore(broken, tmp_path / f"r{nth}")
        assert not (tmp_path / f"r{nth}").exists()
    assert list(tmp_path.glob(".restoring*")) == []


def test_every_flipped_byte_of_a_part_or_of_the_list_is_found(
    backup: Path, tmp_path: Path
) -> None:
    whole, chance = backup.read_bytes(), random.Random(7)
    with zipfile.ZipFile(backup) as packed:
        members = [each for each in packed.infolist() if each.compress_size > 1000]
    for nth in range(40):
        member = chance.choice(members)
        begin = member.header_offset + 30 + len(member.filename.encode())
        at = begin + 20 + chance.randrange(member.compress_size)
        broken = tmp_path / f"{nth}{ENDING}"
        broken.write_bytes(
            whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]
        )
        assert list(faults_of_backup(broken)), (member.filename, at)
        broken.unlink()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"format": FORMAT + 1, "program": "9.1"}, r"newer Heatdesk \(9\.1, backup format 2"),
        ({"revisions": {"config": "9999"}}, "newer Heatdesk"),
        ({"revisions": {"history": "99"}}, "history of a newer Heatdesk"),
    ],
)
def test_one_of_a_newer_program_is_refused_before_anything_is_written(
    backup: Path, tmp_path: Path, fields: dict[str, object], says: str
) -> None:
    newer = rewritten(backup, tmp_path / f"newer{ENDING}", of_manifest(**fields))
    with pytest.raises(BadInput, match=says):
        restore(newer, tmp_path / "restored")
    assert list(tmp_path.iterdir()) == [newer]
    assert [says for each in faults_of_backup(newer) if "newer Heatdesk" in each]


def test_a_newer_database_behind_an_innocent_list_is_refused_too(
    backup: Path, tmp_path: Path
) -> None:
    with opened(backup, "") as one, (tmp_path / "2026.sqlite").open("wb") as into:
        [part] = [each for each in one.manifest.parts if each.name == "history/2026.sqlite"]
        assert one.fault_of(part, into) == ""
    with closing(sqlite3.connect(tmp_path / "2026.sqlite")) as connection:
        connection.execute("UPDATE layout SET version = 99")
        connection.commit()
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(backup) as packed:
        packed.extractall(unpacked)
    shutil.copy(tmp_path / "2026.sqlite", unpacked / "history" / "2026.sqlite")
    renew_manifest(unpacked)
    newer = tmp_path / f"newer{ENDING}"
    with zipfile.ZipFile(newer, "w") as to:
        for file in sorted(each for each in unpacked.rglob("*") if each.is_file()):
            to.write(file, file.relative_to(unpacked).as_posix())
    with pytest.raises(BadInput, match=r"2026\.sqlite was written by a newer Heatdesk"):
        restore(newer, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_folder_with_anything_in_it_is_never_restored_into(
    backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("hello", "utf-8")
    (tmp_path / "file").write_text("hello", "utf-8")
    for target in (tmp_path / "mine", tmp_path / "file"):
        with pytest.raises(BadInput, match="is not empty: restore into a new folder"):
            restore(backup, target)
    assert (tmp_path / "mine" / "letter.txt").read_text("utf-8") == "hello"
    (tmp_path / "empty").mkdir()
    restore(backup, tmp_path / "empty")
    assert (tmp_path / "empty" / "project.toml").is_file()


@pytest.mark.parametrize("content", [b"", b"once upon a time" * 90, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / f"x{ENDING}"
    file.write_bytes(content)
    [said] = faults_of_backup(file)
    assert str(file) in said
    with pytest.raises(StoreBroken):
        restore(file, tmp_path / "restored")
    with pytest.raises(BadInput, match="there is no such file"):
        restore(tmp_path / "none", tmp_path / "restored")


def test_one_that_leads_out_of_its_folder_is_not_unpacked(backup: Path, tmp_path: Path) -> None:
    out = tmp_path / f"evil{ENDING}"
    shutil.copy(backup, out)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("../evil.txt", "gotcha")
    with pytest.raises(BadInput, match="leads out of its folder"):
        restore(out, tmp_path / "deep" / "restored")
    assert not (tmp_path / "deep" / "evil.txt").exists()


def test_the_wrong_passphrase_restores_nothing(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(SecretsLocked, match="passphrase is wrong"):
        restore(sealed, tmp_path / "restored", PHRASE + "?")
    assert list(tmp_path.iterdir()) == []


def test_a_list_tells_what_cannot_be_understood() -> None:
    good = Manifest(
        1, "1.0", "ab", NOW, sealed=False, server="", revisions={"config": "1"}, parts=()
    )
    assert read_manifest(good.text().encode(), "x") == good
    assert read_manifest(replace(good, sealed=True).text().encode(), "x").sealed
    for text in ("", "[]", "{}", '{"format": "one"}', '{"format": 1}', good.text()[:-9]):
        with pytest.raises(StoreBroken, match="its list of parts is damaged"):
            read_manifest(text.encode(), "x")


@pytest.fixture(autouse=True)
def _nothing_lies_about(place: Place) -> Iterator[None]:
    yield
    assert list(place.home.glob(".*")) == []
    assert ProjectFolder(place.root).config.is_file()
