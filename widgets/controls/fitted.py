"""A dialog as high as its sentences need at its width, and no higher."""

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QDialog, QVBoxLayout, QWidget


class FittedDialog(QDialog):
    """Qt sizes a dialog by the width its words would like, and leaves the rest empty."""

    def __init__(self, parent: QWidget, width_px: int) -> None:
        super().__init__(parent)
        self.setMinimumWidth(width_px)
        self._width_px = width_px

    def fit(self) -> None:
        """Take the height that what is said now needs."""
        if (layout := self.layout()) is not None:
            layout.activate()  # or the least height of what stood here before holds
            wide = max(self._width_px, layout.totalMinimumSize().width())
            self.resize(wide, layout.totalHeightForWidth(wide))

    def showEvent(self, event: QShowEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self.fit()
        super().showEvent(event)


class FittedStack(QWidget):
    """Steps of which one is shown; a `QStackedWidget` is as high as the highest of all."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._steps: list[QWidget] = []
        self._front = 0

    def add(self, step: QWidget) -> None:
        """Add a step behind the others; the first is in front."""
        step.setVisible(not self._steps)
        self._steps.append(step)
        self._column.addWidget(step)

    def current(self) -> int:
        """Return which step is in front, from 0."""
        return self._front

    def show_step(self, at: int) -> None:
        """Bring a step to the front; what it says counts at once, not after the next event."""
        self._front = at
        for number, step in enumerate(self._steps):
            step.setVisible(number == at)
        if (inner := self._steps[at].layout()) is not None:
            inner.activate()
        self._column.activate()
        self.updateGeometry()
