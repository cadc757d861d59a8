"""From the open project another one is a menu and a password away; called off, all stays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.model.rights import Grant, Rights
from tests.fakes.asked import VIEWER
from tests.fakes.hands import click, key, type_text
from tests.widgets.eyes import MARKUP, button_named, words
from widgets.shell.login import LoginDialog
from widgets.shell.otherprojects import MOST, Neighbour
from widgets.shell.window import MainWindow
from widgets.welcome.context import OpenProject

OpenWindow = Callable[..., MainWindow]
SYDBY = Neighbour(Path("sydby"), "Sydby", "berit", is_guest=True)
NORDBY = Neighbour(Path("nordby"), "Nordby & Co")
DEMO = Neighbour(Path("demo"), "Demo plant", asks=False)


def beside(open_window: OpenWindow, *neighbours: Neighbour) -> MainWindow:
    window = open_window()
    window.others.neighbours = lambda: neighbours
    return window


def offered(window: MainWindow) -> list[str]:
    click(button_named(window, "Another project…"))
    assert window.others.menu.isVisible()
    return [each.text() for each in window.others.menu.actions() if each.text()]


def pick(window: MainWindow, at: int) -> LoginDialog | None:
    window.others.menu.hide()
    window.others.menu.actions()[at].trigger()
    found = [each for each in window.findChildren(LoginDialog) if each.isVisible()]
    return found[0] if found else None


def field(dialog: QDialog, name: str) -> QLineEdit:
    found = dialog.findChildren(QLineEdit)
    return next(each for each in found if each.accessibleName() == name)


def test_the_menu_names_the_others_and_where_one_is_a_guest(open_window: OpenWindow) -> None:
    window = beside(open_window, SYDBY, NORDBY, DEMO)
    assert offered(window) == [
        "Sydby (guest)",
        "Nordby && Co",
        "Demo plant",
        "Other projects…",
    ]
    assert window.others.menu.activeAction() is window.others.menu.actions()[0]


def test_only_the_password_is_left_to_be_typed_and_the_window_goes_there(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = beside(open_window, SYDBY)
    offered(window)
    dialog = pick(window, 0)
    assert dialog is not None
    assert "Sydby (guest)" in words(dialog)
    password = field(dialog, "Password")
    assert field(dialog, "User").text() == "berit"
    assert dialog.focusWidget() is password
    type_text(password, "a good password")
    key(password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert window.wants_another
    assert window.goes_to == OpenProject(SYDBY.root, "Sydby", "berit", "a good password")
    assert "a good password" not in repr(window.goes_to)


def test_called_off_at_the_login_nothing_has_changed(open_window: OpenWindow) -> None:
    window = beside(open_window, SYDBY)
    offered(window)
    dialog = pick(window, 0)
    assert dialog is not None
    dialog.reject()
    assert window.isVisible()
    assert not window.wants_another
    assert window.goes_to is None


def test_the_demo_asks_nobody_and_without_others_the_welcome_page_comes(
    open_window: OpenWindow,
) -> None:
    window = beside(open_window, DEMO)
    offered(window)
    assert pick(window, 0) is None
    assert window.goes_to == OpenProject(DEMO.root, "Demo plant")
    alone = beside(open_window)
    click(button_named(alone, "Another project…"))
    assert not alone.others.menu.isVisible()
    assert alone.wants_another
    assert alone.goes_to is None
    elsewhere = beside(open_window, SYDBY)
    offered(elsewhere)
    assert pick(elsewhere, -1) is None
    assert elsewhere.wants_another
    assert elsewhere.goes_to is None


def test_a_long_list_and_strange_names_do_no_harm(open_window: OpenWindow) -> None:
    many = [replace(NORDBY, title=f"{MARKUP} {nth}") for nth in range(3 * MOST)]
    window = beside(open_window, *many)
    assert len(offered(window)) == MOST + 1
    dialog = pick(window, 0)
    assert dialog is not None
    title = next(each for each in dialog.findChildren(QLabel) if MARKUP in each.text())
    assert title.textFormat() == Qt.TextFormat.PlainText
    dialog.reject()


def test_a_guest_reads_so_at_the_top(open_window: OpenWindow) -> None:
    def badge(window: MainWindow) -> bool:
        return any(
            each.text() == "GUEST" for each in window.findChildren(QLabel) if each.isVisible()
        )

    assert not badge(open_window())
    rights = VIEWER.rights
    guest = Rights(rights.cells, rights.devices, rights.role, rights.rank, guest=True)
    assert badge(open_window(viewer=replace(VIEWER, grant=Grant(guest))))
