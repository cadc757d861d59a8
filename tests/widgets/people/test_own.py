"""Everybody: another password for oneself, and what one's role allows, read only."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.model.reading import DeviceId
from app.model.rights import Capability, Grant, Rights
from app.users.roles import preset_roles
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.desk import Desk
from tests.fakes.personal import PASSWORD
from widgets.people.own import OwnPassword, OwnRights
from widgets.shell.window import MainWindow

MakeDesk = Callable[..., Desk]
NEW = "another warm valve turns"


def viewer_of(role: str, *devices: str) -> Viewer:
    known = preset_roles()[role]
    given = frozenset(DeviceId(each) for each in devices)
    rights = Rights(known.cells, given, known.id, known.rank)
    return Viewer("berit", "Berit Vagt", "desk-1", Grant(rights))


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    """What the windows open over."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def asking(desk: Desk, over: QWidget) -> OwnPassword:
    form = OwnPassword(desk.context, over)
    form.open()
    return form


def test_a_new_password_needs_the_old_one_and_is_typed_twice(
    make_desk: MakeDesk, qtbot: QtBot, over: QWidget
) -> None:
    desk = make_desk(viewer=viewer_of("basic"))
    form = asking(desk, over)
    hands.click(form.save)
    assert form.old.fault == "Your password of now is needed."
    hands.type_text(form._old, "not the right one")
    hands.type_text(form.new._new, NEW)
    hands.click(form.save)
    assert form.new.again.fault == "The two passwords are not the same."
    hands.type_text(form.new._again, NEW)
    hands.click(form.save)
    qtbot.waitUntil(form.notice.isVisible)
    assert "wrong" in form.notice.says.text()
    assert desk.services.people.passwords == {}
    hands.type_text(form._old, PASSWORD)  # what stood there is selected
    hands.key(form.new._again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.services.people.passwords == {"berit": NEW})
    qtbot.waitUntil(lambda: not over.findChildren(OwnPassword))


def test_a_password_that_is_the_login_is_refused_before_it_is_sent(
    make_desk: MakeDesk, qtbot: QtBot, over: QWidget
) -> None:
    form = asking(make_desk(viewer=viewer_of("basic")), over)
    hands.type_text(form._old, PASSWORD)
    for field in (form.new._new, form.new._again):
        hands.type_text(field, "aaaaaaaaaaaaaa")
    assert "refused" in form.new.meter.accessibleName()
    hands.click(form.save)
    assert "one character repeated" in form.new.password.fault


def test_ones_own_role_is_shown_with_what_was_given_and_cannot_be_changed(
    make_desk: MakeDesk, qtbot: QtBot, over: QWidget
) -> None:
    desk = make_desk(viewer=viewer_of("basic", "one", "two"))
    own = OwnRights(desk.context, over)
    own.open()
    qtbot.waitUntil(lambda: own.table.cells.columnCount() == 1)
    assert own.says.text() == (
        "Berit Vagt, your role is Basic. “Assigned” means 2 devices that were given to you."
    )
    cells = own.table.cells
    held = {
        capability: cells.index(row, 0).data()
        for row in range(cells.rowCount())
        if (capability := cells.capability(row)) is not None
    }
    assert held[Capability.SEE_PLANT] == "assigned"
    assert held[Capability.KEEP_OWN] == "all"
    assert held[Capability.MANAGE_USERS] == "none"
    own.table.setCurrentIndex(cells.index(1, 0))
    hands.key(own.table, Qt.Key.Key_2)
    assert not own.matrix.staged
    across = own.table.horizontalScrollBar()
    assert across is not None
    assert across.maximum() == 0, "one column of words needs no scrolling"
    own.accept()


def test_the_menu_of_the_name_has_both(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(viewer=viewer_of("read-only", "ahornvej-14"))
    menu = next(
        each
        for each in window.findChildren(QMenu)
        if each.parent() is not None and type(each.parent()).__name__ == "UserMenu"
    )
    menu.aboutToShow.emit()
    words = [each.text() for each in menu.actions()]
    assert {"Change my password…", "What may I do?"} <= set(words)
    next(each for each in menu.actions() if each.text() == "What may I do?").trigger()
    (own,) = window.findChildren(OwnRights)
    own.accept()
