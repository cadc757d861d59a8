"""A package appears whole or not at all, and what is no package is refused with a sentence."""

import stat
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from app.compose.handover.package import SHORTEST, Packed, Step, keep_whole, pack, unpacked
from app.errors import BadInput, PlantError, SecretsLocked, StoreBroken
from app.project.check import check_project, is_sound
from app.project.folder import ProjectFolder
from app.project.takeover import CalledOff
from tests.app.compose.handover.places import BEGIN, PHRASE, Place, plant_of


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A project with readings, a log, a backup and halves; nobody changes it."""
    place = Place(tmp_path_factory.mktemp("carried"), "laptop").new()
    place.change(plant_of("school"))
    place.measured("school.supply", [70.0, 71.0], BEGIN)
    for name in ("logs/heatdesk.log", "backups/old.zip", "documents/half.pdf.part"):
        (place.root / name).parent.mkdir(exist_ok=True)
        (place.root / name).write_bytes(b"not to be carried")
    return place


@pytest.fixture(scope="module")
def package(laptop: Place) -> Path:
    return laptop.packed()


def packed(laptop: Place, out: Path, phrase: str = PHRASE, step: Step | None = None) -> Packed:
    with closing(laptop.opened()) as project:
        return pack(project, out, phrase, step or (lambda _done, _of: True))


def opened(package: Path, into: Path, phrase: str = PHRASE, step: Step | None = None) -> None:
    """Take it apart as an import does."""
    into.mkdir()
    now = Place(into, "clock").clock
    unpacked(package, into, phrase, now, step or (lambda _done, _of: True)).close()


def test_what_is_carried_is_the_project_without_its_logs_backups_and_halves(
    package: Path,
) -> None:
    with zipfile.ZipFile(package) as zipped:
        names = set(zipped.namelist())
        assert zipped.testzip() is None
    assert {"project.toml", "config.sqlite", "secrets.bin", "history/2026.sqlite"} <= names
    assert not [name for name in names if name.startswith(("logs/", "backups/", "lock"))]
    assert not [name for name in names if name.endswith((".part", "-wal", "-shm", "-journal"))]


def test_nothing_but_the_package_is_left_beside_it(laptop: Place, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder" / "nordby.heatdesk"
    made = packed(laptop, out)
    assert list(out.parent.iterdir()) == [out]
    assert made.size_bytes == out.stat().st_size
    with zipfile.ZipFile(out) as zipped:
        assert made.files == len(zipped.namelist())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_only_its_owner_may_read_it(laptop: Place, tmp_path: Path) -> None:
    out = tmp_path / "nordby.heatdesk"
    packed(laptop, out)
    assert stat.S_IMODE(out.stat().st_mode) & 0o077 == 0


def test_a_short_passphrase_is_refused_before_anything_is_written(
    laptop: Place, tmp_path: Path
) -> None:
    out = tmp_path / "nordby.heatdesk"
    with pytest.raises(BadInput, match=f"at least {SHORTEST} characters"):
        packed(laptop, out, "x" * (SHORTEST - 1))
    assert list(tmp_path.iterdir()) == []
    packed(laptop, out, "x" * SHORTEST)
    assert out.is_file()


def test_a_file_that_is_there_stays_as_it_is(laptop: Place, tmp_path: Path) -> None:
    out = tmp_path / "nordby.heatdesk"
    out.write_bytes(b"last week's")
    with pytest.raises(BadInput, match="choose another name"):
        packed(laptop, out)
    assert out.read_bytes() == b"last week's"


@pytest.mark.parametrize("pieces", [1, 3])
def test_packing_that_is_called_off_leaves_nothing_behind(
    laptop: Place, tmp_path: Path, pieces: int
) -> None:
    told: list[tuple[int, int]] = []

    def step(done: int, of: int) -> bool:
        told.append((done, of))
        return len(told) < pieces

    with pytest.raises(CalledOff, match="nothing was left behind"):
        packed(laptop, tmp_path / "nordby.heatdesk", step=step)
    assert list(tmp_path.iterdir()) == []
    assert len(told) == pieces


def test_progress_rises_to_the_whole(laptop: Place, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def step(done: int, of: int) -> bool:
        told.append((done, of))
        return True

    packed(laptop, tmp_path / "nordby.heatdesk", step=step)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert len({of for _done, of in told}) == 1


def test_a_folder_where_nobody_may_write_is_named(laptop: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(PlantError, match="file"):
        packed(laptop, tmp_path / "file" / "nordby.heatdesk")


def test_a_backup_of_this_computer_opens_with_its_own_keys(
    laptop: Place, tmp_path: Path
) -> None:
    kept = keep_whole(ProjectFolder(laptop.root), tmp_path / "before.zip")
    with zipfile.ZipFile(kept.file) as zipped:
        zipped.extractall(tmp_path / "again")
    if sys.platform != "win32":
        (tmp_path / "again" / "secrets.bin").chmod(0o600)
    found = check_project(tmp_path / "again", keys=laptop.keys, now=laptop.clock)
    assert is_sound(found), found
    with pytest.raises(SecretsLocked, match="was not packed"):
        opened(kept.file, tmp_path / "elsewhere")


def test_what_is_not_there_or_no_project_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such file"):
        opened(tmp_path / "none.heatdesk", tmp_path / "a")
    text = tmp_path / "text.heatdesk"
    text.write_text("hello", encoding="utf-8")
    with pytest.raises(BadInput, match=r"text\.heatdesk"):
        opened(text, tmp_path / "b")
    with zipfile.ZipFile(tmp_path / "odd.heatdesk", "w") as zipped:
        zipped.writestr("readme.txt", "hello")
    with pytest.raises(BadInput, match=r"no project\.toml in it"):
        opened(tmp_path / "odd.heatdesk", tmp_path / "c")


@pytest.mark.parametrize("part", [0.2, 0.9, 0.999])
def test_a_package_cut_short_on_its_way_is_refused(
    package: Path, tmp_path: Path, part: float
) -> None:
    whole = package.read_bytes()
    cut = tmp_path / "cut.heatdesk"
    cut.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises((BadInput, StoreBroken), match=r"cut\.heatdesk"):
        opened(cut, tmp_path / "a")


def test_a_package_that_lost_a_letter_on_its_way_is_refused(
    package: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package) as zipped:
        member = zipped.getinfo("config.sqlite")
    wrong = bytearray(package.read_bytes())
    wrong[member.header_offset + 30 + len(member.filename) + member.compress_size // 2] ^= 1
    odd = tmp_path / "odd.heatdesk"
    odd.write_bytes(wrong)
    with pytest.raises((BadInput, StoreBroken), match=r"odd\.heatdesk"):
        opened(odd, tmp_path / "a")


def test_unpacking_can_be_called_off_and_a_wrong_passphrase_is_named(
    package: Path, tmp_path: Path
) -> None:
    with pytest.raises(CalledOff, match="nothing was changed"):
        opened(package, tmp_path / "a", step=lambda done, _of: done == 0)
    with pytest.raises(SecretsLocked, match="the passphrase is wrong"):
        opened(package, tmp_path / "b", phrase="x" * SHORTEST)
    opened(package, tmp_path / "c")


def altered(package: Path, out: Path, name: str, content: bytes | None) -> Path:
    """The same package with another file of a name in it, or without it."""
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(out, "w") as made:
        for each in whole.namelist():
            if each != name:
                made.writestr(each, whole.read(each))
        if content is not None:
            made.writestr(name, content)
    return out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("project.toml", b"[[[", r"bad\.heatdesk: project\.toml: "),
        ("project.toml", b"format = 99\n", r"bad\.heatdesk"),
        ("audit.sqlite", None, r"bad\.heatdesk is no package .*: audit\.sqlite is missing"),
        (
            "config.sqlite",
            b"SQLite format 3\0rotten" * 50,
            r"bad\.heatdesk is no package .*config",
        ),
    ],
)
def test_what_is_wrong_with_a_package_names_it_and_the_file_in_it(
    package: Path, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    bad = altered(package, tmp_path / "bad.heatdesk", name, content)
    with pytest.raises(PlantError, match=says) as told:
        opened(bad, tmp_path / "into")
    said = str(told.value).replace(str(bad), "")
    assert str(tmp_path) not in said, "no place that is gone a moment later"
    assert "own backup" not in said, "nobody puts anything right in a package"


def test_a_package_of_a_newer_program_is_named(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as whole:
        mark = whole.read("project.toml").replace(b"format = 1", b"format = 99")
    bad = altered(package, tmp_path / "bad.heatdesk", "project.toml", mark)
    with pytest.raises(BadInput, match=r"bad\.heatdesk was made by a newer Heatdesk"):
        opened(bad, tmp_path / "into")
