"""Make a project folder, and open one: own it, bring it up to date, unlock its secrets."""

import secrets
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine

from app.database import Manner, health_of, open_database, recover, shut, told
from app.errors import BadInput, SecretsLocked, StoreBroken
from app.ports import Clock
from app.project.archive import Archive
from app.project.assigning import Assigning
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.customers import Customers
from app.project.desks import Desks
from app.project.documents import Documents
from app.project.erasures import Erasures
from app.project.folder import (
    FORMAT,
    ProjectFolder,
    ProjectMark,
    is_project,
    read_mark,
    write_mark,
)
from app.project.intents import SqlIntents
from app.project.journal import SqlAlarmJournal
from app.project.lock import OwnerLock, acquire
from app.project.notes import Notes
from app.project.overrides import SqlOverrides
from app.project.ownfiles import OwnFiles
from app.project.pending import settle
from app.project.safewriting import of_writing
from app.project.stories import Stories
from app.project.upgrade import AUDIT, CONFIG, JOURNAL, bring_up_to_date, require_known
from app.project.validation import Check, require_valid
from app.project.wayback import way_back
from app.users.accounts import Accounts, normal_login, require_person
from app.users.audit import SqlAuditTrail
from app.users.auditguard import GuardedAudit
from app.users.auditroom import AuditRoom
from app.users.door import Door
from app.users.keyplaces import Keys
from app.users.roles import Roles
from app.users.secondrules import SqlSecondRules
from app.users.secrets import SecretsStore, create_secrets, open_secrets

AUDIT_KEY = "audit-key"  # name of the secret that signs the audit


def utc_now() -> datetime:
    """Return the computer's time, the clock of a project unless one is handed in."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Administrator:
    """The first person of a new project."""

    login: str
    name: str
    password: str  # at least 12 characters

    def __repr__(self) -> str:
        return f"Administrator({self.login})"


@dataclass(frozen=True, slots=True)
class Project:
    """An open project: this process owns it until `close`.

    The parts block; ``worker`` is the one thread where they are called from a loop
    (the alarm journal excepted, which is quick enough for the loop itself).
    """

    folder: ProjectFolder
    id: UUID
    lock: OwnerLock
    configuration: Configuration
    documents: Documents
    notes: Notes
    stories: Stories
    archive: Archive
    own_files: OwnFiles
    customers: Customers
    erasures: Erasures
    desks: Desks
    intents: SqlIntents
    overrides: SqlOverrides
    accounts: Accounts
    door: Door
    roles: Roles
    second: SqlSecondRules
    audit: GuardedAudit
    journal: SqlAlarmJournal
    secrets: SecretsStore
    worker: ThreadPoolExecutor
    copies: tuple[Path, ...]  # made because a database was brought up to date just now
    _ending: ExitStack

    def close(self) -> None:
        """Finish what runs, let go of every file and give the project back; never raises.

        May be called twice.
        """
        self._ending.close()


def create_project(
    root: Path,
    *,
    title: str,
    zone: str,
    administrator: Administrator,
    utility: str = "",
    keys: Keys | None = None,
    now: Clock = utc_now,
) -> None:
    """Make a project in ``root``, a folder that is new or empty.

    Args:
        root: Where; missing folders above it are made.
        title: Of the plant.
        zone: The plant's time zone, an IANA name.
        administrator: Who may come in first.
        utility: Who runs the plant.
        keys: Where keys lie, instead of this machine's own places.
        now: The clock.

    Raises:
        BadInput: The folder is a project already or holds other things; the title,
            zone, login or password will not do.
        StoreBroken: Something cannot be written there.
    """
    config = PlantConfig(title=title.strip(), zone=zone, utility=utility.strip())
    require_valid(config)
    login = normal_login(administrator.login)
    require_person(login, administrator.name, administrator.password)
    folder = ProjectFolder(root)
    _clear_the_ground(folder)
    try:
        _build(folder, config, administrator, keys or Keys.of_this_machine(), now)
        write_mark(folder, ProjectMark(FORMAT, uuid4(), now().astimezone(UTC), _program()))
        _unfinished(folder).unlink()
    except OSError as error:
        raise StoreBroken(f"{root} cannot be written: {error}") from error


def open_project(
    root: Path,
    *,
    keys: Keys | None = None,
    now: Clock = utc_now,
    checks: Sequence[Check] = (),
    renew_secrets: bool = False,
    audit_room: AuditRoom | None = None,
) -> Project:
    """Own and open the project in ``root``; older databases are brought up to date first.

    Args:
        root: The project folder.
        keys: Where keys lie, instead of this machine's own places.
        now: The clock.
        checks: What drivers and profiles have to say before a configuration is saved.
        renew_secrets: Begin with empty secrets where the old ones stay locked; audited.
        audit_room: What the audit may take of the disk.

    Raises:
        BadInput: No project, or one of a newer Heatdesk.
        ProjectInUse: Another core owns it.
        StoreBroken: A file cannot be read or written; the sentence names it.
        SecretsLocked: No key opens the secrets.
    """
    mark, folder, keys = read_mark(root), ProjectFolder(root), keys or Keys.of_this_machine()
    with ExitStack() as ending:
        lock = _owned(root, keys, ending)
        erasures = ending.enter_context(closing(Erasures(folder, keys.private, mark.id.hex)))
        copies = _bring_up_to_date(folder, now)
        store, renewed = _unlock(folder, keys, now, renew=renew_secrets)
        config, audit, journal = _engines(folder, ending)
        trail = _trail(audit, folder, store, now, renewed, audit_room, ending)
        configuration = _configuration(config, folder, now, checks)
        roles, desks, accounts = _people(config, folder, now, configuration)
        return Project(
            folder=folder,
            id=mark.id,
            lock=lock,
            configuration=configuration,
            documents=Documents(config, folder.documents, now),
            notes=Notes(config, folder.config, now),
            stories=Stories(config, folder.config),
            archive=(archive := Archive(config, folder.config, now)),
            own_files=OwnFiles(folder, archive),
            customers=Customers(config, folder.config, store, now),
            erasures=erasures,
            desks=desks,
            accounts=accounts,
            door=Door(accounts, trail, now),
            roles=roles,
            **of_writing(config, folder, now),
            audit=trail,
            journal=ending.enter_context(closing(SqlAlarmJournal(journal, folder.journal))),
            secrets=store,
            worker=_worker(ending),
            copies=tuple(copies),
            _ending=ending.pop_all(),
        )


def _owned(root: Path, keys: Keys, ending: ExitStack) -> OwnerLock:
    lock = acquire(root, private=keys.private)
    ending.callback(lock.release)
    return lock


def _trail(
    audit: Engine,
    folder: ProjectFolder,
    store: SecretsStore,
    now: Clock,
    renewed: str,
    room: AuditRoom | None,
    ending: ExitStack,
) -> GuardedAudit:
    key = bytes.fromhex(store.get(AUDIT_KEY))
    trail = GuardedAudit(audit, folder.audit, key, now, renewed=renewed, room=room)
    return ending.enter_context(closing(trail))


def _configuration(
    config: Engine, folder: ProjectFolder, now: Clock, checks: Sequence[Check]
) -> Configuration:
    configuration = Configuration(config, folder.config, now, checks)
    configuration.current()  # what cannot be read is told now, not in operation
    return configuration


def _people(
    config: Engine, folder: ProjectFolder, now: Clock, configuration: Configuration
) -> tuple[Roles, Desks, Accounts]:
    roles, desks = Roles(config), Desks(config, folder.config)
    second = SqlSecondRules(config, folder.config)
    assigning = Assigning(
        roles,
        desks,
        lambda: configuration.current().config.devices,
        lambda: second.get().dangers,
    )
    return roles, desks, Accounts(config, now, assigning)


def _worker(ending: ExitStack) -> ThreadPoolExecutor:
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="project")
    ending.callback(worker.shutdown)
    return worker


def _engines(folder: ProjectFolder, ending: ExitStack) -> tuple[Engine, Engine, Engine]:
    config = open_database(folder.config, Manner.RARE)
    audit = open_database(folder.audit, Manner.DURABLE)
    journal = open_database(folder.journal, Manner.QUICK)
    for engine in (config, audit, journal):
        ending.callback(shut, engine)
    return config, audit, journal


def _bring_up_to_date(folder: ProjectFolder, now: Clock) -> list[Path]:
    """Look at all databases before one is touched; return the copies made."""
    databases = ((folder.config, CONFIG), (folder.journal, JOURNAL), (folder.audit, AUDIT))
    settle(folder)
    folder.make_folders()
    for file, schema in databases:
        if not file.is_file():
            raise StoreBroken(f"{file} is missing. {way_back(folder, file)}")
        _require_sound(file, folder, whole=file == folder.config)
        if require_known(file, schema) is None:
            # A new project's databases are filled when it is made: this one was emptied.
            raise StoreBroken(f"{file} is empty. {way_back(folder, file)}")
    copies = (bring_up_to_date(file, schema, folder.backups, now) for file, schema in databases)
    return [copy for copy in copies if copy is not None]


def _require_sound(file: Path, folder: ProjectFolder, *, whole: bool) -> None:
    """Put right what a kill left behind; a damaged file is told with the way out."""
    try:
        recover(file)
    except StoreBroken as error:
        sickness = str(error.__cause__)
    else:
        sickness = health_of(file) if whole else ""  # the journals grow for years
    if sickness:
        raise StoreBroken(f"{file} is damaged ({sickness}). {way_back(folder, file)}")


def _unlock(
    folder: ProjectFolder, keys: Keys, now: Clock, *, renew: bool
) -> tuple[SecretsStore, str]:
    """Open the secrets; return why they had to be made anew, "" when they were not."""
    try:
        return open_secrets(folder.secrets, keys), ""
    except SecretsLocked as error:
        if not renew:
            raise
        why = str(error)
    aside = folder.secrets.with_name(f"secrets.bin.{now():%Y%m%dT%H%M%SZ}.locked")
    with told(folder.secrets):
        folder.secrets.replace(aside)
    return _new_secrets(folder.secrets, keys), why


def _new_secrets(file: Path, keys: Keys) -> SecretsStore:
    store = create_secrets(file, keys)
    store.put(AUDIT_KEY, secrets.token_hex(32))
    return store


def _build(
    folder: ProjectFolder,
    config: PlantConfig,
    administrator: Administrator,
    keys: Keys,
    now: Clock,
) -> None:
    from app.project.migrating import migrate

    folder.make_folders()
    for file, schema in (
        (folder.config, CONFIG),
        (folder.journal, JOURNAL),
        (folder.audit, AUDIT),
    ):
        migrate(file, schema)
    store = _new_secrets(folder.secrets, keys)
    with ExitStack() as ending:
        engine, audit, _journal = _engines(folder, ending)
        accounts = Accounts(engine, now)
        accounts.add_administrator(
            administrator.login, administrator.name, administrator.password
        )
        Configuration(engine, folder.config, now).begin(administrator.name, config)
        key = bytes.fromhex(store.get(AUDIT_KEY))
        SqlAuditTrail.begin(audit, folder.audit, key, now).append(
            login=normal_login(administrator.login),
            name=administrator.name,
            workstation=socket.gethostname(),
            verb="project.create",
            entity="project",
            new=config.title,
            result="version 1",
        )


def _clear_the_ground(folder: ProjectFolder) -> None:
    """Make the folder ready for a new project; nothing of anybody else is ever removed."""
    root, unfinished = folder.root, _unfinished(folder)
    if is_project(root):
        raise BadInput(f"{root} is a Heatdesk project already: open it")
    try:
        if unfinished.is_file():
            _remove_what_we_began(folder)
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(root.iterdir()):
            raise BadInput(f"{root} is not empty and no Heatdesk project: choose a new folder")
        unfinished.touch()
    except OSError as error:
        raise BadInput(f"a project cannot be made in {root}: {error}") from error


def _remove_what_we_began(folder: ProjectFolder) -> None:
    """Sweep up after a creation that was stopped half-way: our own names and no others."""
    for file in (folder.config, folder.journal, folder.audit):
        for ending in ("", "-journal", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
    for file in (folder.secrets, folder.audit_head, _unfinished(folder)):
        file.unlink(missing_ok=True)
    for empty in folder.sub_folders():
        if empty.is_dir():
            empty.rmdir()


def _unfinished(folder: ProjectFolder) -> Path:
    """Return the mark of a creation under way."""
    return folder.root / "project.unfinished"


def _program() -> str:
    try:
        return version("heatdesk")
    except PackageNotFoundError:
        return "unknown"
