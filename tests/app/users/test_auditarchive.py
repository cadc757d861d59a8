"""The oldest entries leave for a file: signed, linked, missed when it is lost or changed."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.auditverbs import ArchivePart
from app.database import Manner, look_at, open_database, shut
from app.errors import BadInput
from app.ports import Deed
from app.project.migrating import migrate
from app.project.upgrade import AUDIT
from app.users.audit import head_file, verify_audit
from app.users.auditarchive import Archiver, archive_fault, read_archive
from app.users.auditcopy import redact_copy
from app.users.auditguard import GuardedAudit
from app.users.chain import ARCHIVE_VERB
from tests.app.users.test_door import KEY, Hands
from tests.plant import NOON

DAYS = 40
ME = Deed(login="ole", name="Ole Holm", workstation="desk-1", verb="", entity="audit")
WROTE = Deed(login="ole", name="Ole Holm", workstation="desk-1", verb="write", entity="x")
DAY = timedelta(days=1)


class Office:
    """An audit of forty days, ten entries each, and who makes room in it."""

    def __init__(self, folder: Path, days: int = DAYS) -> None:
        self.file, self.outside = folder / "audit.sqlite", folder / "outside"
        self.outside.mkdir(exist_ok=True)
        self.clock = Hands(NOON + days * DAY)
        self.engine = open_database(self.file, Manner.DURABLE)
        self.restart()

    def restart(self) -> None:
        """End the core and start it again."""
        self.audit = GuardedAudit(self.engine, self.file, KEY, self.clock)
        self.archiver = Archiver(self.audit, self.clock)

    def fill(self) -> None:
        """Let forty days go by."""
        for number in range(DAYS * 10):
            self.audit.append(
                login="ole", name="Ole Holm", workstation="desk-1", verb="write",
                entity=f"school.p{number}", old="20", new="21", result="confirmed",
                reason="a note " * 60,
            )  # fmt: skip
            self.clock.now += DAY / 10

    def part(self, day: int) -> ArchivePart:
        """Ask for all before a day."""
        return self.archiver.part(NOON + day * DAY)

    def archive(self, day: int, name: str) -> Path:
        """Move all before a day into a file."""
        part, file = self.part(day), self.outside / name
        file.write_bytes(part.content)
        self.archiver.kept(part.digest, str(file), ME)
        return file

    def numbers(self) -> list[int]:
        """Return the numbers of the entries that are here, oldest first."""
        return [each.seq for each in reversed(self.audit.entries(10_000))]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the audit of forty days."""
    folder: Path = tmp_path_factory.mktemp("filled")
    migrate(folder / "audit.sqlite", AUDIT)
    engine = open_database(folder / "audit.sqlite", Manner.DURABLE)
    GuardedAudit.begin(engine, folder / "audit.sqlite", KEY, Hands())
    engine.dispose()
    made = Office(folder, 0)
    made.fill()
    made.audit.close()
    shut(made.engine)
    return folder


@pytest.fixture
def office(filled: Path, tmp_path: Path) -> Iterator[Office]:
    for file in ("audit.sqlite", "audit.head"):
        shutil.copy(filled / file, tmp_path / file)
    made = Office(tmp_path)
    yield made
    made.engine.dispose()


def test_the_oldest_part_lies_outside_and_the_chain_goes_on(office: Office) -> None:
    before = office.audit.look().size_bytes
    file = office.archive(30, "one.zip")
    assert office.numbers() == list(range(301, 402))
    assert office.audit.verify() == office.archiver.fault() == ""
    assert office.audit.look().size_bytes < before / 2, "the room is really given back"
    newest = office.audit.entries(1)[0]
    assert (newest.verb, newest.name, newest.result) == (ARCHIVE_VERB, "Ole Holm", "done")
    (told,) = office.archiver.all()
    assert (told.first, told.last, told.place, told.name) == (1, 300, str(file), "Ole Holm")
    found = read_archive(file.read_bytes(), KEY)
    assert [each.seq for each in found.entries] == list(range(1, 301))
    assert archive_fault(found, None, KEY) == ""
    proof = office.audit.proof(301)
    assert (proof.fault, proof.previous) == ("", found.entries[-1].hash)


def test_archive_after_archive_and_a_restart_stay_one_chain(office: Office) -> None:
    files = [office.archive(day, f"{day}.zip") for day in (10, 20, 30)]
    office.restart()
    office.audit.append(**WROTE)
    assert office.audit.verify() == office.archiver.fault() == ""
    assert [(each.first, each.last) for each in office.archiver.all()] == [
        (1, 100), (101, 200), (201, 300),
    ]  # fmt: skip
    assert verify_audit(look_at(office.file), office.file, KEY) == ""
    for number, file in enumerate(files):
        kept = file.read_bytes()
        file.unlink()
        assert f"entries {number * 100 + 1} to" in office.archiver.fault()
        assert f"{file} is missing" in office.archiver.fault()
        file.write_bytes(kept)
    assert office.archiver.fault() == ""


@pytest.mark.parametrize("deed", ["flip", "drop", "swap", "cut", "forge", "nonsense"])
def test_a_changed_archive_is_told_with_what_is_wrong(office: Office, deed: str) -> None:
    file = office.archive(30, "one.zip")
    file.write_bytes(tampered(file.read_bytes(), deed))
    said = office.archiver.fault()
    assert str(file) in said
    assert "entries 1 to 300" in said
    words = {
        "flip": "entry 150 is not as it was written",
        "drop": "entry 150 is missing",
        "swap": "entry 150 is missing: 151 stands in its place",
        "cut": "ends too early",
        "forge": "not signed by this project",
        "nonsense": "no archive of an activity log",
    }
    assert words[deed] in said
    assert office.audit.verify() == "", "what is here is whole all the same"


def tampered(content: bytes, deed: str) -> bytes:
    if deed == "nonsense":
        return b"PK nothing of the kind"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    lines = parts["entries.jsonl"].splitlines(keepends=True)
    if deed == "flip":
        lines[149] = lines[149].replace(b'"21"', b'"22"')
    if deed == "drop":
        del lines[149]
    if deed == "swap":
        lines[149], lines[150] = lines[150], lines[149]
    if deed == "cut":
        del lines[200:]
    if deed == "forge":
        about = json.loads(parts["archive.json"])
        parts["archive.json"] = json.dumps(about | {"made_at": "2020-01-01"}).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, part in (parts | {"entries.jsonl": b"".join(lines)}).items():
            packed.writestr(name, part)
    return made.getvalue()


def test_another_whole_archive_does_not_take_its_place(office: Office) -> None:
    first, second = office.archive(10, "one.zip"), office.archive(20, "two.zip")
    first.write_bytes(second.read_bytes())
    assert "entry 1 is missing: 101 stands in its place" in office.archiver.fault()


def test_entries_taken_out_without_a_link_are_missed(office: Office) -> None:
    with pytest.raises(BadInput, match="says where"):
        office.audit.drop(300)
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE seq <= 300")
    assert office.audit.verify() == "audit entry 1 is missing: 301 stands in its place"


def test_more_taken_out_than_the_archive_holds_is_missed(office: Office) -> None:
    office.archive(10, "one.zip")
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE seq <= 150")
    assert "is missing: 151 stands in its place" in office.audit.verify()


def test_nothing_is_gone_before_somebody_says_that_a_file_holds_it(office: Office) -> None:
    part = office.part(30)
    assert office.numbers() == list(range(1, 401))
    with pytest.raises(BadInput, match="was not handed out"):
        office.archiver.kept("0" * 64, "x.zip", ME)
    office.audit.redact(lambda text: text.replace("school.p3", "…"), ME)
    with pytest.raises(BadInput, match="changed meanwhile"):
        office.archiver.kept(part.digest, "x.zip", ME)
    assert office.numbers()[0] == 1
    assert office.audit.verify() == ""


def test_what_is_young_or_not_there_is_not_archived(office: Office) -> None:
    with pytest.raises(BadInput, match="older than a day"):
        office.archiver.part(office.clock())
    with pytest.raises(BadInput, match="no entries that old"):
        office.part(0)


def test_a_clock_that_went_wrong_once_does_not_keep_the_log_from_being_archived(
    office: Office,
) -> None:
    office.clock.now += 4000 * DAY
    office.audit.append(**WROTE)
    office.clock.now -= 4000 * DAY
    office.audit.append(**WROTE)
    office.clock.now += 3 * DAY
    part = office.part(DAYS + 1)
    assert (part.first, part.last) == (1, 402)


def test_a_kill_between_link_and_removal_loses_nothing(office: Office) -> None:
    part = office.part(30)
    place = office.outside / "one.zip"
    place.write_bytes(part.content)
    office.audit.drop = lambda last: None  # type: ignore[method-assign]
    office.archiver.kept(part.digest, str(place), ME)
    office.restart()
    assert office.numbers() == list(range(1, 402))
    assert office.audit.verify() == office.archiver.fault() == ""
    office.archive(30, "again.zip")
    assert office.numbers()[0] == 301
    assert office.audit.verify() == office.archiver.fault() == ""


def test_redacted_entries_are_whole_in_and_beside_an_archive(
    office: Office, tmp_path: Path
) -> None:
    def without(text: str) -> str:
        return text.replace("school.p5", "…").replace("school.p350", "…")

    office.audit.redact(without, ME)
    file = office.archive(30, "one.zip")
    assert archive_fault(read_archive(file.read_bytes(), KEY), None, KEY) == ""
    office.audit.redact(lambda text: text.replace("school.p399", "…"), ME)
    assert office.audit.verify() == office.archiver.fault() == ""
    office.engine.dispose()
    copy = tmp_path / "copy" / "audit.sqlite"
    copy.parent.mkdir()
    copy.write_bytes(office.file.read_bytes())
    head_file(copy).write_bytes(head_file(office.file).read_bytes())
    assert redact_copy(copy, KEY, lambda text: text.replace("school.p320", "…")) == 1
    fault = verify_audit(look_at(copy), copy, KEY)
    assert "added past the signed end" not in fault
    assert "not as it was written" not in fault


def test_the_limit_is_kept_over_restarts_and_archives_and_told(office: Office) -> None:
    office.audit.limit(700_000_000, ME)
    assert office.audit.standing.limit_bytes == 700_000_000
    entry = office.audit.entries(1)[0]
    assert (entry.verb, entry.old, entry.new) == ("audit.limit", "1000 MB", "700 MB")
    office.clock.now += 3 * DAY
    office.archive(DAYS + 1, "all.zip")
    office.restart()
    assert office.audit.look().limit_bytes == 700_000_000
    assert office.audit.verify() == ""
    with pytest.raises(BadInput, match="has taken"):
        office.audit.limit(1, ME)
