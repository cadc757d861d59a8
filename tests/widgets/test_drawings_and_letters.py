"""Drawings follow the look and the screen; letters are ours and figures all equally wide."""

from importlib.resources import files

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QFontInfo, QFontMetricsF, QIcon, QPixmap
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.widgets.eyes import colours
from widgets.fonts import (
    BODY_PX,
    FAMILY,
    FIGURE_PX,
    SMALL_PX,
    TITLE_PX,
    VALUE_PX,
    body_font,
    font,
)
from widgets.icons import drawing, icon
from widgets.shell.rail import _ICONS
from widgets.theme import THEMES, Look, load_theme

NAMES = sorted(
    each.name.removesuffix(".svg")
    for each in files("resources.icons").iterdir()
    if each.name.endswith(".svg")
)
SIZES = (BODY_PX, SMALL_PX, VALUE_PX, TITLE_PX, FIGURE_PX)


def ink(picture: QPixmap) -> set[str]:
    """Return the colours of what is fully drawn, without the edges' blends."""
    image = picture.toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_is_sharp_and_seen_at_every_scale(
    qtbot: QtBot, name: str, ratio: float
) -> None:
    for theme in map(load_theme, THEMES):
        picture = drawing(name, theme, 16, "text", ratio)
        assert picture.size() == QSize(16, 16) * ratio
        assert picture.devicePixelRatio() == ratio
        image = picture.toImage()
        drawn = sum(
            image.pixelColor(x, y).alpha() > 0
            for x in range(image.width())
            for y in range(image.height())
        )
        assert drawn >= 8 * ratio


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", ["text", "quiet", "accent", "on_accent", "alarm_edge"])
def test_a_drawing_wears_the_colour_of_its_role(qtbot: QtBot, name: str, role: str) -> None:
    theme = load_theme(name)
    seen = ink(drawing("close", theme, 24, role, 2.0))
    assert theme.tokens()[role].lower() in seen


def test_the_same_drawing_is_rendered_once(qtbot: QtBot) -> None:
    theme = load_theme("day")
    first = drawing("close", theme, 16, "text")
    assert drawing("close", theme, 16, "text").cacheKey() == first.cacheKey()
    assert drawing("close", theme, 16, "quiet").cacheKey() != first.cacheKey()


def test_a_drawing_nobody_made_is_an_error_of_ours(qtbot: QtBot) -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such-drawing\.svg"):
        drawing("no-such-drawing", load_theme("day"))


def test_every_section_of_the_rail_has_its_drawing() -> None:
    assert set(_ICONS.values()) <= set(NAMES)


def test_an_icon_follows_the_look_without_being_made_anew(qtbot: QtBot) -> None:
    look = Look("day")
    made = icon("close", look, "text")
    by_day = ink(made.pixmap(QSize(24, 24)))
    look.use("night")
    by_night = ink(made.pixmap(QSize(24, 24)))
    assert load_theme("day").text.lower() in by_day
    assert load_theme("night").text.lower() in by_night
    look.use("day")


def test_an_icon_is_quiet_when_disabled_and_louder_when_chosen(qtbot: QtBot) -> None:
    look = Look("day")
    made = icon("close", look, "process_line", "accent")
    theme, size = look.theme, QSize(24, 24)
    states = {
        theme.process_line: made.pixmap(size, QIcon.Mode.Normal, QIcon.State.Off),
        theme.accent: made.pixmap(size, QIcon.Mode.Normal, QIcon.State.On),
        theme.quiet: made.pixmap(size, QIcon.Mode.Disabled, QIcon.State.On),
    }
    for colour, picture in states.items():
        assert colour.lower() in ink(picture)


@pytest.mark.parametrize("name", THEMES)
def test_a_button_draws_its_icon_in_the_middle_and_in_its_own_colour(
    qtbot: QtBot, name: str
) -> None:
    look = Look(name)
    button = QPushButton()
    button.setIcon(icon("close", look))
    button.setFixedSize(60, 30)
    qtbot.addWidget(button)
    button.show()
    picture = button.grab().toImage()
    assert QColor(look.theme.text).name() in colours(picture)
    ratio = picture.devicePixelRatio()
    columns = [
        x
        for x in range(int(8 * ratio), picture.width() - int(8 * ratio))
        for y in range(int(6 * ratio), picture.height() - int(6 * ratio))
        if picture.pixelColor(x, y).name() == QColor(look.theme.text).name()
    ]
    middle = (min(columns) + max(columns)) / 2 / ratio
    assert abs(middle - 30) <= 1.5
    Look("day")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("italic", [False, True])
@pytest.mark.parametrize("strong", [False, True])
def test_the_desk_s_own_letters_are_there_in_every_face(
    qtbot: QtBot, size: int, strong: bool, italic: bool
) -> None:
    face = font(size, strong=strong, italic=italic)
    told = QFontInfo(face)
    assert told.family() == FAMILY
    assert told.pixelSize() == size
    assert (told.weight() >= 600, told.italic()) == (strong, italic)


@pytest.mark.parametrize("strong", [False, True])
def test_figures_are_all_equally_wide_so_that_columns_do_not_jitter(
    qtbot: QtBot, strong: bool
) -> None:
    metrics = QFontMetricsF(font(BODY_PX, strong=strong))
    widths = {round(metrics.horizontalAdvance(figure * 10), 3) for figure in "0123456789"}
    assert len(widths) == 1


def test_every_letter_a_plant_may_be_called_by_has_a_shape(qtbot: QtBot) -> None:
    metrics = QFontMetricsF(font(BODY_PX))
    letters = "Østerby Åård ÄÖÜß Žižkov ščťž Łódź ąę Ünnï ½²³ °C – − ≥ ≤ · → µ …"
    assert [each for each in letters if not metrics.inFontUcs4(ord(each))] == []


def test_who_makes_letters_larger_makes_nobody_else_s_larger(qtbot: QtBot) -> None:
    own = font(BODY_PX, strong=True)
    own.setPixelSize(40)
    own.setItalic(True)
    others = font(BODY_PX, strong=True)
    assert (others.pixelSize(), others.italic()) == (BODY_PX, False)
    body_font().setPixelSize(40)
    assert body_font() == font(BODY_PX)
    assert body_font().pixelSize() == BODY_PX
