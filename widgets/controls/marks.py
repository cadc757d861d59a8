"""Small marks that tell a state by shape first and colour second."""

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.model.alarm import AlarmState
from app.model.control import WriteState
from app.model.device import Presence
from app.words import _
from widgets.fonts import font
from widgets.icons import drawing
from widgets.theme import Theme

_PRESENCE = {
    Presence.ON: "presence-on",
    Presence.LATE: "presence-late",
    Presence.OFFLINE: "presence-offline",
    Presence.DISABLED: "presence-disabled",
    Presence.FAULT: "presence-fault",
}
_WRITES = {
    WriteState.CONFIRMED: "presence-on",
    WriteState.UNCONFIRMED: "write-unconfirmed",
    WriteState.REFUSED: "write-refused",
}
_OVER_DASH = (1.6, 1.6)  # of the edge of an alarm that is over, in widths of the line
_NUMBER_HEIGHT = 0.66  # of the marker's height
_SQUARE, _TRIANGLE, _DIAMOND = 1, 2, 3  # priorities; 4 is a circle


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark by what it says; painted by `mark_pixmap`."""

    drawing: str = ""  # of resources/icons
    priority: int = 0  # of an alarm, when it is an alarm's marker
    state: AlarmState = AlarmState.UNACKNOWLEDGED
    role: str = "text"
    size: int = 16


def presence_mark(presence: Presence) -> Mark:
    """Return the status icon of a device."""
    return Mark(_PRESENCE[presence])


def write_mark(state: WriteState) -> Mark:
    """Return the icon of how a write ended."""
    return Mark(_WRITES[state])


def alarm_mark(priority: int, state: AlarmState, size: int = 16) -> Mark:
    """Return an alarm's marker: filled, hollow once acknowledged, grey once over."""
    return Mark(priority=priority, state=state, size=size)


def presence_word(presence: Presence) -> str:
    """Return how a device is doing in one word."""
    return {
        Presence.ON: _("Online"),
        Presence.LATE: _("Late"),
        Presence.OFFLINE: _("Offline"),
        Presence.DISABLED: _("Disabled"),
        Presence.FAULT: _("Fault"),
    }[presence]


def write_word(state: WriteState) -> str:
    """Return how a write ended in one word."""
    return {
        WriteState.CONFIRMED: _("confirmed"),
        WriteState.UNCONFIRMED: _("unconfirmed"),
        WriteState.REFUSED: _("refused"),
    }[state]


def alarm_state_word(state: AlarmState) -> str:
    """Return where an alarm stands, as its column shows it."""
    return {
        AlarmState.NORMAL: _("Normal"),
        AlarmState.UNACKNOWLEDGED: _("Unacknowledged"),
        AlarmState.ACKNOWLEDGED: _("Acknowledged"),
        AlarmState.RETURNED: _("Returned, unack."),
    }[state]


def priority_word(priority: int) -> str:
    """Return a priority in words."""
    words = {1: _("urgent"), 2: _("high"), 3: _("medium"), 4: _("low")}
    return words.get(priority, _("priority {number}").format(number=priority))


def mark_pixmap(mark: Mark, theme: Theme, ratio: float = 1.0) -> QPixmap:
    """Return the mark drawn for a screen of ``ratio``; alarm markers stand 2 px out."""
    if mark.drawing:
        return drawing(mark.drawing, theme, mark.size, mark.role, ratio)
    key = (mark, theme.name, ratio)
    kept = _kept.get(key)
    if kept is None:
        kept = _kept[key] = _alarm_pixmap(mark, theme, ratio)
    return kept


_kept: dict[tuple[Mark, str, float], QPixmap] = {}


def _alarm_pixmap(mark: Mark, theme: Theme, ratio: float) -> QPixmap:
    made = QPixmap(QSize(mark.size + 4, mark.size + 4) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(2, 2)
    paint_alarm(painter, mark, theme)
    painter.end()
    return made


def paint_alarm(painter: QPainter, mark: Mark, theme: Theme) -> None:
    """Draw an alarm's marker with its box at the origin."""
    fill, number, edge, width = _alarm_inks(mark, theme)
    size = float(mark.size)
    pen = QPen(QColor(edge), width, join=Qt.PenJoinStyle.RoundJoin)
    if mark.state is AlarmState.RETURNED:
        pen.setDashPattern(_OVER_DASH)  # told apart on grey paper too
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(QColor(fill))
    box = QRectF(0, 0, size, size)
    middle = size / 2
    if mark.priority <= _SQUARE:
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    elif mark.priority == _TRIANGLE:
        painter.drawPolygon(
            _shape((middle, -0.5), (size + 1.2, size - 0.5), (-1.2, size - 0.5))
        )
        box.adjust(0, size * 0.28, 0, 0)
    elif mark.priority == _DIAMOND:
        painter.drawPolygon(
            _shape((middle, -0.8), (size + 0.8, middle), (middle, size + 0.8), (-0.8, middle))
        )
    else:
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setPen(QColor(number))
    painter.setFont(font(round(size * _NUMBER_HEIGHT), strong=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(mark.priority))


def _alarm_inks(mark: Mark, theme: Theme) -> tuple[str, str, str, float]:
    inks = theme.alarm(mark.priority)
    if mark.state is AlarmState.ACKNOWLEDGED:
        return theme.surface, theme.text, inks.edge, 2.0
    if mark.state is AlarmState.UNACKNOWLEDGED:
        return inks.fill, inks.number, inks.edge, 1.5
    return theme.symbol_idle, theme.text, theme.process_line, 1.5


def _shape(*corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners])
