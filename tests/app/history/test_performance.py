"""Readings due and come, two periods beside each other, and the rules of a meter are asked."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio

from app.errors import BadInput, NotPermitted
from app.history import dayrows
from app.history.counters.asking import Facts
from app.history.counters.checking import check_now
from app.history.engine import PointRow
from app.history.performance import Due, performance
from app.history.service import HistoryService
from app.history.sqlitetables import SqlitePoints
from app.history.store import EmbeddedHistory
from app.model.comparison import Period
from app.model.consumption import Step
from app.model.performance import Performance
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.model.validation import Rule
from app.project.statements import SqlStatements
from app.series import Series
from tests.app.history.counters.test_asking import book  # noqa: F401 - a fixture
from tests.plant import GUEST, LUND

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 10, 23, 22, tzinfo=UTC)  # a local midnight; day two has 25 hours
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
END = BEGIN + timedelta(hours=73)  # three local days
NOW = END + timedelta(days=2)
METER = DeviceId("meter-1")
HEAT, FLOW = point_id(METER, "energy"), point_id(METER, "flow")
SPECS = {
    "energy": PointSpec("energy", "Heat", "kWh", 1, role="meter.energy"),
    "volume": PointSpec("volume", "Volume", "m³", 2, role="meter.volume"),
    "t1": PointSpec("t1", "Supply", "°C", 1, role="meter.supply"),
    "t2": PointSpec("t2", "Return", "°C", 1, role="meter.return"),
    "part": PointSpec("part", "In the hour", "kWh", 1, role="meter.energy_interval"),
    "flow": PointSpec("flow", "Flow", "m³/h", 2, role="meter.flow"),
    "mode": PointSpec("mode", "Mode", kind=ValueKind.CHOICE),
}
K = 1.15  # kWh/(m³·K), nearly


class Counting(EmbeddedHistory):
    """Counts what is asked of it."""

    questions = 0

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        self.questions += 1
        return super().ranges(points, start, end, stream)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedHistory]:
    store = EmbeddedHistory(tmp_path / "history", ZONE)
    yield store
    store.close()


@pytest_asyncio.fixture
async def service(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> AsyncIterator[HistoryService]:
    facts = Facts(
        lambda: ZONE,
        lambda point: SPECS.get(point.rpartition(".")[2]),
        book,
        lambda _devices: {METER: BEGIN - DAY, DeviceId("young"): BEGIN + DAY},
        lambda _device: SPECS,
    )
    service = HistoryService(store, facts, lambda: NOW)
    yield service
    service.close()


def sent(store: EmbeddedHistory, point: PointId, values: dict[datetime, float | None]) -> None:
    """Store some samples; None: nobody answered."""
    for at, value in values.items():
        quality = Quality.OFFLINE if value is None else Quality.GOOD
        store.append([Reading(point, value, quality, at)], "quarter", at)


def quarters(start: datetime, end: datetime) -> list[datetime]:
    return [start + n * QUARTER for n in range((end - start) // QUARTER)]


async def asked(service: HistoryService, point: PointId, **times: datetime) -> Performance:
    period = times.get("start", BEGIN), times.get("end", END)
    [found] = await service.performance(LUND, [point], *period)
    return found


@pytest.mark.parametrize("merged", [False, True])
async def test_what_came_of_what_was_due_is_counted_by_quality(
    service: HistoryService, store: EmbeddedHistory, *, merged: bool
) -> None:
    times = quarters(BEGIN, END)
    sent(store, FLOW, {at: None if n < 20 else 1.0 for n, at in enumerate(times) if n >= 8})
    if merged:
        store.compact(END + 3 * DAY, lambda: True)
    found = await asked(service, FLOW)
    assert (found.expected, found.received, found.missing) == (292, 272, 8)
    assert found.by_quality == {Quality.GOOD: 272, Quality.OFFLINE: 12}
    assert found.percent == pytest.approx(100 * 272 / 292)
    assert found.share(Quality.OFFLINE) == pytest.approx(100 * 12 / 292)
    odd = await asked(service, FLOW, start=BEGIN + 2 * HOUR, end=END - HOUR)
    assert (odd.expected, odd.received, odd.missing) == (280, 268, 0)


async def test_nothing_is_due_before_a_device_came_nor_ahead_of_now(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    young = PointId("young.flow")
    sent(store, young, dict.fromkeys(quarters(BEGIN + DAY, BEGIN + DAY + HOUR), 1.0))
    found = await asked(service, young)
    assert (found.since, found.expected, found.received) == (BEGIN + DAY, 49 * 4, 4)
    late = await asked(service, young, start=NOW - HOUR, end=NOW + DAY)
    assert (late.until, late.expected, late.percent) == (NOW, 4, 0)
    assert (await asked(service, young, start=NOW + HOUR, end=NOW + DAY)).percent is None


@pytest.mark.parametrize("interval", [QUARTER, HOUR, 7 * QUARTER, DAY])
def test_devices_that_came_one_by_one_are_counted_together(
    tmp_path: Path, interval: timedelta
) -> None:
    """Each as if it were asked alone, by as many questions as there are days."""
    store = Counting(tmp_path / "history", ZONE)
    points = [point_id(DeviceId(f"d{n}"), "flow") for n in range(30)]
    came = {point: BEGIN + n * timedelta(hours=2, minutes=7) for n, point in enumerate(points)}
    times = quarters(BEGIN, END)
    for n, point in enumerate(points):
        there = times[n % 3 :: 1 + n % 2]
        store.append([Reading(point, 1.0, Quality.GOOD, at) for at in there], "quarter")
    due = Due(BEGIN, END, interval)
    store.questions = 0
    together = performance(store, ZONE, points, due, came)
    questions = store.questions
    alone = [performance(store, ZONE, [each], due, came)[0] for each in points]
    assert together == alone
    assert [each.since for each in together] == [min(came[each], END) for each in points]
    if interval in (QUARTER, HOUR):
        assert questions <= 4 * 3
    store.close()


async def test_hourly_meters_are_due_once_an_hour(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    sent(store, FLOW, {BEGIN + n * HOUR + 2 * QUARTER: 1.0 for n in range(70)})
    [found] = await service.performance(LUND, [FLOW], BEGIN, END, 3600)
    assert (found.expected, found.received) == (73, 70)
    with pytest.raises(BadInput, match="quarter of an hour"):
        await service.performance(LUND, [FLOW], BEGIN, END, 60)


async def test_two_periods_stand_beside_each_other_part_by_part(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    times = quarters(BEGIN - DAY, END + DAY)
    sent(store, HEAT, {at: 100 + 0.5 * n for n, at in enumerate(times)})
    sent(store, FLOW, {at: 1.0 if at < BEGIN + DAY else 2.345 for at in times})
    days = Period(BEGIN, BEGIN + DAY), Period(BEGIN + DAY, BEGIN + DAY + HOUR)
    heat, flow = await service.comparison(LUND, [HEAT, FLOW], *days, Step.DAY)
    assert heat.counted
    assert [side.values for side in heat.sides] == [(Decimal("48.0"),), (Decimal("50.0"),)]
    assert heat.sides[1].total == Decimal("50.0")
    assert not flow.counted
    assert [side.values for side in flow.sides] == [(Decimal("1.00"),), (Decimal("2.35"),)]
    assert [side.complete for side in flow.sides] == [(True,), (True,)]
    assert flow.sides[1].ends_at == BEGIN + timedelta(hours=49)


async def test_no_more_than_a_hundred_points_and_only_quantities_are_compared(
    service: HistoryService,
) -> None:
    day = Period(BEGIN, BEGIN + DAY)
    with pytest.raises(BadInput, match="100 points"):
        await service.comparison(LUND, [HEAT] * 101, day, day, Step.DAY)
    with pytest.raises(BadInput, match="no quantity"):
        await service.comparison(LUND, [point_id(METER, "mode")], day, day, Step.DAY)
    with pytest.raises(NotPermitted):
        await service.comparison(GUEST, [HEAT], day, day, Step.DAY)


def heated(store: EmbeddedHistory, *, wrong_from: datetime, short: datetime) -> None:
    """Send a meter's points: 1 m³/h cooled by 40 K; from a moment on the energy is doubled.

    One of its hourly intervals is half of what the index counted.
    """
    energy, values = 1000.0, dict[str, dict[datetime, float | None]]()
    for n, at in enumerate(quarters(BEGIN - 2 * DAY, END + 2 * DAY)):
        told = {"energy": energy, "volume": 50 + n * 0.25, "t1": 80.0, "t2": 40.0}
        for key, value in told.items():
            values.setdefault(key, {})[at] = value
        step = K * 40 * 0.25 * (2 if at >= wrong_from else 1)
        energy += step
        if at.minute == 0:
            values.setdefault("part", {})[at + HOUR] = 4 * step * (0.5 if at == short else 1)
    for key, samples in values.items():
        sent(store, point_id(METER, key), samples)


async def test_energy_is_held_against_volume_and_spread_and_its_own_intervals(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    second, third = BEGIN + DAY, BEGIN + timedelta(hours=49)
    heated(store, wrong_from=third, short=second + 5 * HOUR)
    [found] = await service.validation(LUND, [HEAT], BEGIN, END)
    assert found.ran == set(Rule)
    assert [(each.rule, each.start, each.end) for each in found.findings] == [
        (Rule.SUM, second, third),
        (Rule.PHYSICS, third, END),
    ]
    physics = found.findings[1]
    assert physics.counted == pytest.approx(2 * (physics.expected or 0), rel=0.02)
    [volume] = await service.validation(LUND, [point_id(METER, "volume")], BEGIN, END)
    assert volume.findings == ()
    assert Rule.PHYSICS not in volume.ran
    facts = service._known()
    assert check_now(facts, store, [HEAT], BEGIN, END) == [found], "asked by a thread"


async def test_a_figure_that_fell_is_found_with_its_time_and_stays_where_it_is(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    times = quarters(BEGIN - 2 * DAY, END)
    sent(store, HEAT, {at: 100 + 0.5 * n for n, at in enumerate(times)})
    wrong = BEGIN + 5 * HOUR
    sent(store, HEAT, {wrong: 3.0})
    [found] = await service.validation(LUND, [HEAT], BEGIN, END)
    assert [(e.rule, e.start, e.samples) for e in found.findings] == [(Rule.NEGATIVE, wrong, 1)]
    assert found.findings[0].figure == 3.0
    assert not found.ran & {Rule.PHYSICS, Rule.SUM}  # nothing is there to compare with
    [series] = store.ranges([HEAT], wrong, wrong + QUARTER, "quarter")
    assert series.values.tolist() == [3.0]
    with pytest.raises(BadInput, match="is no index"):
        await service.validation(LUND, [FLOW], BEGIN, END)


def hourly(store: EmbeddedHistory, points: dict[PointId, timedelta], days: int) -> None:
    """A reading an hour of each point, some lost, some bad; each so long after the hour."""
    readings: list[Reading] = []
    for n in range(days * 24):
        for nth, (point, late) in enumerate(points.items()):
            if (n + nth) % 13:
                value = None if n % 7 == nth else 1.0
                quality = Quality.OFFLINE if value is None else Quality.GOOD
                readings.append(Reading(point, value, quality, BEGIN + n * HOUR + late))
    store.append(readings, "quarter")


def plainly(store: EmbeddedHistory, point: PointId, step: timedelta) -> dict[Quality, int]:
    """What came of each interval of the three days, by the best sample, the plainest way."""
    best: dict[int, Quality] = {}
    trust = [Quality.GOOD, Quality.BAD, Quality.OFFLINE]
    for sample in store.samples(point, BEGIN, END, "quarter"):
        interval = int(sample.at.timestamp() // step.total_seconds())
        if interval * step.total_seconds() >= BEGIN.timestamp():
            known = best.get(interval, Quality.OFFLINE)
            best[interval] = min(known, sample.reading.quality, key=trust.index)
    return {q: list(best.values()).count(q) for q in trust if q in best.values()}


@pytest.mark.parametrize("step", [QUARTER, 2 * QUARTER, HOUR, 2 * HOUR, DAY, 2 * DAY])
async def test_what_came_by_any_interval_is_told_without_reading_samples_where_it_can(
    service: HistoryService,
    store: EmbeddedHistory,
    step: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a point read more often than it is due, the samples themselves are looked at."""
    second = PointId("meter-1.t1")
    hourly(store, {FLOW: timedelta(), second: QUARTER}, 4)
    often = range(0, 300, 3)
    store.append(
        [Reading(HEAT, float(n), Quality.GOOD, BEGIN + n * QUARTER) for n in often], "quarter"
    )
    store.compact(END + 3 * DAY, lambda: True)
    points = [FLOW, second, HEAT]
    expected = [plainly(store, point, step) for point in points]
    read: list[PointId] = []
    ranges = store.ranges

    def watched(some: Sequence[PointId], *more: Any) -> Sequence[Series]:
        read.extend(some)
        return ranges(some, *more)

    monkeypatch.setattr(store, "ranges", watched)
    seconds = int(step.total_seconds())
    found = await service.performance(LUND, points, BEGIN, END, seconds)
    assert [dict(each.by_quality) for each in found] == expected
    # a local day begins at 22:00 or 23:00 UTC, so an interval of two hours lies in two days
    told = {QUARTER: 3, 2 * QUARTER: 3, HOUR: 2, 2 * HOUR: 0, DAY: 3, 2 * DAY: 3}[step]
    assert len(set(points) - set(read)) == told
    part = await service.performance(LUND, points, BEGIN + DAY / 3, END - DAY / 3, seconds)
    assert all(each.received <= whole.received for each, whole in zip(part, found, strict=True))


async def test_two_readings_in_one_quarter_count_once_and_a_day_from_an_older_program_too(
    service: HistoryService, store: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = [BEGIN + n * QUARTER for n in range(0, 292, 2)]
    twice = [*times, *(at + QUARTER / 3 for at in times)]
    store.append([Reading(FLOW, 1.0, Quality.GOOD, at) for at in twice], "quarter")
    store.append([Reading(HEAT, 1.0, Quality.GOOD, at) for at in times], "quarter")
    store.compact(END + 3 * DAY, lambda: True)
    for _ in range(2):
        flow, heat = await service.performance(LUND, [FLOW, HEAT], BEGIN, END)
        assert (flow.received, heat.received) == (146, 146)
        monkeypatch.setattr(  # rows that do not tell how close samples are
            dayrows._Columns, "at_its_end", property(lambda _self: True)
        )
    hours = await service.performance(LUND, [FLOW, HEAT], BEGIN, END, 3600)
    assert [each.received for each in hours] == [73, 73]


def test_a_fleet_s_samples_are_ranked_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As exact as one by one; numpy is asked once for all, not once a device."""
    store = EmbeddedHistory(tmp_path / "history", ZONE)
    points = [point_id(DeviceId(f"d{n}"), "flow") for n in range(40)]
    for n, point in enumerate(points):
        times = enumerate(quarters(BEGIN, BEGIN + HOUR * (n % 5)))
        sent(store, point, {at: None if k % 7 == n % 7 else 1.0 for k, at in times})
    due = Due(BEGIN, BEGIN + 6 * HOUR, QUARTER)
    alone = [performance(store, ZONE, [point], due, {})[0] for point in points]
    sorted_: list[int] = []
    real = np.lexsort

    def lexsort(keys: Sequence[np.ndarray]) -> np.ndarray:
        sorted_.append(len(keys[0]))
        return real(keys)

    monkeypatch.setattr(np, "lexsort", lexsort)
    monkeypatch.setattr("app.history.performance._AT_ONCE", 10**6)
    assert performance(store, ZONE, points, due, {}) == alone
    whole = [each for each in sorted_ if each]
    sorted_.clear()
    monkeypatch.setattr("app.history.performance._AT_ONCE", 20)
    assert performance(store, ZONE, points, due, {}) == alone
    assert sum(each > 0 for each in sorted_) > len(whole), "a little at a time, all the same"
    alike = {id(each.by_quality) for each in performance(store, ZONE, points, due, {})}
    assert len(alike) == len({str(each.by_quality) for each in alone}), "told once"
    store.close()


def test_a_point_without_samples_lets_the_others_be_looked_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedHistory(tmp_path / "history", ZONE)
    known = [point_id(DeviceId(f"d{n}"), "flow") for n in range(30)]
    for point in known:
        sent(store, point, {BEGIN: 1.0})
    silent = PointId("silent.flow")
    store.ranges([*known, silent], BEGIN, END, "quarter")
    named: list[PointId] = []
    real = SqlitePoints.named

    def asked_for(points: SqlitePoints, names: Iterable[PointId]) -> Iterable[PointRow]:
        wanted = list(names)
        named.extend(wanted)
        return real(points, wanted)

    monkeypatch.setattr(SqlitePoints, "named", asked_for)
    found = store.ranges([*known, silent], BEGIN, END, "quarter")
    assert [len(each) for each in found] == [1] * 30 + [0]
    assert named == [silent]
    store.close()
