"""How good a password is, as four steps and a word."""

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.users.strength import Level, Strength
from app.words import _
from widgets.controls.plain import label, sentence
from widgets.theme import Look

_STEPS, _GAP, _HIGH = 4, 4, 8


class _Steps(QWidget):
    """Four boxes side by side, as many filled as the level says."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.level = Level.REFUSED
        self.setFixedHeight(_HIGH)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(160, _HIGH)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        theme = self._look.theme
        wide = (self.width() - _GAP * (_STEPS - 1)) / _STEPS
        for at in range(_STEPS):
            filled = at < self.level
            painter.setPen(QColor(theme.symbol_run if filled else theme.control_edge))
            painter.setBrush(QColor(theme.symbol_run if filled else theme.surface))
            painter.drawRect(QRectF(at * (wide + _GAP) + 0.5, 0.5, wide - 1, _HIGH - 1))


class StrengthMeter(QWidget):
    """Steps, a word, and a sentence about what would be better."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._steps = _Steps(look)
        self._word = label("", "strong")
        self._word.setMinimumWidth(self._word.fontMetrics().horizontalAdvance("M" * 8))
        self._advice = sentence("", "small")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._steps, 1)
        row.addWidget(self._word)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._advice)
        self.show_strength(Strength(Level.REFUSED, "", 0.0), typed=False)

    def show_strength(self, strength: Strength, *, typed: bool) -> None:
        """Show how good it is; before anything was ``typed`` the rule stands there."""
        self._steps.level = strength.level
        self._steps.update()
        word = level_word(strength.level) if typed else ""
        self._word.setText(word)
        self.setAccessibleName(
            _("Strength of the password: {word}").format(word=word or _("nothing typed"))
        )
        rule = _("At least 12 characters. Several words are easier to keep in mind.")
        self._advice.setText(strength.advice if typed else rule)


def level_word(level: Level) -> str:
    """Return the word for a level."""
    return {
        Level.REFUSED: _("refused"),
        Level.WEAK: _("weak"),
        Level.FAIR: _("fair"),
        Level.GOOD: _("good"),
        Level.STRONG: _("strong"),
    }[level]
