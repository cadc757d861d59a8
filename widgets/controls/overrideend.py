"""Asks how long a setting stays out of automatic; Heatdesk takes it back then."""

from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.model.override import DEFAULT_MIN
from app.words import _, ngettext
from widgets.controls.card import PAD
from widgets.controls.plain import label, sentence
from widgets.models.staging import Staged

_HOURS = (1, 2, 4, 8, 12, 24, 72)


def overrides(change: Staged) -> bool:
    """Whether a change takes its device out of automatic."""
    rules = change.spec.write
    return rules is not None and change.new is not None and rules.overrides(change.new)


class OverrideEnd(QWidget):
    """A choice of hours, or until it is taken back; shown with an override alone."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = _Hours()
        self.choice.setAccessibleName(_("Back to automatic after"))
        for hours in _HOURS:
            words = ngettext("{count} hour", "{count} hours", hours).format(count=hours)
            self.choice.addItem(words, hours * 60)
        self.choice.addItem(_("until I take it back"), None)
        self.choice.setCurrentIndex(self.choice.findData(DEFAULT_MIN))
        self.says = sentence(
            _("Heatdesk writes the former value back then, unless somebody changed it.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, 0)
        column.setSpacing(4)
        column.addWidget(label(_("Back to automatic after"), "quiet"))
        column.addWidget(self.choice)
        column.addWidget(self.says)
        self.hide()

    @property
    def minutes(self) -> int | None:
        """How long it stays; None until somebody takes it back."""
        chosen = self.choice.currentData()
        return chosen if isinstance(chosen, int) else None

    def complain(self) -> None:
        """Say that without an end a reason is needed."""
        self.says.setText(_("Without an end a reason is needed."))


class _Hours(QComboBox):
    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()
