"""The devices as buttons: the table's rows and choice, walked by keys, told in words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.model.functions import Breaker
from tests.fakes.asked import FakeServices
from tests.fakes.hands import click, double_click, key
from tests.fakes.smallplant import many, substations
from tests.pictures.seen import texts
from widgets.devicelist.buttonplaces import HEIGHT_PX, least_width
from widgets.devicelist.buttons import DeviceButtons
from widgets.models.devicebuttons import Guard, breaker_word
from widgets.models.devices import address_text
from widgets.pages.devices import DevicesPage
from widgets.pagetype import Show
from widgets.shell.window import MainWindow

OpenWindow = Callable[..., MainWindow]


def page_of(window: MainWindow, qtbot: QtBot) -> DevicesPage:
    window.show_page(Show("devices"))
    page = window.front
    assert isinstance(page, DevicesPage)
    qtbot.waitUntil(page.settled)
    return page


def as_buttons(window: MainWindow, qtbot: QtBot) -> tuple[DevicesPage, DeviceButtons]:
    page = page_of(window, qtbot)
    page._view.choose(1)
    window.activateWindow()
    return page, page.panel.buttons


def ground(buttons: DeviceButtons) -> QWidget:
    found = buttons.viewport()
    assert found is not None
    return found


def at(buttons: DeviceButtons) -> int:
    return buttons.currentIndex().row()


def chosen(page: DevicesPage) -> list[str]:
    return [view.config.name for view in page.table.chosen()]


def test_the_choice_is_one_for_table_and_buttons(open_window: OpenWindow, qtbot: QtBot) -> None:
    page = page_of(open_window(), qtbot)
    names = [view.config.name for view in page.model.rows]
    page.table.choose([page.model.rows[at].config.id for at in (1, 3)])
    page._view.choose(1)
    assert chosen(page) == [names[1], names[3]]
    key(page.panel.buttons, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    key(page.panel.buttons, Qt.Key.Key_Space)
    assert chosen(page) == [names[0], names[1], names[3]]
    page._view.choose(0)
    assert chosen(page) == [names[0], names[1], names[3]]
    assert page.table.currentIndex().row() == 0
    assert page.table.currentIndex().column() == 0


def test_arrows_walk_across_and_down_and_escape_lets_all_go(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    page, buttons = as_buttons(open_window(), qtbot)
    beside = buttons.width() // (least_width() + 8)
    key(buttons, Qt.Key.Key_Home)
    key(buttons, Qt.Key.Key_Right)
    assert at(buttons) == 1
    key(buttons, Qt.Key.Key_Down)
    assert at(buttons) == 1 + beside
    assert chosen(page) == [page.model.rows[1 + beside].config.name]
    key(buttons, Qt.Key.Key_Escape)
    assert chosen(page) == []


def test_enter_and_a_double_click_open_a_device(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    page, buttons = as_buttons(window, qtbot)
    key(buttons, Qt.Key.Key_Home)
    key(buttons, Qt.Key.Key_Return)
    first = page.model.rows[0].config.name
    assert window.front is not None
    assert window.front.heading() == first
    page, buttons = as_buttons(window, qtbot)
    second = buttons.rows_model.index(1, buttons.modelColumn())
    spot = buttons.visualRect(second).center()
    click(ground(buttons), spot)
    double_click(ground(buttons), spot)
    assert window.front.heading() == page.model.rows[1].config.name


def test_what_is_chosen_and_in_focus_outlives_new_answers(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    page, buttons = as_buttons(open_window(), qtbot)
    key(buttons, Qt.Key.Key_End)
    before, kept = at(buttons), chosen(page)
    assert len(kept) == 1
    page.panel.model.settle()
    assert (at(buttons), chosen(page)) == (before, kept)
    assert buttons.currentIndex().column() == buttons.modelColumn()


def test_the_page_remembers_how_devices_were_shown(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    page, _buttons = as_buttons(open_window(), qtbot)
    kept = page.memory()
    page._view.choose(0)
    assert page.table.isVisible()
    page.recall(kept)
    assert page.panel.as_buttons
    assert page.panel.buttons.isVisible()


def test_the_words_of_a_button_are_drawn_whole(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    page, buttons = as_buttons(window, qtbot)
    qtbot.waitUntil(lambda: "Measure" in [each.text for each in texts(window)])
    view = page.model.rows[0]
    drawn = [each.text for each in texts(window) if each.by is buttons.viewport()]
    for word in (view.config.name, f"· {address_text(view)}", "Measure", "State", "Command"):
        assert word in drawn


def test_buttons_nobody_looks_at_are_not_laid_out(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    page = page_of(open_window(), qtbot)
    assert page.panel.buttons.model() is None
    page._view.choose(1)
    assert page.panel.buttons.model() is page.model
    assert page.panel.buttons.selectionModel() is page.table.selectionModel()


def test_thousands_of_devices_are_buttons_at_once(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    _page, buttons = as_buttons(open_window(FakeServices(many(5000))), qtbot)
    key(buttons, Qt.Key.Key_End)
    assert at(buttons) == 4999
    last = buttons.visualRect(buttons.currentIndex())
    assert ground(buttons).rect().contains(last.center())
    assert last.height() == HEIGHT_PX + 8


@pytest.mark.parametrize("part", ["position", "side", "virtual"])
def test_a_part_of_a_device_is_told_behind_its_address(part: str) -> None:
    view = substations()[0]
    named = replace(view, config=replace(view.config, options={part: "B"}))
    assert address_text(named) == f"{address_text(view)} – B"
    open_part = replace(view, config=replace(view.config, options={part: None}))
    assert address_text(open_part) == address_text(view)


def test_every_way_a_breaker_stands_has_a_drawing_and_a_word_of_its_own() -> None:
    assert len({Guard(each).symbol.drawing for each in Breaker}) == len(Breaker)
    assert len({breaker_word(each) for each in Breaker}) == len(Breaker)
    old = Guard(Breaker.CLOSED, "14 min").symbol
    assert (old.word, old.tip) == ("closed · 14 min", "Breaker: closed · 14 min")


def test_the_page_is_asked_for_with_its_buttons_in_front(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    page = page_of(window, qtbot)
    window.show_page(Show("devices", part="buttons"))
    assert page.panel.as_buttons
    window.show_page(Show("devices"))
    assert page.panel.buttons.isVisible()
    window.show_page(Show("devices", part="table"))
    assert page.table.isVisible()
