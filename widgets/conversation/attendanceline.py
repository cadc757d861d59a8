"""Two lanes over a day, week, month or year: when a device was there, and when its line."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.model.conversation import Attendance, Stay
from app.model.device import Presence
from app.words import _, ngettext
from widgets.charts.timescale import label, step_for, ticks
from widgets.controls.marks import presence_word
from widgets.controls.moments import day_text, local
from widgets.controls.plain import tip
from widgets.controls.quality import figures
from widgets.conversation.dayline import paint_presence
from widgets.fonts import SMALL_PX, font
from widgets.theme import Look, Theme

_NAME_PX, _RIGHT_PX = 104, 64
_LANE_PX, _GAP_PX, _AXIS_PX, _TOP_PX = 24, 12, 20, 8
_LANES = ("device", "line")
_TICK_PX = 96  # a tick's words find room
_LEAST_PX = {Presence.OFFLINE: 3.0, Presence.LATE: 1.0}  # however short it was
_Ends = tuple[datetime, datetime]


class AttendanceLine(QWidget):
    """Paints what `show_stays` was given last; the pointer tells what lies under it."""

    def __init__(self, look: Look, now: Callable[[], datetime], zone: tzinfo | None) -> None:
        super().__init__()
        self._look, self._now, self._zone = look, now, zone
        self.told: Attendance | None = None
        self._ends: _Ends = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
        self.setAccessibleName(_("Presence over time"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_stays(self, told: Attendance, start: datetime, end: datetime) -> None:
        """Show another period or newer stays."""
        self.told, self._ends = told, (start, end)
        self.setAccessibleDescription(share_words(told))
        self.update()

    def sizeHint(self) -> QSize:
        lanes = len(_LANES) * (_LANE_PX + _GAP_PX)
        return QSize(480, _TOP_PX + lanes + _AXIS_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())

    def place(self, at: datetime) -> float:
        """Return where a moment lies."""
        start, end = self._ends
        wide = self.width() - _NAME_PX - _RIGHT_PX
        return _NAME_PX + max(0.0, min((at - start) / (end - start), 1.0)) * wide

    def words_at(self, place: QPointF) -> str:
        """Return what was the matter at a place: day, time and presence."""
        start, end = self._ends
        share = (place.x() - _NAME_PX) / max(self.width() - _NAME_PX - _RIGHT_PX, 1)
        if self.told is None or not 0 <= share <= 1:
            return ""
        at = start + (end - start) * share
        beyond, ahead = at > self._now(), _("still to come")
        stays = self.told.line if place.y() > _TOP_PX + _LANE_PX else self.told.stays
        around = (end - start) / max(self.width() - _NAME_PX - _RIGHT_PX, 1)
        found = [s for s in stays if s.begin - around / 2 <= at < s.end + around / 2]
        clock = f"{day_text(at, self._zone)} {local(at, self._zone):%H:%M}"
        if not found:
            return f"{clock} · {ahead if beyond else _('not noted')}"
        shortest = min(found, key=lambda each: each.end - each.begin)  # the one hard to hit
        first, last = self._ends_of(shortest)
        word = presence_word(shortest.presence)
        return _("{moment} · {presence}, {first} – {last}").format(
            moment=clock, presence=word, first=first, last=last
        )

    def _ends_of(self, stay: Stay) -> tuple[str, str]:
        """Return when it began and ended: with the day where it lasted over midnight."""
        first, last = (local(moment, self._zone) for moment in (stay.begin, stay.end))
        form = "%H:%M:%S" if stay.end - stay.begin < timedelta(hours=1) else "%H:%M"
        clocks = first.strftime(form), last.strftime(form)
        if first.date() == last.date():
            return clocks
        days = (day_text(moment, self._zone) for moment in (stay.begin, stay.end))
        begun, ended = (f"{day} {clock}" for day, clock in zip(days, clocks, strict=True))
        return begun, ended

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.words_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), tip(words), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, top = self._look.theme, float(_TOP_PX)
        names = {"device": _("Device"), "line": _("Line")}
        left, right = float(_NAME_PX), float(self.width() - _RIGHT_PX)
        if self.told is not None:
            self._axis(painter, theme)
        for lane in _LANES:
            box = QRectF(left, top, right - left, _LANE_PX)
            painter.setFont(font(SMALL_PX))
            painter.setPen(QColor(theme.quiet))
            head = QRectF(0, top, left - 8, _LANE_PX)
            painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, names[lane])
            painter.setPen(QColor(theme.line))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            if self.told is not None:
                stays = self.told.stays if lane == "device" else self.told.line
                self._lane(painter, theme, box, stays)
            top += _LANE_PX + _GAP_PX
        if self.told is not None and self.told.noted_s:
            painter.setPen(QColor(theme.text))
            room = QRectF(right + 8, _TOP_PX, _RIGHT_PX - 8, _LANE_PX)
            share = figures(100 * self.told.there_s / self.told.noted_s, 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"{share} %")

    def _lane(
        self, painter: QPainter, theme: Theme, box: QRectF, stays: Sequence[Stay]
    ) -> None:
        """Fill the lane; what is short is painted last and wide enough to be seen."""
        in_turn = sorted(stays, key=lambda s: (s.presence in _LEAST_PX, s.begin - s.end))
        for stay in sorted(in_turn, key=lambda s: s.presence is Presence.OFFLINE):
            left, right = self.place(stay.begin), self.place(stay.end)
            wide = max(right - left, _LEAST_PX.get(stay.presence, 0.0))
            part = QRectF(left, box.top(), wide, box.height())
            if stay.presence in _LEAST_PX:
                painter.fillRect(part, QColor(theme.surface))
            paint_presence(painter, theme, part, stay.presence)

    def _axis(self, painter: QPainter, theme: Theme) -> None:
        start_s, end_s = (moment.timestamp() for moment in self._ends)
        wide = max(self.width() - _NAME_PX - _RIGHT_PX, _TICK_PX)
        step_s = step_for(end_s - start_s, int(wide // _TICK_PX))
        foot = float(_TOP_PX + len(_LANES) * (_LANE_PX + _GAP_PX) - _GAP_PX)
        painter.setFont(font(SMALL_PX))
        for at_s in ticks(start_s, end_s, step_s, self._zone):
            across = self.place(datetime.fromtimestamp(at_s, UTC))
            painter.setPen(QColor(theme.chart_grid))
            painter.drawLine(QPointF(across, _TOP_PX), QPointF(across, foot))
            painter.setPen(QColor(theme.quiet))
            room = QRectF(across - _TICK_PX / 2, foot + 2, _TICK_PX, _AXIS_PX - 2)
            words = label(at_s, self._zone, step_s)
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, words)


def share_words(told: Attendance) -> str:
    """Return how much of the noted time the device answered."""
    if not told.noted_s:
        return _("nothing was noted in this time")
    return _("answering {share} % of the {noted} noted").format(
        share=figures(100 * told.there_s / told.noted_s, 1), noted=span_text(told.noted_s)
    )


def span_text(seconds: float) -> str:
    """Return a long time in days, a shorter one in hours, a short one in minutes."""
    for told, unit_s in ((_days, 86_400), (_hours, 3600)):
        if seconds >= 2 * unit_s:
            return told(round(seconds / unit_s))
    count = round(seconds / 60)
    return ngettext("{count} minute", "{count} minutes", count).format(count=figures(count, 0))


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=figures(count, 0))


def _hours(count: int) -> str:
    return ngettext("{count} hour", "{count} hours", count).format(count=figures(count, 0))
