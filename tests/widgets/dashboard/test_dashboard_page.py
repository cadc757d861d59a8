"""The start page: tiles are moved, sized, added and removed by mouse and keys, undone, kept."""

import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.asked import Preset
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, drag, key
from tests.widgets.eyes import words
from widgets.dashboard.board import COLUMNS, BoardPage, Place, Tile, to_json
from widgets.dashboard.frame import TileFrame
from widgets.dashboard.grid import ROW_PX
from widgets.dashboard.pages import KEY, KIND, STEPS
from widgets.dashboard.tiletype import kinds_of_tiles
from widgets.pages.dashboard import PAGE, DashboardPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]
MOUSE = cast("Any", QTest)  # its stubs count `self` as an argument
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def opened(desk: Desk, qtbot: QtBot, width: int = 1700) -> DashboardPage:
    page = PAGE.build(desk.context, Show("dashboard"))
    assert isinstance(page, DashboardPage)
    qtbot.addWidget(page)
    page.resize(width, 1000)
    page.show()
    qtbot.waitUntil(lambda: desk.directory.is_listed and page.settled())
    return page


def places(page: DashboardPage) -> dict[str, Place]:
    return {tile.id: tile.place for tile in page.page.tiles}


def some(page: DashboardPage, kind: str) -> TileFrame:
    return next(each for each in page.grid.frames.values() if each.tile.kind == kind)


def cover(frame: TileFrame) -> QWidget:
    return frame._cover


def press(page: DashboardPage, name: str) -> None:
    for each in page.findChildren(QPushButton):
        if name in each.text() and each.isVisibleTo(page):
            click(each)
            return
    raise AssertionError(name)


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> DashboardPage:
    return opened(desk, qtbot)


def test_who_arranged_nothing_yet_sees_what_every_plant_wants_to_know(
    page: DashboardPage, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: "33.3" in words(page))  # mean return of twelve equal substations
    said = words(page)
    assert "Communication" in said
    assert "16 devices" in said
    assert "Urgent" in said
    assert {tile.kind for tile in page.page.tiles} >= {"communication", "alarms", "worst"}


def test_a_tile_is_dragged_by_the_mouse_to_other_cells(page: DashboardPage) -> None:
    page.edit(on=True)
    frame = some(page, "alarms")
    before = places(page)[frame.tile.id]
    start = QPoint(40, 16)
    cell = (
        page.grid.rectangle(Place(1, 0, 1, 1)).left()
        - page.grid.rectangle(Place(0, 0, 1, 1)).left()
    )
    drag(cover(frame), start, start - QPoint(cell, 0), start - QPoint(6 * cell, 0))
    after = places(page)[frame.tile.id]
    assert (before.x, after.x) == (6, 0)
    assert after.y == 0
    assert frame.geometry() == page.grid.rectangle(after)
    tiles = page.page.tiles
    assert not any(a.place.meets(b.place) for a in tiles for b in tiles if a is not b)


def test_the_corner_sizes_a_tile_in_whole_cells_and_never_too_small(
    page: DashboardPage,
) -> None:
    page.edit(on=True)
    frame = some(page, "communication")
    corner = QPoint(frame.width() - 4, frame.height() - 4)
    drag(cover(frame), corner, corner + QPoint(0, 40), corner + QPoint(10, ROW_PX))
    assert places(page)[frame.tile.id].h == 3
    corner = QPoint(frame.width() - 4, frame.height() - 4)
    drag(cover(frame), corner, corner - QPoint(500, 500), corner - QPoint(900, 900))
    smallest = kinds_of_tiles()["communication"].smallest
    at = places(page)[frame.tile.id]
    assert (at.w, at.h) == smallest


def test_esc_lets_go_of_a_tile_where_it_was(page: DashboardPage) -> None:
    page.edit(on=True)
    frame, before = some(page, "alarms"), places(page)
    MOUSE.mousePress(cover(frame), Qt.MouseButton.LeftButton, pos=QPoint(40, 16))
    MOUSE.mouseMove(cover(frame), QPoint(-400, 16))
    key(frame, Qt.Key.Key_Escape)
    MOUSE.mouseRelease(cover(frame), Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
    assert places(page) == before
    assert not page.boards.steps.can_undo


def test_the_arrow_keys_move_and_with_shift_size_the_tile_in_focus(
    page: DashboardPage,
) -> None:
    page.edit(on=True)
    frame = some(page, "alarms")
    frame.setFocus()
    key(frame, Qt.Key.Key_Left)
    assert places(page)[frame.tile.id].x == 5
    key(frame, Qt.Key.Key_Down, SHIFT)
    assert places(page)[frame.tile.id].h == 3
    key(frame, Qt.Key.Key_Left, SHIFT)
    key(frame, Qt.Key.Key_Left, SHIFT)
    assert places(page)[frame.tile.id].w == 2  # its smallest
    for _ in range(20):
        key(frame, Qt.Key.Key_Right)
    at = places(page)[frame.tile.id]
    assert at.x + at.w == COLUMNS
    assert frame.hasFocus()


def test_a_tile_goes_down_past_its_neighbour_by_one_key(page: DashboardPage) -> None:
    page.edit(on=True)
    first = next(t for t in page.page.tiles if t.kind == "keyfigure")
    frame = page.grid.frames[first.id]
    frame.setFocus()
    key(frame, Qt.Key.Key_Down)
    assert places(page)[first.id].y == 1


def test_delete_removes_and_a_hundred_steps_come_back(page: DashboardPage) -> None:
    page.edit(on=True)
    start = page.page
    frame = some(page, "alarms")
    frame.setFocus()
    for at in range(STEPS):
        key(frame, Qt.Key.Key_Left if at % 2 == 0 else Qt.Key.Key_Right)
    key(frame, Qt.Key.Key_Delete)
    assert frame.tile.id not in places(page)
    end = page.page
    for _ in range(STEPS + 1):
        key(page.grid, Qt.Key.Key_Z, CTRL)
    assert page.page == start
    assert not page.boards.steps.can_undo
    for _ in range(STEPS + 1):
        key(page.grid, Qt.Key.Key_Y, CTRL)
    assert page.page == end


def test_every_kind_that_asks_nothing_is_added_where_there_is_room(
    page: DashboardPage,
) -> None:
    page.edit(on=True)
    for kind in kinds_of_tiles().values():
        if not kind.asks_first:
            before = len(page.page.tiles)
            page.add(kind.id)
            assert len(page.page.tiles) == before + 1
            new = page.page.tiles[-1] if page.page.tiles[-1].kind == kind.id else None
            assert new is None or (new.place.w, new.place.h) == kind.usual


def test_the_menu_offers_every_kind_with_a_sentence(page: DashboardPage) -> None:
    page.edit(on=True)
    menu = page.tools.add.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    titles = [act.text() for act in menu.actions()]
    assert titles == [kind.title() for kind in kinds_of_tiles().values()]
    assert all(act.toolTip() for act in menu.actions())


def test_what_was_arranged_stands_there_again(desk: Desk, qtbot: QtBot) -> None:
    page = opened(desk, qtbot)
    press(page, "Edit layout")
    frame = some(page, "alarms")
    frame.setFocus()
    key(frame, Qt.Key.Key_Left)
    press(page, "Done")
    wanted = page.page
    again = opened(desk, qtbot)
    assert again.page == wanted
    kept = json.loads(desk.services.desk.kept[VIEWER.login, KEY])
    assert len(kept) == 1


def test_outside_the_edit_mode_nothing_can_be_moved(page: DashboardPage) -> None:
    frame, before = some(page, "alarms"), places(page)
    assert not cover(frame).isVisibleTo(frame)
    key(frame, Qt.Key.Key_Left)
    key(frame, Qt.Key.Key_Delete)
    key(page.grid, Qt.Key.Key_Z, CTRL)
    assert places(page) == before


def choose(menu: QMenu | None, *names: str) -> None:
    """Open a menu and choose an entry, through the menus below it."""
    assert menu is not None
    menu.aboutToShow.emit()
    for name in names[:-1]:
        below = next(each for each in menu.findChildren(QMenu) if each.title() == name)
        assert below.isEnabled(), name
        menu = below
    act = next(each for each in menu.actions() if each.text() == names[-1])
    assert act.isEnabled(), names
    act.trigger()


def test_pages_are_added_renamed_moved_doubled_and_removed_with_undo(
    page: DashboardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([("Energy", True), ("Heat & power", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_a, **_k: next(answers))
    menu = page.tools.pages.menu()
    choose(menu, "New page…")
    assert [each.name for each in page.boards.pages] == ["", "Energy"]
    assert any("no tiles yet" in each for each in words(page))
    choose(menu, "Rename…")
    choose(menu, "Move left")
    assert [each.name for each in page.boards.pages] == ["Heat & power", ""]
    choose(menu, "Duplicate")
    assert page.page.name == "Heat & power (copy)"
    choose(menu, "Remove this page")
    choose(menu, "Remove this page")
    assert len(page.boards.pages) == 1
    page.edit(on=True)
    for _ in range(6):
        key(page.grid, Qt.Key.Key_Z, CTRL)
    assert [each.name for each in page.boards.pages] == [""]
    for _ in range(4):
        key(page.grid, Qt.Key.Key_Y, CTRL)
    assert len(page.boards.pages) == 3


def test_a_shared_page_is_seen_by_others_follows_its_owner_and_can_be_copied(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    tiles = (Tile("a", "note", Place(0, 0, 2, 2), {"text": "Mind pump 2"}),)
    content = json.dumps(to_json(BoardPage("k", "Night shift", tiles)))
    theirs = Preset("p9", KIND, "Night shift", "holm", shared=True, content=content)
    services.desk.all_presets["p9"] = theirs
    desk = make_desk(services)
    page = opened(desk, qtbot)
    qtbot.waitUntil(lambda: bool(page.boards.offered()))
    choose(page.tools.pages.menu(), "Pages shared by others", "Night shift (by holm)")
    assert "Mind pump 2" in words(page)
    assert not page.tools.edit.isEnabled()
    page.edit(on=True)
    assert not page.editing
    press(page, "Keep a copy of my own")
    assert page.tools.edit.isEnabled()
    page.edit(on=True)
    page.boards.put(page.page.without(page.page.tiles[0].id))
    assert services.desk.all_presets["p9"].content == content


def test_sharing_a_page_keeps_others_up_to_date(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    choose(page.tools.pages.menu(), "Share with everybody")
    qtbot.waitUntil(lambda: bool(page.page.shares))
    [preset] = desk.services.desk.all_presets.values()
    assert preset.shared
    page.boards.put(page.page.without(page.page.tiles[0].id))
    page.boards.keep()
    wanted = len(page.page.tiles)
    qtbot.waitUntil(
        lambda: (
            len(
                json.loads(next(iter(desk.services.desk.all_presets.values())).content)["tiles"]
            )
            == wanted
        )
    )
    choose(page.tools.pages.menu(), "Share no longer")
    qtbot.waitUntil(lambda: not desk.services.desk.all_presets)


@pytest.mark.parametrize("width", [980, 1280, 1920])
def test_at_any_width_tiles_cover_nothing_and_stay_in_sight(
    desk: Desk, qtbot: QtBot, width: int
) -> None:
    page = opened(desk, qtbot, width)
    QApplication.processEvents()
    frames = list(page.grid.frames.values())
    for at, one in enumerate(frames):
        assert page.grid.rect().contains(one.geometry())
        assert not any(one.geometry().intersects(o.geometry()) for o in frames[at + 1 :])
    assert page.grid.is_narrow is (width < 1100)


def test_a_tile_nobody_knows_and_one_nobody_may_see_say_so(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    odd = Tile("x", "weather-of-mars", Place(0, 0, 2, 1))
    page.boards.put(page.page.with_tile(odd))
    assert "This Heatdesk does not know such a tile." in words(page)


def test_communication_names_the_silent_and_leads_to_them(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    row = next(
        each
        for each in page.findChildren(QPushButton)
        if each.accessibleName().startswith("Lindevej 8") and each.isVisibleTo(page)
    )
    assert "3 h 12 min" in row.accessibleName()
    click(row)
    assert desk.shown[-1] == Show("device", "lindevej-8", part="communication")  # type: ignore[arg-type]


def test_a_plant_without_devices_says_what_is_missing(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(FakeServices.empty()), qtbot)
    assert any("No device has such a value yet" in each for each in words(page))
    assert "–" in words(page)
