"""A project is made, opened and given back as a whole, whatever stops the program."""

import shutil
import sqlite3
import stat
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import BadInput, NotPermitted, ProjectInUse, SecretsLocked, StoreBroken
from app.model.version import Thing, ThingKind
from app.project.folder import is_project, read_mark
from app.project.lock import read_owner
from app.project.opening import Administrator, create_project, open_project
from app.users.keyplaces import Keys
from app.verbs import Capability
from tests.app.project.sites import (
    OLE,
    PASSWORD,
    ZONE,
    Process,
    keys,
    link,
    make_anew,
    opened,
)
from tests.app.project.test_upgrade import dump, interrupted
from tests.machine import posix_rights

CHANGES = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.app.project.sites import device, link, opened
project = opened(Path(sys.argv[1]), Path(sys.argv[2]))
first = project.configuration.change("Ole", "", lambda p: p.with_link(link()))
print(first.version.number, flush=True)
for number in range(1, 10_000):
    saved = project.configuration.change(
        "Ole", "", lambda p: replace(p, title=f"{number} devices").with_device(
            device(f"d-{number}", number % 250, link=link().id)
        ) if number < 250 else replace(p, title=f"{number} devices", options={"n": number})
    )
    print(saved.version.number, flush=True)
"""
CREATE = """
import sys
from pathlib import Path
from tests.app.project.sites import make_anew
print("begin", flush=True)
make_anew(Path(sys.argv[1]) / "nordby", Path(sys.argv[1]))
print("done", flush=True)
"""


def test_a_new_project_is_empty_and_sound(tmp_path: Path) -> None:
    project = opened(tmp_path, create(tmp_path))
    version, config = project.configuration.current()
    assert (config.title, config.zone, config.devices) == ("Nordby", ZONE, {})
    assert version.number == 1
    assert project.audit.verify() == ""
    assert project.documents.all() == []
    assert project.journal.standing() == []
    assert project.copies == ()
    project.close()


def test_the_first_administrator_may_do_everything(tmp_path: Path) -> None:
    project = opened(tmp_path, create(tmp_path))
    viewer = project.accounts.authenticate("ole", PASSWORD)
    assert viewer.name == "Ole Holm"
    assert all(viewer.rights.whole(each) for each in Capability)
    project.close()


def test_making_a_project_is_the_first_entry_of_its_audit(tmp_path: Path) -> None:
    project = opened(tmp_path, create(tmp_path))
    (entry,) = project.audit.entries(10)
    assert (entry.login, entry.verb, entry.new) == ("ole", "project.create", "Nordby")
    assert entry.workstation != ""
    project.close()


def test_the_first_administrator_has_a_version_of_when_the_project_was_made(
    tmp_path: Path,
) -> None:
    project = opened(tmp_path, create(tmp_path))
    (first,) = project.archive.versions(Thing(ThingKind.PERSON, "ole"))
    person = project.accounts.person("ole")
    assert (first.number, first.author, first.note) == (1, person.name, "")
    assert first.at is not None
    assert person.password_at is not None
    assert timedelta(0) <= first.at - person.password_at < timedelta(seconds=5)
    project.close()


def test_the_password_is_nowhere_in_the_folder(tmp_path: Path) -> None:
    root = create(tmp_path)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert PASSWORD.encode() not in file.read_bytes()
    assert is_project(root)
    assert PASSWORD not in repr(OLE)


def test_the_key_of_the_secrets_does_not_lie_beside_them(tmp_path: Path) -> None:
    root = create(tmp_path)
    (key_file,) = (tmp_path / "private" / "keys").iterdir()
    key = key_file.read_bytes().strip()
    assert all(key not in f.read_bytes() for f in root.rglob("*") if f.is_file())


@posix_rights
def test_a_new_project_is_for_its_owner_only(tmp_path: Path) -> None:
    root = create(tmp_path)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert stat.S_IMODE((root / "secrets.bin").stat().st_mode) == 0o600


def test_an_empty_folder_may_become_a_project(tmp_path: Path) -> None:
    (tmp_path / "nordby").mkdir()
    opened(tmp_path, create(tmp_path)).close()


def test_a_folder_with_other_things_in_it_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "nordby").mkdir()
    (tmp_path / "nordby" / "photo.jpg").write_bytes(b"x")
    with pytest.raises(BadInput, match="is not empty and no Heatdesk project"):
        create(tmp_path)
    assert [path.name for path in (tmp_path / "nordby").iterdir()] == ["photo.jpg"]


def test_a_project_is_not_made_over_another(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(BadInput, match="is a Heatdesk project already: open it"):
        create(tmp_path)


def test_a_project_cannot_be_made_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "nordby").write_text("", "utf-8")
    with pytest.raises(BadInput, match="a project cannot be made in"):
        create(tmp_path)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": " "}, "needs a title"),
        ({"zone": "Mars"}, "is no time zone"),
        ({"administrator": replace(OLE, password="elevenchars")}, "at least 12 characters"),
        ({"administrator": replace(OLE, login="")}, "a person needs a login"),
        (
            {"administrator": replace(OLE, login="aaaaaaaaaaaa", password="A" * 12)},
            "must not be",
        ),
        ({"administrator": replace(OLE, name=" ")}, "needs a name"),
    ],
)
def test_what_will_not_do_is_refused_before_anything_is_made(
    tmp_path: Path, changes: dict[str, str | Administrator], says: str
) -> None:
    given = {"title": "Nordby", "zone": ZONE, "administrator": OLE, **changes}
    with pytest.raises(BadInput, match=says):
        create_project(tmp_path / "new", keys=keys(tmp_path), **given)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_what_was_begun_and_stopped_is_begun_anew(tmp_path: Path) -> None:
    root = create(tmp_path)
    (root / "project.toml").unlink()
    (root / "project.unfinished").touch()
    opened(tmp_path, create(tmp_path)).close()


PARTS = (".audit.head.77.part", ".secrets.bin.77.part", ".project.toml.77.part")


def test_what_was_killed_while_a_file_was_replaced_is_begun_anew(tmp_path: Path) -> None:
    root = create(tmp_path)
    (root / "project.toml").unlink()
    for name in ("project.unfinished", *PARTS):
        (root / name).touch()
    opened(tmp_path, create(tmp_path)).close()


def test_what_a_kill_left_beside_a_file_is_gone_when_it_is_opened_again(tmp_path: Path) -> None:
    root = create(tmp_path)
    for name in (*PARTS, ".own.part"):
        (root / name).touch()
    opened(tmp_path, root).close()
    assert [each.name for each in root.glob(".*")] == [".own.part"]


def test_foreign_files_beside_an_unfinished_project_are_never_removed(tmp_path: Path) -> None:
    root = create(tmp_path)
    (root / "project.toml").unlink()
    (root / "project.unfinished").touch()
    (root / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(BadInput, match="is not empty"):
        create(tmp_path)
    assert (root / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.campaign
def test_a_creation_killed_at_any_moment_can_be_repeated(tmp_path: Path) -> None:
    for number, delay_s in enumerate((0.0, 0.05, 0.12, 0.2, 0.3)):
        place = tmp_path / str(number)
        place.mkdir()
        maker = Process(CREATE, place)
        assert maker.line() == "begin"
        time.sleep(delay_s)
        maker.kill()
        maker.rest()
        root = place / "nordby"
        if not is_project(root):
            create(place)
        opened(place, root).close()


def test_an_open_project_belongs_to_one_core(tmp_path: Path) -> None:
    root = create(tmp_path)
    project = opened(tmp_path, root)
    with pytest.raises(ProjectInUse):
        opened(tmp_path, root)
    project.close()
    project.close()
    assert read_owner(root) is None
    opened(tmp_path, root).close()


def test_an_ordinary_folder_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no Heatdesk project"):
        opened(tmp_path, tmp_path)


def test_a_folder_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    root = create(tmp_path)
    mark = root / "project.toml"
    mark.write_text(mark.read_text("utf-8").replace("format = 1", "format = 3"), "utf-8")
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    with pytest.raises(BadInput, match="newer Heatdesk"):
        opened(tmp_path, root)
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_a_database_of_a_newer_program_stops_the_opening(tmp_path: Path, name: str) -> None:
    root = create(tmp_path)
    with closing(sqlite3.connect(root / f"{name}.sqlite")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0042'")
    with pytest.raises(BadInput, match=rf"{name}\.sqlite was written by a newer Heatdesk"):
        opened(tmp_path, root)
    assert read_owner(root) is None


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_a_missing_database_is_named(tmp_path: Path, name: str) -> None:
    root = create(tmp_path)
    (root / f"{name}.sqlite").unlink()
    with pytest.raises(StoreBroken, match=rf"{name}\.sqlite is missing"):
        opened(tmp_path, root)
    assert read_owner(root) is None
    assert not (root / f"{name}.sqlite").exists()


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_a_database_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    root = create(tmp_path)
    (root / f"{name}.sqlite").write_bytes(b"only words, no tables " * 400)
    with pytest.raises(StoreBroken, match=rf"{name}\.sqlite"):
        opened(tmp_path, root)
    assert read_owner(root) is None


def test_a_configuration_with_flipped_bytes_is_told_with_a_way_out(tmp_path: Path) -> None:
    root = create(tmp_path)
    file = root / "config.sqlite"
    content = bytearray(file.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    file.write_bytes(content)
    with pytest.raises(StoreBroken, match=r"config\.sqlite is damaged .* made no copy of it"):
        opened(tmp_path, root)


def test_a_write_cut_off_by_a_power_cut_is_put_right_at_the_next_opening(
    tmp_path: Path,
) -> None:
    root = create(tmp_path)
    before = dump(root / "config.sqlite")
    left = interrupted(root / "config.sqlite")
    for file in left.parent.iterdir():
        shutil.copy(file, root / file.name)
    shutil.rmtree(left.parent)
    project = opened(tmp_path, root)
    assert project.configuration.current().config.title == "Nordby"
    project.close()
    assert dump(root / "config.sqlite") == before


def test_without_its_key_the_project_stays_locked(tmp_path: Path) -> None:
    root = create(tmp_path)
    shutil.rmtree(tmp_path / "private")
    with pytest.raises(SecretsLocked, match=r"key file .* is missing"):
        opened(tmp_path, root)
    assert read_owner(root) is None


def test_a_lost_key_can_be_replaced_and_the_audit_says_so(tmp_path: Path) -> None:
    root = create(tmp_path)
    first = opened(tmp_path, root)
    first.secrets.put("smtp", "hunter2")
    first.close()
    shutil.rmtree(tmp_path / "private")
    renewed = open_project(root, keys=keys(tmp_path), renew_secrets=True)
    assert renewed.secrets.names() == ["audit-key"]
    assert renewed.audit.verify() == ""
    newest = renewed.audit.entries(1)[0]
    assert newest.verb == "audit.new-key"
    assert "stays locked" in newest.reason
    assert len(list(root.glob("secrets.bin.*.locked"))) == 1
    renewed.close()
    again = opened(tmp_path, root)
    assert again.audit.verify() == ""
    again.close()


def test_renewing_leaves_secrets_alone_that_open(tmp_path: Path) -> None:
    root = create(tmp_path)
    project = open_project(root, keys=keys(tmp_path), renew_secrets=True)
    assert len(project.audit.entries(10)) == 1
    project.close()


def test_a_passphrase_carries_the_project_to_another_computer(tmp_path: Path) -> None:
    root = create(tmp_path)
    project = opened(tmp_path, root)
    project.secrets.put("smtp", "hunter2")
    project.secrets.add_passphrase("a long way to go")
    project.close()
    elsewhere = tmp_path / "elsewhere"
    with pytest.raises(SecretsLocked, match="no passphrase was given"):
        open_project(root, keys=Keys(elsewhere))
    with pytest.raises(SecretsLocked, match="the passphrase is wrong"):
        open_project(root, keys=Keys(elsewhere, passphrase="a short way"))
    moved = open_project(root, keys=Keys(elsewhere, passphrase="a long way to go"))
    assert moved.secrets.get("smtp") == "hunter2"
    assert moved.audit.verify() == ""
    moved.close()


def test_empty_folders_lost_on_the_way_are_made_again(tmp_path: Path) -> None:
    root = create(tmp_path)
    for name in ("history", "logs", "backups", "documents"):
        (root / name).rmdir()
    opened(tmp_path, root).close()
    assert (root / "history").is_dir()


def test_the_identity_of_a_project_stays(tmp_path: Path) -> None:
    root = create(tmp_path)
    project = opened(tmp_path, root)
    assert project.id == read_mark(root).id
    project.close()


def test_a_wrong_password_opens_nothing(tmp_path: Path) -> None:
    project = opened(tmp_path, create(tmp_path))
    with pytest.raises(NotPermitted):
        project.accounts.authenticate("ole", "wrong horse battery")
    project.close()


def kill_while_changing(tmp_path: Path, after: int) -> None:
    """Kill a program after it acknowledged ``after`` changes; nothing of those is lost."""
    root = create(tmp_path)
    changer = Process(CHANGES, tmp_path, root)
    acknowledged = [int(changer.line()) for _ in range(after)]
    changer.kill()
    acknowledged += [int(line) for line in changer.rest() if line]
    project = opened(tmp_path, root)
    version, config = project.configuration.current()
    assert version.number in (acknowledged[-1], acknowledged[-1] + 1)
    for number in range(3, version.number + 1):
        state = project.configuration.at(number)
        told = int(state.title.split()[0])
        assert told == number - 2
        assert len(state.devices) == min(told, 249)
        assert state.options == ({} if told < 250 else {"n": told})
    assert config.links == {link().id: link()}
    assert project.audit.verify() == ""
    project.close()


@pytest.mark.parametrize("after", [1, 7, 23])
def test_a_kill_between_changes_leaves_the_old_or_the_new(tmp_path: Path, after: int) -> None:
    kill_while_changing(tmp_path, after)


@pytest.mark.campaign
@pytest.mark.parametrize("after", range(1, 60))
def test_many_kills_between_changes_never_mix_versions(tmp_path: Path, after: int) -> None:
    kill_while_changing(tmp_path, after)


def create(tmp_path: Path) -> Path:
    """Make a project, no copy of one: how it is made is looked at here."""
    make_anew(tmp_path / "nordby", tmp_path)
    return tmp_path / "nordby"
