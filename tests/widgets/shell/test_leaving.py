"""Whoever logs out is told what was not sent; what is kept of a desk outlives a crash."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from tests.fakes import smallplant
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ
from widgets.devicetabs.settings import SettingsTab
from widgets.models.staging import Staging
from widgets.pages.device import DevicePage
from widgets.pagetype import Section, Show
from widgets.shell.window import MainWindow

OpenWindow = Callable[..., MainWindow]
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
LOSS = "Ahornvej 14: 1 staged change was not sent.\nHeat curve slope: 1.2 → 1.1"


@contextmanager
def answering(word: str) -> Iterator[list[tuple[str, str, str]]]:
    """Press a button of the next question; yields (asked, more, button that Enter presses)."""
    asked: list[tuple[str, str, str]] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        usual = box.defaultButton()
        assert usual is not None
        asked.append((box.text(), box.informativeText(), usual.text()))
        next(each for each in box.buttons() if each.text() == word).click()

    QTimer.singleShot(50, press)
    yield asked


def staged(window: MainWindow, qtbot: QtBot) -> Staging:
    """Stage a steeper heat curve and return what is staged."""
    window.show_page(Show("device", AHORNVEJ, part="settings"))
    page = window.front
    assert isinstance(page, DevicePage)
    qtbot.waitUntil(page.settled)
    tab = page.tab
    assert isinstance(tab, SettingsTab)
    spec = next(each for each in smallplant.SETTINGS if each.key == "p11175")
    tab.staging.stage(spec, smallplant.readings(AHORNVEJ, {"p11175"})[0], "1.1")
    tab._staged()
    return tab.staging


def kept(services: FakeServices) -> str:
    """Return what the core keeps of the desk."""
    return services.desk.kept.get((VIEWER.login, "arrangement"), "")


@pytest.mark.feature("EW-55")
def test_logging_out_names_what_was_not_sent_and_going_back_keeps_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    staging = staged(window, qtbot)
    with answering("Go back") as asked:
        key(window, Qt.Key.Key_L, KEYS)
    [(told, more, usual)] = asked
    assert told == f"Log out {window.context.viewer.name}?\n{LOSS}"
    assert "Locking keeps them open behind the password" in more
    assert usual == "Go back", "Enter loses nothing"
    assert window.isVisible()
    assert not window.logged_out
    assert len(staging) == 1


@pytest.mark.feature("EW-15", "EW-55")
def test_whoever_only_goes_for_coffee_may_lock_instead(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    staging = staged(window, qtbot)
    with answering("Lock instead"):
        window.log_out()
    assert window.session.locked
    assert not window.logged_out
    assert len(staging) == 1


def test_who_logs_out_leaves_the_pages_but_no_unsent_change(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services = FakeServices()
    window = open_window(services)
    window.put_up(Section.PLANT)
    staged(window, qtbot)
    with answering("Discard and log out"), qtbot.waitSignal(window.closed):
        window.log_out()
    assert window.logged_out
    assert not window.isVisible()
    qtbot.waitUntil(lambda: "settings" in kept(services))
    assert "1.1" not in kept(services)


def test_nothing_unsent_is_asked_about_in_plain_words(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.show_page(Show("devices"))
    with answering("Log out") as asked:
        window.log_out()
    assert asked[0][0] == f"Log out {window.context.viewer.name}?"
    assert window.logged_out


def test_a_draft_is_kept_soon_so_that_no_crash_loses_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services = FakeServices()
    window = open_window(services)
    window.put_up(Section.PLANT)
    staged(window, qtbot)
    qtbot.waitUntil(lambda: '["p11175", "1.1"]' in kept(services), timeout=30_000)
    found = json.loads(kept(services))
    assert found["front"] == len(found["pages"]) - 1
    again = open_window(services, preferences={"arrangement": kept(services)})
    again.put_up(Section.PLANT)
    page = again.front
    assert isinstance(page, DevicePage)
    qtbot.waitUntil(page.settled)
    assert page.unsaved() == LOSS


def test_a_draft_let_go_is_no_longer_kept(open_window: OpenWindow, qtbot: QtBot) -> None:
    services = FakeServices()
    window = open_window(services)
    window.put_up(Section.PLANT)
    staged(window, qtbot)
    with answering("Discard and close"):
        assert window.close()
    qtbot.waitUntil(lambda: "settings" in kept(services))
    assert "1.1" not in kept(services)


def test_more_changes_than_fit_are_counted(open_window: OpenWindow, qtbot: QtBot) -> None:
    staging = staged(open_window(), qtbot)
    lines = staging.told(0)
    assert lines == ["… and 1 more"]
    assert staging.told(1) == ["Heat curve slope: 1.2 → 1.1"]
