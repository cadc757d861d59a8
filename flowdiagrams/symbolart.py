"""Symbols as pictures: drawn once for each state, theme and zoom, then only copied."""

import re
from collections import OrderedDict
from xml.etree import ElementTree as ET

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from app.errors import BadInput
from flowdiagrams.manifest import Manifest, drawing

MOST_PIXMAPS = 2000  # of 48 px symbols at double size these are 74 MB
_TOKEN = re.compile(r"var\(--([a-z0-9_]+)\)")
_SVG = "http://www.w3.org/2000/svg"


class SymbolArt:
    """Keeps the pixmaps of symbols by (symbol, parts, scale, strength) for one theme."""

    def __init__(self, tokens: dict[str, str]) -> None:
        self._tokens = tokens
        self._pixmaps: OrderedDict[tuple[str, tuple[str, ...], float, float], QPixmap] = (
            OrderedDict()
        )
        self._renderers: dict[tuple[str, tuple[str, ...]], QSvgRenderer] = {}

    def pixmap(
        self, manifest: Manifest, parts: tuple[str, ...], scale: float, strength: float = 1.0
    ) -> QPixmap:
        """Return the symbol drawn with ``scale`` device pixels to a picture's px.

        Below a ``strength`` of 1 it fades into the surface, and still hides the pipe
        behind it.
        """
        key = manifest.name, parts, round(scale, 3), strength
        known = self._pixmaps.get(key)
        if known is not None:
            self._pixmaps.move_to_end(key)
            return known
        width, height = manifest.size
        pixmap = QPixmap(max(round(width * scale), 1), max(round(height * scale), 1))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        area = QRectF(0, 0, pixmap.width(), pixmap.height())
        self._renderer(manifest, parts).render(painter, area)
        if strength < 1:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
            veil = QColor(self._tokens["surface"])
            veil.setAlphaF(1 - strength)
            painter.fillRect(area, veil)
        painter.end()
        self._pixmaps[key] = pixmap
        if len(self._pixmaps) > MOST_PIXMAPS:
            self._pixmaps.popitem(last=False)
        return pixmap

    def render(
        self, painter: QPainter, manifest: Manifest, parts: tuple[str, ...], area: QRectF
    ) -> None:
        """Draw the symbol as lines, not as a picture (for what is drawn once)."""
        self._renderer(manifest, parts).render(painter, area)

    def _renderer(self, manifest: Manifest, parts: tuple[str, ...]) -> QSvgRenderer:
        key = manifest.name, parts
        if key not in self._renderers:
            svg = coloured(drawing(manifest.name), self._tokens, manifest.name)
            renderer = QSvgRenderer(QByteArray(only(svg, parts)))
            if not renderer.isValid():
                raise BadInput(f"{manifest.name}.svg: the symbol's drawing cannot be read")
            self._renderers[key] = renderer
        return self._renderers[key]


def coloured(svg: str, tokens: dict[str, str], name: str) -> str:
    """Return a drawing with the theme's colours; `BadInput` for a colour no theme has."""

    def colour(match: re.Match[str]) -> str:
        if match[1] not in tokens:
            raise BadInput(f'{name}.svg: colour "{match[1]}" is in no theme')
        return tokens[match[1]]

    return _TOKEN.sub(colour, svg)


def only(svg: str, parts: tuple[str, ...]) -> bytes:
    """Return a drawing with just those of its groups, in its own order."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)  # noqa: S314 - our own symbols, shipped with the program
    for group in list(root):
        if group.get("id") not in parts:
            root.remove(group)
    return ET.tostring(root)
