"""The start page in every language and size: no word is cut, nothing lies over anything."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.words import LANGUAGES, PSEUDO, use_language
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.widgets.eyes import LONG, MARKUP, overlapping
from widgets.controls.card import Elided
from widgets.dashboard.board import BoardPage, Place, Tile
from widgets.dashboard.tiletype import kinds_of_tiles
from widgets.pages.dashboard import PAGE, DashboardPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]
SIZES = [(980, 700), (1280, 800), (1920, 1080)]


@pytest.fixture(params=[*LANGUAGES, PSEUDO])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language("en")


def opened(desk: Desk, qtbot: QtBot, size: tuple[int, int], *tiles: Tile) -> DashboardPage:
    page = PAGE.build(desk.context, Show("dashboard"))
    assert isinstance(page, DashboardPage)
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    if tiles:
        made = BoardPage("all", "All", ())
        for tile in tiles:
            made = made.with_tile(tile)
        page.boards.put(made)
        page.go("all")
    qtbot.wait(50)
    QApplication.processEvents()
    return page


def cut(page: QWidget) -> list[str]:
    """Return the texts that do not fit where they stand and have no way to give in."""
    found = []
    for each in page.findChildren(QLabel):
        if not each.isVisibleTo(page) or not each.text() or isinstance(each, Elided):
            continue
        if each.wordWrap():
            if each.height() + 1 < each.heightForWidth(each.width()):
                found.append(each.text())
        elif QFontMetricsF(each.font()).horizontalAdvance(each.text()) > each.width() + 2:
            found.append(each.text())
    for push in page.findChildren(QPushButton):
        plain = push.text().replace("&&", "&")
        room = push.width() - 8
        wide = QFontMetricsF(push.font()).horizontalAdvance(plain)
        if push.isVisibleTo(page) and plain and wide > room:
            found.append(plain)
    return found


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("size", SIZES)
def test_no_word_of_the_standard_page_is_cut(
    make_desk: MakeDesk, qtbot: QtBot, size: tuple[int, int]
) -> None:
    page = opened(make_desk(), qtbot, size)
    # A figure that has just arrived gets its room with the next turn of the loop.
    qtbot.waitUntil(lambda: cut(page) == [], timeout=30_000)
    page.edit(on=True)
    QApplication.processEvents()
    assert [each for each in cut(page.tools) if each] == []


@pytest.mark.usefixtures("spoken")
def test_the_smallest_tile_of_every_kind_holds_its_words(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tiles, y = [], 0
    for kind in kinds_of_tiles().values():
        w, h = kind.smallest
        tiles.append(Tile(kind.id, kind.id, Place(0, y, w, h)))
        y += h
    page = opened(make_desk(), qtbot, (1700, 1000), *tiles)
    # A figure that has just arrived gets its room with the next turn of the loop.
    qtbot.waitUntil(
        lambda: [each for each in cut(page) if "…" not in each] == [], timeout=30_000
    )


@pytest.mark.parametrize("name", [LONG, MARKUP, "m" * 300, "\u202eabc", "🔥" * 40])
def test_odd_names_in_notes_and_pages_are_shown_as_they_are(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    tile = Tile("n", "note", Place(0, 0, 2, 1), {"title": name, "text": name})
    page = opened(make_desk(), qtbot, (1280, 800), tile)
    shown = [each for each in page.findChildren(QLabel) if name in each.text()]
    assert len(shown) >= 2
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in shown)
    assert page.width() == 1280


@pytest.mark.parametrize("size", SIZES)
def test_controls_of_the_page_do_not_cover_each_other(
    make_desk: MakeDesk, qtbot: QtBot, size: tuple[int, int]
) -> None:
    page = opened(make_desk(), qtbot, size)
    buttons = [each for each in page.findChildren(QPushButton) if each.isVisibleTo(page)]
    lying = [
        (one.accessibleName(), other.accessibleName())
        for one, other in overlapping(buttons, page)
        if not one.isAncestorOf(other) and not other.isAncestorOf(one)
    ]
    assert lying == []


@pytest.mark.parametrize("editing", [False, True])
def test_everything_can_be_reached_by_the_tab_key_in_order_of_reading(
    make_desk: MakeDesk, qtbot: QtBot, editing: bool
) -> None:
    page = opened(make_desk(FakeServices()), qtbot, (1920, 1080))
    page.edit(on=editing)
    frames = list(page.grid.frames.values())
    reached: list[QWidget] = []
    walker: QWidget | None = frames[0]
    for _ in range(2000):
        walker = walker.nextInFocusChain() if walker is not None else None
        if walker is None or walker in reached:
            break
        reached.append(walker)
    order = [reached.index(frame) for frame in frames[1:] if frame in reached]
    assert len(order) == len(frames) - 1
    assert all(
        bool(frame.focusPolicy() & Qt.FocusPolicy.TabFocus) is editing for frame in frames
    )
