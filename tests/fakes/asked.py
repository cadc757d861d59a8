"""Services that answer at once, as the screen knows them; they remember what was asked."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from app.asked import Asked, DeviceDetail, DeviceView, Document, ReportedSettings, Version
from app.errors import BadInput, Conflict, DeviceUnreachable, NotPermitted, PlantError
from app.model.alarm import Alarm, AlarmRecord, AlarmRule, AlarmState
from app.model.comparison import Compared, Period
from app.model.consumption import Consumption, Step
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.conversation import Attendance, Conversation, Frame
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Option
from app.model.figures import Figures
from app.model.letterhead import Letterhead
from app.model.override import Override
from app.model.performance import Performance
from app.model.reading import DeviceId, PointId, Reading, split_point
from app.model.rights import Grant
from app.model.validation import Checked
from app.reports.render.logo import logo_of
from app.series import Outline, Series, Tile
from app.verbs import Capability, Viewer, administrator
from tests.fakes import smallplant
from tests.fakes.auditlog import FakeAuditLog
from tests.fakes.backups import FakeBackups
from tests.fakes.counted import compared, counted, figured
from tests.fakes.customers import FakeCustomers, some_customers
from tests.fakes.files import FakeFiles
from tests.fakes.findings import judged
from tests.fakes.hardening import FakeHardening, some_findings
from tests.fakes.meters import FakeMeters
from tests.fakes.pairs import FakePairs
from tests.fakes.people import FakePeople, some_people
from tests.fakes.personal import FakeDesk
from tests.fakes.radio import FakeRadio
from tests.fakes.received import came
from tests.fakes.retention import FakeRetention
from tests.fakes.samples import FakeSamples
from tests.fakes.scan import FakeScan
from tests.fakes.session import FakeSession
from tests.fakes.smallplant import NOON
from tests.fakes.telegrams import FakeTelegrams
from tests.fakes.totals import FakeTotals
from tests.fakes.versions import FakeVersions, some_versions

VIEWER = administrator("lund", "K. Lund", "desk-1")
_T = TypeVar("_T")


class Watched(Generic[_T]):
    """Somebody who listens, and a way to tell them."""

    def __init__(self) -> None:
        self.watchers: list[Callable[[Sequence[_T]], None]] = []

    def watch(self, watcher: Callable[[Sequence[_T]], None]) -> Callable[[], None]:
        self.watchers.append(watcher)
        return lambda: self.watchers.remove(watcher)

    def tell(self, news: Sequence[_T]) -> None:
        for watcher in tuple(self.watchers):
            watcher(news)


class FakePlant:
    """Devices and readings held in lists; ``silent`` devices do not answer `read_now`."""

    def __init__(self, views: Sequence[DeviceView]) -> None:
        self.name = "Østerby Fjernvarme"
        self.views = list(views)
        self.details: dict[DeviceId, DeviceDetail] = {}
        self.silent: set[DeviceId] = set()
        self.away = ""  # why the core does not answer who lists its devices
        self.asked_now: list[tuple[DeviceId, frozenset[str]]] = []
        self.wrong: list[str] = []  # with the core itself
        self.gate: asyncio.Event | None = None  # when set, `read_now` waits for it
        self.talk = Conversation(NOON, (), (), ())
        self.wire: list[Frame] = []
        self.attended = Attendance(None, (), (), 0.0, 0.0)
        self.asked_periods: list[tuple[datetime, datetime]] = []

    async def title(self, viewer: Viewer) -> str:
        return self.name

    async def troubles(self, viewer: Viewer) -> Sequence[str]:
        return tuple(self.wrong)

    async def zone_name(self, viewer: Viewer) -> str:
        return "Europe/Copenhagen"

    async def devices(self, viewer: Viewer) -> Sequence[DeviceView]:
        if not viewer.may(Capability.SEE_PLANT):
            raise NotPermitted("you may not see the plant")
        if self.away:
            raise PlantError(self.away)
        return tuple(self.views)

    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail:
        if device in self.details:
            return self.details[device]
        for each in self.views:
            if each.config.id == device:
                return smallplant.detail(each)
        raise BadInput(f"there is no device {device!r}")

    async def latest(self, viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        devices = {split_point(point)[0] for point in points}
        wanted = set(points)
        return [
            each
            for device in sorted(devices)
            for each in smallplant.readings(device)
            if each.point in wanted
        ]

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        self.asked_now.append((device, frozenset(keys)))
        if self.gate is not None:
            await self.gate.wait()
        if device in self.silent:
            raise DeviceUnreachable(f"{device}: no answer within 1.5 s")
        return smallplant.readings(device, set(keys) or None)

    async def conversation(self, viewer: Viewer, device: DeviceId) -> Conversation:
        return self.talk

    async def attendance(
        self, viewer: Viewer, device: DeviceId, start: datetime, end: datetime
    ) -> Attendance:
        self.asked_periods.append((start, end))
        return self.attended

    async def frames(self, viewer: Viewer, device: DeviceId) -> Sequence[Frame]:
        return tuple(self.wire)


class FakeHistory:
    """A day of quarter hours per point: a calm wave."""

    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        first, last = (round(each.timestamp() * 1000) for each in (start, end))
        times = np.arange(first, min(last, round(NOON.timestamp() * 1000)), 900_000)
        waves = 50 + 5 * np.sin(times / 7.2e6)
        quality = np.zeros(len(times), dtype=np.uint8)
        return [Series(point, times.astype(np.int64), waves, quality) for point in points]

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        return await self.range(viewer, points, start, end)

    async def outline(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        tile: Tile,
    ) -> Sequence[Outline]:
        width = 86_400_000 if tile is Tile.DAY else 28_800_000
        found = []
        for series in await self.range(viewer, points, start, end):
            at, begins = np.unique(series.times_ms // width, return_index=True)
            found.append(
                Outline(
                    series.point,
                    at * width,
                    (at + 1) * width,
                    np.minimum.reduceat(series.values, begins),
                    np.maximum.reduceat(series.values, begins),
                    np.add.reduceat(series.values, begins)
                    / np.diff(np.append(begins, len(series))),
                    np.zeros(len(at), dtype=np.uint8),
                )
            )
        return found

    async def figures(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
        interval_s: int = 900,
    ) -> Sequence[Figures]:
        return [figured(point, start, end, step) for point in points]

    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]:
        return [counted(point, start, end, step) for point in points]

    async def performance(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        interval_s: int = 900,
    ) -> Sequence[Performance]:
        return [came(point, start, end, interval_s) for point in points]

    async def comparison(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        first: Period,
        second: Period,
        step: Step,
    ) -> Sequence[Compared]:
        return [compared(point, first, second, step) for point in points]

    async def validation(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        return [judged(point, start, end) for point in points]


class FakeAlarms:
    """Alarms held in a list."""

    def __init__(self, alarms: Sequence[Alarm]) -> None:
        self.alarms = list(alarms)
        self.notes: list[tuple[tuple[str, ...], str]] = []
        self.watched: Watched[Alarm] = Watched()

    async def standing(self, viewer: Viewer) -> Sequence[Alarm]:
        return tuple(self.alarms)

    async def history(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AlarmRecord]:
        newest = 1000 if before_seq is None else before_seq - 1
        records = [
            AlarmRecord(newest - at, each.since, each) for at, each in enumerate(self.alarms)
        ]
        return [each for each in records if each.seq > 1000 - len(self.alarms)][:limit]

    async def acknowledge(
        self, viewer: Viewer, rules: Sequence[str], note: str = ""
    ) -> Sequence[Alarm]:
        self.notes.append((tuple(rules), note))
        self.alarms = [
            replace(
                each,
                state=AlarmState.ACKNOWLEDGED,
                acknowledged_at=NOON,
                acknowledged_by=viewer.name,
                note=note,
            )
            if each.rule.id in rules
            else each
            for each in self.alarms
        ]
        changed = [each for each in self.alarms if each.rule.id in rules]
        self.watched.tell(changed)
        return changed

    async def rules(self, viewer: Viewer) -> Sequence[AlarmRule]:
        return [each.rule for each in self.alarms]


class FakeControl:
    """The door for writing: confirms, unless told how a key ends."""

    def __init__(self, plant: FakePlant) -> None:
        self._plant = plant
        self.requests: list[WriteRequest] = []
        self.endings: dict[str, tuple[WriteState, str]] = {}
        self.changes: dict[str, WriteResult] = {}
        self.held: list[Override] = []

    async def write(self, viewer: Viewer, request: WriteRequest) -> WriteResult:
        self.requests.append(request)
        state, reason = self.endings.get(request.key, (WriteState.CONFIRMED, ""))
        result = WriteResult(
            request.device,
            request.key,
            request.expected,
            request.value,
            request.value if state is WriteState.CONFIRMED else None,
            state,
            reason,
            NOON,
        )
        self.changes[request.key] = result
        return result

    async def last_changes(self, viewer: Viewer, device: DeviceId) -> Mapping[str, WriteResult]:
        return dict(self.changes)

    async def set_clock(self, viewer: Viewer, device: DeviceId) -> Sequence[WriteResult]:
        detail = await self._plant.device(viewer, device)
        self._plant.details[device] = replace(detail, clock_drift_s=0.0)
        return [WriteResult(device, "hour", 8.0, 9.0, 9.0, WriteState.CONFIRMED, "", NOON)]

    async def overrides(self, viewer: Viewer) -> Sequence[Override]:
        return list(self.held)

    async def take_back(self, viewer: Viewer, device: DeviceId, key: str) -> WriteResult:
        held = next(each for each in self.held if (each.device, each.key) == (device, key))
        self.held.remove(held)
        state, new = WriteState.CONFIRMED, held.former
        return WriteResult(device, key, held.value, new, new, state, "", NOON)


class FakeReports:
    """Reports that are filed without being printed."""

    def __init__(self) -> None:
        self.filed: list[Document] = []
        self.folder = Path()  # where the papers of consumption lie
        self.counted: list[tuple[DeviceId, datetime, datetime, str]] = []
        self.changed_since: list[str] = []
        self.reported_settings: dict[str, ReportedSettings] = {}
        self.gate: asyncio.Event | None = None
        self.head = Letterhead("Østerby Fjernvarme", "Værkvej 2, 6000 Kolding")
        self.logos: list[tuple[str, bytes]] = []

    async def commissioning(
        self, viewer: Viewer, device: DeviceId, language: str = "en"
    ) -> Sequence[Document]:
        if self.gate is not None:
            await self.gate.wait()
        made = [
            Document(
                f"report-{len(self.filed) + at}",
                device,
                f"Commissioning report {NOON:%Y-%m-%d}",
                "commissioning-report",
                Path(f"report.{kind}"),
                NOON,
                viewer.name,
            )
            for at, kind in enumerate(("pdf", "xlsx"))
        ]
        self.filed += made
        return made

    async def consumption(
        self,
        viewer: Viewer,
        device: DeviceId,
        start: datetime,
        end: datetime,
        language: str = "en",
    ) -> Sequence[Document]:
        """File a PDF and a sheet of a day or more, refuse more than a year."""
        if self.gate is not None:
            await self.gate.wait()
        if end - start > timedelta(days=366):
            raise BadInput("a consumption report tells of a year at most")
        self.counted.append((device, start, end, language))
        return [
            Document(
                f"counted-{len(self.counted)}-{kind}",
                device,
                f"CO-2026-{len(self.counted):04} Consumption report",
                "consumption-report",
                self.folder / f"counted.{kind}",
                NOON,
                viewer.name,
            )
            for kind in ("pdf", "xlsx")
        ]

    async def revised(self, viewer: Viewer, device: DeviceId) -> Sequence[str]:
        return self.changed_since

    async def reported(self, viewer: Viewer, document: str) -> ReportedSettings:
        if document not in self.reported_settings:
            raise BadInput(f"{document}: this is no commissioning report")
        return self.reported_settings[document]

    async def letterhead(self, viewer: Viewer) -> Letterhead:
        return self.head

    async def keep_logo(self, viewer: Viewer, filename: str, content: bytes) -> Document:
        logo_of(content, filename)
        self.logos.append((filename, content))
        place = Path("documents") / filename
        return Document("logo-1", None, filename, "logo", place, NOON, viewer.name)

    async def difference(
        self, viewer: Viewer, older: str, newer: str, language: str = ""
    ) -> Sequence[Document]:
        return ()


class FakeProject(FakeFiles):
    """The configuration: documents are real, the rest only remembers."""

    def __init__(self, reports: FakeReports) -> None:
        super().__init__(lambda: reports.filed)
        self.changes: list[object] = []
        self.overtaken = ""  # when set, what is told to who saves over something seen

    def _require(self, base: object) -> None:
        if base is not None and self.overtaken:
            raise Conflict(self.overtaken)

    async def describe(
        self,
        viewer: Viewer,
        title: str | None = None,
        zone: str | None = None,
        utility: str | None = None,
        logo: str | None = None,
        options: Mapping[str, Option] | None = None,
        note: str = "",
        seen: int | None = None,
    ) -> None:
        self.changes.append((title, zone, utility, logo, options))

    async def put_link(
        self, viewer: Viewer, link: LinkConfig, note: str = "", base: LinkConfig | None = None
    ) -> None:
        self._require(base)
        self.changes.append(link)

    async def put_device(
        self,
        viewer: Viewer,
        device: DeviceConfig,
        note: str = "",
        base: DeviceConfig | None = None,
    ) -> None:
        self._require(base)
        self.changes.append(device)

    async def put_paths(
        self, viewer: Viewer, device: DeviceId, paths: Sequence[DeviceId], note: str = ""
    ) -> Sequence[DeviceId]:
        self.changes.append((device, tuple(paths)))
        return tuple(paths)

    async def remove_device(self, viewer: Viewer, device: DeviceId, note: str = "") -> None:
        self.changes.append(device)

    async def remove_link(self, viewer: Viewer, link: LinkId, note: str = "") -> None:
        self.changes.append(link)

    async def put_rule(
        self, viewer: Viewer, rule: AlarmRule, note: str = "", base: AlarmRule | None = None
    ) -> None:
        self._require(base)
        self.changes.append(rule)

    async def remove_rule(self, viewer: Viewer, rule: str, note: str = "") -> None:
        self.changes.append(rule)

    async def versions(self, viewer: Viewer) -> Sequence[Version]:
        return ()

    async def difference(self, viewer: Viewer, older: int, newer: int) -> Sequence[str]:
        return ()

    async def undo(self, viewer: Viewer) -> Version:
        raise BadInput("nothing to undo")

    async def redo(self, viewer: Viewer) -> Version:
        raise BadInput("nothing to redo")

    async def restore(self, viewer: Viewer, version: int) -> Version:
        raise BadInput(f"there is no version {version}")


class FakeServices:
    """All fakes of one plant together; `asked` is what the screen gets."""

    def __init__(
        self, views: Sequence[DeviceView] | None = None, alarms: Sequence[Alarm] | None = None
    ) -> None:
        self.plant = FakePlant(smallplant.substations() if views is None else views)
        self.history = FakeHistory()
        self.alarms = FakeAlarms(smallplant.alarms() if alarms is None else alarms)
        self.control = FakeControl(self.plant)
        self.reports = FakeReports()
        self.project = FakeProject(self.reports)
        self.audit = FakeAuditLog()
        self.desk = FakeDesk()
        self.versions = FakeVersions(some_versions())
        self.people = FakePeople(*some_people())
        self.session = FakeSession()
        self.hardening = FakeHardening(some_findings())
        self.customers = FakeCustomers(some_customers())
        self.pairs = FakePairs()
        self.meters = FakeMeters()
        self.samples = FakeSamples()
        self.retention = FakeRetention()
        self.telegrams = FakeTelegrams()
        self.scan = FakeScan()
        self.backups = FakeBackups()
        self.radio = FakeRadio()
        self.totals = FakeTotals()
        self.readings: Watched[Reading] = Watched()
        self.standings: Watched[DeviceStanding] = Watched()

    @classmethod
    def empty(cls) -> "FakeServices":
        """Return a plant without devices and alarms."""
        return cls(views=(), alarms=())

    @property
    def asked(self) -> Asked:
        return Asked(
            self.plant,
            self.history,
            self.alarms,
            self.control,
            self.reports,
            self.project,
            self.audit,
            self.desk,
            self.versions,
            self.people,
            self.session,
            self.hardening,
            self.customers,
            self.pairs,
            self.meters,
            self.samples,
            self.retention,
            self.backups,
            self.radio,
            self.telegrams,
            self.scan,
            self.totals,
            self.readings.watch,
            self.alarms.watched.watch,
            self.standings.watch,
            Grant().watch,
        )
