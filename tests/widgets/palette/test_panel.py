"""Ctrl+K at the window: a few letters and Enter lead anywhere, and nothing else is touched."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key, type_text
from tests.fakes.smallplant import NOON
from tests.people import person
from widgets.pagetype import Page, Show
from widgets.palette.finder import Entry, EntryKind
from widgets.palette.panel import RECENT, Palette
from widgets.palette.sources import Command, Sources
from widgets.shell.window import kinds_of_pages

MakeDesk = Callable[..., Desk]


class Stage:
    """A palette over a bare window, and what was done by it."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.done = desk, []  # type: ignore[var-annotated]
        qtbot.waitUntil(lambda: desk.directory.is_listed and desk.alarms.is_told)
        self.window = QWidget()
        self.window.resize(1200, 800)
        qtbot.addWidget(self.window)
        commands = [Command("look", lambda: "Day or night", lambda: self.done.append(1), "F9")]
        sources = Sources(desk.context, kinds_of_pages(desk.viewer), commands)
        self.palette = Palette(sources, desk.look, desk.context.desk, self.window)
        self.window.show()
        self.palette.open()

    def rows(self) -> list[str]:
        items = (self.palette.list.item(at) for at in range(self.palette.list.count()))
        return [item.text() for item in items if item is not None]

    def type(self, text: str) -> None:
        type_text(self.palette.field, text)

    def press(self, which: Qt.Key) -> None:
        key(self.palette.field, which)


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk(), qtbot)


def test_a_filed_report_is_found_by_its_name_or_its_device(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    asyncio.run(services.reports.commissioning(VIEWER, smallplant.AHORNVEJ))
    stage = Stage(make_desk(services), qtbot)
    stage.type("commissioning")
    qtbot.waitUntil(lambda: bool(stage.rows()))
    assert stage.rows() == [f"Commissioning report {NOON:%Y-%m-%d}"], "one row, all its forms"
    item = stage.palette.list.item(0)
    assert item is not None
    said = str(item.data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.endswith("Ahornvej 14 · PDF, XLSX")
    stage.palette.field.clear()
    stage.type("ahornvej 14 pdf")
    assert len(stage.rows()) == 1
    stage.press(Qt.Key.Key_Return)
    assert stage.desk.shown == [Show("device", smallplant.AHORNVEJ, part="documents")]


def test_documents_that_come_later_leave_the_marked_row_marked(stage: Stage) -> None:
    stage.type("birkevej")
    stage.press(Qt.Key.Key_Down)
    marked = stage.palette.list.currentItem()
    assert marked is not None
    name = marked.text()
    papers = [Entry(EntryKind.REPORT, f"r{nth}", f"Birkevej, report {nth}") for nth in (1, 2)]
    stage.palette._add(papers)
    assert len([row for row in stage.rows() if "report" in row]) == 2
    marked = stage.palette.list.currentItem()
    assert marked is not None
    assert marked.text() == name


def test_letters_and_enter_lead_to_a_device(stage: Stage) -> None:
    stage.type("ahornvej 14")
    assert stage.rows()[0] == "Ahornvej 14"
    stage.press(Qt.Key.Key_Return)
    assert stage.desk.shown == [Show("device", smallplant.AHORNVEJ)]
    assert not stage.palette.isVisible()


def test_a_part_of_its_page_is_named_beside_it(stage: Stage) -> None:
    stage.type("ahornvej 14 sett")
    assert stage.rows()[0] == "Ahornvej 14 › Settings"
    stage.press(Qt.Key.Key_Return)
    assert stage.desk.shown == [Show("device", smallplant.AHORNVEJ, part="settings")]


def test_alarms_pages_and_commands_are_found_too(stage: Stage) -> None:
    alarm = stage.desk.alarms.alarms[0]
    stage.type(alarm.rule.name)
    stage.press(Qt.Key.Key_Return)
    stage.palette.open()
    stage.type("activity")
    stage.press(Qt.Key.Key_Return)
    stage.palette.open()
    stage.type("night")
    stage.press(Qt.Key.Key_Return)
    assert stage.desk.shown == [Show("alarms", part=alarm.rule.id), Show("audit")]
    assert stage.done == [1]


def test_the_arrows_go_round_and_escape_leaves_everything_as_it_was(stage: Stage) -> None:
    last = len(stage.rows()) - 1
    stage.press(Qt.Key.Key_Up)
    assert stage.palette.list.currentRow() == last
    stage.press(Qt.Key.Key_Down)
    assert stage.palette.list.currentRow() == 0
    stage.press(Qt.Key.Key_PageDown)
    assert stage.palette.list.currentRow() == min(12, last)
    stage.press(Qt.Key.Key_Escape)
    assert not stage.palette.isVisible()
    assert stage.desk.shown == []


def test_the_mouse_does_the_same(stage: Stage) -> None:
    stage.type("ahornvej 14")
    item = stage.palette.list.item(0)
    ground = stage.palette.list.viewport()
    assert item is not None
    assert ground is not None
    click(ground, stage.palette.list.visualItemRect(item).center())
    assert stage.desk.shown == [Show("device", smallplant.AHORNVEJ)]


def test_what_was_chosen_stands_first_the_next_time(stage: Stage) -> None:
    stage.type("ahornvej 14")
    stage.press(Qt.Key.Key_Return)
    stage.palette.open()
    assert stage.rows()[0] == "Ahornvej 14"
    assert stage.desk.context.desk.value(RECENT) == [["device", smallplant.AHORNVEJ]]


@pytest.mark.parametrize("kept", ["no list", [["device"]], [["?", "x"]], [1, None], {"a": 1}])
def test_an_odd_memory_is_as_good_as_none(stage: Stage, kept: object) -> None:
    stage.desk.context.desk.keep(RECENT, kept)  # type: ignore[arg-type]
    stage.palette.open()
    assert stage.rows()


def test_nothing_found_is_said(stage: Stage) -> None:
    stage.type("zzzzzz")
    stage.press(Qt.Key.Key_Return)
    assert stage.rows() == []
    assert stage.palette.isVisible()


def test_only_what_a_person_may_open_is_found(make_desk: MakeDesk, qtbot: QtBot) -> None:
    guest = person("guest", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    stage = Stage.__new__(Stage)
    desk = make_desk(viewer=guest)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    desk.alarms.is_told = True
    stage.__init__(desk, qtbot)  # type: ignore[misc]
    stage.type("activity")
    assert "Activity log" not in stage.rows()
    stage.palette.field.clear()
    stage.type("ahornvej 14 alarms")
    assert not [row for row in stage.rows() if "›" in row]


def test_names_are_shown_letter_by_letter(make_desk: MakeDesk, qtbot: QtBot) -> None:
    views = list(smallplant.substations())
    odd = "<b>Rücklauf</b> & Söhne " + "x" * 300
    views[0] = replace(views[0], config=replace(views[0].config, name=odd))
    stage = Stage(make_desk(FakeServices(views)), qtbot)
    stage.type("rucklauf")
    assert stage.rows()[0] == odd
    assert stage.palette.width() == 640
    assert VIEWER.name


class LatePage(Page):
    """A page that takes the keys when it is ready, as one with a table does."""

    def heading(self) -> str:
        return "Late"


def test_a_page_that_gets_ready_takes_no_keys_from_who_is_typing(
    stage: Stage, qtbot: QtBot
) -> None:
    qtbot.waitUntil(stage.palette.field.hasFocus)
    page = LatePage(stage.desk.context, stage.window)
    field = QLineEdit(page)
    page.show()
    stage.type("nor")
    field.setFocus()
    qtbot.waitUntil(stage.palette.field.hasFocus)
    stage.type("dre")
    assert stage.palette.isVisible()
    assert stage.palette.field.text() == "nordre"
    stage.press(Qt.Key.Key_Escape)
    assert field.hasFocus()


def test_whatever_else_asks_for_the_keys_closes_it(stage: Stage, qtbot: QtBot) -> None:
    qtbot.waitUntil(stage.palette.field.hasFocus)
    lock = QLineEdit(stage.window)
    lock.show()
    lock.setFocus()
    qtbot.waitUntil(lambda: not stage.palette.isVisible())
    assert lock.hasFocus()
