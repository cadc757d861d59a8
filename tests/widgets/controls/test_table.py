"""A table stays where one was looking, obeys mouse and keys, and draws every quality."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QMouseEvent
from PyQt6.QtWidgets import QApplication, QHeaderView, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.model.reading import Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.hands import click, double_click, key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.eyes import LONG, MARKUP, cell, colours, column, ground, place, wheel
from widgets.controls.quality import quality_word, shown
from widgets.controls.table import HEAD_PX, ROW_PX, Table, waits
from widgets.models.points import PointCells, reading_columns
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.theme import THEMES, Look

ENTER, ESCAPE, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space
UP, DOWN = Qt.Key.Key_Up, Qt.Key.Key_Down
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True, slots=True)
class House:
    number: int
    street: str
    heat_kw: float


def houses(count: int) -> list[House]:
    return [House(at, f"Street {at % 7}", float(at * 37 % 101)) for at in range(count)]


def rows_of(houses: Iterable[House]) -> RowsModel[House]:
    columns: tuple[Column[House], ...] = (
        Column("number", lambda: "No.", lambda row: Cell(str(row.number)), 60, _number),
        Column("street", lambda: "Street", lambda row: Cell(row.street), stretch=True),
        Column("heat", lambda: "Heat kW", _heat, 90, lambda row: row.heat_kw, right=True),
    )
    made: RowsModel[House] = RowsModel(columns, lambda row: row.number)
    made.replace(houses)
    return made


def _number(row: House) -> int:
    return row.number


def _heat(row: House) -> Cell:
    return Cell(f"{row.heat_kw:.0f}", tone=Tone.LIVE)


@pytest.fixture
def table(qtbot: QtBot) -> Table[House]:
    made = Table(rows_of(houses(1000)), Look(), "Houses")
    qtbot.addWidget(made)
    made.resize(480, HEAD_PX + 10 * ROW_PX)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


def chosen(table: Table[House]) -> list[int]:
    return [row.number for row in table.chosen()]


def first_in_view(table: Table[House]) -> int:
    return table.rows_model.rows[table.rowAt(0)].number


def head(table: Table[House]) -> QHeaderView:
    found = table.horizontalHeader()
    assert found is not None
    return found


def click_head(table: Table[House], name: str) -> None:
    """Click on a column's head as a person sorts by it."""
    at = [each.id for each in table.rows_model.columns].index(name)
    heading = head(table)
    over = heading.viewport()
    assert over is not None
    middle = heading.sectionViewportPosition(at) + heading.sectionSize(at) // 2
    click(over, QPoint(middle, HEAD_PX // 2))


def move_pointer(table: Table[House], to: QPoint) -> None:
    over = ground(table)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(over.mapToGlobal(to)),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(over, event)


def test_a_table_has_a_name_and_rows_of_one_height(table: Table[House]) -> None:
    assert table.accessibleName() == "Houses"
    assert {table.rowHeight(row) for row in (0, 1, 999)} == {ROW_PX}
    assert head(table).height() == HEAD_PX
    assert not table.showGrid()


def test_a_click_on_a_head_sorts_up_then_down_then_not_at_all(table: Table[House]) -> None:
    orders = []
    for _turn in range(3):
        click_head(table, "heat")
        orders.append([row.heat_kw for row in table.rows_model.rows][:3])
    assert orders == [[0.0, 0.0, 0.0], [100.0, 100.0, 100.0], [0.0, 37.0, 74.0]]


def test_numbers_stand_right_under_a_head_that_stands_right(table: Table[House]) -> None:
    role = Qt.ItemDataRole.TextAlignmentRole
    across = Qt.Orientation.Horizontal
    sides = [table.rows_model.headerData(at, across, role) for at in range(3)]
    assert [bool(side & Qt.AlignmentFlag.AlignRight) for side in sides] == [False, False, True]


def test_rows_chosen_stay_chosen_when_the_table_is_sorted(table: Table[House]) -> None:
    click(ground(table), place(table, 4))
    key(table, DOWN, SHIFT)
    assert chosen(table) == [4, 5]
    click_head(table, "heat")
    assert sorted(chosen(table)) == [4, 5]
    assert table.current() == table.rows_model.rows[table.rows_model.position(5) or -1]


def test_sorting_leaves_the_picture_where_it_was_and_jumps_to_no_row(
    table: Table[House],
) -> None:
    click(ground(table), place(table, 2))
    bar = table.verticalScrollBar()
    assert bar is not None
    bar.setValue(3200)
    click_head(table, "heat")
    assert bar.value() == 3200
    assert chosen(table) == [2]


def test_new_answers_do_not_move_what_the_pointer_is_on(table: Table[House]) -> None:
    bar = table.verticalScrollBar()
    assert bar is not None
    bar.setValue(6400)
    under = first_in_view(table)
    table.rows_model.replace(houses(1000))
    assert (bar.value(), first_in_view(table)) == (6400, under)


def test_a_change_of_a_value_never_sorts_by_itself(table: Table[House]) -> None:
    click_head(table, "heat")
    before = [row.number for row in table.rows_model.rows][:20]
    table.touch_visible()
    assert [row.number for row in table.rows_model.rows][:20] == before


def test_a_list_that_shrinks_under_the_picture_shows_its_end(table: Table[House]) -> None:
    bar = table.verticalScrollBar()
    assert bar is not None
    bar.setValue(bar.maximum())
    table.rows_model.replace(houses(30))
    assert bar.value() == bar.maximum()
    assert table.rowAt(ground(table).height() - 1) in (29, -1)


def test_a_row_that_left_is_chosen_no_more_and_the_others_still_are(
    table: Table[House],
) -> None:
    click(ground(table), place(table, 4))
    key(table, DOWN, SHIFT)
    key(table, DOWN, SHIFT)
    assert chosen(table) == [4, 5, 6]
    table.rows_model.replace(row for row in houses(1000) if row.number != 6)
    assert chosen(table) == [4, 5]


def test_what_a_filter_hides_is_not_acted_upon(table: Table[House]) -> None:
    click(ground(table), place(table, 4))
    table.rows_model.find("street 999")
    assert chosen(table) == []
    assert [row.number for row in table.rows_model.rows] == [999]
    key(table, ENTER)
    assert _opened_by(lambda: key(table, ENTER), table) == []


def test_arrows_walk_and_enter_opens_the_row_walked_to(
    table: Table[House], qtbot: QtBot
) -> None:
    click(ground(table), place(table, 0))
    for which in (DOWN, DOWN, DOWN, UP):
        key(table, which)
    assert chosen(table) == [2]
    for which in (ENTER, Qt.Key.Key_Enter):
        with qtbot.waitSignal(table.opened) as told:
            key(table, which)
        assert told.args is not None
        assert told.args[0].number == 2


def test_home_end_and_page_keys_reach_the_whole_list(table: Table[House]) -> None:
    click(ground(table), place(table, 0))
    key(table, Qt.Key.Key_End, CTRL)
    assert table.currentIndex().row() == 999
    key(table, Qt.Key.Key_PageUp)
    assert 985 <= table.currentIndex().row() < 999
    key(table, Qt.Key.Key_Home, CTRL)
    assert table.currentIndex().row() == 0


def test_space_escape_and_letters_open_nothing(table: Table[House]) -> None:
    opened: list[object] = []
    table.opened.connect(opened.append)
    click(ground(table), place(table, 3))
    key(table, SPACE)
    key(table, ESCAPE)
    type_text(table, "7")
    assert opened == []
    assert table.state() == Table.State.NoState


def test_a_click_chooses_and_only_a_double_click_opens(table: Table[House]) -> None:
    opened: list[object] = []
    table.opened.connect(opened.append)
    click(ground(table), place(table, 3))
    assert (chosen(table), opened) == ([3], [])
    double_click(ground(table), place(table, 5))
    assert opened == [table.rows_model.rows[5]]


def test_enter_on_an_empty_table_opens_nothing(qtbot: QtBot) -> None:
    table = Table(rows_of([]), Look(), "Houses")
    qtbot.addWidget(table)
    opened: list[object] = []
    table.opened.connect(opened.append)
    key(table, ENTER)
    assert (opened, table.chosen(), table.current()) == ([], [], None)
    table.touch_visible()


def test_the_wheel_scrolls_and_chooses_nothing(table: Table[House]) -> None:
    click(ground(table), place(table, 3))
    wheel(ground(table), -2)
    bar = table.verticalScrollBar()
    assert bar is not None
    assert bar.value() > 0
    assert chosen(table) == [3]


def test_tab_leaves_the_table_for_the_next_control(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    after, table = QPushButton("after"), Table(rows_of(houses(5)), Look(), "Houses")
    column_of = QVBoxLayout(box)
    column_of.addWidget(table)
    column_of.addWidget(after)
    with qtbot.waitActive(box):
        box.show()
        box.activateWindow()
    table.setFocus()
    key(table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after


def test_the_row_under_the_pointer_is_lit_until_the_pointer_leaves(
    table: Table[House],
) -> None:
    theme = Look().theme
    row = table.visualRect(table.rows_model.index(4, 0))
    before = colours(ground(table).grab(row).toImage())
    assert QColor(theme.hover).name() not in before
    move_pointer(table, place(table, 4))
    assert table.hovered == 4
    assert QColor(theme.hover).name() in colours(ground(table).grab(row).toImage())
    QApplication.sendEvent(ground(table), QEvent(QEvent.Type.Leave))
    assert table.hovered == -1
    assert colours(ground(table).grab(row).toImage()) == before


@pytest.mark.parametrize("name", THEMES)
def test_focus_and_choice_are_drawn_in_the_colours_of_the_look(
    table: Table[House], name: str
) -> None:
    look = Look(name)
    themed = Table(rows_of(houses(5)), look, "Houses", parent=table)
    themed.resize(400, 240)
    themed.show()
    themed.setFocus()
    click(ground(themed), place(themed, 1))
    rows = [themed.visualRect(themed.rows_model.index(at, 0)) for at in (0, 1)]
    seen = [colours(ground(themed).grab(each).toImage()) for each in rows]
    for colour in (look.theme.accent, look.theme.selection):
        assert QColor(colour).name() not in seen[0]
        assert QColor(colour).name() in seen[1]
    Look("day")


def test_switching_the_look_draws_an_open_table_anew(qtbot: QtBot) -> None:
    look = Look("day")
    table = Table(rows_of(houses(5)), look, "Houses")
    qtbot.addWidget(table)
    table.resize(400, 240)
    table.show()
    day = ground(table).grab().toImage()
    look.use("night")
    night = ground(table).grab().toImage()
    assert QColor(look.theme.text).name() in colours(night) - colours(day)
    look.use("day")
    assert ground(table).grab().toImage() == day


def test_a_long_name_is_shortened_in_its_column_and_whole_in_its_tip(
    qtbot: QtBot,
) -> None:
    table = Table(rows_of([House(1, LONG, 5.0), House(2, MARKUP, 6.0)]), Look(), "Houses")
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    model = table.rows_model
    assert head(table).length() <= ground(table).width()
    assert LONG in model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole)
    assert model.data(model.index(1, 1)) == MARKUP
    tip = model.data(model.index(1, 1), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;x&lt;/b&gt; &amp; &lt;img" in tip
    marked = ground(table).grab(table.visualRect(model.index(1, 1))).toImage()
    model.replace([House(1, LONG, 5.0), House(2, "x & ", 6.0)])
    assert ground(table).grab(table.visualRect(model.index(1, 1))).toImage() != marked


def test_a_text_of_two_lines_stands_in_one(qtbot: QtBot) -> None:
    table = Table(rows_of([House(1, "one\ntwo", 5.0)]), Look(), "Houses")
    other = Table(rows_of([House(1, "one two", 5.0)]), Look(), "Houses")
    pictures = []
    for each in (table, other):
        qtbot.addWidget(each)
        each.resize(400, 120)
        each.show()
        pictures.append(ground(each).grab().toImage())
    assert pictures[0] == pictures[1]


def test_columns_can_be_moved_and_made_wider_by_a_person(table: Table[House]) -> None:
    heading = head(table)
    heading.moveSection(2, 0)
    assert [heading.logicalIndex(at) for at in range(3)] == [2, 0, 1]
    heading.resizeSection(0, 150)
    click(ground(table), place(table, 3, "heat"))
    assert chosen(table) == [3]


def test_a_table_without_head_shows_its_first_row_at_the_top(qtbot: QtBot) -> None:
    table = Table(rows_of(houses(5)), Look(), "Houses", row_px=28, head=False)
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    assert head(table).isHidden()
    assert table.rowHeight(0) == 28
    assert table.rowAt(1) == 0


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("quality", list(Quality))
def test_a_table_tells_each_quality_as_labels_and_words_do(
    qtbot: QtBot, quality: Quality, name: str
) -> None:
    spec = smallplant.READINGS[1]
    value = 51.6 if quality.believable else None
    then = NOON - timedelta(minutes=14)
    reading = Reading(point_id(AHORNVEJ, spec.key), value, quality, then, "link-lost")
    cells = PointCells(lambda _spec: reading, lambda: NOON, None)
    model = RowsModel(reading_columns(cells, 1), lambda each: each.key)
    model.replace([spec])
    said = shown(reading, spec, NOON)
    assert column(model, "value") == [replace(said, unit="").spoken]
    assert cell(model, 0, "value").shown == replace(said, unit="")
    assert column(model, "unit") == ["°C"]
    assert column(model, "quality")[0].startswith(quality_word(quality))
    assert column(model, "age") == ["14 min"]
    look = Look(name)
    table = Table(model, look, "Readings")
    qtbot.addWidget(table)
    table.resize(1200, 120)
    table.show()
    at = [each.id for each in model.columns].index("value")
    picture = ground(table).grab(table.visualRect(model.index(0, at))).toImage()
    live = QColor(look.theme.live_value).name() in colours(picture)
    assert live is (quality in (Quality.GOOD, Quality.UNCERTAIN, Quality.MANUAL))
    Look("day")


def test_no_two_qualities_are_drawn_alike(qtbot: QtBot) -> None:
    spec, pictures = smallplant.READINGS[1], []
    for quality in Quality:
        reading = Reading(
            point_id(AHORNVEJ, spec.key), 51.6 if quality.believable else None, quality, NOON
        )
        cells = PointCells(lambda _spec, now=reading: now, lambda: NOON, None)  # type: ignore[misc]
        model = RowsModel(reading_columns(cells, 1), lambda each: each.key)
        model.replace([spec])
        table = Table(model, Look(), "Readings")
        qtbot.addWidget(table)
        table.resize(1200, 120)
        table.show()
        at = [each.id for each in model.columns].index("value")
        pictures.append(ground(table).grab(table.visualRect(model.index(0, at))).toImage())
    alike = [
        (one, other)
        for one in range(len(pictures))
        for other in range(one)
        if pictures[one] == pictures[other]
    ]
    assert alike == []


def test_scrolling_through_a_thousand_rows_asks_only_for_those_in_view(
    qtbot: QtBot,
) -> None:
    painted: set[int] = set()

    def number(row: House) -> Cell:
        painted.add(row.number)
        return Cell(str(row.number))

    columns: tuple[Column[House], ...] = (Column("number", lambda: "No.", number),)
    model: RowsModel[House] = RowsModel(columns, lambda row: row.number)
    model.replace(houses(1000))
    table = Table(model, Look(), "Houses")
    qtbot.addWidget(table)
    table.resize(300, HEAD_PX + 10 * ROW_PX)
    table.show()
    ground(table).grab()
    assert len(painted) <= 12
    bar = table.verticalScrollBar()
    assert bar is not None
    bar.setValue(500 * ROW_PX)
    ground(table).grab()
    assert len(painted) <= 24
    assert {500, 505} <= painted


def _opened_by(act: Callable[[], object], table: Table[House]) -> list[object]:
    opened: list[object] = []
    table.opened.connect(opened.append)
    act()
    return opened


def test_a_double_click_beside_the_rows_opens_nothing(qtbot: QtBot) -> None:
    table = Table(rows_of(houses(2)), Look(), "Houses")
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    below = QPoint(40, 5 * ROW_PX)
    assert _opened_by(lambda: double_click(ground(table), below), table) == []


def test_room_left_over_is_shared_and_never_more_than_there_is(qtbot: QtBot) -> None:
    columns: tuple[Column[House], ...] = (
        Column("street", lambda: "Street", lambda row: Cell(row.street), 300, stretch=True),
        Column("heat", lambda: "Heat", _heat, 90, right=True),
        Column("note", lambda: "Note", lambda _row: Cell(), 100, stretch=True),
    )
    model: RowsModel[House] = RowsModel(columns, lambda row: row.number)
    made = Table(model, Look(), "Houses")
    qtbot.addWidget(made)
    made.resize(560, 300)
    made.show()
    head, ground = made.horizontalHeader(), made.viewport()
    assert head is not None
    assert ground is not None
    for width in (500, 540, 700, 1200):
        made.resize(width, 300)
        QApplication.processEvents()
        sizes = [head.sectionSize(at) for at in range(3)]
        assert sizes[0] - 300 == sizes[2] - 100 >= 0, "each gets as much more than it needs"
        assert sum(sizes) <= max(ground.width(), 490), "no scroll bar while all have room"


def test_a_table_that_waits_long_for_its_rows_says_so(qtbot: QtBot) -> None:
    columns: tuple[Column[House], ...] = (Column("heat", lambda: "Heat", _heat, 90),)
    model: RowsModel[House] = RowsModel(columns, lambda row: row.number)
    made = Table(model, Look(), "Houses")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    assert waits(made) == "", "an answer that comes at once leaves no word behind"
    qtbot.waitUntil(lambda: waits(made) == "No answer yet", timeout=5000)
    waiting = made.grab().toImage()
    model.replace([])
    assert waits(made) == "", "that there are none is an answer, and the page says it"
    assert made.grab().toImage() != waiting, "it stood on the screen"
    model.replace(houses(3))
    assert waits(made) == ""
