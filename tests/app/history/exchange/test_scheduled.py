"""What goes out by itself: each meter once, and none less because it was taken out."""

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.history.exchange.scheduled import ScheduledExchange
from app.history.store import EmbeddedHistory
from app.model.exportplan import ExportPlan
from app.model.paths import with_paths
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.project.opening import Project
from app.project.service import ProjectService
from tests.app.project.sites import ZONE, create, device, opened
from tests.fakes.audit import FakeAudit
from tests.plant import LUND, profile

METER, OWN, AIR, OTHER = (DeviceId(each) for each in ("m", "m-own", "m-air", "other"))
NOW = datetime(2026, 3, 20, 4, tzinfo=ZoneInfo(ZONE))
NOON = NOW - timedelta(hours=16)


class Site:
    """A project with a meter of two paths and another one, and what exports it."""

    def __init__(self, home: Path, project: Project) -> None:
        self.project, self.now, self.out = project, NOW, home / "out"
        self.out.mkdir()
        self.store = EmbeddedHistory(home / "history", ZoneInfo(ZONE))
        self.audit, self.services = FakeAudit(), ProjectService(project)
        devices = [device(each, unit=nth) for nth, each in enumerate((OWN, AIR, OTHER), 1)]
        meter = with_paths(device(METER, unit=9), [OWN, AIR])
        self.devices = {each.id: each for each in (*devices, meter)}
        self.exchange = ScheduledExchange(
            project, self.services.changes, self.store, home / "aside",
            lambda: self.devices, lambda _device: profile(), self.audit,
            lambda: self.now, lambda: 10**12,
        )  # fmt: skip

    def keep(self, at: datetime) -> None:
        points = [PointId(f"{each}.supply") for each in (METER, OWN, AIR, OTHER)]
        told = [Reading(point, 45.5, Quality.GOOD, at) for point in points]
        self.store.append(told, "quarter")

    async def exported(self, plan: ExportPlan) -> list[str]:
        """Let it go out by a plan; return whose values stand in the file of yesterday."""
        await self.exchange.put_export_plan(LUND, plan)
        await self.exchange.look()
        assert await self.exchange.export_trouble(LUND) == ""
        file = self.out / f"samples-{NOON:%Y-%m-%d}.csv"
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return [row["point"].partition(".")[0] for row in csv.DictReader(stream)]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    project = opened(tmp_path, create(tmp_path))
    made = Site(tmp_path, project)
    made.keep(NOON)
    yield made
    await asyncio.to_thread(made.exchange.close)
    made.store.close()
    project.close()


async def test_a_meter_of_several_paths_goes_out_once(site: Site) -> None:
    plan = ExportPlan(str(site.out), window_days=2)
    assert await site.exported(plan) == [METER, OTHER]


async def test_a_path_that_is_named_goes_out_too(site: Site) -> None:
    plan = ExportPlan(str(site.out), window_days=2, devices=f"{METER}, {AIR}")
    assert set(await site.exported(plan)) == {METER, AIR}


async def test_of_a_meter_that_was_taken_out_the_days_before_stay(site: Site) -> None:
    plan = ExportPlan(str(site.out), window_days=3)
    before = await site.exported(plan)
    del site.devices[OTHER]
    site.now += timedelta(days=1)
    site.keep(NOON + timedelta(hours=1))  # a value comes late: the day is written anew
    again = await site.exported(plan)
    assert set(again) == set(before) == {METER, OTHER}
    assert len(again) == 2 * len(before)
