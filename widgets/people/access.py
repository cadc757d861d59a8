"""Coming in: another password, sending somebody away and letting them in again, removing."""

from datetime import tzinfo

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.model.person import Person
from app.words import _
from widgets.controls.card import PAD
from widgets.controls.confirm import agreed
from widgets.controls.facts import Facts
from widgets.controls.flowline import FlowLine
from widgets.controls.moments import moment_text
from widgets.controls.plain import button, label
from widgets.models.people import person_state
from widgets.people.newpassword import NewPassword
from widgets.theme import Look
from widgets.welcome.fields import Field, line


class Access(QWidget):
    """Says what is wanted by signals; what cannot be undone is asked about once."""

    password_wanted = pyqtSignal(str)
    ending_wanted = pyqtSignal(str)  # why; "" lets the person in again
    removal_wanted = pyqtSignal()

    def __init__(self, look: Look, zone: tzinfo | None) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._zone = zone
        self._person = Person("", "", "")
        self.facts = Facts({_("State"): "", _("Password since"): ""}, pad_px=0)
        self.password = NewPassword(look, lambda: (self._person.login, self._person.name))
        self.password.entered.connect(self._set_password)
        self.set = button(_("Set password"), self._set_password)
        self._reason = line()
        self.reason = Field(
            _("Why they may not come in any more"),
            self._reason,
            _("They read it when they try to log in."),
        )
        self.send = button(_("Send away…"), self._send_away)
        self.let_in = button(_("Let in again"), lambda: self.ending_wanted.emit(""))
        self.remove = button(_("Remove the account…"), self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        for each in (self.facts, self.password):
            column.addWidget(each)
        column.addLayout(_left(self.set))
        column.addSpacing(8)
        column.addWidget(label(_("Leaving"), "strong"))
        column.addWidget(self.reason)
        column.addLayout(_left(self.send, self.let_in, self.remove))
        column.addStretch(1)
        self._reason.textChanged.connect(lambda _text: self.reason.complain(""))
        self._reason.returnPressed.connect(self._send_away)

    def show_person(self, person: Person, why: str) -> None:
        """Show how somebody comes in; ``why`` nothing of it may be changed, or ""."""
        if person.login != self._person.login:
            self.password.clear()
            self._reason.clear()
        self._person = person
        self.facts.tell(_("State"), person_state(person))
        since = person.password_at
        self.facts.tell(
            _("Password since"),
            moment_text(since, self._zone) if since is not None else _("not known"),
        )
        self.reason.setVisible(not person.ended)
        self.send.setVisible(not person.ended)
        self.let_in.setVisible(bool(person.ended))
        for each in (self.password, self.set, self.reason, self.send, self.let_in, self.remove):
            each.setEnabled(not why)

    def _set_password(self) -> None:
        if self.password.is_right():
            self.password_wanted.emit(self.password.text)

    def _send_away(self) -> None:
        why = self._reason.text().strip()
        if not why:
            self.reason.complain(_("Say why: they will ask."))
            self._reason.setFocus()
            return
        question = _("Send {name} away? Every window of theirs closes to them at once.")
        if agreed(question.format(name=self._person.name), _("Send away"), self):
            self.ending_wanted.emit(why)

    def _remove(self) -> None:
        question = _(
            "Remove the account {login} of {name} for good? What they did stays in the "
            "activity log."
        ).format(login=self._person.login, name=self._person.name)
        if agreed(question, _("Remove the account"), self):
            self.removal_wanted.emit()


def _left(*buttons: QWidget) -> FlowLine:
    """Return buttons side by side; in long languages they go on in the next line."""
    row = FlowLine(gap_px=8)
    for each in buttons:
        row.addWidget(each)
    return row
