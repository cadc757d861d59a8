"""The last 24 hours with a device: when it was there, how much was answered, how quickly."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.model.conversation import Conversation, Quarter, Spell
from app.model.device import Presence
from app.words import _
from widgets.controls.marks import presence_word
from widgets.controls.moments import local
from widgets.controls.plain import tip
from widgets.controls.quality import figures
from widgets.fonts import SMALL_PX, font
from widgets.theme import Look, Theme

DAY = timedelta(hours=24)
_QUARTER = timedelta(minutes=15)
_NAME_PX, _RIGHT_PX = 104, 64
_LANES = (("presence", 24), ("success", 32), ("latency", 56))
_GAP_PX, _AXIS_PX, _TOP_PX = 12, 20, 8


class DayLine(QWidget):
    """Three lanes over one time; the pointer tells what lies under it."""

    def __init__(self, look: Look, now: Callable[[], datetime], zone: tzinfo | None) -> None:
        super().__init__()
        self._look, self._now, self._zone = look, now, zone
        self.talk: Conversation | None = None
        self.setAccessibleName(_("The last 24 hours"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_talk(self, talk: Conversation) -> None:
        """Show another day."""
        self.talk = talk
        self.setAccessibleDescription(_summary(talk, self._now()))
        self.update()

    def sizeHint(self) -> QSize:
        lanes = sum(height for _name, height in _LANES) + _GAP_PX * len(_LANES)
        return QSize(480, _TOP_PX + lanes + _AXIS_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())

    def place(self, at: datetime) -> float:
        """Return where a moment lies."""
        share = 1 - (self._now() - at) / DAY
        wide = self.width() - _NAME_PX - _RIGHT_PX
        return _NAME_PX + max(0.0, min(share, 1.0)) * wide

    def words_at(self, x: float) -> str:
        """Return what was the matter at a place of the line."""
        wide = self.width() - _NAME_PX - _RIGHT_PX
        share = (x - _NAME_PX) / max(wide, 1)
        if self.talk is None or not 0 <= share <= 1:
            return ""
        at = self._now() - DAY * (1 - share)
        clock = local(at, self._zone).strftime("%H:%M")
        spells = [spell for spell in self.talk.spells if spell.since <= at]
        state = presence_word(spells[-1].presence) if spells else _("not noted")
        for quarter in self.talk.quarters:
            if quarter.at <= at < quarter.at + _QUARTER:
                return f"{clock} · {state} · {quarter_words(quarter)}"
        return f"{clock} · {state}"

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tip(self.words_at(event.pos().x())), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, talk = self._look.theme, self.talk
        top = float(_TOP_PX)
        names = {
            "presence": _("Presence"),
            "success": _("Success"),
            "latency": _("Latency"),
        }
        left, right = float(_NAME_PX), float(self.width() - _RIGHT_PX)
        for name, height in _LANES:
            box = QRectF(left, top, right - left, height)
            painter.setFont(font(SMALL_PX))
            painter.setPen(QColor(theme.quiet))
            head = QRectF(0, top, left - 8, height)
            painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, names[name])
            painter.setPen(QColor(theme.line))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            if talk is not None:
                lanes = {
                    "presence": self._presence,
                    "success": self._success,
                    "latency": self._latency,
                }
                lanes[name](painter, theme, box, talk)
            top += height + _GAP_PX
        self._axis(painter, theme, top - _GAP_PX)

    def _presence(
        self, painter: QPainter, theme: Theme, box: QRectF, talk: Conversation
    ) -> None:
        for spell, end in spans(talk, self._now()):
            left, right = self.place(spell.since), self.place(end)
            least = (
                1.0 if end < self._now() else 0.0
            )  # a moment of silence is seen, however short
            part = QRectF(left, box.top(), max(right - left, least), box.height())
            paint_presence(painter, theme, part, spell.presence)
        shown = talk.spells[-1].presence if talk.spells else None
        if shown is not None:
            self._at_end(painter, theme, box, presence_word(shown))

    def _success(
        self, painter: QPainter, theme: Theme, box: QRectF, talk: Conversation
    ) -> None:
        for quarter in talk.quarters:
            left, right = self.place(quarter.at), self.place(quarter.at + _QUARTER)
            share = 1 - quarter.failures / quarter.requests
            high = box.height() * share
            bar = QRectF(left, box.bottom() - high, max(right - left - 1, 1), high)
            painter.fillRect(bar, QColor(theme.symbol_band))
            if quarter.failures:
                lost = QRectF(left, box.top(), bar.width(), box.height() - high)
                painter.fillRect(lost, QBrush(QColor(theme.text), Qt.BrushStyle.BDiagPattern))
        requests = sum(each.requests for each in talk.quarters)
        if requests:
            good = requests - sum(each.failures for each in talk.quarters)
            self._at_end(painter, theme, box, f"{figures(100 * good / requests, 1)} %")

    def _latency(
        self, painter: QPainter, theme: Theme, box: QRectF, talk: Conversation
    ) -> None:
        told = [(each, each.latency_ms) for each in talk.quarters]
        known = [(each, mean) for each, mean in told if mean is not None]
        most = max((each.worst_ms or mean for each, mean in known), default=0.0)
        if not most:
            return
        line, before = QPolygonF(), None
        painter.setPen(QPen(QColor(theme.process_line), 1.25))
        for quarter, mean in known:
            across = self.place(quarter.at + _QUARTER / 2)
            worst = box.bottom() - box.height() * (quarter.worst_ms or mean) / most
            painter.drawLine(QPointF(across, box.bottom()), QPointF(across, worst))
            if before is not None and quarter.at - before > _QUARTER:
                painter.drawPolyline(line)
                line = QPolygonF()
            line.append(QPointF(across, box.bottom() - box.height() * mean / most))
            before = quarter.at
        painter.setPen(QPen(QColor(theme.live_value), 1.5))
        painter.drawPolyline(line)
        self._at_end(painter, theme, box, f"≤ {figures(most, 0)} ms")

    def _at_end(self, painter: QPainter, theme: Theme, box: QRectF, words: str) -> None:
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(theme.text))
        room = QRectF(box.right() + 8, box.top(), _RIGHT_PX - 8, box.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _axis(self, painter: QPainter, theme: Theme, top: float) -> None:
        painter.setFont(font(SMALL_PX))
        now = local(self._now(), self._zone)
        whole = now.replace(minute=0, second=0, microsecond=0)
        for ahead in range(25):
            at = whole - timedelta(hours=ahead)
            if at.hour % 3 or now - at >= DAY:
                continue
            across = self.place(at)
            painter.setPen(QColor(theme.chart_grid))
            painter.drawLine(QPointF(across, _TOP_PX), QPointF(across, top))
            painter.setPen(QColor(theme.quiet))
            box = QRectF(across - 20, top + 2, 40, _AXIS_PX - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, at.strftime("%H:%M"))


def paint_presence(painter: QPainter, theme: Theme, part: QRectF, presence: Presence) -> None:
    """Fill a span by what the device was: full, banded, hatched or empty, never by hue."""
    if presence in (Presence.ON, Presence.FAULT):
        painter.fillRect(part, QColor(theme.symbol_run))
    if presence is Presence.FAULT:
        painter.fillRect(part, QBrush(QColor(theme.on_run), Qt.BrushStyle.Dense6Pattern))
    elif presence is Presence.LATE:
        painter.fillRect(part, QColor(theme.symbol_band))
    elif presence is Presence.OFFLINE:
        painter.fillRect(part, QBrush(QColor(theme.text), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QColor(theme.text))
        painter.drawRect(part.adjusted(0.5, 0.5, -0.5, -0.5))


def quarter_words(quarter: Quarter) -> str:
    """Return what was asked in a quarter of an hour and how it was answered."""
    good = quarter.requests - quarter.failures
    words = _("{good} of {all} answered").format(good=good, all=quarter.requests)
    if quarter.latency_ms is None:
        return words
    told = _("{words}, {mean} ms on average, {worst} ms at most")
    return told.format(
        words=words,
        mean=figures(quarter.latency_ms, 0),
        worst=figures(quarter.worst_ms or quarter.latency_ms, 0),
    )


def spans(talk: Conversation, now: datetime) -> list[tuple[Spell, datetime]]:
    """Return each spell with its end."""
    ends = [*(spell.since for spell in talk.spells[1:]), now]
    return list(zip(talk.spells, ends, strict=False))  # none where nothing was noted


def uptime(talk: Conversation, now: datetime) -> float | None:
    """Return the share of the noted time in which the device answered, 0 … 1.

    The moment between the start and the first answer is no absence: nobody had asked yet.
    """
    first, *later = talk.spells or (Spell(talk.since, Presence.LATE),)
    unasked = first.presence is Presence.LATE and first.since <= talk.since and later
    begin = max(now - DAY, later[0].since if unasked else talk.since)
    whole = (now - begin).total_seconds()
    if whole <= 0:
        return None
    there: Sequence[float] = [
        max((end - max(spell.since, begin)).total_seconds(), 0.0)
        for spell, end in spans(talk, now)
        if spell.presence in (Presence.ON, Presence.FAULT)
    ]
    return min(sum(there) / whole, 1.0)


def _summary(talk: Conversation, now: datetime) -> str:
    share = uptime(talk, now)
    if share is None:
        return _("nothing noted yet")
    return _("there {share} % of the time").format(share=figures(100 * share, 1))
