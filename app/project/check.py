"""Is a project sound? Everything that can be looked at without owning or changing it."""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from sqlalchemy import func, select

from app.database import health_of, is_interrupted, shut_out, told
from app.errors import BadInput, PlantError, StoreBroken
from app.ports import Clock
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.databases import Databases, FolderDatabases, databases_of
from app.project.documents import Documents
from app.project.erasures import Erasures, read_list
from app.project.folder import ProjectFolder, ProjectMark, read_mark
from app.project.lock import read_owner, stale_owner
from app.project.opening import AUDIT_KEY, utc_now
from app.project.tables import AlarmRow, VersionRow
from app.project.upgrade import AUDIT, CONFIG, JOURNAL, Schema, require_known
from app.project.validation import faults_of
from app.project.wayback import way_back, way_on
from app.users.audit import read_head, verify_audit
from app.users.auditarchive import archive_faults
from app.users.auditrows import AuditRows
from app.users.keyplaces import Keys
from app.users.secrets import open_secrets
from app.users.tables import AuditRow
from app.words import _

SCARCE_BYTES = 1_000_000_000  # some weeks of history of a large plant
TOO_LITTLE_BYTES = 200_000_000  # a migration needs room for a copy
CLOCK_SLACK = timedelta(minutes=1)
_TRIES = 3  # a running core adds to the audit while it is looked at


class Severity(Enum):
    """How bad a finding is; a project is sound when none is an error."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: where, what, and what to do about it."""

    severity: Severity
    place: str
    sentence: str
    advice: str = ""


def free_bytes_at(root: Path) -> int:
    """Return how much room is left on the disk that holds ``root``."""
    return shutil.disk_usage(root).free


def is_sound(findings: Collection[Finding]) -> bool:
    """Whether nothing found keeps the project from working as it should."""
    return not any(finding.severity is Severity.ERROR for finding in findings)


def check_project(
    root: Path,
    *,
    profiles: Collection[str] | None = None,
    keys: Keys | None = None,
    now: Clock = utc_now,
    free_bytes: Callable[[Path], int] = free_bytes_at,
) -> list[Finding]:
    """Look at everything in a project and return what is worth telling.

    Nothing is changed, and a running core is not disturbed; may take some seconds.

    Args:
        root: The project folder.
        profiles: Ids of the device profiles this program knows; ``None`` leaves them out.
        keys: Where keys lie, instead of this machine's own places.
        now: The clock.
        free_bytes: How much room the disk of a folder has.
    """
    folder = ProjectFolder(root)
    try:
        mark = read_mark(root)
    except BadInput as error:
        advice = _(
            "Choose a project folder. Should it be one, put project.toml back from your own "
            "backup; without one, make a new project elsewhere and copy its project.toml here."
        )
        return [Finding(Severity.ERROR, str(root), str(error), advice)]
    keys = keys or Keys.of_this_machine()
    with ExitStack() as ending:
        key, locked = _audit_key(folder, keys)
        # The password of a server is among the secrets: without them nothing there is seen.
        databases = None if mark.server and locked else databases_of(folder, mark, keys, ending)
        findings = [*_databases(databases, folder)] if databases else []
        readable = databases is not None and is_sound(findings)
        findings += [*_folders(folder), *_owner(root), *locked]
        if databases and readable:
            findings += _configuration(databases, folder, profiles)
            findings += _documents(databases, folder)
            findings += _audit(databases, folder, key)
            findings += _archives(databases, key)
            findings += _clock(databases, folder, mark, now())
    findings += _erasures(folder, keys, mark)
    findings += _history(folder)
    findings += _diagrams(folder)
    findings += _disk(root, free_bytes(root))
    return findings


def _databases(databases: Databases, folder: ProjectFolder) -> Iterator[Finding]:
    if not isinstance(databases, FolderDatabases):
        if fault := databases.fault():
            advice = _("Ask who runs the database server; Heatdesk tries again by itself.")
            yield Finding(Severity.ERROR, str(databases.file(CONFIG).parent), fault, advice)
        return
    for file, schema in (
        (folder.config, CONFIG),
        (folder.journal, JOURNAL),
        (folder.audit, AUDIT),
    ):
        restore = way_back(folder, file)
        if not file.is_file():
            yield Finding(Severity.ERROR, str(file), _("the file is missing"), restore)
        elif is_interrupted(file) and read_owner(folder.root) is None:
            sentence = _("the program was stopped in the middle of writing it")
            advice = _("Open the project once, which puts it right, and check again.")
            yield Finding(Severity.ERROR, str(file), sentence, advice)
        elif shut := shut_out(file):
            yield _unopened(file, shut)
        elif sickness := health_of(file):
            sentence = _("the file is damaged: {what}").format(what=sickness)
            yield Finding(Severity.ERROR, str(file), sentence, restore)
        else:
            yield from _revision(folder, file, schema)


def _unopened(file: Path, why: str) -> Finding:
    sentence = _("the file cannot be opened here, so nobody knows whether it is sound: {why}")
    advice = _(
        "Give the user who runs Heatdesk the right to read and write the file and its folder, "
        "or check a copy of the project on a disk that can be written."
    )
    return Finding(Severity.ERROR, str(file), sentence.format(why=why), advice)


def _revision(folder: ProjectFolder, file: Path, schema: Schema) -> Iterator[Finding]:
    try:
        found = require_known(file, schema)
    except PlantError as error:
        advice = _("Use the newer program.")
        yield Finding(Severity.ERROR, str(file), str(error), advice)
        return
    if found is None:
        advice = way_back(folder, file)
        yield Finding(Severity.ERROR, str(file), _("the file is empty"), advice)
    elif found != schema.newest():
        sentence = _("written by an older Heatdesk (schema {found})").format(found=found)
        advice = _("It is backed up and brought up to date when the project is opened.")
        yield Finding(Severity.NOTE, str(file), sentence, advice)


def _folders(folder: ProjectFolder) -> Iterator[Finding]:
    """Look whether each folder is one, and may be read and written; a lost one is made."""
    for each in folder.sub_folders():
        if not os.path.lexists(each):
            continue  # copies lose empty folders; what it should hold is missed elsewhere
        if each.is_file():
            advice = _(
                "Move the file away and put the folder back from your own backup of the "
                "project folder; without one, an empty folder is made when the project is "
                "opened."
            )
            sentence = _("it is a file, where a folder must be")
            yield Finding(Severity.ERROR, str(each), sentence, advice)
            continue
        rights = _("Give the user who runs Heatdesk the right to read and write this folder.")
        faults: list[OSError] = []
        for _inside in os.walk(each, onerror=faults.append):
            pass
        for fault in faults:
            sentence = _("the folder cannot be read: {error}").format(error=fault.strerror)
            yield Finding(Severity.ERROR, str(fault.filename or each), sentence, rights)
        acting = os.access in os.supports_effective_ids
        if not faults and not os.access(each, os.W_OK, effective_ids=acting):
            sentence = _("the folder cannot be written")
            yield Finding(Severity.ERROR, str(each), sentence, rights)


def _owner(root: Path) -> Iterator[Finding]:
    if owner := read_owner(root):
        yield Finding(Severity.NOTE, str(root), owner.sentence(root))
    elif stale := stale_owner(root):
        sentence = _("Heatdesk on {host} did not close the project (process {pid})").format(
            host=stale.host, pid=stale.pid
        )
        advice = _("Nothing to do: the next start takes it over.")
        yield Finding(Severity.NOTE, str(ProjectFolder(root).lock), sentence, advice)


def _audit_key(folder: ProjectFolder, keys: Keys) -> tuple[bytes | None, list[Finding]]:
    try:
        return bytes.fromhex(open_secrets(folder.secrets, keys).get(AUDIT_KEY)), []
    except (PlantError, ValueError) as error:
        advice = _("Run the check as the user who runs the project, or with its passphrase.")
        return None, [Finding(Severity.ERROR, str(folder.secrets), str(error), advice)]


def _configuration(
    databases: Databases, folder: ProjectFolder, profiles: Collection[str] | None
) -> Iterator[Finding]:
    file = databases.file(CONFIG)
    place = str(file)
    try:
        config = Configuration(databases.look(CONFIG), file, utc_now).current().config
    except PlantError as error:
        yield Finding(Severity.ERROR, place, str(error), way_back(folder, folder.config))
        return
    for fault in faults_of(config):
        yield Finding(Severity.ERROR, place, fault, _("Correct it in the project."))
    if profiles is not None:
        yield from _profiles(config, place, profiles)


def _profiles(config: PlantConfig, place: str, profiles: Collection[str]) -> Iterator[Finding]:
    for device in config.devices.values():
        if device.profile and device.profile not in profiles:
            sentence = _("device {device}: there is no profile {profile}").format(
                device=device.id, profile=device.profile
            )
            advice = _("Put its file into the project's profiles folder, or choose another.")
            yield Finding(Severity.ERROR, place, sentence, advice)


def _documents(databases: Databases, folder: ProjectFolder) -> Iterator[Finding]:
    documents = Documents(databases.look(CONFIG), folder.documents, utc_now)
    try:
        faults = documents.faults()
    except StoreBroken as error:
        faults = [str(error)]
    for fault in faults:
        advice = _(
            "Put it back from your own backup of the project folder; without one, file the "
            "document anew, and a report can be made again."
        )
        yield Finding(Severity.WARNING, str(folder.documents), fault, advice)


def _audit(databases: Databases, folder: ProjectFolder, key: bytes | None) -> Iterator[Finding]:
    engine, file = databases.look(AUDIT), databases.file(AUDIT)
    fault = ""
    for _attempt in range(_TRIES):
        before = read_head(folder.audit_head)
        fault = verify_audit(engine, file, key, head=folder.audit_head)
        if not fault or read_head(folder.audit_head) == before:
            break
    if fault:
        advice = _("Keep the folder as it is, and compare it with the newest backup.")
        yield Finding(Severity.ERROR, str(file), fault, advice)


def _archives(databases: Databases, key: bytes | None) -> Iterator[Finding]:
    """Prove the parts of the activity log that lie outside the project.

    One that is missing may lie well elsewhere, as after a move to another computer; one
    that is there and is another was changed.
    """
    file = databases.file(AUDIT)
    try:
        faults = list(archive_faults(AuditRows(databases.look(AUDIT), file), key))
    except StoreBroken as error:
        faults = [("", str(error))]
    for place, fault in faults:
        if place and not Path(place).exists():
            advice = _("Put the file back where it was, and check again.")
            yield Finding(Severity.WARNING, place, fault, advice)
            continue
        advice = _("Keep the file as it is, and put its copy from your own backup there.")
        yield Finding(Severity.ERROR, place or str(file), fault, advice)


def _clock(
    databases: Databases, folder: ProjectFolder, mark: ProjectMark, now: datetime
) -> Iterator[Finding]:
    newest = max([mark.created_at, *_newest_times(databases, folder)])
    if newest > now + CLOCK_SLACK:
        sentence = _(
            "this computer says {now}, but the project holds an entry of {newest}"
        ).format(now=f"{now:%Y-%m-%d %H:%M} UTC", newest=f"{newest:%Y-%m-%d %H:%M} UTC")
        advice = _("Set this computer's clock, and let it follow a time server.")
        yield Finding(Severity.ERROR, "clock", sentence, advice)


def _newest_times(databases: Databases, folder: ProjectFolder) -> list[datetime]:
    """Return the newest moments written down, as far as there are any."""
    newest: list[datetime | None] = []
    with told(folder.root):
        with databases.look(CONFIG).connect() as connection:
            newest.append(connection.scalar(select(func.max(VersionRow.at))))
        with databases.look(JOURNAL).connect() as connection:
            newest.append(connection.scalar(select(func.max(AlarmRow.at))))
        with databases.look(AUDIT).connect() as connection:
            text = connection.scalar(select(AuditRow.at).order_by(AuditRow.seq.desc()).limit(1))
    if text is not None:
        newest.append(datetime.fromisoformat(text))
    return [moment for moment in newest if moment is not None]


def _erasures(folder: ProjectFolder, keys: Keys, mark: ProjectMark) -> Iterator[Finding]:
    """Look whether it is still known what was erased, in either place."""
    for file in Erasures(folder, keys.private, mark.id.hex).files:
        try:
            read_list(file)
        except StoreBroken as error:
            advice = _(
                "Until then the project is not opened, so that nobody erased comes back."
            )
            yield Finding(Severity.ERROR, str(file), str(error), advice)


def _history(folder: ProjectFolder) -> Iterator[Finding]:
    for file in sorted(folder.history.glob("**/quarantine/*/*.broken")):
        if not (file.parent / "salvaged.json").is_file():
            sentence = _("the file was damaged and set aside; samples in it are missing")
            advice = _("Bring back what can be read: “heatdesk salvage”.")
            yield Finding(Severity.WARNING, str(file), sentence, advice)
    for file in sorted(folder.history.rglob("*.sqlite")):
        if shut := shut_out(file):
            yield _unopened(file, shut)
        elif sickness := health_of(file):
            sentence = _("the file is damaged: {what}").format(what=sickness)
            advice = way_on(_("a new one is begun, and the samples in it are lost."))
            yield Finding(Severity.ERROR, str(file), sentence, advice)


def _diagrams(folder: ProjectFolder) -> Iterator[Finding]:
    for file in sorted(folder.diagrams.rglob("*.json")):
        try:
            json.loads(file.read_text("utf-8"))
        except json.JSONDecodeError as error:
            place = f"{file}:{error.lineno}"
            advice = _("Correct the line, or move the file away: the built-in one is drawn.")
            yield Finding(Severity.ERROR, place, error.msg, advice)
        except (OSError, UnicodeDecodeError) as error:
            advice = way_on(_("the built-in diagram is drawn instead."))
            yield Finding(Severity.ERROR, str(file), str(error), advice)


def _disk(root: Path, free: int) -> Iterator[Finding]:
    if free >= SCARCE_BYTES:
        return
    severity = Severity.ERROR if free < TOO_LITTLE_BYTES else Severity.WARNING
    sentence = _("only {free} MB are free on the disk").format(free=free // 1_000_000)
    yield Finding(severity, str(root), sentence, _("Make room, or use a larger disk."))
