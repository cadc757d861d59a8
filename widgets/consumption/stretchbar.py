"""The row of buttons that chooses the time of a consumption: Day … 10 years, ‹ ›, one's own."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo

from PyQt6.QtCore import QDate, pyqtSignal
from PyQt6.QtWidgets import QCalendarWidget, QDialog, QVBoxLayout, QWidget

from app.words import _
from widgets.consumption.owndays import OwnDays
from widgets.consumption.stretch import Scale, Stretch, own, stretch_of, today_of
from widgets.controls.card import Segments
from widgets.controls.flowline import FlowLine
from widgets.controls.plain import button

_SCALES = tuple(Scale)


class StretchBar(QWidget):
    """Chooses the time; ``chosen`` tells of another one."""

    chosen = pyqtSignal(object)  # Stretch

    def __init__(
        self,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self.stretch = stretch_of(Scale.MONTH, self.today())
        words = [_("Day"), _("Week"), _("Month"), _("Year"), _("10 years"), _("Custom…")]
        self.segments = Segments(words, _("Period"))
        self.segments.chosen.connect(self._pick)
        self.before = button("◀", lambda: self.go(-1), role="head", says=_("The one before"))
        self.after = button("▶", lambda: self.go(1), role="head", says=_("The one after"))
        self.title = button("", self.ask, role="head", says=_("Choose a day"))
        self.present = button(_("Now"), self.go_to_now, role="head")
        row = FlowLine(self)
        row.addWidget(self.segments)
        for each in (self.before, self.title, self.after, self.present):
            row.addWidget(each)
        self.show_stretch()

    def today(self) -> date:
        """Return the plant's day."""
        return today_of(self._now(), self._zone)

    def holds_the_present(self) -> bool:
        """Whether today lies in the time chosen."""
        return self.stretch.holds(self.today())

    def show_stretch(self) -> None:
        """Show which time is meant."""
        words = self.stretch.words(self._zone)
        self.title.setText(words)
        self.title.setAccessibleName(_("{period}: choose a day").format(period=words))
        present = self.stretch.after > self.today()
        self.after.setEnabled(not present)
        self.present.setEnabled(not self.holds_the_present())
        self.segments.mark(_SCALES.index(self.stretch.scale))

    def go(self, steps: int) -> None:
        """Show the one before (-1) or behind (+1), never one that has not begun."""
        moved = self.stretch.moved(steps)
        if moved != self.stretch and moved.first <= self.today():
            self.choose(moved)

    def go_to_now(self) -> None:
        """Show the present one of the same length."""
        after = self.today() + timedelta(days=1)
        if self.stretch.scale is Scale.CUSTOM:
            self.choose(own(after - (self.stretch.after - self.stretch.first), after))
            return
        self.choose(stretch_of(self.stretch.scale, self.today()))

    def choose(self, stretch: Stretch) -> None:
        """Show another time."""
        self.stretch = stretch
        self.show_stretch()
        self.chosen.emit(stretch)

    def ask(self) -> None:
        """Let a day be chosen; what holds it is shown. Of days of one's own, both ends."""
        if self.stretch.scale is Scale.CUSTOM:
            self._ask_own()
            return
        dialog = QDialog(self)
        dialog.setWindowTitle(_("Choose a day"))
        calendar = QCalendarWidget()
        calendar.setAccessibleName(_("Choose a day"))
        first, today = self.stretch.first, self.today()
        calendar.setMaximumDate(QDate(today.year, today.month, today.day))
        calendar.setSelectedDate(QDate(first.year, first.month, first.day))
        calendar.activated.connect(lambda _day: dialog.accept())
        column = QVBoxLayout(dialog)
        column.addWidget(calendar)
        column.addWidget(button(_("Show"), dialog.accept, role="primary"))
        if dialog.exec():
            day = calendar.selectedDate()
            self.choose(
                stretch_of(self.stretch.scale, date(day.year(), day.month(), day.day()))
            )
        dialog.deleteLater()

    def _ask_own(self) -> None:
        dialog = OwnDays(self.stretch, self.today(), self)
        if dialog.exec():
            self.choose(dialog.stretch())
        else:
            self.show_stretch()  # the segment goes back to what is shown
        dialog.deleteLater()

    def _pick(self, nth: int) -> None:
        """Show another length around the same time; the present where that is in sight."""
        scale = _SCALES[nth]
        if scale is Scale.CUSTOM:
            self._ask_own()
            return
        day = self.today() if self.holds_the_present() else self.stretch.first
        self.choose(stretch_of(scale, day))
