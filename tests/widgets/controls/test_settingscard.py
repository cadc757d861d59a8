"""Of hundreds of settings one sees those one looks for, and how many wait in each group."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import split_point
from tests.fakes import smallplant
from tests.fakes.hands import click, key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON, SETTINGS
from tests.widgets.eyes import LONG, MARKUP, button_named, cell, column, ground, place, words
from widgets.controls.settinggroups import GroupList
from widgets.controls.settingscard import DIFFERENT, STAGED, SettingsCard
from widgets.controls.table import Table
from widgets.fonts import BODY_PX, font
from widgets.models.settings import SettingRow, SettingsModel, setting_rows
from widgets.models.staging import Staging
from widgets.theme import Look

CIRCUITS = {1: "Heating", 2: "Domestic hot water"}


class Shelf:
    """A card of settings with readings and a staging a test fills."""

    def __init__(self, qtbot: QtBot, specs: list[PointSpec], *, editable: bool = True) -> None:
        self.staging = Staging()
        self.reads = 0
        self.model = SettingsModel(
            self.staging, lambda: NOON, None, circuits=CIRCUITS, editable=editable
        )
        self.card = SettingsCard(self.model, specs, Look(), self.read, editable=editable)
        self.model.on_staged = self.card.staged
        readings = {split_point(each.point)[1]: each for each in smallplant.readings(AHORNVEJ)}
        self.model.take_readings(readings)
        qtbot.addWidget(self.card)
        self.card.resize(1000, 600)
        with qtbot.waitActive(self.card):
            self.card.show()
            self.card.activateWindow()

    def read(self) -> None:
        self.reads += 1

    def found(self) -> list[str]:
        return [row.spec.key for row in self.model.rows if row.spec is not None]

    def stage(self, name: str, text: str) -> None:
        ids = [each.id for each in self.model.columns]
        row = self.model.position(name)
        assert row is not None
        self.model.setData(self.model.index(row, ids.index("value")), text)


@pytest.fixture
def shelf(qtbot: QtBot) -> Shelf:
    return Shelf(qtbot, list(SETTINGS))


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("11175", ["p11175"]),
        ("heat limit", ["p11029"]),
        ("RETURN LIMIT", ["p11029", "p11034"]),
        ("anti", ["p12122"]),
        ("nowhere", []),
        ("<b>", []),
    ],
)
def test_settings_are_found_by_name_number_and_group(
    shelf: Shelf, typed: str, keys: list[str]
) -> None:
    type_text(shelf.card.search, typed)
    assert shelf.found() == keys
    heads = [row for row in shelf.model.rows if row.spec is None]
    assert bool(heads) is bool(keys)
    key(shelf.card.search, Qt.Key.Key_Escape)
    assert len(shelf.found()) == len(SETTINGS)


def test_only_what_differs_from_its_default_is_shown_when_asked(shelf: Shelf) -> None:
    shelf.card.segments.choose(DIFFERENT)
    assert shelf.found() == ["p11175", "p11178", "p12190"]
    marked = [cell(shelf.model, row, "default").strong for row in range(1, 3)]
    assert marked == [True, True]


def test_what_waits_to_be_sent_is_counted_and_can_be_looked_at_alone(shelf: Shelf) -> None:
    shelf.stage("p11175", "1.1")
    shelf.stage("p11034", "151")
    assert shelf.card.segments._group.button(STAGED).text() == "Staged 2"  # type: ignore[union-attr]
    shelf.card.segments.choose(STAGED)
    assert shelf.found() == ["p11175", "p11034"]
    shelf.staging.drop("p11034")
    shelf.card.staged()
    assert shelf.found() == ["p11175"]


def test_a_wish_typed_while_a_search_is_on_keeps_its_place(shelf: Shelf) -> None:
    type_text(shelf.card.search, "return")
    shelf.stage("p11034", "43")
    assert shelf.found() == ["p11029", "p11034"]


def test_who_may_only_look_is_told_so(qtbot: QtBot) -> None:
    shelf = Shelf(qtbot, list(SETTINGS), editable=False)
    assert "You may see the settings, not change them." in words(shelf.card)
    assert len(shelf.found()) == len(SETTINGS)


def test_reading_again_is_a_button_one_reaches_by_key(shelf: Shelf) -> None:
    again = button_named(shelf.card, "Read again")
    again.setFocus()
    key(again, Qt.Key.Key_Space)
    click(again)
    assert shelf.reads == 2


def test_a_device_of_a_thousand_settings_is_searched_at_once(qtbot: QtBot) -> None:
    specs = [
        replace(SETTINGS[0], key=f"x{at}", name=f"Setting {at}", number=at, group=f"G{at % 40}")
        for at in range(1000)
    ]
    shelf = Shelf(qtbot, specs)
    assert shelf.model.rowCount() == 1040
    type_text(shelf.card.search, "setting 77")
    assert "x77" in shelf.found()
    assert len(shelf.found()) == 19  # 77, 770 … 779, 177, 277 …


@pytest.fixture
def groups(qtbot: QtBot) -> Iterator[GroupList]:
    made = GroupList(Look(), CIRCUITS)
    qtbot.addWidget(made)
    made.resize(240, 500)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.take(setting_rows(SETTINGS), Staging())
    yield made
    made.close()


def list_of(groups: GroupList) -> Table[object]:
    [found] = groups.findChildren(Table)
    return found


def test_groups_stand_under_their_circuit_with_the_number_of_settings(
    groups: GroupList,
) -> None:
    model = list_of(groups).rows_model
    assert [text.strip() for text in column(model, "group")] == [
        "1  Heating",
        "Flow temperature",
        "Room limit",
        "Return limit",
        "Mode",
        "2  Domestic hot water",
        "Set points",
        "Anti-bacteria",
        "Common controller",
        "System",
    ]
    assert column(model, "count") == ["", "4", "2", "2", "1", "", "1", "1", "", "1"]


def test_a_group_s_whole_name_stands_in_the_list(groups: GroupList) -> None:
    name = "Communication and M-Bus meters"
    rows = [replace(row, group=name) for row in setting_rows(SETTINGS)]
    groups.take(rows, Staging())
    QApplication.processEvents()
    table = list_of(groups)
    letters = QFontMetrics(font(BODY_PX))
    assert table.columnWidth(0) >= letters.horizontalAdvance(f"     {name}") + 16
    bar = table.horizontalScrollBar()
    assert bar is not None
    assert bar.maximum() == 0


def test_what_waits_is_counted_in_its_group(groups: GroupList) -> None:
    staging = Staging()
    readings = {split_point(each.point)[1]: each for each in smallplant.readings(AHORNVEJ)}
    for spec in SETTINGS[:2]:
        staging.stage(spec, readings[spec.key], "12")
    groups.take(setting_rows(SETTINGS), staging)
    model = list_of(groups).rows_model
    assert column(model, "count")[1:4] == ["2 of 4", "2", "2"]
    assert cell(model, 1, "count").strong


def test_a_group_is_chosen_by_click_and_by_enter_and_a_circuit_by_neither(
    groups: GroupList,
) -> None:
    told: list[SettingRow] = []
    groups.chosen.connect(told.append)
    table = list_of(groups)
    click(ground(table), place(table, 3))
    click(ground(table), place(table, 0))
    assert [row.group for row in told] == ["Return limit"]
    table.setFocus()
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        key(table, which)
    assert [row.group for row in told] == ["Return limit", "Flow temperature"]


def test_counting_anew_keeps_the_group_one_is_on(groups: GroupList) -> None:
    table = list_of(groups)
    click(ground(table), place(table, 6))
    groups.take(setting_rows(SETTINGS), Staging())
    assert table.currentIndex().row() == 6


@pytest.mark.parametrize("name", [LONG, MARKUP])
def test_a_group_s_name_is_told_as_it_is_in_the_width_of_the_list(
    groups: GroupList, name: str
) -> None:
    specs = [replace(spec, group=name) for spec in SETTINGS[:3]]
    groups.take(setting_rows(specs), Staging())
    model = list_of(groups).rows_model
    assert column(model, "group")[1].strip() == name.strip()
    assert groups.width() == 240 if name is LONG else groups.width() <= 340


@pytest.mark.parametrize("view", [DIFFERENT, STAGED])
def test_a_setting_asked_for_is_chosen_whatever_was_left_out(shelf: Shelf, view: int) -> None:
    shelf.card.segments.choose(view)
    type_text(shelf.card.search, "nowhere")
    assert shelf.found() == []
    shelf.card.go_to("p11034")
    assert [row.key for row in shelf.card.table.chosen()] == ["p11034"]
    assert len(shelf.found()) == len(SETTINGS)


def test_a_setting_within_what_is_searched_for_leaves_the_search_alone(shelf: Shelf) -> None:
    type_text(shelf.card.search, "return")
    shelf.card.go_to("p11034")
    assert shelf.card.search.text() == "return"
    assert [row.key for row in shelf.card.table.chosen()] == ["p11034"]


def test_a_chosen_group_comes_to_the_top_of_the_table(shelf: Shelf) -> None:
    shelf.card.resize(1000, 300)
    QApplication.processEvents()
    table = shelf.card.table
    for group, first in (("Return limit", "p11029"), ("Anti-bacteria", "p12122")):
        head = next(row for row in shelf.model.rows if row.group == group)
        shelf.card.go_to_group(head)
        current = table.current()
        assert current is not None
        assert current.key == first
        assert ground(table).rect().contains(place(table, shelf.model.position(first) or 0))
    shelf.card.go_to_group(next(row for row in shelf.model.rows if row.group == "Room limit"))
    assert shelf.model.rows[table.rowAt(0)].group == "Room limit"
