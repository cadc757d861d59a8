"""Drawings take the colours of the theme in force, at any size and density."""

from importlib.resources import files

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QIcon, QPixmap
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from widgets.icons import drawing, icon
from widgets.theme import THEMES, Look, load_theme

NAMES = sorted(
    file.name.removesuffix(".svg")
    for file in files("resources.icons").iterdir()
    if file.name.endswith(".svg")
)


def colours(picture: QPixmap) -> set[str]:
    image = picture.toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_can_be_drawn_in_every_theme(qtbot: QtBot, name: str, theme: str) -> None:
    picture = drawing(name, load_theme(theme), 20, "text", 2.0)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (40, 20.0)
    assert colours(picture) != set()


def test_a_drawing_has_the_colour_of_its_role(qtbot: QtBot) -> None:
    day = load_theme("day")
    assert QColor(day.accent).name() in colours(drawing("check", day, 64, "accent"))


def test_an_icon_follows_the_theme_and_what_is_chosen(qtbot: QtBot) -> None:
    look = Look("day")
    made = icon("plant", look, "process_line", "text")
    size = QSize(64, 64)
    off, on = (
        colours(made.pixmap(size, QIcon.Mode.Normal, state))
        for state in (QIcon.State.Off, QIcon.State.On)
    )
    day = look.theme
    assert QColor(day.process_line).name() in off
    assert QColor(day.text).name() in on
    locked = colours(made.pixmap(size, QIcon.Mode.Disabled, QIcon.State.Off))
    assert QColor(day.quiet).name() in locked
    look.use("night")
    assert QColor(look.theme.text).name() in colours(
        made.pixmap(size, QIcon.Mode.Normal, QIcon.State.On)
    )
    look.use("day")


def test_a_button_paints_its_icon(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    plain = button.grab().toImage()
    button.setIcon(icon("check", Look()))
    assert button.grab().toImage() != plain
