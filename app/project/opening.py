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
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from app.database import told
from app.errors import SecretsLocked, StoreBroken
from app.model.version import Thing, ThingKind
from app.ports import Clock, StatementBook
from app.project.archive import Archive
from app.project.assigning import Assigning
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.customers import Customers
from app.project.databases import SERVER_PASSWORD, Databases, databases_of
from app.project.desks import Desks
from app.project.documents import Documents
from app.project.erasures import Erasures
from app.project.folder import (
    FORMAT,
    ProjectFolder,
    ProjectMark,
    read_mark,
    write_mark,
)
from app.project.ground import clear_the_ground, sweep_parts, unfinished
from app.project.intents import SqlIntents
from app.project.journal import SqlAlarmJournal
from app.project.lock import OwnerLock, acquire
from app.project.meterkeys import MeterKeys
from app.project.notes import Notes
from app.project.overrides import SqlOverrides
from app.project.ownfiles import OwnFiles
from app.project.pending import settle
from app.project.safewriting import of_writing
from app.project.stories import Stories
from app.project.thingcontent import content_of_person
from app.project.upgrade import AUDIT, CONFIG, JOURNAL
from app.project.validation import Check, require_valid
from app.users.accounts import Accounts, normal_login, require_person
from app.users.audit import SqlAuditTrail
from app.users.auditguard import GuardedAudit
from app.users.auditroom import AuditRoom
from app.users.door import Door
from app.users.keyplaces import Keys
from app.users.roles import Roles
from app.users.secondrules import SqlSecondRules
from app.users.secrets import SecretsStore, create_secrets, open_secrets

if TYPE_CHECKING:
    from app.databaseserver import ServerPlace  # loads a driver that few projects need

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
    statements: StatementBook
    audit: GuardedAudit
    journal: SqlAlarmJournal
    secrets: SecretsStore
    meter_keys: MeterKeys
    worker: ThreadPoolExecutor
    databases: Databases
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
    server: "tuple[ServerPlace, str] | None" = None,
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
        server: Where its databases shall lie instead of the folder, and the password there.
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
    clear_the_ground(folder)
    place = None if server is None else server[0].fields()
    made_at = now().astimezone(UTC)
    mark = ProjectMark(FORMAT, uuid4(), made_at, program()).moved(place)
    password = None if server is None else server[1]
    try:
        _build(
            folder, mark, config, administrator, keys or Keys.of_this_machine(), now, password
        )
        write_mark(folder, mark)
        unfinished(folder).unlink()
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
    lock: OwnerLock | None = None,
) -> Project:
    """Own and open the project in ``root``; older databases are brought up to date first.

    Args:
        root: The project folder.
        keys: Where keys lie, instead of this machine's own places.
        now: The clock.
        checks: What drivers and profiles have to say before a configuration is saved.
        renew_secrets: Begin with empty secrets where the old ones stay locked; audited.
        audit_room: What the audit may take of the disk.
        lock: By which we own it already; it is not given back when the project is closed.

    Raises:
        BadInput: No project, or one of a newer Heatdesk.
        ProjectInUse: Another core owns it.
        StoreBroken: A file cannot be read or written; the sentence names it.
        SecretsLocked: No key opens the secrets.
    """
    read_mark(root)
    folder, keys = ProjectFolder(root), keys or Keys.of_this_machine()
    with ExitStack() as ending:
        lock = lock or _owned(root, keys, ending)
        settle(folder)
        mark = read_mark(root)  # as it was settled
        erasures = ending.enter_context(closing(Erasures(folder, keys.private, mark.id.hex)))
        folder.make_folders()
        databases = databases_of(folder, mark, keys, ending)
        databases.collect(ending)
        copies = databases.bring_up_to_date(now)
        store, renewed = _unlock(folder, keys, now, renew=renew_secrets)
        config, audit, journal = _engines(databases, ending)
        file = databases.file(CONFIG)
        trail = _trail(audit, databases, folder, store, now, renewed, audit_room, ending)
        configuration = _configuration(config, file, now, checks)
        return Project(
            folder=folder,
            id=mark.id,
            lock=lock,
            configuration=configuration,
            documents=Documents(config, folder.documents, now),
            **_things(config, file, folder, store, now),
            **_people(config, file, now, configuration, trail),
            erasures=erasures,
            audit=trail,
            journal=_journal(journal, databases.file(JOURNAL), ending),
            secrets=store,
            worker=_worker(ending),
            databases=databases,
            copies=tuple(copies),
            _ending=ending.pop_all(),
        )


def _owned(root: Path, keys: Keys, ending: ExitStack) -> OwnerLock:
    lock = acquire(root, private=keys.private)
    ending.callback(lock.release)
    sweep_parts(ProjectFolder(root))
    return lock


def _trail(
    audit: Engine,
    databases: Databases,
    folder: ProjectFolder,
    store: SecretsStore,
    now: Clock,
    renewed: str,
    room: AuditRoom | None,
    ending: ExitStack,
) -> GuardedAudit:
    key, file = bytes.fromhex(store.get(AUDIT_KEY)), databases.file(AUDIT)
    trail = GuardedAudit(
        audit, file, key, now, renewed=renewed, room=room, head=folder.audit_head
    )
    return ending.enter_context(closing(trail))


def _configuration(
    config: Engine, file: Path, now: Clock, checks: Sequence[Check]
) -> Configuration:
    configuration = Configuration(config, file, now, checks)
    configuration.current()  # what cannot be read is told now, not in operation
    return configuration


def _things(
    config: Engine, file: Path, folder: ProjectFolder, store: SecretsStore, now: Clock
) -> dict[str, Any]:
    """Return what is kept beside the configuration, by the names of a project's parts."""
    archive = Archive(config, file, now)
    return {
        "notes": Notes(config, file, now),
        "stories": Stories(config, file),
        "archive": archive,
        "own_files": OwnFiles(folder, archive),
        "customers": Customers(config, file, store, now),
        "meter_keys": MeterKeys(store, now),
        **of_writing(config, file, now),
    }


def _people(
    config: Engine, file: Path, now: Clock, configuration: Configuration, trail: GuardedAudit
) -> dict[str, Any]:
    """Return who may do what, by the names of a project's parts."""
    roles, desks = Roles(config), Desks(config, file)
    second = SqlSecondRules(config, file)
    assigning = Assigning(
        roles,
        desks,
        lambda: configuration.current().config.devices,
        lambda: second.get().dangers,
    )
    accounts = Accounts(config, now, assigning)
    door = Door(accounts, trail, now)
    return {"roles": roles, "desks": desks, "accounts": accounts, "door": door}


def _journal(engine: Engine, file: Path, ending: ExitStack) -> SqlAlarmJournal:
    return ending.enter_context(closing(SqlAlarmJournal(engine, file)))


def _worker(ending: ExitStack) -> ThreadPoolExecutor:
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="project")
    ending.callback(worker.shutdown)
    return worker


def _engines(databases: Databases, ending: ExitStack) -> tuple[Engine, Engine, Engine]:
    """Return engines on configuration, audit and journal."""
    config, audit, journal = (databases.open(each, ending) for each in (CONFIG, AUDIT, JOURNAL))
    return config, audit, journal


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
    mark: ProjectMark,
    config: PlantConfig,
    administrator: Administrator,
    keys: Keys,
    now: Clock,
    password: str | None,
) -> None:
    folder.make_folders()
    store = _new_secrets(folder.secrets, keys)
    if password is not None:
        store.put(SERVER_PASSWORD, password)
    with ExitStack() as ending:
        databases = databases_of(folder, mark, keys, ending)
        databases.build()
        engine, audit, _journal = _engines(databases, ending)
        accounts = Accounts(engine, now)
        accounts.add_administrator(
            administrator.login, administrator.name, administrator.password
        )
        first = accounts.person(normal_login(administrator.login))
        Archive(engine, databases.file(CONFIG), now).saved(
            Thing(ThingKind.PERSON, first.login), content_of_person(first), first.name, ""
        )
        Configuration(engine, databases.file(CONFIG), now).begin(administrator.name, config)
        key = bytes.fromhex(store.get(AUDIT_KEY))
        file = databases.file(AUDIT)
        SqlAuditTrail.begin(audit, file, key, now, head=folder.audit_head).append(
            login=normal_login(administrator.login),
            name=administrator.name,
            workstation=socket.gethostname(),
            verb="project.create",
            entity="project",
            new=config.title,
            result="version 1",
        )


def program() -> str:
    """Return which version this is."""
    try:
        return version("heatdesk")
    except PackageNotFoundError:
        return "unknown"
