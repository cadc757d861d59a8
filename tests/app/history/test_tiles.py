"""Outlines and figures of parts of time say what a plain dictionary of all samples says."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import isnan
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio

from app.errors import BadInput, NotPermitted
from app.history.counters.asking import Facts
from app.history.finest import finest
from app.history.samples import Bulk
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.model.consumption import Step
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.project.statements import SqlStatements
from app.series import CODE_OF, QUALITY_CODES, Outline, Series, Tile
from tests.app.history.counters.test_asking import book  # noqa: F401 - a fixture
from tests.fakes.historystore import FakeHistoryStore
from tests.plant import GUEST, LUND

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 10, 19, 22, tzinfo=UTC)  # a local midnight; the 25th has 25 hours
DAYS = 40  # into November
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
END = datetime(2026, 11, 28, 23, tzinfo=UTC)  # a local midnight again
NOW = END + 2 * DAY
HEAT, FLOW, ODD = PointId("meter-1.energy"), PointId("meter-1.flow"), PointId("meter-2.flow")
POINTS = (HEAT, FLOW, ODD)
SPECS = {
    "energy": PointSpec("energy", "Heat", "kWh", 1, role="meter.energy"),
    "flow": PointSpec("flow", "Flow", "m³/h", 2, role="meter.flow"),
    "mode": PointSpec("mode", "Mode", kind=ValueKind.CHOICE),
}
BELIEVED = frozenset({Quality.GOOD, Quality.UNCERTAIN, Quality.STALE, Quality.MANUAL})
Kept = dict[datetime, tuple[float | None, Quality]]


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
    service = HistoryService(store, facts(book), lambda: NOW)
    yield service
    service.close()


def facts(statements: SqlStatements) -> Facts:
    return Facts(
        lambda: ZONE,
        lambda point: SPECS.get(point.rpartition(".")[2]),
        statements,
        lambda _devices: {DeviceId("meter-2"): BEGIN + 10 * DAY},
        lambda _device: SPECS,
    )


def plant() -> Mapping[PointId, Kept]:
    """An index, a flow, and a flow that fails now and then, was estimated or not read."""
    chance = np.random.default_rng(5)
    moments = [BEGIN + n * QUARTER for n in range((END - BEGIN) // QUARTER)]
    used = np.cumsum(chance.integers(0, 4, len(moments))) / 10
    flows = np.round(2 + chance.random(len(moments)), 2)
    kept: dict[PointId, Kept] = {HEAT: {}, FLOW: {}, ODD: {}}
    for nth, at in enumerate(moments):
        kept[HEAT][at] = (float(used[nth]), Quality.GOOD)
        kept[FLOW][at] = (float(flows[nth]), Quality.GOOD)
        if at < BEGIN + 10 * DAY or nth % 700 < 120:
            continue  # not there yet; nothing came for more than a day
        fate = nth % 97
        if fate < 60:
            kept[ODD][at] = (float(flows[-nth]), Quality.GOOD)
        elif fate < 70:
            kept[ODD][at] = (float(flows[-nth]), Quality.UNCERTAIN)
        else:
            kept[ODD][at] = (None, Quality.OFFLINE if fate < 80 else Quality.BAD)
    return kept


def recorded(store: EmbeddedHistory, kept: Mapping[PointId, Kept]) -> None:
    for point, samples in kept.items():
        values = [np.nan if value is None else value for value, _ in samples.values()]
        store.bring(
            Bulk(
                (point,),
                np.zeros(len(samples), np.int64),
                np.array([ms(at) for at in samples], np.int64),
                np.array(values),
                np.array([CODE_OF[quality] for _, quality in samples.values()], np.uint8),
            ),
            "quarter",
        )


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def local_midnights() -> list[datetime]:
    first = BEGIN.astimezone(ZONE).date()
    days = [first + timedelta(days=n) for n in range(DAYS + 1)]
    return [datetime(d.year, d.month, d.day, tzinfo=ZONE).astimezone(UTC) for d in days]


def regular(hours: int) -> list[datetime]:
    epoch, step = datetime(1970, 1, 1, tzinfo=UTC), timedelta(hours=hours)
    begin = epoch + (BEGIN - epoch) // step * step
    return [begin + n * step for n in range(-(-(END - begin) // step) + 1)]


EDGES: Mapping[Tile, Callable[[], list[datetime]]] = {
    Tile.HOUR: lambda: regular(1),
    Tile.EIGHT_HOURS: lambda: regular(8),
    Tile.DAY: local_midnights,
}


def told(outline: Outline) -> list[tuple[float, ...]]:
    columns = (outline.starts_ms, outline.ends_ms, outline.least, outline.most, outline.mean)
    return list(zip(*(column.tolist() for column in (*columns, outline.quality)), strict=True))


def from_memory(kept: Kept, edges: list[datetime]) -> list[tuple[float, ...]]:
    """What an outline of these samples says."""
    rows = list[tuple[float, ...]]()
    for begin, end in pairwise(edges):
        inside = [kept[at] for at in kept if begin <= at < end]
        believed = [(v, q) for v, q in inside if v is not None and q in BELIEVED]
        values = [value for value, _ in believed]
        codes = [QUALITY_CODES.index(quality) for _, quality in believed or inside]
        if inside:
            code = max(codes) if believed else min(codes)
            figures = (
                (min(values), max(values), sum(values) / len(values))
                if values
                else (np.nan, np.nan, np.nan)
            )
            rows.append((ms(begin), ms(end), *figures, code))
    return rows


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("tile", Tile)
async def test_an_outline_is_what_all_samples_say(
    service: HistoryService, store: EmbeddedHistory, tile: Tile, *, merged: bool
) -> None:
    kept = plant()
    recorded(store, kept)
    if merged:
        store.compact(NOW, lambda: True)
    found = await service.outline(LUND, POINTS, BEGIN, END, tile)
    assert [each.point for each in found] == list(POINTS)
    for each in found:
        expected = from_memory(kept[each.point], EDGES[tile]())
        if tile is Tile.EIGHT_HOURS:  # so short a part keeps no mean
            expected = [(*row[:4], np.nan, row[5]) for row in expected]
        np.testing.assert_allclose(told(each), expected, equal_nan=True)


async def test_an_outline_holds_the_least_and_the_most_of_every_sample_it_stands_for(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    recorded(store, plant())
    [series] = await service.quarters(LUND, [FLOW], BEGIN, END)
    for tile in Tile:
        [outline] = await service.outline(LUND, [FLOW], BEGIN, END, tile)
        assert np.nanmin(outline.least) == series.values.min()
        assert np.nanmax(outline.most) == series.values.max()
        assert len(outline) < len(series) / 3


@pytest.mark.parametrize("tile", Tile)
async def test_a_period_within_one_tile_tells_that_tile_whole_and_none_tells_nothing(
    service: HistoryService, store: EmbeddedHistory, tile: Tile
) -> None:
    recorded(store, plant())
    noon = BEGIN + 14 * HOUR
    [one] = await service.outline(LUND, [FLOW], noon, noon + QUARTER, tile)
    assert len(one) == 1
    assert one.starts_ms[0] <= ms(noon) < one.ends_ms[0]
    [none] = await service.outline(LUND, [FLOW], noon, noon, tile)
    [unknown] = await service.outline(LUND, [PointId("no.one")], BEGIN, END, tile)
    assert len(none) == len(unknown) == 0
    assert unknown.point == PointId("no.one")


async def test_a_point_asked_for_twice_is_told_twice(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    recorded(store, plant())
    for tile in Tile:
        one, other = await service.outline(LUND, [FLOW, FLOW], BEGIN, END, tile)
        np.testing.assert_array_equal(told(one), told(other))
        assert len(one) > DAYS - 2
    twice = await service.figures(LUND, [HEAT, HEAT], BEGIN, END, Step.MONTH)
    assert twice[0] == twice[1]


async def test_what_keeps_no_figures_is_asked_for_its_samples(
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    plain = FakeHistoryStore()
    for n in range(96):
        plain.append([Reading(FLOW, float(n), Quality.GOOD, BEGIN + n * QUARTER)], "quarter")
    service = HistoryService(plain, facts(book), lambda: NOW)
    for tile, tiles in ((Tile.HOUR, 24), (Tile.EIGHT_HOURS, 4), (Tile.DAY, 1)):
        [outline] = await service.outline(LUND, [FLOW], BEGIN, BEGIN + DAY, tile)
        assert len(outline) == tiles
        assert (outline.least[0], outline.most[-1]) == (0.0, 95.0)
    [told_of] = await service.figures(LUND, [FLOW], BEGIN, BEGIN + DAY, Step.DAY)
    assert (told_of.first, told_of.last, told_of.mean) == ((0.0,), (95.0,), (47.5,))
    service.close()


async def test_too_much_at_once_and_nonsense_are_refused_in_a_sentence(
    service: HistoryService,
) -> None:
    ages = datetime(1970, 1, 1, tzinfo=UTC)
    many = [PointId(f"m-{n}.flow") for n in range(6000)]
    with pytest.raises(BadInput, match="longer parts"):
        await service.outline(LUND, many, ages, END, Tile.HOUR)
    with pytest.raises(BadInput, match="longer parts"):
        await service.figures(LUND, many, ages, END, Step.DAY)
    with pytest.raises(BadInput, match="by the day or by the month"):
        await service.figures(LUND, [FLOW], BEGIN, END, Step.HOUR)
    with pytest.raises(BadInput, match="time zone"):
        await service.outline(LUND, [FLOW], BEGIN.replace(tzinfo=None), END, Tile.DAY)
    with pytest.raises(BadInput, match="before it begins"):
        await service.figures(LUND, [FLOW], END, BEGIN, Step.DAY)
    with pytest.raises(BadInput, match=r"meter-1\.mode is no quantity"):
        await service.figures(LUND, [PointId("meter-1.mode")], BEGIN, END, Step.DAY)
    with pytest.raises(BadInput, match="every quarter of an hour"):
        await service.figures(LUND, [FLOW], BEGIN, END, Step.DAY, 60)
    with pytest.raises(NotPermitted):
        await service.outline(GUEST, [FLOW], BEGIN, END, Tile.DAY)
    with pytest.raises(NotPermitted):
        await service.figures(GUEST, [FLOW], BEGIN, END, Step.DAY)


async def test_what_lies_far_ahead_is_not_looked_for(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    recorded(store, plant())
    ever = datetime.max.replace(tzinfo=UTC)
    [outline] = await service.outline(LUND, [FLOW], BEGIN - 90 * DAY, ever, Tile.DAY)
    assert len(outline) == DAYS


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("step", [Step.DAY, Step.MONTH])
async def test_figures_are_those_of_all_samples(
    service: HistoryService, store: EmbeddedHistory, step: Step, *, merged: bool
) -> None:
    kept = plant()
    recorded(store, kept)
    if merged:
        store.compact(NOW, lambda: True)
    found = await service.figures(LUND, POINTS, BEGIN, END, step)
    days = local_midnights()
    months = [datetime(2026, m, 1, tzinfo=ZONE).astimezone(UTC) for m in (10, 11, 12)]
    edges = days if step is Step.DAY else months
    for each in found:
        assert [*each.starts, each.ends_at] == edges
        for nth, (begin, end) in enumerate(pairwise(edges)):
            inside = [kept[each.point][at] for at in kept[each.point] if begin <= at < end]
            values = [v for v, q in inside if v is not None and q in BELIEVED]
            assert each.first[nth] == (values[0] if values else None)
            assert each.last[nth] == (values[-1] if values else None)
            assert each.least[nth] == (min(values) if values else None)
            assert each.most[nth] == (max(values) if values else None)
            mean = each.mean[nth]
            assert mean == (pytest.approx(sum(values) / len(values)) if values else None)


async def test_figures_of_a_month_tell_what_came_and_what_was_used(
    service: HistoryService, store: EmbeddedHistory
) -> None:
    kept = plant()
    recorded(store, kept)
    heat, flow, odd = await service.figures(LUND, POINTS, BEGIN, END, Step.MONTH)
    [alone] = await service.consumption(LUND, [HEAT], BEGIN, END, Step.MONTH)
    assert heat.counted == alone
    assert flow.counted is odd.counted is None
    assert heat.counted is not None
    known = [amount for amount in heat.counted.amounts if amount is not None]
    last, first = (kept[HEAT][at][0] for at in (max(kept[HEAT]), min(kept[HEAT])))
    assert last is not None
    assert first is not None
    assert sum(known) == Decimal(str(round(last - first, 1)))
    october, november = odd.came
    assert october.since == BEGIN + 10 * DAY, "nothing is due before the device came"
    good = [q for at, (_, q) in kept[ODD].items() if at >= november.since]
    assert november.received == sum(q in (Quality.GOOD, Quality.UNCERTAIN) for q in good)
    assert november.by_quality[Quality.BAD] == sum(q is Quality.BAD for q in good)
    assert november.until == min(NOW, datetime(2026, 11, 30, 23, tzinfo=UTC))
    for nth, month in enumerate((october, november)):
        [same] = await service.performance(
            LUND, [ODD], odd.starts[nth], min(NOW, [*odd.starts, odd.ends_at][nth + 1])
        )
        assert month == same


async def test_figures_are_asked_for_of_what_has_begun(service: HistoryService) -> None:
    [later] = await service.figures(LUND, [HEAT], NOW + DAY, NOW + 9 * DAY, Step.DAY)
    assert len(later) == 0
    assert later.unit == "kWh"
    [today] = await service.figures(LUND, [FLOW], NOW, NOW + 9 * DAY, Step.DAY)
    assert len(today) == 0


async def test_a_day_that_a_zone_has_twice_or_never_is_told_once_or_not(
    tmp_path: Path,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    apia = ZoneInfo("Pacific/Apia")  # had no 30 December 2011
    store = EmbeddedHistory(tmp_path / "apia", apia)
    begin = datetime(2011, 12, 28, 12, tzinfo=UTC)
    many = 4 * 24 * 5
    store.bring(
        Bulk(
            (FLOW,),
            np.zeros(many, np.int64),
            ms(begin) + 900_000 * np.arange(many),
            np.arange(many, dtype=np.float64),
            np.zeros(many, np.uint8),
        ),
        "quarter",
    )
    there = Facts(lambda: apia, lambda _point: SPECS["flow"], book)
    service = HistoryService(store, there, lambda: NOW)
    end = begin + 5 * DAY
    [outline] = await service.outline(LUND, [FLOW], begin, end, Tile.DAY)
    days = [
        datetime.fromtimestamp(at / 1000, UTC).astimezone(apia).date()
        for at in outline.starts_ms.tolist()
    ]
    assert date(2011, 12, 30) not in days
    assert len(days) == len(set(days))
    assert (outline.ends_ms[:-1] == outline.starts_ms[1:]).all()
    assert not any(isnan(each) for each in outline.mean.tolist())
    service.close()
    store.close()


def test_the_finest_of_both_streams_needs_no_figures() -> None:
    none = Series(FLOW, np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))
    assert len(finest(none, none, 0)) == 0
