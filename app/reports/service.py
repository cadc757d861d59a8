"""Makes reports on demand: reads the device afresh, prints, files, and compares."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.asked import DeviceDetail, Document, ReportedSettings
from app.errors import BadInput
from app.model.alarm import Alarm
from app.model.control import WriteResult
from app.model.letterhead import Letterhead
from app.model.profile import Profile
from app.model.reading import DeviceId, Reading
from app.ports import AuditTrail, Clock
from app.reports import commissioning, consumption, difference
from app.reports.commissioning_data import CommissioningData, Run, Utility
from app.reports.consumption_data import ConsumptionData
from app.reports.counted import Counted, History, in_line
from app.reports.difference_data import difference as compare
from app.reports.filing import LOGO, canonical, next_number, number_in
from app.reports.gather import Gathered, gather
from app.reports.reporttype import ReportType
from app.reports.words import Words
from app.verbs import Capability, Viewer, verb


class Plant(Protocol):
    """What the reports ask of the plant; `app.plant.service.PlantService` fulfils it."""

    async def title(self, viewer: Viewer) -> str: ...

    async def zone_name(self, viewer: Viewer) -> str: ...

    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail: ...

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]: ...


class Changes(Protocol):
    """Who wrote a setting last; `app.control.service.ControlService` fulfils it."""

    async def last_changes(
        self, viewer: Viewer, device: DeviceId
    ) -> Mapping[str, WriteResult]: ...


class Alarms(Protocol):
    """What stands at the time of reading; `app.alarms.service.AlarmService` fulfils it."""

    async def standing(self, viewer: Viewer) -> Sequence[Alarm]: ...


class Filing(Protocol):
    """Where reports are kept; blocks, any thread: `app.project.documents.Documents`."""

    def file(
        self,
        content: bytes | Path,
        name: str,
        *,
        title: str,
        kind: str,
        created_by: str,
        device: DeviceId | None = None,
        zone: tzinfo = ...,
    ) -> Document: ...

    def all(self, device: DeviceId | None = None) -> list[Document]: ...

    def get(self, document: str) -> Document: ...


class ReportService:
    """Fulfils `app.asked.ReportVerbs`; lives on the core's loop, works in threads."""

    def __init__(
        self,
        plant: Plant,
        control: Changes,
        alarms: Alarms,
        documents: Filing,
        profile_of: Callable[[DeviceId], Profile | None],
        letterhead: Callable[[], Letterhead],
        clock: Clock,
        audit: AuditTrail,
        history: History,
    ) -> None:
        """``profile_of`` tells the profile in force, None before the device said who it is.

        ``letterhead`` is asked at each report, so that a new name or logo holds at once.
        """
        self._plant = plant
        self._control = control
        self._alarms = alarms
        self._documents = documents
        self._profile_of = profile_of
        self._letterhead = letterhead
        self._clock = clock
        self._audit = audit
        self._counted = Counted(plant, history, clock)
        self._numbering = asyncio.Lock()  # a number is free until its report is filed

    @verb(Capability.MAKE_REPORT)
    async def commissioning(
        self, viewer: Viewer, device: DeviceId, language: str = "en"
    ) -> Sequence[Document]:
        """Read all settings now, print PDF and XLSX, file both with their data.

        What the device does not tell now stands as not read, never as an older value.
        Returns the PDF, the XLSX and the data, in this order.

        Raises:
            DeviceUnreachable: The device does not answer at all; nothing is filed.
            BadInput: There is no such device.
        """
        source = await self._read(viewer, device, language)
        letterhead = self._letterhead()
        async with self._numbering:
            return await asyncio.to_thread(self._make_commissioning, source, letterhead, viewer)

    async def devices_of(self, kind: str, named: object) -> Collection[DeviceId] | None:
        """Return which device a document is about, for `app.verbs`; None when unknown."""
        try:
            device = (await asyncio.to_thread(self._documents.get, str(named))).device
        except BadInput:
            return None
        return None if device is None else (device,)

    @verb(Capability.MAKE_REPORT, of={"older": "document", "newer": "document"})
    async def difference(
        self, viewer: Viewer, older: str, newer: str, language: str = ""
    ) -> Sequence[Document]:
        """Print the difference of two commissioning reports; file it with the newer's device.

        ``older`` and ``newer`` are the ids of any document of the reports: PDF, XLSX or
        data; without a ``language`` the newer one's is taken. Returns the PDF, the XLSX and
        the data, in this order.

        Raises:
            BadInput: A document is no commissioning report, or its data are gone or spoilt.
        """
        letterhead, at = self._letterhead(), self._clock()
        async with self._numbering:
            return await asyncio.to_thread(
                self._make_difference, (older, newer), language, letterhead, viewer, at
            )

    @verb(Capability.MAKE_REPORT)
    async def consumption(
        self,
        viewer: Viewer,
        device: DeviceId,
        start: datetime,
        end: datetime,
        language: str = "en",
    ) -> Sequence[Document]:
        """Print what a meter counted in each day of a period, and file it with the device.

        One of the same period that was filed before stays as it is; this one says that it
        takes its place. Returns the PDF, the XLSX and the data, in this order.

        Raises:
            BadInput: No such device, one without indexes, or a period nothing can be told of.
        """
        data = await self._counted.gather(viewer, device, (start, end), language)
        letterhead = self._letterhead()
        async with self._numbering:
            return await asyncio.to_thread(self._make_consumption, data, letterhead, viewer)

    @verb(Capability.SEE_HISTORY)
    async def revised(self, viewer: Viewer, device: DeviceId) -> Sequence[str]:
        """Return the numbers of filed reports of periods whose figures changed since.

        What came late, was stated of a meter, or was taken back makes the history tell
        something else than the paper does; looked at are the newest sixty of the device.
        """
        filed = await asyncio.to_thread(self._documents.all, device)
        return await self._counted.changed(viewer, device, filed)

    @verb(Capability.SEE_PLANT, of={"document": "document"})
    async def reported(self, viewer: Viewer, document: str) -> ReportedSettings:
        """Return the settings of a filed commissioning report, to compare with.

        Raises `BadInput` when the document is none, or its data are gone or spoilt.
        """
        data = await asyncio.to_thread(self._data_of, document)
        return ReportedSettings(
            number=data.number,
            device=data.device.name,
            label=data.device.label,
            read_at=data.run.ended_at,
            values={
                row.key: float(row.told.value)
                for row in data.settings
                if isinstance(row.told.value, int | float)
            },
        )

    @verb(Capability.SEE_PLANT)
    async def letterhead(self, viewer: Viewer) -> Letterhead:
        """Return whose paper it is, for what a workstation prints itself."""
        return self._letterhead()

    @verb(Capability.EDIT_GENERAL, whole=True)
    async def keep_logo(self, viewer: Viewer, filename: str, content: bytes) -> Document:
        """Keep a logo with the plant; it is printed once the plant is described with it.

        Raises `BadInput` for what cannot be printed: no PNG, JPEG or SVG, too large, spoilt.
        """
        return await asyncio.to_thread(self._keep_logo, viewer, filename, content)

    def _keep_logo(self, by: Viewer, filename: str, content: bytes) -> Document:
        from app.reports.render.logo import logo_of  # loads the printing libraries

        logo_of(content, filename)
        self._audit.admit()
        self._audit.append(
            login=by.login,
            name=by.name,
            workstation=by.workstation,
            verb="reports.keep_logo",
            entity="plant",
            new=filename,
            result="done",
        )
        return self._documents.file(
            content, filename, title=filename, kind=LOGO, created_by=by.name
        )

    async def _read(self, viewer: Viewer, device: DeviceId, language: str) -> Gathered:
        """Ask the device for everything, and the services for what they know of it."""
        before = (await self._plant.device(viewer, device)).view.standing
        started_at = self._clock()
        readings = await self._plant.read_now(viewer, device, [])
        ended_at = self._clock()
        detail = await self._plant.device(viewer, device)  # afresh: clock, standing, profile
        standing = await self._alarms.standing(viewer)
        letterhead = self._letterhead()
        return Gathered(
            number="",
            language=language,
            utility=Utility(letterhead.utility, letterhead.address),
            project=await self._plant.title(viewer),
            zone=await self._plant.zone_name(viewer),
            detail=detail,
            before=before,
            profile=self._profile_of(device),
            readings=readings,
            run=Run(viewer.name, viewer.login, viewer.workstation, started_at, ended_at),
            changes=await self._control.last_changes(viewer, device),
            alarms=[alarm for alarm in standing if alarm.rule.device == device],
        )

    def _make_commissioning(
        self, source: Gathered, letterhead: Letterhead, by: Viewer
    ) -> list[Document]:
        kind, device = commissioning.REPORT, source.detail.view.config.id
        number = self._next_number(kind, source.run.ended_at, source.zone)
        filed = self._documents.all(device)
        last, notes = self._last(filed)
        shown = [document for document in filed if not document.kind.endswith("-data")]
        source = replace(source, number=number, documents=shown, last=last, notes=notes)
        data = gather(source)
        return self._file(kind, data, letterhead, by, device)

    def _make_difference(
        self,
        ids: tuple[str, str],
        language: str,
        letterhead: Letterhead,
        by: Viewer,
        at: datetime,
    ) -> list[Document]:
        kind = difference.REPORT
        older, newer = (self._data_of(one) for one in ids)
        data = compare(
            older,
            newer,
            number=self._next_number(kind, at, newer.zone),
            language=language or newer.language,
            made_at=at,
            made_by=by.name,
        )
        return self._file(kind, data, letterhead, by, DeviceId(newer.device.id))

    def _make_consumption(
        self, data: ConsumptionData, letterhead: Letterhead, by: Viewer
    ) -> list[Document]:
        kind, device = consumption.REPORT, DeviceId(data.device_id)
        data = replace(data, number=self._next_number(kind, data.made_at, data.zone))
        data = in_line(data, self._documents.all(device))
        return self._file(kind, data, letterhead, by, device)

    def _next_number(self, kind: ReportType, at: datetime, zone: str) -> str:
        titles = (document.title for document in self._documents.all())
        return next_number(kind.letters, titles, at, ZoneInfo(zone))

    def _file(
        self, kind: ReportType, data: Any, letterhead: Letterhead, by: Viewer, device: DeviceId
    ) -> list[Document]:
        """Make every file of a report first, then file them: nothing is filed by halves."""
        words = Words(data.language)
        made = {end: render(data, letterhead, words) for end, render in kind.renders.items()}
        names = {
            commissioning.REPORT.kind: words("Commissioning report"),
            difference.REPORT.kind: words("Difference of two reports"),
            consumption.REPORT.kind: words("Consumption report"),
        }
        parts = [(kind.document, end, content) for end, content in made.items()]
        self._audit.admit()
        self._audit.append(
            login=by.login,
            name=by.name,
            workstation=by.workstation,
            verb=f"reports.{kind.kind}",
            entity=str(device),
            new=data.number,
            result="done",
        )
        return [
            self._documents.file(
                content,
                f"{data.number}{end}",
                title=f"{data.number} {names[kind.kind]}",
                kind=document_kind,
                created_by=by.name,
                device=device,
                zone=ZoneInfo(data.zone),
            )
            for document_kind, end, content in [*parts, (kind.data, ".json", canonical(data))]
        ]

    def _last(
        self, filed: Sequence[Document]
    ) -> tuple[CommissioningData | None, tuple[str, ...]]:
        """Return the newest readable report's data, and a sentence for each unreadable one."""
        notes: list[str] = []
        for document in filed:
            if document.kind != commissioning.REPORT.data:
                continue
            try:
                return self._restored(document), tuple(notes)
            except BadInput as error:
                notes.append(f"A former report is not compared: {error}.")
        return None, tuple(notes)

    def _data_of(self, document_id: str) -> CommissioningData:
        document = self._documents.get(document_id)
        if document.kind != commissioning.REPORT.data:
            document = self._beside(document, number_in(document.title))
        return self._restored(document)

    def _beside(self, document: Document, number: str) -> Document:
        """Return the data file filed with a report's PDF or XLSX."""
        if document.kind == commissioning.REPORT.document and number:
            for other in self._documents.all(document.device):
                if other.kind == commissioning.REPORT.data and number_in(other.title) == number:
                    return other
            raise BadInput(f"{document.title}: its data are not kept, it cannot be compared")
        raise BadInput(f"{document.title}: this is no commissioning report")

    @staticmethod
    def _restored(document: Document) -> CommissioningData:
        name = document.path.name
        try:
            raw = document.path.read_bytes()
        except OSError as error:
            raise BadInput(f"{name}: the data of {document.title} are gone: {error}") from error
        data: CommissioningData = commissioning.REPORT.restore(raw, name)
        return data
