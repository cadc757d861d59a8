"""The line that warns of a lock stands over the middle of the page and takes nothing away."""

import pytest
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.hands import type_text
from widgets.shell.idlewarning import IdleWarning


@pytest.fixture
def desk(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.mark.parametrize(
    ("left_s", "says"), [(30, "in 30 seconds."), (1, "in 1 second."), (0, "in 0 seconds.")]
)
def test_seconds_are_counted_as_people_count_and_spoken(
    desk: QWidget, left_s: int, says: str
) -> None:
    warning = IdleWarning(desk)
    assert warning.isHidden()
    warning.tell(left_s)
    assert warning.isVisible()
    assert says in warning.says.text()
    assert warning.accessibleName() == warning.says.text()


@pytest.mark.parametrize("width", [1280, 1920, 900])
def test_it_stays_in_the_middle_below_the_top_bar_when_the_window_changes(
    desk: QWidget, width: int
) -> None:
    warning = IdleWarning(desk)
    warning.tell(30)
    desk.resize(width, 700)
    QApplication.processEvents()
    place = warning.geometry()
    assert abs(place.center().x() - width / 2) <= 2
    assert place.top() >= 48
    assert desk.rect().contains(place)


def test_what_is_typed_goes_on_into_its_field(desk: QWidget, qtbot: QtBot) -> None:
    field = QLineEdit(desk)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    warning = IdleWarning(desk)
    warning.tell(30)
    assert field.hasFocus()
    type_text(field, "42")
    assert field.text() == "42"
    warning.hide()
    assert field.hasFocus()
