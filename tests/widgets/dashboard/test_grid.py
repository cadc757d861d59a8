"""The grid: a dragged tile shows where it will stand, the others make room, Esc lets go."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.desk import Desk
from tests.fakes.hands import double_click, drag, key
from tests.widgets.eyes import button_named, colours
from widgets.controls.card import GAP, MARGIN
from widgets.dashboard.board import COLUMNS, BoardPage, Place, Tile
from widgets.dashboard.grid import ROW_PX, Grid

MakeDesk = Callable[..., Desk]
MOUSE = cast("Any", QTest)  # its stubs count `self` as an argument
HEAD = QPoint(60, 16)


def note(name: str, *at: int) -> Tile:
    return Tile(name, "note", Place(*at), {"title": name, "text": name})


ROW = BoardPage(
    "k", "Row", (note("a", 0, 0, 2, 1), note("b", 2, 0, 2, 1), note("c", 4, 0, 4, 2))
)


def pull(cover: QWidget, way: QPoint) -> None:
    """Take a tile by its head and let go so far away; it moves under the pointer."""
    MOUSE.mousePress(cover, Qt.MouseButton.LeftButton, pos=HEAD)
    MOUSE.mouseMove(cover, HEAD + way)
    MOUSE.mouseRelease(cover, Qt.MouseButton.LeftButton, pos=HEAD)


class Hands:
    """A grid in its area, and what it told."""

    def __init__(self, desk: Desk, qtbot: QtBot, page: BoardPage, width: int = 1600) -> None:
        self.grid = Grid(desk.context, lambda _detail: None)
        self.area = self.grid.scroll_in()
        qtbot.addWidget(self.area)
        self.told: list[BoardPage] = []
        self.asked: list[str] = []
        self.grid.altered.connect(self._take)
        self.grid.asking.connect(self.asked.append)
        self.area.resize(width, 800)
        self.area.show()
        self.grid.show_page(page)
        self.grid.edit(True)
        QApplication.processEvents()

    def _take(self, page: BoardPage) -> None:
        self.told.append(page)
        self.grid.show_page(page)

    @property
    def cell(self) -> QPoint:
        """How far a cell is from the next."""
        first, right = (self.grid.rectangle(Place(x, 0, 1, 1)) for x in (0, 1))
        return QPoint(right.left() - first.left(), ROW_PX + GAP)

    def cover(self, name: str) -> QWidget:
        return self.grid.frames[name]._cover

    def places(self) -> dict[str, tuple[int, int, int, int]]:
        return {
            t.id: (t.place.x, t.place.y, t.place.w, t.place.h) for t in self.grid.page.tiles
        }


@pytest.fixture
def hands(make_desk: MakeDesk, qtbot: QtBot) -> Hands:
    return Hands(make_desk(), qtbot, ROW)


def test_cells_have_the_measures_of_the_house(hands: Hands) -> None:
    one, two = (hands.grid.rectangle(Place(0, 0, w, h)) for w, h in ((1, 1), (2, 2)))
    assert one.topLeft() == QPoint(MARGIN, 0)
    assert one.height() == 132
    assert two.height() == 2 * 132 + 16
    whole = hands.grid.rectangle(Place(0, 0, COLUMNS, 1))
    assert whole.right() + MARGIN >= hands.grid.width() - 2
    assert whole.left() == MARGIN


def test_half_a_cell_decides_where_a_tile_comes_to_stand(hands: Hands) -> None:
    x = hands.cell.x()
    pull(hands.cover("a"), QPoint(round(x * 0.45), 0))
    assert hands.told == []
    pull(hands.cover("a"), QPoint(round(x * 0.55), 0))
    assert hands.places()["a"][0] == 1


def test_a_click_without_moving_is_no_step_and_takes_the_focus(hands: Hands) -> None:
    drag(hands.cover("b"), HEAD)
    assert hands.told == []
    assert hands.grid.frames["b"].hasFocus()


def test_while_it_is_dragged_the_others_already_make_room(hands: Hands) -> None:
    over = HEAD + QPoint(2 * hands.cell.x(), 0)
    before = hands.grid.frames["b"].geometry()
    MOUSE.mousePress(hands.cover("a"), Qt.MouseButton.LeftButton, pos=HEAD)
    MOUSE.mouseMove(hands.cover("a"), over)
    QApplication.processEvents()
    held = hands.grid.frames["a"]
    assert held.property("held")
    assert hands.grid.frames["b"].geometry() != before
    assert hands.told == []
    assert hands.grid.grab().toImage().width() > 0
    MOUSE.mouseRelease(hands.cover("a"), Qt.MouseButton.LeftButton, pos=HEAD)
    assert len(hands.told) == 1
    assert not held.property("held")


def test_esc_during_a_drag_puts_everything_back(hands: Hands) -> None:
    before = {name: each.geometry() for name, each in hands.grid.frames.items()}
    MOUSE.mousePress(hands.cover("a"), Qt.MouseButton.LeftButton, pos=HEAD)
    MOUSE.mouseMove(hands.cover("a"), HEAD + QPoint(3 * hands.cell.x(), 40))
    key(hands.grid.frames["a"], Qt.Key.Key_Escape)
    MOUSE.mouseRelease(hands.cover("a"), Qt.MouseButton.LeftButton, pos=HEAD)
    assert hands.told == []
    assert {name: each.geometry() for name, each in hands.grid.frames.items()} == before


def test_beyond_the_edges_a_tile_stays_on_the_grid(hands: Hands) -> None:
    far = QPoint(9 * hands.cell.x(), 0)
    drag(hands.cover("a"), HEAD, HEAD + far)
    x, _y, w, _h = hands.places()["a"]
    assert x + w == COLUMNS
    drag(hands.cover("a"), HEAD, HEAD - far - QPoint(0, 900))
    assert hands.places()["a"][:2] == (0, 0)


def test_the_corner_makes_a_tile_wider_than_its_neighbour_allows(hands: Hands) -> None:
    cover = hands.cover("a")
    corner = QPoint(cover.width() - 4, cover.height() - 4)
    drag(cover, corner, corner + hands.cell * 2)
    assert hands.places()["a"] == (0, 0, 4, 3)
    assert hands.places()["b"][1] >= 3  # it made room below


def test_a_tile_is_never_wider_than_the_grid(hands: Hands) -> None:
    cover = hands.cover("c")
    corner = QPoint(cover.width() - 4, cover.height() - 4)
    drag(cover, corner, corner + QPoint(3000, 0))
    x, _y, w, _h = hands.places()["c"]
    assert x + w == COLUMNS


def test_the_pointer_tells_moving_from_sizing(hands: Hands) -> None:
    cover = hands.cover("a")
    MOUSE.mouseMove(cover, HEAD)
    assert cover.cursor().shape() is Qt.CursorShape.SizeAllCursor
    MOUSE.mouseMove(cover, QPoint(cover.width() - 3, cover.height() - 3))
    assert cover.cursor().shape() is Qt.CursorShape.SizeFDiagCursor


def test_a_double_click_and_enter_ask_what_the_tile_shows(hands: Hands) -> None:
    double_click(hands.cover("a"), HEAD)
    key(hands.grid.frames["b"], Qt.Key.Key_Return)
    assert hands.asked == ["a", "b"]


def test_the_cross_removes_and_the_pencil_asks(hands: Hands) -> None:
    frame = hands.grid.frames["a"]
    button_named(frame, "Choose what a shows").click()
    assert hands.asked == ["a"]
    button_named(frame, "Remove a").click()
    assert "a" not in hands.places()
    assert "a" not in hands.grid.frames


def test_a_tile_that_stays_keeps_its_widget_and_what_it_shows(hands: Hands) -> None:
    before = dict(hands.grid.frames)
    drag(hands.cover("a"), HEAD, HEAD + QPoint(hands.cell.x(), 0))
    assert hands.grid.frames == before
    changed = hands.grid.page.with_tile(
        Tile("a", "note", hands.grid.page.tiles[0].place, {"text": "new"})
    )
    hands.grid.show_page(changed)
    assert hands.grid.frames["a"] is not before["a"]
    assert hands.grid.frames["b"] is before["b"]


def test_while_one_edits_the_tiles_sleep(hands: Hands) -> None:
    assert not any(each.inside.isEnabled() for each in hands.grid.frames.values())
    hands.grid.edit(False)
    assert all(each.inside.isEnabled() for each in hands.grid.frames.values())
    assert not any(each._cover.isVisibleTo(each) for each in hands.grid.frames.values())


def test_the_cells_are_drawn_only_while_one_edits(hands: Hands) -> None:
    line = hands.grid._context.theme.line.lower()
    low = hands.grid.rectangle(Place(0, 3, 1, 1)).adjusted(-2, -2, 2, 2)
    assert line in colours(hands.grid.grab(low).toImage())
    hands.grid.edit(False)
    assert line not in colours(hands.grid.grab(low).toImage())


@pytest.mark.parametrize("width", [700, 1000, 1400, 2600])
def test_at_any_width_the_grid_fills_it_and_nothing_sticks_out(
    make_desk: MakeDesk, qtbot: QtBot, width: int
) -> None:
    hands = Hands(make_desk(), qtbot, ROW, width)
    hands.grid.edit(False)
    QApplication.processEvents()
    frames = list(hands.grid.frames.values())
    assert all(hands.grid.rect().contains(each.geometry()) for each in frames)
    for at, one in enumerate(frames):
        assert not any(one.geometry().intersects(o.geometry()) for o in frames[at + 1 :])
    widest = max(each.geometry().right() for each in frames)
    assert widest >= hands.grid.width() - MARGIN - 4


def test_a_long_page_scrolls_and_the_tile_moved_by_keys_stays_in_sight(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tiles = tuple(note(str(y), 0, y, 2, 1) for y in range(20))
    hands = Hands(make_desk(), qtbot, BoardPage("k", "Long", tiles))
    frame = hands.grid.frames["0"]
    frame.setFocus()
    for _ in range(12):
        key(frame, Qt.Key.Key_Down)
    assert hands.places()["0"][1] == 12
    QApplication.processEvents()
    assert not frame.visibleRegion().isEmpty()


def test_keys_mean_nothing_at_the_edges(hands: Hands) -> None:
    for which in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        key(hands.grid.frames["a"], which)
    assert hands.told == []
    key(hands.grid.frames["a"], Qt.Key.Key_X)
    assert hands.told == []


def test_an_unknown_name_moves_nothing(hands: Hands) -> None:
    hands.grid._step("nobody", 1, 0, False)
    assert hands.grid._moved("nobody", QPoint(500, 0), sizing=False) is None
    assert hands.told == []
