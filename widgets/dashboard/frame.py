"""A tile in its frame: a head to drag it by, a corner to size it, keys for both."""

from collections.abc import Callable

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.controls.card import Card
from widgets.controls.plain import button, sentence
from widgets.dashboard.board import Tile
from widgets.dashboard.tiletype import Given, MakeDiagram, TileType
from widgets.pagetype import PageContext

GRIP_PX = 16
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class _Cover(QWidget):
    """Lies over a tile while the layout is edited: takes the mouse and draws the grip."""

    def __init__(self, frame: "TileFrame") -> None:
        super().__init__(frame)
        self._frame = frame
        self._from: QPoint | None = None
        self._sizing = False
        self.setMouseTracking(True)
        self.hide()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._frame.context.theme
        if self._frame.hasFocus() or self._from is not None:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)
        painter.setPen(QPen(QColor(theme.control_edge), 1.5))
        right, low = self.width() - 5, self.height() - 5
        for step in (4, 8, 12):
            painter.drawLine(right, low - step, right - step, low)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._frame.setFocus()
        self._from = event.globalPosition().toPoint()
        self._sizing = self._is_grip(event.position().toPoint())
        self._frame.raise_()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        grip = self._is_grip(event.position().toPoint())
        shape = Qt.CursorShape.SizeFDiagCursor if grip else Qt.CursorShape.SizeAllCursor
        self.setCursor(shape)
        if self._from is not None:
            away = event.globalPosition().toPoint() - self._from
            self._frame.dragged.emit(away, self._sizing)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._from is not None:
            away = event.globalPosition().toPoint() - self._from
            self._from = None
            self._frame.dropped.emit(away, self._sizing)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._frame.asking.emit()

    def give_up(self) -> bool:
        """Let go of a drag under way; return whether there was one."""
        under_way, self._from = self._from is not None, None
        self.update()
        return under_way

    def _is_grip(self, at: QPoint) -> bool:
        return at.x() > self.width() - GRIP_PX and at.y() > self.height() - GRIP_PX


class TileFrame(Card):
    """One tile; while the layout is edited its content sleeps and the frame has the keys.

    ``dragged`` and ``dropped`` say how far, in px, and whether to size; ``stepped`` does
    so in cells.
    """

    dragged = pyqtSignal(QPoint, bool)
    dropped = pyqtSignal(QPoint, bool)
    given_up = pyqtSignal()
    stepped = pyqtSignal(int, int, bool)  # columns, rows, whether to size
    removing = pyqtSignal()
    asking = pyqtSignal()

    def __init__(
        self, context: PageContext, kind: TileType | None, tile: Tile, diagram: MakeDiagram
    ) -> None:
        """``kind`` None stands for a tile this program does not know or may not show."""
        super().__init__(kind.title() if kind is not None else _("Unknown tile"))
        self.context, self.kind, self.tile = context, kind, tile
        self.inside = self._build(kind, Given(
            context, tile.options, diagram, self.title, self.subtitle
        ))  # fmt: skip
        self.body.addWidget(self.inside, 1)
        self._away = button(
            "", self.removing.emit, look=context.look, drawing="close", role="bare",
            says=_("Remove {tile}").format(tile=self.title.text()),
        )  # fmt: skip
        self._choose = button(
            "", self.asking.emit, look=context.look, drawing="edit", role="bare",
            says=_("Choose what {tile} shows").format(tile=self.title.text()),
        )  # fmt: skip
        self._cover = _Cover(self)
        for each in (self._choose, self._away):
            each.setParent(self)
            each.setFixedSize(24, 24)
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter and Delete do the same
            each.hide()
        self.setAccessibleName(self.title.text())

    @property
    def is_edited(self) -> bool:
        """Whether the layout is edited now."""
        return self._cover.isVisibleTo(self)

    def edit(self, on: bool) -> None:
        """Let the tile be moved and sized, or live again."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus)
        self.inside.setEnabled(not on)
        self._cover.setVisible(on)
        self._away.setVisible(on)
        self._choose.setVisible(on and self.kind is not None and self.kind.ask is not None)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or not self.is_edited:
            super().keyPressEvent(event)
            return
        sizing = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        acts: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Delete: self.removing.emit,
            Qt.Key.Key_Return: self.asking.emit,
            Qt.Key.Key_Enter: self.asking.emit,
        }
        if event.key() in _ARROWS:
            self.stepped.emit(*_ARROWS[event.key()], sizing)
        elif event.key() in acts:
            acts[event.key()]()
        elif event.key() == Qt.Key.Key_Escape and self._cover.give_up():
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self._cover.update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._cover.update()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _arrange(self) -> None:
        self._cover.setGeometry(self.rect())
        self._cover.raise_()
        for at, each in enumerate((self._away, self._choose)):
            each.move(self.width() - 30 - at * 28, 6)
            each.raise_()

    def _build(self, kind: TileType | None, given: Given) -> QWidget:
        if kind is None:
            said = sentence(_("This Heatdesk does not know such a tile."))
        elif not self.context.viewer.may(kind.capability):
            said = sentence(_("You may not see what stands here."))
        else:
            return kind.build(given)
        said.setContentsMargins(12, 12, 12, 12)
        said.setAlignment(Qt.AlignmentFlag.AlignTop)
        return said
