"""A quiet sentence above the work: what was not done as meant, and what can be done."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.words import _
from widgets.controls.card import PAD
from widgets.controls.plain import button, literal, sentence
from widgets.theme import Look


class Hint(QFrame):
    """Stays until it is dismissed, acted on or taken back; it alarms nobody."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.says = sentence("", "")
        self.says.setAccessibleName(_("Hint"))
        self.act = button("", self._work, role="head", says=_("Hint"))
        self._do: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 6, PAD, 6)
        row.setSpacing(PAD)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.says, 1)
        row.addWidget(self.act, 0, top)
        row.addWidget(
            button("", self.hide, look=look, drawing="close", role="bare", says=_("Dismiss")),
            0,
            top,
        )
        self.hide()

    def tell(self, says: str, act: str = "", do: Callable[[], object] | None = None) -> None:
        """Show a sentence; ``act`` is the word on the button that does ``do``."""
        self.says.setText(says)
        self._do = do
        self.act.setText(literal(act))
        self.act.setAccessibleName(act or _("Hint"))
        self.act.setToolTip("")
        self.act.setVisible(do is not None)
        self.show()

    def _work(self) -> None:
        self.hide()
        if self._do is not None:
            self._do()
