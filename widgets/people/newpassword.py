"""A new password, typed twice, with the words of how hard it is to guess."""

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import BadInput
from app.users.accounts import normal_login, require_password
from app.users.strength import strength_of
from app.words import _
from widgets.theme import Look
from widgets.welcome.fields import Field, line
from widgets.welcome.meter import StrengthMeter


class NewPassword(QWidget):
    """Two fields and a meter; ``whose`` tells login and name of the person it is for."""

    entered = pyqtSignal()  # Enter was pressed in the last field

    def __init__(self, look: Look, whose: Callable[[], tuple[str, str]]) -> None:
        super().__init__()
        self._whose = whose
        self._new, self._again = line(secret=True), line(secret=True)
        self.password = Field(_("New password"), self._new)
        self.again = Field(_("Password again"), self._again)
        self.meter = StrengthMeter(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for each in (self.password, self.again, self.meter):
            column.addWidget(each)
        self._new.textChanged.connect(self.weigh)
        self._again.textChanged.connect(lambda _text: self.again.complain(""))
        self._again.returnPressed.connect(self.entered)

    @property
    def text(self) -> str:
        """The password as typed; prove it with `is_right` first."""
        return self._new.text()

    def clear(self) -> None:
        """Empty both fields."""
        for field in (self._new, self._again):
            field.clear()

    def weigh(self) -> None:
        """Tell how hard to guess it is, for this person."""
        self.password.complain("")
        login, name = self._whose()
        typed = self._new.text()
        found = strength_of(typed, login, (name,))
        self.meter.show_strength(found, typed=bool(typed))

    def is_right(self) -> bool:
        """Return whether it may be one and was typed the same twice; complains when not."""
        fault = ""
        try:
            require_password(self._new.text(), normal_login(self._whose()[0]))
        except BadInput as error:
            fault = str(error)
        self.password.complain(fault)
        differ = self._new.text() != self._again.text()
        self.again.complain(
            _("The two passwords are not the same.") if differ and not fault else ""
        )
        if fault or differ:
            (self._new if fault else self._again).setFocus()
        return not (fault or differ)
