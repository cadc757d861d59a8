"""Who somebody is: name, login, role, and whether they are a guest."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from app.errors import BadInput
from app.model.person import Person
from app.model.rights import Rights, Role, Scope
from app.users.accounts import normal_login, require_login
from app.words import _
from widgets.controls.card import PAD
from widgets.controls.plain import sentence
from widgets.controls.still import still
from widgets.models.rights import by_id, role_name, why_not_given
from widgets.people.newpassword import NewPassword
from widgets.theme import Look
from widgets.welcome.fields import Field, line

_SHORT = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class PersonFields(QWidget):
    """The fields of one person; a new one has a login and a password to fill in too."""

    changed = pyqtSignal()
    entered = pyqtSignal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._roles: Sequence[Role] = ()
        self._name, self._login, self.guest = line(), line(), QCheckBox(_("Guest"))
        self.role = still(QComboBox())
        self.role.setSizeAdjustPolicy(_SHORT)  # a long name widens nothing
        self.role.setMinimumContentsLength(12)
        self.name = Field(_("Full name"), self._name, _("It stands so in the activity log."))
        self.login = Field(_("Login"), self._login)
        self.role_field = Field(_("Role"), self.role)
        self.reach = sentence("", "small")
        self.password = NewPassword(look, lambda: (self._login.text(), self._name.text()))
        self.guest.setAccessibleDescription(_("Somebody of another company."))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        for each in (self.name, self.login, self.role_field, self.reach, self.guest):
            column.addWidget(each)
        column.addWidget(self.password)
        column.addStretch(1)
        self._wire()

    def show_person(self, person: Person, roles: Sequence[Role], mine: Rights) -> str:
        """Fill the fields; return why they may not be changed, "" when they may."""
        self._roles = roles
        new = not person.version
        known = by_id(roles)
        role = known.get(person.role)
        why = "" if new or role is None else why_not_given(role, mine, roles)
        for each in (self._name, self._login, self.role, self.guest):
            each.blockSignals(True)
        self._name.setText(person.name)
        self._login.setText(person.login)
        self.guest.setChecked(person.is_guest)
        self._offer(person, [each for each in roles if not why_not_given(each, mine, roles)])
        for each in (self._name, self._login, self.role, self.guest):
            each.blockSignals(False)
        self._login.setReadOnly(not new)
        self.password.setVisible(new)
        self.password.clear()
        for each in (self._name, self.role, self.guest):
            each.setEnabled(not why)
        self._tell_reach()
        return why

    def person(self, base: Person) -> Person:
        """Return ``base`` as the fields have it."""
        return Person(
            base.login or normal_login(self._login.text()),
            self._name.text().strip(),
            self.role.currentData() or base.role,
            base.devices,
            base.areas,
            base.groups,
            self.guest.isChecked(),
            base.ended,
            base.created_at,
            base.password_at,
            base.version,
        )

    def is_right(self, *, new: bool) -> bool:
        """Return whether all that is needed was filled in; complains where it was not."""
        named = bool(self._name.text().strip())
        self.name.complain("" if named else _("A person needs a name."))
        if not named:
            self._name.setFocus()
        if not new:
            return named
        fault, login = "", normal_login(self._login.text())
        try:
            require_login(login)
        except BadInput as error:
            fault = str(error) if login else _("A person needs a login.")
            self._login.setFocus()
        self.login.complain(fault)
        return named and not fault and self.password.is_right()

    @property
    def reaches_all(self) -> bool:
        """Whether the chosen role needs nothing to be given."""
        role = by_id(self._roles).get(self.role.currentData())
        return role is not None and Scope.ASSIGNED not in role.cells.values()

    def _offer(self, person: Person, roles: Sequence[Role]) -> None:
        self.role.clear()
        for role in roles:
            self.role.addItem(role_name(role), role.id)
        if person.role and self.role.findData(person.role) < 0:
            gone = by_id(self._roles).get(person.role)
            words = role_name(gone) if gone is not None else _("no longer there")
            self.role.addItem(words, person.role)
        at = self.role.findData(person.role)
        self.role.setCurrentIndex(at if at >= 0 else self.role.count() - 1)

    def _wire(self) -> None:
        self._name.textChanged.connect(lambda _text: self._hear())
        self._login.textChanged.connect(lambda _text: self._hear())
        self.role.currentIndexChanged.connect(lambda _at: self._hear())
        self.guest.toggled.connect(lambda _on: self._hear())
        for each in (self._name, self._login):
            each.returnPressed.connect(self.entered)
        self.password.entered.connect(self.entered)

    def _hear(self) -> None:
        for each in (self.name, self.login):
            each.complain("")
        self._tell_reach()
        self.password.weigh()
        self.changed.emit()

    def _tell_reach(self) -> None:
        self.reach.setText(
            _("This role reaches everything there is: nothing needs to be given.")
            if self.reaches_all
            else _("This role reaches the devices, areas and groups given under “Given”.")
        )
