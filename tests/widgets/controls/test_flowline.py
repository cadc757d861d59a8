"""A line of controls breaks before it cuts a word, and uses its width when there is enough."""

import pytest
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.flowline import FlowLine

WORDS = ("Heute", "Woche", "Monat", "Exportieren…", "Drucken…")


def line(qtbot: QtBot, width: int) -> tuple[QWidget, list[QPushButton]]:
    """Return a box of that width with three buttons at the left and two at the right."""
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    flow, made = FlowLine(), [QPushButton(word) for word in WORDS]
    for each in made[:3]:
        flow.addWidget(each)
    flow.push_right()
    for each in made[3:]:
        flow.addWidget(each)
    column.addLayout(flow)
    column.addStretch(1)
    box.resize(width, 300)
    box.show()
    return box, made


def test_what_is_pushed_right_ends_at_the_right_edge(qtbot: QtBot) -> None:
    _box, made = line(qtbot, 900)
    assert len({each.y() for each in made}) == 1
    assert made[-1].geometry().right() == 899
    assert made[0].x() == 0
    assert made[1].x() == made[0].geometry().right() + 1 + 8


@pytest.mark.parametrize("width", [520, 400, 300, 200, 120])
def test_no_control_is_narrower_than_its_word(qtbot: QtBot, width: int) -> None:
    box, made = line(qtbot, width)
    for each in made:
        assert each.width() >= each.sizeHint().width()
        assert box.rect().contains(each.geometry())
    corners = {(each.x(), each.y()) for each in made}
    assert len(corners) == len(made)


def test_a_narrow_window_gets_more_lines_and_the_hidden_take_no_room(qtbot: QtBot) -> None:
    _box, made = line(qtbot, 300)
    assert len({each.y() for each in made}) > 1
    for each in made[1:]:
        each.hide()
    assert made[0].y() == 0


def test_controls_can_be_taken_out_again(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLine(box)
    only = QPushButton("Heute")
    flow.addWidget(only)
    assert flow.count() == 1
    assert flow.itemAt(1) is None
    taken = flow.takeAt(0)
    assert taken is not None
    assert taken.widget() is only
    assert flow.takeAt(0) is None
    assert flow.sizeHint().width() == 0
