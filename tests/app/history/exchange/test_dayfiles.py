"""A folder of day files: whole at any moment, nothing twice, what came late as a revision."""

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from app.history.exchange.dayfiles import (
    LIST,
    SCHEMA,
    VERSION,
    DayFile,
    Folder,
    Outgoing,
    days_to_write,
    is_due,
    read_list,
    write_days,
)
from app.history.store import EmbeddedHistory
from app.model.exportplan import EXPORT_FAILED, ExportPlan, export_plan
from app.model.reading import PointId, Quality, Reading
from app.sampleverbs import PointFacts

ZONE = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 3, 30, 4, tzinfo=ZONE).astimezone(UTC)  # the day after a change of clocks
POINT, OTHER = PointId("m.energy"), PointId("m.volume")
FACTS = [
    PointFacts(POINT, "Meter", "Energy", "kWh"),
    PointFacts(OTHER, "Meter", "Volume", "m³"),
]


class Site:
    """A history and a folder."""

    def __init__(self, home: Path) -> None:
        self.store = EmbeddedHistory(home / "history")
        self.folder = home / "out"
        self.folder.mkdir()
        self.now = NOW
        self.plan = ExportPlan(str(self.folder), window_days=3)
        self.facts: Sequence[PointFacts] = FACTS

    def keep(self, at: datetime, value: float | None, point: PointId = POINT) -> None:
        quality = Quality.GOOD if value is not None else Quality.OFFLINE
        self.store.append([Reading(point, value, quality, at)], "quarter", at)

    def run(self, *, days: int = 99) -> list[DayFile]:
        """Export; the program ends after so many days."""
        left = iter([True] * days)
        return write_days(
            Outgoing(self.store, self.facts),
            self.plan,
            ZONE,
            "p1",
            lambda: self.now,
            lambda: next(left, False),
        )

    def rows(self, day: str) -> list[dict[str, str]]:
        path = self.folder / f"samples-{day}.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def told(self) -> Folder:
        return read_list(self.folder, "p1")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.store.close()


def local(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=ZONE).astimezone(UTC)


def test_each_day_is_a_file_and_the_list_tells_what_it_holds(site: Site) -> None:
    site.keep(local(29, 0), 1.5)
    site.keep(local(30, 0) - timedelta(minutes=15), 2.5)
    site.keep(local(29), None, OTHER)
    site.keep(local(30, 0), 9.0)  # of a day that is not over
    written = site.run()
    assert [each.day for each in written] == ["2026-03-27", "2026-03-28", "2026-03-29"]
    assert [each.samples for each in written] == [0, 0, 3]
    rows = site.rows("2026-03-29")
    assert [(row["point"], row["value"], row["quality"]) for row in rows] == [
        (POINT, "1.5", "good"),
        (POINT, "2.5", "good"),
        (OTHER, "", "offline"),  # nothing is known: never 0
    ]
    assert [row["utc_offset"] for row in rows[:2]] == ["UTC+01:00", "UTC+02:00"]
    raw = json.loads((site.folder / LIST).read_text(encoding="utf-8"))
    assert (raw["schema"], raw["version"], raw["zone"]) == (SCHEMA, VERSION, ZONE.key)
    for each in raw["files"]:
        content = (site.folder / each["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
    assert not list(site.folder.glob(".*"))
    assert site.told().ran_at == NOW


def test_again_it_writes_nothing_and_late_values_make_a_revision(site: Site) -> None:
    site.keep(local(28), 1.0)
    site.run()
    stood = {each.name: each.stat().st_mtime_ns for each in site.folder.glob("*.csv")}
    assert site.run() == []
    assert {each.name: each.stat().st_mtime_ns for each in site.folder.glob("*.csv")} == stood
    site.keep(local(28, 13), 2.0)
    (again,) = site.run()
    assert (again.day, again.revision, again.samples) == ("2026-03-28", 2, 2)
    (site.folder / again.file).unlink()  # somebody took it away
    (back,) = site.run()
    assert (back.revision, back.sha256) == (2, again.sha256)


class Watched(list[PointFacts]):
    """Points of which some are taken at a time; notes how long the file is by then."""

    def __init__(self, facts: list[PointFacts], half: Path) -> None:
        super().__init__(facts)
        self.half, self.sizes = half, list[int]()

    def __getitem__(self, at: Any) -> Any:
        self.sizes.append(self.half.stat().st_size)
        return super().__getitem__(at)


def test_a_day_goes_to_the_disk_as_it_is_read_and_is_never_in_memory_as_a_whole(
    site: Site,
) -> None:
    facts = [
        PointFacts(PointId(f"m{nth:03}.energy"), "Meter", "E", "kWh") for nth in range(200)
    ]
    for at in (local(29, 0) + nth * timedelta(hours=1) for nth in range(23)):
        told = [Reading(each.point, 1234.5, Quality.GOOD, at) for each in facts]
        site.store.append(told, "quarter", at)
    site.plan = replace(site.plan, window_days=1)
    site.facts = watched = Watched(facts, site.folder / ".samples-2026-03-29.csv.part")
    (made,) = site.run()
    assert made.samples == 200 * 23
    size = (site.folder / made.file).stat().st_size
    assert watched.sizes == sorted(watched.sizes)
    first, *_between, last = watched.sizes
    assert first < size / 10
    assert size / 2 < last < size, "three quarters of the points are on the disk"
    assert hashlib.sha256((site.folder / made.file).read_bytes()).hexdigest() == made.sha256
    assert not watched.half.exists()


def test_after_an_outage_days_are_looked_at_that_came_late_during_it(site: Site) -> None:
    """The window moves on while nothing can be written; late values must not fall behind it."""
    site.run()
    site.keep(local(28, 13), 2.0)  # of a day that the next run's own window leaves out
    site.now += timedelta(days=9)
    assert site.run()[0].day == "2026-03-28"
    (kept,) = [each for each in site.told().files if each.day == "2026-03-28"]
    assert (kept.revision, kept.samples) == (2, 1)


def test_a_program_that_ends_in_between_goes_on_where_it_ended(site: Site) -> None:
    assert len(site.run(days=1)) == 1
    known = site.told()
    assert len(known.files) == 1
    assert known.ran_at is None
    assert is_due(known, site.plan, ZONE, site.now)
    assert [each.day for each in site.run()] == ["2026-03-28", "2026-03-29"]
    assert not is_due(site.told(), site.plan, ZONE, site.now)


def test_days_nobody_looked_at_are_made_up_for_and_older_ones_left(site: Site) -> None:
    site.run()
    site.now += timedelta(days=10)
    assert site.run()[0].day == "2026-03-30"
    assert len(site.told().files) == 13
    known = Folder("p1", None, (DayFile("x", "2020-01-01", 1, 0, "", ""),))
    assert len(days_to_write(known, site.plan, ZONE, site.now)) == 400
    first = days_to_write(Folder("p1"), site.plan, ZONE, NOW)
    assert first == [date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 29)]


@pytest.mark.parametrize(
    ("ran", "now", "due"),
    [
        (None, local(30, 4), True),
        (local(30, 3), local(30, 23), False),
        (local(30, 2), local(30, 4), True),
        (local(29, 4), local(30, 2), False),  # today's hour has not come
        (local(28, 4), local(30, 2), True),  # the computer was off
    ],
)
def test_it_is_due_once_a_day_from_its_hour_on(
    ran: datetime | None, now: datetime, due: bool
) -> None:
    assert is_due(Folder("p1", ran), ExportPlan("/out", hour=3), ZONE, now) is due


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "is of schema heatdesk-samples 2"),
        ({"schema": "other"}, "is of schema other"),
        ({"project": "p2"}, "another project exports there"),
        ({"files": [{"file": "x"}]}, "is no list of exported files"),
        ({"ran_at": "soon"}, "is no list of exported files"),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(
    site: Site, change: dict[str, object], said: str
) -> None:
    site.run()
    path = site.folder / LIST
    raw = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(raw | change), encoding="utf-8")
    before = sorted(each.name for each in site.folder.iterdir())
    with pytest.raises(BadInput, match=said):
        site.run()
    assert sorted(each.name for each in site.folder.iterdir()) == before
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="is no list"):
        site.run()


def test_a_plan_is_kept_in_options_and_takes_what_it_names(tmp_path: Path) -> None:
    plan = ExportPlan(str(tmp_path), 5, 9, "a, b", "energy", flags=True)
    assert export_plan(plan.options()) == plan
    assert plan.takes("b", "energy")
    assert not plan.takes("c", "energy")
    assert not plan.takes("a", "volume")
    assert ExportPlan().takes("any", "thing")
    assert export_plan({"export_hour": "x"}) == export_plan({"export_hour": 99}) == ExportPlan()
    assert ExportPlan().told() == "none"
    assert "devices a, b, points energy, with flags" in plan.told()
    assert "flags" not in replace(plan, flags=False).told()
    assert EXPORT_FAILED.startswith("own-")
    for wrong in (
        replace(plan, folder="here"),
        replace(plan, hour=24),
        replace(plan, window_days=0),
        replace(plan, window_days=63),
    ):
        with pytest.raises(BadInput):
            wrong.require_sound()


def test_halves_that_an_earlier_run_left_behind_are_taken_away(site: Site) -> None:
    left = [site.folder / f".{name}.part" for name in ("samples-2026-01-02.csv", LIST)]
    ours = site.folder / ".of-somebody-else.part"
    for each in (*left, ours):
        each.write_bytes(b"half")
    site.keep(local(29), 1.5)
    site.run()
    assert [each.name for each in site.folder.glob(".*")] == [ours.name]
