"""Puts a resident's name out of the parts of the audit that lie in files outside.

Such a file is bound to the project by its own hash, which stands in the chain. So it is
made and signed anew, its entries redacted as those in the project are, and an entry says
how it looks from now on. Whoever changes it otherwise is found out as before.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from app.errors import BadInput
from app.ports import Deed
from app.users.audit import redacted_forms
from app.users.auditarchive import Archive, Archiver, archive_fault, archive_of, read_archive
from app.users.chain import ARCHIVE_VERB, Link
from app.users.privatefile import replace_file
from app.words import _

Without = Callable[[str], str]


def redact_archives(archiver: Archiver, without: Without, deed: Deed) -> tuple[int, list[str]]:
    """Put out of every archive what ``without`` takes from its texts.

    An archive that is missing, or is not as it was put there, stays as it is: nobody
    signs anew what was changed.

    Args:
        archiver: Of the project's audit.
        without: What takes a name out of a text.
        deed: Who does it, and why; the chain has it.

    Returns:
        How many entries changed, and a sentence for each archive that could not be gone
        through.
    """
    count, left = 0, list[str]()
    for link in archiver.trail.rows.links().values():
        place, words = Path(link.place), {"first": link.first, "last": link.last}
        try:
            content = place.read_bytes()
        except OSError:
            said = _(
                "entries {first} to {last} of the activity log lie outside the project, in a "
                "file that could not be reached"
            )
            left.append(said.format(**words))
            continue
        try:
            count += _redacted(archiver, link, content, without, deed)
        except BadInput:
            said = _(
                "entries {first} to {last} of the activity log lie outside the project, in a "
                "file that was changed"
            )
            left.append(said.format(**words))
    return count, left


def _redacted(
    archiver: Archiver, link: Link, content: bytes, without: Without, deed: Deed
) -> int:
    """Redact one archive; returns how many entries changed."""
    key, digest = archiver.trail.key, hashlib.sha256(content).hexdigest()
    archive = read_archive(content, key)
    _require_ours(archive, link, digest, key)
    forms = redacted_forms(archive.entries, without, link.previous)
    if forms:
        redactions = {str(number): hash_ for number, hash_ in archive.redactions.items()}
        redactions |= {str(number): hash_ for number, (_form, hash_) in forms.items()}
        entries = [
            forms[each.seq][0] if each.seq in forms else each for each in archive.entries
        ]
        content = archive_of(
            key, link, entries, redactions, archive.sealed_from, archiver.now()
        )
        try:
            replace_file(Path(link.place), content)
        except OSError as error:
            raise BadInput(f"{link.place} cannot be written: {error}") from error
    if (now := hashlib.sha256(content).hexdigest()) != link.digest:
        said = deed.copy()
        said["verb"], said["entity"], said["result"] = ARCHIVE_VERB, "audit", "done"
        said["new"] = link._replace(digest=now).text()
        archiver.trail.append(**said)
    return len(forms)


def _require_ours(archive: Archive, link: Link, digest: str, key: bytes) -> None:
    """Raise `BadInput` unless it is the file, or what an erasure cut short made of it."""
    if archive_fault(archive, link._replace(digest=digest), key):
        raise BadInput(_("it is not the file that was made"))
