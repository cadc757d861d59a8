"""Everybody who may come in, as a list; beside it the one chosen."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from app.model.person import Person
from app.model.rights import Capability, Role, Scope
from app.words import _
from widgets.controls.card import GAP, Bar, Card, EmptyState, Search
from widgets.controls.confirm import agreed
from widgets.controls.late import Stack
from widgets.controls.plain import button
from widgets.controls.table import Table
from widgets.devicelist.groups import KIND as GROUPS
from widgets.models.people import people_columns
from widgets.models.rights import by_id, why_not_given
from widgets.models.rows import RowsModel
from widgets.pagetype import PageContext
from widgets.people.personcard import PersonCard

_CARD_LEAST_PX, _CARD_MOST_PX, _CARD_SHARE = 360, 460, 0.28  # the table needs the rest


class PeoplePanel(QWidget):
    """``stale`` asks for people and roles to be told anew."""

    stale = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._roles: Sequence[Role] = ()
        self._people: dict[str, Person] = {}
        self._wanted = ""  # the login to be shown once it is listed
        self._row = ""  # the login in focus: a list told anew is no choice
        self._conflict = ""  # the login of who was changed elsewhere
        self.model: RowsModel[Person] = RowsModel(
            people_columns(lambda: by_id(self._roles), context.zone),
            lambda each: each.login,
            self,
        )
        self.table = Table(self.model, context.look, _("People"))
        self.card = PersonCard(context)
        self.search = Search(_("Find in list"), context.look)
        self.add = button(
            _("Add a person"), lambda: self.begin(guest=False), look=context.look, drawing="add"
        )
        self.invite = button(_("Invite a guest"), lambda: self.begin(guest=True))
        self._build()
        self.search.textChanged.connect(self.model.find)
        self.table.opened.connect(lambda _row: self.card.fields.name.control.setFocus())
        selection = self.table.selectionModel()
        assert selection is not None  # noqa: S101 - a table over a model has one
        selection.currentRowChanged.connect(lambda _now, _before: self._choose())
        self.card.kept.connect(self._kept)
        self.card.left.connect(self.table.setFocus)
        self.card.given_up.connect(self._back)
        self.card.conflicted.connect(self._ask_again)
        context.directory.listed.connect(self.card.offer)
        context.desk.presets_changed.connect(self._hear)
        context.desk.presets(GROUPS)

    def show_people(self, people: Sequence[Person], roles: Sequence[Role]) -> None:
        """List everybody as the core has them; what is being changed stays as it is."""
        self._roles = roles
        self._people = {each.login: each for each in people}
        now = self.card.person
        self.model.replace(people)
        conflict, self._conflict = self._conflict, ""
        if conflict in self._people and now is not None and now.login == conflict:
            self.card.bring_together(self._people[now.login], roles)
            return
        if now is None or not self.card.unsaved():
            wanted = self._wanted or (now.login if now is not None and now.version else "")
            # Else the first: the list has somebody in focus as soon as Tab reaches it.
            first = self.model.rows[0].login if self.model.rows else ""
            self._show(wanted if wanted in self._people else first)

    def begin(self, *, guest: bool) -> None:
        """Begin a new person with the smallest role there is to give."""
        if not self._may_leave():
            return
        mine = self._context.viewer.rights
        can = [each for each in self._roles if not why_not_given(each, mine, self._roles)]
        role = min(can, key=_reach_of).id if can else ""
        self.card.show_person(Person("", "", role, is_guest=guest), self._roles)
        self._stack.setCurrentIndex(0)

    def choose(self, login: str) -> None:
        """Bring somebody to the front, now or once they are listed."""
        self._wanted = login
        if login in self._people:
            self._show(login)

    def _build(self) -> None:
        card = Card()
        card.body.addWidget(
            Bar("toolbar", 48).add(self.search).stretch().add(self.invite, self.add)
        )
        card.body.addWidget(self.table, 1)
        side = Card()
        side.body.addWidget(
            EmptyState(_("Choose somebody to see what they were given and what they may do."))
        )
        self._stack = Stack()
        self._stack.addWidget(self.card)
        self._stack.addWidget(side)
        self._stack.setCurrentIndex(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(card, 1)
        row.addWidget(self._stack)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        wanted = round(self.width() * _CARD_SHARE)
        self._stack.setFixedWidth(min(max(wanted, _CARD_LEAST_PX), _CARD_MOST_PX))
        super().resizeEvent(event)

    def _show(self, login: str) -> None:
        self._wanted = ""
        person = self._people.get(login)
        self._stack.setCurrentIndex(1 if person is None else 0)
        if person is not None:
            self.card.show_person(person, self._roles)
            self.table.go_to(lambda each: each.login == login)

    def _choose(self) -> None:
        person, now = self.table.current(), self.card.person
        if person is None or person.login == self._row:
            return
        self._row = person.login
        if now is not None and now.login == person.login:
            return
        if self._may_leave():
            self.card.show_person(person, self._roles)
            self._stack.setCurrentIndex(0)
        elif now is not None:
            self.table.go_to(lambda each: each.login == now.login)

    def _may_leave(self) -> bool:
        loss = self.card.unsaved()
        return not loss or agreed(loss, _("Discard"), self)

    def _kept(self, login: str) -> None:
        self._wanted = login
        self.stale.emit()

    def _back(self) -> None:
        person = self.table.current()
        self._show(person.login if person is not None else "")

    def _ask_again(self) -> None:
        self._conflict = self.card.person.login if self.card.person is not None else ""
        self.stale.emit()

    def _hear(self, kind: str) -> None:
        if kind == GROUPS:
            self.card.offer()


def _reach_of(role: Role) -> tuple[bool, int]:
    """Return what orders roles from the smallest: those of what was given come first."""
    return role.scope(Capability.SEE_PLANT) is Scope.ALL, role.rank
