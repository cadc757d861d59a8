"""The card of a device's presence over a day, week, month or year, kept over restarts."""

from datetime import datetime

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.conversation import Attendance
from app.sentences import told_sentence
from app.words import _
from widgets.charts.period import Period, Span
from widgets.controls.card import PAD, Bar, Card, Segments
from widgets.controls.moments import since_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label
from widgets.conversation.attendanceline import AttendanceLine, share_words
from widgets.devicetabs.tabtype import Subject

_ASK_MS = 30_000
_SPANS = (Span.DAY, Span.WEEK, Span.MONTH, Span.YEAR)


class AttendanceCard(Card):
    """Asks again by itself while the present belongs to what it shows."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(_("Presence"))
        self._subject, context = subject, subject.context
        self.period = Period(Span.WEEK)
        self.segments = Segments(
            [_("Day"), _("Week"), _("Month"), _("Year")], _("Period of the presence")
        )
        self.segments.mark(_SPANS.index(self.period.span))
        self.segments.chosen.connect(lambda nth: self.choose(Period(_SPANS[nth])))
        self.before = button(
            "◀", lambda: self._go(-1), role="head", says=_("The period before")
        )
        self.after = button("▶", lambda: self._go(1), role="head", says=_("The period after"))
        self.when = label("", "quiet")
        tools = Bar("toolbar", 48).add(self.segments, self.before, self.when, self.after)
        self.notice = Notice(context.look)
        self.line = AttendanceLine(context.look, context.now, context.zone)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, 4, PAD, PAD)
        column.addWidget(self.line)
        for each in (tools, self.notice, inside):
            self.body.addWidget(each)
        self._asking = QTimer(self)
        self._asking.timeout.connect(self._ask_again)
        self._asking.start(_ASK_MS)
        self.choose(self.period)

    def choose(self, period: Period) -> None:
        """Show another period."""
        self.period = period
        context = self._subject.context
        now = context.now()
        self.segments.mark(_SPANS.index(period.span))
        self.when.setText(period.words(now, context.zone))
        self.after.setEnabled(not period.holds_the_present(now))
        self.ask()

    def ask(self) -> None:
        """Ask for the period again."""
        context, asked = self._subject.context, self.period
        start, end = asked.bounds(context.now(), context.zone)

        def take(told: Attendance) -> None:
            if asked == self.period:  # else somebody chose another one meanwhile
                self._take(told, start, end)

        context.asking.ask(
            context.asked.plant.attendance(context.viewer, self._subject.device, start, end),
            owner=self,
            done=take,
            failed=self._fail,
        )

    def _ask_again(self) -> None:
        if self.period.holds_the_present(self._subject.context.now()):
            self.choose(self.period)

    def _go(self, steps: int) -> None:
        self.choose(self.period.moved(steps, self._subject.context.now()))

    def _take(self, told: Attendance, start: datetime, end: datetime) -> None:
        self.notice.hide()
        context = self._subject.context
        words = share_words(told)
        if told.since is not None:
            when = since_text(told.since, context.now(), context.zone)
            words = _("{share}, noted since {when}").format(share=words, when=when)
        self.subtitle.setText(words)
        self.line.show_stays(told, start, end)

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(told_sentence(str(error)), retry=self.ask)
