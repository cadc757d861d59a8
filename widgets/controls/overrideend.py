"""Asks how long a setting stays out of automatic; Heatdesk takes it back then."""

from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.model.override import DEFAULT_MIN
from app.model.point import PointSpec
from app.words import _, ngettext
from widgets.controls.card import PAD
from widgets.controls.plain import label, sentence

_HOURS = (1, 2, 4, 8, 12, 24, 72)


def overrides(spec: PointSpec | None, new: float | None) -> bool:
    """Whether this value takes its device out of automatic."""
    rules = spec.write if spec is not None else None
    return rules is not None and new is not None and rules.overrides(new)


class OverrideEnd(QWidget):
    """A choice of hours, or until it is taken back; shown with an override alone."""

    def __init__(self, pad_px: int = PAD) -> None:
        """``pad_px`` is kept free at the sides and above."""
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
        column.setContentsMargins(pad_px, pad_px, pad_px, 0)
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

    def is_answered(self, reason: str) -> bool:
        """Whether it has an end, or a reason for none; says so where both are missing."""
        missing = not self.isHidden() and self.minutes is None and not reason
        if missing:
            self.says.setText(_("Without an end a reason is needed."))
        return not missing


class _Hours(QComboBox):
    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()
