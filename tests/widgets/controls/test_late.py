"""Containers whose content waits: the same answers before and after, dressed once."""

from collections import Counter

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.late import Scrolled, Stack

_POLISHED = Qt.WidgetAttribute.WA_WState_Polished


class _Dressings(QObject):
    """Counts how often a widget is dressed anew."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[QObject | None] = Counter()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.counts[watched] += 1
        return False


def test_a_stack_answers_alike_before_it_is_shown_and_after(qtbot: QtBot) -> None:
    stack, parts = Stack(), [QLabel(word) for word in ("one", "two", "three")]
    qtbot.addWidget(stack)
    assert (stack.currentIndex(), stack.currentWidget(), stack.count()) == (-1, None, 0)
    assert [stack.addWidget(each) for each in parts] == [0, 1, 2]
    assert (stack.currentIndex(), stack.count()) == (0, 3)
    stack.setCurrentWidget(parts[2])
    stack.setCurrentIndex(7)  # there is none: as Qt's own, it stays where it is

    def told() -> tuple[object, ...]:
        outside = QLabel()
        return (
            *(stack.currentIndex(), stack.currentWidget(), stack.count()),
            *(stack.widget(1), stack.widget(3), stack.indexOf(parts[1])),
            *(stack.indexOf(outside), set(stack.findChildren(QLabel))),
        )

    before = told()
    assert before == (2, parts[2], 3, parts[1], None, 1, -1, set(parts))
    stack.show()
    qtbot.waitExposed(stack)
    assert told() == before
    assert [each.isVisible() for each in parts] == [False, False, True]
    stack.setCurrentIndex(1)
    assert stack.addWidget(QLabel("four")) == 3
    assert [each.isVisible() for each in parts] == [False, True, False]


def test_an_area_scrolls_what_it_was_given_before_and_after(qtbot: QtBot) -> None:
    area, tall = Scrolled(), QLabel("\n".join("tall" for _line in range(200)))
    qtbot.addWidget(area)
    area.setWidget(tall)
    assert area.widget() is tall
    area.resize(200, 100)
    area.show()
    qtbot.waitExposed(area)
    bar = area.verticalScrollBar()
    assert area.widget() is tall
    assert bar is not None
    assert bar.maximum() > 1000
    other = QLabel("other")
    area.setWidget(other)
    assert area.widget() is other
    assert other.isVisible()


def test_what_lies_deep_is_dressed_no_more_often_than_what_lies_on_top(qtbot: QtBot) -> None:
    """Qt's own stack shows its first widget at once: each further layer dresses it anew."""
    dressed = _Dressings()

    def dressings(make: type[QStackedWidget]) -> int:
        inner = QLabel("deep")
        inner.installEventFilter(dressed)
        widget: QWidget = inner
        for _layer in range(4):
            stack, around = make(), QWidget()
            stack.addWidget(widget)
            QVBoxLayout(around).addWidget(stack)
            widget = around
        polished = inner.testAttribute(_POLISHED)
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
        assert inner.isVisible()
        assert polished is (make is QStackedWidget)
        return dressed.counts[inner]

    assert dressings(Stack) <= dressings(QStackedWidget)
