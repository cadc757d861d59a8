"""The cards of the day, the errors and the raw frames; they ask again by themselves."""

from collections.abc import Sequence

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.conversation import Conversation, Frame, Trouble
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.controls.card import PAD, Bar, Card, EmptyState
from widgets.controls.moments import since_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.conversation.dayline import DayLine, uptime
from widgets.devicetabs.tabtype import Subject
from widgets.models.frames import Told, frame_columns, unit_of
from widgets.models.rows import RowsModel

_ASK_MS, _FRAMES_MS = 15_000, 1000
_MOST_TROUBLES = 20
_FRAMES_PX = 320

_IN_SECONDS = 120  # longer times are told in minutes


class DayCard(Card):
    """Presence, success and latency of the last 24 hours, the errors in words below."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(_("The last 24 hours"))
        self._subject, context = subject, subject.context
        self.line = DayLine(context.look, context.now, context.zone)
        self._notice = Notice(context.look)
        self.troubles = _Troubles(subject)
        self.body.addWidget(self._notice)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, 4, PAD, PAD)
        column.addWidget(self.line)
        column.addWidget(label(_("Errors"), "strong"))
        column.addWidget(self.troubles)
        self.body.addWidget(inside)
        self._asking = QTimer(self)
        self._asking.timeout.connect(self.ask)
        self._asking.start(_ASK_MS)
        self.ask()

    def ask(self) -> None:
        """Ask for the day again."""
        context = self._subject.context
        context.asking.ask(
            context.asked.plant.conversation(context.viewer, self._subject.device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _take(self, talk: Conversation) -> None:
        self._notice.hide()
        context = self._subject.context
        share = uptime(talk, context.now())
        since = since_text(talk.since, context.now(), context.zone)
        if share is not None:
            words = _("answering {share} % of the time in these 24 hours, noted since {when}")
            shown = figures(100 * share, 1)
            said = words.format(share=shown, when=since)
            if talk.round_s is not None:
                said += " · " + round_text(talk.round_s)
            self.subtitle.setText(said)
        else:
            self.subtitle.setText(_("nothing was noted in these 24 hours"))
        self.line.show_talk(talk)
        self.troubles.show_troubles(talk.troubles, asked=bool(talk.quarters))

    def _fail(self, error: PlantError) -> None:
        self._notice.tell(str(error), retry=self.ask)


def round_text(seconds: float) -> str:
    """Return how long a readout of everything on a line takes."""
    words = _("a round over all devices of this line takes {span}")
    if seconds < _IN_SECONDS:
        return words.format(span=_("{s} s").format(s=figures(seconds, 1)))
    return words.format(span=_("{m} min").format(m=figures(seconds / 60, 1)))


class _Troubles(QWidget):
    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._context = subject.context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._shown: list[str] = []

    def show_troubles(self, troubles: Sequence[Trouble], *, asked: bool) -> None:
        """Show the errors, the newest first; ``asked``: whether there was any request."""
        if not troubles:
            calm = _("No request was left without an answer.")
            self._say([calm if asked else _("No request was sent in these 24 hours.")])
            return
        self._say([self._words(each) for each in troubles[:_MOST_TROUBLES]])

    def _words(self, trouble: Trouble) -> str:
        when = since_text(trouble.at, self._context.now(), self._context.zone)
        words = f"{when} · {told_sentence(trouble.sentence)}"
        if trouble.times > 1:
            times = ngettext("{count} time", "{count} times", trouble.times)
            words = f"{words} ({times.format(count=trouble.times)})"
        return words

    def _say(self, lines: list[str]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._column.addWidget(sentence(line))


class FramesCard(Card):
    """What went over the wire, newest first; it follows only while somebody wants to see it."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(_("Raw frames"), _("as they went over the wire"))
        self._subject, context = subject, subject.context
        self.follow = QCheckBox(_("Follow"))
        self.follow.setAccessibleName(_("Follow the raw frames"))
        self.everybody = QCheckBox(_("Other devices on the line too"))
        self.again = button(_("Look now"), self.ask, look=context.look, drawing="refresh")
        self.again.setProperty("role", "head")
        self.head.add(self.everybody, self.follow, self.again)
        self.notice = Notice(context.look)
        self.model: RowsModel[Told] = RowsModel(
            frame_columns(context.zone), lambda row: row.number, self
        )
        self.table = Table(self.model, context.look, _("Raw frames"), row_px=28)
        self.table.setMinimumHeight(_FRAMES_PX)
        self.empty = EmptyState(
            _("Nothing is shown until you look: questions and answers, byte by byte."),
            action=_("Look now"),
            pressed=self.ask,
        )
        foot = Bar("cardfoot", 36).add(label(_("The line keeps its last 200 pieces."), "quiet"))
        for each in (self.notice, self.table, self.empty, foot.stretch()):
            self.body.addWidget(each)
        self.table.hide()
        self._frames: Sequence[Frame] = ()
        self._following = QTimer(self)
        self._following.timeout.connect(self.ask)
        self.follow.toggled.connect(self._follow)
        self.everybody.toggled.connect(lambda _on: self._show())

    def ask(self) -> None:
        """Ask what went over the wire last."""
        context = self._subject.context
        context.asking.ask(
            context.asked.plant.frames(context.viewer, self._subject.device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _follow(self, on: bool) -> None:
        if on:
            self.ask()
            self._following.start(_FRAMES_MS)
        else:
            self._following.stop()

    def _take(self, frames: Sequence[Frame]) -> None:
        self.notice.hide()
        self._frames = frames
        self._show()

    def _show(self) -> None:
        if not self._frames:
            return
        unit = self._subject.detail.view.config.unit
        shown = [
            Told(number, frame)
            for number, frame in enumerate(self._frames)
            if self.everybody.isChecked() or unit_of(frame) in (unit, None)
        ]
        self.model.replace(reversed(shown))
        self.table.show()
        self.empty.hide()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(told_sentence(str(error)), retry=self.ask)
