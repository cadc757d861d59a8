"""The boxes a page is made of: card, page header, empty state, row of segments."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from widgets.controls.flowline import FlowLine
from widgets.controls.plain import button, literal, sentence, tip
from widgets.icons import icon
from widgets.theme import Look

MARGIN, GAP, PAD = 16, 16, 12
HEAD_PX, _CONTROL_PX = 36, 28
_EMPTY_WIDTH = 420
_AROUND_SEARCH_PX = 48  # icon, padding and edge of a search field
_CARD_TITLE_LEAST_PX = 110  # the words beside it give way first
_TITLE_LEAST_PX, _BESIDE_LEAST_PX = 280, 20
_ELIDED_LEAST_PX, _ELIDED_MOST_PX = 64, 900  # an endless name leaves room for its neighbours


class Card(QFrame):
    """A surface with a head (title, quiet subtitle, tools) and whatever stands below it."""

    def __init__(
        self, title: str = "", subtitle: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        self.subtitle = Elided(subtitle, "quiet")
        self.title = Elided(title, "strong", least_px=_CARD_TITLE_LEAST_PX)
        self.head = Bar("cardhead", HEAD_PX).add(self.title, self.subtitle).stretch()
        self.body.addWidget(self.head)
        self.head.setVisible(bool(title))


class Bar(QFrame):
    """A row of controls: a card's head or foot of fixed height, a tool bar that may break."""

    def __init__(self, name: str, height_px: int, gap_px: int = 8) -> None:
        super().__init__()
        self.setObjectName(name)
        self._least_px = height_px
        self._row: QHBoxLayout | FlowLine
        if name == "toolbar":
            self._row = FlowLine(self, gap_px)
            around = (height_px - _CONTROL_PX) // 2
            self._row.setContentsMargins(PAD, around, PAD, around)
            self.setFixedHeight(height_px)
            return
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PAD, 0, PAD, 0)
        self._row.setSpacing(gap_px)
        self.setFixedHeight(height_px)

    def add(self, *widgets: QWidget) -> "Bar":
        """Put widgets side by side, in order; returns itself to go on."""
        for each in widgets:
            self._row.addWidget(each)
        return self

    def event(self, event: QEvent | None) -> bool:
        """Become as high as its lines need whenever the width or a word changes."""
        kinds = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
        if event is not None and event.type() in kinds and isinstance(self._row, FlowLine):
            self.setFixedHeight(max(self._row.heightForWidth(self.width()), self._least_px))
        return super().event(event)

    def stretch(self) -> "Bar":
        """Leave free room here; returns itself to go on."""
        if isinstance(self._row, FlowLine):
            self._row.push_right()
        else:
            self._row.addStretch(1)
        return self


class EmptyState(QWidget):
    """Says what belongs here and offers the one action that fills it."""

    def __init__(
        self,
        says: str,
        *,
        action: str = "",
        pressed: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 8, MARGIN, 8)
        column.setSpacing(8)
        column.addStretch(1)
        self.says = sentence(says)
        self.says.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.says.setFixedWidth(_EMPTY_WIDTH)
        middle = QHBoxLayout()  # an aligned item would not get the height its lines need
        middle.addStretch(1)
        middle.addWidget(self.says)
        middle.addStretch(1)
        column.addLayout(middle)
        self.act: QPushButton | None = None  # the one action, where there is one
        if action and pressed is not None:
            self.act = button(action, pressed)
            column.addWidget(self.act, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)  # a card may be narrower than the words are at their best
        self.says.setFixedWidth(min(_EMPTY_WIDTH, max(self.width() - 2 * MARGIN, 1)))


class Segments(QWidget):
    """A choice of a few views side by side; one is on, or none where none is right."""

    chosen = pyqtSignal(int)

    def __init__(self, words: Sequence[str], says: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(says)
        self._says = says
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        for at, word in enumerate(words):
            each = QPushButton(literal(word))
            each.setCheckable(True)
            each.setChecked(at == 0)
            each.setProperty("role", "segment")
            each.setProperty("first", "true" if at == 0 else "false")
            each.setProperty("last", "true" if at == len(words) - 1 else "false")
            each.setAccessibleName(f"{says}: {word}")
            self._group.addButton(each, at)
            row.addWidget(each)
        self._group.idClicked.connect(self.chosen)

    def choose(self, at: int) -> None:
        """Switch one on as a click would."""
        each = self._group.button(at)
        if each is not None:
            each.setChecked(True)
            self.chosen.emit(at)

    def mark(self, at: int, *, on: bool = True) -> None:
        """Show which one is on, or that none is; nobody is told."""
        each = self._group.button(at)
        if each is not None:
            self._group.setExclusive(on)  # an exclusive group keeps one on
            for other in () if on else self._group.buttons():
                other.setChecked(False)
            each.setChecked(on)
            self._group.setExclusive(True)

    def allow(self, at: int, *, free: bool) -> None:
        """Let one be chosen, or not for now."""
        each = self._group.button(at)
        if each is not None:
            each.setEnabled(free)

    def rename(self, at: int, word: str) -> None:
        """Change a word, such as its count."""
        each = self._group.button(at)
        if each is not None:
            each.setText(literal(word))
            each.setAccessibleName(f"{self._says}: {word}")


class Search(QLineEdit):
    """A field that narrows a list while one types; Esc clears it."""

    def __init__(self, says: str, look: Look, width_px: int = 200) -> None:
        super().__init__()
        self.setPlaceholderText(says)
        self.setAccessibleName(says)
        whole = self.fontMetrics().horizontalAdvance(says) + _AROUND_SEARCH_PX
        self.setFixedWidth(max(width_px, whole))  # long languages need more room
        self.setClearButtonEnabled(False)
        self.addAction(icon("search", look, "quiet"), QLineEdit.ActionPosition.LeadingPosition)

    def show_all_unless(self, found: Callable[[], bool]) -> bool:
        """Clear the search when what is wanted is hidden by it; return whether it is there."""
        if found():
            return True
        hid = bool(self.text())
        self.clear()
        return hid and found()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class Elided(QLabel):
    """A line of plain text that gives way when room is short; the tip has it whole."""

    def __init__(
        self, text: str = "", role: str = "", *, least_px: int = _ELIDED_LEAST_PX
    ) -> None:
        """``least_px`` stay for the text, however little room its neighbours leave."""
        super().__init__()
        self._least_px = least_px
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str | None) -> None:  # noqa: N802 - Qt calls it by this name
        super().setText(text)
        self._tell_whole()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def sizeHint(self) -> QSize:
        wished = super().sizeHint()
        return QSize(min(wished.width(), _ELIDED_MOST_PX), wished.height())

    def minimumSizeHint(self) -> QSize:
        wished = super().minimumSizeHint()
        return QSize(min(wished.width(), self._least_px), wished.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._is_short():
            super().paintEvent(event)
            return
        metrics = self.fontMetrics()
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        room = self.contentsRect()
        short = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self.alignment(), short)

    def _is_short(self) -> bool:
        room = self.contentsRect().width()
        return self.fontMetrics().horizontalAdvance(self.text()) > room

    def _tell_whole(self) -> None:
        self.setToolTip(tip(self.text()) if self._is_short() else "")


class PageHead(QWidget):
    """The 48 px above a page: title, quiet words beside it, tools at the right."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(48)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.setSpacing(PAD)
        self.title = Elided(title, "title", least_px=_TITLE_LEAST_PX)
        self.beside = Elided("", "quiet", least_px=_BESIDE_LEAST_PX)
        self.left = QHBoxLayout()
        self.left.setSpacing(PAD)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.beside)
        row.addLayout(self.left)
        row.addStretch(1)
        row.addLayout(self.tools)
