"""The menu of the person: every entry with its key, and every key works after it was open."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QApplication, QMenu

from tests.fakes.hands import key
from widgets.shell.usermenu import UserMenu
from widgets.shell.window import MainWindow

OpenWindow = Callable[..., MainWindow]


def opened_once(window: MainWindow) -> QMenu:
    """Open the menu and close it again, as somebody does who only looks."""
    person = window.findChild(UserMenu)
    assert isinstance(person, UserMenu)
    menu = person.menu()
    assert isinstance(menu, QMenu)
    menu.popup(window.rect().center())
    QApplication.processEvents()
    menu.close()
    QApplication.processEvents()
    return menu


def test_keys_work_after_the_menu_was_open(open_window: OpenWindow) -> None:
    window = open_window()
    opened_once(window)
    dark = window.context.theme.dark
    key(window, Qt.Key.Key_F9)
    assert window.context.theme.dark is not dark
    key(window, Qt.Key.Key_F9)
    assert window.context.theme.dark is dark
    key(window, Qt.Key.Key_F1)
    assert window.guide.help.window is not None
    window.guide.help.window.close()
    key(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.session.locked


def test_each_entry_shows_its_key_as_a_word(open_window: OpenWindow) -> None:
    window = open_window()
    menu = opened_once(window)
    texts = [each.text() for each in menu.actions()]
    lock = QKeySequence("Ctrl+L").toString(QKeySequence.SequenceFormat.NativeText)
    assert f"Lock\t{lock}" in texts
    assert all(each.shortcut().isEmpty() for each in menu.actions())
