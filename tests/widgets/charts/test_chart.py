"""A chart on the screen: what is stored, the present at its end, cursors, comparisons."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QKeyEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.asked import Note
from app.errors import StoreBroken
from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading, split_point
from app.series import CODE_OF, Series
from app.verbs import Viewer
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.charts import Chart
from widgets.charts.compare import Compare
from widgets.charts.envelope import Floats
from widgets.charts.pens import Kind, Subject
from widgets.charts.period import Span
from widgets.charts.plot import Plot
from widgets.controls.quality import Shown, Style
from widgets.controls.table import AROUND_PX
from widgets.controls.valuepainter import value_width
from widgets.theme import load_theme

S1 = PointSpec("s1", "S1 Outdoor", "°C", 1)
S3 = PointSpec("s3", "S3 Heating flow", "°C", 1)
POWER = PointSpec("power", "Power", "kW", 1)
FLOW = PointSpec("flow", "Volume flow of the meter", "m³/h", 2)
MIDNIGHT = NOON.replace(hour=23) - timedelta(days=1)  # in Copenhagen, in winter


class History(FakeHistory):
    """Quarter hours from begin to now, each point at a level of its own."""

    def __init__(self) -> None:
        self.asked: list[tuple[datetime, datetime]] = []
        self.fails = ""
        self.empty = False
        self.step_s = 900
        self.lost: tuple[datetime, datetime] | None = None

    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        self.asked.append((start, end))
        if self.fails:
            raise StoreBroken(self.fails)
        last = min(end, NOON).timestamp()
        times = np.arange(
            start.timestamp(), start.timestamp() if self.empty else last, self.step_s
        )
        return [self._series(nth, point, times) for nth, point in enumerate(points)]

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        return await self.range(viewer, points, start, end)

    def _series(self, nth: int, point: PointId, times: Floats) -> Series:
        values = np.full(len(times), 20.0 * (nth + 1))
        quality = np.zeros(len(times), dtype=np.uint8)
        if self.lost is not None:
            begin, end = (moment.timestamp() for moment in self.lost)
            gone = (times >= begin) & (times < end)
            values[gone] = np.nan
            quality[gone] = CODE_OF[Quality.OFFLINE]
        return Series(point, (times * 1000).astype(np.int64), values, quality)


def point(spec: PointSpec) -> PointId:
    return PointId(f"ahornvej-14.{spec.key}")


def now_reading(
    spec: PointSpec,
    value: float | None,
    at: datetime = NOON,
    quality: Quality = Quality.GOOD,
) -> Reading:
    return Reading(point(spec), value, quality, at)


def subjects(*specs: PointSpec) -> list[Subject]:
    return [Subject(point(spec), spec, "Ahornvej 14") for spec in specs]


class Stage:
    """A chart on a desk with a history of its own."""

    def __init__(self, desk: Desk, history: History, qtbot: QtBot) -> None:
        self.desk = desk
        self.history = history
        self.clock = NOON
        self._qtbot = qtbot
        self.context = replace(
            desk.context,
            asked=replace(desk.context.asked, history=history),
            now=lambda: self.clock,
        )

    def chart(self, *specs: PointSpec) -> Chart:
        chart = Chart(
            self.context, [Subject(point(spec), spec, "Ahornvej 14") for spec in specs]
        )
        self._qtbot.addWidget(chart)
        chart.resize(1000, 600)
        self.shown(chart, chart.show)
        return chart

    def shown(self, chart: Chart, act: Callable[[], object]) -> None:
        """Do something and wait until its stored values are on the screen."""
        with self._qtbot.waitSignal(chart.loaded, timeout=5000):
            act()
        QApplication.processEvents()

    def tell(self, *readings: Reading) -> None:
        self.desk.feed.offer(readings)
        self.desk.feed.refresh()


@pytest.fixture
def stage(make_desk: Callable[..., Desk], qtbot: QtBot) -> Stage:
    return Stage(make_desk(FakeServices()), History(), qtbot)


def picture(chart: Chart) -> QImage:
    image: QImage = chart.grab().toImage()
    return image


def plot_of(chart: Chart) -> Plot:
    plot = chart.picture.plot
    assert plot is not None
    return plot


def row(chart: Chart, spec: PointSpec) -> dict[str, str]:
    """Return what the table says of a pen."""
    model = chart.table.rows_model
    pen = next(pen for pen in chart.set.pens if pen.spec is spec)
    return {column.id: column.cell(pen).spoken for column in model.columns}


def press(chart: Chart, key: Qt.Key, *, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(chart, QKeyEvent(QEvent.Type.KeyPress, key, modifier))


def inked(image: QImage, chart: Chart, moment: datetime) -> bool:
    """Whether something besides ground and grid is drawn at a moment."""
    theme = load_theme(chart._context.theme.name)
    return bool(
        column_of(image, chart, moment) - {theme.surface.lower(), theme.chart_grid.lower()}
    )


def column_of(image: QImage, chart: Chart, moment: datetime) -> set[str]:
    """Return the colours of the first lane at a moment."""
    plot = plot_of(chart)
    view = plot.lanes[0].view
    at = view.mapViewToScene(QPointF(moment.timestamp(), 0)).x()
    box = view.sceneBoundingRect()
    corner = plot.area.mapTo(chart, plot.area.rect().topLeft())
    x = round(corner.x() + at)
    rows = range(corner.y() + round(box.top()) + 2, corner.y() + round(box.bottom()) - 2)
    return {QColor(image.pixel(x, y)).name() for y in rows}


def test_pyqtgraph_is_loaded_only_when_a_chart_is_opened() -> None:
    code = "import sys; import widgets.charts; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_day_runs_from_local_midnight_to_local_midnight(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    assert stage.history.asked[0] == (MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert plot_of(chart).seen == (MIDNIGHT.timestamp(), MIDNIGHT.timestamp() + 86400)


def test_the_strip_below_shows_the_week_before(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    start, end = stage.history.asked[1]
    assert end - start == timedelta(days=7)
    strip = chart.picture.navigator
    assert strip.whole == (start.timestamp(), end.timestamp())
    assert len(strip.trace) > 500


def test_answers_that_bring_nothing_new_leave_the_plot_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = stage.chart(S1, S3)
    told: list[object] = []
    monkeypatch.setattr(plot_of(chart), "tell", lambda *what: told.append(what))
    chart.picture.happened.heard.emit()
    assert told == []
    device, _key = split_point(chart.set.subjects[0].point)
    note = Note("n", device, "strainer cleaned", NOON, None, "K. Lund")
    chart.picture.happened._take_notes(device, [note])
    assert len(told) == 1
    chart.picture.happened.heard.emit()
    assert len(told) == 1


def test_the_table_tells_now_least_most_mean_and_unit(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    stage.tell(now_reading(S3, 46.0))
    chart._draw()
    told = row(chart, S3)
    assert (told["tag"], told["name"]) == ("S3", "Heating flow")
    assert told["unit"] == "°C"
    assert told["now"] == "46.0", "the unit stands once, in its column"
    assert (told["least"], told["most"]) == ("40.0", "46.0")
    assert told["mean"] == "40.1"
    assert row(chart, S1)["now"] == "–, no value"


def test_a_reading_grows_the_line(stage: Stage, qtbot: QtBot) -> None:
    chart = stage.chart(S3)
    stage.tell(now_reading(S3, 21.0, NOON + timedelta(seconds=10)))
    pen = chart.set.pens[0]
    qtbot.waitUntil(lambda: pen.lines.last() == (NOON.timestamp() + 10, 21.0), timeout=5000)
    assert drawn(chart, S3).getData()[1][-1] == 21.0


def test_a_value_that_turns_stale_is_drawn_faintly(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.tell(now_reading(S3, 21.0))
    stage.tell(now_reading(S3, 21.0, NOON, Quality.STALE))
    chart._draw()
    assert np.isnan(chart.set.pens[0].lines.good[-1])
    assert chart.set.pens[0].lines.doubtful[-1] == 21.0
    assert "stale" in row(chart, S3)["now"]
    columns = chart.table.rows_model.columns
    [room] = [each.width - AROUND_PX for each in columns if each.id == "now"]
    oldest = Shown("\u221212.4", Style.STALE, "", "23 h 59 min")
    assert value_width(oldest) <= room, "it tells its age, too"


def test_a_gap_is_a_gap_and_hatched(stage: Stage) -> None:
    lost = NOON - timedelta(hours=6), NOON - timedelta(hours=3)
    stage.history.lost = lost
    chart = stage.chart(S3)
    image = picture(chart)
    theme = stage.desk.look.theme
    hatch = QColor(theme.bad_hatch).name()
    line = column_of(image, chart, NOON - timedelta(hours=8, minutes=20))
    assert hatch not in line
    assert inked(image, chart, NOON - timedelta(hours=8, minutes=20))
    gap = column_of(image, chart, NOON - timedelta(hours=4, minutes=20))
    grounds = {theme.surface.lower(), theme.chart_grid.lower(), hatch}
    assert gap <= grounds, "the device was lost: no line"
    assert hatch in gap
    assert not inked(image, chart, NOON + timedelta(hours=4, minutes=20)), "still to come"


def test_each_unit_has_a_lane_of_its_own_temperatures_first(stage: Stage) -> None:
    chart = stage.chart(POWER, S3, FLOW, S1)
    assert [lane.unit for lane in plot_of(chart).lanes] == ["°C", "kW", "m³/h"]
    scale = plot_of(chart).lanes[0].scale
    assert scale.tickStrings([0.0, 20.0, 40.0], 1.0, 20.0) == ["0", "20", "40 °C"]
    assert scale.tickStrings([-0.5, 0.0], 1.0, 0.5) == ["−0.5", "0.0 °C"]


def test_all_lanes_look_at_the_same_time(stage: Stage) -> None:
    chart = stage.chart(POWER, S3)
    plot_of(chart).zoom(NOON.timestamp() - 7200, NOON.timestamp() - 3600)
    QApplication.processEvents()
    for lane in plot_of(chart).lanes:
        assert lane.view.viewRange()[0] == pytest.approx(
            [NOON.timestamp() - 7200, NOON.timestamp() - 3600], abs=1
        )


def test_each_lane_has_the_range_of_its_own_values(stage: Stage) -> None:
    chart = stage.chart(S1, POWER)
    for lane, level in zip(plot_of(chart).lanes, (20.0, 40.0), strict=True):
        low, high = lane.view.viewRange()[1]
        assert low < level < high
        assert high - low < level


def test_a_pen_may_stand_alone(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    assert len(plot_of(chart).lanes) == 1
    chart.stand_alone(chart.set.pens[1])
    assert len(plot_of(chart).lanes) == 2
    assert row(chart, S3)["axis"] == "own"
    chart.stand_alone(chart.set.pens[1])
    assert len(plot_of(chart).lanes) == 1


def test_a_hidden_pen_is_not_drawn_and_its_scale_forgets_it(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    chart.set.toggle(chart.set.pens[1])
    assert not drawn(chart, S3).isVisible()
    _low, high = plot_of(chart).lanes[0].view.viewRange()[1]
    assert high < 40
    assert row(chart, S3)["shown"] == "hidden"


def test_a_pen_taken_away_is_gone_everywhere(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    stage.shown(chart, lambda: chart.table.removed.emit(chart.set.pens[0]))
    assert [pen.spec.key for pen in chart.set.pens] == ["s3"]
    assert [pen.spec.key for pen in plot_of(chart).pens] == ["s3"]


def test_a_day_of_ten_second_samples_is_drawn_from_few_points(stage: Stage) -> None:
    stage.history.step_s = 5
    chart = stage.chart(S3)
    assert len(chart.set.pens[0].trace) > 8000
    assert len(drawn(chart, S3).getData()[0]) < 4500
    plot_of(chart).zoom(NOON.timestamp() - 1200, NOON.timestamp())
    assert 240 <= len(drawn(chart, S3).getData()[0]) <= 243, "zoomed in, every sample is drawn"


def test_the_pointer_tells_the_values_under_it(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    chart.measure.point((NOON - timedelta(hours=2)).timestamp())
    assert row(chart, S3)["a"] == "40.0"
    assert chart.foot.at.text() == "A 20 Jan 2026 10:00:00"
    chart.measure.point((NOON + timedelta(hours=5)).timestamp())
    assert row(chart, S3)["a"] == "–"
    chart.measure.point(None)
    assert chart.foot.at.text() == ""


def test_a_placed_cursor_stays_while_the_pointer_moves_on(stage: Stage) -> None:
    chart = stage.chart(S3)
    plot = plot_of(chart)
    plot._place((NOON - timedelta(hours=2)).timestamp(), False)
    chart.measure.point((NOON - timedelta(hours=5)).timestamp())
    assert chart.foot.at.text() == "A 20 Jan 2026 10:00:00"
    plot._place((NOON - timedelta(hours=1)).timestamp(), True)
    told = "B 20 Jan 2026 11:00:00 · Δ 1 h 00 min · ∫ S3 20.0 °C·h"
    assert chart.foot.at.text().endswith(told)
    press(chart, Qt.Key.Key_Escape)
    assert plot.cursors.at["a"] is None
    assert plot.cursors.at["b"] is None


def test_the_pointer_moves_a_faint_line_and_takes_it_along_when_it_leaves(stage: Stage) -> None:
    chart = stage.chart(S3)
    plot = plot_of(chart)
    view = plot.lanes[0].view
    over = view.mapViewToScene(QPointF((NOON - timedelta(hours=1)).timestamp(), 20.0))
    plot.area.scene().sigMouseMoved.emit(over)
    assert row(chart, S3)["a"] == "20.0"
    assert plot.cursors.at["hover"] is not None
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.cursors.at["hover"] is None


def test_the_arrow_keys_walk_over_the_samples(stage: Stage) -> None:
    chart = stage.chart(S3)

    def stands() -> str:
        return chart.foot.at.text()[-8:]

    press(chart, Qt.Key.Key_Left)
    assert stands() == "11:45:00"
    press(chart, Qt.Key.Key_Left, shift=True)
    assert stands() == "09:15:00"
    press(chart, Qt.Key.Key_Right)
    assert stands() == "09:30:00"
    for _ in range(10):
        press(chart, Qt.Key.Key_Left, shift=True)
    assert stands() == "00:00:00"


def test_the_keys_a_and_b_place_cursors_and_the_last_one_walks(stage: Stage) -> None:
    chart = stage.chart(S3)
    press(chart, Qt.Key.Key_A)
    press(chart, Qt.Key.Key_B)
    assert "A 20 Jan 2026 12:00:00 · B 20 Jan 2026 12:00:00" in chart.foot.at.text()
    press(chart, Qt.Key.Key_Left)
    cursors = plot_of(chart).cursors
    assert cursors.at["a"] != cursors.at["b"]
    assert row(chart, S3)["change"] in ("0.0", "–")


def test_dragging_zooms_and_backspace_goes_back_step_by_step(stage: Stage) -> None:
    chart = stage.chart(S3)
    plot = plot_of(chart)
    whole = plot.seen
    plot.lanes[0].view.zoomed.emit(NOON.timestamp() - 7200, NOON.timestamp())
    first = plot.seen
    plot.lanes[0].view.zoomed.emit(NOON.timestamp() - 3600, NOON.timestamp())
    chart._draw()
    assert plot.seen[0] == NOON.timestamp() - 3600, "a zoom is kept"
    press(chart, Qt.Key.Key_Backspace)
    assert plot.seen == first
    press(chart, Qt.Key.Key_Backspace)
    press(chart, Qt.Key.Key_Backspace)
    assert plot.seen == whole


def test_the_table_tells_of_what_is_seen(stage: Stage, qtbot: QtBot) -> None:
    chart = stage.chart(S3)
    stage.tell(now_reading(S3, 99.0))
    chart._draw()
    assert row(chart, S3)["most"] == "99.0"
    plot_of(chart).zoom(NOON.timestamp() - 7200, NOON.timestamp() - 3600)
    qtbot.waitUntil(
        lambda: row(chart, S3)["most"] == "40.0" or row(chart, S3)["most"] == "20.0"
    )


def test_the_window_of_the_strip_zooms_or_leads_elsewhere(stage: Stage) -> None:
    chart = stage.chart(S3)
    chart.picture.wished.emit(NOON.timestamp() - 7200, NOON.timestamp() - 3600)
    assert plot_of(chart).seen == (NOON.timestamp() - 7200, NOON.timestamp() - 3600)
    begin = (NOON - timedelta(days=3)).timestamp()
    stage.shown(chart, lambda: chart.picture.wished.emit(begin, begin + 86400))
    assert chart.period.span is Span.CUSTOM
    assert plot_of(chart).seen == (begin, begin + 86400)


def test_yesterday_is_asked_for_and_readings_do_not_belong_to_it(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.shown(chart, chart.period_bar.before.click)
    assert (MIDNIGHT - timedelta(days=1), MIDNIGHT) in stage.history.asked
    samples = len(chart.set.pens[0].trace)
    stage.tell(now_reading(S3, 99.0, NOON + timedelta(minutes=1)))
    assert len(chart.set.pens[0].trace) == samples
    assert chart.period_bar.after.isEnabled()
    stage.shown(chart, chart.period_bar.after.click)
    assert not chart.period_bar.after.isEnabled()


def test_the_last_24_hours_end_now_and_move_on(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.shown(chart, lambda: chart.period_bar.segments.choose(1))
    assert (NOON - timedelta(hours=24), NOON) in stage.history.asked
    stage.clock = NOON + timedelta(minutes=10)
    chart._draw()
    assert plot_of(chart).seen[1] == stage.clock.timestamp()


def test_at_midnight_a_new_day_begins(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.clock = MIDNIGHT + timedelta(days=1, seconds=1)
    stage.shown(chart, stage.desk.feed.age)
    assert (MIDNIGHT + timedelta(days=1)) in [start for start, _end in stage.history.asked]


def test_an_empty_day_says_so(stage: Stage) -> None:
    stage.history.empty = True
    chart = stage.chart(S3)
    assert chart.foot.said == "Nothing was stored in this time."
    assert row(chart, S3)["mean"] == "–"


def test_a_broken_store_is_told_and_can_be_asked_again(stage: Stage) -> None:
    stage.history.fails = "history/fast.sqlite cannot be read: disk I/O error"
    chart = stage.chart(S3)
    assert chart.foot.said == stage.history.fails
    assert chart.foot.retry.isVisible()
    stage.history.fails = ""
    stage.shown(chart, chart.foot.retry.click)
    assert chart.foot.said == ""
    assert not chart.foot.retry.isVisible()


def test_the_week_before_lies_over_this_one_with_the_difference(
    stage: Stage, qtbot: QtBot
) -> None:
    chart = stage.chart(S1, S3)
    stage.shown(chart, lambda: chart.show_pens(compare=Compare(7, difference=True)))
    week = timedelta(days=7)
    assert (MIDNIGHT - week, MIDNIGHT - week + timedelta(days=1)) in stage.history.asked
    then = [pen for pen in chart.set.pens if pen.kind is Kind.BEFORE]
    gaps = [pen for pen in chart.set.pens if pen.kind is Kind.DIFFERENCE]
    qtbot.waitUntil(lambda: all(len(pen.trace) == 96 for pen in then), timeout=5000)
    assert then[0].trace.times[0] == MIDNIGHT.timestamp()
    assert set(gaps[1].trace.values.tolist()) == {0.0}
    assert [lane.unit for lane in plot_of(chart).lanes] == ["°C", "°C"]
    names = [pen.name for pen in chart.set.pens]
    assert names[2:] == [
        *("Outdoor, −7 d", "Heating flow, −7 d"),
        *("Outdoor, difference to −7 d", "Heating flow, difference to −7 d"),
    ]
    stage.shown(chart, lambda: chart.table.removed.emit(gaps[0]))
    assert chart.set.compare == Compare(7)
    stage.shown(chart, lambda: chart.table.removed.emit(chart.set.pens[-1]))
    assert chart.set.compare == Compare()


def test_alarms_limits_and_changes_stand_beside_the_lines(stage: Stage, qtbot: QtBot) -> None:
    limit = PointSpec("s6", "S6 DHW return", "°C", 1)
    chart = stage.chart(limit, S3)
    plot = plot_of(chart)
    qtbot.waitUntil(lambda: bool(plot.alarms.alarms), timeout=5000)
    assert {span.priority for span in plot.alarms.alarms} >= {3}
    assert all(span.start_s <= span.end_s for span in plot.alarms.alarms)
    levels = [each.level for each, _line in plot.lanes[0]._limits]
    assert 40.0 in levels


def test_a_chart_is_shown_around_a_moment(stage: Stage) -> None:
    chart = stage.chart(S3)
    moment = NOON - timedelta(days=2, hours=3)
    stage.shown(chart, lambda: chart.zoom_to(moment))
    start, end = plot_of(chart).seen
    assert start <= moment.timestamp() < end
    assert plot_of(chart).cursors.at["a"] == moment.timestamp()


def test_another_theme_is_worn_at_once(stage: Stage) -> None:
    chart = stage.chart(S3)
    day = picture(chart)
    stage.desk.look.use("night")
    QApplication.processEvents()
    night = picture(chart)
    assert night != day
    assert inked(night, chart, NOON - timedelta(hours=5, minutes=20))
    stage.desk.look.use("day")


def test_a_pen_is_named_at_its_lines_end(stage: Stage) -> None:
    chart = stage.chart(S3, FLOW)
    assert [pen.tag for pen in chart.set.pens] == ["S3", "Volume flow…"]
    names = {name.text() for name in plot_of(chart)._names.values()}
    assert "S3" in names


def test_names_at_the_lines_ends_do_not_cover_each_other(stage: Stage) -> None:
    specs = [PointSpec(f"u{nth}", f"U{nth}", f"unit{nth}", 1) for nth in range(4)]
    chart = stage.chart(*specs)
    heights = sorted(name.pos().y() for name in plot_of(chart)._names.values())
    assert all(b - a >= 13 for a, b in pairwise(heights))


def test_a_hidden_chart_draws_nothing_and_catches_up(stage: Stage) -> None:
    chart = stage.chart(S3)
    chart.hide()
    stage.tell(now_reading(S3, 33.0, NOON + timedelta(seconds=20)))
    assert not chart._redraw.isActive()
    chart.show()
    assert chart.set.pens[0].lines.last() == (NOON.timestamp() + 20, 33.0)


def test_twenty_pens_are_the_most(stage: Stage) -> None:
    chart = stage.chart(*(PointSpec(f"t{nth}", f"T{nth}", "°C", 1) for nth in range(25)))
    assert len(chart.set.pens) == 20


def drawn(chart: Chart, spec: PointSpec) -> Any:
    """Return the line of a pen as it is on the screen."""
    items = [item for lane in plot_of(chart).lanes for item in lane.drawn]
    return next(item.good for item in items if item.pen.spec is spec)
