"""One way of drawing a value with its quality, for labels, tables and key values alike."""

import re
from collections.abc import Callable

from PyQt6.QtCore import QLocale, QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform

from widgets.controls.inks import Letters, ink, letters
from widgets.controls.quality import NO_VALUE, Shown, Style
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.icons import drawing, pixel_ratio
from widgets.theme import Theme

_GAP = 4.0  # between a number and what stands beside it
_HATCH_WIDTH, _HATCH_HEIGHT = 56.0, 16.0
_NUMBER = re.compile(r"[~≤≥<>+\-\u2212]*\s*\d")  # a sign may stand before it
_DIGIT, _SENTENCE = re.compile(r"\d"), re.compile(r"[^\W\d_]{6}")  # a word too long for a unit
_MANUAL_SIZE = 14.0
_CLOCK_SIZE = 14
_LEAST_LETTER_PX = 9  # smaller ones nobody reads: from there on they get narrower
_ROUNDED = 1.0  # a box may be rounded down by so much


def value_width(
    shown: Shown, size_px: int = BODY_PX, *, strong: bool = False, decimals: int = 0
) -> float:
    """Return the room a value needs in logical pixels, everything beside it included.

    ``decimals`` as a `ValuePainter` reserves them.
    """
    metrics = QFontMetricsF(font(size_px, strong=strong, italic=shown.style is Style.UNCERTAIN))
    small = QFontMetricsF(font(SMALL_PX))
    width = metrics.horizontalAdvance(shown.text) + _pad(
        shown.text, decimals, metrics.horizontalAdvance
    )
    if shown.unit:
        width += _GAP + small.horizontalAdvance(shown.unit)
    if shown.style is Style.STALE:
        width += _GAP * 3 + _CLOCK_SIZE + small.horizontalAdvance(shown.age)
    elif shown.style is Style.MANUAL:
        width += _GAP + _MANUAL_SIZE
    elif shown.style is Style.BAD:
        width += _GAP + _HATCH_WIDTH
    return width


class ValuePainter:
    """Draws values of one look and size; right-aligned, on one decimal when asked to.

    ``decimals`` reserves the room of that many decimal places, so that numbers of
    different resolution stand on one decimal mark below each other. ``age`` writes
    a stale value's age beside its clock (a table may have a column for it).
    """

    def __init__(
        self,
        theme: Theme,
        size_px: int = BODY_PX,
        *,
        strong: bool = False,
        decimals: int = 0,
        age: bool = True,
    ) -> None:
        self._theme = theme
        self._letters = {
            italic: letters(size_px, strong=strong, italic=italic) for italic in (False, True)
        }
        self._small = letters(SMALL_PX)
        self._age = age
        self._decimals = decimals

    def paint(self, painter: QPainter, box: QRectF, shown: Shown) -> None:
        """Draw the value at the right of ``box``, centred on its height."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = box.right()
        if shown.unit:
            right = self._unit(painter, box, right, shown)
        right -= _pad(shown.text, self._decimals, self._letters[False].wide)
        left = self._text(painter, box, right, shown)
        if shown.style is Style.BAD:
            self._hatch(painter, box, left - _GAP)
        elif shown.style is Style.MANUAL:
            self._manual(painter, box, left - _GAP)
        elif shown.style is Style.STALE:
            self._clock(painter, box, left - _GAP, shown.age if self._age else "")
        painter.restore()

    def _unit(self, painter: QPainter, box: QRectF, right: float, shown: Shown) -> float:
        """Draw the unit; where there is no room for both, the number stands whole."""
        small, number = self._small, self._letters[shown.style is Style.UNCERTAIN]
        room = right - box.left() - _GAP - number.wide(shown.text)
        unit = shown.unit
        if small.wide(unit) > room + _ROUNDED:
            unit = small.fine.elidedText(unit, Qt.TextElideMode.ElideRight, room)
        below = round(number.baseline_px - small.baseline_px)  # they stand on one line
        painter.setFont(small.face)
        painter.setPen(ink(self._theme.quiet))
        painter.drawText(_to(box, right).translated(0, below), _RIGHT, unit)
        return right - small.wide(unit) - _GAP

    def _text(self, painter: QPainter, box: QRectF, right: float, shown: Shown) -> float:
        letters = self._letters[shown.style is Style.UNCERTAIN]
        painter.setFont(letters.face)
        calm = shown.style in (Style.STALE, Style.BAD, Style.NONE)
        painter.setPen(ink(self._theme.quiet if calm else self._theme.live_value))
        return right - paint_whole(painter, _to(box, right), shown.text, letters)

    def _hatch(self, painter: QPainter, box: QRectF, right: float) -> None:
        width = min(_HATCH_WIDTH, right - box.left())
        if width < _GAP:
            return
        place = QRectF(
            right - width, box.center().y() - _HATCH_HEIGHT / 2, width, _HATCH_HEIGHT
        )
        paint_hatch(painter, place, self._theme, pitch=5)

    def _manual(self, painter: QPainter, box: QRectF, right: float) -> None:
        place = QRectF(
            right - _MANUAL_SIZE,
            box.center().y() - _MANUAL_SIZE / 2,
            _MANUAL_SIZE,
            _MANUAL_SIZE,
        )
        paint_manual(painter, place, self._theme)

    def _clock(self, painter: QPainter, box: QRectF, right: float, age: str) -> None:
        painter.setFont(self._small.face)
        painter.setPen(ink(self._theme.quiet))
        wide = self._small.wide(age) + _GAP * 2
        if age and right - wide - _CLOCK_SIZE >= box.left():  # else the tip alone tells it
            painter.drawText(_to(box, right - _GAP), _RIGHT, age)
            right -= wide
        if right - _CLOCK_SIZE < box.left():
            return
        ratio = pixel_ratio(painter)
        picture = drawing("clock", self._theme, _CLOCK_SIZE, "quiet", ratio)
        painter.drawPixmap(
            QPointF(right - _CLOCK_SIZE, box.center().y() - _CLOCK_SIZE / 2), picture
        )


def paint_whole(painter: QPainter, box: QRectF, text: str, letters: Letters) -> float:
    """Draw a value at the right of ``box`` in the painter's letters; return its width.

    A number is never cut, because what is left of it would be another number: where its
    column is too narrow the letters are smaller, and at last narrower. Words may end in dots.
    """
    room, wide = box.width(), letters.wide(text)
    if wide <= room + _ROUNDED:
        painter.drawText(box, _RIGHT, text)
        return wide
    if not _is_number(text):
        text = letters.fine.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, _RIGHT, text)
        return letters.wide(text)
    if room < 1:
        return 0.0
    smaller = QFont(letters.face)
    smaller.setPixelSize(max(int(smaller.pixelSize() * room / wide), _LEAST_LETTER_PX))
    wide = QFontMetricsF(smaller).horizontalAdvance(text)
    narrowed = min(room / wide, 1.0)
    painter.save()
    painter.setFont(smaller)
    painter.translate(box.right(), 0.0)
    painter.scale(narrowed, 1.0)
    painter.drawText(QRectF(-wide, box.top(), wide, box.height()), _RIGHT, text)
    painter.restore()
    return wide * narrowed


def paint_hatch(painter: QPainter, place: QRectF, theme: Theme, pitch: int = 6) -> None:
    """Fill ``place`` with the hatch of a value that cannot be used, dashed edge included."""
    painter.save()
    ink = QColor(theme.bad_hatch)
    brush = QBrush(ink, Qt.BrushStyle.BDiagPattern)
    brush.setTransform(QTransform.fromScale(pitch / 8, pitch / 8))  # Qt's pattern repeats at 8
    painter.setBrushOrigin(place.topLeft())
    painter.setBrush(brush)
    painter.setPen(QPen(ink, 1, Qt.PenStyle.DashLine))
    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def paint_manual(painter: QPainter, place: QRectF, theme: Theme) -> None:
    """Draw the outlined M of a value a person has put in."""
    painter.save()
    painter.setPen(QPen(QColor(theme.text), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(0.6, 0.6, -0.6, -0.6), 2, 2)
    painter.setFont(font(round(place.height() * 0.72), strong=True))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "M")
    painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _pad(text: str, decimals: int, wide: Callable[[str], float]) -> float:
    """Return what keeps a number's decimal mark below that of the others."""
    if not decimals or not text[-1:].isdigit():
        return 0.0
    mark = QLocale().decimalPoint()
    _whole, point, fraction = text.rpartition(mark)
    own = f"{mark}{fraction}" if point else ""
    return max(wide(mark + "0" * decimals) - wide(own), 0.0)


def _is_number(text: str) -> bool:
    """Whether dots would make another number of a text: ``1 474 033``, ``OFF, 10 – 110``."""
    return bool(_NUMBER.match(text) or (_DIGIT.search(text) and not _SENTENCE.search(text)))


def _to(box: QRectF, right: float) -> QRectF:
    return QRectF(box.left(), box.top(), right - box.left(), box.height())


EMPTY = Shown(NO_VALUE, Style.NONE)
