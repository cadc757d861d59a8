"""HISTORY stands in the top bar while the page in front shows the past, and leads back."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.hands import click, key
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.devicetabs.chart import ChartTab
from widgets.devicetabs.readings import ReadingsTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Show
from widgets.shell.window import MainWindow

OpenWindow = Callable[..., MainWindow]
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def open_part(window: MainWindow, qtbot: QtBot, part: str) -> DevicePage:
    window.show_page(Show("device", AHORNVEJ, part=part))
    page = window.front
    assert isinstance(page, DevicePage)
    qtbot.waitUntil(page.settled)
    return page


@pytest.mark.parametrize("part", ["readings", "chart"])
def test_the_badge_comes_with_the_past_and_leads_back_to_now(
    open_window: OpenWindow, qtbot: QtBot, part: str
) -> None:
    window = open_window(FakeServices())
    page = open_part(window, qtbot, part)
    badge = window._past
    assert not badge.isVisible(), "the present is shown"
    tab = page.tab
    assert isinstance(tab, ReadingsTab | ChartTab)
    if isinstance(tab, ReadingsTab):
        bar = tab.period_bar
    else:
        assert tab.panel is not None
        bar = tab.panel.chart.period_bar
    click(bar.before)
    qtbot.waitUntil(badge.isVisible)
    assert badge.text() == "HISTORY"
    assert "press to come back to now" in badge.accessibleName()
    window.show_page(Show("devices"))
    assert not badge.isVisible(), "that page shows the present"
    window.show_page(Show("device", AHORNVEJ))
    assert badge.isVisible()
    badge.setFocus()
    key(badge, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not badge.isVisible())
    assert bar.period.holds_the_present(NOON)
    assert page.way_to_now() is None


def test_a_page_torn_off_says_it_in_its_title(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(FakeServices())
    page = open_part(window, qtbot, "readings")
    tab = page.tab
    assert isinstance(tab, ReadingsTab)
    key(window, Qt.Key.Key_N, KEYS)
    (torn,) = window.places.floats
    assert torn.windowTitle() == "Ahornvej 14 – Heatdesk"
    click(tab.period_bar.before)
    qtbot.waitUntil(lambda: torn.windowTitle() == "Ahornvej 14 – HISTORY – Heatdesk")
    assert not window._past.isVisible(), "not the page in front of the main window"


def test_without_any_page_there_is_no_past(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(FakeServices())
    window._past.refresh()
    assert not window._past.isVisible()
    click(window._past)  # pressed in the moment the page closed
    assert window.front is None
