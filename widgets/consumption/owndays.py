"""Asks for the first and the last day of a time of one's own."""

from datetime import date, timedelta

from PyQt6.QtCore import QDate
from PyQt6.QtWidgets import QDateEdit, QDialog, QDialogButtonBox, QFormLayout, QWidget

from app.words import _
from widgets.consumption.stretch import FIRST, LONGEST_D, Stretch, own
from widgets.controls.plain import label, sentence
from widgets.controls.still import still

_DAY = timedelta(days=1)


class OwnDays(QDialog):
    """Two days of the plant's calendar, the second one included."""

    def __init__(self, stretch: Stretch, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Period of one's own"))
        last = max(stretch.first, min(stretch.after - _DAY, today))
        self.first, self.last = _field(stretch.first, today), _field(last, today)
        self.first.setAccessibleName(_("First day"))
        self.last.setAccessibleName(_("Last day"))
        self._says = sentence("", "quiet")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert ok is not None  # noqa: S101 - it was asked for
        self.ok = ok
        form = QFormLayout(self)
        form.addRow(label(_("First day")), self.first)
        form.addRow(label(_("Last day")), self.last)
        form.addRow(self._says)
        form.addRow(buttons)
        for each in (self.first, self.last):
            each.dateChanged.connect(lambda _at: self._check())
        self._check()

    def stretch(self) -> Stretch:
        """Return what was chosen."""
        return own(_day(self.first), _day(self.last) + _DAY)

    def _check(self) -> None:
        days = (_day(self.last) - _day(self.first)).days + 1
        says = ""
        if days < 1:
            says = _("The last day lies before the first.")
        elif days > LONGEST_D:
            says = _("At most {count} days at a time.").format(count=LONGEST_D)
        self.ok.setEnabled(not says)
        self._says.setText(says)


def _field(day: date, today: date) -> QDateEdit:
    made = still(QDateEdit(QDate(day.year, day.month, day.day)))
    made.setMinimumDate(QDate(FIRST.year, FIRST.month, FIRST.day))
    made.setCalendarPopup(True)
    made.setDisplayFormat(_("d MMM yyyy"))
    made.setMaximumDate(QDate(today.year, today.month, today.day))
    return made


def _day(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
