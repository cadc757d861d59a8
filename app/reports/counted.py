"""What consumption reports are made of, and which filed ones history tells otherwise now."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.asked import DeviceDetail, Document
from app.errors import BadInput
from app.model.consumption import Consumption, Step
from app.model.counter import INDEX_ROLES
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, point_id
from app.ports import Clock
from app.reports.consumption import REPORT
from app.reports.consumption_data import (
    ConsumptionData,
    IndexCounted,
    counted_lines,
    figures,
)
from app.verbs import Viewer
from app.words import _

_LONGEST = timedelta(days=367)
MOST_LOOKED_AT = 60  # reports of a device held against the history; older ones are not


class Plant(Protocol):
    """What is asked of the plant: `app.plant.service.PlantService`."""

    async def title(self, viewer: Viewer) -> str: ...

    async def zone_name(self, viewer: Viewer) -> str: ...

    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail: ...


class History(Protocol):
    """What is asked of the history: `app.history.service.HistoryService`."""

    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]: ...


class Counted:
    """Asks the history for a report's figures; core's loop."""

    def __init__(self, plant: Plant, history: History, clock: Clock) -> None:
        self._plant, self._history, self._clock = plant, history, clock

    async def gather(
        self, viewer: Viewer, device: DeviceId, period: tuple[datetime, datetime], language: str
    ) -> ConsumptionData:
        """Return what a report tells of a device, without its number.

        Raises:
            BadInput: No such device, nothing it counts, or no such period; see `until_when`.
        """
        detail = await self._plant.device(viewer, device)
        zone, now = await self._plant.zone_name(viewer), self._clock()
        start, end = period
        until = until_when(start, end, ZoneInfo(zone), now)
        return ConsumptionData(
            device_id=device,
            device=detail.view.config.name,
            project=await self._plant.title(viewer),
            zone=zone,
            start=start.astimezone(UTC),
            end=end.astimezone(UTC),
            until=until.astimezone(UTC),
            made_at=now,
            made_by=viewer.name,
            lines=await self._lines(viewer, device, detail.points, (start, until)),
            language=language,
        )

    async def changed(
        self, viewer: Viewer, device: DeviceId, filed: Sequence[Document]
    ) -> list[str]:
        """Return the numbers of reports whose figures the history tells otherwise now."""
        reports = await asyncio.to_thread(_periods, filed)
        if not reports:
            return []
        points = (await self._plant.device(viewer, device)).points
        numbers = []
        for data in reports[:MOST_LOOKED_AT]:
            now = await self._lines(viewer, device, points, (data.start, data.until))
            if figures(now) != figures(data.lines):
                numbers.append(data.number)
        return numbers

    async def _lines(
        self,
        viewer: Viewer,
        device: DeviceId,
        specs: Sequence[PointSpec],
        period: tuple[datetime, datetime],
    ) -> tuple[IndexCounted, ...]:
        indexes = {point_id(device, s.key): s for s in specs if s.role in INDEX_ROLES}
        if not indexes:
            said = _("{device} counts nothing a consumption report could tell of")
            raise BadInput(said.format(device=device))
        found = await self._history.consumption(viewer, list(indexes), *period, Step.DAY)
        return counted_lines(found, indexes)


def until_when(start: datetime, end: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the end of the last day of a period that is over by ``now``.

    Raises:
        BadInput: No day of it is over, it is longer than a year, or does not begin and end
            at midnight of the plant.
    """
    for each in (start, end):
        if each.tzinfo is None or each.astimezone(zone).time() != time():
            raise BadInput(_("a report's period begins and ends at midnight of the plant"))
    until = min(end, datetime.combine(now.astimezone(zone), time(), zone))
    if until <= start:
        raise BadInput(_("no day of this period is over yet"))
    if end - start > _LONGEST:
        raise BadInput(_("a consumption report tells of a year at most"))
    return until


def in_line(data: ConsumptionData, filed: Sequence[Document]) -> ConsumptionData:
    """Return a report as the one that takes the place of what is filed of its period.

    Blocks; any thread.
    """
    same = [
        each for each in _periods(filed) if (each.start, each.end) == (data.start, data.end)
    ]
    if not same:
        return data
    old = max(same, key=lambda each: each.revision)
    return replace(
        data, revision=old.revision + 1, replaces=old.number, replaces_at=old.made_at
    )


def _periods(filed: Sequence[Document]) -> list[ConsumptionData]:
    """Return what filed consumption reports tell, in their order; a spoilt one is left out."""
    found = list[ConsumptionData]()
    for document in filed:
        if document.kind == REPORT.data:
            with suppress(BadInput, OSError):
                raw = document.path.read_bytes()
                found.append(REPORT.restore(raw, document.path.name))
    return found
