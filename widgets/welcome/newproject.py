"""A new project: what the plant is called, where it lies, and its first administrator."""

import unicodedata
from functools import partial
from pathlib import Path
from zoneinfo import available_timezones

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.errors import BadInput, PlantError
from app.project.names import slug
from app.project.recent import free_place
from app.users.accounts import normal_login, require_login, require_password
from app.users.strength import strength_of
from app.words import _
from widgets.controls.card import Card
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label
from widgets.welcome.context import OpenProject, WelcomeContext
from widgets.welcome.fields import Field, line, pairs
from widgets.welcome.meter import StrengthMeter


class NewProjectPane(QWidget):
    """A form; when it is right the project is made and opened."""

    chosen = pyqtSignal(object)  # OpenProject
    given_up = pyqtSignal()

    def __init__(self, context: WelcomeContext) -> None:
        super().__init__()
        self._context = context
        self._own_place = self._own_login = False
        self._make_fields()
        self.meter = StrengthMeter(context.look)
        self.notice = Notice(context.look)
        self.busy = Busy()
        self.make = button(_("Create the project"), self._create, role="primary")
        card = Card(_("New project"), _("a plant and its first administrator"))
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 16, 16, 16)
        inside.setSpacing(12)
        inside.addWidget(self.notice)
        inside.addLayout(
            pairs((self.title, self.utility), (self.place,), (self.zone,)),
        )
        inside.addSpacing(4)
        inside.addWidget(label(_("First administrator"), "strong"))
        inside.addLayout(
            pairs((self.name, self.login), (self.password, self.again), (self.meter,))
        )
        inside.addStretch(1)
        form = QWidget()
        form.setObjectName("plain")
        form.setLayout(inside)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("New project"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(form)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 16)
        row.setSpacing(8)
        row.addWidget(self.busy)
        row.addStretch(1)
        row.addWidget(button(_("Back"), self.given_up.emit))
        row.addWidget(self.make)
        card.body.addWidget(area, 1)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        self._wire()

    def begin(self) -> None:
        """Wait in the first field."""
        self.title.control.setFocus()

    def _make_fields(self) -> None:
        self._title, self._utility, self._place = line(), line(), line()
        self._name, self._login = line(), line()
        self._password, self._again = line(secret=True), line(secret=True)
        self._zone = zone_choice(self._context.zone)
        self._place.setText(str(free_place(self._context.folder, _("My plant"))))
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._place, 1)
        row.addWidget(button(_("Browse…"), self._browse))
        self.title = Field(_("Name of the plant"), self._title)
        self.utility = Field(_("Who runs it"), self._utility)
        self.place = Field(_("Folder"), place)
        self._place.setAccessibleName(_("Folder"))
        place.setFocusProxy(self._place)
        self.zone = Field(
            _("Time zone of the plant"), self._zone, _("Days, months and reports follow it.")
        )
        self.name = Field(_("Full name"), self._name)
        self.login = Field(_("Login"), self._login)
        self.password = Field(_("Password"), self._password)
        self.again = Field(_("Password again"), self._again)

    def _wire(self) -> None:
        self._title.textEdited.connect(self._suggest_place)
        self._name.textEdited.connect(self._suggest_login)
        self._place.textEdited.connect(lambda _text: setattr(self, "_own_place", True))
        self._login.textEdited.connect(lambda _text: setattr(self, "_own_login", True))
        for each in (self._password, self._login, self._name, self._title):
            each.textChanged.connect(self._weigh)
        for field in (self.title, self.name, self.login, self.password, self.again):
            control = field.control
            if isinstance(control, QLineEdit):
                control.textChanged.connect(lambda _text, f=field: f.complain(""))
                control.returnPressed.connect(self._create)

    def _suggest_place(self, title: str) -> None:
        if not self._own_place:
            self._place.setText(
                str(free_place(self._context.folder, title.strip() or _("My plant")))
            )

    def _suggest_login(self, name: str) -> None:
        if not self._own_login:
            self._login.setText(login_for(name))

    def _weigh(self) -> None:
        typed = self._password.text()
        known = (self._name.text(), self._title.text())
        found = strength_of(typed, self._login.text(), known)
        self.meter.show_strength(found, typed=bool(typed))

    def _browse(self) -> None:
        above = QFileDialog.getExistingDirectory(
            self, _("Folder in which the project’s own folder is made"), self._place.text()
        )
        if above:
            self._own_place = True
            name = self._title.text().strip() or _("My plant")
            self._place.setText(str(free_place(Path(above), name)))

    def _faults(self) -> list[tuple[Field, str]]:
        """Return what is wrong, field by field, in the order of reading."""
        found: list[tuple[Field, str]] = []
        if not self._title.text().strip():
            found.append((self.title, _("The plant needs a name.")))
        if not self._place.text().strip() or not Path(self._place.text()).is_absolute():
            found.append((self.place, _("Give the whole way to the folder.")))
        if self._zone.currentText() not in available_timezones():
            found.append((self.zone, _("There is no such zone: choose one of the list.")))
        if not self._name.text().strip():
            found.append((self.name, _("The name will stand beside everything you do.")))
        login, password = normal_login(self._login.text()), self._password.text()
        if not login:
            found.append((self.login, _("The login is what you type to come in.")))
        for field, require in (
            (self.login, partial(require_login, login)),
            (self.password, partial(require_password, password, login)),
        ):
            try:
                require()
            except BadInput as error:
                if not (field is self.login and not login):
                    found.append((field, str(error)))
        if password and self._again.text() != password:
            found.append((self.again, _("The two passwords are not the same.")))
        return found

    def _create(self) -> None:
        if not self.make.isEnabled():
            return
        self.notice.hide()
        faults = self._faults()
        wrong = {id(field): fault for field, fault in reversed(faults)}
        for field in (
            self.title, self.place, self.zone, self.name, self.login, self.password, self.again,
        ):  # fmt: skip
            field.complain(wrong.get(id(field), ""))
        if faults:
            faults[0][0].control.setFocus()
            return
        self._begin()

    def _begin(self) -> None:
        from asyncio import to_thread

        from app.project.opening import Administrator, create_project

        root, title = Path(self._place.text()), self._title.text().strip()
        login, password = normal_login(self._login.text()), self._password.text()
        made = OpenProject(root, title, login, password)
        self.make.setEnabled(False)
        self.busy.begin(_("Making the project …"))
        self._context.asking.ask(
            to_thread(
                create_project,
                root,
                title=title,
                zone=self._zone.currentText(),
                administrator=Administrator(login, self._name.text().strip(), password),
                utility=self._utility.text(),
                keys=self._context.keys,
            ),
            owner=self,
            done=lambda _none: self._done(made),
            failed=self._fail,
        )

    def _done(self, made: OpenProject) -> None:
        self.busy.end()
        self._password.clear()
        self._again.clear()
        self.chosen.emit(made)

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.make.setEnabled(True)
        self.notice.tell(str(error))


def zone_choice(chosen: str) -> QComboBox:
    """Return a field for a time zone that finds it by any part of its name."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItems(sorted(available_timezones()))
    made.setCurrentText(chosen)
    completer = QCompleter(made.model(), made)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    made.setCompleter(completer)
    made.wheelEvent = lambda e: e.ignore() if e else None  # type: ignore[method-assign]
    return made


def login_for(name: str) -> str:
    """Return a login as people make them: ``Kirsten Ørsted Lund`` is ``kirsten.lund``."""
    words = [
        slug(each)
        for each in unicodedata.normalize("NFKC", name).split()
        if any(sign.isalnum() for sign in each)
    ]
    words = [each for each in words if each != "document"]
    if not words:
        return ""
    return ".".join(words if len(words) == 1 else (words[0], words[-1]))[:64]
