"""A name goes out of archives outside as well, and the chain still proves every entry."""

from pathlib import Path

import pytest

from app.ports import Deed
from app.project.check import Severity, _archives
from app.project.databases import FolderDatabases
from app.project.folder import ProjectFolder
from app.users.archiveredaction import redact_archives
from app.users.auditarchive import archive_fault, read_archive
from app.users.chain import ARCHIVE_VERB
from tests.app.users.test_auditarchive import ME, Office, filled, office
from tests.app.users.test_door import KEY

__all__ = ["filled", "office"]
NAME = "Mads Riis"
WHY = Deed(**{**ME, "reason": "erasure e-1"})


def without(text: str) -> str:
    return text.replace(NAME, "–")


def archived_with_him(office: Office) -> Path:
    """Put an entry that names him, and others, into an archive."""
    office.audit.append(
        login="ole", name="Ole Holm", workstation="desk-1", verb="project.keep_note",
        entity="device flat-3", new=f"{NAME} has moved in",
    )  # fmt: skip
    office.clock.on(3 * 86_400)
    return office.archive(42, "one.zip")


def test_a_name_goes_out_of_an_archive_and_the_chain_stays_whole(office: Office) -> None:
    file = archived_with_him(office)
    before = read_archive(file.read_bytes(), KEY)
    assert redact_archives(office.archiver, without, WHY) == (1, [])
    content = file.read_bytes()
    found = read_archive(content, KEY)
    assert NAME not in str(found.entries)
    assert [each.hash for each in found.entries] == [each.hash for each in before.entries]
    assert archive_fault(found, None, KEY) == ""
    assert office.archiver.fault() == office.audit.verify() == ""
    newest = office.audit.entries(1)[0]
    assert (newest.verb, newest.reason) == (ARCHIVE_VERB, "erasure e-1")
    (told,) = office.archiver.all()
    assert (told.place, told.digest) == (str(file), found.link.digest)
    count = len(office.numbers())
    assert redact_archives(office.archiver, without, WHY) == (0, []), "once more: no harm"
    assert len(office.numbers()) == count
    office.restart()
    assert office.archiver.fault() == ""


def test_a_kill_between_file_and_entry_is_made_good(office: Office) -> None:
    file = archived_with_him(office)
    old = file.read_bytes()
    redact_archives(office.archiver, without, WHY)
    redacted = file.read_bytes()
    file.write_bytes(old)  # the file of before under the new link: somebody put it back
    assert "was changed" in office.archiver.fault()
    assert redact_archives(office.archiver, without, WHY) == (1, [])
    assert office.archiver.fault() == ""
    file.write_bytes(redacted)  # as a kill leaves it: redacted, and the link not yet
    assert redact_archives(office.archiver, without, WHY) == (0, [])
    assert office.archiver.fault() == ""


def test_an_archive_out_of_reach_or_changed_is_told_and_never_signed_anew(
    office: Office,
) -> None:
    file = archived_with_him(office)
    whole = file.read_bytes()
    file.unlink()
    count, left = redact_archives(office.archiver, without, WHY)
    assert count == 0
    assert len(left) == 1
    assert "could not be reached" in left[0]
    assert NAME not in left[0]
    for wrong in (whole[:-7], b"no zip", whole.replace(b"PK", b"KP")):
        file.write_bytes(wrong)
        count, left = redact_archives(office.archiver, without, WHY)
        assert (count, len(left)) == (0, 1)
        assert "was changed" in left[0]
        assert file.read_bytes() == wrong


def test_an_archive_says_where_older_ones_lie_when_their_entry_goes(office: Office) -> None:
    """The entry about the first archive lies in the second: it must be missed all the same."""
    one = office.archive(10, "one.zip")
    office.fill()
    two = office.archive(60, "two.zip")
    assert [each.place for each in office.archiver.all()] == [str(one), str(two)]
    assert office.archiver.fault() == office.audit.verify() == ""
    one.unlink()
    assert str(one) in office.archiver.fault()


@pytest.mark.parametrize("changed", [False, True])
def test_check_proves_archives(office: Office, changed: bool) -> None:
    file = archived_with_him(office)
    folder = FolderDatabases(ProjectFolder(office.file.parent))
    assert list(_archives(folder, KEY)) == []
    assert list(_archives(folder, None)) == [], "without the key the file's hash is enough"
    if changed:
        file.write_bytes(file.read_bytes()[:-9])
    else:
        file.rename(file.with_name("elsewhere.zip"))
    (finding,) = _archives(folder, KEY)
    assert finding.place == str(file)
    assert finding.severity is (Severity.ERROR if changed else Severity.WARNING)
