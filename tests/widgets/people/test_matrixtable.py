"""The matrix of rights is read by eye and by ear, and keeps its place under the hand."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QModelIndex, QPoint, Qt
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.model.rights import Capability, Rights, Scope, every_right
from app.users.roles import preset_roles
from tests.fakes import hands
from widgets.models.rolematrix import RoleMatrix
from widgets.people.matrixtable import MatrixTable
from widgets.theme import Look

ROLES = sorted(preset_roles().values(), key=lambda role: -role.rank)
BOSS = Rights(every_right().cells, role="administrator", rank=100)
Put = Callable[[str, Capability], QModelIndex]


@pytest.fixture
def table(qtbot: QtBot) -> MatrixTable:
    matrix = RoleMatrix(BOSS)
    matrix.take(ROLES, BOSS)
    made = MatrixTable(matrix, Look("day"), "Roles and rights")
    qtbot.addWidget(made)
    made.resize(1700, 900)
    made.show()
    made.reread()
    return made


@pytest.fixture
def put(table: MatrixTable) -> Put:
    """Put the focus on a cell."""

    def place(role: str, capability: Capability) -> QModelIndex:
        cells = table.cells
        row = next(at for at in range(cells.rowCount()) if cells.capability(at) is capability)
        index = cells.index(row, [each.id for each in cells.roles].index(role))
        table.setCurrentIndex(index)
        return index

    return place


def spoken(index: QModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def picture(table: MatrixTable, index: QModelIndex) -> QImage:
    """What a cell looks like, the ring of the focus elsewhere."""
    other = table.cells.index(1, table.cells.columnCount() - 1)
    table.setCurrentIndex(other)
    table.clearSelection()
    table.scrollTo(index)
    ground = table.viewport()
    assert ground is not None
    return ground.grab(table.visualRect(index)).toImage()


def test_the_first_right_has_the_focus_not_the_head_of_its_group(table: MatrixTable) -> None:
    cell = table.current()
    assert cell is not None
    assert cell[0].id == "administrator"
    assert table.cells.capability(0) is None


def test_every_cell_speaks_of_its_role_right_and_reach(table: MatrixTable, put: Put) -> None:
    index = put("full", Capability.WRITE_LIMITED)
    assert spoken(index).startswith("Full: Change the technician’s settings – ")
    table.set_scope(Scope.NONE)
    assert spoken(index).endswith("(not saved yet)")
    tip = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "not saved yet" in tip
    assert index.data(Qt.ItemDataRole.DecorationRole) is None


def test_heads_of_groups_and_places_beyond_the_table_are_nobodys(table: MatrixTable) -> None:
    cells = table.cells
    assert cells.index(0, 0).data() is None
    assert cells.cell(QModelIndex()) is None
    assert cells.capability(-1) is None
    assert cells.capability(10_000) is None
    assert cells.headerData(10_000, Qt.Orientation.Vertical) is None
    assert cells.headerData(10_000, Qt.Orientation.Horizontal) is None
    assert cells.rowCount(cells.index(1, 1)) == cells.columnCount(cells.index(1, 1)) == 0


def test_what_is_staged_looks_it_and_looks_as_before_when_taken_back(
    table: MatrixTable, put: Put
) -> None:
    index = put("basic", Capability.KEEP_NOTES)
    before = picture(table, index)
    put("basic", Capability.KEEP_NOTES)
    table.set_scope(Scope.NONE)
    staged = picture(table, index)
    assert staged != before
    put("basic", Capability.KEEP_NOTES)
    table.set_scope(preset_roles()["basic"].scope(Capability.KEEP_NOTES))
    assert not table.cells.matrix.staged
    assert picture(table, index) == before


def test_the_look_of_night_is_another_one(table: MatrixTable, qtbot: QtBot) -> None:
    other = MatrixTable(table.cells.matrix, Look("night"), "Roles and rights")
    qtbot.addWidget(other)
    other.resize(table.size())
    other.show()
    other.reread()
    places = [each.cells.index(2, 3) for each in (table, other)]
    assert picture(table, places[0]) != picture(other, places[1])


def test_a_double_click_beside_the_table_changes_nothing(
    table: MatrixTable, put: Put, qtbot: QtBot
) -> None:
    put("basic", Capability.ACKNOWLEDGE)
    table.cells.matrix.compare(["basic", "full"])
    table.reread()
    ground = table.viewport()
    assert ground is not None
    with qtbot.assertNotEmitted(table.edited):
        hands.double_click(ground, QPoint(ground.width() - 5, ground.height() - 5))
    assert not table.cells.matrix.staged


def test_comparing_and_back_keeps_the_focus_inside(table: MatrixTable, put: Put) -> None:
    put("read-only", Capability.KEEP_OWN)
    table.cells.matrix.compare(["basic", "read-only"])
    table.reread()
    assert table.current() is not None, "keys go on from a cell"
    table.cells.matrix.compare(["administrator", "manager"])
    table.reread()
    assert table.cells.rowCount() == 0
    assert table.current() is None
    table.cells.matrix.compare(())
    table.reread()
    assert table.cells.columnCount() == len(ROLES)
    assert table.current() is not None


def test_columns_are_wide_enough_for_their_words(table: MatrixTable) -> None:
    letters = table.fontMetrics()
    for at in range(table.cells.columnCount()):
        head = str(table.cells.headerData(at, Qt.Orientation.Horizontal))
        assert table.columnWidth(at) >= min(letters.horizontalAdvance(head), 200)


def test_the_refusal_is_told_once_and_nothing_is_edited(
    table: MatrixTable, put: Put, qtbot: QtBot
) -> None:
    put("administrator", Capability.SEE_PLANT)
    told: list[str] = []
    table.refused.connect(told.append)
    with qtbot.assertNotEmitted(table.edited):
        for key in (Qt.Key.Key_Space, Qt.Key.Key_0, Qt.Key.Key_Return):
            hands.key(table, key)
    assert len(told) == 3
    assert len(set(told)) == 1
