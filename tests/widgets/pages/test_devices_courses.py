"""The return of the last 24 hours stands in each row as a line, honest about gaps and loss."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.reading import PointId
from app.series import Series
from app.verbs import Capability, Viewer
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON, many
from tests.people import person
from tests.pictures.findings import settle
from widgets.devicelist.courses import COURSE, Course, course_of, paint_course
from widgets.pages.devices import DevicesPage
from widgets.pagetype import Show
from widgets.shell.window import MainWindow
from widgets.theme import Look

MakeDesk = Callable[..., Desk]
OpenWindow = Callable[..., MainWindow]
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
HOUR_MS = 3_600_000
END_MS = round(NOON.timestamp() * 1000)


class Counting(FakeHistory):
    """Remembers what was asked; ``broken`` answers with a fault."""

    def __init__(self) -> None:
        self.asked: list[tuple[PointId, ...]] = []
        self.broken = False

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        self.asked.append(tuple(points))
        if self.broken:
            raise StoreBroken("2026.sqlite is damaged")
        return await super().quarters(viewer, points, start, end)


class Painted(QObject):
    """Counts how often a table is painted, whole or in part."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self.whole = self.parts = 0
        self._ground = table.viewport() or table
        self._ground.installEventFilter(self)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QPaintEvent):
            whole = event.region().boundingRect() == self._ground.rect()
            self.whole += whole
            self.parts += not whole
        return False


def counted(services: FakeServices) -> Counting:
    services.history = Counting()
    return services.history


def opened(desk: Desk, qtbot: QtBot) -> DevicesPage:
    page = DevicesPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1700, 900)
    page.show()
    qtbot.waitUntil(page.settled)
    page.grab()
    qtbot.waitUntil(page.settled)
    return page


def words(page: DevicesPage, row: int) -> str:
    column = next(each for each in page.model.columns if each.id == COURSE)
    return column.cell(page.model.rows[row]).spoken


def series(hours: Sequence[float], values: Sequence[float]) -> Series:
    times = [END_MS - round(back * HOUR_MS) for back in hours]
    return Series(
        PointId("a.s5"),
        np.array(times, dtype=np.int64),
        np.array(values),
        np.zeros(len(times), dtype=np.uint8),
    )


def drawn(course: Course, *, lost: bool = False) -> QImage:
    picture = QImage(96, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("#F5F6F8"))
    painter = QPainter(picture)
    paint_course(painter, QRectF(2, 2, 90, 16), course, Look("day").theme, lost=lost)
    painter.end()
    return picture


def test_a_course_spans_the_day_and_its_own_height() -> None:
    course = course_of(series([24, 12, 0], [30.0, 40.0, 35.0]), NOON)
    assert (course.low, course.high) == (30.0, 40.0)
    [first, second, third] = course.lines  # twelve hours apart: three gaps' worth
    assert (first[0], second[0], third[0]) == ((0.0, 0.0), (0.5, 1.0), (1.0, 0.5))


def test_a_gap_parts_the_line_and_lost_values_leave_one() -> None:
    hours = [2.0, 1.75, 1.5, 0.5, 0.25, 0.0]
    course = course_of(series(hours, [30, 31, float("nan"), 32, 33, 34]), NOON)
    assert [len(line) for line in course.lines] == [2, 3]


def test_a_level_course_lies_in_the_middle_and_none_is_nothing() -> None:
    level = course_of(series([0.75, 0.5, 0.25, 0], [40.0] * 4), NOON)
    assert {y for line in level.lines for _x, y in line} == {0.5}
    nothing = course_of(series([1.0], [float("nan")]), NOON)
    assert nothing.lines == ()
    assert drawn(nothing) == drawn(course_of(series([], []), NOON))


def test_half_an_hour_is_no_course_of_a_day() -> None:
    young = course_of(series([0.5, 0.25, 0], [33.0, 33.1, 32.9]), NOON)
    assert young.lines == ()


def test_the_end_is_hollow_where_it_is_no_longer_the_present() -> None:
    course = course_of(series([1, 0.75, 0.5, 0.25, 0], [30, 32, 31, 35, 33]), NOON)
    assert drawn(course) != drawn(course, lost=True)


def test_rows_in_view_are_asked_for_together_and_once(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices(many(300), ())
    history = counted(services)
    page = opened(make_desk(services), qtbot)
    seen = page.table.rowAt(page.table.height() - 80)
    asked = [point for points in history.asked for point in points]
    assert len(asked) == len(set(asked))
    assert len(history.asked) <= 2
    assert 10 < len(asked) <= seen + 3
    page.table.scrollToBottom()
    page.grab()
    qtbot.waitUntil(page.settled)
    assert len([point for points in history.asked for point in points]) > len(asked)


def test_a_course_is_told_in_words_as_well(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    assert words(page, 0) == "from 45.0 to 55.0 °C"


def test_a_course_older_than_five_minutes_is_asked_for_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    history = counted(services)
    moment = [NOON]
    desk = make_desk(services, now=lambda: moment[0])
    page = opened(desk, qtbot)
    before = len(history.asked)
    page.grab()
    assert len(history.asked) == before
    moment[0] = NOON + timedelta(minutes=6)
    page.grab()
    qtbot.waitUntil(lambda: len(history.asked) > before)


def test_a_broken_store_leaves_the_table_as_it_is(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    history = counted(services)
    history.broken = True
    page = opened(make_desk(services), qtbot)
    assert words(page, 0) == ""
    page.grab()
    assert page.panel.courses.settled(), "it is not asked again and again"
    assert len(history.asked) == 1
    assert page.model.rowCount() == 16


@pytest.mark.parametrize("may", [True, False])
def test_who_may_not_see_history_sees_no_course(
    make_desk: MakeDesk, qtbot: QtBot, may: bool
) -> None:
    services = FakeServices()
    history = counted(services)
    more = {Capability.SEE_HISTORY} if may else set[Capability]()
    viewer = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT} | more))
    opened(make_desk(services, viewer=viewer), qtbot)
    assert bool(history.asked) is may


def test_a_course_on_its_way_is_not_asked_for_by_each_painting(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices(many(300), ())
    history = counted(services)
    page = opened(make_desk(services), qtbot)
    page.table.scrollToBottom()
    page.grab()
    courses = page.panel.courses
    courses._ask()
    page.grab()
    page.grab()
    qtbot.waitUntil(page.settled)
    asked = [point for points in history.asked for point in points]
    assert len(asked) == len(set(asked))


def test_courses_that_come_later_are_painted_alone(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(FakeServices(many(300), ()))
    window.show_page(Show("devices"))
    page = window.front
    assert isinstance(page, DevicesPage)
    qtbot.waitUntil(page.settled)
    for following in page.findChildren(QTimer, options=DIRECT):
        following.stop()  # values change with time: that is painted as well
    for _turn in range(3):
        settle()
    painted = Painted(page.table)
    page.panel.courses.changed.emit()
    settle()
    assert (painted.whole, painted.parts) == (0, 1)
