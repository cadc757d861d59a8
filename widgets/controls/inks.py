"""Colours and metrics that painting asks for again and again, made once (GUI thread).

A colour read from its text and the measures of a font cost more than drawing the cell
they are for. What is returned is shared: nobody may change it.
"""

from functools import cache, lru_cache

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPen

from widgets.fonts import font

_TEXTS = 4096  # some windows full of cells


@cache
def ink(code: str) -> QColor:
    """Return the colour of a token's code (``#rrggbb``)."""
    return QColor(code)


@cache
def pen(code: str, width_px: float = 1.0) -> QPen:
    """Return a solid pen of a token's code."""
    return QPen(ink(code), width_px)


@cache
def letters(size_px: int, *, strong: bool = False, italic: bool = False) -> "Letters":
    """Return the letters of a size, one object for all that paint with them."""
    return Letters(font(size_px, strong=strong, italic=italic))


class Letters:
    """A font with its measures in logical pixels; texts that repeat are measured once."""

    def __init__(self, face: QFont) -> None:
        self.face = face
        self.fine = QFontMetricsF(face)
        self._whole = QFontMetrics(face)
        self.wide = lru_cache(_TEXTS)(self.fine.horizontalAdvance)
        self.elided = lru_cache(_TEXTS)(self._elided)
        self.baseline_px = (self.fine.ascent() - self.fine.descent()) / 2

    def _elided(self, text: str, room_px: int, middle: bool = False) -> str:
        """Return the text with dots at its end, or its middle, where wider than ``room_px``."""
        modes = Qt.TextElideMode
        mode = modes.ElideMiddle if middle else modes.ElideRight
        return self._whole.elidedText(text, mode, room_px)
