"""The desk is locked and opened again; settings are open for a quarter of an hour at most."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.hands import click, key, key_of_system, type_text
from tests.fakes.personal import PASSWORD
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.devicetabs.settings import SettingsTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Show
from widgets.shell.lockscreen import LockScreen
from widgets.shell.session import IDLE_KEY
from widgets.shell.window import MainWindow
from widgets.shell.writebadge import WriteBadge

OpenWindow = Callable[..., MainWindow]
CONTROL = Qt.KeyboardModifier.ControlModifier


class Moments:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def lock_screen(window: MainWindow) -> LockScreen:
    found = window.findChild(LockScreen)
    assert isinstance(found, LockScreen)
    return found


def answer(form: QWidget, password: str) -> None:
    field = form.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.clear()
    type_text(field, password)
    key(field, Qt.Key.Key_Return)


def seen_texts(window: MainWindow) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def test_a_locked_desk_shows_nothing_of_the_plant_and_counts_its_alarms(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.show_page(Show("device", AHORNVEJ))
    page = window.front
    assert page is not None
    qtbot.waitUntil(lambda: page.settled() and window.context.alarms.is_told)
    key(window, Qt.Key.Key_L, CONTROL)
    assert window.session.locked
    texts = seen_texts(window)
    assert "Ahornvej" not in texts
    assert "alarm" in texts
    assert not page.isVisible()
    key(window, Qt.Key.Key_K, CONTROL)
    assert not window._palette.isVisible()
    answer(lock_screen(window), PASSWORD)
    qtbot.waitUntil(lambda: not window.session.locked)
    assert window.front is page
    assert page.isVisible()


def test_a_wrong_password_is_told_and_opens_nothing(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.session.lock()
    answer(lock_screen(window), "wrong")
    qtbot.waitUntil(lambda: "the password is wrong" in seen_texts(window))
    assert window.session.locked
    form = lock_screen(window).form
    assert form.field.isEnabled()
    assert form.field.text() == "", "nobody can see what to mend in it"
    assert form.wrong.property("role") == "fault"


def test_it_locks_by_itself_when_nobody_has_touched_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    moments = Moments()
    window = open_window(now=moments, preferences={IDLE_KEY: "15"})
    moments.now += timedelta(minutes=14)
    window.session.tick()
    key_of_system(window, Qt.Key.Key_A)
    moments.now += timedelta(minutes=14, seconds=59)
    window.session.tick()
    assert not window.session.locked, "a key was pressed meanwhile"
    moments.now += timedelta(seconds=1)
    window.session.tick()
    assert window.session.locked


def test_it_never_locks_by_itself_unless_wanted(open_window: OpenWindow) -> None:
    moments = Moments()
    window = open_window(now=moments, preferences={IDLE_KEY: '"odd"'})
    moments.now += timedelta(days=3)
    window.session.tick()
    assert not window.session.locked


def staged(window: MainWindow, qtbot: QtBot) -> SettingsTab:
    window.show_page(Show("device", AHORNVEJ, part="settings"))
    page = window.front
    assert isinstance(page, DevicePage)
    qtbot.waitUntil(page.settled)
    tab = page.tab
    assert isinstance(tab, SettingsTab)
    qtbot.waitUntil(lambda: tab.is_ready)
    tab.recall({"staged": [["p11175", "1.4"]]})
    return tab


def apply(tab: SettingsTab) -> QPushButton:
    return next(
        each
        for each in tab.review.findChildren(QPushButton)
        if each.accessibleName().startswith("Apply")
    )


def test_nothing_is_sent_before_the_password_and_nothing_a_quarter_of_an_hour_later(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services, moments = FakeServices(), Moments()
    window = open_window(services, write_locked=True, now=moments)
    tab = staged(window, qtbot)
    badge = window.findChild(WriteBadge)
    assert isinstance(badge, WriteBadge)
    assert badge.text() == "WRITE-LOCKED"
    assert not apply(tab).icon().isNull()
    click(apply(tab))
    dialog = window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    assert services.control.requests == []
    answer(dialog, PASSWORD)
    qtbot.waitUntil(lambda: not window.context.write_lock.locked)
    assert badge.text() == "WRITES OPEN 15:00"
    click(apply(tab))
    qtbot.waitUntil(lambda: len(services.control.requests) == 1)
    tab.recall({"staged": [["p11175", "1.6"]]})
    moments.now += timedelta(minutes=15)
    window.session.tick()
    click(apply(tab))
    assert len(services.control.requests) == 1
    assert badge.text() == "WRITE-LOCKED"


def test_the_badge_locks_again_at_a_press(open_window: OpenWindow) -> None:
    window = open_window(write_locked=True)
    window.context.write_lock.open()
    badge = window.findChild(WriteBadge)
    assert isinstance(badge, WriteBadge)
    click(badge)
    assert window.context.write_lock.locked


def test_where_nothing_is_locked_there_is_no_badge(open_window: OpenWindow) -> None:
    badge = open_window().findChild(WriteBadge)
    assert isinstance(badge, WriteBadge)
    assert not badge.isVisible()
