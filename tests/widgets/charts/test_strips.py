"""The strips above a chart: alarms by shape, number and colour; events by letter and words."""

from collections.abc import Callable

import pyqtgraph
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.fakes.desk import Desk
from widgets.charts.marks import AlarmSpan, Event
from widgets.charts.strips import STRIP_PX, Strip
from widgets.controls.plain import tip
from widgets.theme import load_theme

WIDTH = 600
THEME = load_theme("day")


class Hover:
    """Where the pointer is, as the scene tells it."""

    def __init__(self, x: float) -> None:
        self._x = x

    def pos(self) -> QPointF:
        return QPointF(self._x, 8)


@pytest.fixture
def strip(make_desk: Callable[..., Desk], qtbot: QtBot) -> Strip:
    make_desk()
    view = pyqtgraph.ViewBox(enableMenu=False)
    view.setDefaultPadding(0)
    view.setXRange(0, WIDTH, padding=0)  # a second a pixel
    made = Strip(view)
    made.keeps_alive = view
    made.resize(WIDTH, STRIP_PX)
    made.wear(THEME)
    return made


def painted(strip: Strip) -> QImage:
    image = QImage(WIDTH, STRIP_PX, QImage.Format.Format_RGB32)
    image.fill(QColor(THEME.surface))
    painter = QPainter(image)
    strip.paint(painter, None)
    painter.end()
    return image


def colours(image: QImage, first: int, last: int) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(max(first, 0), min(last, WIDTH))
        for y in range(STRIP_PX)
    }


def apart(one: str, other: str) -> int:
    """Return how far two colours lie apart: letters have soft edges."""
    a, b = QColor(one), QColor(other)
    return abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue())


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_an_alarm_covers_its_time_in_its_colour_with_its_number(
    strip: Strip, priority: int
) -> None:
    strip.alarms = [AlarmSpan(100, 200, priority, "DHW return high")]
    image = painted(strip)
    found = THEME.alarm(priority)
    assert found.fill.lower() in colours(image, 110, 190)
    near = min(apart(each, found.number) for each in colours(image, 140, 160))
    assert near < 40, "its number"
    assert found.edge.lower() in colours(image, 99, 103)
    assert colours(image, 210, 300) == {THEME.surface.lower()}


def test_a_short_alarm_is_seen_all_the_same(strip: Strip) -> None:
    strip.alarms = [AlarmSpan(300, 300.2, 1, "x")]
    assert THEME.alarm(1).edge.lower() in colours(painted(strip), 298, 306)


def test_what_lies_outside_is_not_drawn(strip: Strip) -> None:
    strip.alarms = [AlarmSpan(-500, -100, 1, "x"), AlarmSpan(900, 1000, 1, "x")]
    strip.events = [Event(-50, "N", "x"), Event(900, "N", "x")]
    assert colours(painted(strip), 0, WIDTH) == {THEME.surface.lower()}


def test_an_alarm_that_began_before_is_cut_at_the_edge(strip: Strip) -> None:
    strip.alarms = [AlarmSpan(-1e9, 50, 2, "x")]
    image = painted(strip)
    assert THEME.alarm(2).fill.lower() in colours(image, 2, 45)
    assert colours(image, 60, 200) == {THEME.surface.lower()}


def test_an_event_is_a_letter_in_a_box_with_its_words(strip: Strip) -> None:
    strip.events = [Event(100, "S", "comfort changed by K. Lund")]
    image = painted(strip)
    assert min(apart(each, THEME.text) for each in colours(image, 92, 108)) < 60
    assert THEME.control_edge.lower() in colours(image, 90, 110)
    assert len(colours(image, 115, 250)) > 1, "words behind it"


def test_events_that_stand_close_keep_their_boxes_but_not_their_words(strip: Strip) -> None:
    strip.events = [Event(100, "S", "a rather long sentence about it"), Event(130, "N", "note")]
    image = painted(strip)
    assert THEME.control_edge.lower() in colours(image, 122, 126)


def test_the_pointer_is_told_what_it_is_over(strip: Strip) -> None:
    strip.alarms = [AlarmSpan(100, 200, 2, "Flow high"), AlarmSpan(150, 400, 3, "Return high")]
    strip.events = [Event(160, "S", "comfort changed")]
    strip.hoverMoveEvent(Hover(160))
    assert strip.toolTip() == tip("Flow high\nReturn high\ncomfort changed")
    strip.hoverMoveEvent(Hover(300))
    assert strip.toolTip() == tip("Return high")
    strip.hoverMoveEvent(Hover(550))
    assert strip.toolTip() == ""


def test_a_strip_without_theme_draws_nothing(make_desk: Callable[..., Desk]) -> None:
    make_desk()
    view = pyqtgraph.ViewBox(enableMenu=False)
    bare = Strip(view)
    bare.alarms = [AlarmSpan(0, 1, 1, "x")]
    image = QImage(10, STRIP_PX, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    bare.paint(painter, None)
    painter.end()
    assert QColor(image.pixel(5, 5)).name() == "#ffffff"


def test_words_of_a_note_are_told_over_all_their_length_and_never_as_markup(
    strip: Strip,
) -> None:
    strip.events = [Event(100, "N", "<img src=x> strainer cleaned")]
    painted(strip)
    for at in (92, 100, 140, 180):
        strip.hoverMoveEvent(Hover(at))
        assert strip.toolTip() == tip("<img src=x> strainer cleaned")
    assert "<img" not in strip.toolTip()
    strip.hoverMoveEvent(Hover(500))
    assert strip.toolTip() == ""
