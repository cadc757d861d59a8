"""Every text a window draws, with its place, its ink and the room it was given.

A window is painted once more on paper that keeps no picture but writes down each text
that is put on it, whoever draws it: a label of Qt's or a chart of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize
from PyQt6.QtGui import QColor, QPaintDevice, QPaintEngine, QTextItem
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

_METRICS = QPaintDevice.PaintDeviceMetric
_FIXED = {
    _METRICS.PdmDpiX: 96,
    _METRICS.PdmDpiY: 96,
    _METRICS.PdmPhysicalDpiX: 96,
    _METRICS.PdmPhysicalDpiY: 96,
    _METRICS.PdmDepth: 32,
    _METRICS.PdmNumColors: 2**31 - 1,
    _METRICS.PdmDevicePixelRatio: 1,
    _METRICS.PdmDevicePixelRatioScaled: 65536,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One text as it was drawn; rectangles in the window's logical pixels."""

    text: str
    box: QRectF  # of the letters
    room: QRectF  # what may show: the widget, and what the painter clips to
    shown: QRectF  # the part of the room that nothing covers and nobody scrolled away
    ink: QColor
    by: QWidget  # who drew it
    is_straight: bool  # neither turned nor scaled

    def __str__(self) -> str:
        spot = self.box.toRect()
        name = self.by.objectName() or self.by.accessibleName()
        where = f"{spot.x()},{spot.y()} {spot.width()}×{spot.height()}"
        return f"“{self.text}” at {where} by {type(self.by).__name__} {name}".strip()


class _Scribe(QPaintEngine):
    """Writes down texts and lets all else go by."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.seen: list[Seen] = []
        self.watch = _Watch()

    def begin(self, pdev: QPaintDevice | None) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: object) -> None:  # noqa: N802 - Qt's name
        """Nothing is kept between texts."""

    def _pass(self, *_drawn: Any, **_named: Any) -> None:
        """Let a shape go by."""

    drawPixmap = drawImage = drawPath = drawRects = drawLines = _pass  # noqa: N815
    drawPolygon = drawPoints = drawEllipse = drawTiledPixmap = _pass  # noqa: N815

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:  # noqa: N802 - Qt's name
        """Write down one run of letters."""
        painter, widget = self.painter(), self.watch.widget
        if painter is None or widget is None or not item.text().strip():
            return
        letters = QRectF(
            at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent()
        )
        turned = painter.combinedTransform()
        corner = QPointF(widget.mapTo(widget.window(), QPoint(0, 0)))
        box = turned.mapRect(letters).translated(corner)
        room = QRectF(QRect(corner.toPoint(), widget.size()))
        if painter.hasClipping() and not isinstance(widget, QLabel):
            clip = turned.mapRect(painter.clipBoundingRect()).translated(corner)
            room = room.intersected(clip)
        ink = painter.pen().color()
        ink.setAlphaF(ink.alphaF() * painter.opacity())
        straight = turned.isIdentity() or not (turned.isRotating() or turned.isScaling())
        visible = QRectF(widget.visibleRegion().boundingRect()).translated(corner)
        shown = room.intersected(visible)
        self.seen.append(Seen(item.text(), box, room, shown, ink, widget, straight))


class _Paper(QPaintDevice):
    """As large as the window; hands what is drawn to the scribe."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.scribe = _Scribe()
        self._measures = _FIXED | {
            _METRICS.PdmWidth: size.width(),
            _METRICS.PdmHeight: size.height(),
            _METRICS.PdmWidthMM: round(size.width() / 96 * 25.4),
            _METRICS.PdmHeightMM: round(size.height() / 96 * 25.4),
        }

    def paintEngine(self) -> QPaintEngine:  # noqa: N802 - Qt's name
        """Return who draws."""
        return self.scribe

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        """Return a measure of the paper."""
        return self._measures.get(metric, 1)


class _Watch(QObject):
    """Knows which widget paints at this moment."""

    def __init__(self) -> None:
        super().__init__()
        self.widget: QWidget | None = None

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        paints = event is not None and event.type() == QEvent.Type.Paint
        if paints and isinstance(watched, QWidget):
            self.widget = watched
        return False


def texts(window: QWidget) -> Sequence[Seen]:
    """Return every text on a window, in the order of drawing (GUI thread)."""
    paper = _Paper(window.size())
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(paper.scribe.watch)
    try:
        window.render(paper)
    finally:
        app.removeEventFilter(paper.scribe.watch)
    first: dict[tuple[str, int, int, int], Seen] = {}
    for each in paper.scribe.seen:  # what is selected is drawn once more, over itself
        at = each.box.topLeft().toPoint()
        where = (each.text, at.x(), at.y(), id(each.by))
        known = first.get(where)
        if known is None or known.room.width() < each.room.width():
            first[where] = each
    return tuple(first.values())
