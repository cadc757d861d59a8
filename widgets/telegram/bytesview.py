"""The bytes of a telegram in rows of sixteen; what is chosen is lit, with its layer."""

from collections.abc import Sequence

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.model.anatomy import Anatomy, Span
from app.words import _
from widgets.controls.card import PAD
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.theme import Look, Theme

ROW = 16
_CELL_PX, _LINE_PX, _SIDE_PX, _APART_PX = 27, 24, 40, 8
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -ROW,
    Qt.Key.Key_Down: ROW,
}


class BytesView(QWidget):
    """Draws bytes; a click or an arrow key picks the byte under it (GUI thread)."""

    picked = pyqtSignal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._digits: list[str] = []
        self._opened: set[int] = set()
        self._lit: set[int] = set()
        self._near: set[int] = set()
        self.cursor_at = 0
        self.setAccessibleName(_("Bytes of the telegram"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    @property
    def lit(self) -> frozenset[int]:
        """The places of the bytes that are lit."""
        return frozenset(self._lit)

    def show_bytes(self, anatomy: Anatomy) -> None:
        """Show a telegram, opened where it was sealed; nothing of it is lit."""
        opened, received = anatomy.opened, anatomy.received
        self._digits = [opened[at : at + 2] for at in range(0, len(opened), 2)]
        self._opened = {
            at
            for at in range(len(self._digits))
            if opened[2 * at : 2 * at + 2] != received[2 * at : 2 * at + 2]
        }
        self.cursor_at = 0
        self.light((), ())
        self.updateGeometry()

    def light(self, spans: Sequence[Span], layer: Sequence[Span]) -> None:
        """Light the bytes of a part, and quietly those of its layer."""
        self._lit = {at for start, end in spans for at in range(start, end)}
        self._near = {at for start, end in layer for at in range(start, end)} - self._lit
        if self._lit and self.cursor_at not in self._lit:
            self.cursor_at = min(self._lit)
        lit = " ".join(self._digits[at] for at in sorted(self._lit) if at < len(self._digits))
        self.setAccessibleDescription(lit)
        self.update()

    def cell(self, at: int) -> QRectF:
        """Return where a byte is drawn."""
        row, column = divmod(at, ROW)
        left = _SIDE_PX + column * _CELL_PX + (_APART_PX if column >= ROW // 2 else 0)
        return QRectF(left, PAD + row * _LINE_PX, _CELL_PX, _LINE_PX)

    def byte_at(self, x: float, y: float) -> int | None:
        """Return the byte drawn at a place."""
        for at in range(len(self._digits)):
            if self.cell(at).contains(x, y):
                return at
        return None

    def sizeHint(self) -> QSize:
        rows = max(1, -(-len(self._digits) // ROW))
        return QSize(_SIDE_PX + ROW * _CELL_PX + _APART_PX + PAD, rows * _LINE_PX + 2 * PAD)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        at = self.byte_at(event.position().x(), event.position().y())
        if at is not None:
            self._pick(at)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        step = _STEPS.get(Qt.Key(event.key())) if event is not None else None
        if step is None:
            super().keyPressEvent(event)
        elif 0 <= self.cursor_at + step < len(self._digits):
            self._pick(self.cursor_at + step)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        theme = self._look.theme
        painter.fillRect(self.rect(), QColor(theme.surface))
        for at, digits in enumerate(self._digits):
            self._paint_byte(painter, theme, at, digits)
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(theme.quiet))
        for at in range(0, len(self._digits), ROW):
            place = QRectF(0, self.cell(at).top(), _SIDE_PX - 8, _LINE_PX)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, str(at + 1))

    def _paint_byte(self, painter: QPainter, theme: Theme, at: int, digits: str) -> None:
        cell = self.cell(at)
        lit = at in self._lit
        if lit or at in self._near:
            colour = theme.selection if lit else theme.hover
            painter.fillRect(cell.adjusted(0, 2, 0, -2), QColor(colour))
        if lit:  # a line too: the colour alone does not say it
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawLine(cell.bottomLeft() + _UP, cell.bottomRight() + _UP)
        if at == self.cursor_at and self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRect(cell.adjusted(1, 2, -1, -2))
        painter.setFont(font(BODY_PX, strong=lit, italic=at in self._opened))
        painter.setPen(QColor(theme.text))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, digits)

    def _pick(self, at: int) -> None:
        self.cursor_at = at
        self.update()
        self.picked.emit(at)


_UP = QRectF(0, -2, 0, 0).topLeft()  # so that the line lies within the cell
