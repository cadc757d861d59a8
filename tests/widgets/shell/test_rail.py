"""The rail leads to the sections by mouse and keyboard, wide or narrow."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.fakes.hands import click, key
from tests.widgets.eyes import button_named, colours
from widgets.pagetype import Section
from widgets.shell.rail import NARROW_PX, WIDE_PX, Rail, section_word
from widgets.theme import THEMES, Look

PRESENT = [Section.PLANT, Section.ALARMS, Section.ADMIN]


@pytest.fixture
def rail(qtbot: QtBot) -> Iterator[Rail]:
    made = Rail(PRESENT, Look())
    qtbot.addWidget(made)
    made.resize(WIDE_PX, 600)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()


def sections(rail: Rail) -> list[QPushButton]:
    return [rail._buttons[each] for each in PRESENT]


def marked(rail: Rail) -> list[bool]:
    return [each.isChecked() for each in sections(rail)]


def test_only_the_sections_given_are_there_in_their_order(rail: Rail) -> None:
    assert [each.text() for each in sections(rail)] == ["Plant", "Alarms", "Admin"]
    tops = [each.y() for each in sections(rail)]
    assert tops == sorted(tops)
    assert len(rail.findChildren(QPushButton)) == 4  # and the one that collapses


def test_every_section_there_can_be_has_a_word() -> None:
    assert len({section_word(each) for each in Section}) == len(Section)


def test_a_section_is_asked_for_by_mouse_and_by_key(rail: Rail) -> None:
    told: list[Section] = []
    rail.chosen.connect(told.append)
    click(button_named(rail, "Alarms"))
    plant = button_named(rail, "Plant")
    plant.setFocus()
    key(plant, Qt.Key.Key_Space)
    assert told == [Section.ALARMS, Section.PLANT]


def test_exactly_the_section_of_the_page_is_marked(rail: Rail) -> None:
    rail.show_section(Section.ALARMS)
    assert marked(rail) == [False, True, False]
    rail.show_section(Section.REPORTS)  # not in this rail
    assert marked(rail) == [False, True, False]
    rail.show_section(Section.ADMIN)
    assert marked(rail) == [False, False, True]


def numbers(rail: Rail) -> list[str]:
    return [each.text() for each in rail.findChildren(QLabel) if each.text()]


def test_a_quiet_number_stands_beside_a_section_and_none_for_nothing(rail: Rail) -> None:
    rail.count(Section.ALARMS, 14)
    assert numbers(rail) == ["14"]
    rail.count(Section.REPORTS, 3)
    rail.count(Section.ALARMS, 0)
    assert numbers(rail) == []


def test_a_number_is_never_written_over_the_word(rail: Rail) -> None:
    rail.count(Section.ALARMS, 10_000)
    QApplication.processEvents()
    button = button_named(rail, "Alarms")
    [number] = [each for each in button.findChildren(QLabel) if each.text()]
    word_ends = 16 + 20 + 4 + button.fontMetrics().horizontalAdvance("Alarms")
    assert number.x() > word_ends
    assert number.x() + number.width() <= button.width()


def test_a_narrow_rail_keeps_its_names_for_those_who_listen_or_point(rail: Rail) -> None:
    rail.count(Section.ALARMS, 14)
    click(button_named(rail, "Collapse"))
    assert rail.width() == NARROW_PX
    assert [each.text() for each in sections(rail)] == ["", "", ""]
    assert [each.accessibleName() for each in sections(rail)] == ["Plant", "Alarms", "Admin"]
    assert "Alarms" in button_named(rail, "Alarms").toolTip()
    [number] = [each for each in rail.findChildren(QLabel) if each.text()]
    assert not number.isVisible()
    click(button_named(rail, "Expand"))
    assert rail.width() == WIDE_PX
    assert [each.text() for each in sections(rail)] == ["Plant", "Alarms", "Admin"]
    assert button_named(rail, "Alarms").toolTip() == ""
    assert number.isVisible()


def test_collapsing_keeps_the_mark(rail: Rail) -> None:
    rail.show_section(Section.PLANT)
    for narrow in (True, False):
        rail.collapse(narrow)
        assert marked(rail) == [True, False, False]


@pytest.mark.parametrize("name", THEMES)
def test_the_marked_section_stands_out_in_either_look(qtbot: QtBot, name: str) -> None:
    look = Look(name)
    rail = Rail(PRESENT, look)
    qtbot.addWidget(rail)
    rail.resize(WIDE_PX, 400)
    rail.show()
    rail.show_section(Section.ALARMS)
    seen = [colours(each.grab().toImage()) for each in sections(rail)]
    accent = QColor(look.theme.accent).name()
    assert [accent in each for each in seen] == [False, True, False]
    look.use("day")
