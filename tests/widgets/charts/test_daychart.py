"""The chart of a day on the screen: what is stored, the present at its end, a cursor."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QKeyEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF, Series
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.charts import DayChart
from widgets.charts.axes import NumberAxis
from widgets.charts.period import Period, Span
from widgets.charts.trace import Floats

S1 = PointSpec("s1", "S1 Outdoor", "°C", 1)
S3 = PointSpec("s3", "S3 Heating flow", "°C", 1)
POWER = PointSpec("power", "Power", "kW", 1)
FLOW = PointSpec("flow", "Volume flow of the meter", "m³/h", 2)
MIDNIGHT = NOON.replace(hour=23) - timedelta(days=1)  # in Copenhagen, in winter


class History:
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


class Stage:
    """A chart on a desk with a history of its own."""

    def __init__(self, desk: Desk, history: History, qtbot: QtBot) -> None:
        self.desk = desk
        self.history = history
        self.clock = NOON
        self._qtbot = qtbot
        self._context = replace(
            desk.context,
            asked=replace(desk.context.asked, history=history),
            now=lambda: self.clock,
        )

    def chart(self, *specs: PointSpec) -> DayChart:
        chart = DayChart(self._context, [(point(spec), spec) for spec in specs])
        self._qtbot.addWidget(chart)
        chart.resize(1000, 600)
        self.shown(chart, chart.show)
        return chart

    def shown(self, chart: DayChart, act: Callable[[], object]) -> None:
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


def picture(chart: DayChart) -> QImage:
    return chart.grab().toImage()


def row(chart: DayChart, spec: PointSpec) -> dict[str, str]:
    """Return what the table says of a pen."""
    model = chart.table.rows_model
    pen = next(pen for pen in chart.pens if pen.spec is spec)
    return {column.id: column.cell(pen).spoken for column in model.columns}


def press(chart: DayChart, key: Qt.Key, *, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(chart, QKeyEvent(QEvent.Type.KeyPress, key, modifier))


def inked(image: QImage, chart: DayChart, moment: datetime) -> bool:
    """Whether something besides ground and grid is drawn at a moment."""
    theme = chart._context.theme
    return bool(
        column_of(image, chart, moment) - {theme.surface.lower(), theme.chart_grid.lower()}
    )


def column_of(image: QImage, chart: DayChart, moment: datetime) -> set[str]:
    """Return the colours of the plot at a moment."""
    plot = chart._plot
    assert plot is not None
    at = plot._main.mapViewToScene(QPointF(moment.timestamp(), 0)).x()
    top = plot.mapTo(chart, plot.rect().topLeft()).y()
    x = round(plot.mapTo(chart, plot.rect().topLeft()).x() + at)
    return {QColor(image.pixel(x, y)).name() for y in range(top + 12, top + plot.height() - 40)}


def test_pyqtgraph_is_loaded_only_when_a_chart_is_opened() -> None:
    code = "import sys; import widgets.charts; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_day_runs_from_local_midnight_to_local_midnight(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    assert stage.history.asked == [(MIDNIGHT, MIDNIGHT + timedelta(days=1))]
    plot = chart._plot
    assert plot is not None
    begin, end = plot._main.viewRange()[0]
    assert (begin, end) == (MIDNIGHT.timestamp(), MIDNIGHT.timestamp() + 86400)


def test_the_table_tells_now_least_most_mean_and_unit(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    stage.tell(now_reading(S3, 46.0))
    chart._draw()
    told = row(chart, S3)
    assert told["name"] == "S3 Heating flow"
    assert told["unit"] == "°C"
    assert told["now"] == "46.0 °C"
    assert (told["least"], told["most"]) == ("40.0", "46.0")
    assert told["mean"] == "40.1"
    assert row(chart, S1)["now"] == "–, no value"


def test_a_reading_grows_the_line(stage: Stage, qtbot: QtBot) -> None:
    chart = stage.chart(S3)
    stage.tell(now_reading(S3, 21.0, NOON + timedelta(seconds=10)))
    pen = chart.pens[0]
    qtbot.waitUntil(lambda: pen.lines.last() == (NOON.timestamp() + 10, 21.0), timeout=5000)
    assert chart._plot is not None
    assert chart._plot._drawn[pen.point].good.yData[-1] == 21.0


def test_a_value_that_turns_stale_is_drawn_faintly(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.tell(now_reading(S3, 21.0))
    stage.tell(now_reading(S3, 21.0, NOON, Quality.STALE))
    chart._draw()
    assert np.isnan(chart.pens[0].lines.good[-1])
    assert chart.pens[0].lines.doubtful[-1] == 21.0
    assert "stale" in row(chart, S3)["now"]


def test_a_gap_is_a_gap(stage: Stage) -> None:
    lost = NOON - timedelta(hours=6), NOON - timedelta(hours=3)
    stage.history.lost = lost
    chart = stage.chart(S3)
    image = picture(chart)
    assert inked(image, chart, NOON - timedelta(hours=8, minutes=20))
    assert not inked(image, chart, NOON - timedelta(hours=4, minutes=20)), "the device was lost"
    assert not inked(image, chart, NOON + timedelta(hours=4, minutes=20)), "still to come"


def test_temperature_stands_left_and_every_other_unit_right(stage: Stage) -> None:
    chart = stage.chart(POWER, S3, FLOW)
    plot = chart._plot
    assert plot is not None
    sides = {unit: scale.orientation for unit, scale in plot._scales.items()}
    assert sides == {"°C": "left", "kW": "right", "m³/h": "right"}
    left = plot._scales["°C"]
    assert isinstance(left, NumberAxis)
    assert left.tickStrings([0.0, 20.0, 40.0], 1.0, 20.0) == ["0", "20", "40 °C"]
    assert left.tickStrings([-0.5, 0.0], 1.0, 0.5) == ["−0.5", "0.0 °C"]


def test_each_unit_has_the_range_of_its_own_values(stage: Stage) -> None:
    chart = stage.chart(S1, POWER)
    plot = chart._plot
    assert plot is not None
    for unit, level in (("°C", 20.0), ("kW", 40.0)):
        low, high = plot._views[unit].viewRange()[1]
        assert low < level < high
        assert high - low < level


def test_a_day_of_ten_second_samples_is_drawn_from_few_points(stage: Stage) -> None:
    stage.history.step_s = 10
    chart = stage.chart(S3)
    assert chart._plot is not None
    line = chart._plot._drawn[point(S3)].good
    assert len(chart.pens[0].trace) > 4000
    assert len(line.xData) < len(chart.pens[0].trace)
    chart._plot._main.setXRange(NOON.timestamp() - 1200, NOON.timestamp(), padding=0)
    assert 120 <= len(line.xData) <= 123, "zoomed in, every sample is drawn"


def test_the_cursor_tells_the_value_under_it(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    moment = (NOON - timedelta(hours=2)).timestamp()
    chart._point(moment)
    assert row(chart, S3)["cursor"] == "40.0"
    assert chart.bar.at.text() == "10:00:00"
    chart._point((NOON + timedelta(hours=5)).timestamp())
    assert row(chart, S3)["cursor"] == "–, no value"
    chart._point(None)
    assert chart.bar.at.text() == ""


def test_the_pointer_moves_the_cursor_and_takes_it_along_when_it_leaves(stage: Stage) -> None:
    chart = stage.chart(S3)
    plot = chart._plot
    assert plot is not None
    over = plot._main.mapViewToScene(QPointF((NOON - timedelta(hours=1)).timestamp(), 20.0))
    plot._area.scene().sigMouseMoved.emit(over)
    assert row(chart, S3)["cursor"] == "20.0"
    assert plot._line.isVisible()
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert not plot._line.isVisible()


def test_the_arrow_keys_walk_over_the_samples(stage: Stage) -> None:
    chart = stage.chart(S3)
    press(chart, Qt.Key.Key_Left)
    assert chart.bar.at.text() == "11:45:00"
    press(chart, Qt.Key.Key_Left, shift=True)
    assert chart.bar.at.text() == "09:15:00"
    press(chart, Qt.Key.Key_Right)
    assert chart.bar.at.text() == "09:30:00"
    for _ in range(10):
        press(chart, Qt.Key.Key_Left, shift=True)
    assert chart.bar.at.text() == "00:00:00"


def test_backspace_returns_from_a_zoom(stage: Stage) -> None:
    chart = stage.chart(S3)
    plot = chart._plot
    assert plot is not None
    plot._main.setXRange(NOON.timestamp() - 3600, NOON.timestamp(), padding=0)
    chart._draw()
    assert plot._main.viewRange()[0][0] == NOON.timestamp() - 3600, "a zoom is kept"
    press(chart, Qt.Key.Key_Backspace)
    assert plot._main.viewRange()[0][0] == MIDNIGHT.timestamp()


def test_yesterday_is_asked_for_and_readings_do_not_belong_to_it(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.shown(chart, chart.bar.before.click)
    assert stage.history.asked[-1] == (MIDNIGHT - timedelta(days=1), MIDNIGHT)
    samples = len(chart.pens[0].trace)
    stage.tell(now_reading(S3, 99.0, NOON + timedelta(minutes=1)))
    assert len(chart.pens[0].trace) == samples
    assert chart.bar.after.isEnabled()
    stage.shown(chart, chart.bar.after.click)
    assert stage.history.asked[-1] == (MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert not chart.bar.after.isEnabled()


def test_the_last_24_hours_end_now_and_move_on(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.shown(chart, lambda: chart.bar._segments.choose(Span.LAST_24_H.value))
    assert stage.history.asked[-1] == (NOON - timedelta(hours=24), NOON)
    stage.clock = NOON + timedelta(minutes=10)
    chart._draw()
    plot = chart._plot
    assert plot is not None
    assert plot._main.viewRange()[0][1] == stage.clock.timestamp()
    stage.shown(chart, chart.bar.before.click)
    assert chart.bar.period == Period(Span.DAY, 1)


def test_at_midnight_a_new_day_begins(stage: Stage) -> None:
    chart = stage.chart(S3)
    stage.clock = MIDNIGHT + timedelta(days=1, seconds=1)
    stage.shown(chart, stage.desk.feed.age)
    assert stage.history.asked[-1][0] == MIDNIGHT + timedelta(days=1)


def test_an_empty_day_says_so(stage: Stage) -> None:
    stage.history.empty = True
    chart = stage.chart(S3)
    assert chart.bar.said == "Nothing was stored in this time."
    assert row(chart, S3)["mean"] == "–, no value"


def test_a_broken_store_is_told_and_can_be_asked_again(stage: Stage) -> None:
    stage.history.fails = "history/fast.sqlite cannot be read: disk I/O error"
    chart = stage.chart(S3)
    assert chart.bar.said == stage.history.fails
    assert chart.bar.retry.isVisible()
    stage.history.fails = ""
    stage.shown(chart, chart.bar.retry.click)
    assert chart.bar.said == ""
    assert not chart.bar.retry.isVisible()


def test_only_the_answer_to_the_last_question_counts(stage: Stage) -> None:
    chart = stage.chart(S3)
    before = list(chart.pens[0].trace.values)
    chart._take_stored(0, [])
    chart._fail(0, StoreBroken("too late"))
    assert list(chart.pens[0].trace.values) == before
    assert chart.bar.said == ""


def test_another_theme_is_worn_at_once(stage: Stage) -> None:
    chart = stage.chart(S3)
    day = picture(chart)
    stage.desk.look.use("night")
    QApplication.processEvents()
    night = picture(chart)
    assert night != day
    assert inked(night, chart, NOON - timedelta(hours=5, minutes=20))
    stage.desk.look.use("day")


def test_the_sixth_pen_is_the_first_colour_dashed(stage: Stage) -> None:
    specs = [PointSpec(f"t{nth}", f"T{nth}", "°C", 1) for nth in range(6)]
    chart = stage.chart(*specs)
    theme = stage.desk.look.theme
    assert chart.pens[5].colour(theme) == chart.pens[0].colour(theme)
    assert [pen.dashed for pen in chart.pens] == [False] * 5 + [True]


def test_a_pen_is_named_at_its_lines_end(stage: Stage) -> None:
    chart = stage.chart(S3, FLOW)
    assert [pen.tag for pen in chart.pens] == ["S3", "Volume flow…"]


def test_names_at_the_lines_ends_do_not_cover_each_other(stage: Stage) -> None:
    specs = [PointSpec(f"u{nth}", f"U{nth}", f"unit{nth}", 1) for nth in range(4)]
    chart = stage.chart(*specs)
    plot = chart._plot
    assert plot is not None
    heights = sorted(
        drawn.view.mapViewToScene(drawn.name.pos()).y() for drawn in plot._drawn.values()
    )
    assert all(b - a >= 13 for a, b in pairwise(heights))


def test_a_hidden_chart_draws_nothing_and_catches_up(stage: Stage) -> None:
    chart = stage.chart(S3)
    chart.hide()
    stage.tell(now_reading(S3, 33.0, NOON + timedelta(seconds=20)))
    assert not chart._redraw.isActive()
    chart.show()
    assert chart.pens[0].lines.last() == (NOON.timestamp() + 20, 33.0)
