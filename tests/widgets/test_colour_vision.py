"""Nobody needs to tell red from green: states differ by shape, and colours for every eye."""

from collections.abc import Callable, Mapping
from itertools import combinations

import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.model.alarm import AlarmState
from app.model.control import WriteState
from app.model.device import Presence
from app.model.functions import Breaker
from app.model.point import PointSpec
from app.model.reading import PointId
from tests.widgets.vision import EYES, apart, ciede2000, pixels_apart, seen
from widgets.charts.pens import Pen, Subject
from widgets.controls.marks import Mark, alarm_mark, mark_pixmap, presence_mark, write_mark
from widgets.controls.quality import Shown, Style
from widgets.controls.valuepainter import ValuePainter
from widgets.models.devicebuttons import Guard
from widgets.theme import THEMES, Theme, contrast, load_theme

TOLD_APART = 6.5  # CIEDE2000; 2.3 is just noticeable for colours side by side
TEXT, SHAPE = 4.5, 3.0
LOOKS_DIFFERENT_PX = 12  # of a mark of 20 × 20
Paint = Callable[[QPainter, Theme], None]


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_distances_of_colours_are_those_of_the_published_table(
    one: tuple[float, float, float], other: tuple[float, float, float], distance: float
) -> None:
    assert ciede2000(one, other) == pytest.approx(distance, abs=1e-4)


def test_the_eyes_see_what_they_are_known_to_confuse() -> None:
    assert seen("#808080", "deuteranopia") == "#808080"
    red, green = "#B00000", "#5C6A00"
    assert apart(red, green) > 30
    assert apart(red, green, "protanopia") < apart(red, green) / 2
    assert seen("#C8102E", "grey paper")[1:3] == seen("#C8102E", "grey paper")[3:5]


@pytest.mark.parametrize("eye", EYES)
def test_every_text_stays_readable_for_every_eye(theme: Theme, eye: str) -> None:
    grounds = (theme.window, theme.surface, theme.selection, theme.hover)
    for text in (theme.text, theme.quiet, theme.live_value):
        for ground in grounds:
            assert contrast(seen(text, eye), seen(ground, eye)) >= TEXT, (text, ground)
    shapes = (theme.accent, theme.process_line, theme.control_edge, *theme.pens)
    for shape in (*shapes, *(each.edge for each in theme.alarms)):
        for ground in grounds[:2]:
            assert contrast(seen(shape, eye), seen(ground, eye)) >= SHAPE, (shape, ground)
    for marker in theme.alarms:
        assert contrast(seen(marker.number, eye), seen(marker.fill, eye)) >= TEXT


@pytest.mark.parametrize("eye", [each for each in EYES if each != "grey paper"])
def test_pens_of_one_dash_are_told_apart_by_every_eye(theme: Theme, eye: str) -> None:
    for one, other in combinations(theme.pens, 2):
        assert apart(one, other, eye) >= TOLD_APART, (one, other)


def alike(theme: Theme, pictures: Mapping[str, Paint], size: int) -> dict[str, int]:
    """Return by how many pixels each pair of pictures differs, for the eye least able."""
    drawn = {name: _drawn(paint, theme, size) for name, paint in pictures.items()}
    return {
        f"{one} and {other}, {eye}": pixels_apart(drawn[one], drawn[other], eye)
        for one, other in combinations(drawn, 2)
        for eye in EYES
    }


def _drawn(paint: Paint, theme: Theme, size: int) -> QImage:
    picture = QImage(size, 24, QImage.Format.Format_RGB32)
    picture.fill(QColor(theme.surface))
    painter = QPainter(picture)
    paint(painter, theme)
    painter.end()
    return picture


def _mark(mark: Mark) -> Paint:
    return lambda painter, theme: painter.drawPixmap(0, 0, mark_pixmap(mark, theme))


def test_states_of_devices_writes_and_breakers_differ_by_shape(
    qtbot: QtBot, theme: Theme
) -> None:
    devices = {each.value: _mark(presence_mark(each)) for each in Presence}
    writes = {
        each.value: _mark(write_mark(each))
        for each in (WriteState.CONFIRMED, WriteState.UNCONFIRMED, WriteState.REFUSED)
    }
    breakers = {each.value: _mark(Mark(Guard(each).symbol.drawing)) for each in Breaker}
    for pictures in (devices, writes, breakers):
        found = alike(theme, pictures, 24)
        assert min(found.values()) >= LOOKS_DIFFERENT_PX, min(found, key=found.__getitem__)


def test_alarms_differ_by_shape_in_priority_and_by_fill_in_state(
    qtbot: QtBot, theme: Theme
) -> None:
    states = (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, AlarmState.RETURNED)
    marks = {
        f"{priority} {state.value}": _mark(alarm_mark(priority, state))
        for priority in (1, 2, 3, 4)
        for state in states
    }
    found = alike(theme, marks, 24)
    assert min(found.values()) >= LOOKS_DIFFERENT_PX, min(found, key=found.__getitem__)


def test_every_quality_of_a_value_is_seen_without_colour(qtbot: QtBot, theme: Theme) -> None:
    texts = {Style.UNCERTAIN: "~51.6", Style.BAD: "–", Style.NONE: "–"}

    def value(style: Style) -> Paint:
        shown = Shown(texts.get(style, "51.6"), style, "°C", "14 min")

        def paint(painter: QPainter, theme: Theme) -> None:
            ValuePainter(theme).paint(painter, QRectF(0, 0, 160, 24), shown)

        return paint

    found = alike(theme, {each.name: value(each) for each in Style}, 160)
    assert min(found.values()) >= LOOKS_DIFFERENT_PX, min(found, key=found.__getitem__)


def test_a_sixth_pen_has_the_first_one_s_colour_and_another_dash(theme: Theme) -> None:
    subject = Subject(PointId("a.s1"), PointSpec("s1", "S1 Outdoor", "°C", 1))
    lines = [Pen(nth, subject).line(theme) for nth in range(20)]
    looks = {(line.color().name(), tuple(line.dashPattern())) for line in lines}
    assert len(looks) == len(lines)
