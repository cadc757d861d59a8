"""Erases somebody from a whole project that lies packed among the backups.

Such a backup is made before a package of a laptop is merged. It is unpacked beside itself,
gone through like the project it is, and packed again: it stays of use, without him.
"""

import shutil
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.backup.book import BackupBook
from app.backup.manifest import NAME as MANIFEST
from app.backup.manifest import renew_manifest
from app.backup.sealing import is_sealed
from app.database import Manner, open_database, shut, told
from app.errors import BadInput, StoreBroken
from app.ports import Deed
from app.project.folder import ProjectFolder
from app.project.pending import BEGUN
from app.project.safezip import members_of, pieces_of, place_of
from app.project.scrub import wipe
from app.users.audit import SqlAuditTrail
from app.users.privatefile import OWNER_ONLY, take_place

_OWN = Deed(login="", name="Heatdesk", workstation="", verb="", entity="audit")
_PIECE_BYTES = 1 << 20
Clean = Callable[[ProjectFolder], bool]  # whether it changed anything


def is_backup(folder: ProjectFolder, path: Path) -> bool:
    """Whether a file is a whole project, packed."""
    if not path.is_relative_to(folder.backups) or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as packed:
        return folder.mark.name in packed.namelist()


def is_sealed_backup(folder: ProjectFolder, path: Path) -> bool:
    """Whether a file among the backups is sealed: nobody can take anything out of it."""
    with told(path):
        return path.is_relative_to(folder.backups) and is_sealed(path)


def backups_elsewhere(folder: ProjectFolder) -> list[str]:
    """Return the backups that were made outside of the project, or why nobody knows of them.

    No erasure goes there: a disk may be unplugged, a share belong to others. Opening what was
    restored from one erases again whoever was erased since.
    """
    try:
        made = BackupBook(folder.backups).all()
    except StoreBroken as error:
        return [str(error)]
    return [each.file for each in made if not Path(each.file).is_relative_to(folder.backups)]


def clean_backup(path: Path, clean: Clean) -> bool:
    """Let ``clean`` go through a packed project; returns whether it changed anything.

    The backup is replaced whole or not at all, and nothing stays of what it held. Raises
    `BadInput` for one that cannot be trusted, `StoreBroken` for one that cannot be read,
    or where the disk has too little room: then it is as it was.
    """
    with told(path), TemporaryDirectory(dir=path.parent, prefix=BEGUN[1]) as aside:
        root = Path(aside) / "project"
        try:
            with zipfile.ZipFile(path) as packed:
                _require_room(packed, path)
                _unpack(packed, path, root)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise BadInput(f"{path}: {error}") from error
        try:
            if not clean(ProjectFolder(root)):
                return False
            if (root / MANIFEST).is_file():
                renew_manifest(root)
            part = Path(aside) / path.name
            _pack(root, part)
            take_place(part, path)
        finally:
            for each in root.rglob("*"):
                if each.is_file():
                    wipe(each)
    return True


def redact_backup(folder: ProjectFolder, key: bytes, without: Callable[[str], str]) -> int:
    """Put names out of the audit of an unpacked project, whose signed end follows."""
    engine = open_database(folder.audit, Manner.DURABLE)
    try:
        trail = SqlAuditTrail(engine, folder.audit, key, lambda: datetime.now(UTC))
        return trail.redact(without, _OWN)
    finally:
        shut(engine)


def _require_room(packed: zipfile.ZipFile, path: Path) -> None:
    needed = sum(each.file_size for each in packed.infolist()) + path.stat().st_size
    if shutil.disk_usage(path.parent).free < needed:
        raise StoreBroken(f"{path}: the disk has too little room to go through it")


def _unpack(packed: zipfile.ZipFile, path: Path, root: Path) -> None:
    for member in members_of(packed, path):
        place = root / place_of(member)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for piece in pieces_of(packed, member, path):
                file.write(piece)


def _pack(root: Path, out: Path) -> None:
    out.touch(mode=OWNER_ONLY)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(each for each in root.rglob("*") if each.is_file()):
            name = file.relative_to(root).as_posix()
            with file.open("rb") as source, packed.open(name, "w", force_zip64=True) as to:
                shutil.copyfileobj(source, to, _PIECE_BYTES)
