"""Where everything stands on a device's button, on the grid of four pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QFontMetrics

from app.words import _
from widgets.fonts import SMALL_PX, font
from widgets.models.devicebuttons import Symbol

HEIGHT_PX = 92
_PAD_PX, _MARK_PX, _WORD_LEFT_PX, _BETWEEN_PX = 12, 16, 20, 12
_BREAKER_PX = 80


@dataclass(frozen=True, slots=True)
class Places:
    """The boxes of one button, in the view's pixels."""

    whole: QRectF
    presence: QRectF
    name: QRectF
    alarm: QRectF
    state: QRectF  # and the address behind it
    breaker: QRectF
    symbols: Sequence[tuple[Symbol, QRectF]]

    @staticmethod
    def of(whole: QRectF, symbols: Sequence[Symbol]) -> "Places":
        """Return the places on a button of this size."""
        left, right = whole.left() + _PAD_PX, whole.right() - _PAD_PX
        top = whole.top()
        beside = right - _BREAKER_PX - _BETWEEN_PX  # the breaker stands at the right
        text_left = left + _WORD_LEFT_PX
        return Places(
            whole,
            QRectF(left, top + 12, _MARK_PX, _MARK_PX),
            QRectF(text_left, top + 10, right - text_left, 20),
            QRectF(right - _MARK_PX - 2, top + 10, _MARK_PX + 4, _MARK_PX + 4),
            QRectF(text_left, top + 34, beside - text_left, 16),
            QRectF(right - _BREAKER_PX, top + 32, _BREAKER_PX, 50),
            _in_a_row(symbols, left, top + 64),
        )


def least_width() -> int:
    """Return the room all symbols, their words and a breaker need, in this language."""
    letters = QFontMetrics(font(SMALL_PX))
    words = (_("Measure"), _("State"), _("Command"), _("Link"))
    room = sum(
        _WORD_LEFT_PX + letters.horizontalAdvance(word) + _BETWEEN_PX + 2 for word in words
    )
    return room + _BREAKER_PX + 2 * _PAD_PX


def words_of(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def _in_a_row(
    symbols: Sequence[Symbol], left: float, top: float
) -> Sequence[tuple[Symbol, QRectF]]:
    letters, found = QFontMetrics(font(SMALL_PX)), []
    for symbol in symbols:
        width = _WORD_LEFT_PX + letters.horizontalAdvance(symbol.word) + 2
        found.append((symbol, QRectF(left, top, width, _MARK_PX)))
        left += width + _BETWEEN_PX
    return found
