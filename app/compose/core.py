"""One project running: every service built, connected, started and ended in order."""

import asyncio
import logging
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import app.alarms.rules
import drivers
from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.acquisition.supervisor import Supervisor
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.asked import Asked
from app.channel.server import ChannelServer
from app.compose.changes import past_changes
from app.control.service import ControlService
from app.crash import CrashReports
from app.model.reading import DeviceId
from app.plant.service import PlantService
from app.plugins import discover
from app.pointtable import PointTable
from app.ports import DriverType
from app.profiles.loader import ProfileSet, load_all
from app.profiles.resolve import resolve
from app.project.config import PlantConfig
from app.project.opening import Project, open_project
from app.project.service import ProjectService
from app.settings.parts import Settings
from app.users.audit import AuditService
from app.verbs import Viewer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CoreOptions:
    """How a core is wanted."""

    only: Collection[DeviceId] | None = None  # serve these devices alone, record nothing
    listen: bool = True  # let other windows and commands join in


def utc_now() -> datetime:
    """Return the computer's time, in UTC."""
    return datetime.now(UTC)


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
        from app.compose.recording import Recording
        from app.reports.service import ReportService

        def report(name: str, error: Exception) -> None:
            crash.report(error, name)

        self._crash = crash
        self.project = project
        self.profiles = profiles
        self._options = options
        self.table = PointTable(partial(report, "a watcher of the point table"))
        chooser = ProfileChooser(profiles.profiles, resolve)
        kinds = discover(drivers, "DRIVER", DriverType).values()
        self.acquisition = Acquisition(self.table, kinds, chooser, utc_now, report)
        rules = discover(app.alarms.rules, "RULE", RuleType).values()
        self.alarms = AlarmService(rules, project.journal, project.audit, utc_now)
        self.plant = PlantService(self.acquisition, self.table, profiles.profiles, utc_now)
        changes = partial(past_changes, project.audit)
        self.control = ControlService(
            self.acquisition, project.audit, utc_now, changes, lambda: self.plant.zone
        )
        self.recording = Recording(
            project.folder.history, self.table, settings.history, utc_now
        )
        self.services = ProjectService(project)
        self.reports = ReportService(
            self.plant, self.control, project.documents, self.services, utc_now
        )
        self.asked = Asked(
            self.plant,
            self.recording.service,
            self.alarms,
            self.control,
            self.reports,
            self.services,
            AuditService(project.audit),
            self.table.watch,
            self.alarms.watch,
            self.acquisition.watch,
        )
        self._supervisor = Supervisor(report)
        self._applying = asyncio.Lock()
        self._changes = 0
        self._server: ChannelServer | None = None

    async def start(self) -> None:
        """Begin: judge, record, poll, and let others in."""
        self.table.watch(self.alarms.on_readings)
        self.acquisition.watch(self.alarms.on_standings)
        self.services.watch(self._on_change)
        if self._options.only is None:
            await self.recording.start()
        await self._apply(self.services.config)
        self._supervisor.start("alarm delays", self.alarms.run)
        if self._options.listen:
            await self._listen()
        count = len(self.services.config.devices)
        _log.info("core started on %s with %d devices", self.project.folder.root, count)

    async def stop(self) -> None:
        """End in the opposite order; what was acknowledged as stored stays stored."""
        if self._server is not None:
            await self._server.stop()
        await self._supervisor.stop_all()
        await self.acquisition.stop()
        await self.recording.stop()
        await asyncio.get_running_loop().run_in_executor(None, self.project.close)
        _log.info("core stopped")

    async def authenticate(self, login: str, password: str) -> Viewer:
        """Return who this is; `NotPermitted` alike for unknown names and wrong passwords."""
        return await asyncio.get_running_loop().run_in_executor(
            self.project.worker,
            self.project.accounts.authenticate,
            login,
            password,
            socket.gethostname(),
        )

    async def _listen(self) -> None:
        token = secrets.token_hex(32)
        self._server = ChannelServer(
            self.asked, token.encode(), self.authenticate, self._crash.report
        )
        port = await self._server.start()
        self.project.lock.announce(port, token)

    async def _apply(self, config: PlantConfig) -> None:
        async with self._applying:
            await self._put_in_force(config)

    async def _put_in_force(self, config: PlantConfig) -> None:
        only = self._options.only
        devices = [d for d in config.devices.values() if only is None or d.id in only]
        links = list(config.links.values())
        self.plant.apply(config.title, config.zone, links, devices)
        self.alarms.apply(list(config.rules.values()))
        await self.acquisition.apply(links, devices)

    def _on_change(self, config: PlantConfig) -> None:
        self._changes += 1
        name = f"configuration change {self._changes}"
        self._supervisor.start(name, lambda: self._apply(config))


def open_core(
    folder: Path, settings: Settings, options: CoreOptions, crash: CrashReports
) -> Core:
    """Open a project and build its core; blocks, so call it before the loop is needed.

    Raises what `open_project` raises. Broken profiles are logged and left out.
    """
    project = open_project(folder)
    profiles = load_all([project.folder.profiles])
    for error in profiles.errors:
        _log.warning("profile left out: %s", error)
    return Core(project, profiles, settings, options, crash)
