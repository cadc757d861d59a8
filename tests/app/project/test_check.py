"""The check of a project finds what is wrong, says where, and changes nothing."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmState
from app.project.check import (
    Finding,
    Severity,
    _folders,
    _history,
    check_project,
    free_bytes_at,
    is_sound,
)
from app.project.folder import ProjectFolder
from app.project.opening import Project
from app.users.keyplaces import Keys
from tests.app.project.sites import (
    Process,
    create,
    device,
    keys,
    link,
    opened,
    rewrite_lock,
    rule,
)
from tests.app.project.test_upgrade import EXAMPLES, interrupted
from tests.machine import bound_by_rights, open_folder, posix_rights
from tests.plant import NOON

NO_COPY = (
    "Heatdesk made no copy of it. Take it from your own backup of the project folder; "
    "without one, keep this folder as it is and begin anew with “heatdesk new”."
)
LATER = NOON + timedelta(days=1)
RUN = """
import sys
from pathlib import Path
from tests.app.project.sites import opened
project = opened(Path(sys.argv[1]), Path(sys.argv[2]))
print("running", flush=True)
while True:
    project.audit.append(login="a", name="b", workstation="c", verb="d", entity="e")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a gateway, a controller, a report and an alarm."""
    made = create(tmp_path)
    project = opened(tmp_path, made)
    fill(project)
    project.close()
    return made


def fill(project: Project) -> None:
    project.configuration.change(
        "Ole", "", lambda p: p.with_link(link()).with_device(device()).with_rule(rule())
    )
    project.documents.file(
        b"%PDF", "report.pdf", title="Report", kind="note", created_by="Ole", device=device().id
    )
    project.journal.append(Alarm(rule(), AlarmState.UNACKNOWLEDGED, NOON, NOON), NOON)


def findings(tmp_path: Path, root: Path) -> list[Finding]:
    """What a check finds a day later."""
    return check_project(
        root, profiles={"danfoss.ecl310"}, keys=keys(tmp_path), now=lambda: LATER
    )


def only(tmp_path: Path, root: Path) -> Finding:
    """The one thing found."""
    (finding,) = findings(tmp_path, root)
    return finding


def content(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def sql(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)


def newer_mark(root: Path) -> None:
    mark = root / "project.toml"
    text = mark.read_text("utf-8")
    start = text.index("created_at")
    end = text.index("\n", start)
    mark.write_text(f"{text[:start]}created_at = 2027-05-01T00:00:00Z{text[end:]}", "utf-8")


def test_a_sound_project_has_nothing_to_tell(tmp_path: Path, root: Path) -> None:
    assert findings(tmp_path, root) == []
    assert is_sound([])


def test_a_check_changes_nothing(tmp_path: Path, root: Path) -> None:
    before = content(tmp_path)
    findings(tmp_path, root)
    assert content(tmp_path) == before


def test_an_ordinary_folder_is_no_project(tmp_path: Path) -> None:
    finding = only(tmp_path, tmp_path)
    assert finding.severity is Severity.ERROR
    assert "no Heatdesk project" in finding.sentence
    assert finding.advice


def test_a_running_project_is_checked_beside_its_core(tmp_path: Path, root: Path) -> None:
    core = Process(RUN, tmp_path, root)
    assert core.line() == "running"
    for _ in range(3):
        finding = only(tmp_path, root)
        assert finding.severity is Severity.NOTE
        assert f"process {core.pid}" in finding.sentence
    core.kill()
    core.rest()
    left = only(tmp_path, root)
    assert left.severity is Severity.NOTE
    assert "did not close the project" in left.sentence
    assert is_sound([left])


def test_the_lock_of_another_computer_is_told(tmp_path: Path, root: Path) -> None:
    project = opened(tmp_path, root)
    rewrite_lock(root, host="boiler-house")
    assert "boiler-house" in only(tmp_path, root).sentence
    project.close()


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_a_missing_database_is_named(tmp_path: Path, root: Path, name: str) -> None:
    (root / f"{name}.sqlite").unlink()
    finding = only(tmp_path, root)
    assert finding == Finding(
        Severity.ERROR,
        str(root / f"{name}.sqlite"),
        "the file is missing",
        NO_COPY,
    )
    assert not is_sound([finding])


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_the_newest_copy_is_named_where_there_is_one(
    tmp_path: Path, root: Path, name: str
) -> None:
    for made in (f"20260101T000000Z-{name}-0001", f"20260105T000000Z-{name}-0002"):
        shutil.copy(root / f"{name}.sqlite", root / "backups" / f"{made}.sqlite")
    newest = root / "backups" / f"20260105T000000Z-{name}-0002.sqlite"
    (root / f"{name}.sqlite").unlink()
    assert f"Put its newest copy back, {newest};" in only(tmp_path, root).advice
    with pytest.raises(StoreBroken, match=f"{name}.sqlite is missing. Put its newest copy"):
        opened(tmp_path, root)
    shutil.copy(newest, root / f"{name}.sqlite")
    assert findings(tmp_path, root) == []


def test_a_project_that_lost_its_mark_takes_the_one_of_another(
    tmp_path: Path, root: Path
) -> None:
    (root / "project.toml").unlink()
    assert "make a new project elsewhere" in only(tmp_path, root).advice
    other = create(tmp_path / "other")
    shutil.copy(other / "project.toml", root / "project.toml")
    assert findings(tmp_path, root) == []
    opened(tmp_path, root).close()


FOLDERS = ["backups", "diagrams", "documents", "history", "logs", "profiles"]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_where_a_folder_must_be_is_no_sound_project(
    tmp_path: Path, root: Path, name: str
) -> None:
    (root / name).rename(tmp_path / "aside")
    (root / name).write_bytes(b"")
    errors = [f for f in findings(tmp_path, root) if f.severity is Severity.ERROR]
    assert [(f.place, f.sentence) for f in errors] == [
        (str(root / name), "it is a file, where a folder must be")
    ]
    with pytest.raises(StoreBroken, match=f"{name} is a file, where a folder must be"):
        opened(tmp_path, root)
    (root / name).unlink()
    opened(tmp_path, root).close()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_leads_nowhere_is_told(tmp_path: Path, root: Path, name: str) -> None:
    (root / name).rename(tmp_path / "aside")
    (root / name).symlink_to(tmp_path / "unplugged", target_is_directory=True)
    (error,) = (f for f in findings(tmp_path, root) if f.severity is Severity.ERROR)
    assert error.place == str(root / name)
    assert "No such file or directory" in error.sentence
    with pytest.raises(StoreBroken, match=f"{name} cannot be used"):
        opened(tmp_path, root)


def test_a_lost_empty_folder_is_nothing_to_tell(tmp_path: Path, root: Path) -> None:
    for name in ("backups", "diagrams", "history", "logs", "profiles"):
        shutil.rmtree(root / name)
    assert findings(tmp_path, root) == []


@pytest.mark.parametrize("inside", ["", "2026/01"])
@pytest.mark.parametrize(
    ("mode", "says"), [(0o300, "cannot be read: Permission denied"), (0o500, "written")]
)
def test_a_folder_this_user_may_not_use_is_told(inside: str, mode: int, says: str) -> None:
    with open_folder() as root:
        place = root / "history" / inside
        place.mkdir(parents=True)
        place.chmod(mode)
        with bound_by_rights(*{root / "history", place.parent, place} - {root}):
            found = list(_folders(ProjectFolder(root)))
        place.chmod(0o700)
        told = [(f.place, f.severity) for f in found if says in f.sentence]
        expected = [] if inside and mode == 0o500 else [(str(place), Severity.ERROR)]
        assert told == expected
        assert len(found) == len(expected)


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_a_damaged_database_is_named(tmp_path: Path, root: Path, name: str) -> None:
    file = root / f"{name}.sqlite"
    damaged = bytearray(file.read_bytes())
    for page in range(1, len(damaged) // 4096):
        damaged[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    file.write_bytes(damaged)
    finding = only(tmp_path, root)
    assert finding.place == str(file)
    assert finding.sentence.startswith("the file is damaged: ")


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_a_database_of_a_newer_program_is_told(tmp_path: Path, root: Path, name: str) -> None:
    with closing(sqlite3.connect(root / f"{name}.sqlite")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0042'")
    finding = only(tmp_path, root)
    assert "newer Heatdesk" in finding.sentence
    assert finding.advice == "Use the newer program."


def test_an_older_database_is_only_noted(tmp_path: Path, root: Path) -> None:
    (root / "config.sqlite").unlink()
    with closing(sqlite3.connect(root / "config.sqlite")) as made:
        made.executescript((EXAMPLES / "config-0001.sql").read_text("utf-8"))
    found = findings(tmp_path, root)
    (finding,) = [each for each in found if "older Heatdesk" in each.sentence]
    assert finding.severity is Severity.NOTE


def test_a_write_that_was_cut_off_is_told(tmp_path: Path, root: Path) -> None:
    left = interrupted(root / "config.sqlite")
    for file in left.parent.iterdir():
        shutil.copy(file, root / file.name)
    shutil.rmtree(left.parent)
    finding = only(tmp_path, root)
    assert "stopped in the middle of writing" in finding.sentence
    assert "Open the project once" in finding.advice
    opened(tmp_path, root).close()
    assert findings(tmp_path, root) == []


def test_a_write_that_was_cut_off_before_anything_was_written_is_nothing_to_tell(
    tmp_path: Path, root: Path
) -> None:
    config = root / "config.sqlite"
    with closing(sqlite3.connect(config, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("DELETE FROM device")  # in memory so far, for all the world
        journal = root / "config.sqlite-journal"
        left = journal.read_bytes()
        database.execute("ROLLBACK")
    journal.write_bytes(left)
    assert len(left) > 0
    assert findings(tmp_path, root) == []
    opened(tmp_path, root).close()
    assert findings(tmp_path, root) == [], "opening alone writes nothing, so it may stay"


def test_a_database_without_a_configuration_is_told(tmp_path: Path, root: Path) -> None:
    with closing(sqlite3.connect(root / "config.sqlite")) as database, database:
        for table in ("plant", "link", "device", "rule", "version"):
            database.execute(f"DELETE FROM {table}")
    assert "holds no configuration" in only(tmp_path, root).sentence


def test_a_configuration_changed_from_outside_is_judged(tmp_path: Path, root: Path) -> None:
    with closing(sqlite3.connect(root / "config.sqlite")) as database, database:
        database.execute("UPDATE device SET link = 'nowhere'")
    assert only(tmp_path, root).sentence == "device ahornvej-14: there is no link 'nowhere'"


def test_a_profile_that_does_not_exist_is_named(tmp_path: Path, root: Path) -> None:
    found = check_project(root, profiles={"other"}, keys=keys(tmp_path), now=lambda: LATER)
    (finding,) = found
    assert finding.sentence == "device ahornvej-14: there is no profile danfoss.ecl310"
    assert "profiles folder" in finding.advice
    assert check_project(root, keys=keys(tmp_path), now=lambda: LATER) == []


def test_a_device_without_a_profile_yet_is_no_fault(tmp_path: Path, root: Path) -> None:
    project = opened(tmp_path, root)
    project.configuration.change("Ole", "", lambda p: p.with_device(device(profile="")))
    project.close()
    assert findings(tmp_path, root) == []


def test_a_document_that_is_gone_is_a_warning(tmp_path: Path, root: Path) -> None:
    (path,) = (root / "documents").rglob("*.pdf")
    path.unlink()
    finding = only(tmp_path, root)
    assert finding.severity is Severity.WARNING
    assert finding.sentence == f"{path} (Report) is gone"
    assert is_sound([finding])


def test_secrets_that_do_not_open_are_told(tmp_path: Path, root: Path) -> None:
    (finding,) = check_project(root, keys=Keys(tmp_path / "elsewhere"), now=lambda: LATER)
    assert finding.severity is Severity.ERROR
    assert finding.place == str(root / "secrets.bin")
    assert "stays locked" in finding.sentence
    assert "as the user who runs the project" in finding.advice


def test_secrets_that_are_none_are_told(tmp_path: Path, root: Path) -> None:
    (root / "secrets.bin").write_text("rubbish", "utf-8")
    assert "no store of secrets" in only(tmp_path, root).sentence


def test_a_changed_audit_entry_is_named(tmp_path: Path, root: Path) -> None:
    with closing(sqlite3.connect(root / "audit.sqlite")) as database, database:
        database.execute("UPDATE audit SET new = 'Sydby'")
    finding = only(tmp_path, root)
    assert finding.place == str(root / "audit.sqlite")
    assert finding.sentence.startswith("audit entry 1 is not as it was written")


def test_an_audit_without_its_signed_end_is_told(tmp_path: Path, root: Path) -> None:
    (root / "audit.head").unlink()
    assert "signed end of the audit is missing" in only(tmp_path, root).sentence


@pytest.mark.parametrize(
    "advance",
    [
        lambda root: sql(
            root / "config.sqlite", "UPDATE version SET at = '2027-05-01 00:00:00'"
        ),
        lambda root: sql(
            root / "journal.sqlite", "UPDATE alarm SET at = '2027-05-01 00:00:00'"
        ),
        newer_mark,
    ],
    ids=["a version", "an alarm", "the project itself"],
)
def test_a_clock_that_runs_behind_the_project_is_told(
    tmp_path: Path, root: Path, advance: Callable[[Path], None]
) -> None:
    advance(root)
    finding = only(tmp_path, root)
    assert finding.place == "clock"
    assert finding.sentence == (
        "this computer says 2026-01-16 12:00 UTC, but the project holds an entry of "
        "2027-05-01 00:00 UTC"
    )
    assert "time server" in finding.advice


def test_a_second_of_difference_between_clocks_is_no_fault(tmp_path: Path, root: Path) -> None:
    just_before = NOON - timedelta(seconds=20)
    assert check_project(root, keys=keys(tmp_path), now=lambda: just_before) == []


def test_damaged_history_is_named(tmp_path: Path, root: Path) -> None:
    chunk = root / "history" / "2026" / "01-15.sqlite"
    chunk.parent.mkdir(parents=True)
    with closing(sqlite3.connect(chunk)) as database:
        database.execute("CREATE TABLE sample (value)")
    assert findings(tmp_path, root) == []
    chunk.write_bytes(b"rubbish " * 1000)
    finding = only(tmp_path, root)
    assert finding.place == str(chunk)
    assert "the file is damaged" in finding.sentence


def test_a_list_of_the_erased_that_is_none_is_named_with_a_way_out(
    tmp_path: Path, root: Path
) -> None:
    (root / "erasures.json").write_text('{"tombstones": [5]}', "utf-8")
    finding = only(tmp_path, root)
    assert finding.severity is Severity.ERROR
    assert finding.place == str(root / "erasures.json")
    assert "is damaged and tells no longer what was erased" in finding.sentence


@posix_rights
def test_a_history_that_may_not_be_opened_here_is_not_called_damaged(tmp_path: Path) -> None:
    with open_folder() as outside:
        (outside / "history").mkdir()
        file = outside / "history" / "presence.sqlite"
        file.write_bytes(b"")
        file.chmod(0o600)
        with bound_by_rights():
            (finding,) = _history(ProjectFolder(outside))
    assert "cannot be opened here" in finding.sentence
    assert "move it out" not in finding.advice


def test_a_broken_diagram_is_named_with_its_line(tmp_path: Path, root: Path) -> None:
    good, bad = root / "diagrams" / "good.json", root / "diagrams" / "sub" / "bad.json"
    bad.parent.mkdir()
    good.write_text("{}", "utf-8")
    bad.write_text('{\n "a": 1,\n "b": oops\n}', "utf-8")
    finding = only(tmp_path, root)
    assert finding.place == f"{bad}:3"
    assert finding.sentence == "Expecting value"
    bad.write_bytes(b"\xff\xfe")
    assert only(tmp_path, root).place == str(bad)


@pytest.mark.parametrize(
    ("free", "severity"),
    [(999_999_999, Severity.WARNING), (199_999_999, Severity.ERROR), (0, Severity.ERROR)],
)
def test_a_full_disk_is_told_before_it_is_too_late(
    tmp_path: Path, root: Path, free: int, severity: Severity
) -> None:
    (finding,) = check_project(
        root, keys=keys(tmp_path), now=lambda: LATER, free_bytes=lambda _root: free
    )
    assert finding.severity is severity
    assert finding.sentence == f"only {free // 1_000_000} MB are free on the disk"


def test_the_room_on_this_disk_can_be_told(tmp_path: Path) -> None:
    assert free_bytes_at(tmp_path) > 0


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, root: Path) -> None:
    (root / "diagrams" / "bad.json").write_text("{", "utf-8")
    (root / "secrets.bin").unlink()
    sql(root / "config.sqlite", "UPDATE device SET name = ''")
    places = [Path(finding.place.rstrip(":1")).name for finding in findings(tmp_path, root)]
    assert places == ["secrets.bin", "config.sqlite", "bad.json"]


def test_every_error_says_what_to_do(tmp_path: Path, root: Path) -> None:
    (root / "audit.head").unlink()
    (root / "diagrams" / "bad.json").write_text("{", "utf-8")
    (root / "history" / "x.sqlite").write_bytes(b"rubbish " * 1000)
    found = findings(tmp_path, root)
    assert len(found) == 3
    assert all(finding.advice for finding in found)


@pytest.mark.parametrize("name", ["config", "journal", "audit"])
def test_an_emptied_database_is_told_by_name_and_never_filled_again(
    tmp_path: Path, root: Path, name: str
) -> None:
    file = root / f"{name}.sqlite"
    file.write_bytes(b"")
    finding = only(tmp_path, root)
    assert (finding.place, finding.sentence) == (str(file), "the file is empty")
    with pytest.raises(StoreBroken, match=r"is empty\. Heatdesk made no copy of it"):
        opened(tmp_path, root)
    assert file.read_bytes() == b""
