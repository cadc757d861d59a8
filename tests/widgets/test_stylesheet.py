"""The style sheet knows every colour by its role and keeps controls at their measures."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.widgets.eyes import colours
from widgets.controls.plain import button, label
from widgets.stylesheet import style_sheet
from widgets.theme import THEMES, Look, load_theme


@pytest.fixture(params=THEMES)
def look(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Look]:
    made = Look(request.param)
    yield made
    made.use("day")


def shown(widget: QWidget, qtbot: QtBot) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.addWidget(QPushButton("first"))  # takes the focus
    column.addWidget(widget)
    column.addStretch(1)
    qtbot.addWidget(box)
    box.resize(320, 240)
    with qtbot.waitActive(box):
        box.show()
        box.activateWindow()
    return box


@pytest.mark.parametrize("name", THEMES)
def test_every_role_is_filled_with_a_colour_of_the_theme(name: str) -> None:
    theme = load_theme(name)
    text = style_sheet(theme.tokens())
    assert "$" not in text
    used = {each.lower() for each in re.findall(r"#[0-9A-Fa-f]{6}\b", text)}
    assert used <= {each.lower() for each in theme.tokens().values()}


def test_a_theme_without_a_role_is_not_painted_in_black() -> None:
    tokens = load_theme("day").tokens()
    del tokens["accent"]
    with pytest.raises(KeyError, match="accent"):
        style_sheet(tokens)


@pytest.mark.parametrize("name", THEMES)
def test_qt_understands_the_whole_sheet(
    qtbot: QtBot, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setStyleSheet(style_sheet(load_theme(name).tokens()))
    widget.show()
    assert "parse" not in capfd.readouterr().err.casefold()


@pytest.mark.parametrize(
    ("make", "height"),
    [
        (lambda: button("Read again", print), 28),
        (lambda: button("Apply", print, role="primary"), 32),
        (lambda: button("Details", print, role="head"), 24),
        (QLineEdit, 28),
        (QComboBox, 28),
    ],
    ids=["button", "primary", "head", "line", "choice"],
)
def test_a_control_keeps_its_height_when_it_gets_the_focus(
    look: Look, qtbot: QtBot, make: Callable[[], QWidget], height: int
) -> None:
    control = make()
    box = shown(control, qtbot)
    resting = control.height()
    control.setFocus()
    QApplication.processEvents()
    assert control.hasFocus()
    assert (resting, control.height()) == (height, height)
    box.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: button("Read again", print),
        lambda: button("Details", print, role="head"),
        lambda: button("Undo", print, role="bare"),
        QLineEdit,
        QComboBox,
        QPlainTextEdit,
        lambda: QCheckBox("I know what this does"),
    ],
    ids=["button", "head", "bare", "line", "choice", "text", "check"],
)
def test_who_works_by_keyboard_sees_where_the_focus_is(
    look: Look, qtbot: QtBot, make: Callable[[], QWidget]
) -> None:
    control = make()
    box = shown(control, qtbot)
    accent = QColor(look.theme.accent).name()
    assert accent not in colours(control.grab().toImage())
    control.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert accent in colours(control.grab().toImage())
    box.close()


@pytest.mark.parametrize(
    ("role", "colour"), [("quiet", "quiet"), ("small", "quiet"), ("live", "live_value")]
)
def test_a_label_speaks_as_loud_as_its_role(
    look: Look, qtbot: QtBot, role: str, colour: str
) -> None:
    made = label("Österby 51.6", role)
    box = shown(made, qtbot)
    expected = QColor(getattr(look.theme, colour)).name()
    assert made.palette().windowText().color().name() == expected
    assert box.isVisible()


def test_a_disabled_button_is_quiet_and_an_enabled_one_is_not(look: Look, qtbot: QtBot) -> None:
    made = button("Apply", print)
    box = shown(made, qtbot)
    quiet, text = (QColor(each).name() for each in (look.theme.quiet, look.theme.text))
    assert text in colours(made.grab().toImage())
    made.setEnabled(False)
    seen = colours(made.grab().toImage())
    assert text not in seen
    assert quiet in seen
    assert box.isVisible()


def test_a_title_is_larger_than_text_and_small_print_is_smaller(qtbot: QtBot) -> None:
    Look("day")
    labels = [label("x", role) for role in ("title", "", "small")]
    boxes = [shown(each, qtbot) for each in labels]
    sizes = [each.fontInfo().pixelSize() for each in labels]
    assert sizes == [18, 13, 12]
    assert all(isinstance(each, QLabel) for each in labels)
    assert all(box.isVisible() for box in boxes)


@pytest.mark.parametrize("name", THEMES)
def test_a_choice_shows_its_arrow_in_the_ink_of_the_theme(name: str) -> None:
    sheet = style_sheet(load_theme(name).tokens())
    found = re.search(r'down-arrow \{ image: url\("([^"]+)"\)', sheet)
    assert found is not None
    drawing = Path(found.group(1)).read_text(encoding="utf-8")
    assert load_theme(name).text in drawing


@pytest.mark.parametrize("enabled", [True, False])
def test_a_ticked_box_has_a_tick_and_not_only_a_colour(
    look: Look, qtbot: QtBot, enabled: bool
) -> None:
    box = QCheckBox("On")
    box.setEnabled(enabled)
    box.setChecked(True)
    window = shown(box, qtbot)
    tick = QColor(look.theme.on_accent)
    picture = box.grab().toImage()
    inks = {picture.pixelColor(x, y).name() for x in range(16) for y in range(picture.height())}
    assert tick.name() in inks
    window.close()
