"""A chart's picture stands alone: title, time and every pen, whatever the screen is like."""

from collections.abc import Sequence

import pytest
from PyQt6.QtGui import QColor, QImage, QPalette
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import PointId
from tests.pixels import colours_of
from widgets.charts.pens import Kind, Pen, Subject
from widgets.charts.still import SHARP, still
from widgets.theme import THEMES, load_theme

DAY = load_theme("day")


def pen(nth: int, name: str = "S3 Heating flow", kind: Kind = Kind.MEASURED) -> Pen:
    spec = PointSpec(f"s{nth}", name, "°C", 1)
    return Pen(nth, Subject(PointId(f"ahornvej-14.s{nth}"), spec, "Ahornvej 14"), kind, "−7 d")


def plot(qtbot: QtBot, width: int, high: int) -> QWidget:
    """A plot that is one colour all over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(width, high)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#ff00ff"))
    made.setPalette(palette)
    made.setAutoFillBackground(True)
    return made


def drawn(pens: Sequence[Pen], over: QWidget | None = None, theme: str = "day") -> QImage:
    return still("Ahornvej 14", "20 Jan 2026", over, pens, load_theme(theme)).toImage()


def size(image: QImage) -> tuple[int, int]:
    """In pixels of the screen."""
    return round(image.width() / SHARP), round(image.height() / SHARP)


def inked(image: QImage, top: int, bottom: int) -> int:
    """Count the pixels of some lines of the screen that are not the ground."""
    rows = colours_of(image)
    lines = rows[round(top * SHARP) : round(bottom * SHARP), ::2]
    return int((lines != rows[0, 0]).sum())


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_it_is_as_high_as_its_pens_need(qtbot: QtBot, count: int) -> None:
    image = drawn([pen(nth) for nth in range(count)], plot(qtbot, 1000, 300))
    empty = drawn([], plot(qtbot, 1000, 300))
    assert size(image)[1] - size(empty)[1] == 24 * count
    assert inked(image, size(image)[1] - 14, size(image)[1]) == 0, "the last row has its margin"
    if count:
        assert inked(image, size(image)[1] - 40, size(image)[1] - 16) > 100


@pytest.mark.parametrize(("width", "wide"), [(300, 900), (900, 900), (1600, 1600)])
def test_it_is_as_wide_as_the_plot_but_never_too_narrow_for_names(
    qtbot: QtBot, width: int, wide: int
) -> None:
    image = drawn([pen(0)], plot(qtbot, width, 200))
    assert size(image)[0] == wide
    assert image.devicePixelRatio() == SHARP
    inside = image.pixelColor(round((width - 2) * SHARP), round(160 * SHARP))
    assert inside == QColor("#ff00ff"), "the whole plot is there"


def test_without_a_plot_there_are_title_and_rows_all_the_same() -> None:
    image = drawn([pen(0)])
    assert size(image)[0] == 900
    assert inked(image, 0, 60) > 100


@pytest.mark.parametrize("theme", THEMES)
def test_a_pens_row_shows_its_line_in_the_colour_of_the_theme(theme: str) -> None:
    image = drawn([pen(0), pen(1)], theme=theme)
    known = load_theme(theme)
    assert image.pixelColor(0, 0) == QColor(known.surface)
    for nth in range(2):
        top = size(image)[1] - 16 - 24 * (2 - nth)
        rows = range(round(top * SHARP), round((top + 24) * SHARP))
        column = [image.pixelColor(round(30 * SHARP), y) for y in rows]
        strongest = max(column, key=lambda each: each.hsvSaturation())  # edges are softened
        assert abs(strongest.hsvHue() - pen(nth).colour(known).hsvHue()) < 8


def test_a_long_name_stays_in_its_column() -> None:
    name = "Differential pressure " * 20
    image = drawn([pen(0, name)])
    other = drawn([pen(0, name + "across the pump")])
    assert image == other, "what has no room is left out at the end"
    assert size(image)[0] == 900


def test_values_at_the_cursors_are_told_and_doubtful_ones_look_it() -> None:
    plain, sure, doubtful = pen(0), pen(0), pen(0)
    sure.at_a, doubtful.at_a = (61.5, False), (61.5, True)
    sure.good_share = doubtful.good_share = 0.5
    images = [drawn([each]) for each in (plain, sure, doubtful)]
    assert images[0] != images[1]
    assert images[1] != images[2]


def test_the_same_chart_gives_the_same_picture(qtbot: QtBot) -> None:
    pens = [pen(0), pen(1, kind=Kind.BEFORE)]
    over = plot(qtbot, 1000, 200)
    assert drawn(pens, over) == drawn(pens, over)
    assert drawn(pens, over) != drawn(pens[::-1], over), "rows stand as the pens do"
