"""Who was erased is in no copy either: archives of the log, laptops' logs, packed projects."""

import shutil
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.compose.handover.package import keep_whole
from app.database import look_at
from app.history.store import EmbeddedHistory
from app.model.customer import AskedBy, ErasureProof, ErasureWish
from app.model.reading import PointId
from app.project.check import check_project, is_sound
from app.project.folder import ProjectFolder
from app.project.opening import AUDIT_KEY, Administrator, create_project, open_project
from app.users.audit import verify_audit
from app.users.auditarchive import Archiver
from tests.app.personal.house import (
    HIS,
    LOGIN,
    NAME,
    NEXT_DOOR,
    NOW,
    OPERATOR,
    PASSWORD,
    SINCE,
    UNTIL,
    Clock,
    make_house,
    running,
    seed,
    traces_in,
)

pytestmark = pytest.mark.timeout(180)
CAME = "20260401T080000Z-nordby"


@dataclass
class Copies:
    """A house with copies of its data in many places, before and after."""

    folder: Path
    outside: Path
    older: Path  # a packed project that still has him
    clock: Clock
    laptop_key: bytes
    proof: ErasureProof


def laptop_log(home: Path, folder: Path) -> bytes:
    """Let the log of a laptop that knew him lie in the handovers; return its key."""
    laptop = home / "laptop"
    who = Administrator(LOGIN, OPERATOR, PASSWORD)
    create_project(laptop, title="Nordby", zone="Europe/Copenhagen", administrator=who)
    with closing(open_project(laptop)) as project:
        key = project.secrets.get(AUDIT_KEY)
        for number in range(250):  # more than one entry speaks of
            project.audit.append(
                login=LOGIN, name=OPERATOR, workstation="laptop", verb="project.keep_note",
                entity=f"device {HIS}", new=f"{NAME} {number}", result="done",
            )  # fmt: skip
    place = folder / "handovers" / CAME
    place.mkdir(parents=True)
    for name in ("audit.sqlite", "audit.head"):
        shutil.copy(laptop / name, place / name)
    with closing(open_project(folder)) as project:
        project.secrets.put(f"{AUDIT_KEY}/{CAME}", key)
    return bytes.fromhex(key)


def archive(folder: Path, out: Path, clock: Clock) -> None:
    """Move what he left in the log into a file outside."""
    clock.now = NOW + timedelta(days=3)
    with closing(open_project(folder, now=clock)) as project:
        archiver = Archiver(project.audit, clock)
        part = archiver.part(NOW + timedelta(days=1))
        out.write_bytes(part.content)
        deed = {"login": LOGIN, "name": OPERATOR, "workstation": "desk-1"}
        archiver.kept(part.digest, str(out), {**deed, "verb": "", "entity": "audit"})  # type: ignore[typeddict-item]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    home = tmp_path_factory.mktemp("copies")
    folder, outside, clock = home / "site", home / "outside", Clock(NOW)
    outside.mkdir()
    make_house(folder)
    with running(folder, clock) as joined:
        him = seed(joined, folder, clock)
    key = laptop_log(home, folder)
    keep_whole(ProjectFolder(folder), folder / "backups" / f"{CAME}-before-import.zip")
    older = shutil.copy(folder / "backups" / f"{CAME}-before-import.zip", home / "older.zip")
    archive(folder, outside / "log.zip", clock)
    assert traces_in(outside), "he was in there"
    assert any("before-import" in each for each in traces_in(folder))
    assert any("handovers" in each for each in traces_in(folder))
    wish = ErasureWish(him.id, him.version, AskedBy.RESIDENT, "2026-17")
    with running(folder, clock) as joined:
        asked, viewer = joined.asked, joined.viewer
        proof = joined.ask(asked.customers.erase(viewer, wish, PASSWORD))
        assert joined.ask(asked.audit.verify(viewer)) == ""
    return Copies(folder, outside, Path(older), clock, key, proof)


@pytest.mark.feature("RD-61")
def test_no_copy_names_him_and_the_record_says_so(copies: Copies) -> None:
    assert traces_in(copies.folder) == []
    assert traces_in(copies.outside) == []
    assert copies.proof.left == ()
    assert copies.proof.counts["backup copies"] == 3
    assert copies.proof.counts["activity log entries"] > 250
    assert not [each for each in copies.proof.exports if "archive" in each]
    found = check_project(copies.folder)
    assert is_sound(found), found


def test_the_laptops_log_is_still_proved_by_its_own_key(copies: Copies) -> None:
    file = copies.folder / "handovers" / CAME / "audit.sqlite"
    assert verify_audit(look_at(file), file, copies.laptop_key) == ""
    assert verify_audit(look_at(file), file, b"another key") != ""


def test_the_packed_project_is_whole_and_is_as_if_he_was_erased_in_it(
    copies: Copies, tmp_path: Path
) -> None:
    kept = copies.folder / "backups" / f"{CAME}-before-import.zip"
    with zipfile.ZipFile(kept) as packed:
        packed.extractall(tmp_path / "again")
    (tmp_path / "again" / "secrets.bin").chmod(0o600)
    found = check_project(tmp_path / "again")
    assert is_sound(found), found
    with closing(EmbeddedHistory(tmp_path / "again" / "history")) as store:
        assert len(store.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter")) == 0
        assert len(store.range(PointId(f"{NEXT_DOOR}.power"), SINCE, UNTIL, "quarter"))
    assert not [each for each in kept.parent.iterdir() if each.name.startswith(".")]


def test_an_older_packed_project_that_comes_back_is_gone_through(copies: Copies) -> None:
    again = copies.folder / "backups" / "20260301T000000Z-nordby-before-import.zip"
    shutil.copy(copies.older, again)
    assert traces_in(copies.folder)
    with running(copies.folder, copies.clock):
        pass
    assert traces_in(copies.folder) == []
    assert again.is_file()


def test_what_lies_packed_and_is_of_another_project_is_told_and_left(
    copies: Copies,
) -> None:
    other = copies.folder / "backups" / "another.zip"
    with zipfile.ZipFile(copies.older) as whole, zipfile.ZipFile(other, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "project.toml":
                content = content.replace(b'id = "', b'id = "00000000-').replace(
                    content.split(b'id = "')[1][:9], b"", 1
                )
            made.writestr(name, content)
    before = other.read_bytes()
    with running(copies.folder, copies.clock):
        pass
    assert other.read_bytes() == before
    other.unlink()
