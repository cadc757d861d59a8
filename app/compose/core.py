"""One project running: every service built, connected, started and ended in order."""

import asyncio
import logging
import secrets
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.acquisition.supervisor import Supervisor
from app.alarms.fromdevice import device_rules
from app.alarms.service import WAIT_EVERY_S, AlarmService
from app.asked import Asked
from app.backup.service import BackupService
from app.channel.server import ChannelServer
from app.compose.admission import Admission
from app.compose.changes import past_changes
from app.compose.clockwatch import ClockWatch
from app.compose.kinds import driver_types, rule_types
from app.compose.latealarms import late_alarms_of
from app.compose.metering import metering_of
from app.compose.meterwatch import MeterWatch
from app.compose.radio import forget_passwords, secret_of
from app.compose.telegrams import meters_of
from app.control.service import ControlService
from app.crash import CrashReports
from app.errors import BadInput
from app.hardening.gather import gather
from app.hardening.service import HardeningService
from app.history.attendance import AttendanceBook
from app.model.letterhead import Letterhead
from app.model.profile import Profile
from app.model.reading import DeviceId
from app.model.rights import Grant
from app.personal.service import CustomerService
from app.personal.staying import keep_erased
from app.plant.service import PlantService
from app.pointtable import PointTable
from app.ports import Clock
from app.profiles.loader import ProfileSet, load_all
from app.profiles.resolve import resolve
from app.project.config import PlantConfig
from app.project.deskservice import DeskService
from app.project.folder import ProjectFolder
from app.project.meterservice import MeterService
from app.project.opening import Project, open_project
from app.project.people import people_service
from app.project.service import ProjectService
from app.project.versionservice import VersionService
from app.second.service import PairService
from app.settings.parts import Settings
from app.users.auditroom import AuditRoom
from app.users.auditservice import AuditService
from app.users.keyplaces import Keys
from app.users.pins import Pins
from app.users.refusals import Refusals
from app.users.sessions import Sessions
from app.users.sessionservice import SessionService
from app.verbs import Viewer
from app.words import _

if TYPE_CHECKING:
    from app.reports.service import ReportService

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the computer's time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CoreOptions:
    """How a core is wanted."""

    only: Collection[DeviceId] | None = None  # serve these devices alone, record nothing
    listen: bool = True  # let other windows and commands join in
    clock: Clock = utc_now


class Core:
    """Everything of one project; made by `open_core`, lives on the core's loop."""

    def __init__(
        self,
        project: Project,
        profiles: ProfileSet,
        settings: Settings,
        options: CoreOptions,
        crash: CrashReports,
    ) -> None:
        from app.compose.recording import exchange_of, recording_of, retention_of

        def report(name: str, error: Exception) -> None:
            crash.report(error, name)

        self._crash, self._options, self.profiles = crash, options, profiles
        self.project, self.meters = project, meters_of(project.folder.root)
        self.table = PointTable(partial(report, "a watcher of the point table"))
        chooser = ProfileChooser(profiles.profiles, resolve, profiles.profile)
        self.attendance = AttendanceBook(project.folder.history, options.clock)
        keys, secrets_of = project.meter_keys.of, secret_of(project)
        own = (options.clock, report, self.attendance, keys, secrets_of)
        self.acquisition = Acquisition(self.table, driver_types(self.meters), chooser, *own)
        self.watch = MeterWatch(self.acquisition, options.clock, wanted=settings.alarms.meters)
        self.alarms = AlarmService(rule_types(), project.journal, project.audit, options.clock)
        self.plant = PlantService(
            self.acquisition,
            self.table,
            profiles.profiles,
            options.clock,
            self._troubles,
            self.attendance.between,
            self.meters,
        )
        self.control = ControlService(
            self.acquisition,
            project.audit,
            options.clock,
            partial(past_changes, project.audit),
            lambda: self.plant.zone,
            project.intents,
            project.overrides,
        )
        self.recording = recording_of(project, self.table, self.plant, settings, options.clock)
        self.services = ProjectService(project)
        self.sessions = Sessions()
        self.people = people_service(project, self._renew_rights)
        self.reports = self._reporting()
        self.pairs = self._pairing()
        self.customers = self._keep_customers()
        past = (project, self.recording, self._profile_of)
        self.samples = exchange_of(*past, self.services, options.clock)
        self.late = late_alarms_of(self.alarms, self.recording, self.samples, options.clock)
        self.retention = retention_of(*past, self.services.changes, options.clock)
        self.backups = self._backing_up()
        self.asked = self._ask_by()
        self._refusals = Refusals(
            project.audit, project.worker, options.clock, names_of(self.asked)
        )
        self._supervisor, self._applying = Supervisor(report), asyncio.Lock()
        self._server: ChannelServer | None = None

    def _reporting(self) -> "ReportService":
        from app.reports.service import ReportService

        project, told = self.project, (self.plant, self.control, self.alarms)
        return ReportService(
            *told,
            project.documents,
            self.acquisition.profile_of,
            self._letterhead,
            self._options.clock,
            project.audit,
            self.recording.service,
        )

    def _ask_by(self) -> Asked:
        """Return all services together, as screens and commands ask them."""
        from app.compose.recording import totals_of

        desk, changes = DeskService(self.project, self._renew_rights), self.services.changes
        clock, recording = self._options.clock, self.recording
        return Asked(
            self.plant,
            recording.service,
            self.alarms,
            self.control,
            self.reports,
            self.services,
            AuditService(self.project.audit, clock),
            desk,
            VersionService(self.project, changes),
            self.people,
            self._session(desk),
            HardeningService(partial(gather, self.project, driver_types(), clock)),
            self.customers,
            self.pairs,
            MeterService(self.project, changes, self.plant.spec_of, recording.store, clock),
            self.samples,
            self.retention,
            self.backups,
            *metering_of(self.project, changes, self.acquisition, self.meters, clock),
            totals_of(self.project, recording, self.plant, self.services),
            self.table.watch,
            self.alarms.watch,
            self.acquisition.watch,
            Grant().watch,  # each viewer's own, see `narrowed`
        )

    def _keep_customers(self) -> CustomerService:
        own = (self.services.changes, self.recording.store, self._profile_of)
        return CustomerService(self.project, *own, self._options.clock)

    def _backing_up(self) -> BackupService:
        changes, salvage = self.services.changes, self.recording.salvage
        return BackupService(self.project, changes, salvage, self._options.clock)

    def _pairing(self) -> PairService:
        project = self.project
        return PairService(
            lambda: self.asked,
            self.control,
            project.accounts,
            project.door,
            project.audit,
            project.second.get,
            self._options.clock,
            self.services.changes.work,
            self._crash.report,
        )

    def _session(self, desk: DeskService) -> SessionService:
        project = self.project
        pins = Pins(project.id.hex, Keys.of_this_machine, self._options.clock)
        return SessionService(
            project.accounts,
            project.door,
            pins,
            project.audit,
            desk.confirm_password,
            project.worker,
        )

    async def start(self) -> None:
        """Begin: judge, record, poll, and let others in."""
        for error in self.profiles.errors:
            _log.warning("profile left out: %s", error)
        self.table.watch(self.alarms.on_readings)
        self.acquisition.watch(self.alarms.on_standings)
        self.services.watch(self._on_change)
        self.acquisition.watch(self.attendance.note)
        await self.attendance.open(noting=self._options.only is None)
        await self.control.own_up()
        if self._options.only is None:
            await self.recording.start()
            self.acquisition.late = self.recording
            self._supervisor.start("attendance", self.attendance.run)
            self._supervisor.start("old samples", self.retention.run)
            self._supervisor.start("nightly backup", self.backups.run)
            self._supervisor.start("scheduled export", self.samples.run)
        self.acquisition.courtesy.begin_start()
        await self._apply()
        if self._options.only is None:
            await self.recording.recall(self.acquisition)
            forget = partial(forget_passwords, self.project, self.services.changes, utc_now)
            self._supervisor.start("passwords left over", forget)
        self._supervisor.start("alarm delays", self.alarms.run)
        self._supervisor.start("alarms of late readings", self.late.run)
        self._supervisor.start("own alarms", self._judge_itself)
        self._supervisor.start("room of the activity log", self._watch_audit)
        self._supervisor.start("refusals", self._refusals.run)
        self._supervisor.start("overrides", self.control.run)
        self._supervisor.start("requests for a second person", self.pairs.run)
        self._supervisor.start("erasures cut short", self.customers.run)
        if self._options.listen:
            await self._listen()
        self.acquisition.courtesy.end()
        _log.info("core started with %d devices", len(self.services.config.devices))

    async def stop(self) -> None:
        """End in the opposite order; what was acknowledged as stored stays stored."""
        async with AsyncExitStack() as ending:  # the next part ends even when one fails
            ending.push_async_callback(asyncio.to_thread, self.project.close)
            ending.push_async_callback(self.recording.stop)
            ending.push_async_callback(self.attendance.close)
            for each in (self.samples, self.retention, self.backups):
                ending.push_async_callback(asyncio.to_thread, each.close)
            ending.push_async_callback(self.late.finish)
            ending.push_async_callback(self._refusals.stop)
            ending.push_async_callback(self.acquisition.stop)
            ending.push_async_callback(self._supervisor.stop_all)
            if self._server is not None:
                ending.push_async_callback(self._server.stop)
        _log.info("core stopped")

    async def authenticate(self, login: str, password: str, source: str = "") -> Viewer:
        """Return who comes from ``source``, this computer when it is left empty.

        Raises what `Door.let_in` raises.
        """
        viewer = await asyncio.get_running_loop().run_in_executor(
            self.project.worker,
            self.project.door.let_in,
            login,
            password,
            source,
        )
        self.sessions.enter(viewer, self._refusals.note)
        return viewer

    async def _renew_rights(self) -> None:
        """Let rights take effect for everybody who is in: people, roles or devices changed."""
        logins, accounts = self.sessions.logins, self.project.accounts
        rights = await asyncio.get_running_loop().run_in_executor(
            self.project.worker, lambda: {login: accounts.rights(login) for login in logins}
        )
        self.sessions.put(rights)

    def _profile_of(self, device: DeviceId) -> Profile | None:
        """Return what a device is: in force, or as configured while it does not answer."""
        known = self.services.config.devices.get(device)
        return self.plant.profile(known) if known else self.acquisition.profile_of(device)

    def _troubles(self) -> Sequence[str]:
        said = [
            *self.project.audit.troubles,
            *self.alarms.troubles,
            *self.recording.troubles,
            *self.project.databases.troubles,
        ]
        if kept := self.attendance.trouble:
            said.append(_("when devices come and go is not kept: {kept}").format(kept=kept))
        return said

    async def _judge_itself(self) -> None:
        """Let what troubles the core stand in the list of alarms, not only above the page."""
        while True:
            own = self.recording.alarming | self.backups.alarming | self.samples.alarming
            self.alarms.on_troubles(own | self.watch.alarming, self.watch.unsure)
            await asyncio.sleep(WAIT_EVERY_S)

    async def _watch_audit(self) -> None:
        """Look after the room of the audit, and after the computer's clock that dates it."""
        clock = ClockWatch(utc_now) if self._options.clock is utc_now else None
        while True:
            await asyncio.to_thread(self.project.audit.look)
            if clock is not None and (deed := clock.step()):
                await asyncio.to_thread(partial(self.project.audit.keep, **deed))
            await asyncio.sleep(5.0)  # told within seconds

    def _letterhead(self) -> Letterhead:
        config = self.services.config
        logo: Path | None = None
        if config.logo:
            try:
                logo = self.project.documents.get(config.logo).path
            except BadInput as error:
                _log.warning("reports go without a logo: %s", error)
        return Letterhead(config.utility, config.address, logo)

    async def _listen(self) -> None:
        token = secrets.token_hex(32)
        self._server = ChannelServer(
            self.asked, token.encode(), self.authenticate, self._crash.report
        )
        port = await self._server.start()
        self.project.lock.announce(port, token)

    async def _apply(self) -> None:
        """Put in force what is configured by now; a change is never overtaken by an older."""
        async with self._applying:
            config, only = self.services.config, self._options.only
            devices = [d for d in config.devices.values() if only is None or d.id in only]
            links, zone = list(config.links.values()), config.zone
            self.plant.apply(config.title, zone, links, devices, config.devices)
            self.recording.lie_in(self.plant.zone)
            own = device_rules(devices, self.profiles.profiles)
            more = self.watch.rules(config, on_server=self.project.databases.server is not None)
            self.alarms.apply([*config.rules.values(), *own, *more])
            self.attendance.serve([device.id for device in devices])
            self.attendance.lines_are(config.links)  # one that is back knows what it knew
            await self.acquisition.apply(links, devices)
            self.attendance.lines_are(config.links)  # one that ended told what it had learned
            await self._renew_rights()

    def _on_change(self, _config: PlantConfig) -> None:
        self._supervisor.start(f"configuration {self.services.version.number}", self._apply)


def open_core(
    folder: Path, settings: Settings, options: CoreOptions, crash: CrashReports
) -> Core:
    """Open a project and build its core; blocks, so call it before the loop is needed.

    Raises what `open_project` raises. Broken profiles are logged and left out.
    """
    profiles = load_all([ProjectFolder(folder).profiles])
    by_kind = {driver.kind: driver for driver in driver_types()}
    kinds = {rule.kind for rule in rule_types()}
    admission = Admission(profiles.profiles, by_kind, kinds, options.clock)
    audit = settings.audit
    room = AuditRoom(audit.limit_mb * 1_000_000, audit.keep_free_mb * 1_000_000)
    project = open_project(folder, now=options.clock, checks=[admission], audit_room=room)
    keep_erased(project)
    core = Core(project, profiles, settings, options, crash)
    admission.present = lambda: core.services.config
    return core


def names_of(asked: Asked) -> dict[type, str]:
    """Return how each service is called where people ask for it."""
    return {type(getattr(asked, each.name)): each.name for each in fields(asked)}
