"""The still part of a picture: pipes, boxes, fixed words, symbols without readings."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QPainter, QPainterPath, QPolygonF

from app.words import _
from flowdiagrams.elements import Arrow, Element, Frame, Line, Pipe, Symbol, Text
from flowdiagrams.ink import Ink
from flowdiagrams.manifest import Manifest
from flowdiagrams.parts import Place
from flowdiagrams.symbolart import SymbolArt

HOP_R = 10.0  # of the arc where a pipe passes over another
JUNCTION_R = 5.0
CORE_WIDTH = 1.5  # of a hollow pipe, in the colour of the surface
_HOLLOW_FROM = 4  # thinner branches have no core
_ROLES = {"supply": "supply_pipe", "return": "return_pipe"}
_ARROW = ((-5.0, -7.0), (7.0, 0.0), (-5.0, 7.0))
_TURNS = {"right": 0, "down": 1, "left": 2, "up": 3}
_E = TypeVar("_E", bound=Element)


class Plate:
    """Paints what no reading changes; the scene keeps the result in its background."""

    def __init__(self, manifests: Mapping[str, Manifest], ink: Ink, art: SymbolArt) -> None:
        self._manifests = manifests
        self._ink = ink
        self._art = art

    def paint(self, painter: QPainter, elements: Sequence[Element]) -> None:
        """Draw the still elements, lowest first."""
        for line in _of(elements, Line):
            self._line(painter, line)
        self._pipes(painter, list(_of(elements, Pipe)))
        for frame in _of(elements, Frame):
            self._frame(painter, frame)
        for symbol in _of(elements, Symbol):
            self._symbol(painter, symbol)
        for text in _of(elements, Text):
            type_ = self._ink.type(text.size, strong=text.strong)
            role = "text" if text.strong else "quiet"
            self._ink.write(painter, QPointF(*text.at), _(text.text), type_, role, text.anchor)

    def _line(self, painter: QPainter, line: Line) -> None:
        painter.setPen(self._ink.pen("line" if line.style == "section" else "symbol_band"))
        half = QPointF(0.5, 0.5)  # a line 1 px wide fills whole pixels
        painter.drawPolyline(QPolygonF([QPointF(*place) + half for place in line.points]))

    def _pipes(self, painter: QPainter, pipes: Sequence[Pipe]) -> None:
        paths = [(pipe, pipe_path(pipe)) for pipe in pipes]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for medium in ("supply", "return"):
            for pipe, path in paths:
                if pipe.medium == medium:
                    painter.strokePath(path, self._ink.pen(_ROLES[medium], pipe.width))
        core = self._ink.pen("surface", CORE_WIDTH)
        for pipe, path in paths:
            if pipe.medium == "return" and pipe.width >= _HOLLOW_FROM:
                painter.strokePath(path, core)
        painter.setPen(Qt.PenStyle.NoPen)
        for pipe in pipes:
            painter.setBrush(QBrush(self._ink.colour(_ROLES[pipe.medium])))
            for place in pipe.junctions:
                painter.drawEllipse(QPointF(*place), JUNCTION_R, JUNCTION_R)
            for arrow in pipe.arrows:
                painter.drawPolygon(arrow_shape(arrow))

    def _frame(self, painter: QPainter, frame: Frame) -> None:
        ink = self._ink
        (x, y), (width, height) = frame.at, frame.size
        if frame.style == "building":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ink.dashed("control_edge", 1, 4, 4))
            painter.drawRect(QRectF(x + 0.5, y + 0.5, width, height))
            title_at, note_at, anchor = QPointF(x + 16, y - 8), QPointF(x + width, y - 8), "end"
            ink.write(painter, title_at, _(frame.title), ink.small_strong, "text")
            ink.write(painter, note_at, _(frame.note), ink.small, "quiet", anchor)
            return
        painter.setBrush(QBrush(ink.colour("surface")))
        painter.setPen(ink.pen("process_line", 2))
        painter.drawRoundedRect(QRectF(x, y, width, height), 2, 2)
        painter.drawLine(QPointF(x, y + 28), QPointF(x + width, y + 28))
        title = QPointF(x + 12, y + 19)
        ink.write(painter, title, _(frame.title), ink.body_strong, "text")
        note = QPointF(x + width - 12, y + 19)
        ink.write(painter, note, _(frame.note), ink.small, "quiet", "end")

    def _symbol(self, painter: QPainter, symbol: Symbol) -> None:
        manifest = self._manifests[symbol.symbol]
        if manifest.inputs:
            return  # a live item draws it
        self._art.render(painter, manifest, manifest.states[-1].parts, box(symbol, manifest))
        if symbol.label:
            at = QPointF(*symbol.at) + QPointF(*manifest.label)
            label = _(symbol.label)
            self._ink.write(painter, at, label, self._ink.small, "quiet", manifest.label_anchor)


def box(symbol: Symbol, manifest: Manifest) -> QRectF:
    """Return where a symbol's drawing lies in the picture."""
    (x, y), (left, top), (width, height) = symbol.at, manifest.origin, manifest.size
    return QRectF(x - left, y - top, width, height)


def pipe_path(pipe: Pipe) -> QPainterPath:
    """Return the pipe's centre line with an arc at every hop."""
    path = QPainterPath(QPointF(*pipe.points[0]))
    for start, end in pairwise(pipe.points):
        for hop in sorted(_on(start, end, pipe.hops), key=lambda hop: _distance(start, hop)):
            step_x, step_y = _towards(start, end)
            x, y = hop
            path.lineTo(x - step_x * HOP_R, y - step_y * HOP_R)
            around = QRectF(x - HOP_R, y - HOP_R, 2 * HOP_R, 2 * HOP_R)
            # Always over the upper (or left) side, whichever way the water runs.
            first = {(1, 0): 180, (-1, 0): 0, (0, 1): 90, (0, -1): 270}[step_x, step_y]
            sweep = 180 if (step_x, step_y) in {(-1, 0), (0, 1)} else -180
            path.arcTo(around, first, sweep)
        path.lineTo(*end)
    return path


def arrow_shape(arrow: Arrow) -> QPolygonF:
    """Return the 12 × 14 px arrow head on a pipe."""
    x, y, to = arrow
    corners = []
    for dx, dy in _ARROW:
        for _turn in range(_TURNS[to]):
            dx, dy = -dy, dx  # noqa: PLW2901 - a quarter turn to the right, on the screen
        corners.append(QPointF(x + dx, y + dy))
    return QPolygonF(corners)


def _of(elements: Iterable[Element], kind: type[_E]) -> Iterable[_E]:
    return (element for element in elements if isinstance(element, kind))


def _on(start: Place, end: Place, hops: Iterable[Place]) -> list[Place]:
    low_x, high_x = sorted((start[0], end[0]))
    low_y, high_y = sorted((start[1], end[1]))
    return [(x, y) for x, y in hops if low_x <= x <= high_x and low_y <= y <= high_y]


def _towards(start: Place, end: Place) -> tuple[int, int]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (dx > 0) - (dx < 0), (dy > 0) - (dy < 0)


def _distance(start: Place, place: Place) -> int:
    return abs(place[0] - start[0]) + abs(place[1] - start[1])
