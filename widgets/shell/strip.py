"""The alarm strip: the alarms nobody has seen yet, always in view."""

from collections import Counter
from collections.abc import Sequence

from PyQt6.QtCore import QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.model.alarm import Alarm, AlarmState
from app.words import _
from widgets.alarmboard import Flood, unseen
from widgets.controls.alarmwords import condition_text
from widgets.controls.card import Elided
from widgets.controls.marks import (
    alarm_mark,
    alarm_state_word,
    mark_pixmap,
    priority_word,
)
from widgets.controls.moments import since_text
from widgets.controls.plain import button, label, tip
from widgets.controls.quality import NO_VALUE
from widgets.fonts import BODY_PX, font
from widgets.pagetype import PageContext
from widgets.shell.ringing import Ringing
from widgets.shell.silence import SilenceButton
from widgets.theme import Look

HEIGHT_PX, CELL_PX, MOST_CELLS = 48, 400, 3
_MARKER_PX = 20
_LEAST_CELL_PX, _AROUND_PX = 160, 48  # a cell in the narrowest window; gaps and margins


class AlarmStrip(QFrame):
    """Shows the most urgent alarms that wait, and how many stand of each priority."""

    wanted = pyqtSignal(str)  # the rule to go to, "" for all alarms

    def __init__(
        self, context: PageContext, ringing: Ringing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(_("Alarms"))
        self._board, self._now = context.alarms, context.now
        self._flood = Flood()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 16, 0)
        row.setSpacing(0)
        self._cells = [AlarmCell(context) for _at in range(MOST_CELLS)]
        for cell in self._cells:
            cell.clicked.connect(lambda _checked=False, which=cell: self._want(which))
            row.addWidget(cell)
        self._calm = Elided("", "quiet")
        self._calm.setContentsMargins(16, 0, 0, 0)
        row.addWidget(self._calm)
        self._flooded = label("", "strong")
        self._flooded.setContentsMargins(16, 0, 0, 0)
        row.addWidget(self._flooded)
        row.addStretch(1)
        self._counts = _Counts(context.look)
        self._acknowledge = button(
            _("Ack…"),
            lambda: self._want(self._cells[0]),
            look=context.look,
            drawing="check",
            says=_("Acknowledge the most urgent alarm"),
        )
        everything = button(_("All alarms"), lambda: self.wanted.emit(""))
        silence = SilenceButton(ringing, context)
        self._tools = (self._counts, self._acknowledge, silence, everything)
        for at, each in enumerate(self._tools):
            row.addSpacing(8 if at > 1 else 0)
            row.addWidget(each)
        for changed in (
            self._board.changed,
            self._board.failed,
            context.directory.listed,
            context.directory.described,
            context.look.changed,
        ):
            changed.connect(self._arrange)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        waiting = unseen(self._board.alarms)
        free = self.width() - self._tools_px()
        room = max(free // CELL_PX, 1)
        if self._flood.judge(self._board.alarms, self._now()):
            room = 1  # one line for all of them, and the most urgent
            says = _("Flood: {count} alarms in 10 minutes").format(count=self._flood.count)
            self._flooded.setText(says)
        self._flooded.setVisible(self._flood.is_on)
        for at, cell in enumerate(self._cells):
            cell.setFixedWidth(min(CELL_PX, max(free, _LEAST_CELL_PX)))
            cell.take(waiting[at] if at < min(len(waiting), room) else None)
        calm = self._board.unknown() or _("No alarm waits for acknowledgement")
        self._calm.setText(calm)
        self._calm.setVisible(not waiting)
        self._acknowledge.setEnabled(bool(waiting))
        self._counts.take(self._board.alarms if self._board.is_told else None)

    def _tools_px(self) -> int:
        """Return the room that counts and buttons need in this language."""
        return sum(each.sizeHint().width() for each in self._tools) + _AROUND_PX

    def _want(self, cell: "AlarmCell") -> None:
        if cell.alarm is not None:
            self.wanted.emit(cell.alarm.rule.id)


class AlarmCell(QPushButton):
    """One alarm in two lines: marker, what and where, since when."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setObjectName("cell")
        self.setFixedSize(CELL_PX, HEIGHT_PX - 1)
        self._directory, self._look = context.directory, context.look
        self._now, self._zone = context.now, context.zone
        self.alarm: Alarm | None = None
        self.setAutoDefault(False)

    def take(self, alarm: Alarm | None) -> None:
        """Show this alarm, or nothing."""
        self.alarm = alarm
        self.setVisible(alarm is not None)
        if alarm is None:
            return
        said = [priority_word(alarm.rule.priority), alarm.rule.name, self._where(alarm)]
        said += [alarm_state_word(alarm.state), self._when(alarm)]
        self.setAccessibleName(", ".join(said))
        self.setToolTip(tip("\n".join(said)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(CELL_PX, HEIGHT_PX - 1)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        alarm, theme = self.alarm, self._look.theme
        if alarm is None:
            return
        painter = QPainter(self)
        mark = alarm_mark(alarm.rule.priority, alarm.state, _MARKER_PX)
        picture = mark_pixmap(mark, theme, self.devicePixelRatioF())
        painter.drawPixmap(10, (self.height() - _MARKER_PX - 4) // 2, picture)
        inside = QRect(46, 3, self.width() - 46 - 12, self.height() - 6)
        upper = QRect(inside.left(), inside.top(), inside.width(), inside.height() // 2)
        lower = upper.translated(0, upper.height())
        self._line(painter, upper, (alarm.rule.name, self._when(alarm)), strong=True)
        state = _("returned") if alarm.state is AlarmState.RETURNED else _("unack.")
        self._line(painter, lower, (self._where(alarm), state), strong=False)

    def _line(
        self, painter: QPainter, box: QRect, words: tuple[str, str], *, strong: bool
    ) -> None:
        theme = self._look.theme
        left, right = words
        painter.setFont(font(BODY_PX))
        painter.setPen(QColor(theme.text if strong else theme.quiet))
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right
        )
        room = box.width() - painter.fontMetrics().horizontalAdvance(right) - 12
        painter.setFont(font(BODY_PX, strong=strong))
        text = painter.fontMetrics().elidedText(left, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _where(self, alarm: Alarm) -> str:
        name = self._directory.name(alarm.rule.device)
        point = alarm.rule.point
        condition = condition_text(alarm, self._directory.spec(point) if point else None)
        return f"{name} · {condition}" if condition else name

    def _when(self, alarm: Alarm) -> str:
        return since_text(alarm.occurred_at or alarm.since, self._now(), self._zone)


class _Counts(QWidget):
    """How many alarms stand of each priority."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(16)
        self._parts: dict[int, tuple[QLabel, QLabel]] = {}
        for priority in (1, 2, 3, 4):
            pair = QHBoxLayout()
            pair.setSpacing(4)
            marker, number = QLabel(), label("0", "strong")
            number.setMinimumWidth(18)
            self._parts[priority] = marker, number
            pair.addWidget(marker)
            pair.addWidget(number)
            row.addLayout(pair)

    def take(self, known: Sequence[Alarm] | None) -> None:
        """Count; a priority nobody waits for is hollow, one without alarms grey.

        None while nobody knows which stand: no count is not a count of none.
        """
        alarms = known or ()
        counts = Counter(each.rule.priority for each in alarms)
        waiting = {each.rule.priority for each in unseen(alarms)}
        said = []
        for priority, (marker, number) in self._parts.items():
            state = AlarmState.ACKNOWLEDGED if counts[priority] else AlarmState.NORMAL
            state = AlarmState.UNACKNOWLEDGED if priority in waiting else state
            mark = alarm_mark(priority, state)
            marker.setPixmap(mark_pixmap(mark, self._look.theme, self.devicePixelRatioF()))
            number.setText(NO_VALUE if known is None else str(counts[priority]))
            said.append(f"{counts[priority]} {priority_word(priority)}")
        self.setAccessibleName(", ".join(said) if known is not None else NO_VALUE)
