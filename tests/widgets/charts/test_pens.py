"""A pen knows what it draws; the table under the chart says it in figures."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.series import Series
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import NOON
from widgets.charts.pens import Pen
from widgets.charts.pentable import PenTable
from widgets.charts.period import Period, PeriodBar, Span
from widgets.controls.quality import Style
from widgets.theme import load_theme

FLOW = PointSpec("s3", "S3 Heating flow", "°C", 1)
POINT = PointId("ahornvej-14.s3")
START = NOON - timedelta(hours=1)


def pen(nth: int = 0, spec: PointSpec = FLOW) -> Pen:
    made = Pen(nth, PointId(f"ahornvej-14.{spec.key}"), spec)
    times = np.arange(int(START.timestamp()), int(NOON.timestamp()), 10, dtype=np.int64)
    values = 40 + (times - times[0]) / 1000
    made.trace.load(Series(POINT, times * 1000, values, np.zeros(len(times), dtype=np.uint8)))
    made.work_out(START.timestamp(), NOON.timestamp())
    return made


def test_a_pen_works_out_what_is_drawn_and_told() -> None:
    made = pen()
    assert made.summary.least == 40.0
    assert made.summary.most == pytest.approx(43.59)
    assert made.summary.mean == pytest.approx(41.795)
    assert made.span == pytest.approx((40.0, 43.59))
    assert len(made.lines.x) == 360


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("S3 Heating flow", "S3"),
        ("EM1 Power", "EM1"),
        ("Power", "Power"),
        ("Flow rate", "Flow rate"),
        ("Return temperature", "Return temp…"),
        ("", ""),
    ],
)
def test_a_pen_is_called_by_its_short_name(name: str, tag: str) -> None:
    assert Pen(0, POINT, PointSpec("x", name)).tag == tag


def test_ten_pens_are_ten_different_lines() -> None:
    theme = load_theme("night")
    looks = {
        (made.colour(theme).name(), made.dashed)
        for made in (Pen(nth, POINT, FLOW) for nth in range(10))
    }
    assert len(looks) == 10


def test_figures_have_the_decimals_of_the_point() -> None:
    made = pen()
    assert made.figure(41.7951).text == "41.8"
    assert made.figure(41.7951, doubtful=True).style is Style.UNCERTAIN
    assert made.figure(None).text == "–"
    assert made.figure(-0.04).text == "0.0", "no minus nothing"


def test_the_present_value_carries_its_quality() -> None:
    made = pen()
    assert made.present(NOON, COPENHAGEN).style is Style.NONE
    made.now = Reading(POINT, 44.4, Quality.STALE, NOON - timedelta(minutes=14))
    told = made.present(NOON, COPENHAGEN)
    assert (told.text, told.unit, told.age) == ("44.4", "°C", "14 min")


@pytest.fixture
def table(make_desk: Callable[..., Desk], qtbot: QtBot) -> PenTable:
    desk = make_desk()
    pens = [pen(), pen(5, PointSpec("power", "Power", "kW", 2))]
    made = PenTable(pens, desk.look, lambda: NOON, COPENHAGEN)
    qtbot.addWidget(made)
    made.resize(900, 120)
    made.show()
    return made


def test_each_pen_has_a_row_with_its_figures(table: PenTable) -> None:
    model = table.rows_model
    words = [
        [column.cell(row).spoken for column in model.columns if column.id != "pen"]
        for row in model.rows
    ]
    assert words[0] == [
        "S3 Heating flow",
        "°C",
        "–, no value",
        "–, no value",
        "40.0",
        "43.6",
        "41.8",
    ]
    assert words[1][:2] == ["Power", "kW"]
    assert words[1][4:] == ["40.00", "43.59", "41.79"]


def test_a_doubtful_value_at_the_cursor_is_told_as_one(table: PenTable) -> None:
    model = table.rows_model
    model.rows[0].cursor = (41.0, True)
    cell = next(column for column in model.columns if column.id == "cursor").cell(model.rows[0])
    assert cell.spoken == "~41.0, uncertain"


def test_the_swatch_is_drawn_like_the_line(table: PenTable) -> None:
    theme = load_theme("day")
    delegate = table.itemDelegate()
    assert delegate is not None
    inked = []
    for row in (0, 1):
        image = QImage(48, 28, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.surface))
        painter = QPainter(image)
        option = QStyleOptionViewItem()
        option.rect = image.rect()
        delegate.paint(painter, option, table.rows_model.index(row, 0))
        painter.end()
        colour = table.rows_model.rows[row].colour(theme).name()
        line = [image.pixelColor(x, y).name() == colour for x in range(48) for y in (13, 14)]
        inked.append(sum(line))
    solid, dashed = inked
    assert solid > dashed > 0


def test_the_table_is_as_high_as_its_pens(table: PenTable) -> None:
    assert table.height() == 36 + 2 * 28 + 2


class Bar:
    """The bar over the chart, and what it chose."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bar = PeriodBar()
        self.chosen: list[Period] = []
        self.bar.chosen.connect(self.chosen.append)
        qtbot.addWidget(self.bar)
        self.bar.show()
        self.bar.show_period(NOON, COPENHAGEN)


def test_the_bar_steps_through_days(make_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    make_desk()
    on = Bar(qtbot)
    assert not on.bar.after.isEnabled()
    on.bar.before.click()
    on.bar.before.click()
    on.bar.show_period(NOON, COPENHAGEN)
    on.bar.after.click()
    assert [one.back for one in on.chosen] == [1, 2, 1]
    assert on.bar.period == Period(Span.DAY, 1)


def test_from_the_last_24_hours_a_step_leads_to_a_day(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    make_desk()
    on = Bar(qtbot)
    on.bar._segments.choose(Span.LAST_24_H.value)
    assert on.bar.period == Period(Span.LAST_24_H)
    on.bar.before.click()
    assert on.bar.period == Period(Span.DAY, 1)
    assert on.chosen[-1] == Period(Span.DAY, 1)


def test_the_bar_says_what_goes_on_and_offers_to_try_again(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    make_desk()
    on = Bar(qtbot)
    on.bar.say("fast.sqlite cannot be read", failed=True)
    assert on.bar.retry.isVisible()
    with qtbot.waitSignal(on.bar.again):
        on.bar.retry.click()
    on.bar.say("")
    assert on.bar.said == ""
    assert not on.bar.retry.isVisible()
