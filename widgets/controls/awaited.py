"""Fields of what is kept, behind a sentence until somebody said what that is."""

from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.words import _
from widgets.controls.card import PAD
from widgets.controls.plain import sentence

_TYPED_INTO = (QAbstractSpinBox, QLineEdit, QPlainTextEdit)


class Awaited(QStackedWidget):
    """Shows its fields once `show_kept` was called: before, they would show what none keeps."""

    def __init__(self, fields: QWidget) -> None:
        super().__init__()
        self._fields = fields
        self.says = sentence(_("Asking what is kept …"))
        before = QWidget()
        column = QVBoxLayout(before)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.addWidget(self.says)
        column.addStretch(1)
        self.addWidget(before)
        self.addWidget(fields)
        self._wanted: QWidget | None = None  # the field that is to have the keys

    def give_keys(self, field: QWidget) -> None:
        """Let a field have the keys as soon as it is seen, unless somebody types elsewhere."""
        if self.currentWidget() is self._fields:
            field.setFocus()
        else:
            self._wanted = field

    def show_kept(self) -> None:
        """Say that the fields show what is kept."""
        if self.currentWidget() is self._fields:
            return
        self.setCurrentWidget(self._fields)
        elsewhere = isinstance(QApplication.focusWidget(), _TYPED_INTO)
        if self._wanted is not None and self.isVisible() and not elsewhere:
            self._wanted.setFocus()

    def fail(self) -> None:
        """Say that nobody answered; what is shown since an answer stays."""
        self.says.setText(_("What is kept is not known."))
