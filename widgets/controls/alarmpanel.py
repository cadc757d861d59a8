"""The alarm chosen in a list: what it is, where to look, and the acknowledgement."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.errors import PlantError
from app.model.alarm import PROGRAM, Alarm, AlarmState
from app.verbs import Capability
from app.words import _, ngettext
from widgets.alarmboard import unseen
from widgets.controls.alarmwords import condition_text, standing_word
from widgets.controls.card import PAD, Card
from widgets.controls.facts import Facts
from widgets.controls.marked import Marked
from widgets.controls.marks import alarm_mark, priority_word
from widgets.controls.moments import moment_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.controls.quality import NO_VALUE
from widgets.models.alarms import AlarmRow
from widgets.pagetype import PageContext, Show

_WIDTH_PX = 400


class _Told(QScrollArea):
    """As high as what it holds wishes; it scrolls where the window leaves less."""

    def sizeHint(self) -> QSize:
        inside = self.widget()
        wished = QSize() if inside is None else inside.sizeHint()
        around = 2 * self.frameWidth()
        return QSize(max(wished.width(), 0) + around, max(wished.height(), 0) + around)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow what is inside: Qt itself remembers the height of the first time."""
        known = super().eventFilter(watched, event)
        if event is not None and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return known


class AlarmPanel(Card):
    """Acknowledges what is chosen, with a note that the journal keeps."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setFixedWidth(_WIDTH_PX)
        self._context = context
        self._alarms: list[Alarm] = []
        mark = alarm_mark(1, AlarmState.UNACKNOWLEDGED, 24)
        self._title = Marked(mark, "", context.look, "strong", wraps=True)
        self._facts = Facts({}, pad_px=0)
        self._hint = sentence(_("Choose an alarm to see what it is about."))
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(_("Note for the acknowledgement"))
        self.note.setFixedHeight(56)
        self.note.setTabChangesFocus(True)
        self._notice = Notice(context.look)
        self._doors = QWidget()
        self._seeing = QWidget()
        self._acknowledge = button(
            _("Acknowledge"),
            self.acknowledge,
            look=context.look,
            drawing="check",
            role="primary",
        )
        self._build()
        self.take([])

    def take(self, rows: Sequence[AlarmRow]) -> None:
        """Show the chosen alarms; with several, the first and how many more."""
        self._alarms = [row.alarm for row in rows]
        first = self._alarms[0] if self._alarms else None
        waiting = unseen(self._alarms)
        for each in (self._told, self._doors):
            each.setVisible(first is not None)
        self._hint.setVisible(first is None)
        may = self._context.viewer.may(Capability.ACKNOWLEDGE)
        self._seeing.setVisible(bool(waiting) and may)
        words = ngettext("Acknowledge", "Acknowledge {count} alarms", max(len(waiting), 1))
        self._acknowledge.setText(words.format(count=len(waiting)))
        self._acknowledge.setAccessibleName(words.format(count=len(waiting)))
        if first is not None:
            self._describe(first)

    def acknowledge(self) -> None:
        """Say that these alarms were seen, with the note typed."""
        waiting, context = unseen(self._alarms), self._context
        if not waiting or not self._acknowledge.isEnabled():
            return  # nothing to see, or the answer is on its way
        self._acknowledge.setEnabled(False)
        note = self.note.toPlainText().strip()
        context.asking.ask(
            context.asked.alarms.acknowledge(
                context.viewer, [each.rule.id for each in waiting], note
            ),
            owner=self,
            done=self._acknowledged,
            failed=self._fail,
        )

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        doors = QHBoxLayout(self._doors)
        doors.setContentsMargins(0, 0, 0, 0)
        doors.setSpacing(8)
        look = self._context.look
        self._trend = button(_("Trend"), self._open_trend, look=look, drawing="trend")
        doors.addWidget(self._trend)
        self._device = button(_("Device"), self._open_device, look=look, drawing="plant")
        doors.addWidget(self._device)
        doors.addStretch(1)
        seeing = QVBoxLayout(self._seeing)
        seeing.setContentsMargins(0, 0, 0, 0)
        seeing.addWidget(label(_("Note"), "quiet"))
        seeing.addWidget(self.note)
        row = QHBoxLayout()
        row.addWidget(self._acknowledge)
        row.addStretch(1)
        row.addWidget(label("Ctrl+Enter", "small"))
        seeing.addLayout(row)
        for each in (self._hint, self._scrolling(), self._doors, self._seeing):
            column.addWidget(each)
        column.addWidget(self._notice)
        column.addStretch(1)
        self.body.addLayout(column)
        keys = QShortcut(QKeySequence("Ctrl+Return"), self.note)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.acknowledge)

    def _scrolling(self) -> QScrollArea:
        """Return title and facts with a scroll bar for the endless names of a low window."""
        inside, area = QWidget(), _Told()
        inside.setObjectName("plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addStretch(1)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("What is known of the alarm"))
        self._told = area
        return area

    def _describe(self, alarm: Alarm) -> None:
        rule, directory = alarm.rule, self._context.directory
        self._title.show_state(alarm_mark(rule.priority, alarm.state, 24), rule.name)
        spec = directory.spec(rule.point) if rule.point is not None else None
        zone = self._context.zone
        moments = {
            _("Occurred"): alarm.occurred_at,
            _("Resolved"): alarm.resolved_at,
            _("Acknowledged"): alarm.acknowledged_at,
        }
        facts = {
            _("Device"): directory.name(rule.device),
            _("Area"): directory.area(rule.device) or NO_VALUE,
            _("Priority"): f"{rule.priority} · {priority_word(rule.priority)}",
            _("State"): standing_word(alarm),
            _("Point"): spec.name if spec is not None else NO_VALUE,
            _("Raised by"): condition_text(alarm, spec) or NO_VALUE,
        }
        facts |= {
            name: moment_text(moment, zone) if moment is not None else NO_VALUE
            for name, moment in moments.items()
        }
        facts[_("By")] = alarm.acknowledged_by or NO_VALUE
        facts[_("Note")] = alarm.note or NO_VALUE
        if alarm.historical:
            facts[_("Note")] = _("Found in readings that came late; it was never raised.")
        for name, text in facts.items():
            self._facts.tell(name, text)
        self._trend.setEnabled(rule.point is not None)
        self._device.setEnabled(rule.device != PROGRAM)

    def _acknowledged(self, _alarms: Sequence[Alarm]) -> None:
        self._acknowledge.setEnabled(True)
        self._notice.hide()
        self.note.clear()
        self._context.alarms.refresh()

    def _fail(self, error: PlantError) -> None:
        self._acknowledge.setEnabled(True)
        self._notice.tell(str(error), retry=self.acknowledge)

    def _open_trend(self) -> None:
        self._open("chart")

    def _open_device(self) -> None:
        self._open("")

    def _open(self, part: str) -> None:
        if self._alarms:
            rule, since = self._alarms[0].rule, self._alarms[0].occurred_at
            self._context.show(Show("device", rule.device, rule.point, since, part))
