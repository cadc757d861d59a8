"""What goes out by itself: each meter once, and none less because it was taken out."""

import asyncio
import csv
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from app.history.exchange.dayfiles import FLAGGED, LIST, SCHEMA
from app.history.exchange.scheduled import ScheduledExchange
from app.history.store import EmbeddedHistory
from app.model.exportplan import EXPORT_FAILED, ExportPlan
from app.model.paths import with_paths
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.model.validation import Checked, Finding, Rule
from app.project.opening import Project
from app.project.service import ProjectService
from tests.app.project.sites import ZONE, create, device, opened
from tests.fakes.audit import FakeAudit
from tests.plant import LUND, profile

METER, OWN, AIR, OTHER = (DeviceId(each) for each in ("m", "m-own", "m-air", "other"))
NOW = datetime(2026, 3, 20, 4, tzinfo=ZoneInfo(ZONE))
NOON = NOW - timedelta(hours=16)


ENERGY = PointSpec("energy", "Energy", "kWh", 1, role="meter.energy")
METERED = replace(profile(), points={**profile().points, "energy": ENERGY})


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
        self.aside = home / "aside"
        self.exchange = self.exporting()

    def exporting(self) -> ScheduledExchange:
        """Return what exports, as a program that has just started."""
        return ScheduledExchange(
            self.project, self.services.changes, self.check, self.store, self.aside,
            lambda: self.devices, lambda _device: METERED, self.audit,
            lambda: self.now, lambda: 10**12,
        )  # fmt: skip

    def check(
        self, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        """Find a fall in every index, at the last noon."""
        fell = (Finding(Rule.NEGATIVE, NOON, NOON, 1),) if start <= NOON < end else ()
        return [Checked(point, fell, frozenset(Rule), None) for point in points]

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


async def test_flags_are_a_version_of_their_own_and_mark_what_a_rule_found(site: Site) -> None:
    index = PointId(f"{OTHER}.energy")
    for at in (NOON, NOON + timedelta(hours=1)):
        site.store.append([Reading(index, 7.5, Quality.GOOD, at)], "quarter")
    plan = ExportPlan(str(site.out), window_days=2, flags=True)
    await site.exported(plan)
    with (site.out / f"samples-{NOON:%Y-%m-%d}.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    flags = {(row["point"], row["time_utc"]): row["flags"] for row in rows}
    assert flags.pop((index, utc(NOON))) == "negative"
    assert len(flags) >= 2
    assert set(flags.values()) == {""}
    told = json.loads((site.out / LIST).read_text(encoding="utf-8"))
    assert told["version"] == FLAGGED == 2
    before = {each.name: each.read_bytes() for each in site.out.iterdir()}
    await site.exchange.put_export_plan(LUND, replace(plan, flags=False))
    await site.exchange.look()
    assert "of schema heatdesk-samples 2" in await site.exchange.export_trouble(LUND)
    assert {each.name: each.read_bytes() for each in site.out.iterdir()} == before


class Client:
    """A program of another house: it reads the list, and takes each file it has not yet."""

    COLUMNS = ("time_utc", "point", "value", "quality")  # that version 1 promises

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: dict[str, str] = {}  # by file, its hash
        self.values: dict[tuple[str, str], str] = {}
        self.revisions: dict[str, int] = {}

    def look(self) -> None:
        """Take in what is new, each file in the place of the one before."""
        manifest = self.folder / LIST
        if not manifest.exists():
            return
        told = json.loads(manifest.read_text(encoding="utf-8"))
        assert (told["schema"], told["version"]) == (SCHEMA, 1)
        for each in told["files"]:
            if self.taken.get(each["file"]) == each["sha256"]:
                continue
            content = (self.folder / each["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == each["sha256"], "torn"
            self.taken[each["file"]] = each["sha256"]
            assert each["revision"] > self.revisions.get(each["file"], 0)
            self.revisions[each["file"]] = each["revision"]
            for row in csv.DictReader(content.decode("utf-8-sig").splitlines()):
                time_utc, point, value, quality = (row[name] for name in self.COLUMNS)
                assert (quality == "good") is bool(value)
                self.values[time_utc, point] = value


class Month:
    """Nights of a plant whose target folder is gone for five nights, and taken once."""

    def __init__(self, site: Site) -> None:
        self.site, self.hidden = site, site.out.with_name("unplugged")
        self.sent = {utc(NOON)}

    def measure(self, night: int) -> None:
        """Keep the hours of the day that is over; each fourth night late ones as well."""
        day = (self.site.now - timedelta(days=1)).replace(hour=0, minute=0)
        moments = [day + nth * timedelta(hours=1) for nth in range(24)]
        if night % 4 == 3:  # a logger was read late: three hours of three days ago
            moments += [day - timedelta(days=3, minutes=45 + nth * 60) for nth in range(3)]
        for at in moments:
            self.site.keep(at)
            self.sent.add(utc(at))

    def disturb(self, night: int) -> bool:
        """Take the folder away or bring it back; return whether it is there."""
        out = self.site.out
        if night in (10, 20):
            out.rename(self.hidden)
        if night == 20:
            out.write_text("no folder")
        if night == 21:
            out.unlink()
        if night in (15, 21):
            self.hidden.rename(out)
        return not (10 <= night < 15 or night == 20)


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


@pytest.mark.campaign
@pytest.mark.feature("LM-71")
async def test_thirty_days_go_out_whole_over_outages_restarts_and_late_values(
    site: Site,
) -> None:
    await site.exchange.put_export_plan(LUND, ExportPlan(str(site.out), window_days=7))
    client, month = Client(site.out), Month(site)
    for night in range(30):
        month.measure(night)
        there = month.disturb(night)
        for _look in range(3):  # it is looked once a minute; what failed waits a quarter hour
            await site.exchange.look()
        assert site.exchange.alarming == (frozenset() if there else {EXPORT_FAILED}), night
        if there:
            client.look()
        site.now += timedelta(days=1)
        if night == 25:  # the program ends and starts again
            await asyncio.to_thread(site.exchange.close)
            site.exchange = site.exporting()
    assert {time_utc for time_utc, _point in client.values} == month.sent
    assert len(client.values) == 2 * len(month.sent), "each meter once"
    assert set(client.values.values()) == {"45.5"}
    assert max(client.revisions.values()) > 1, "what came late made a revision"
    days = sorted(name.removeprefix("samples-").removesuffix(".csv") for name in client.taken)
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    assert (last - first).days == len(days) - 1, "no day is missing"
    assert not list(site.out.glob(".*"))
    told = [each["result"] for each in site.audit if each["verb"] == "samples.scheduled"]
    assert told.count("failed") == 6, "an entry a night, not one for each try"


async def test_a_plan_that_no_night_could_carry_out_is_refused_at_once(site: Site) -> None:
    a_file = site.aside.parent / "letter.txt"
    a_file.write_text("dear Ole", "utf-8")
    root = site.project.folder.root
    plan = ExportPlan(str(site.out), devices=f"{METER}, {OTHER}")
    for wrong, says in (
        (replace(plan, folder=str(a_file)), "letter.txt is a file, where a folder must be"),
        (replace(plan, folder=str(root)), "lies in the project’s own folder"),
        (replace(plan, folder=str(root / "history" / "new")), "project’s own folder"),
        (replace(plan, devices=f"{METER},nobody, none"), "there is no device nobody$"),
    ):
        with pytest.raises(BadInput, match=says):
            await site.exchange.put_export_plan(LUND, wrong)
    assert not (await site.exchange.export_plan(LUND)).folder
    assert await site.exchange.put_export_plan(LUND, plan) == plan
    del site.devices[OTHER]  # it was taken out: its days stay, and the plan may be changed
    later = replace(plan, hour=5)
    assert await site.exchange.put_export_plan(LUND, later) == later
