"""The window places pages, follows the plant, and goes on working when something goes wrong."""

import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Thread, current_thread

from PyQt6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.errors import CoreLost
from app.model.device import Presence
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from widgets.pages.device import DevicePage
from widgets.pagetype import Section, Show
from widgets.shell.rail import NARROW_PX, WIDE_PX
from widgets.shell.topbar import Communication
from widgets.shell.window import MainWindow, kinds_of_pages, warm

MakeDesk = Callable[..., Desk]


OpenWindow = Callable[..., MainWindow]


def device_page(window: MainWindow, qtbot: QtBot, part: str = "") -> DevicePage:
    window.show_page(Show("device", AHORNVEJ, part=part))
    page = window.front
    assert isinstance(page, DevicePage)
    qtbot.waitUntil(page.settled)
    return page


def test_the_rail_holds_only_sections_with_pages(open_window: OpenWindow) -> None:
    window = open_window()
    names = [each.accessibleName() for each in window._rail.findChildren(QPushButton)]
    assert names == ["Overview", "Plant", "Analysis", "Alarms", "Admin", "Collapse"]
    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    window = open_window(viewer=guest)
    names = [each.accessibleName() for each in window._rail.findChildren(QPushButton)]
    assert names == ["Overview", "Plant", "Collapse"]


def test_a_section_opens_its_first_page_and_is_marked(open_window: OpenWindow) -> None:
    window = open_window()
    click(window._rail._buttons[Section.ALARMS])
    assert window.front is not None
    assert window.front.heading() == "Alarms"
    assert window._rail._buttons[Section.ALARMS].isChecked()


def test_no_page_is_built_before_it_is_opened(open_window: OpenWindow) -> None:
    assert open_window().pages == ()


def test_what_pages_will_need_is_imported_while_nobody_waits(qtbot: QtBot) -> None:
    heard: list[str] = []
    kinds = kinds_of_pages()
    warm([replace(kinds["devices"], warm=lambda: heard.append(current_thread().name))])
    qtbot.waitUntil(lambda: heard == ["warm devices"])
    warm(tuple(kinds.values()))
    qtbot.waitUntil(lambda: "widgets.charts.plot" in sys.modules)


def test_a_page_opened_twice_is_one_page(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    first = device_page(window, qtbot)
    window.show_page(Show("devices"))
    assert device_page(window, qtbot, "values") is first
    window.show_page(Show("device", DeviceId("birkevej-3")))
    assert len(window.pages) == 3


def test_the_breadcrumb_follows_page_and_tab(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    device_page(window, qtbot, "values")

    def crumbs() -> set[str]:
        labels = window._top.findChildren(QLabel)
        return {each.text() for each in labels if each.text() and each.isVisible()}

    qtbot.waitUntil(lambda: {"Skovkvarteret", "Ahornvej 14", "Values"} <= crumbs())
    assert window._tabs._bar.tabText(0) == "Ahornvej 14"


def test_a_closed_page_is_gone(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    before = len(QApplication.allWidgets())
    for _turn in range(2):
        device_page(window, qtbot)
        key(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    assert window.pages == ()
    # the breadcrumb is empty again, too
    assert len(QApplication.allWidgets()) <= before


def test_keys_walk_through_the_open_pages(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    window.show_page(Show("devices"))
    window.show_page(Show("alarms"))
    control = Qt.KeyboardModifier.ControlModifier
    key(window, Qt.Key.Key_Tab, control)
    assert window.front is window.pages[0]
    key(window, Qt.Key.Key_Backtab, control | Qt.KeyboardModifier.ShiftModifier)
    assert window.front is window.pages[1]


def test_a_name_with_an_ampersand_is_no_shortcut(open_window: OpenWindow) -> None:
    services = FakeServices([smallplant.view("Salt & Vand", "Havnen")], ())
    window = open_window(services)
    window.show_page(Show("device", DeviceId("salt-&-vand")))
    assert window._tabs._bar.tabText(0) == "Salt && Vand"


def test_a_page_nobody_made_is_told(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    window.show_page(Show("map"))
    window.show_page(Show("device"))
    qtbot.waitUntil(window._notice.isVisible)
    assert window._notice.says.text() == "There is no such page: device"


def test_trouble_is_told_from_any_thread_without_stopping(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    thread = Thread(target=window.trouble.tell, args=("A driver crashed.", "Traceback …"))
    thread.start()
    thread.join()
    qtbot.waitUntil(window._notice.isVisible)
    assert window._notice.says.text() == "A driver crashed."
    notice = {each.text(): each for each in window._notice.findChildren(QPushButton)}
    assert not window._notice._technical.isVisible()
    click(notice["Details"])
    assert window._notice._technical.text() == "Traceback …"
    click(notice["Copy"])
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "A driver crashed.\nTraceback …"
    window.trouble.clear("another sentence")
    assert window._notice.isVisible()
    window.trouble.clear("A driver crashed.")
    assert not window._notice.isVisible()


def test_the_summary_of_communication_follows_the_plant(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    bar = window._top.communication
    said = "12 online · 1 late · 1 offline · 1 disabled · 1 with faults"
    assert bar.accessibleDescription() == said
    standing = window.context.directory.views[0].standing
    window.context.feed.offer_standings([replace(standing, presence=Presence.OFFLINE)])
    window.context.feed.refresh()
    window.context.feed.age()
    assert bar.accessibleDescription().startswith("11 online · 1 late · 2 offline")
    assert Communication.text({}) == "0 online · 0 late · 0 offline"


def test_the_top_bar_tells_plant_time_and_that_it_is_simulated(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window._top.project.text() == "Østerby Fjernvarme")
    assert window.windowTitle() == "Østerby Fjernvarme – Heatdesk"
    assert window._top._clock.text() == "12:00:00 CET"
    assert window._top.simulated.isVisible()
    assert not window._top.no_core.isVisible()


def test_readings_of_the_plant_reach_the_screen(open_window: OpenWindow, qtbot: QtBot) -> None:
    services = FakeServices()
    window = open_window(services)
    qtbot.waitUntil(lambda: len(services.readings.watchers) == 1)
    point = point_id(AHORNVEJ, "s3")
    services.readings.tell([Reading(point, 55.0, Quality.GOOD, NOON)])
    qtbot.waitUntil(lambda: window.context.feed.latest(point) is not None)


def test_a_closed_window_listens_no_more(open_window: OpenWindow, qtbot: QtBot) -> None:
    services = FakeServices()
    window = open_window(services)
    watched = (services.readings, services.standings, services.alarms.watched)
    qtbot.waitUntil(lambda: all(len(each.watchers) == 1 for each in watched))
    with qtbot.waitSignal(window.closed):
        window.close()
    qtbot.waitUntil(lambda: all(each.watchers == [] for each in watched))


def test_a_silent_core_fades_every_value_and_says_so(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    services = FakeServices()
    window = open_window(services)
    qtbot.waitUntil(lambda: window._top.project.text() != "")
    point = point_id(AHORNVEJ, "s3")
    feed = window.context.feed
    feed.offer([Reading(point, 55.0, Quality.GOOD, NOON)])
    feed.refresh()
    title = services.plant.title

    async def gone(_viewer: Viewer) -> str:
        raise CoreLost("the core has gone")

    services.plant.title = gone  # type: ignore[method-assign,assignment]
    for _second in range(5):
        feed.age()
    qtbot.waitUntil(window._top.no_core.isVisible)
    shown = feed.latest(point)
    assert shown is not None
    assert (shown.quality, shown.reason) == (Quality.STALE, "core-lost")
    assert "has not answered since 12:00:00" in window._notice.says.text()
    services.plant.title = title  # type: ignore[method-assign]
    for _second in range(5):
        feed.age()
    qtbot.waitUntil(lambda: not window._top.no_core.isVisible())
    assert not window._notice.isVisible()


def test_a_core_that_answers_nothing_at_all_is_noticed_too(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window._top.project.text() != "")
    window.context.asking.close()
    for _second in range(11):
        window.context.feed.age()
    assert window._top.no_core.isVisible()


def test_unsent_changes_hold_the_window_once(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    page = device_page(window, qtbot, "settings")
    tab = page.tab
    assert tab is not None
    staging = tab.staging  # type: ignore[attr-defined]
    spec = next(each for each in smallplant.SETTINGS if each.key == "p11175")
    staging.stage(spec, smallplant.readings(AHORNVEJ, {"p11175"})[0], "1.1")
    said: list[str] = []

    def answer(words: str) -> Callable[[], None]:
        def press() -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            assert box.textFormat() is Qt.TextFormat.PlainText
            said.append(box.text())
            next(each for each in box.buttons() if each.text() == words).click()

        return press

    QTimer.singleShot(50, answer("Go back"))
    window.close_page(page)
    assert list(window.pages) == [page]
    QTimer.singleShot(50, answer("Go back"))
    assert not window.close()
    QTimer.singleShot(50, answer("Discard and close"))
    window.close_page(page)
    assert list(window.pages) == []
    told = "Ahornvej 14: 1 staged change was not sent.\nHeat curve slope: 1.2 → 1.1"
    assert said == [told] * 3


def test_a_narrow_window_collapses_the_rail(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(width=1700)
    assert window._rail.width() == WIDE_PX
    window.resize(1200, 800)
    qtbot.waitUntil(lambda: window._rail.width() == NARROW_PX)
    assert window._rail._buttons[Section.PLANT].accessibleName() == "Plant"
    click(window._rail._collapse)
    assert window._rail.maximumWidth() == WIDE_PX


def test_the_look_is_switched_by_key_and_button(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    key(window, Qt.Key.Key_F9)
    assert window.context.theme.dark
    click(window._top._switch)
    assert not window.context.theme.dark


def test_f5_asks_for_everything_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.context.directory.listed):
        key(window, Qt.Key.Key_F5)


def test_the_middle_button_and_the_cross_close_a_tab(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.show_page(Show("devices"))
    window.show_page(Show("alarms"))
    cross = next(
        each
        for each in window._tabs.findChildren(QPushButton)
        if each.accessibleName() == "Close Alarms"
    )
    click(cross)
    assert [page.heading() for page in window.pages] == ["Devices"]
