"""What is shown between two projects: where the way leads, while the next one opens."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.plain import sentence
from widgets.icons import drawing
from widgets.theme import Look

_SIZE = (480, 240)
_LOGO_PX = 40


class Passage(QWidget):
    """Says what is opening, until `vanish`; closing it calls nothing off."""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self.setWindowTitle(_("Heatdesk"))
        self.setFixedSize(*_SIZE)
        logo = QLabel()
        logo.setPixmap(drawing("logo", look.theme, _LOGO_PX, "text", self.devicePixelRatioF()))
        said = sentence(_("Opening {project} …").format(project=title), "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(logo, 0, Qt.AlignmentFlag.AlignHCenter)
        said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(said)
        column.addStretch(1)

    def vanish(self) -> None:
        """Go: the project stands, or it is told elsewhere why it does not."""
        self.close()
        self.deleteLater()
