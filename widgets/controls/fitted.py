"""A dialog as high as its sentences need at its width, and no higher."""

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QDialog, QWidget


class FittedDialog(QDialog):
    """Qt sizes a dialog by the width its words would like, and leaves the rest empty."""

    def __init__(self, parent: QWidget, width_px: int) -> None:
        super().__init__(parent)
        self.setMinimumWidth(width_px)
        self._width_px = width_px

    def showEvent(self, event: QShowEvent | None) -> None:
        layout = self.layout()
        if layout is not None and event is not None and not event.spontaneous():
            wide = max(self._width_px, layout.totalMinimumSize().width())
            self.resize(wide, layout.totalHeightForWidth(wide))
        super().showEvent(event)
