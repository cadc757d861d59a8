"""Long times from tiles: what is drawn, what cursor and table say, what is looked at closer."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF, Outline, Series, Tile
from app.verbs import Viewer
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.charts import Chart
from widgets.charts.compare import Compare
from widgets.charts.pens import Pen, Subject
from widgets.charts.period import Period, Span, custom
from widgets.charts.tiled import LONG, Tiled, closer, line_of

MakeDesk = Callable[..., Desk]
POINT = PointId("ahornvej-14.s3")
SPEC = PointSpec("s3", "S3 Heating flow", "°C", 1)
DAY_MS, TILE_MS = 86_400_000, 28_800_000
BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
BEGIN_MS = round(BEGIN.timestamp() * 1000)
GOOD = CODE_OF[Quality.GOOD]


def outline(
    least: Sequence[float],
    most: Sequence[float],
    mean: Sequence[float] | None = None,
    width_ms: int = TILE_MS,
) -> Outline:
    starts = BEGIN_MS + width_ms * np.arange(len(least), dtype=np.int64)
    means = np.full(len(least), np.nan) if mean is None else np.array(mean, np.float64)
    quality = np.where(np.isnan(least), CODE_OF[Quality.OFFLINE], GOOD).astype(np.uint8)
    low, high = np.array(least, np.float64), np.array(most, np.float64)
    return Outline(POINT, starts, starts + width_ms, low, high, means, quality)


def seconds(at_ms: float) -> float:
    return at_ms / 1000


def test_a_line_goes_through_the_least_and_the_most_of_each_tile() -> None:
    line = line_of(outline([1, np.nan, 3], [4, np.nan, 9]), BEGIN_MS + 9 * DAY_MS)
    half = TILE_MS // 2
    assert line.times_ms.tolist() == [BEGIN_MS + n * half for n in range(6)]
    np.testing.assert_array_equal(line.values, [1, 4, np.nan, np.nan, 3, 9])
    assert line.quality.tolist() == [GOOD, GOOD, 5, 5, GOOD, GOOD]


@pytest.mark.parametrize("past_ms", [0, 1, 1000, TILE_MS // 3, TILE_MS])
def test_no_part_of_a_line_lies_ahead_of_now(past_ms: int) -> None:
    begun = BEGIN_MS + TILE_MS  # the second tile begins
    line = line_of(outline([1, 2], [4, 5]), begun + past_ms)
    assert line.times_ms[-1] <= max(begun + past_ms, begun + 1)
    assert (np.diff(line.times_ms) > 0).all()


def test_the_mean_of_a_stretch_is_that_of_its_days_by_time() -> None:
    tiled = Tiled(days=outline([0] * 4, [9] * 4, [10.0, 20.0, np.nan, 40.0], DAY_MS))
    begin, day = seconds(BEGIN_MS), seconds(DAY_MS)
    assert tiled.mean(begin, begin + 2 * day) == (15.0, 2 * day)
    told = [*tiled.mean(begin, begin + 4 * day)]
    assert told == pytest.approx([70 / 3, 3 * day])
    told = [*tiled.mean(begin + day / 2, begin + 1.25 * day)]
    assert told == pytest.approx([(10 * 0.5 + 20 * 0.25) / 0.75, 0.75 * day])
    assert tiled.mean(begin + 2 * day, begin + 3 * day) == (None, 0.0)
    assert tiled.mean(begin + 9 * day, begin + 10 * day) == (None, 0.0)
    assert Tiled().mean(begin, begin + day) == (None, 0.0)


def test_a_cursor_reads_the_mean_of_its_day_and_says_that_it_is_none_of_the_moment() -> None:
    tiled = Tiled(days=outline([0] * 3, [9] * 3, [10.0, np.nan, 30.0], DAY_MS))
    begin, day = seconds(BEGIN_MS), seconds(DAY_MS)
    assert tiled.at(begin) == (10.0, True)
    assert tiled.at(begin + 2.9 * day) == (30.0, True)
    for nowhere in (begin - 1, begin + 1.5 * day, begin + 3 * day):
        assert tiled.at(nowhere) is None
    assert Tiled().at(begin) is None


@settings(max_examples=40)
@given(st.integers(0, 30), st.integers(0, 30))
def test_closer_up_every_sample_stands_in_the_place_of_its_tiles(
    first: int, length: int
) -> None:
    line = line_of(outline([1.0] * 12, [2.0] * 12), BEGIN_MS + 99 * DAY_MS)
    start, end = BEGIN_MS + first * 3_600_000, BEGIN_MS + (first + length) * 3_600_000
    times = BEGIN_MS + 900_000 * np.arange(400, dtype=np.int64)
    fine = Series(POINT, times, np.full(400, 7.0), np.zeros(400, np.uint8))
    found = closer(line, fine, start, end)
    assert (np.diff(found.times_ms) > 0).all()
    within = (found.times_ms >= start) & (found.times_ms < end)
    assert (found.values[within] == 7.0).all()
    assert (found.values[~within] != 7.0).all()
    assert within.sum() == ((times >= start) & (times < end)).sum()


def pen_of_tiles() -> Pen:
    pen = Pen(0, Subject(POINT, SPEC))
    days = outline([0] * 90, [9] * 90, [20.0] * 90, DAY_MS)
    coarse = line_of(outline([15.0] * 270, [25.0] * 270), BEGIN_MS + 99 * DAY_MS)
    pen.tiled = Tiled(coarse, days)
    pen.trace.load(coarse)
    return pen


def test_a_pens_figures_are_those_of_its_days_and_no_share_is_made_up() -> None:
    pen, begin = pen_of_tiles(), seconds(BEGIN_MS)
    end = begin + 90 * seconds(DAY_MS)
    pen.sum_up(begin, end, end)
    assert (pen.summary.least, pen.summary.most, pen.summary.mean) == (15.0, 25.0, 20.0)
    assert pen.good_share is None
    pen.stand(begin + 100, None)
    assert pen.at_a == (20.0, True)
    assert pen.integral(begin, begin + 7200).startswith("∫ S3 40.0")


def test_where_every_sample_is_there_a_pen_tells_them() -> None:
    pen, begin = pen_of_tiles(), seconds(BEGIN_MS)
    times = BEGIN_MS + 900_000 * np.arange(192, dtype=np.int64)
    fine = Series(POINT, times, np.full(192, 7.0), np.zeros(192, np.uint8))
    assert pen.tiled is not None
    assert pen.tiled.line is not None
    pen.trace.load(closer(pen.tiled.line, fine, BEGIN_MS, BEGIN_MS + 2 * DAY_MS))
    pen.tiled.fine = (begin, begin + 2 * seconds(DAY_MS))
    pen.sum_up(begin, begin + seconds(DAY_MS), begin + 99 * seconds(DAY_MS))
    assert (pen.summary.least, pen.summary.mean) == (7.0, 7.0)
    assert pen.good_share == pytest.approx(1.0, abs=0.02)
    pen.stand(begin + 900, begin + 40 * seconds(DAY_MS))
    assert (pen.at_a, pen.at_b) == ((7.0, False), (20.0, True))


class Years(FakeHistory):
    """Hours that swing about a level, and what was asked of them."""

    def __init__(self) -> None:
        self.ranges: list[tuple[datetime, datetime]] = []
        self.tiles: list[tuple[Tile, datetime, datetime]] = []
        self.fails = ""

    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        self.ranges.append((start, end))
        return self._hours(points, start, end)

    async def outline(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        tile: Tile,
    ) -> Sequence[Outline]:
        if self.fails:
            raise StoreBroken(self.fails)
        self.tiles.append((tile, start, end))
        asked = list(self.ranges)
        told = await super().outline(viewer, points, start, end, tile)
        self.ranges = asked
        return told

    def _hours(self, points: Sequence[PointId], start: datetime, end: datetime) -> list[Series]:
        first, last = (round(each.timestamp()) // 3600 * 3600 for each in (start, end))
        times = np.arange(first, min(last, round(NOON.timestamp())), 3600, dtype=np.int64)
        values = 50.0 + times // 3600 % 24 / 10
        quality = np.zeros(len(times), np.uint8)
        return [Series(point, times * 1000, values, quality) for point in points]


def opened(desk: Desk, qtbot: QtBot, period: Period) -> Chart:
    chart = Chart(desk.context, [Subject(POINT, SPEC, "Ahornvej 14")])
    qtbot.addWidget(chart)
    chart.resize(1200, 700)
    chart.period_bar.choose(period)
    with qtbot.waitSignal(chart.loaded):
        chart.show()
    return chart


def years(make_desk: MakeDesk) -> tuple[Desk, Years]:
    services = FakeServices()
    services.history = Years()
    return make_desk(services), services.history


def the_year() -> Period:
    return custom(NOON - timedelta(days=365), NOON)


def test_a_year_is_drawn_from_tiles_and_a_month_from_every_sample(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, history = years(make_desk)
    chart = opened(desk, qtbot, the_year())
    [pen] = chart.set.pens
    qtbot.waitUntil(lambda: pen.summary.mean is not None)
    start, end = chart.bounds()
    assert (start, end) not in history.ranges, "no question for every sample of the year"
    assert {tile for tile, *_ in history.tiles} == {Tile.EIGHT_HOURS, Tile.DAY}
    assert len(pen.trace) < 2 * 3 * 367
    assert (pen.summary.least, pen.summary.most) == (50.0, 52.3)
    assert pen.summary.mean == pytest.approx(51.15, abs=0.02)
    assert pen.good_share is None
    assert "every eight hours" in chart.foot.said
    with qtbot.waitSignal(chart.loaded):
        chart.period_bar.choose(Period(Span.MONTH))
    assert history.ranges[-1] == chart.bounds() or chart.bounds() in history.ranges
    assert chart.foot.said == ""
    assert pen.tiled is None


def test_who_zooms_in_gets_every_sample_of_what_is_seen(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, history = years(make_desk)
    chart = opened(desk, qtbot, the_year())
    [pen] = chart.set.pens
    plot = chart.picture.plot
    assert plot is not None
    begin = (NOON - timedelta(days=200)).timestamp()
    end = begin + 4 * 86_400
    plot.zoom(begin, end)
    qtbot.waitUntil(lambda: pen.tiled is not None and pen.tiled.is_fine(begin, end))
    assert plot.seen == pytest.approx((begin, end)), "the zoom stays"
    first, last = history.ranges[-1]
    assert last - first == timedelta(days=8)
    inside = (pen.trace.times >= begin) & (pen.trace.times < end)
    assert inside.sum() == 4 * 24
    assert chart.foot.said == ""
    qtbot.waitUntil(lambda: pen.good_share is not None)
    count = len(history.ranges)
    plot.zoom_back()
    qtbot.waitUntil(lambda: "every eight hours" in chart.foot.said)
    plot.zoom(begin + 3600, end - 3600)
    qtbot.wait(400)
    assert len(history.ranges) == count, "what is there is not asked for again"


def test_what_is_written_as_figures_is_every_sample(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk, history = years(make_desk)
    chart = opened(desk, qtbot, the_year())
    [pen] = chart.set.pens
    done: list[int] = []
    chart.loading.with_every_sample(lambda: done.append(len(pen.trace)))
    qtbot.waitUntil(lambda: bool(done))
    assert chart.bounds() in history.ranges
    assert done[0] >= 365 * 24 - 24
    assert pen.tiled is None
    chart.loading.with_every_sample(lambda: done.append(-1))
    assert done[-1] == -1, "now they are there: at once"


def test_a_comparison_is_made_of_every_sample(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk, history = years(make_desk)
    chart = opened(desk, qtbot, the_year())
    with qtbot.waitSignal(chart.loaded):
        chart.show_pens(None, Compare(364, difference=True))
    assert chart.bounds() in history.ranges
    assert all(pen.tiled is None for pen in chart.set.pens)


def test_a_long_time_that_cannot_be_read_says_why_and_goes_on_saying_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, history = years(make_desk)
    history.fails = "2025.sqlite is damaged"
    chart = opened(desk, qtbot, the_year())
    assert chart.foot.said == "2025.sqlite is damaged"
    plot = chart.picture.plot
    assert plot is not None
    plot.zoom(NOON.timestamp() - 90 * 86_400, NOON.timestamp() - 80 * 86_400)
    assert chart.foot.said == "2025.sqlite is damaged"
    assert not chart.foot.retry.isHidden()


def test_a_reading_that_arrives_stands_behind_the_last_tile(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, _history = years(make_desk)
    chart = opened(desk, qtbot, custom(NOON - timedelta(days=200), NOON + timedelta(days=1)))
    [pen] = chart.set.pens
    before = len(pen.trace)
    assert pen.trace.times[-1] <= NOON.timestamp() + 1
    at = NOON + timedelta(seconds=30)
    desk.context.feed.offer([Reading(POINT, 88.0, Quality.GOOD, at)])
    qtbot.waitUntil(lambda: len(pen.trace) > before)
    assert pen.trace.values[-1] == 88.0


def test_a_time_that_is_just_not_long_is_drawn_from_every_sample(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, history = years(make_desk)
    chart = opened(desk, qtbot, custom(NOON - LONG, NOON))
    assert chart.bounds() in history.ranges
    assert not chart.loading.tiled
