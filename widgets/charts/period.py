"""The time a chart shows: a calendar day of the plant, or the last 24 hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import Enum

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from app.words import _
from widgets.charts.timescale import day_bounds, local
from widgets.controls.card import GAP, PAD, Segments
from widgets.controls.moments import day_text
from widgets.controls.plain import button, label


class Span(Enum):
    """The two sorts of period, in the order of their segments."""

    DAY = 0
    LAST_24_H = 1


@dataclass(frozen=True, slots=True)
class Period:
    """A sort of period, and how many days before today."""

    span: Span = Span.DAY
    back: int = 0

    @property
    def holds_the_present(self) -> bool:
        """Whether readings that arrive belong to it."""
        return self.back == 0

    def moved(self, days: int) -> "Period":
        """Return the calendar day some days back (negative) or forth, never beyond today."""
        return Period(Span.DAY, max(self.back - days, 0))

    def bounds(self, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """Return begin and end (UTC); a day begins at local midnight and may have 23 hours."""
        if self.span is Span.LAST_24_H:
            return now - timedelta(hours=24), now
        today = local(now.timestamp(), zone).date()
        return day_bounds(today - timedelta(days=self.back), zone)

    def words(self, now: datetime, zone: tzinfo | None) -> str:
        """Return the period in the user's words."""
        start, end = self.bounds(now, zone)
        if self.span is Span.DAY:
            return day_text(start, zone)
        first, last = (local(moment.timestamp(), zone) for moment in (start, end))
        return f"{day_text(start, zone)} {first:%H:%M} – {day_text(end, zone)} {last:%H:%M}"


class PeriodBar(QWidget):
    """Chooses the period; says what is going on, and the time under the cursor."""

    chosen = pyqtSignal(object)  # Period
    again = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.period = Period()
        self.at = label()
        self._says = label("", "quiet")
        self._title = label("", "strong")
        self._segments = Segments([_("Day"), _("Last 24 h")], _("Period"))
        self._segments.chosen.connect(lambda nth: self._choose(Period(Span(nth))))
        self.before = button("◀", lambda: self._go(-1), role="head", says=_("The day before"))
        self.after = button("▶", lambda: self._go(1), role="head", says=_("The day after"))
        self.retry = button(_("Try again"), self.again.emit, role="head")
        self.retry.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 8, PAD, 0)
        row.setSpacing(8)
        for each in (self._segments, self.before, self._title, self.after):
            row.addWidget(each)
        row.addSpacing(GAP)
        for each in (self._says, self.retry):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.at)

    def say(self, words: str, *, failed: bool = False) -> None:
        """Say what is going on; after a failure there is a button to try again."""
        self._says.setText(words)
        self.retry.setVisible(failed)

    @property
    def said(self) -> str:
        """What was said last."""
        return self._says.text()

    def show_period(self, now: datetime, zone: tzinfo | None) -> None:
        """Show which period is meant."""
        self._title.setText(self.period.words(now, zone))
        self.after.setEnabled(not self.period.holds_the_present)

    def _go(self, days: int) -> None:
        if self.period.span is not Span.DAY:
            self._segments.choose(Span.DAY.value)
        self._choose(self.period.moved(days))

    def _choose(self, period: Period) -> None:
        self.period = period
        self.chosen.emit(period)
