"""Packs a project into one file, and takes such a file apart; secrets travel sealed."""

import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from app.database import back_up, told
from app.errors import BadInput, PlantError, SecretsLocked, StoreBroken
from app.ports import Clock
from app.project.databases import SERVER_PASSWORD
from app.project.folder import ProjectFolder, read_mark
from app.project.opening import Project, open_project, utc_now
from app.project.pending import BEGUN
from app.project.safezip import members_of, pieces_of, place_of
from app.project.takeover import CalledOff, look_into
from app.project.wayback import way_back
from app.users.keyplaces import Keys
from app.users.privatefile import OWNER_ONLY
from app.users.secrets import create_secrets
from app.words import _

ENDING = ".heatdesk"
SHORTEST = 12  # characters of a passphrase
_FOLDERS = ("documents", "profiles", "diagrams", "handovers", "history")
_BESIDE = ("-journal", "-wal", "-shm", ".part")
_SPARE_BYTES = 200_000_000
_PIECE_BYTES = 1 << 20
Step = Callable[[int, int], bool]  # done, in all; False calls it off


@dataclass(frozen=True, slots=True)
class Packed:
    """A project in one file."""

    file: Path
    files: int
    size_bytes: int


def require_passphrase(passphrase: str) -> None:
    """Raise `BadInput` for one that is too short to guard what travels."""
    if len(passphrase) < SHORTEST:
        raise BadInput(_("a passphrase has at least {count} characters").format(count=SHORTEST))


def pack(
    project: Project, out: Path, passphrase: str, step: Step = lambda _done, _of: True
) -> Packed:
    """Write an open project into ``out``, a new file that only its owner may read.

    Its passwords and keys are sealed with the passphrase and with nothing else. Logs and
    backups stay. The file appears whole or not at all. Blocks.

    Raises:
        BadInput: ``out`` is there already, or the passphrase is too short.
        StoreBroken: Something cannot be read or written.
        CalledOff: ``step`` said so.
    """
    require_passphrase(passphrase)
    if out.exists():
        raise BadInput(_("{file} is there already: choose another name").format(file=out))

    def sealed(aside: Path) -> Path:
        store = create_secrets(
            aside / "secrets.bin", Keys(aside / "none", passphrase=passphrase)
        )
        for name in project.secrets.names():
            if name != SERVER_PASSWORD:  # what is packed has its databases in its folder
                store.put(name, project.secrets.get(name))
        return aside / "secrets.bin"

    return _write(project.folder, out, sealed, step, partial(_from_server, project))


def _from_server(project: Project, aside: Path) -> ProjectFolder:
    """Return where the databases can be had as files: the folder, or a copy of a server's."""
    databases = project.databases
    if databases.server is None:
        return project.folder
    from app.history.carrying import HistoryCargo
    from app.project.moving import copy_to_files
    from app.project.serverdatabases import ServerDatabases

    assert isinstance(databases, ServerDatabases)  # noqa: S101 - what has a server
    copy, cargo = ProjectFolder(aside / "project"), HistoryCargo()
    copy.history.mkdir(parents=True)
    cargo.settle(project.folder, databases.server, utc_now)
    copy_to_files(databases, read_mark(project.folder.root), copy, cargo)
    return copy


def keep_whole(
    folder: ProjectFolder, out: Path, step: Step = lambda _done, _of: True
) -> Packed:
    """Write a project that we own and that is shut into ``out``, as a backup of this computer.

    The secrets stay sealed as they are: the backup is of use here alone.
    """
    return _write(folder, out, lambda _aside: folder.secrets, step)


def _write(
    folder: ProjectFolder,
    out: Path,
    secrets: Callable[[Path], Path],
    step: Step,
    databases: Callable[[Path], ProjectFolder] | None = None,
) -> Packed:
    """``databases`` returns in which folder they lie, given one for a copy of them."""
    part = out.with_name(f".{out.name}.part")
    with told(out), ExitStack() as undone:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(undone.enter_context(TemporaryDirectory(dir=out.parent, prefix=BEGUN[0])))
        undone.callback(part.unlink, missing_ok=True)
        part.touch(mode=OWNER_ONLY)
        lying = folder if databases is None else databases(aside)
        files = dict(_files(folder, lying, aside / "copies")) | {"secrets.bin": secrets(aside)}
        size = sum(file.stat().st_size for file in files.values())
        done = 0
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, file in sorted(files.items()):
                with file.open("rb") as source, packed.open(name, "w", force_zip64=True) as to:
                    while piece := source.read(_PIECE_BYTES):
                        to.write(piece)
                        done += len(piece)
                        if not step(done, size):
                            raise CalledOff(
                                _("packing was called off; nothing was left behind")
                            )
        part.replace(out)
        return Packed(out, len(files), out.stat().st_size)


def _files(
    folder: ProjectFolder, lying: ProjectFolder, aside: Path
) -> Iterator[tuple[str, Path]]:
    """Yield name in the package and file; databases, in ``lying``, as copies of one moment."""
    yield lying.mark.name, lying.mark
    for database in (lying.config, lying.journal, lying.audit):
        yield database.name, _copy_of(database, aside / database.name)
    if folder.audit_head.is_file():
        yield folder.audit_head.name, folder.audit_head
    for base in dict.fromkeys((folder.root, lying.root)):
        for file in sorted(each for below in _FOLDERS for each in (base / below).rglob("*")):
            if file.is_symlink() or not file.is_file() or file.name.endswith(_BESIDE):
                continue
            name = file.relative_to(base).as_posix()
            yield name, _copy_of(file, aside / name) if file.suffix == ".sqlite" else file


def _copy_of(database: Path, copy: Path) -> Path:
    back_up(database, copy)
    return copy


def unpacked(package: Path, into: Path, passphrase: str, now: Clock, step: Step) -> Project:
    """Take a package apart in the folder ``into`` and open what was in it.

    The copy is checked like any project that is opened: databases, audit, secrets.

    Raises:
        BadInput: No package, one that cannot be trusted, or one of a newer program.
        SecretsLocked: The passphrase is wrong, or it was not packed.
        StoreBroken: Something cannot be read or written.
        CalledOff: ``step`` said so.
    """
    if not package.is_file():
        raise BadInput(_("{file}: there is no such file").format(file=package))
    parcel = look_into(package)
    if shutil.disk_usage(into).free < parcel.size_bytes + _SPARE_BYTES:
        raise BadInput(_("{folder}: the disk has too little room").format(folder=into))
    done = 0
    try:
        with zipfile.ZipFile(package) as packed:
            for member in members_of(packed, package):
                place = into / place_of(member).relative_to(parcel.inside or ".")
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("xb") as file:
                    for piece in pieces_of(packed, member, package):
                        file.write(piece)
                        done += len(piece)
                        if not step(done, parcel.size_bytes):
                            raise CalledOff(_("called off; nothing was changed"))
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise StoreBroken(f"{package} cannot be unpacked into {into}: {error}") from error
    if (into / "secrets.bin").is_file():
        (into / "secrets.bin").chmod(OWNER_ONLY)
    try:
        return open_project(into, keys=Keys(into / "none", passphrase=passphrase), now=now)
    except SecretsLocked as error:
        raise SecretsLocked(
            _(
                "the secrets in {file} stay locked: the passphrase is wrong, or it was not "
                "packed by “heatdesk pack”"
            ).format(file=package)
        ) from error
    except (BadInput, StoreBroken) as error:
        raise _of_package(error, package, ProjectFolder(into)) from error


def _of_package(error: PlantError, package: Path, brought: ProjectFolder) -> PlantError:
    """Return the same error of the package and a file in it, not of a copy soon gone.

    Nobody can put anything right in that copy: the advice for a project is left out.
    """
    said = str(error)
    for file in (brought.config, brought.journal, brought.audit):
        said = said.replace(f" {way_back(brought, file)}", "")
    within = said.replace(f"{brought.root}{os.sep}", "").replace(
        str(brought.root), package.name
    )
    return type(error)(
        _("{file} is no package that can be used: {reason}").format(file=package, reason=within)
    )
