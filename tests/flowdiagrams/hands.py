"""What an operator's hands do: real mouse and key events to a widget."""

from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def press(view: QAbstractScrollArea, x: float, y: float) -> None:
    _mouse(view, QEvent.Type.MouseButtonPress, x, y, _LEFT)


def release(view: QAbstractScrollArea, x: float, y: float) -> None:
    _mouse(view, QEvent.Type.MouseButtonRelease, x, y, _LEFT)


def click(view: QAbstractScrollArea, x: float, y: float) -> None:
    press(view, x, y)
    release(view, x, y)


def move(view: QAbstractScrollArea, x: float, y: float) -> None:
    _mouse(view, QEvent.Type.MouseMove, x, y, _NONE)


def key(widget: QWidget, which: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, which, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)


def _mouse(
    view: QAbstractScrollArea, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton
) -> None:
    viewport = view.viewport()
    assert viewport is not None
    at = QPointF(x, y)
    held = button if kind is QEvent.Type.MouseButtonPress else _NONE
    modifiers = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QMouseEvent(kind, at, at, button, held, modifiers))
