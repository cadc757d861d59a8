"""A project brought from a laptop is looked at, copied and checked; or refused whole."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import BadInput, StoreBroken
from app.project.lock import acquire
from app.project.opening import open_project
from app.project.takeover import CalledOff, Parcel, TakenOver, look_into, take_over
from app.users.keyplaces import Keys
from tests.app.project.sites import PASSWORD, Ticking, create, keys, opened, plant, rewrite_lock


def laptop(tmp_path: Path) -> Path:
    """A project with a plant in it, as it lies on the stick."""
    root = create(tmp_path, "laptop")
    project = opened(tmp_path, root)
    project.configuration.change("ole", "", lambda _old: plant())
    project.close()
    (root / "history" / "samples.bin").write_bytes(bytes(3_000_000))
    return root


def packed(root: Path, inside: str = "laptop") -> Path:
    """The same in a zip."""
    place = root.with_suffix(".zip")
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as pack:
        for file in sorted(root.rglob("*")):
            pack.write(file, Path(inside) / file.relative_to(root))
    return place


def taken(parcel: Parcel, tmp_path: Path, **more: object) -> TakenOver:
    target = tmp_path / "office" / "Nordby"
    return take_over(parcel, target, keys=keys(tmp_path), now=Ticking(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", ["folder", "zip", "zip without a folder", "folder around it"])
def test_what_was_brought_stands_in_its_place_with_all_it_holds(
    tmp_path: Path, way: str
) -> None:
    root = laptop(tmp_path)
    source = root
    if way.startswith("zip"):
        source = packed(root, "" if "without" in way else "laptop")
    elif way != "folder":
        source = tmp_path / "stick"
        source.mkdir()
        shutil.move(root, source / "laptop")
    parcel = look_into(source)
    assert parcel.size_bytes > 3_000_000
    assert parcel.warning == ""
    found = taken(parcel, tmp_path)
    assert (found.title, found.devices, found.renewed) == ("Nordby", 1, False)
    project = opened(tmp_path, found.root)
    assert set(project.configuration.current().config.devices) == {"ahornvej-14"}
    assert project.accounts.authenticate("ole", PASSWORD).name == "Ole Holm"
    assert project.audit.verify() == ""
    project.close()
    assert (found.root / "history" / "samples.bin").stat().st_size == 3_000_000
    assert not list((tmp_path / "office").glob("*.part"))


def test_the_laptop_s_own_project_stays_as_it_is(tmp_path: Path) -> None:
    root = laptop(tmp_path)
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    taken(look_into(root), tmp_path)
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before


def test_on_another_computer_the_sealed_passwords_are_begun_anew_and_that_is_on_record(
    tmp_path: Path,
) -> None:
    parcel = look_into(laptop(tmp_path))
    office = Keys(tmp_path / "somebody-else")
    found = take_over(parcel, tmp_path / "Nordby", keys=office, now=Ticking())
    assert found.renewed
    project = open_project(found.root, keys=office, now=Ticking())
    assert project.accounts.authenticate("ole", PASSWORD).name == "Ole Holm"
    assert any(
        "key" in entry.verb or "secret" in entry.reason for entry in project.audit.entries(5)
    )
    project.close()


def test_progress_is_told_and_the_copying_can_be_called_off(tmp_path: Path) -> None:
    parcel, steps = look_into(laptop(tmp_path)), list[tuple[int, int]]()

    def step(done: int, of: int) -> bool:
        steps.append((done, of))
        return len(steps) < 3

    with pytest.raises(CalledOff):
        taken(parcel, tmp_path, step=step)
    assert len(steps) == 3
    assert all(done <= of for done, of in steps)
    assert list((tmp_path / "office").iterdir()) == []


def test_a_project_that_runs_here_is_not_copied_behind_its_back(tmp_path: Path) -> None:
    root = laptop(tmp_path)
    lock = acquire(root, private=tmp_path / "private")
    with pytest.raises(BadInput, match="is in use by Heatdesk"):
        look_into(root)
    lock.release()


def test_a_project_still_open_on_the_laptop_comes_with_a_warning(tmp_path: Path) -> None:
    root = laptop(tmp_path)
    lock = acquire(root, private=tmp_path / "private")
    rewrite_lock(root, host="laptop-7")
    parcel = look_into(root)
    assert "still open on laptop-7" in parcel.warning
    found = taken(parcel, tmp_path)
    opened(tmp_path, found.root).close()  # the laptop's lock did not come along
    lock.release()


def test_a_place_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    parcel = look_into(laptop(tmp_path))
    mine = tmp_path / "office" / "Nordby"
    mine.mkdir(parents=True)
    (mine / "photo.jpg").write_bytes(b"x")
    with pytest.raises(BadInput, match="is there already"):
        taken(parcel, tmp_path)
    assert [each.name for each in mine.iterdir()] == ["photo.jpg"]


def spoil_database(root: Path) -> None:
    file = root / "config.sqlite"
    content = bytearray(file.read_bytes())
    content[4096:8192] = bytes(4096)
    file.write_bytes(content)


def forge_audit(root: Path) -> None:
    (root / "audit.head").write_text("{}", encoding="utf-8")


def lose_journal(root: Path) -> None:
    (root / "journal.sqlite").unlink()


@pytest.mark.parametrize("harm", [spoil_database, forge_audit, lose_journal])
def test_a_project_that_is_not_sound_does_not_stay(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    root = laptop(tmp_path)
    harm(root)
    with pytest.raises((BadInput, StoreBroken)) as told:
        taken(look_into(root), tmp_path)
    assert str(told.value)
    assert list((tmp_path / "office").iterdir()) == []


@pytest.mark.parametrize("kind", ["empty folder", "no zip", "other zip", "nothing", "two"])
def test_what_is_no_project_is_told_before_anything_is_copied(
    tmp_path: Path, kind: str
) -> None:
    source = tmp_path / "brought"
    if kind == "no zip":
        source.write_bytes(b"PK but not really")
    elif kind == "other zip":
        with zipfile.ZipFile(source, "w") as pack:
            pack.writestr("photo.jpg", "x")
    elif kind != "nothing":
        source.mkdir()
    if kind == "two":
        create(tmp_path, "brought/a")
        create(tmp_path, "brought/b")
    with pytest.raises(BadInput, match="brought"):
        look_into(source)


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/outside.txt", "a/../../outside.txt", "C:\\outside.txt"]
)
def test_a_zip_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    place = packed(laptop(tmp_path), "")
    with zipfile.ZipFile(place, "a") as pack:
        pack.writestr(name, "x")
    with pytest.raises(BadInput, match="cannot be trusted"):
        look_into(place)


def test_a_link_in_a_zip_is_refused_and_in_a_folder_left_out(tmp_path: Path) -> None:
    root = laptop(tmp_path)
    place = packed(root, "")
    with zipfile.ZipFile(place, "a") as pack:
        link = zipfile.ZipInfo("documents/link")
        link.external_attr = 0o120777 << 16
        pack.writestr(link, "/outside")
    with pytest.raises(BadInput, match="cannot be trusted"):
        look_into(place)
    (root / "history" / "link").symlink_to(tmp_path)
    found = taken(look_into(root), tmp_path)
    assert not (found.root / "history" / "link").exists()


def test_a_torn_zip_leaves_nothing(tmp_path: Path) -> None:
    place = packed(laptop(tmp_path))
    parcel = look_into(place)
    content = bytearray(place.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\xff" * 2000
    place.write_bytes(content)
    with pytest.raises((BadInput, StoreBroken)):
        taken(parcel, tmp_path)
    assert list((tmp_path / "office").iterdir()) == []
