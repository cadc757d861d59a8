"""Makes a backup of an open project while it runs: every database as of one moment."""

import hashlib
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from app.backup.manifest import FORMAT, NAME, Manifest, Part
from app.backup.opening import CalledOff
from app.backup.sealing import Sealing
from app.database import back_up, read_only, told
from app.errors import BadInput, StoreBroken
from app.history.carrying import HistoryCargo
from app.history.schema import LAYOUT
from app.history.store import EmbeddedHistory
from app.model.backup import Backup
from app.project.databases import SCHEMAS, SERVER_PASSWORD
from app.project.folder import ProjectFolder, read_mark, require_outside
from app.project.moving import copy_to_files
from app.project.opening import Project, program
from app.project.pending import BEGUN
from app.project.safezip import fault_of_step, folded
from app.project.serverdatabases import ServerDatabases
from app.users.audit import read_head
from app.users.keyplaces import Keys
from app.users.privatefile import OWNER_ONLY, new_private, sync_folder
from app.users.secrets import create_secrets
from app.words import _

ENDING = ".heatdesk-backup"
SHORTEST = 12  # characters of a passphrase
_TRIES = 200  # to meet the activity log between two entries
_PAUSE_S = 0.01
_BLOCK = 1 << 20
# Of this computer alone, or no part of the plant.
_LEFT_OUT = frozenset(
    {"lock", "lock.guard", "project.unfinished", "simulators.json", "administrator.password"}
)
_FOLDERS_LEFT_OUT = frozenset({"logs", "backups", "import.part", "import.ready"})
_ROTTEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_BESIDE = ("-journal", "-wal", "-shm", ".part")
Step = Callable[[int], bool]  # bytes done; False calls it off
Heard = Callable[[int], None]  # of so many bytes more; raises `CalledOff`


def require_place(out: Path) -> None:
    """Raise `BadInput` for a file that no backup can become."""
    if not out.is_absolute() or out.suffix != ENDING:
        said = _("{file}: a backup has a whole path and a name that ends with {ending}")
        raise BadInput(said.format(file=out, ending=ENDING))
    if out.exists():
        raise BadInput(_("{file} is there already: choose another name").format(file=out))


def require_passphrase(passphrase: str) -> None:
    """Raise `BadInput` for one that is too short to guard a whole plant; "" is none."""
    if passphrase and len(passphrase) < SHORTEST:
        raise BadInput(_("a passphrase has at least {count} characters").format(count=SHORTEST))


def make_backup(
    project: Project,
    out: Path,
    passphrase: str,
    now: datetime,
    step: Step = lambda _done: True,
) -> Backup:
    """Write an open project into ``out``; it may be in use meanwhile. Blocks, any thread.

    Configuration, alarms, activity log and each file of the history are of one moment
    each, the activity log's the last, so that it tells of every change that is in the
    backup. The file appears whole or not at all; only its owner may read it.

    Args:
        project: The project, open in this process.
        out: Where; a new file, one at a time in its folder.
        passphrase: Seals the whole file, and its secrets so that they open with it on any
            computer; "": it is not sealed, its secrets open where they open now.
        now: The moment, UTC.
        step: Hears of the bytes written, at each piece of a file; False calls it off.

    Raises:
        BadInput: ``out`` will not do or lies in the project itself, or the passphrase is
            too short.
        StoreBroken: Something cannot be read or written.
    """
    require_place(out)
    require_outside(project.folder.root, out, but=project.folder.backups)
    require_passphrase(passphrase)
    with told(out), ExitStack() as ending:
        out.parent.mkdir(parents=True, exist_ok=True)
        begun = f"{BEGUN[0]}{project.id.hex[:12]}-"
        for left in out.parent.glob(f"{begun}*"):  # by a kill; we alone own the project
            shutil.rmtree(left, ignore_errors=True)
        aside = Path(ending.enter_context(TemporaryDirectory(dir=out.parent, prefix=begun)))
        part = aside / out.name
        lying = _lying(project, aside)
        with new_private(part) as stream:
            parts = _write(project, lying, aside, stream, passphrase, now, step)
            stream.flush()
            os.fsync(stream.fileno())
        require_place(out)
        part.replace(out)
        sync_folder(out.parent)
    carried = lying != project.folder
    size = out.stat().st_size
    return Backup(str(out), now, size, parts, bool(passphrase), carried, verified=False)


def _lying(project: Project, aside: Path) -> ProjectFolder:
    """Return the folder in which the databases are files: a copy of a server's."""
    databases = project.databases
    if databases.server is None:
        return project.folder
    assert isinstance(databases, ServerDatabases)  # noqa: S101 - what has a server
    with closing(EmbeddedHistory(project.folder.history / "waiting")) as waiting:
        if waiting.stats().samples.get("quarter", 0):
            raise StoreBroken(
                _("samples wait to be brought to the database server: try again in a minute")
            )
    copy = ProjectFolder(aside / "project")
    copy.history.mkdir(parents=True)
    copy_to_files(databases, read_mark(project.folder.root), copy, HistoryCargo())
    return copy


def _write(
    project: Project,
    lying: ProjectFolder,
    aside: Path,
    stream: IO[bytes],
    passphrase: str,
    now: datetime,
    step: Step,
) -> int:
    """Write all parts and the list of them; return how many."""
    sealing = Sealing(stream, passphrase) if passphrase else None
    to: Any = sealing or stream
    parts = list[Part]()
    done = 0

    def heard(count: int) -> None:
        nonlocal done
        done += count
        if not step(done):
            raise CalledOff(_("the backup was called off; nothing was left behind"))

    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, file in _sources(project, lying, aside, passphrase, heard):
            try:
                parts.append(_packed(packed, name, file, heard))
            except FileNotFoundError:
                if file.is_relative_to(aside):
                    raise
                continue  # somebody took it away just now: a document that was erased
            if file.is_relative_to(aside):
                file.unlink()
        server = project.databases.server
        manifest = Manifest(
            FORMAT,
            program(),
            project.id.hex,
            now,
            bool(passphrase),
            "" if server is None else str(server.place),
            {each.name: each.newest() for each in SCHEMAS} | {"history": str(LAYOUT)},
            parts,
        )
        packed.writestr(NAME, manifest.text())
    if sealing is not None:
        sealing.close()
    return len(parts)


def _packed(packed: zipfile.ZipFile, name: str, file: Path, heard: Heard) -> Part:
    """Write a file into the zip; what is packed by itself already is only stored."""
    digest, size = hashlib.sha256(), 0
    member = zipfile.ZipInfo(name)
    member.external_attr = OWNER_ONLY << 16
    member.compress_type = (
        zipfile.ZIP_STORED if name.startswith("history/") else zipfile.ZIP_DEFLATED
    )
    with file.open("rb") as source, packed.open(member, "w", force_zip64=True) as to:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            heard(len(block))
            to.write(block)
    return Part(name, size, digest.hexdigest())


def _sources(
    project: Project, lying: ProjectFolder, aside: Path, passphrase: str, heard: Heard
) -> Iterator[tuple[str, Path]]:
    """Yield name and file of each part; databases as copies of one moment.

    Whoever asks for the next has used the one before: a copy is made when it is its turn.
    """
    copy = aside / "copy.sqlite"
    yield lying.mark.name, lying.mark
    for database in (lying.config, lying.journal):
        yield database.name, _copied(database, copy, heard)
    known = {lying.mark.name, "secrets.bin", "audit.sqlite", "audit.head"}
    known |= {lying.config.name, lying.journal.name}
    places = {folded(each): each for each in known}
    for base in dict.fromkeys((lying.root, project.folder.root)):
        for name, file in _files(base):
            if name in known or name.startswith("history/waiting/"):
                continue
            known.add(name)
            if (other := places.setdefault(folded(name), name)) != name:
                said = _("{file} and {other} are one file on many systems: rename one")
                raise StoreBroken(said.format(file=file, other=other))
            yield name, _copied(file, copy, heard) if file.suffix == ".sqlite" else file
    yield "secrets.bin", _secrets(project, aside, passphrase)
    head = aside / "audit.head"
    yield lying.audit.name, _audit(project.folder.audit_head, lying.audit, copy, head, heard)
    if head.is_file():
        yield head.name, head


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for below, folders, files in os.walk(root):
        here = Path(below)
        if here == root:
            folders[:] = [each for each in folders if each not in _FOLDERS_LEFT_OUT]
        folders.sort()
        for each in sorted(files):
            file = here / each
            if file.is_symlink() or not file.is_file() or each.endswith(_BESIDE):
                continue
            if here == root and (each in _LEFT_OUT or each.startswith(".")):
                continue
            for step in file.relative_to(root).parts:
                if fault := fault_of_step(step):  # nobody could take it out again
                    raise StoreBroken(
                        _("{file}: {fault}: rename it").format(file=file, fault=fault)
                    )
            yield file.relative_to(root).as_posix(), file


def _copied(database: Path, copy: Path, heard: Heard) -> Path:
    """Copy a database as of one moment; one that is none any more goes along as it is."""
    try:
        back_up(database, copy, lambda: heard(0))
    except StoreBroken as error:
        if getattr(error.__cause__, "sqlite_errorcode", 0) not in _ROTTEN:
            raise
        shutil.copyfile(database, copy)
    return copy


def _secrets(project: Project, aside: Path, passphrase: str) -> Path:
    """Return the secrets as they go into the backup: of the server's password, none."""
    if not passphrase:
        return project.folder.secrets
    store = create_secrets(aside / "secrets.bin", Keys(aside / "none", passphrase=passphrase))
    for name in project.secrets.names():
        if name != SERVER_PASSWORD:
            store.put(name, project.secrets.get(name))
    return aside / "secrets.bin"


def _audit(signed: Path, audit: Path, copy: Path, head: Path, heard: Heard) -> Path:
    """Copy the activity log with the signed end that belongs to it.

    Entries may be written meanwhile: then it is done again. One whose end does not agree
    for long was changed by somebody; it is kept as it is, and looking through it says so.
    """
    for attempt in range(_TRIES):
        end = read_head(signed)
        _copied(audit, copy, heard)
        if end is None or end.count == _count(copy) or attempt == _TRIES - 1:
            break
        time.sleep(_PAUSE_S)
    if signed.is_file() and end is not None:
        head.write_text(end.text(), encoding="utf-8")
    return copy


def _count(audit: Path) -> int:
    with closing(read_only(audit)) as connection:
        try:
            [count] = connection.execute("SELECT max(seq) FROM audit").fetchone()
        except sqlite3.Error:
            return -1
    return int(count or 0)
