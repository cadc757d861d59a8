"""The field in the top bar that opens the palette."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy

from app.words import _
from widgets.controls.plain import label
from widgets.icons import icon
from widgets.theme import Look

WIDTH_PX, NARROW_PX = 400, 48
KEYS = "Ctrl+K"
_WORDS_FROM_PX = 200  # narrower, the keys are left away
_AROUND_PX = 56  # drawing and padding


class Finder(QPushButton):
    """Looks like a field; pressed, it opens one that searches everything."""

    def __init__(self, look: Look, pressed: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("finder")
        self.setIcon(icon("search", look, "quiet"))
        self._words = (_("Device, page, alarm, command…"), _("Find"))  # what there is room for
        self.setAccessibleName(_("Find a device, page, alarm or command"))
        self.setToolTip(KEYS)
        self.setMinimumWidth(NARROW_PX)
        self.setMaximumWidth(WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._keys = label(_("Ctrl K"))
        self._keys.setObjectName("keys")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self.clicked.connect(lambda _checked=False: pressed())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WORDS_FROM_PX
        self._keys.setVisible(wide)
        room = self.width() - (self._keys.sizeHint().width() if wide else 0) - _AROUND_PX
        metrics = self.fontMetrics()
        fitting = (each for each in self._words if metrics.horizontalAdvance(each) <= room)
        self.setText(next(fitting, ""))
