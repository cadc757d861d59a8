"""A dialog as high as its sentences need at its width, and no higher."""

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QDialog, QWidget


class FittedDialog(QDialog):
    """Qt sizes a dialog by the width its words would like, and leaves the rest empty."""

    def __init__(self, parent: QWidget, width_px: int) -> None:
        super().__init__(parent)
        self.setMinimumWidth(width_px)
        self._width_px = width_px

    def fit(self) -> None:
        """Take the height that what is said now needs."""
        if (layout := self.layout()) is not None:
            wide = max(self._width_px, layout.totalMinimumSize().width())
            self.resize(wide, layout.totalHeightForWidth(wide))

    def showEvent(self, event: QShowEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self.fit()
        super().showEvent(event)
