"""A large button with a drawing, a title and a sentence: one of the ways to begin."""

from collections.abc import Callable

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from widgets.controls.card import Elided
from widgets.controls.plain import label
from widgets.icons import icon
from widgets.theme import Look

_PAD = 12
_ICON_PX = 24


class Door(QPushButton):
    """As high as its words need; the whole surface can be pressed."""

    stepped = pyqtSignal(int)  # to the door below (1) or above (-1), by the arrow keys

    def __init__(
        self, look: Look, drawing: str, title: str, says: str, pressed: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setProperty("role", "door")
        self.setAccessibleName(title)
        self.setAccessibleDescription(says)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: pressed())
        self._drawing = icon(drawing, look, "process_line", "accent")
        self._sign = QLabel()
        self.title = Elided(title, "strong")
        self.says = label(says, "small")
        self.says.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.says)
        row = QHBoxLayout(self)
        row.setContentsMargins(_PAD, _PAD, _PAD, _PAD)
        row.setSpacing(_PAD)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for each in (self._sign, self.title, self.says):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        look.changed.connect(self._paint_sign)
        self._paint_sign()

    def sizeHint(self) -> QSize:
        return QSize(280, self._height(280))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(max(self.width(), 200)))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        needed = self._height(self.width())
        if needed != self.height():
            self.setFixedHeight(needed)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        steps: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event is not None and event.key() in steps:
            self.stepped.emit(steps[event.key()])
            return
        super().keyPressEvent(event)

    def _height(self, width_px: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width_px) if layout is not None else 0

    def _paint_sign(self) -> None:
        self._sign.setPixmap(
            self._drawing.pixmap(QSize(_ICON_PX, _ICON_PX), self.devicePixelRatioF())
        )
