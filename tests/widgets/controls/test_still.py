"""The wheel that rolls over a form moves the page and changes nothing that would be kept."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QDate, QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.model.reading import DeviceId
from tests.fakes.desk import Desk
from widgets.controls.still import still
from widgets.residents.dialog import ResidentsDialog

MakeDesk = Callable[..., Desk]


def is_left(field: QWidget) -> bool:
    """Turn the wheel over a field; returns whether it was left to what scrolls around it."""
    middle, turn = QPointF(field.rect().center()), QPoint(0, -120)
    event = QWheelEvent(
        middle,
        QPointF(field.mapToGlobal(field.rect().center())),
        turn,
        turn,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    return not event.isAccepted()


def test_the_wheel_is_left_to_the_page_and_the_fields_stay(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    choice, number, day = still(QComboBox()), still(QSpinBox()), still(QDateEdit())
    choice.addItems(["here", "laptop"])
    number.setValue(40)
    day.setDate(QDate(2026, 2, 10))
    column = QVBoxLayout(page)
    for field in (choice, number, day):
        column.addWidget(field)
    page.show()
    for field in (choice, number, day):
        field.setFocus()
        assert is_left(field)
    assert (choice.currentText(), number.value()) == ("here", 40)
    assert day.date() == QDate(2026, 2, 10)


@pytest.mark.parametrize("field", ["since", "asked_by"])
def test_of_a_resident_neither_contract_nor_wish_is_changed(
    make_desk: MakeDesk, qtbot: QtBot, field: str
) -> None:
    desk, window = make_desk(), QWidget()
    qtbot.addWidget(window)
    dialog = ResidentsDialog(desk.context, DeviceId("ahornvej-14"), window)
    dialog.show()
    before = (dialog.since.date(), dialog.erase.asked_by.currentData())
    assert is_left(dialog.since if field == "since" else dialog.erase.asked_by)
    assert (dialog.since.date(), dialog.erase.asked_by.currentData()) == before
