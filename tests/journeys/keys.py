"""Somebody without a mouse: Tab to a control, letters into whatever has the focus."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QMenu, QWidget

from tests.fakes import hands
from tests.journeys.screen import TURN_MS, Screen, names_of
from widgets.palette.panel import Palette

CTRL = Qt.KeyboardModifier.ControlModifier
_MOST_TABS = 150


def focused() -> QWidget:
    """Return what the keys go to."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def tab_to(screen: Screen, name: str, window: QWidget | None = None) -> QWidget:
    """Press Tab until what is called so has the focus; return it."""
    over = window or screen.window
    over.activateWindow()
    screen.until(over.isActiveWindow)
    for _nth in range(_MOST_TABS):
        now = QApplication.focusWidget()
        if now is not None and name in names_of(now):
            return now
        hands.key(now or over, Qt.Key.Key_Tab)
    pytest.fail(f"Tab never reaches “{name}”")


def open_palette(screen: Screen) -> QWidget:
    """Press Ctrl+K and return the field one types into."""
    screen.window.activateWindow()
    screen.until(screen.window.isActiveWindow)
    hands.key(screen.window, Qt.Key.Key_K, CTRL)
    screen.until(lambda: screen.seen(Palette), what="the palette")
    return focused()


def go_by_palette(screen: Screen, words: str) -> None:
    """Press Ctrl+K, type, and take the first that is found."""
    field = open_palette(screen)
    hands.type_text(field, words)
    hands.key(field, Qt.Key.Key_Return)


@contextmanager
def at_every_turn(act: Callable[[], bool]) -> Iterator[None]:
    """Act until it succeeded, while a menu or dialog holds everything else."""
    done: list[bool] = []

    def again() -> None:
        if not done and act():
            done.append(True)

    looking = QTimer()
    looking.timeout.connect(again)
    looking.start(TURN_MS)
    yield
    looking.stop()
    assert done, "what was waited for never came"


def choosing(words: str) -> AbstractContextManager[None]:
    """Choose an entry of the menu that comes up."""

    def choose() -> bool:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return False
        wanted = [each for each in menu.actions() if each.text() == words]
        if wanted:
            menu.setActiveAction(wanted[0])
            hands.key(menu, Qt.Key.Key_Return)
        return bool(wanted)

    return at_every_turn(choose)
