"""The left rail: the sections a person may open, as icon and word."""

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.plain import label, tip
from widgets.icons import icon
from widgets.pagetype import Section
from widgets.theme import Look

WIDE_PX, NARROW_PX = 160, 48
_ICONS = {
    Section.OVERVIEW: "overview",
    Section.PLANT: "plant",
    Section.ANALYSIS: "trend",
    Section.ALARMS: "alarm",
    Section.REPORTS: "report",
    Section.ADMIN: "admin",
}


def section_word(section: Section) -> str:
    """Return a section's name."""
    return {
        Section.OVERVIEW: _("Overview"),
        Section.PLANT: _("Plant"),
        Section.ANALYSIS: _("Analysis"),
        Section.ALARMS: _("Alarms"),
        Section.REPORTS: _("Reports"),
        Section.ADMIN: _("Admin"),
    }[section]


class Rail(QFrame):
    """One button a section; collapses to its icons."""

    chosen = pyqtSignal(Section)

    def __init__(
        self, sections: Sequence[Section], look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._look = look
        self._narrow = False
        self._buttons: dict[Section, QPushButton] = {}
        self._counts = {section: label("", "small") for section in sections}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 1, 0)
        column.setSpacing(0)
        for section in sections:
            column.addWidget(self._button(section))
        column.addStretch(1)
        self._collapse = QPushButton()
        self._collapse.setObjectName("collapse")
        self._collapse.setIconSize(QSize(20, 20))
        self._collapse.clicked.connect(lambda: self.collapse(not self._narrow))
        column.addWidget(self._collapse)
        self.collapse(False)

    def show_section(self, section: Section) -> None:
        """Mark the section the current page belongs to."""
        button = self._buttons.get(section)
        if button is not None:
            button.setChecked(True)

    def beside(self, section: Section) -> QPoint:
        """Return the place on the screen to the right of a section's button."""
        button = self._buttons[section]
        return button.mapToGlobal(button.rect().topRight())

    def count(self, section: Section, number: int) -> None:
        """Show a quiet number beside a section; 0 shows none."""
        if section in self._counts:
            self._counts[section].setText(str(number) if number else "")

    def collapse(self, narrow: bool) -> None:
        """Show icons alone, or icons with words."""
        self._narrow = narrow
        self.setFixedWidth(NARROW_PX if narrow else WIDE_PX)
        for section, button in self._buttons.items():
            word = section_word(section)
            button.setText("" if narrow else word)
            button.setToolTip(tip(word) if narrow else "")
            self._counts[section].setHidden(narrow)
        word = _("Expand") if narrow else _("Collapse")
        self._collapse.setText("" if narrow else word)
        self._collapse.setAccessibleName(word)
        drawing = "chevron-right" if narrow else "chevron-left"
        self._collapse.setIcon(icon(drawing, self._look, "quiet"))

    def _button(self, section: Section) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        button.setIcon(icon(_ICONS[section], self._look, "process_line", "text"))
        button.setIconSize(QSize(20, 20))
        button.setAccessibleName(section_word(section))
        button.clicked.connect(lambda _checked=False, which=section: self.chosen.emit(which))
        row = QHBoxLayout(button)
        row.setContentsMargins(0, 0, 12, 0)
        row.addStretch(1)
        row.addWidget(self._counts[section], 0, Qt.AlignmentFlag.AlignVCenter)
        self._group.addButton(button)
        self._buttons[section] = button
        return button
