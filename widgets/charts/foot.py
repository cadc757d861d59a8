"""The line below a chart's table: what is going on, where the cursors stand, what keys do."""

from datetime import UTC, datetime, tzinfo

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from app.words import _
from widgets.charts.compare import Compare, bounds_before
from widgets.controls.card import PAD, Elided
from widgets.controls.moments import age_text, clock_text, day_text
from widgets.controls.plain import button, label


class Foot(QWidget):
    """Says what is going on; ``again`` asks to try once more after a failure."""

    again = pyqtSignal()

    def __init__(self, zone: tzinfo | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.compare = Compare()  # with what the pens of another time are laid over these
        self._says = Elided("", "quiet")
        self.at = label("", "strong")
        hint = _("Drag: zoom · wheel: zoom there · A, B: cursors · Backspace: back")
        self._hint = Elided(hint, "quiet")
        self.retry = button(_("Try again"), self.again.emit, role="head")
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 6, PAD, 6)
        row.setSpacing(PAD)
        for each in (self._says, self.retry, self.at):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self._hint)
        self.retry.hide()

    def say(self, words: str, *, failed: bool = False) -> None:
        """Say what is going on; after a failure there is a button to try again."""
        self._says.setText(words)
        self.retry.setVisible(failed)

    def note(self, words: str) -> None:
        """Say something that matters less than a failure that stands there."""
        if self.retry.isHidden():
            self.say(words)

    @property
    def said(self) -> str:
        """What was said last."""
        return self._says.text()

    def tell(self, a_s: float | None, b_s: float | None, sum_up: str = "") -> None:
        """Say where the cursors stand (seconds since 1970) and how far they are apart.

        ``sum_up`` is what a pen comes to between them.
        """
        parts = [
            f"{name} {self._moment(at)}"
            for name, at in (("A", a_s), ("B", b_s))
            if at is not None
        ]
        if a_s is not None and b_s is not None:
            parts.append(f"Δ {age_text(abs(b_s - a_s))}")
            if sum_up:
                parts.append(sum_up)
        self.at.setText(" · ".join(parts))

    def _moment(self, at_s: float) -> str:
        moment = datetime.fromtimestamp(at_s, UTC)
        words = f"{day_text(moment, self._zone)} {clock_text(moment, self._zone)}"
        days = self.compare.days
        if not days:
            return words
        before, _same = bounds_before(moment, moment, days, self._zone)
        other = f"{day_text(before, self._zone)} {clock_text(before, self._zone)}"
        return f"{words} ({self.compare.words}: {other})"
