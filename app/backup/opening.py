"""Takes a backup apart: whether every part is as it was written, and a project of it again."""

import hashlib
import io
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import IO

from app.backup.manifest import NAME, Manifest, Part, read_manifest
from app.backup.sealing import Unsealed, is_sealed
from app.database import health_of, look_at, read_only, told
from app.errors import BadInput, PlantError, StoreBroken
from app.history.schema import LAYOUT
from app.project.databases import SCHEMAS
from app.project.folder import ProjectFolder, read_mark
from app.project.safezip import members_of, pieces_of
from app.project.upgrade import require_known, require_revision
from app.users.audit import verify_audit
from app.users.keyplaces import Keys
from app.users.privatefile import new_private, sync_folder
from app.users.secrets import create_secrets, open_secrets
from app.words import _

_SPARE_BYTES = 200_000_000  # must be left on the disk afterwards
LOOKING = "heatdesk-looking-"  # how a folder is called into which a database is unpacked
_HALF = ".restoring-"  # how a folder is called that is not a project yet
_FAULTS = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError)
Step = Callable[[int], None]  # hears of so many bytes more; what it raises calls it off


class CalledOff(StoreBroken):
    """Whoever wanted it does not want it any more; nothing is left of it."""


class OpenBackup:
    """A backup whose list of parts was read; `opened` gives it, one thread has it."""

    def __init__(self, file: Path, packed: zipfile.ZipFile) -> None:
        self.file = file
        self._packed = packed
        self._members = {each.filename: each for each in members_of(packed, file)}
        if NAME not in self._members:
            raise StoreBroken(_("{file} is no backup of Heatdesk").format(file=file))
        self.manifest = read_manifest(self._read(NAME), file)
        _require_known(self.manifest, file)

    @property
    def size_bytes(self) -> int:
        """How much all parts take unpacked."""
        return sum(each.size_bytes for each in self.manifest.parts)

    def strays(self) -> list[str]:
        """Return a sentence for each file that is in no list, and each part listed twice."""
        listed = [each.name for each in self.manifest.parts]
        said = _("{part} stands in no list of the backup")
        return [
            said.format(part=name)
            for name in self._members
            if name != NAME and listed.count(name) != 1
        ]

    def fault_of(
        self, part: Part, into: IO[bytes] | None = None, step: Step = lambda _bytes: None
    ) -> str:
        """Read a part, and write it ``into`` a file; "" where it is as it was written.

        ``step`` hears of the bytes of each piece; what it raises ends the reading.
        """
        member = self._members.get(part.name)
        if member is None:
            return _("{part} is missing").format(part=part.name)
        digest, size = hashlib.sha256(), 0
        try:
            for piece in pieces_of(self._packed, member, self.file):
                digest.update(piece)
                size += len(piece)
                step(len(piece))
                if into is not None:
                    into.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, BadInput) as error:
            return _("{part} is damaged: {error}").format(part=part.name, error=error)
        if size != part.size_bytes or digest.hexdigest() != part.sha256:
            said = _("{part} is damaged: its sum is not the one that was written down")
            return said.format(part=part.name)
        return ""

    def _read(self, name: str) -> bytes:
        return b"".join(pieces_of(self._packed, self._members[name], self.file))


@contextmanager
def opened(file: Path, passphrase: str) -> Iterator[OpenBackup]:
    """Lend a backup; a sealed one is unsealed as it is read, piece by piece.

    Raises:
        BadInput: There is no such file, it cannot be trusted, or a newer Heatdesk made it.
        SecretsLocked: It is sealed, and not by this passphrase.
        StoreBroken: It is no backup, damaged, or cannot be read.
    """
    if not file.is_file():
        raise BadInput(_("{file}: there is no such file").format(file=file))
    try:
        with ExitStack() as ending:
            stream: IO[bytes] = ending.enter_context(file.open("rb"))
            if is_sealed(file):
                if not passphrase:
                    said = _("{file} is sealed: give its passphrase (--passphrase-file)")
                    raise BadInput(said.format(file=file))
                stream = io.BufferedReader(Unsealed(stream, passphrase, file))
            yield OpenBackup(file, ending.enter_context(zipfile.ZipFile(stream)))
    except _FAULTS as error:
        raise StoreBroken(_("{file} is damaged: {error}").format(file=file, error=error)) from (
            error
        )


def faults_of_backup(
    file: Path, passphrase: str = "", step: Step = lambda _bytes: None
) -> Iterator[str]:
    """Yield what is broken in a backup, a sentence each; nothing for one that is whole.

    Each part is compared with its sum; databases are looked through besides, and the
    activity log is followed from its first entry to its end. Databases are unpacked for
    that one by one, where there is room for the largest.

    Raises what ``step`` raises, which hears of the bytes read.
    """
    try:
        with opened(file, passphrase) as backup, _aside(backup) as aside:
            yield from backup.strays()
            folder = ProjectFolder(Path(aside))
            for part in backup.manifest.parts:
                yield from _looked_at(backup, part, folder, step)
            if folder.audit.is_file():
                log, end = folder.audit, folder.audit_head
                if fault := verify_audit(look_at(log), log, None, head=end):
                    yield f"{log.name}: {fault}"
    except CalledOff:
        raise
    except PlantError as error:
        yield str(error)


def _aside(backup: OpenBackup) -> TemporaryDirectory[str]:
    """Return a folder with room for the largest database and the activity log.

    Folders for what is passing may be small, or lie in memory: then it is beside the backup.
    """
    sizes = {each.name: each.size_bytes for each in backup.manifest.parts}
    databases = [size for name, size in sizes.items() if name.endswith(".sqlite")]
    need = max(databases, default=0) + sizes.get("audit.sqlite", 0)
    beside = backup.file.absolute().parent
    for folder in (Path(gettempdir()), beside):
        with told(folder):
            if shutil.disk_usage(folder).free > need:
                return TemporaryDirectory(dir=folder, prefix=LOOKING)
    raise BadInput(_("{folder}: the disk has too little room").format(folder=beside))


def _looked_at(
    backup: OpenBackup, part: Part, folder: ProjectFolder, step: Step
) -> Iterator[str]:
    if not part.name.endswith((".sqlite", ".head")):
        if fault := backup.fault_of(part, step=step):
            yield fault
        return
    copy = folder.root / Path(part.name).name
    with told(copy), copy.open("wb") as into:
        fault = backup.fault_of(part, into, step)
    if fault:
        yield fault
    elif copy.suffix == ".sqlite" and (sickness := health_of(copy, lambda: step(0))):
        yield _("{part} was broken when the backup was made: {what}").format(
            part=part.name, what=sickness
        )
    if part.name not in (folder.audit.name, folder.audit_head.name):
        copy.unlink()


def restore(
    file: Path,
    target: Path,
    passphrase: str = "",
    keys: Keys | None = None,
) -> Manifest:
    """Make a project of a backup in ``target``, a folder that is new or empty.

    All parts are compared with their sums before anything stands there: the folder
    appears whole or not at all. The secrets of a sealed backup get a key of this computer.

    Raises:
        BadInput: The place is taken, too small, or the backup is of a newer Heatdesk.
        SecretsLocked: The passphrase is wrong.
        StoreBroken: The backup is damaged, or something cannot be written.
    """
    _require_empty(target)
    target = target.absolute()
    with told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with opened(file, passphrase) as backup, ExitStack() as undone:
        if shutil.disk_usage(target.parent).free < backup.size_bytes + _SPARE_BYTES:
            raise BadInput(_("{folder}: the disk has too little room").format(folder=target))
        if strays := backup.strays():
            raise StoreBroken(_nothing(file, strays[0]))
        with told(target):
            half = Path(
                undone.enter_context(TemporaryDirectory(dir=target.parent, prefix=_HALF))
            )
            _unpack(backup, half)
            _require_ours(half, file)
            if backup.manifest.sealed:
                _reseal(half, passphrase, keys or Keys.of_this_machine())
            _to_the_disk(half)
            _require_empty(target)
            with suppress(FileNotFoundError):
                target.rmdir()
            half.rename(target)
            sync_folder(target.parent)
            half.mkdir()  # so that what was put in place is not swept away with it
        return backup.manifest


def _require_empty(target: Path) -> None:
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise BadInput(f"{target}: {error}") from error
    if taken:
        said = _("{folder} is not empty: restore into a new folder")
        raise BadInput(said.format(folder=target))


def _unpack(backup: OpenBackup, half: Path) -> None:
    for part in backup.manifest.parts:
        place = half / part.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with new_private(place) as into:
            if fault := backup.fault_of(part, into):
                raise StoreBroken(_nothing(backup.file, fault))


def _nothing(file: Path, fault: str) -> str:
    return _("{file}: {fault}; nothing was restored").format(file=file, fault=fault)


def _require_known(manifest: Manifest, file: Path) -> None:
    """Raise `BadInput` where a newer program wrote what is in the backup."""
    for schema in SCHEMAS:
        require_revision(manifest.revisions.get(schema.name), schema, file)
    layout = manifest.revisions.get("history", "0")
    if not layout.isdecimal() or int(layout) > LAYOUT:
        raise BadInput(
            _(
                "{file} holds a history of a newer Heatdesk (layout {found}, this program "
                "knows {known}): restore it with that version"
            ).format(file=file, found=layout, known=LAYOUT)
        )


def _require_ours(half: Path, file: Path) -> None:
    """Raise for what the list of parts did not tell: nobody could open such a project."""
    try:
        read_mark(half)
        for schema in SCHEMAS:
            database = half / f"{schema.name}.sqlite"
            require_known(database, schema)
        for database in sorted((half / "history").glob("*.sqlite")):
            _require_layout(database)
    except BadInput as error:
        raise BadInput(_nothing(file, str(error).replace(f"{half}{os.sep}", ""))) from error
    except StoreBroken as error:
        raise StoreBroken(_nothing(file, str(error).replace(f"{half}{os.sep}", ""))) from error


def _require_layout(database: Path) -> None:
    with suppress(sqlite3.Error), closing(read_only(database)) as connection:
        [found] = connection.execute("SELECT max(version) FROM layout").fetchone()
        if isinstance(found, int) and found > LAYOUT:
            raise BadInput(
                f"{database.name} was written by a newer Heatdesk (history layout {found}, "
                f"this program knows {LAYOUT})"
            )


def _reseal(half: Path, passphrase: str, keys: Keys) -> None:
    """Let the secrets open on this computer, without the passphrase of the backup."""
    sealed = half / "secrets.bin"
    kept = half / "secrets.sealed"
    sealed.rename(kept)
    found = open_secrets(kept, Keys(half / "none", passphrase=passphrase))
    store = create_secrets(sealed, keys)
    for name in found.names():
        store.put(name, found.get(name))
    kept.unlink()


def _to_the_disk(half: Path) -> None:
    for file in half.rglob("*"):
        if file.is_file():
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
    for below in [*(each for each in half.rglob("*") if each.is_dir()), half]:
        sync_folder(below)
