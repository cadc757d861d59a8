"""A setting is edited in its cell: Enter stages, everything else leaves it as it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec
from app.model.reading import Quality, Reading, point_id, split_point
from tests.fakes import smallplant
from tests.fakes.hands import click, double_click, key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON, SETTINGS
from tests.widgets.eyes import LONG, MARKUP, colours, ground, index, wheel
from widgets.controls.quality import Shown, Style
from widgets.controls.settingeditor import SettingPainter, SettingsTable
from widgets.controls.valuepainter import value_width
from widgets.models.settings import SettingsModel, setting_rows
from widgets.models.staging import Staging
from widgets.theme import THEMES, Look

ENTER, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab


class Bench(QWidget):
    """A table of settings with something before and behind it, as on a page."""

    def __init__(self, specs: list[PointSpec], *, editable: bool = True) -> None:
        super().__init__()
        self.staging = Staging()
        self.model = SettingsModel(
            self.staging, lambda: NOON, None, circuits={1: "Heating"}, editable=editable
        )
        self.table = SettingsTable(self.model, Look())
        self.before, self.after = QPushButton("before"), QPushButton("after")
        column = QVBoxLayout(self)
        for each in (self.before, self.table, self.after):
            column.addWidget(each)
        readings = {split_point(each.point)[1]: each for each in smallplant.readings(AHORNVEJ)}
        self.model.take_readings(readings)
        self.model.replace(setting_rows(specs))
        self.resize(1000, 900)

    def row(self, name: str) -> int:
        at = self.model.position(name)
        assert at is not None
        return at

    def go(self, name: str) -> None:
        """Put the focus on a setting as the arrow keys do."""
        self.table.setFocus()
        self.table.setCurrentIndex(self.model.index(self.row(name), 0))

    def open(self, name: str) -> QLineEdit | QComboBox:
        """Open a setting's editor by the keyboard."""
        self.go(name)
        key(self.table, ENTER)
        return self.editor()

    def editor(self) -> QLineEdit | QComboBox:
        found = QApplication.focusWidget()
        assert isinstance(found, QLineEdit | QComboBox)
        return found

    def line(self, name: str) -> QLineEdit:
        found = self.open(name)
        assert isinstance(found, QLineEdit)
        return found

    def is_editing(self) -> bool:
        return self.table.state() == SettingsTable.State.EditingState

    def type(self, name: str, text: str, end: Qt.Key = ENTER) -> None:
        """Type a text over a setting's value and press a key."""
        line = self.line(name)
        line.selectAll()
        if text.isascii():
            type_text(line, text)
        else:
            line.insert(text)  # Qt's test module types ASCII alone
        key(line, end)
        QApplication.processEvents()  # Qt commits an editor once its own key press is over

    def picture(self, name: str, column: str = "value") -> set[str]:
        at = index(self.table, self.row(name), column)
        rect = self.table.visualRect(at)
        return colours(ground(self.table).grab(rect).toImage())


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(qtbot: QtBot) -> MakeBench:
    def make(specs: list[PointSpec] | None = None, *, editable: bool = True) -> Bench:
        made = Bench(list(SETTINGS) if specs is None else specs, editable=editable)
        qtbot.addWidget(made)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        return made

    return make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()


def wished(bench: Bench) -> dict[str, float | None]:
    return {each.spec.key: each.new for each in bench.staging}


def test_enter_opens_the_editor_with_the_whole_value_ready_to_be_typed_over(
    bench: Bench,
) -> None:
    line = bench.line("p11175")
    assert (line.text(), line.selectedText()) == ("1.2", "1.2")
    assert line.accessibleName() == "Heat curve slope"
    assert line.alignment() & Qt.AlignmentFlag.AlignRight


@pytest.mark.parametrize("end", [ENTER, Qt.Key.Key_Enter])
def test_either_enter_key_stages_and_the_focus_is_back_in_the_table(
    bench: Bench, end: Qt.Key
) -> None:
    bench.type("p11175", "1.4", end)
    assert wished(bench) == {"p11175": 1.4}
    assert not bench.is_editing()
    assert QApplication.focusWidget() is bench.table


def test_escape_restores_what_stood_there_and_opens_as_before(bench: Bench) -> None:
    bench.type("p11175", "3.9", ESCAPE)
    assert wished(bench) == {}
    assert bench.line("p11175").text() == "1.2"


@pytest.mark.parametrize("leave", [TAB, Qt.Key.Key_Backtab])
def test_tab_out_of_an_editor_stages_nothing(bench: Bench, leave: Qt.Key) -> None:
    bench.type("p11175", "3.9", leave)
    assert wished(bench) == {}
    assert not bench.is_editing()


def test_a_click_elsewhere_stages_nothing(bench: Bench) -> None:
    line = bench.line("p11175")
    type_text(line, "3.9")
    bench.after.setFocus()
    assert wished(bench) == {}
    assert not bench.is_editing()


def test_a_click_on_another_value_moves_the_editor_and_stages_nothing(bench: Bench) -> None:
    line = bench.line("p11175")
    type_text(line, "3.9")
    there = index(bench.table, bench.row("p11177"), "value")
    click(ground(bench.table), bench.table.visualRect(there).center())
    assert wished(bench) == {}
    assert bench.editor().accessibleName() == "Min. temperature"


def test_another_window_in_front_stages_nothing(bench: Bench, qtbot: QtBot) -> None:
    line = bench.line("p11175")
    type_text(line, "3.9")
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    assert wished(bench) == {}


def test_the_menu_of_the_right_button_leaves_the_editor_open(bench: Bench) -> None:
    line = bench.line("p11175")
    type_text(line, "3.9")
    middle = line.rect().center()
    ask = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, line.mapToGlobal(middle))
    QApplication.sendEvent(line, ask)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    still = (bench.is_editing(), line.text())
    menu.close()
    assert still == (True, "3.9")
    key(line, ENTER)
    QApplication.processEvents()
    assert wished(bench) == {"p11175": 3.9}


def test_the_wheel_scrolls_under_an_open_editor_and_changes_nothing(bench: Bench) -> None:
    line = bench.line("p11175")
    for notches in (-3, 3):
        wheel(line, notches)
        assert line.text() == "1.2"
    choice = bench.open("p11200")
    wheel(choice, -1)
    assert isinstance(choice, QComboBox)
    assert choice.currentText() == "Scheduled"
    assert wished(bench) == {}


@pytest.mark.parametrize("which", [Qt.Key.Key_F2, ENTER])
def test_the_editor_opens_by_key_wherever_in_the_row_the_focus_is(
    bench: Bench, which: Qt.Key
) -> None:
    bench.go("p11177")
    key(bench.table, which)
    assert bench.is_editing()
    assert bench.editor().accessibleName() == "Min. temperature"


def test_typing_a_figure_on_a_row_begins_a_new_value(bench: Bench) -> None:
    bench.go("p11177")
    type_text(bench.table, "3")
    line = bench.editor()
    assert isinstance(line, QLineEdit)
    type_text(line, "5")
    assert line.text() == "35"
    key(line, ENTER)
    QApplication.processEvents()
    assert wished(bench) == {"p11177": 35.0}


def test_arrows_walk_over_settings_and_heads_and_never_choose_a_head(bench: Bench) -> None:
    bench.go("p11180")
    passed = []
    for _turn in range(4):
        key(bench.table, Qt.Key.Key_Down)
        row = bench.table.current()
        assert row is not None
        passed.append(row.key)
        assert [each.key for each in bench.table.chosen()] in ([], [row.key])
        assert (row.spec is None) is (bench.table.chosen() == [])
    assert passed == ["group 1 Room limit", "p11015", "p11182", "group 1 Return limit"]


def test_space_and_arrows_stage_nothing(bench: Bench) -> None:
    bench.go("p11175")
    for which in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
        key(bench.table, which)
    assert wished(bench) == {}


def test_a_click_on_a_name_or_a_range_edits_nothing(bench: Bench) -> None:
    for column in ("id", "name", "unit", "range", "default", "category", "changed"):
        at = index(bench.table, bench.row("p11175"), column)
        click(ground(bench.table), bench.table.visualRect(at).center())
        assert not bench.is_editing(), column


def test_a_head_and_a_read_only_row_open_no_editor(bench: Bench) -> None:
    for row in (0, bench.row("address")):
        at = bench.model.index(row, 0)
        middle = QPoint(300, bench.table.visualRect(at).center().y())
        click(ground(bench.table), middle)
        double_click(ground(bench.table), middle)
        bench.table.setCurrentIndex(at)
        key(bench.table, ENTER)
        key(bench.table, Qt.Key.Key_F2)
        assert not bench.is_editing()


def test_who_may_only_look_opens_no_editor_by_any_key(make_bench: MakeBench) -> None:
    bench = make_bench(editable=False)
    bench.go("p11175")
    for which in (ENTER, Qt.Key.Key_F2, Qt.Key.Key_5):
        key(bench.table, which)
    at = index(bench.table, bench.row("p11175"), "value")
    click(ground(bench.table), bench.table.visualRect(at).center())
    assert not bench.is_editing()


def test_a_choice_is_staged_by_choosing_and_left_alone_by_escape(bench: Bench) -> None:
    choice = bench.open("p11200")
    assert isinstance(choice, QComboBox)
    assert choice.accessibleName() == "Mode, heating"
    offered = [choice.itemText(at) for at in range(choice.count())]
    assert offered == ["Scheduled", "Comfort", "Saving", "Frost protection"]
    key(choice, Qt.Key.Key_Down)
    key(choice, ESCAPE)
    assert wished(bench) == {}
    choice = bench.open("p11200")
    assert isinstance(choice, QComboBox)
    assert choice.currentText() == "Scheduled"
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Down, ENTER):
        key(choice, which)
    QApplication.processEvents()
    assert wished(bench) == {"p11200": 3.0}
    assert not bench.is_editing()


def test_a_word_taken_from_the_open_list_of_a_choice_is_staged_at_once(bench: Bench) -> None:
    choice = bench.open("p11200")
    assert isinstance(choice, QComboBox)
    key(choice, Qt.Key.Key_F4)
    offered = choice.view()
    assert offered is not None
    assert offered.isVisible()
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, ENTER):
        key(offered, which)
    QApplication.processEvents()
    assert wished(bench) == {"p11200": 4.0}
    assert not bench.is_editing()


def test_escape_closes_the_open_list_first_and_stages_nothing(bench: Bench) -> None:
    choice = bench.open("p11200")
    assert isinstance(choice, QComboBox)
    choice.showPopup()
    offered = choice.view()
    assert offered is not None
    key(offered, Qt.Key.Key_Down)
    key(offered, ESCAPE)
    assert not offered.isVisible()
    QApplication.processEvents()
    assert wished(bench) == {}


def test_a_choice_keeps_its_editor_while_its_list_is_open(bench: Bench) -> None:
    choice = bench.open("p11200")
    assert isinstance(choice, QComboBox)
    choice.showPopup()
    assert bench.is_editing()
    assert choice.isVisible()
    choice.hidePopup()
    bench.after.setFocus()
    assert wished(bench) == {}


def test_what_is_typed_as_the_device_shows_it_is_understood(bench: Bench) -> None:
    for name, text in (
        ("p11182", "\N{MINUS SIGN}3,5"),
        ("p12122", "2:30"),
        ("p11015", "12 s"),
        ("p11029", "55 °C"),
    ):
        bench.type(name, text)
    assert wished(bench) == {"p11182": -3.5, "p12122": 230.0, "p11015": 12.0, "p11029": 55.0}


def test_off_is_typed_as_a_word_and_shown_as_one(bench: Bench) -> None:
    bench.type("p11029", "60")
    bench.type("p11029", "off")
    assert wished(bench) == {}
    assert bench.line("p11029").text() == "OFF"


def test_nonsense_stays_visible_with_its_row_marked_and_is_never_ready(bench: Bench) -> None:
    for text in ("warm", MARKUP, LONG, "1.2.3", "nan", "inf", "1e3"):
        bench.type("p11175", text)
        change = bench.staging.get("p11175")
        assert change is not None, text
        assert (change.new, change.ready) == (None, False)
        assert change.problem
        assert bench.line("p11175").text() == text.strip()
        key(bench.editor(), ESCAPE)


def test_a_value_typed_empty_is_no_wish_for_zero(bench: Bench) -> None:
    line = bench.line("p11177")
    line.clear()
    key(line, ENTER)
    QApplication.processEvents()
    assert wished(bench).get("p11177") is None
    assert not bench.staging.ready


def test_the_pointer_over_the_row_does_not_undo_what_is_being_typed(bench: Bench) -> None:
    line = bench.line("p11175")
    line.selectAll()
    type_text(line, "3.")
    bench.table._hover(bench.row("p11175"))
    bench.table._hover(-1)
    bench.table.touch_visible()
    type_text(line, "1")
    assert line.text() == "3.1"


def test_a_reading_that_arrives_does_not_disturb_what_is_being_typed(bench: Bench) -> None:
    line = bench.line("p11175")
    line.selectAll()
    type_text(line, "1.")
    fresh = Reading(point_id(AHORNVEJ, "p11175"), 1.7, Quality.GOOD, NOON)
    bench.model.take_readings({"p11175": fresh})
    assert (bench.is_editing(), line.text()) == (True, "1.")
    type_text(line, "9")
    key(line, ENTER)
    QApplication.processEvents()
    change = bench.staging.get("p11175")
    assert change is not None
    assert (change.old, change.new) == (1.7, 1.9)


def test_a_setting_that_cannot_be_read_is_not_written_blindly(bench: Bench) -> None:
    lost = Reading(point_id(AHORNVEJ, "p11175"), None, Quality.OFFLINE, NOON, "device-offline")
    bench.model.take_readings({"p11175": lost})
    assert bench.line("p11175").text() == ""
    key(bench.editor(), ESCAPE)
    bench.type("p11175", "1.4")
    assert not bench.staging.ready
    assert "not known" in bench.staging.refused[0].problem


@pytest.mark.parametrize("name", THEMES)
def test_what_is_staged_and_what_is_refused_stand_out_in_either_look(
    make_bench: MakeBench, name: str
) -> None:
    theme = Look(name).theme
    bench = make_bench()
    bench.table.itemDelegate()._look.use(name)  # type: ignore[union-attr]
    calm = bench.picture("p11175", "id")
    bench.type("p11175", "1.4")
    bench.type("p11034", "151")
    bench.go("p12190")
    assert theme.selection.lower() not in calm
    assert {theme.selection.lower(), theme.accent.lower()} <= bench.picture("p11175", "id")
    assert theme.alarm(1).edge.lower() in bench.picture("p11034", "id")
    assert theme.selection.lower() not in bench.picture("p11034", "id")
    Look("day")


def test_the_heads_of_groups_span_the_whole_row(bench: Bench) -> None:
    for row, each in enumerate(bench.model.rows):
        spans = bench.table.columnSpan(row, 0)
        assert spans == (bench.model.columnCount() if each.spec is None else 1)


def test_long_names_and_a_choice_of_many_words_leave_the_editor_in_its_column(
    make_bench: MakeBench,
) -> None:
    words = {0: LONG, 1: MARKUP, 2: "On"}
    spec = replace(SETTINGS[9], name=LONG, choices=words, group="Mode")
    spec = replace(spec, write=replace(spec.write, allow=(0.0, 1.0, 2.0)))  # type: ignore[type-var]
    bench = make_bench([spec, replace(SETTINGS[0], name=MARKUP)])
    choice = bench.open(spec.key)
    cell = bench.table.visualRect(index(bench.table, bench.row(spec.key), "value"))
    assert isinstance(choice, QComboBox)
    assert choice.geometry().left() >= cell.left()
    assert choice.geometry().right() <= cell.right()
    assert choice.itemText(1) == MARKUP
    key(choice, ESCAPE)
    line = bench.line(SETTINGS[0].key)
    assert line.accessibleName() == MARKUP
    assert line.height() <= bench.table.rowHeight(1)


@pytest.mark.parametrize(
    ("width", "told"), [(1100, True), (854, False), (790, False)], ids=["wide", "1366", "1280"]
)
def test_where_room_is_short_the_table_leaves_columns_out_and_never_goes_sideways(
    bench: Bench, width: int, told: bool
) -> None:
    bench.table.resize(width, 400)
    QApplication.processEvents()
    bar = bench.table.horizontalScrollBar()
    assert bar is not None
    assert bar.maximum() == 0
    changed = [column.id for column in bench.model.columns].index("changed")
    assert bench.table.isColumnHidden(changed) is not told
    bench.table.resize(1100, 400)
    assert not bench.table.isColumnHidden(changed)


def test_when_a_setting_was_changed_is_told_by_its_tip_too(bench: Bench) -> None:
    [name] = [column for column in bench.model.columns if column.id == "name"]
    row = next(row for row in bench.model.rows if row.spec is not None)
    assert "last changed" not in name.cell(row).tip
    done = WriteResult(AHORNVEJ, row.key, 1.0, 2.0, 2.0, WriteState.CONFIRMED, "", NOON)
    bench.model.take_changes({row.key: done})
    assert "last changed " in name.cell(row).tip


@pytest.mark.parametrize(("column_px", "whole"), [(150, True), (110, False)])
def test_a_long_choice_is_read_whole_where_its_column_has_the_room(
    qtbot: QtBot, column_px: int, whole: bool
) -> None:
    shown = Shown("frost protection", Style.PLAIN)
    box = SettingPainter._box(QRect(0, 0, column_px, 32), None, shown)
    assert (box.width() - 16 >= value_width(shown)) is whole
    assert box.left() >= 0
    assert box.right() <= column_px
