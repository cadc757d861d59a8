"""A line over the page that says the desk is about to lock, while nobody touches it."""

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.words import ngettext

_TOP_PX = 72  # below the top bar


class IdleWarning(QFrame):
    """Counts the seconds down; any key or mouse takes it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.says = QLabel()
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.addWidget(self.says)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, left_s: int) -> None:
        """Show how long it will be."""
        words = ngettext(
            "Nobody is here: the desk locks in {count} second. Any key keeps it open.",
            "Nobody is here: the desk locks in {count} seconds. Any key keeps it open.",
            left_s,
        ).format(count=left_s)
        self.says.setText(words)
        self.setAccessibleName(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.move((parent.width() - self.width()) // 2, _TOP_PX)
