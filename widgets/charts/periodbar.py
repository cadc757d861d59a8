"""The row of buttons that chooses what time is shown: Today … Year, ‹ ›, Now, one's own."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from PyQt6.QtCore import QDateTime, pyqtSignal
from PyQt6.QtWidgets import (
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QWidget,
)

from app.words import _
from widgets.charts.period import SHORTEST, Period, Span, custom
from widgets.charts.timescale import local
from widgets.controls.card import Segments
from widgets.controls.flowline import FlowLine
from widgets.controls.plain import button, label, sentence

_ORDER = tuple(Span)


class PeriodBar(QWidget):
    """Chooses the period; ``chosen`` tells of another one."""

    chosen = pyqtSignal(object)  # Period

    def __init__(
        self,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.period = Period()
        self._now, self._zone = now, zone
        words = [
            *(_("Today"), _("24 h"), _("Week"), _("Month"), _("Quarter"), _("Year")),
            _("Custom…"),
        ]
        self.segments = Segments(words, _("Period"))
        self.segments.chosen.connect(self._pick)
        self.before = button("◀", lambda: self.go(-1), role="head", says=_("The one before"))
        self.after = button("▶", lambda: self.go(1), role="head", says=_("The one after"))
        self.title = button("", self.ask, role="head", says=_("Choose begin and end"))
        self.present = button(_("Now"), self.go_to_now, role="head")
        row = FlowLine(self)
        row.addWidget(self.segments)
        for each in (self.before, self.title, self.after, self.present):
            row.addWidget(each)
        self.show_period()

    def show_period(self) -> None:
        """Show which period is meant."""
        now = self._now()
        words = self.period.words(now, self._zone)
        self.title.setText(words)
        self.title.setAccessibleName(_("{period}: choose begin and end").format(period=words))
        present = self.period.holds_the_present(now)
        self.after.setEnabled(not present)
        self.present.setEnabled(not present)
        self.segments.mark(_ORDER.index(self.period.span), on=self.period.is_as_named)

    def go(self, steps: int) -> None:
        """Show the period before (-1) or behind (+1) as long as there is one."""
        moved = self.period.moved(steps, self._now())
        if moved != self.period:
            self.choose(moved)

    def go_to_now(self) -> None:
        """Show the present period of the same sort."""
        if self.period.span is not Span.CUSTOM:
            self.choose(Period(self.period.span))
            return
        start, end = self.period.bounds(self._now(), self._zone)
        now = self._now()
        self.choose(custom(now - (end - start), now))

    def choose(self, period: Period) -> None:
        """Show another period."""
        self.period = period
        self.show_period()
        self.chosen.emit(period)

    def ask(self) -> None:
        """Let begin and end be chosen."""
        start, end = self.period.bounds(self._now(), self._zone)
        dialog = PeriodDialog(start, min(end, self._now()), self._zone, self)
        if dialog.exec():
            self.choose(dialog.period())
        else:
            self.show_period()  # the segment goes back to what is shown
        dialog.deleteLater()

    def _pick(self, nth: int) -> None:
        span = _ORDER[nth]
        if span is Span.CUSTOM:
            self.ask()
        else:
            self.choose(Period(span))


class PeriodDialog(QDialog):
    """Begin and end of a period on the plant's wall clock."""

    def __init__(
        self, start: datetime, end: datetime, zone: tzinfo | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Period of one's own"))
        self._zone = zone
        self.start, self.end = (moment_editor(moment, zone) for moment in (start, end))
        self.start.setAccessibleName(_("Begin"))
        self.end.setAccessibleName(_("End"))
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
        form.addRow(label(_("Begin")), self.start)
        form.addRow(label(_("End")), self.end)
        form.addRow(self._says)
        form.addRow(buttons)
        for each in (self.start, self.end):
            each.dateTimeChanged.connect(lambda _at: self._check())
        self._check()

    def period(self) -> Period:
        """Return what was chosen."""
        return custom(
            *(moment_of(each.dateTime(), self._zone) for each in (self.start, self.end))
        )

    def _check(self) -> None:
        first, last = (
            moment_of(each.dateTime(), self._zone) for each in (self.start, self.end)
        )
        right = last - first >= SHORTEST
        self.ok.setEnabled(right)
        self._says.setText("" if right else _("The end must be later than the begin."))


def moment_editor(moment: datetime, zone: tzinfo | None) -> QDateTimeEdit:
    """Return a field that begins with a moment on the plant's wall clock, to the minute."""
    wall = local(moment.timestamp(), zone)
    made = QDateTimeEdit(QDateTime(wall.year, wall.month, wall.day, wall.hour, wall.minute, 0))
    made.setCalendarPopup(True)
    made.setDisplayFormat(_("d MMM yyyy") + " HH:mm")
    return made


def moment_of(chosen: QDateTime, zone: tzinfo | None) -> datetime:
    """Return a wall clock's time in UTC; of an hour that comes twice the first."""
    day, clock = chosen.date(), chosen.time()
    wall = datetime(  # noqa: DTZ001 - the zone follows
        day.year(), day.month(), day.day(), clock.hour(), clock.minute()
    )
    return (wall.replace(tzinfo=zone) if zone is not None else wall).astimezone(UTC)
