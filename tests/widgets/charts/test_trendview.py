"""The whole panel at small sizes, many pens, odd names, both looks: nothing breaks."""

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import PointId
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ
from tests.widgets.charts.test_chart import History, Stage, plot_of
from widgets.charts.compare import Compare
from widgets.charts.pens import Subject
from widgets.charts.period import Period, Span
from widgets.charts.trendpanel import TrendPanel

ODD = ["<b>bold</b>", "& more", "Ω" * 300, "🔥 heat", "חימום", "line\nbreak", "", "a" * 300]


def subject(nth: int, name: str, unit: str = "°C") -> Subject:
    return Subject(PointId(f"ahornvej-14.o{nth}"), PointSpec(f"o{nth}", name, unit, 1), name)


@pytest.fixture
def stage(make_desk: Callable[..., Desk], qtbot: QtBot) -> Stage:
    return Stage(make_desk(FakeServices()), History(), qtbot)


def shown(stage: Stage, qtbot: QtBot, subjects: list[Subject]) -> TrendPanel:
    panel = TrendPanel(stage.context, subjects, AHORNVEJ)
    qtbot.addWidget(panel)
    panel.resize(1500, 800)
    stage.shown(panel.chart, panel.show)
    return panel


def test_odd_names_are_drawn_as_they_are(stage: Stage, qtbot: QtBot) -> None:
    panel = shown(stage, qtbot, [subject(nth, name) for nth, name in enumerate(ODD)])
    image = panel.grab().toImage()
    assert not image.isNull()
    names = [pen.spec.name for pen in panel.chart.set.pens]
    assert names == ODD
    rows = panel.chart.table.rows_model
    told = {column.id: column for column in rows.columns}
    assert [told["device"].cell(pen).text for pen in rows.rows] == ODD
    assert panel.exporting.title() == "Trend", "of several devices"


@pytest.mark.parametrize("size", [(900, 500), (1280, 700), (2500, 1400)])
@pytest.mark.parametrize("count", [1, 5, 20])
def test_any_number_of_pens_fits_any_window(
    stage: Stage, qtbot: QtBot, size: tuple[int, int], count: int
) -> None:
    units = ("°C", "kW", "m³/h", "%")
    panel = shown(
        stage,
        qtbot,
        [subject(nth, f"O{nth} Flow", units[nth % len(units)]) for nth in range(count)],
    )
    panel.resize(*size)
    plot = plot_of(panel.chart)
    assert len(plot.lanes) == min(count, len(units))
    # a busy machine lays out a turn of the screen later
    qtbot.waitUntil(lambda: all(lane.view.height() > 0 for lane in plot.lanes), timeout=30_000)
    assert not panel.grab().toImage().isNull()


@pytest.mark.parametrize("span", list(Span))
def test_every_period_can_be_compared_in_both_looks(
    stage: Stage, qtbot: QtBot, span: Span
) -> None:
    panel = shown(stage, qtbot, [subject(0, "O0 Flow")])
    if span is not Span.CUSTOM:
        stage.shown(panel.chart, lambda: panel.chart.period_bar.choose(Period(span)))
    stage.shown(
        panel.chart, lambda: panel.chart.show_pens(compare=Compare(364, difference=True))
    )
    for look in ("night", "day"):
        stage.desk.look.use(look)
        QApplication.processEvents()
        assert not panel.grab().toImage().isNull()
    assert panel.compare.text() == "Compare −364 d"
