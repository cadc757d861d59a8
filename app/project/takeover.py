"""Takes a project brought from another computer, as a folder or a zip: look, copy, check.

The laptop's project stays as it is. Whatever is wrong is found in the copy before
anybody works with it, and a copy that is not sound does not stay.
"""

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from app.database import look_at, recover
from app.errors import BadInput, PlantError, StoreBroken
from app.ports import Clock
from app.project.check import Finding, check_project, is_sound
from app.project.configuration import Configuration
from app.project.databases import SERVER_PASSWORD, databases_of, require_in_folder
from app.project.folder import ProjectFolder, ProjectMark, is_project, read_mark
from app.project.lock import read_owner
from app.project.opening import open_project, utc_now
from app.project.safezip import members_of, place_of
from app.users.keyplaces import Keys
from app.users.secrets import open_secrets
from app.words import _

if TYPE_CHECKING:
    from app.project.moving import Cargo  # loads a driver that few projects need

MARK = "project.toml"
# Of the computer it was on, and of no use elsewhere.
_LEFT_BEHIND = ("lock", "lock.guard", "project.unfinished", "simulators.json")
_PIECE_BYTES = 1 << 20
_SPARE_BYTES = 200_000_000  # must be left on the disk afterwards

Step = Callable[[int, int], bool]  # bytes done, bytes in all; False calls it off


class CalledOff(PlantError):
    """Whoever wanted the copy does not want it any more; nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A project as it was brought, before anything is copied."""

    source: Path
    inside: str  # the folder in a zip that holds the project; "" for its top
    name: str  # as the folder was called
    created_at: datetime  # UTC
    program: str  # the version that made it
    files: int
    size_bytes: int
    warning: str  # "" or a sentence, such as that it is still open elsewhere

    @property
    def is_zip(self) -> bool:
        """Whether it has to be unpacked."""
        return self.source.is_file()


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A copy that stands in its place, and what the check said of it."""

    root: Path
    title: str
    devices: int
    findings: tuple[Finding, ...]
    renewed: bool  # its passwords and keys were sealed for the other computer alone


def look_into(source: Path) -> Parcel:
    """Return what was brought; nothing is written.

    Raises `BadInput` when it is no project, one of a newer program, a zip that cannot
    be trusted, or a project that is open on this computer now.
    """
    try:
        return _look_into_zip(source) if source.is_file() else _look_into_folder(source)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:  # the last: a kind unknown
        raise BadInput(f"{source} cannot be read: {error}") from error


def take_over(
    parcel: Parcel,
    target: Path,
    *,
    step: Step = lambda _done, _of: True,
    keys: Keys | None = None,
    now: Clock = utc_now,
    cargo: "Cargo | None" = None,
) -> TakenOver:
    """Copy the project to ``target``, check the copy, and put it in its place.

    Of a project on a server the copy has its databases in its folder, and with ``cargo``
    its history; nobody may run it meanwhile, and the one on the server stays.

    Blocks for as long as the copying takes; ``step`` hears of it in the same thread.

    Raises:
        BadInput: ``target`` is taken, the disk is too small, or the copy is not sound;
            the sentence says what is wrong with it.
        StoreBroken: Something cannot be read or written.
        CalledOff: ``step`` said so.
    """
    if target.exists():
        raise BadInput(
            _("{folder} is there already: choose another place").format(folder=target)
        )
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _require_room(parcel, target.parent)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        with ExitStack() as undone:
            undone.callback(shutil.rmtree, part, ignore_errors=True)
            _copy(parcel, part, step)
            _bring_databases(part, keys, now, cargo)
            findings = _sound(part, keys, now)
            part.rename(target)
            undone.pop_all()
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise StoreBroken(f"{parcel.source}: {error}") from error
    locked = any(each.place.endswith("secrets.bin") for each in findings)
    # Opened once: older databases are brought up to date, and foreign seals are replaced.
    open_project(target, keys=keys, now=now, renew_secrets=locked).close()
    folder = ProjectFolder(target)
    config = Configuration(look_at(folder.config), folder.config, now).current().config
    return TakenOver(target, config.title, len(config.devices), findings, locked)


def _bring_databases(part: Path, keys: Keys | None, now: Clock, cargo: "Cargo | None") -> None:
    """Write what lies on a server into the copy."""
    mark, folder = read_mark(part), ProjectFolder(part)
    if mark.server is None:
        return
    if cargo is None:
        require_in_folder(part, _("a project can be taken over"))
        return
    from app.project.moving import copy_to_files
    from app.project.serverdatabases import ServerDatabases

    own = keys or Keys.of_this_machine()
    with ExitStack() as ending:
        databases = databases_of(folder, mark, own, ending)
        assert isinstance(databases, ServerDatabases)  # noqa: S101 - as its mark says
        databases.collect(ending)
        cargo.settle(folder, databases.server, now)
        folder.make_folders()
        copy_to_files(databases, mark, folder, cargo)
    open_secrets(folder.secrets, own).remove(SERVER_PASSWORD)


def _look_into_folder(source: Path) -> Parcel:
    root = source
    if not is_project(root):
        inside = [each for each in source.iterdir() if each.is_dir() and is_project(each)]
        if len(inside) != 1:
            raise BadInput(_no_project(source, len(inside)))
        root = inside[0]
    mark = read_mark(root)
    owner = read_owner(root)
    if owner is not None and owner.here:
        raise BadInput(owner.sentence(root))
    warning = ""
    if owner is not None:
        warning = _(
            "It was still open on {host} when it was brought here. What was written there "
            "since then does not come along."
        ).format(host=owner.host)
    sizes = [file.stat().st_size for file in _files(root)]
    return Parcel(
        root,
        "",
        root.resolve().name,
        mark.created_at,
        mark.program,
        len(sizes),
        sum(sizes),
        warning,
    )


def _look_into_zip(source: Path) -> Parcel:
    with zipfile.ZipFile(source) as packed:
        members = members_of(packed, source)
        marks = [each for each in members if PurePosixPath(each.filename).name == MARK]
        marks = [each for each in marks if len(PurePosixPath(each.filename).parts) <= 2]  # noqa: PLR2004
        if len(marks) != 1:
            raise BadInput(_no_project(source, len(marks)))
        inside = PurePosixPath(marks[0].filename).parent.as_posix()
        inside = "" if inside == "." else inside
        wanted = list(_members(packed, inside, source))
        mark = _mark_in(packed, marks[0], source)
    size = sum(each.file_size for each, _place in wanted)
    name = PurePosixPath(inside).name or source.stem
    return Parcel(source, inside, name, mark.created_at, mark.program, len(wanted), size, "")


def _mark_in(packed: zipfile.ZipFile, member: zipfile.ZipInfo, source: Path) -> ProjectMark:
    """Return a project's mark; what is wrong with it names the package and the file in it."""
    with TemporaryDirectory() as aside:
        file = Path(aside) / MARK
        file.write_bytes(_limited(packed, member))
        try:
            return read_mark(file.parent)
        except BadInput as error:
            said = str(error).replace(str(file), f"{source}: {member.filename}")
            raise BadInput(said.replace(aside, str(source))) from error


def _limited(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with packed.open(member) as stream:
        return stream.read(_PIECE_BYTES)


def _no_project(source: Path, found: int) -> str:
    if found:
        return _("{place} holds several projects: choose one of them").format(place=source)
    return _("{place} holds no Heatdesk project: there is no project.toml in it").format(
        place=source
    )


def _files(root: Path) -> Iterator[Path]:
    """Yield the project's files; links are not followed, they could lead anywhere."""
    for each in sorted(root.rglob("*")):
        if each.is_symlink() or not each.is_file() or _stays(each.relative_to(root).parts):
            continue
        yield each


def _stays(parts: tuple[str, ...]) -> bool:
    """Whether a file is of the other computer alone."""
    return parts[-1].endswith(".part") or (len(parts) == 1 and parts[0] in _LEFT_BEHIND)


def _members(
    packed: zipfile.ZipFile, inside: str, source: Path
) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Yield what belongs to the project with its place in it; refuse what leads out."""
    base = PurePosixPath(inside)
    for each in members_of(packed, source):
        path = place_of(each)
        if inside and base not in path.parents:
            continue
        place = path.relative_to(base) if inside else path
        if not _stays(place.parts):
            yield each, place


def _require_room(parcel: Parcel, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < parcel.size_bytes + _SPARE_BYTES:
        raise BadInput(
            _("{folder}: only {free} MB are free, the project needs {needed} MB").format(
                folder=folder,
                free=free // 1_000_000,
                needed=(parcel.size_bytes + _SPARE_BYTES) // 1_000_000,
            )
        )


def _copy(parcel: Parcel, target: Path, step: Step) -> None:
    done = 0

    def pour(source: IO[bytes], place: Path, limit: int) -> None:
        nonlocal done
        place.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with place.open("wb") as file:
            while piece := source.read(_PIECE_BYTES):
                written += len(piece)
                if written > limit:
                    raise BadInput(
                        _("{place} cannot be trusted: {name} is larger than it says").format(
                            place=parcel.source, name=place.name
                        )
                    )
                file.write(piece)
                done += len(piece)
                if not step(done, parcel.size_bytes):
                    raise CalledOff(_("the take-over was called off; nothing was left behind"))

    if parcel.is_zip:
        with zipfile.ZipFile(parcel.source) as packed:
            for member, place in _members(packed, parcel.inside, parcel.source):
                with packed.open(member) as source:
                    pour(source, target / place, member.file_size)
        return
    for file in _files(parcel.source):
        with file.open("rb") as source:
            # A database that is open elsewhere may grow meanwhile: the check tells.
            limit = 2 * file.stat().st_size + _PIECE_BYTES
            pour(source, target / file.relative_to(parcel.source), limit)


def _sound(root: Path, keys: Keys | None, now: Clock) -> tuple[Finding, ...]:
    """Return what the check says of a copy that may be used; raise for any other."""
    folder = ProjectFolder(root)
    for database in (folder.config, folder.journal, folder.audit):
        if database.is_file():
            recover(database)
    findings = tuple(check_project(root, keys=keys, now=now))
    serious = [each for each in findings if not each.place.endswith("secrets.bin")]
    if not is_sound(serious):
        wrong = next(each for each in serious if each.severity.value == "error")
        place = wrong.place.replace(f"{root}/", "").replace(f"{root}\\", "")
        raise BadInput(
            _("the project is not sound ({place}: {what}). {advice}").format(
                place=place, what=wrong.sentence, advice=wrong.advice
            )
        )
    return findings
