"""The live symbols, circuit heads and heat curve of a picture, and the frame of a dead one."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QPainter, QPolygonF

from app.words import _
from flowdiagrams.binding import Figure
from flowdiagrams.elements import Curve, Symbol, Title
from flowdiagrams.ink import MANUAL_PX, Ink
from flowdiagrams.items import Live, write_age
from flowdiagrams.looks import CurveLook, SymbolLook, TitleLook, place
from flowdiagrams.manifest import Manifest
from flowdiagrams.plate import box
from flowdiagrams.symbolart import SymbolArt
from widgets.controls.quality import MINUS, NO_VALUE, Style, figures

STALE_OPACITY = 0.55
BAD_OPACITY = 0.6
NOTE_WIDTH_PX = 140
_STRENGTHS = {Style.STALE: STALE_OPACITY, Style.NONE: STALE_OPACITY, Style.BAD: BAD_OPACITY}


class SymbolItem(Live[SymbolLook]):
    """A piece of plant in its present state; it is handed a look, never a point."""

    def __init__(
        self, symbol: Symbol, manifest: Manifest, slot: str, ink: Ink, art: SymbolArt
    ) -> None:
        super().__init__(slot, ink)
        self.symbol = symbol
        self._manifest = manifest
        self._art = art
        self._box = box(symbol, manifest)
        self._rect = self._extent(None)

    def core(self) -> QRectF:
        """Return the symbol's box."""
        return self._box

    def redraw_with(self, art: SymbolArt) -> None:
        """Take the drawings of another theme."""
        self._art = art
        self.update()

    def draw(self, painter: QPainter, look: SymbolLook) -> None:
        """Draw symbol, label, state's words, quality and alarm."""
        ink = self._ink
        self._picture(painter, look.parts, _STRENGTHS.get(look.style, 1.0))
        around = self._box.adjusted(-4, -3, 4, 3)
        if look.style is Style.BAD:
            ink.hatch(painter, around)
        self._label(painter, look)
        self._note(painter, look)
        if look.alarm:
            ink.alarm_frame(painter, around.adjusted(-1, 0, 1, 0), look.alarm)
            centre = QPointF(around.right() + 1, around.top() + 4)
            clear = QRectF(centre.x() - 11, centre.y() - 10, 22, 20)
            painter.fillRect(clear, ink.colour("surface"))
            ink.alarm_marker(painter, centre, look.alarm)

    def _take(self, look: SymbolLook) -> None:
        self.setZValue(1 if look.alarm else 0)  # a marker is never covered
        super()._take(look)

    def _extent(self, look: SymbolLook | None) -> QRectF:
        at = QPointF(*self.symbol.at)
        spots = (
            (at + QPointF(*self._manifest.label), 14, 4, self._manifest.label_anchor),
            (at + QPointF(*self._manifest.note), 12, 24, self._manifest.note_anchor),
        )
        extent = self._box.adjusted(-8, -8, 20, 8)
        for spot, up, down, anchor in spots:
            back = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * NOTE_WIDTH_PX
            extent |= QRectF(spot.x() - back, spot.y() - up, NOTE_WIDTH_PX, up + down)
        return extent

    def _picture(self, painter: QPainter, parts: tuple[str, ...], strength: float) -> None:
        transform = painter.worldTransform()
        ratio = painter.deviceTransform().m11() / transform.m11()  # of the device alone
        pixmap = self._art.pixmap(self._manifest, parts, transform.m11() * ratio, strength)
        pixmap.setDevicePixelRatio(ratio)
        corner = transform.map(self._box.topLeft())
        painter.resetTransform()  # copy pixel to pixel: nothing is resampled
        whole = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
        painter.drawPixmap(whole, pixmap)
        painter.setWorldTransform(transform)

    def _label(self, painter: QPainter, look: SymbolLook) -> None:
        ink, text = self._ink, _(self.symbol.label) if self.symbol.label else ""
        at = QPointF(*self.symbol.at) + QPointF(*self._manifest.label)
        if not look.by_hand:
            anchor = self._manifest.label_anchor
            ink.write(painter, at, text, ink.small_strong, "text", anchor)
            return
        width = ink.small_strong.width(text)
        whole = width + 6 + MANUAL_PX
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[self._manifest.label_anchor] * whole
        left = QPointF(at.x() - back, at.y())
        ink.write(painter, left, text, ink.small_strong, "text")
        ink.hand(painter, left + QPointF(width + 6, -12))

    def _note(self, painter: QPainter, look: SymbolLook) -> None:
        ink = self._ink
        at = QPointF(*self.symbol.at) + QPointF(*self._manifest.note)
        anchor = self._manifest.note_anchor
        type_ = ink.small_strong if look.by_hand else ink.small
        text = look.text or (NO_VALUE if self.slot and look.style is not Style.PLAIN else "")
        ink.write(painter, at, text, type_, "text" if look.text else "quiet", anchor)
        if look.age:
            write_age(painter, at + QPointF(0, 16), look.age, ink, anchor)


class TitleItem(Live[TitleLook]):
    """The head of a circuit: ``1  Heating  Scheduled · Comfort``."""

    def __init__(self, title: Title, slot: str, ink: Ink) -> None:
        super().__init__(slot, ink)
        self.title = title
        self._rect = self._extent(None)

    def core(self) -> QRectF:
        """Return the line the head stands on."""
        x, y = self.title.at
        return QRectF(x, y, 520, 20)

    def draw(self, painter: QPainter, look: TitleLook) -> None:
        """Draw number, name, mode and status."""
        ink, (x, y) = self._ink, self.title.at
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ink.pen("control_edge"))
        painter.drawRoundedRect(QRectF(x + 0.5, y + 0.5, 19, 19), 3, 3)
        middle = QPointF(x + 10, y + 15)
        ink.write(painter, middle, self.title.number, ink.small_strong, "text", "middle")
        at = QPointF(x + 28, y + 15)
        text = _(self.title.text)
        ink.write(painter, at, text, ink.body_strong, "text")
        at = at + QPointF(ink.body_strong.width(text) + 12, 0)
        for figure, role, lead in (
            (look.mode, "quiet", ""),
            (look.status, "text", " · " if look.mode else ""),
        ):
            if figure is None:
                continue
            ink.write(painter, at, lead, ink.body, "quiet")
            at = at + QPointF(ink.body.width(lead), 0)
            at = self._word(painter, at, figure, role)
        age = next((one.age for one in (look.status, look.mode) if one and one.age), "")
        if age:
            write_age(painter, at + QPointF(8, 0), age, ink, "start")

    def _word(self, painter: QPainter, at: QPointF, figure: Figure, role: str) -> QPointF:
        ink = self._ink
        faint = figure.style in (Style.STALE, Style.NONE)
        if figure.style is Style.BAD:
            ink.hatch(painter, QRectF(at.x() - 2, at.y() - 13, 20, 17))
        ink.write(painter, at, figure.text, ink.body, "quiet" if faint else role)
        return at + QPointF(ink.body.width(figure.text), 0)


class CurveItem(Live[CurveLook]):
    """The heat curve with the present working point."""

    def __init__(self, curve: Curve, ink: Ink) -> None:
        super().__init__(curve.points[0], ink)
        self.curve = curve
        self._rect = self._extent(None)

    def core(self) -> QRectF:
        """Return the plot."""
        return QRectF(
            QPointF(*self.curve.at), QPointF(*self.curve.at) + QPointF(*self.curve.size)
        )

    def draw(self, painter: QPainter, look: CurveLook) -> None:
        """Draw the line inside the plot, and the point with its dashed lines."""
        ink, plot = self._ink, self.core()
        if not look.line:
            ink.write(painter, plot.center(), _("not read yet"), ink.small, "quiet", "middle")
            return
        painter.setOpacity(STALE_OPACITY if look.faded else 1.0)
        painter.save()
        painter.setClipRect(plot.adjusted(0, -1, 0, 1), Qt.ClipOperation.IntersectClip)
        painter.setPen(ink.pen("symbol_run", 2))
        painter.drawPolyline(QPolygonF([self._at(*corner) for corner in look.line]))
        painter.restore()
        if look.working is not None:
            point = self._at(*look.working, held=True)
            painter.setPen(ink.dashed("text", 1, 3, 3))
            foot, side = QPointF(point.x(), plot.bottom()), QPointF(plot.left(), point.y())
            painter.drawPolyline(QPolygonF([foot, point, side]))
            painter.setBrush(QBrush(ink.colour("surface")))
            painter.setPen(ink.pen("text", 2))
            painter.drawEllipse(point, 5, 5)
        painter.setOpacity(1.0)
        if look.working is not None:
            text = point + QPointF(-10, -8)
            ink.write(painter, text, look.working_text, ink.small_strong, "text", "end")

    def _extent(self, look: CurveLook | None) -> QRectF:
        return self.core().adjusted(-16, -24, 10, 8)

    def _at(self, outdoor: float, flow: float, *, held: bool = False) -> QPointF:
        plot, curve = self.core(), self.curve
        across = (outdoor - curve.x_range[0]) / (curve.x_range[1] - curve.x_range[0])
        up = (flow - curve.y_range[0]) / (curve.y_range[1] - curve.y_range[0])
        if held:
            across = place(outdoor, *curve.x_range) or 0.0
            up = place(flow, *curve.y_range) or 0.0
        return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())


def curve_plate(painter: QPainter, curve: Curve, ink: Ink) -> None:
    """Draw the grid and the scales of a heat curve."""
    (x, y), (width, height) = curve.at, curve.size
    for value in _steps(*curve.y_range, curve.y_step):
        at = y + height - (place(value, *curve.y_range) or 0.0) * height
        painter.setPen(ink.pen("line"))
        painter.drawLine(QPointF(x, round(at) + 0.5), QPointF(x + width, round(at) + 0.5))
        ink.write(painter, QPointF(x - 8, at + 4), _axis(value), ink.small, "quiet", "end")
    for value in _steps(*curve.x_range, curve.x_step):
        along = place(value, *curve.x_range) or 0.0
        at = x + along * width
        painter.setPen(ink.pen("line"))
        painter.drawLine(QPointF(round(at) + 0.5, y), QPointF(round(at) + 0.5, y + height))
        anchor = "end" if along == 1 else "middle"
        below = QPointF(at, y + height + 20)
        ink.write(painter, below, _axis(value), ink.small, "quiet", anchor)


def _steps(start: float, end: float, step: float) -> list[float]:
    low, high = sorted((start, end))
    return [low + nth * step for nth in range(int((high - low) / step) + 1)]


def _axis(value: float) -> str:
    return figures(value, 0).replace("-", MINUS)
