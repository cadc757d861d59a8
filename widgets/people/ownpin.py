"""A short PIN to unlock this workstation: set with the password, or taken away."""

from PyQt6.QtWidgets import QDialog, QWidget

from app.errors import BadInput
from app.users.pins import LONGEST_PIN, MOST_WRONG, SHORTEST_PIN, require_pin
from app.words import _
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.ownsession import OwnSession
from widgets.pagetype import PageContext
from widgets.welcome.fields import Field, line

_WIDTH_PX = 460


class OwnPin(QDialog):
    """Asks for the password and, twice, for a PIN; says whether there is one."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("PIN for this workstation"))
        self.setMinimumWidth(_WIDTH_PX)
        self._context = context
        self._own = OwnSession(context.asked, context.viewer, context.asking, self)
        self._password, self._pin, self._again = (line(secret=True) for _each in range(3))
        self._pin.setMaxLength(LONGEST_PIN)
        self._again.setMaxLength(LONGEST_PIN)
        hint = _("{shortest} to {longest} digits, no row and no repetition")
        self.password = Field(_("Your password"), self._password)
        self.pin = Field(
            _("PIN"), self._pin, hint.format(shortest=SHORTEST_PIN, longest=LONGEST_PIN)
        )
        self.again = Field(_("PIN again"), self._again)
        self.notice = Notice(context.look)
        self.save = button(_("Set PIN"), self._save, role="primary")
        self.remove = button(_("Take the PIN away"), self._remove)
        says = _(
            "A PIN unlocks this desk at this workstation and nothing else: logging in and "
            "allowing changes ask for the password. After {count} wrong tries it is wiped."
        ).format(count=MOST_WRONG)
        parts = (self.notice, sentence(says, "quiet"), self.password, self.pin, self.again)
        lay_form(self, parts, [self.save], beside=self.remove)
        for field, typed in ((self.password, self._password), (self.again, self._again)):
            typed.textChanged.connect(lambda _text, field=field: field.complain(""))
        self._pin.textChanged.connect(lambda _text: self.pin.complain(""))
        self._again.returnPressed.connect(self._save)
        self._own.changed.connect(self._show)
        self.finished.connect(self.deleteLater)
        self._own.refresh()
        self._show()
        self._password.setFocus()

    def _show(self) -> None:
        self.remove.setVisible(self._own.has_pin)
        self.save.setText(_("Set another PIN") if self._own.has_pin else _("Set PIN"))

    def _save(self) -> None:
        if not self.save.isEnabled() or not self._is_right():
            return
        self.save.setEnabled(False)
        self._own.set_pin(
            self._password.text(),
            self._pin.text(),
            lambda: self._done(_("The PIN unlocks this workstation from now on.")),
            self._fail,
        )

    def _is_right(self) -> bool:
        fault = ""
        try:
            require_pin(self._pin.text())
        except BadInput as error:
            fault = str(error)
        differ = self._pin.text() != self._again.text()
        typed = bool(self._password.text())
        self.password.complain("" if typed else _("Your password is needed."))
        self.pin.complain(fault)
        self.again.complain(_("The two PINs are not the same.") if differ else "")
        return typed and not fault and not differ

    def _remove(self) -> None:
        self._own.forget_pin(
            lambda: self._done(_("Only your password unlocks from now on.")), self._fail
        )

    def _done(self, said: str) -> None:
        self._context.work.tell(said)
        self.accept()

    def _fail(self, why: str) -> None:
        self.save.setEnabled(True)
        self.notice.tell(why)
        self._password.selectAll()
        self._password.setFocus()
