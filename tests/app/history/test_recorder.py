"""One row for each point and quarter of an hour, with what was true at it and no more."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.history.recorder import Recorder, last_boundary
from app.history.store import EmbeddedHistory
from app.history.writer import ColumnStore, WriterOptions
from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable
from app.ports import Sample
from app.series import CODE_OF
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    RETURN,
    SUPPLY,
    all_of,
    always,
    moments,
    plant_points,
    quarters,
    reading,
)
from tests.fakes.clock import FakeClock
from tests.fakes.historystore import FakeHistoryStore

SECOND = timedelta(seconds=1)
ON_DEMAND = WriterOptions(pause_s=60.0)


class Plant:
    """A point table, a recorder on it, and a clock that this test moves."""

    def __init__(self, store: ColumnStore, start: datetime = MIDNIGHT) -> None:
        self.store = store
        self.clock = FakeClock(start)
        self.acknowledged: list[datetime] = []
        self.begin()

    def begin(self) -> None:
        self.points = PointTable()
        self.recorder = Recorder(
            self.points, self.store, self.clock, ON_DEMAND, self.acknowledged.append
        )
        self.recorder.open()

    def restart(self, down_s: float = 0.0) -> None:
        assert self.recorder.close()
        self.clock.go(down_s)
        self.begin()

    def hear(self, *readings: Reading) -> None:
        self.points.publish(readings)

    def look(self) -> None:
        self.recorder.tick(self.clock())
        assert self.recorder.flush()

    def now(
        self, point: PointId, value: float | None, quality: Quality = Quality.GOOD
    ) -> Reading:
        return Reading(point, value, quality, self.clock())

    def run(self, points: Sequence[PointId], seconds: float, step_s: float = 10) -> None:
        """Poll the points for a while; their value is the time of day in hours."""
        end = self.clock() + timedelta(seconds=seconds)
        while self.clock() < end:
            now = self.clock()
            hours = (now - now.replace(hour=0, minute=0, second=0)) / timedelta(hours=1)
            self.points.publish([Reading(p, hours, Quality.GOOD, now) for p in points])
            self.clock.go(step_s)
            self.recorder.tick(self.clock())


@pytest.fixture
def memory() -> FakeHistoryStore:
    return FakeHistoryStore()


@pytest.fixture
def plant(memory: FakeHistoryStore) -> Iterator[Plant]:
    plant = Plant(memory)
    yield plant
    plant.recorder.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    store = EmbeddedHistory(tmp_path / "history")
    yield store
    store.close()


def row(memory: FakeHistoryStore, at: datetime) -> dict[PointId, Reading]:
    [readings] = [part for name, when, part in memory.commits if when == at]
    return {each.point: each for each in readings}


def test_a_row_is_what_was_newest_at_the_boundary(
    plant: Plant, memory: FakeHistoryStore
) -> None:
    plant.clock.go(890)
    last = plant.now(SUPPLY, 60.0)
    plant.hear(last)
    plant.clock.go(10)  # the boundary itself
    plant.hear(plant.now(SUPPLY, 61.0))
    plant.look()
    assert row(memory, MIDNIGHT + QUARTER) == {SUPPLY: last}
    plant.clock.go(890)
    plant.look()
    plant.clock.go(11)
    plant.look()
    assert row(memory, MIDNIGHT + 2 * QUARTER)[SUPPLY].value == 61.0


def test_readings_of_a_loop_that_was_late_do_not_slip_before_the_boundary(
    plant: Plant, memory: FakeHistoryStore
) -> None:
    plant.clock.go(895)
    plant.hear(plant.now(SUPPLY, 1.0))
    plant.clock.go(25)  # nobody looked at the clock meanwhile
    plant.hear(plant.now(SUPPLY, 2.0), plant.now(RETURN, 3.0))
    plant.look()
    assert {p: r.value for p, r in row(memory, MIDNIGHT + QUARTER).items()} == {SUPPLY: 1.0}


def test_points_never_read_have_no_row(plant: Plant, memory: FakeHistoryStore) -> None:
    plant.clock.go(900)
    plant.look()
    assert memory.commits == []


def test_a_silent_device_is_recorded_as_silent(plant: Plant, memory: FakeHistoryStore) -> None:
    plant.hear(plant.now(SUPPLY, 60.0), plant.now(RETURN, 40.0))
    plant.clock.go(600)
    plant.hear(
        plant.now(SUPPLY, None, Quality.OFFLINE),
        Reading(
            RETURN, 40.0, Quality.STALE, MIDNIGHT, "device-late", received_at=plant.clock()
        ),
    )
    plant.clock.go(300)
    plant.look()
    found = row(memory, MIDNIGHT + QUARTER)
    assert (found[SUPPLY].value, found[SUPPLY].quality) == (None, Quality.OFFLINE)
    assert (found[RETURN].value, found[RETURN].quality) == (40.0, Quality.STALE)


def test_a_point_that_no_longer_exists_has_no_more_rows(
    plant: Plant, memory: FakeHistoryStore
) -> None:
    plant.hear(plant.now(SUPPLY, 60.0), plant.now(RETURN, 40.0))
    plant.clock.go(900)
    plant.look()
    plant.points.forget([RETURN])
    plant.clock.go(890)
    plant.hear(plant.now(SUPPLY, 60.0))
    plant.clock.go(10)
    plant.look()
    assert row(memory, MIDNIGHT + QUARTER).keys() == {SUPPLY, RETURN}
    assert row(memory, MIDNIGHT + 2 * QUARTER).keys() == {SUPPLY}


def test_a_point_that_came_back_before_anybody_looked_is_recorded(
    plant: Plant, memory: FakeHistoryStore
) -> None:
    plant.hear(plant.now(SUPPLY, 60.0), plant.now(RETURN, 40.0))
    plant.points.forget([RETURN])
    plant.hear(plant.now(RETURN, 41.0))
    plant.clock.go(900)
    plant.look()
    found = row(memory, MIDNIGHT + QUARTER)
    assert {point: each.value for point, each in found.items()} == {SUPPLY: 60.0, RETURN: 41.0}


def test_a_quarter_hour_is_whole_where_readings_were_given_up_before_anybody_read_them(
    memory: FakeHistoryStore,
) -> None:
    """The store hangs while far more comes than may wait: rows are right all the same."""
    clock, points = FakeClock(MIDNIGHT), PointTable()
    recorder = Recorder(points, memory, clock, WriterOptions(pause_s=0.01, room=50))
    recorder.open()
    some = plant_points(20)
    points.publish([reading(each, MIDNIGHT, 0.0) for each in some])
    assert recorder.flush()
    memory.may_commit.clear()
    for step in range(1, 180):  # half an hour
        clock.go(10)
        told = some if step % 90 == 1 else some[: 5 + step % 3]
        points.publish([reading(each, clock(), float(step)) for each in told])
        recorder.tick(clock())
    recorder.tick(clock.go(10))
    newest = {each.point: each for each in points.snapshot()}
    memory.may_commit.set()
    assert recorder.close()
    assert recorder.written.dropped_readings > 1000
    [last] = [part for name, at, part in memory.commits if at == MIDNIGHT + 2 * QUARTER]
    assert {each.point: each for each in last} == newest
    assert {each.value for each in newest.values()} == {91.0, 179.0}


def test_what_the_table_knew_before_the_recorder_came_is_recorded_too(
    memory: FakeHistoryStore,
) -> None:
    clock, points = FakeClock(MIDNIGHT), PointTable()
    points.publish([reading(SUPPLY, MIDNIGHT)])
    recorder = Recorder(points, memory, clock, ON_DEMAND)
    recorder.open()
    recorder.tick(clock.go(890))
    recorder.tick(clock.go(10))
    assert recorder.close()
    assert row(memory, MIDNIGHT + QUARTER).keys() == {SUPPLY}


def test_every_reading_goes_into_the_fast_stream(
    plant: Plant, memory: FakeHistoryStore
) -> None:
    plant.run([SUPPLY, RETURN], 120)
    plant.look()
    assert len(memory.readings("fast")) == 24
    assert plant.recorder.written.readings == 24


def test_a_night_in_suspend_is_offline_and_never_yesterdays_value(
    plant: Plant, memory: FakeHistoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    plant.run([SUPPLY], 300)
    plant.clock.go(8 * 3600)
    plant.hear(plant.now(SUPPLY, 9.0))
    plant.look()
    assert memory.quarters() == list(quarters(MIDNIGHT + QUARTER, 32))
    for at in memory.quarters():
        [found] = row(memory, at).values()
        assert (found.value, found.quality) == (None, Quality.OFFLINE)
        assert (found.reason, found.measured_at) == ("not-recorded", at)
    assert "32 quarter hours passed unseen" in caplog.text


def test_acknowledged_is_what_the_store_has(plant: Plant, memory: FakeHistoryStore) -> None:
    plant.run([SUPPLY], 2000)
    plant.look()
    assert plant.acknowledged == memory.quarters() == list(quarters(MIDNIGHT + QUARTER, 2))
    assert plant.recorder.last_acknowledged == MIDNIGHT + 2 * QUARTER
    assert plant.recorder.written.quarter_hours == 2


def test_a_store_that_cannot_tell_where_it_ended_does_not_stop_the_recording(
    memory: FakeHistoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    memory.broken = {"quarter": "2026.sqlite is damaged"}
    plant = Plant(memory)
    memory.broken = {}
    plant.run([SUPPLY], 900)
    plant.look()
    assert memory.quarters() == [MIDNIGHT + QUARTER]
    assert "2026.sqlite is damaged" in caplog.text
    plant.recorder.close()


async def test_on_a_loop_the_recorder_looks_by_itself_and_tells_there(
    memory: FakeHistoryStore,
) -> None:
    from threading import current_thread

    heard: list[tuple[str, object]] = []
    told = asyncio.Event()

    def listen(what: object) -> None:
        heard.append((current_thread().name, what))
        told.set()

    # A clock on which the boundary is a few milliseconds away.
    shift = MIDNIGHT + QUARTER - timedelta(milliseconds=80) - datetime.now(UTC)
    points = PointTable()
    recorder = Recorder(
        points,
        memory,
        lambda: datetime.now(UTC) + shift,
        WriterOptions(pause_s=0.01),
        listen,
        listen,
    )
    await recorder.start()
    points.publish([reading(SUPPLY, MIDNIGHT)])
    await asyncio.wait_for(told.wait(), 5)
    assert heard == [("MainThread", MIDNIGHT + QUARTER)]
    told.clear()
    memory.broken = {"fast": "disk full"}
    points.publish([reading(SUPPLY, MIDNIGHT)])
    await asyncio.wait_for(told.wait(), 5)
    assert heard[1:] == [("MainThread", "disk full")]
    memory.broken = {}
    assert await recorder.stop()
    points.publish([reading(SUPPLY, MIDNIGHT)])
    assert recorder.written.waiting == 0


async def test_stopping_a_recorder_whose_store_hangs_takes_two_seconds_at_most(
    memory: FakeHistoryStore,
) -> None:
    points = PointTable()
    recorder = Recorder(points, memory, FakeClock(MIDNIGHT), WriterOptions(pause_s=0.01))
    await recorder.start()
    memory.may_commit.clear()
    points.publish([reading(SUPPLY, MIDNIGHT)])
    begun = asyncio.get_running_loop().time()
    assert not await recorder.stop()
    assert asyncio.get_running_loop().time() - begun < 2.5
    memory.may_commit.set()


# --- restarts, clock steps and summer time, on real files --------------------------------


def test_a_restart_in_mid_quarter_neither_misses_nor_doubles_a_row(
    disk: EmbeddedHistory,
) -> None:
    plant = Plant(disk)
    points = plant_points(5)
    for _ in range(12):
        plant.run(points, 400)
        plant.restart(down_s=7)
    plant.recorder.close()
    whole = (plant.clock() - MIDNIGHT) // QUARTER
    for series in disk.ranges(points, LONG_AGO, FAR_OFF, "quarter"):
        assert moments(series) == list(quarters(MIDNIGHT + QUARTER, whole))
        assert set(series.quality.tolist()) == {CODE_OF[Quality.GOOD]}


class Asked(EmbeddedHistory):
    """Notes of which streams newest samples are asked: in a large plant seconds of work."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.streams: list[str] = []

    def newest(self, stream: str, before: datetime) -> Sequence[Sample]:
        self.streams.append(stream)
        return super().newest(stream, before)


def test_readings_are_looked_for_only_where_a_boundary_is_made_up_for(
    tmp_path: Path,
) -> None:
    store = Asked(tmp_path / "history")
    plant = Plant(store)
    plant.run(plant_points(3), 2000)  # twenty past: two quarters of an hour are recorded
    over_a_boundary_known: tuple[float, list[str]] = (20.0, ["quarter", "fast"])
    nothing: list[str] = []
    for run_s, (down_s, asked) in (
        (0.0, (60.0, nothing)),
        (0.0, (900.0, nothing)),  # but what was known by then held no longer
        (630.0, over_a_boundary_known),
    ):
        plant.run(plant_points(3), run_s)
        store.streams.clear()
        plant.restart(down_s=down_s)
        assert store.streams == asked
    plant.recorder.close()
    store.close()


def test_a_quick_restart_over_the_boundary_makes_up_for_it(
    disk: EmbeddedHistory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    plant = Plant(disk)
    points = plant_points(5)
    plant.hear(plant.now(SUPPLY, 44.0))  # read once on connect
    plant.run(points, 900 + 890)
    plant.restart(down_s=25)
    plant.run(points, 900)
    assert plant.recorder.close()
    at = MIDNIGHT + 2 * QUARTER
    assert "is made up for" in caplog.text
    [sample] = disk.samples(points[2], at, at + SECOND, "quarter")
    assert sample.reading.measured_at == at - 20 * SECOND
    assert sample.reading.quality is Quality.GOOD
    [once] = disk.samples(SUPPLY, at, at + SECOND, "quarter")
    assert (once.reading.value, once.reading.measured_at) == (44.0, MIDNIGHT)
    assert moments(all_of(disk, points[2])) == list(quarters(MIDNIGHT + QUARTER, 3))


def test_a_longer_time_down_leaves_a_gap_and_invents_nothing(disk: EmbeddedHistory) -> None:
    plant = Plant(disk)
    plant.run([SUPPLY], 1000)
    plant.restart(down_s=3600)
    plant.run([SUPPLY], 1000)
    assert plant.recorder.close()
    assert moments(all_of(disk, SUPPLY)) == [MIDNIGHT + QUARTER, MIDNIGHT + 6 * QUARTER]


def test_a_boundary_made_up_for_takes_what_came_last_before_it() -> None:
    at = MIDNIGHT + QUARTER
    kept = [
        Sample(MIDNIGHT, reading(SUPPLY, MIDNIGHT, 1.0)),
        Sample(MIDNIGHT, reading(RETURN, MIDNIGHT, 2.0)),
        Sample(MIDNIGHT - QUARTER, reading(PointId("removed.long-ago"), MIDNIGHT, 3.0)),
    ]
    fast = [
        Sample(at - 5 * SECOND, reading(SUPPLY, at - 5 * SECOND, 4.0)),
        Sample(MIDNIGHT - SECOND, reading(RETURN, MIDNIGHT - SECOND, 5.0)),
    ]
    made_up = last_boundary(kept, fast)
    assert made_up is not None
    assert made_up.at == at
    assert {r.point: r.value for r in made_up.readings} == {SUPPLY: 4.0, RETURN: 2.0}
    assert last_boundary(kept, []) is None
    early = [Sample(at - 31 * SECOND, reading(SUPPLY, at - 31 * SECOND))]
    assert last_boundary(kept, early) is None


@pytest.mark.parametrize("step_s", [-3600.0, -5400.0, -2.0])
def test_a_clock_put_back_neither_misses_nor_doubles_a_row(
    disk: EmbeddedHistory, step_s: float
) -> None:
    plant = Plant(disk)
    plant.run([SUPPLY], 3 * 3600 + 1)
    plant.clock.go(step_s)
    plant.run([SUPPLY], 4 * 3600)
    assert plant.recorder.close()
    whole = (plant.clock() - MIDNIGHT) // QUARTER
    found = all_of(disk, SUPPLY)
    assert moments(found) == list(quarters(MIDNIGHT + QUARTER, whole))
    assert (found.values[1:] >= found.values[:-1]).all()  # no index runs backwards


def test_a_restart_after_the_clock_was_put_back_doubles_nothing(disk: EmbeddedHistory) -> None:
    plant = Plant(disk)
    plant.run([SUPPLY], 3600 + 1)
    plant.restart(down_s=-1800)
    plant.run([SUPPLY], 3600)
    assert plant.recorder.close()
    found = all_of(disk, SUPPLY)
    assert moments(found) == list(quarters(MIDNIGHT + QUARTER, 6))
    assert found.values[3] == pytest.approx(1.0, abs=0.01)  # the row written first stands


@pytest.mark.parametrize(
    "step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=3653)]
)
def test_after_a_wrong_clock_is_set_right_no_row_is_missing(
    disk: EmbeddedHistory, step: timedelta
) -> None:
    plant = Plant(disk)
    plant.run([SUPPLY], 3600)
    plant.clock.go(step.total_seconds())
    plant.run([SUPPLY], 60)
    plant.clock.go(-step.total_seconds())
    plant.run([SUPPLY], 7200)
    assert plant.recorder.close()
    whole = (plant.clock() - MIDNIGHT) // QUARTER
    found = disk.range(SUPPLY, MIDNIGHT, MIDNIGHT + timedelta(days=1), "quarter")
    assert moments(found)[:whole] == list(quarters(MIDNIGHT + QUARTER, whole))


@pytest.mark.campaign
def test_seven_days_over_the_end_of_summer_time_have_every_row_once(tmp_path: Path) -> None:
    """LM-27: rows on :00/:15/:30/:45, none missing and none doubled."""
    zone = ZoneInfo("Europe/Copenhagen")
    start = datetime(2026, 10, 22, 0, 0, tzinfo=zone).astimezone(UTC)  # summer ends on the 25th
    disk = EmbeddedHistory(tmp_path / "history")
    plant = Plant(disk, start - 5 * SECOND)
    points = plant_points(12)
    for hour in range(7 * 24 + 1):
        plant.run(points, 3600)
        assert plant.recorder.flush()
        if hour % 31 == 17:
            plant.restart(down_s=11)
        if hour % 6 == 5:
            disk.compact(plant.clock(), always)
            disk.drop_fast_before(plant.clock() - timedelta(hours=48))
    assert plant.recorder.close()
    end = datetime(2026, 10, 29, 0, 0, tzinfo=zone).astimezone(UTC)
    expected = list(quarters(start, (end - start) // QUARTER))
    assert len(expected) == 7 * 96 + 4
    days: dict[object, int] = {}
    for series in disk.ranges(points, start, end, "quarter"):
        found = moments(series)
        assert found == expected
        assert set(series.quality.tolist()) == {CODE_OF[Quality.GOOD]}
        local = [at.astimezone(zone) for at in found]
        assert {(at.minute, at.second, at.microsecond) for at in local} == {
            (minute, 0, 0) for minute in (0, 15, 30, 45)
        }
        for at in local:
            days[at.date()] = days.get(at.date(), 0) + 1
    assert sorted(days.values()) == [12 * 96] * 6 + [12 * 100]
    newest = disk.samples(points[0], end - QUARTER, end, "quarter")[-1]
    assert timedelta() <= newest.at - newest.reading.measured_at <= 10 * SECOND
    fast = disk.range(points[0], start, end + timedelta(hours=2), "fast")
    assert moments(fast)[0] >= plant.clock() - timedelta(hours=54)
    disk.close()


def test_what_came_late_is_filed_in_its_own_quarter_and_the_present_goes_on(
    disk: EmbeddedHistory,
) -> None:
    plant = Plant(disk)
    plant.run([SUPPLY], 2 * 3600)
    early = MIDNIGHT - timedelta(hours=3)
    late = [Reading(RETURN, 40.0 + n, Quality.GOOD, early + n * QUARTER) for n in range(8)]
    plant.recorder.backfill(late)
    assert plant.recorder.settle()
    assert disk.range(RETURN, early, MIDNIGHT, "quarter").values.tolist() == [
        40.0 + n for n in range(8)
    ]
    plant.recorder.backfill([plant.now(RETURN, 50.0)])  # of a quarter that is not over
    plant.restart()
    plant.run([SUPPLY], 3600)
    assert plant.recorder.close()
    filed = disk.range(SUPPLY, MIDNIGHT, FAR_OFF, "quarter").times_ms.tolist()
    assert len(filed) == len(set(filed)) == 12  # no quarter of an hour is missing or twice


def test_what_came_late_is_not_lost_at_the_end(disk: EmbeddedHistory) -> None:
    plant = Plant(disk)
    plant.recorder.backfill([Reading(RETURN, 41.0, Quality.GOOD, MIDNIGHT - QUARTER)])
    plant.restart()
    assert len(disk.range(RETURN, MIDNIGHT - 2 * QUARTER, MIDNIGHT, "quarter").values) == 1
    plant.recorder.close()


def test_a_day_of_a_whole_concentrator_is_handed_over_by_itself(
    plant: Plant, memory: FakeHistoryStore
) -> None:
    at = MIDNIGHT - timedelta(hours=4)
    many = [Reading(PointId(f"m-{n}.energy"), 1.0, Quality.GOOD, at) for n in range(20_001)]
    plant.recorder.backfill(many)
    assert plant.recorder.flush()
    assert len(row(memory, at)) == 20_001
