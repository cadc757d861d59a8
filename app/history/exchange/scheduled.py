"""Samples in files, also those that go out by themselves every night."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from app.errors import BadInput, PlantError
from app.history.exchange.dayfiles import (
    Check,
    DayFile,
    Outgoing,
    is_due,
    read_list,
    write_days,
)
from app.history.exchange.service import ExchangeService
from app.model.exportplan import EXPORT_FAILED, ExportPlan, export_plan, named_in
from app.model.paths import meters_of_paths
from app.model.reading import DeviceId, split_point
from app.ports import Deed
from app.project.changes import ChangeDesk
from app.project.folder import require_outside
from app.project.opening import Project
from app.project.plans import KeptPlan
from app.sampleverbs import PointFacts
from app.verbs import Capability, Viewer, verb
from app.words import _

LOOK_S = 60.0  # how often it is looked whether an export is due
AGAIN_AFTER = timedelta(minutes=15)  # that one failed
_PLACE = "scheduled export"
_log = logging.getLogger(__name__)
_KEPT = KeptPlan(
    "samples.put_export_plan",
    _PLACE,
    export_plan,
    lambda config: export_plan(config.options).told(),
    lambda: _("somebody else changed what is exported: look again"),
)


class ScheduledExchange(ExchangeService):
    """`SampleVerbs` with the plan of what goes out by itself."""

    def __init__(
        self, project: Project, desk: ChangeDesk, check: Check, *exchange: Any
    ) -> None:
        """``exchange`` is what an `ExchangeService` is made of; ``check`` is asked aside."""
        super().__init__(*exchange)
        self._check = check
        self._project, self._desk = project, desk
        self._failed: tuple[datetime, str] | None = None
        self._closing = Event()

    @property
    def alarming(self) -> frozenset[str]:
        """The names of what troubles the export so that it is an alarm."""
        return frozenset({EXPORT_FAILED} if self._failed else ())

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def export_plan(self, viewer: Viewer) -> ExportPlan:
        """Return when samples go out by themselves, and where to."""
        return self._plan()

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def export_trouble(self, viewer: Viewer) -> str:
        """Return why the last scheduled export failed; "" while all is well."""
        return "" if self._failed is None else self._failed[1]

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def put_export_plan(
        self, viewer: Viewer, plan: ExportPlan, note: str = "", base: ExportPlan | None = None
    ) -> ExportPlan:
        """Let samples go out by another plan from now on.

        Raises:
            BadInput: A plan that cannot be carried out: of a folder that is a file, or of the
                project itself; or it names a device that there is not.
            Conflict: Somebody else changed the plan after it was ``base``.
            StoreBroken: The databases cannot be used.
        """
        plan.require_sound()
        await asyncio.to_thread(self._require_folder, plan)
        known = {*self._devices(), *named_in(self._plan().devices)}
        if unknown := [each for each in named_in(plan.devices) if each not in known]:
            raise BadInput(_("there is no device {device}").format(device=unknown[0]))
        await _KEPT.put(self._project, self._desk, viewer, plan, note, base)
        self._failed = None  # tried anew, wherever that is now
        return self._plan()

    def _require_folder(self, plan: ExportPlan) -> None:
        if not plan.folder:
            return
        folder = Path(plan.folder)
        require_outside(self._project.folder.root, folder)
        if folder.exists() and not folder.is_dir():
            raise BadInput(
                _("{folder} is a file, where a folder must be").format(folder=folder)
            )

    async def run(self) -> None:
        """Export when it is due, for as long as the core lives."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Export if it is due; what fails is tried again in a quarter of an hour."""
        plan, now = self._plan(), self._now()
        if not plan.folder or (self._failed and now - self._failed[0] < AGAIN_AFTER):
            return
        devices = dict(self._devices())
        ways = meters_of_paths(devices.values())  # they tell what their meter tells
        left_out = {each for each in ways if not plan.names(each)}
        profiles = {device: self._profile_of(device) for device in devices}
        zone = self._desk.present.config.timezone

        def work() -> list[DayFile]:
            nothing = Outgoing(self._history, (), self._check if plan.flags else None)
            there = read_list(Path(plan.folder), self._named_so, nothing.version)
            if not is_due(there, plan, zone, now):
                return []
            # Of a meter that was taken out the days before stay as they were.
            facts = self._facts(devices, profiles, gone=True)
            known = [each for each in facts if _goes(plan, each, left_out)]
            outgoing = replace(nothing, facts=known)
            return write_days(outgoing, plan, zone, self._named_so, self._now, self._goes_on)

        try:
            written = await self._work(work)
        except (PlantError, OSError) as error:
            said = str(error)
            if self._failed is None or self._failed[1] != said:
                _log.error("the scheduled export failed: %s", said)
                await self._desk.work(lambda: self._note(plan, "failed", said))
            self._failed = now, said
            return
        self._failed = None
        if written:
            files = ", ".join(f"{each.file} ({each.revision})" for each in written[:10])
            more = f" and {len(written) - 10} more" if len(written) > 10 else ""  # noqa: PLR2004
            await self._desk.work(lambda: self._note(plan, f"written: {files}{more}"))

    def close(self) -> None:
        """End what is under way, an export at its next day."""
        self._closing.set()
        super().close()

    @property
    def _named_so(self) -> str:
        return self._project.id.hex

    def _goes_on(self) -> bool:
        return not self._closing.is_set()

    def _plan(self) -> ExportPlan:
        return export_plan(self._desk.present.config.options)

    def _note(self, plan: ExportPlan, result: str, reason: str = "") -> None:
        deed = Deed(
            login="", name="Heatdesk", workstation="", verb="samples.scheduled", entity=_PLACE
        )
        deed["new"], deed["result"], deed["reason"] = plan.told(), result, reason
        self._audit.keep(**deed)


def _goes(plan: ExportPlan, facts: PointFacts, left_out: Collection[DeviceId]) -> bool:
    device, key = split_point(facts.point)
    return device not in left_out and plan.takes(device, key)
