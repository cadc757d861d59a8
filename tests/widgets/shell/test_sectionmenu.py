"""A section of several pages asks which; one of a single page opens it."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.verbs import Capability
from tests.fakes.hands import click, key
from tests.people import person
from widgets.help.book import page_of
from widgets.icons import icon
from widgets.pagetype import Section, Show
from widgets.shell.window import MainWindow, kinds_of_pages
from widgets.theme import Look

OpenWindow = Callable[..., MainWindow]
AUDITOR = frozenset({Capability.SEE_PLANT, Capability.SEE_AUDIT})


def menu_of(window: MainWindow, section: Section, qtbot: QtBot) -> QMenu:
    """Press a section and return the menu that comes up."""
    click(window._rail._buttons[section])
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_section_of_two_pages_lists_both_and_opens_the_chosen(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    menu = menu_of(window, Section.ADMIN, qtbot)
    words = [each.text() for each in menu.actions()]
    assert words[:2] == ["Activity log", "Users & roles".replace("&", "&&")]
    menu.setActiveAction(menu.actions()[1])
    key(menu, Qt.Key.Key_Return)
    assert window.front is not None
    assert window.front.heading() == "Users & roles"
    assert window._rail._buttons[Section.ADMIN].isChecked()


def test_the_rail_goes_back_to_the_page_in_front_when_nothing_was_chosen(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.show_page(Show("alarms"))
    menu = menu_of(window, Section.ADMIN, qtbot)
    key(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(window._rail._buttons[Section.ALARMS].isChecked)
    assert window.front is not None
    assert window.front.heading() == "Alarms"


def test_who_may_open_one_page_of_a_section_is_not_asked(open_window: OpenWindow) -> None:
    window = open_window(viewer=person("a", "Auditor", "desk-1", AUDITOR))
    click(window._rail._buttons[Section.ADMIN])
    assert QApplication.activePopupWidget() is None
    assert window.front is not None
    assert window.front.heading() == "Activity log"


@pytest.mark.campaign
@pytest.mark.feature("RD-23")
def test_every_page_is_two_clicks_from_home_with_its_drawing_and_its_help(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    """The section, then the page of its menu: the first click opens one that is alone."""
    window = open_window()
    kinds = [each for each in kinds_of_pages().values() if not each.needs_device]
    reached = set()
    for section in dict.fromkeys(each.section for each in kinds):
        assert not window._rail._buttons[section].icon().isNull()
        for nth, kind in enumerate([each for each in kinds if each.section is section]):
            window.show_page(Show("dashboard"))
            click(window._rail._buttons[section])
            menu = QApplication.activePopupWidget()
            if isinstance(menu, QMenu):
                menu.setActiveAction(menu.actions()[nth])
                key(menu, Qt.Key.Key_Return)
            assert window.front is not None
            assert window.front.heading() == kind.title()
            assert not icon(kind.icon, Look()).isNull()
            assert page_of(kind.id).topic == kind.id
            reached.add(kind.id)
    assert reached == {each.id for each in kinds}
