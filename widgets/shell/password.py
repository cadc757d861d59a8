"""Asks the person at the screen for their own password: to go on, or to change settings."""

from collections.abc import Callable
from typing import TypeAlias

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.plain import button, sentence

_WIDTH_PX = 320
# What was typed; called when it is right; called with a sentence when it is not.
Prove: TypeAlias = Callable[[str, Callable[[], None], Callable[[str], None]], None]


class PasswordForm(QWidget):
    """A field and a button; says what is wrong, and `confirmed` when it is right."""

    confirmed = pyqtSignal()
    given_up = pyqtSignal()

    def __init__(
        self,
        prove: Prove,
        says: str,
        act: str,
        *,
        may_give_up: bool,
        width_px: int = _WIDTH_PX,
    ) -> None:
        """``says`` explains what the password is for, ``act`` stands on the button."""
        super().__init__()
        self._prove = prove
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.call(_("Password"))
        self.field.setFixedWidth(width_px)
        self.field.returnPressed.connect(self._ask)
        self.wrong = sentence("", "fault")
        self.wrong.setFixedWidth(width_px)
        self.wrong.hide()
        self._go = button(act, self._ask, role="primary")
        self.row = QHBoxLayout()  # of the buttons; there is room at its beginning
        self.row.setSpacing(8)
        self.row.addStretch(1)
        if may_give_up:
            self.row.addWidget(button(_("Cancel"), self.given_up.emit))
        self.row.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        told = sentence(says, "")
        told.setFixedWidth(width_px)
        for each in (told, self.field, self.wrong):
            column.addWidget(each)
        column.addLayout(self.row)
        self.setFixedWidth(width_px)

    def call(self, name: str) -> None:
        """Say what may be typed."""
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(name)

    def begin(self) -> None:
        """Empty the field and wait in it."""
        self.field.clear()
        self.wrong.hide()
        self._free(yes=True)
        self.field.setFocus()

    def _ask(self) -> None:
        if not self.field.text():
            return
        self._free(yes=False)
        self._prove(self.field.text(), self._right, self._refuse)

    def _right(self) -> None:
        self.begin()
        self.confirmed.emit()

    def _refuse(self, why: str) -> None:
        self._free(yes=True)
        self.field.clear()  # nobody can see what to mend in it
        self.field.setFocus()
        self.wrong.setText(why)
        self.wrong.show()

    def _free(self, *, yes: bool) -> None:
        self.field.setEnabled(yes)
        self._go.setEnabled(yes)
