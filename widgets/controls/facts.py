"""Pairs of name and text below each other, to be read and copied."""

from collections.abc import Mapping

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from widgets.controls.card import PAD
from widgets.controls.plain import label, sentence


class Facts(QWidget):
    """A small table of facts; `tell` changes one without rebuilding the others."""

    def __init__(
        self, facts: Mapping[str, str], *, pad_px: int = PAD, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(pad_px, 8 if pad_px else 0, pad_px, pad_px)
        self._grid.setHorizontalSpacing(PAD)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, 120)
        self._grid.setColumnStretch(1, 1)
        self._texts: dict[str, QLabel] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        for name, text in facts.items():
            self.tell(name, text)

    def sizeHint(self) -> QSize:
        wished = super().sizeHint()
        tall = self._grid.heightForWidth(self.width())  # with the lines broken as they are
        return QSize(wished.width(), max(wished.height(), tall))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def tell(self, name: str, text: str) -> None:
        """Show a fact, new or changed."""
        known = self._texts.get(name)
        if known is not None:
            known.setText(text)
            return
        at = self._grid.rowCount()
        said = sentence(text, "")
        said.setAccessibleName(name)
        self._texts[name] = said
        self._grid.addWidget(label(name, "quiet"), at, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(said, at, 1, Qt.AlignmentFlag.AlignTop)
