"""A pen knows what it draws; the table under the chart says it in figures."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QDateTime, QPoint, Qt, QTimer
from PyQt6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PyQt6.QtWidgets import QApplication, QPushButton, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.series import Series
from app.words import _, use_language
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.hands import click, key
from tests.fakes.smallplant import NOON
from widgets.charts.pens import Kind, Pen, Subject
from widgets.charts.pentable import PenTable
from widgets.charts.period import Period, Span
from widgets.charts.periodbar import PeriodBar, PeriodDialog
from widgets.controls.quality import Style
from widgets.controls.table import AROUND_PX
from widgets.fonts import BODY_PX, font
from widgets.theme import load_theme

FLOW = PointSpec("s3", "S3 Heating flow", "°C", 1)
POINT = PointId("ahornvej-14.s3")
START = NOON - timedelta(hours=1)


def pen(nth: int = 0, spec: PointSpec = FLOW) -> Pen:
    made = Pen(nth, Subject(PointId(f"ahornvej-14.{spec.key}"), spec, "Ahornvej 14"))
    times = np.arange(int(START.timestamp()), int(NOON.timestamp()), 10, dtype=np.int64)
    values = 40 + (times - times[0]) / 1000
    made.trace.load(Series(POINT, times * 1000, values, np.zeros(len(times), dtype=np.uint8)))
    made.span = made.trace.span(START.timestamp(), NOON.timestamp())
    made.look_at(START.timestamp(), NOON.timestamp(), 1000)
    made.sum_up(START.timestamp(), NOON.timestamp(), NOON.timestamp())
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
    assert Pen(0, Subject(POINT, PointSpec("x", name))).tag == tag


def test_twenty_pens_are_twenty_different_lines() -> None:
    theme = load_theme("night")
    looks = {
        (made.colour(theme).name(), made.dashes)
        for made in (Pen(nth, Subject(POINT, FLOW)) for nth in range(20))
    }
    assert len(looks) == 20


def test_a_pen_of_another_time_is_fainter_dotted_and_says_so() -> None:
    theme = load_theme("night")
    now, then = (
        Pen(0, Subject(POINT, FLOW), kind, "−7 d") for kind in (Kind.MEASURED, Kind.BEFORE)
    )
    assert then.colour(theme).alphaF() < now.colour(theme).alphaF()
    assert then.line(theme).widthF() < now.line(theme).widthF()
    assert (now.name, then.name) == ("Heating flow", "Heating flow, −7 d")
    assert now.key != then.key
    assert now.lane == then.lane
    gap = Pen(0, Subject(POINT, FLOW), Kind.DIFFERENCE, "−7 d")
    assert gap.name == "Heating flow, difference to −7 d"
    assert gap.lane != now.lane


def test_a_pen_may_stand_on_a_scale_of_its_own() -> None:
    made = pen()
    shared = made.lane
    made.alone = True
    assert made.lane != shared


def test_the_values_at_the_cursors_give_change_and_slope() -> None:
    made = pen()
    begin = START.timestamp()
    made.stand(begin, begin + 1800)
    change = made.change()
    assert change is not None
    assert change[0] == pytest.approx(1.8)
    assert not change[1]
    assert made.slope_per_h == pytest.approx(3.6)
    made.stand(begin, None)
    assert made.change() is None
    assert made.slope_per_h is None
    made.stand(begin, begin)
    assert made.slope_per_h is None, "no time has passed"


def test_the_share_of_good_data_counts_only_the_time_that_is_past() -> None:
    made = pen()
    begin, end = START.timestamp(), NOON.timestamp()
    assert made.good_share == pytest.approx(1.0, abs=0.01)
    made.sum_up(begin, end + 3600, end)
    assert made.good_share == pytest.approx(1.0, abs=0.01)
    made.sum_up(begin, end + 3600, end + 3600)
    assert made.good_share == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("kW", "∫ s3 41.7 kWh"),
        ("l/h", "∫ s3 41.7 l"),
        ("°C", "∫ s3 41.7 °C·h"),
        ("", ""),
    ],
)
def test_what_lies_between_the_cursors_is_summed_up_in_its_own_unit(
    unit: str, says: str
) -> None:
    made = pen(spec=PointSpec("s3", "s3", unit, 1))
    a, b = START.timestamp(), NOON.timestamp()
    told = made.integral(a, b)
    assert told == says
    assert made.integral(b, a) == told, "whichever was placed first"
    assert made.integral(b + 3600, b + 7200) == ""


def test_a_pen_says_whether_every_stored_value_is_drawn() -> None:
    made = pen()
    assert (made.stored, made.reduced) == (360, False)
    made.look_at(START.timestamp(), NOON.timestamp(), 20)
    assert (made.stored, made.reduced) == (360, True)
    assert len(made.lines.x) < 360


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
    made = PenTable(desk.look, lambda: NOON, COPENHAGEN)
    made.show_pens(pens)
    qtbot.addWidget(made)
    made.resize(900, 120)
    made.show()
    return made


def said(table: PenTable, row: int) -> dict[str, str]:
    model = table.rows_model
    return {column.id: column.cell(model.rows[row]).spoken for column in model.columns}


def test_each_pen_has_a_row_with_its_figures(table: PenTable) -> None:
    flow, power = said(table, 0), said(table, 1)
    assert flow["tag"] == "S3"
    assert (flow["name"], flow["device"], flow["unit"]) == ("Heating flow", "Ahornvej 14", "°C")
    assert (flow["a"], flow["b"], flow["change"], flow["slope"]) == ("–", "–", "–", "–")
    assert flow["now"] == "–, no value"
    assert (flow["least"], flow["most"], flow["mean"]) == ("40.0", "43.6", "41.8")
    assert flow["good"] == "100 %"
    assert (power["name"], power["unit"]) == ("Power", "kW")
    assert (power["least"], power["most"], power["mean"]) == ("40.00", "43.59", "41.79")


def test_both_cursors_stand_in_the_table_with_sign_and_slope(table: PenTable) -> None:
    row = table.rows_model.rows[0]
    row.stand(START.timestamp() + 1800, START.timestamp())
    told = said(table, 0)
    assert (told["a"], told["b"], told["change"]) == ("41.8", "40.0", "−1.8")
    assert told["slope"] == "+3.60"


def test_a_doubtful_value_at_the_cursor_is_told_as_one(table: PenTable) -> None:
    table.rows_model.rows[0].at_a = (41.0, True)
    assert said(table, 0)["a"] == "~41.0"


def test_space_hides_a_line_and_delete_takes_it_away(table: PenTable, qtbot: QtBot) -> None:
    table.go_to(lambda pen: pen.nth == 5)
    with qtbot.waitSignal(table.toggled, timeout=1000) as toggled:
        key(table, Qt.Key.Key_Space)
    with qtbot.waitSignal(table.removed, timeout=1000) as removed:
        key(table, Qt.Key.Key_Delete)
    for heard in (toggled, removed):
        assert heard.args is not None
        assert heard.args[0].nth == 5


def test_a_click_on_the_box_hides_a_line(table: PenTable, qtbot: QtBot) -> None:
    ground = table.viewport()
    assert ground is not None
    with qtbot.waitSignal(table.toggled, timeout=1000):
        click(ground, QPoint(18, 14))
    with qtbot.assertNotEmitted(table.toggled):
        click(ground, QPoint(300, 14))


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
        delegate.paint(painter, option, table.rows_model.index(row, 1))
        painter.end()
        colour = table.rows_model.rows[row].colour(theme).name()
        line = [image.pixelColor(x, y).name() == colour for x in range(48) for y in (13, 14)]
        inked.append(sum(line))
    solid, dashed = inked
    assert solid > dashed > 0


def test_the_table_is_as_high_as_its_pens(table: PenTable) -> None:
    assert table.height() == 36 + 2 * 28 + 2


def columns_seen(table: PenTable) -> list[str]:
    head = table.horizontalHeader()
    assert head is not None
    columns = table.rows_model.columns
    return [each.id for at, each in enumerate(columns) if not head.isSectionHidden(at)]


def test_where_room_is_short_what_tells_nothing_gives_way(table: PenTable) -> None:
    bar = table.horizontalScrollBar()
    assert bar is not None
    table.resize(1184, 120)
    QApplication.processEvents()
    seen = columns_seen(table)
    assert {"tag", "name", "now", "least", "most", "mean", "good"} <= set(seen)
    assert "slope" not in seen
    assert bar.maximum() == 0, "no column lies beyond the edge"
    for row in table.rows_model.rows:
        row.stand(START.timestamp() + 1800, START.timestamp())
    table.tell()
    QApplication.processEvents()
    assert {"a", "b", "change", "slope", "mean"} <= set(columns_seen(table))
    assert bar.maximum() == 0
    table.resize(1800, 120)
    QApplication.processEvents()
    assert columns_seen(table) == [each.id for each in table.rows_model.columns]


@pytest.fixture
def speaking(request: pytest.FixtureRequest) -> Iterator[None]:
    """Speak the language of the case."""
    use_language(request.param)
    yield
    use_language("en")


@pytest.mark.parametrize("speaking", ["en", "da", "de", "fr"], indirect=True)
@pytest.mark.usefixtures("speaking")
def test_what_axis_a_pen_has_stands_whole_in_every_language(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    desk = make_desk()
    letters = QFontMetrics(font(BODY_PX))
    made = PenTable(desk.look, lambda: NOON, COPENHAGEN)
    qtbot.addWidget(made)
    axis = next(each for each in made.rows_model.columns if each.id == "axis")
    words = [_("own"), _("shared")]
    assert axis.width >= max(map(letters.horizontalAdvance, words)) + AROUND_PX


class Bar:
    """The bar over the chart, and what it chose."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bar = PeriodBar(lambda: NOON, COPENHAGEN)
        self.chosen: list[Period] = []
        self.bar.chosen.connect(self.chosen.append)
        qtbot.addWidget(self.bar)
        self.bar.show()


@pytest.fixture
def on(make_desk: Callable[..., Desk], qtbot: QtBot) -> Bar:
    make_desk()
    return Bar(qtbot)


def test_the_bar_steps_through_days(on: Bar) -> None:
    assert not on.bar.after.isEnabled()
    on.bar.before.click()
    on.bar.before.click()
    on.bar.after.click()
    assert [one.back for one in on.chosen] == [1, 2, 1]
    assert on.bar.period == Period(Span.DAY, 1)
    assert on.bar.title.text() == "19 Jan 2026"
    on.bar.present.click()
    assert on.bar.period == Period()
    assert not on.bar.present.isEnabled()


def lit(bar: PeriodBar) -> list[str]:
    buttons = bar.segments.findChildren(QPushButton)
    return [each.text() for each in buttons if each.isChecked()]


def test_from_the_last_24_hours_a_step_leads_to_the_24_hours_before(on: Bar) -> None:
    on.bar.segments.choose(1)
    assert on.bar.period == Period(Span.LAST_24_H)
    on.bar.before.click()
    day = timedelta(hours=24)
    assert on.bar.period.bounds(NOON, COPENHAGEN) == (NOON - 2 * day, NOON - day)
    assert on.bar.title.text() == "18 Jan 2026 12:00 – 19 Jan 2026 12:00"
    assert lit(on.bar) == ["24 h"]
    assert not on.bar.period.holds_the_present(NOON)
    on.bar.before.click()
    on.bar.after.click()
    assert on.bar.period.bounds(NOON, COPENHAGEN)[1] == NOON - day
    on.bar.after.click()
    assert on.bar.period == Period(Span.LAST_24_H)


def test_today_is_lit_only_while_today_is_shown(on: Bar) -> None:
    assert lit(on.bar) == ["Today"]
    on.bar.before.click()
    assert (on.bar.title.text(), lit(on.bar)) == ("19 Jan 2026", [])
    on.bar.segments.choose(2)
    assert lit(on.bar) == ["Week"]
    on.bar.before.click()
    assert lit(on.bar) == ["Week"]  # it is a week, whichever
    on.bar.choose(Period(Span.DAY, 3))
    assert lit(on.bar) == []
    on.bar.present.click()
    assert lit(on.bar) == ["Today"]


@pytest.mark.parametrize("at", range(6))
def test_every_segment_is_a_period_that_ends_now_or_later(on: Bar, at: int) -> None:
    on.bar.segments.choose(at)
    start, end = on.bar.period.bounds(NOON, COPENHAGEN)
    assert start < NOON <= end


def answer(act: Callable[[PeriodDialog], None]) -> None:
    """Work the next dialog when it is there."""

    def work() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PeriodDialog)
        act(dialog)

    QTimer.singleShot(0, work)


def test_a_period_of_ones_own_is_chosen_on_the_wall_clock(on: Bar) -> None:
    def choose(dialog: PeriodDialog) -> None:
        dialog.start.setDateTime(QDateTime(2026, 1, 18, 6, 0))
        dialog.end.setDateTime(QDateTime(2026, 1, 18, 9, 30))
        dialog.accept()

    answer(choose)
    on.bar.segments.choose(6)
    assert on.bar.title.text() == "18 Jan 2026 06:00 – 18 Jan 2026 09:30"
    start, _end = on.bar.period.bounds(NOON, COPENHAGEN)
    assert start.astimezone(COPENHAGEN).hour == 6


def test_an_end_before_the_begin_is_not_taken(on: Bar) -> None:
    def choose(dialog: PeriodDialog) -> None:
        dialog.end.setDateTime(QDateTime(2020, 1, 1, 0, 0))
        assert not dialog.ok.isEnabled()
        dialog.reject()

    answer(choose)
    on.bar.title.click()
    assert on.bar.period == Period()
    assert on.chosen == []
