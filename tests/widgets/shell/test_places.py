"""Pages tear off, come home, and stand where they stood after a restart."""

import json
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.hands import drag, key
from tests.fakes.smallplant import AHORNVEJ
from widgets.devicetabs.settings import SettingsTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Section, Show
from widgets.shell import arrangement
from widgets.shell.floating import on_a_screen
from widgets.shell.window import MainWindow

OpenWindow = Callable[..., MainWindow]
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def device_page(window: MainWindow, qtbot: QtBot, part: str = "values") -> DevicePage:
    window.show_page(Show("device", AHORNVEJ, part=part))
    page = next(each for each in window.pages if isinstance(each, DevicePage))
    qtbot.waitUntil(page.settled)
    return page


def test_a_page_tears_off_by_key_and_comes_home_when_its_window_is_closed(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    page = device_page(window, qtbot)
    key(window, Qt.Key.Key_N, KEYS)
    (torn,) = window.places.floats
    assert torn.isVisible()
    assert torn.windowTitle() == "Ahornvej 14 – Heatdesk"
    assert not window._tabs.pages
    assert window.pages == (page,)
    torn.close()
    assert window.places.floats == ()
    assert window.front is page
    assert page.isVisible()


def test_a_tab_pulled_out_of_the_bar_becomes_a_window(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    device_page(window, qtbot)
    bar = window._tabs._bar
    start = bar.tabRect(0).center()
    drag(bar, start, start + QPoint(0, 30))
    assert window.places.floats == ()
    drag(bar, start, start + QPoint(0, 120))
    assert len(window.places.floats) == 1


def test_what_is_asked_for_is_shown_in_its_own_window(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    page = device_page(window, qtbot)
    window.places.tear(page)
    window.show_page(Show("device", AHORNVEJ, part="settings"))
    assert len(window.pages) == 1
    assert page.tab is not None
    qtbot.waitUntil(lambda: isinstance(page.tab, SettingsTab))


def test_everything_stands_where_it_stood_after_a_restart(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services = FakeServices()
    window = open_window(services)
    window.show_page(Show("devices"))
    page = device_page(window, qtbot, "settings")
    tab = page.tab
    assert isinstance(tab, SettingsTab)
    qtbot.waitUntil(lambda: tab.is_ready)
    tab.recall({"staged": [["p11175", "1.4"]]})
    window.show_page(Show("alarms"))
    window.places.tear(page, QRect(40, 50, 700, 420))
    window.show_page(Show("devices"))
    tab.staging.clear()  # closing would ask; what is kept is seen below
    tab.recall({"staged": [["p11175", "1.4"]]})
    kept = arrangement.captured(window.places, window.front, window)
    tab.staging.clear()
    again = open_window(services, preferences={arrangement.KEY: json.dumps(kept)})
    again.put_up(Section.PLANT)
    assert [each.heading() for each in again._tabs.pages] == ["Devices", "Alarms"]
    assert again.front is not None
    assert again.front.heading() == "Devices"
    (torn,) = again.places.floats
    assert torn.geometry() == QRect(40, 50, 700, 420)
    back = torn.opened.page
    assert isinstance(back, DevicePage)
    qtbot.waitUntil(lambda: back.settled() and isinstance(back.tab, SettingsTab))
    found = back.tab
    assert isinstance(found, SettingsTab)
    qtbot.waitUntil(lambda: [each.text for each in found.staging] == ["1.4"])
    found.staging.clear()


def test_closing_keeps_the_arrangement_for_the_same_person(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services = FakeServices()
    window = open_window(services)
    window.put_up(Section.ALARMS)
    window.close()
    qtbot.waitUntil(lambda: bool(services.desk.kept))
    kept = {key: value for (_login, key), value in services.desk.kept.items()}
    again = open_window(services, preferences=kept)
    again.put_up(Section.PLANT)
    assert [each.heading() for each in again.pages] == ["Alarms"]


@pytest.mark.parametrize(
    "odd",
    [
        "7",
        "[]",
        '{"pages": 7, "torn": {"a": 1}}',
        '{"pages": [{"page": "gone"}, {"page": "device"}, {"page": "alarms", "device": "x"}]}',
        '{"pages": [{"page": "devices", "memory": [1]}], "front": 99, "place": [1, 2]}',
        '{"place": ["a", "b", "c", "d"], "torn": [{"page": "alarms", "place": [0, 0, -5]}]}',
    ],
)
def test_an_arrangement_nobody_wrote_opens_what_it_can(
    open_window: OpenWindow, odd: str
) -> None:
    window = open_window(preferences={arrangement.KEY: odd})
    window.put_up(Section.PLANT)
    assert window.pages


def test_more_pages_than_may_open_are_told_and_the_one_in_front_is_there(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services = FakeServices()
    views = [smallplant.view(f"House {at}", "North", number=at) for at in range(45)]
    services.plant.views = views
    pages = [{"page": "device", "device": each.config.id} for each in views]
    kept = json.dumps({"pages": pages, "front": 43})
    window = open_window(services, preferences={arrangement.KEY: kept})
    told: list[str] = []
    window.context.work.told.connect(told.append)
    window.put_up(Section.PLANT)
    assert told == ["5 pages of last time stay closed: at most 40 open by themselves."]
    assert len(window.pages) == arrangement.MOST_PAGES
    assert isinstance(window.front, DevicePage)
    assert window.front.device == views[43].config.id
    assert window._tabs.opened[0].device == views[0].config.id


def test_no_window_stays_where_no_screen_is(qtbot: QtBot) -> None:
    (screen,) = QGuiApplication.screens()
    room = screen.availableGeometry()
    inside = QRect(room.left() + 10, room.top() + 10, 300, 200)
    assert on_a_screen(inside) == inside
    for far in (
        QRect(9000, 50, 300, 200),
        QRect(10, -500, 300, 200),
        QRect(10, 9000, 300, 200),
    ):
        moved = on_a_screen(far)
        assert room.contains(moved.topLeft())
        assert moved.size() == far.size()
    wide = on_a_screen(QRect(50_000, 0, 20_000, 10_000))
    assert room.contains(wide)


def test_a_monitor_that_is_unplugged_loses_no_window(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    torn = window.places.tear(device_page(window, qtbot))
    assert torn is not None
    torn.move(30_000, 30_000)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.screenRemoved.emit(QGuiApplication.screens()[0])
    room = QGuiApplication.screens()[0].availableGeometry()
    assert room.contains(torn.geometry().topLeft())


def test_torn_off_windows_go_with_the_main_window(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    torn = window.places.tear(device_page(window, qtbot))
    assert torn is not None
    window.close()
    assert not torn.isVisible()
    assert torn not in [each for each in QApplication.topLevelWidgets() if each.isVisible()]


def test_a_window_without_pages_says_how_to_open_one(open_window: OpenWindow) -> None:
    window = open_window()
    shown = [each.text() for each in window._tabs.findChildren(QLabel) if each.isVisible()]
    assert any("No page is open" in text for text in shown)
