"""The hands of a person at the screen: keys and mouse, as Qt's own test module sends them."""

from typing import Any, cast

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

_test = cast("Any", QTest)  # its stubs count `self` as an argument
_NONE = Qt.KeyboardModifier.NoModifier
_LEFT = Qt.MouseButton.LeftButton


def key(widget: QWidget, which: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
    """Press and release one key."""
    _test.keyClick(widget, which, modifier)


def key_of_system(widget: QWidget, which: Qt.Key) -> None:
    """Press and release one key as the system sends it: to the window, which passes it on."""
    window = widget.window()
    handle = None if window is None else window.windowHandle()
    assert handle is not None, "not on the screen"
    _test.keyClick(handle, which)


def type_text(widget: QWidget, text: str) -> None:
    """Type a text."""
    _test.keyClicks(widget, text)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click with the left button, in the middle or at a place."""
    _test.mouseClick(widget, _LEFT, _NONE, at or widget.rect().center())


def double_click(widget: QWidget, at: QPoint) -> None:
    """Click twice, quickly."""
    click(widget, at)
    _test.mouseDClick(widget, _LEFT, _NONE, at)


def move(widget: QWidget, at: QPoint) -> None:
    """Move the mouse to a place, no button held."""
    _test.mouseMove(widget, at)


def drag(widget: QWidget, *way: QPoint) -> None:
    """Press the left button at the first place, move over the others, let go at the last."""
    _test.mousePress(widget, _LEFT, _NONE, way[0])
    for at in way[1:]:
        _test.mouseMove(widget, at)
    _test.mouseRelease(widget, _LEFT, _NONE, way[-1])
