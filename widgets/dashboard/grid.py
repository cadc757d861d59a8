"""The grid the tiles stand on: lays them out, and lets them be moved by mouse and keys."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from PyQt6.QtCore import QPoint, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QScrollArea, QWidget

from app.words import _
from widgets.controls.card import GAP, MARGIN
from widgets.dashboard.board import (
    COLUMNS,
    BoardPage,
    Place,
    Tile,
    folded,
    rows_of,
)
from widgets.dashboard.frame import TileFrame
from widgets.dashboard.tiletype import MakeDiagram, kinds_of_tiles
from widgets.pagetype import PageContext

ROW_PX = 132
_NARROW_PX = 112  # a column below this width is too narrow for eight of them
_FEW = 4


class Grid(QWidget):
    """One page's tiles; ``altered`` hands over the page after a move, once it is settled."""

    altered = pyqtSignal(object)  # BoardPage
    asking = pyqtSignal(str)  # tile

    def __init__(self, context: PageContext, diagram: MakeDiagram) -> None:
        super().__init__()
        self.setObjectName("groundinside")
        self._context, self._diagram = context, diagram
        self._page = BoardPage("", "")
        self._trial: BoardPage | None = None  # while a tile is dragged
        self._editing = False
        self.frames: dict[str, TileFrame] = {}
        self._area: QScrollArea | None = None

    def scroll_in(self) -> QScrollArea:
        """Return the grid in an area that scrolls."""
        area = QScrollArea()
        area.setObjectName("ground")
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Dashboard"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self)
        self._area = area
        return area

    @property
    def page(self) -> BoardPage:
        """What is shown."""
        return self._page

    @property
    def is_narrow(self) -> bool:
        """Whether the window is too narrow for the whole grid: tiles then are folded."""
        return (self.width() - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS < _NARROW_PX

    def show_page(self, page: BoardPage) -> None:
        """Show a page; tiles that stay the same keep what they show."""
        self._page, self._trial = page, None
        kinds = kinds_of_tiles()
        wanted = {tile.id: tile for tile in page.tiles}
        for name, frame in list(self.frames.items()):
            tile = wanted.get(name)
            same = tile is not None and _alike(tile, frame.tile)
            if not same:
                del self.frames[name]
                frame.hide()
                frame.deleteLater()
        for each in _reading_order(page.tiles):
            if each.id not in self.frames:
                kind = kinds.get(each.kind)
                self._take_in(TileFrame(self._context, kind, each, self._diagram), each.id)
            self.frames[each.id].tile = each
            self.frames[each.id].edit(self._editing)
        self._order_focus()
        self._arrange()

    def edit(self, on: bool) -> None:
        """Let tiles be moved, or live."""
        self._editing = on
        for frame in self.frames.values():
            frame.edit(on)
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if not self._editing:
            return
        painter = QPainter(self)
        theme = self._context.theme
        rows = max(rows_of(self._shown()) + 1, self.height() // (ROW_PX + GAP))
        painter.setPen(QPen(QColor(theme.line), 1, Qt.PenStyle.DotLine))
        for row in range(rows):
            for column in range(COLUMNS):
                painter.drawRoundedRect(self.rectangle(Place(column, row, 1, 1)), 6, 6)
        if self._trial is not None:
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.setBrush(QColor(theme.selection))
            for tile in self._trial.tiles:
                if tile.id in self.frames and self.frames[tile.id].property("held"):
                    painter.drawRoundedRect(self.rectangle(tile.place), 6, 6)

    def rectangle(self, place: Place, columns: int = COLUMNS) -> QRect:
        """Return where cells lie, in px."""
        wide = (self.width() - 2 * MARGIN - (columns - 1) * GAP) / columns
        left = MARGIN + place.x * (wide + GAP)
        right = left + place.w * wide + (place.w - 1) * GAP
        top = place.y * (ROW_PX + GAP)
        high = place.h * ROW_PX + (place.h - 1) * GAP
        return QRect(round(left), top, round(right) - round(left), high)

    def _take_in(self, frame: TileFrame, name: str) -> None:
        self.frames[name] = frame
        frame.setParent(self)
        frame.dragged.connect(partial(self._drag, name))
        frame.dropped.connect(partial(self._drop, name))
        frame.given_up.connect(self._give_up)
        frame.stepped.connect(partial(self._step, name))
        frame.removing.connect(lambda: self.altered.emit(self._page.without(name)))
        frame.asking.connect(partial(self.asking.emit, name))
        frame.show()

    def _shown(self) -> Sequence[Tile]:
        return (self._trial or self._page).tiles

    def _arrange(self) -> None:
        narrow = self.is_narrow and not self._editing
        tiles = folded(self._page.tiles, _FEW) if narrow else self._shown()
        columns = _FEW if narrow else COLUMNS
        for tile in tiles:
            frame = self.frames.get(tile.id)
            if frame is not None and not frame.property("held"):
                frame.setGeometry(self.rectangle(tile.place, columns))
        rows = rows_of(tiles) + (1 if self._editing else 0)
        self.setMinimumHeight(rows * (ROW_PX + GAP))
        self.update()

    def _order_focus(self) -> None:
        """Let Tab go from tile to tile as one reads."""
        ordered = [self.frames[t.id] for t in _reading_order(self._page.tiles)]
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(_last_within(before), after)

    def _moved(self, name: str, away: QPoint, *, sizing: bool) -> BoardPage | None:
        """Return the page if the tile was let go here."""
        tile = self._page.tile(name)
        if tile is None:
            return None
        cell = self.rectangle(Place(0, 0, 1, 1)).size() + QSize(GAP, GAP)
        columns, rows = round(away.x() / cell.width()), round(away.y() / cell.height())
        return self._shifted(tile, columns, rows, sizing=sizing)

    def _shifted(self, tile: Tile, columns: int, rows: int, *, sizing: bool) -> BoardPage:
        at, kind = tile.place, kinds_of_tiles().get(tile.kind)
        least = kind.smallest if kind is not None else (1, 1)
        if sizing:
            w = min(max(at.w + columns, least[0]), COLUMNS - at.x)
            place = replace(at, w=w, h=max(at.h + rows, least[1]))
        else:
            place = replace(at, x=at.x + columns, y=at.y + rows)
        return self._page.with_tile(replace(tile, place=place.fitted()))

    def _drag(self, name: str, away: QPoint, sizing: bool) -> None:
        frame, tile = self.frames[name], self._page.tile(name)
        if tile is None:
            return
        frame.setProperty("held", True)
        box = self.rectangle(tile.place)
        if sizing:
            smallest = QSize(GAP * 4, GAP * 4)
            frame.setGeometry(QRect(box.topLeft(), (box.size() + QSize(away.x(), away.y()))
                                    .expandedTo(smallest)))  # fmt: skip
        else:
            frame.setGeometry(box.translated(away))
        self._trial = self._moved(name, away, sizing=sizing)
        self._arrange()
        if self._area is not None:
            self._area.ensureWidgetVisible(frame, 0, GAP)

    def _drop(self, name: str, away: QPoint, sizing: bool) -> None:
        moved = self._moved(name, away, sizing=sizing)
        self._give_up()
        if moved is not None and moved != self._page:
            self.altered.emit(moved)

    def _give_up(self) -> None:
        self._trial = None
        for frame in self.frames.values():
            frame.setProperty("held", False)
        self._arrange()

    def _step(self, name: str, columns: int, rows: int, sizing: bool) -> None:
        tile = self._page.tile(name)
        if tile is None:
            return
        moved = self._shifted(tile, columns, rows, sizing=sizing)
        if moved != self._page:
            self.altered.emit(moved)
            frame = self.frames.get(name)
            if frame is not None and self._area is not None:
                self._area.ensureWidgetVisible(frame, 0, GAP)


def _alike(one: Tile, other: Tile) -> bool:
    return one.kind == other.kind and dict(one.options) == dict(other.options)


def _reading_order(tiles: Sequence[Tile]) -> list[Tile]:
    return sorted(tiles, key=lambda tile: (tile.place.y, tile.place.x))


def _last_within(frame: TileFrame) -> QWidget:
    """Return the last control inside a tile that the keyboard reaches."""
    inside = [
        each
        for each in frame.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    return inside[-1] if inside else frame
