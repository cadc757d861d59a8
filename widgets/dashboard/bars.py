"""Bars that say how much by their length: shares of a whole, a value against its target."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import Look

_HIGH_PX = 12
_LEAST_PX = 24  # words go before; a bar takes the room that is left


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a bar: how much, and the colour's role; ``hollow`` draws only its edge."""

    amount: float
    role: str = "symbol_band"
    hollow: bool = False


class ShareBar(QWidget):
    """Parts of a whole side by side; even a small part stays visible."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shares: Sequence[Share] = ()
        self.setFixedHeight(_HIGH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_shares(self, shares: Sequence[Share], says: str) -> None:
        """Show the parts; ``says`` is the same in words."""
        self._shares = tuple(each for each in shares if each.amount > 0)
        self.setAccessibleName(says)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _HIGH_PX)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        theme = self._look.theme
        whole = sum(each.amount for each in self._shares)
        if whole <= 0:
            painter.fillRect(self.rect(), QColor(theme.symbol_idle))
            return
        least, gap = 5.0, 2.0
        room = self.width() - gap * (len(self._shares) - 1)
        wide = [max(least, each.amount / whole * room) for each in self._shares]
        wide[0] -= max(0.0, sum(wide) - room)
        left = 0.0
        for share, width in zip(self._shares, wide, strict=True):
            box = QRectF(left, 0, width, self.height())
            if share.hollow:
                painter.setPen(QColor(theme.text))
                painter.setBrush(QColor(theme.surface))
                painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                painter.fillRect(box, QColor(getattr(theme, share.role)))
            left += width + gap


class TargetBar(QWidget):
    """A value as a mark on a scale, its target as a tick, the good side as a band."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._value = self._target = 0.0
        self._low_is_good = True
        self._is_known = False
        self.setFixedHeight(_HIGH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_value(self, value: float | None, target: float, *, low_is_good: bool) -> None:
        """Show a value beside its target; None for no value."""
        self._is_known = value is not None
        self._value, self._target = value or 0.0, target
        self._low_is_good = low_is_good
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, _HIGH_PX)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        theme, wide = self._look.theme, float(self.width())
        reach = max(abs(self._target) * 0.5, abs(self._value - self._target) * 1.25, 1e-9)
        low = self._target - reach
        at = (self._target - low) / (2 * reach) * wide
        painter.fillRect(QRectF(0, 2, wide, 8), QColor(theme.symbol_idle))
        good = QRectF(0, 2, at, 8) if self._low_is_good else QRectF(at, 2, wide - at, 8)
        painter.fillRect(good, QColor(theme.symbol_band))
        painter.fillRect(QRectF(at - 1, 0, 2, 12), QColor(theme.process_line))
        if self._is_known:
            here = (self._value - low) / (2 * reach) * wide
            painter.fillRect(QRectF(here - 2, 0, 4, 12), QColor(theme.text))
