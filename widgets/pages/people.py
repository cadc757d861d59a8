"""Users and roles: who may come in with what given to them, and what each role may do."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.person import Person
from app.model.rights import Role
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import MARGIN, PageHead, Segments
from widgets.controls.late import Stack
from widgets.controls.notice import Notice
from widgets.controls.quality import figures
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.people.peoplepanel import PeoplePanel
from widgets.people.rolespanel import RolesPanel
from widgets.secondperson.rules import SecondRulesPanel

_VIEWS = ("people", "roles", "second")  # parts of the page, in the order of the switch


class PeoplePage(Page):
    """People and roles behind one switch; both are told anew after every change."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._told: Sequence[Person] = ()
        self.people = PeoplePanel(context)
        self.roles = RolesPanel(context)
        self.second = SecondRulesPanel(context)
        words = (_("People"), _("Roles"), _("A second person"))
        self.switch = Segments(words, _("Users & roles"))
        self.notice = Notice(context.look)
        self._build()
        self.people.stale.connect(self.refresh)
        self.roles.stale.connect(self.refresh)
        self.switch.chosen.connect(self._stack.setCurrentIndex)
        self.refresh()

    def heading(self) -> str:
        return _("Users & roles")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Users & roles")

    def reveal(self, show: Show) -> None:
        part, _slash, login = show.part.partition("/")
        if part in _VIEWS:
            self.switch.choose(_VIEWS.index(part))
        if login:
            self.people.choose(login)
        fields = (self.people.table, self.roles.table, self.second.wait)
        fields[self._stack.currentIndex()].setFocus()

    def refresh(self) -> None:
        context = self.context
        context.asking.ask(
            context.asked.people.people(context.viewer),
            owner=self,
            done=self._take_people,
            failed=self._fail,
        )
        self.second.refresh()

    def unsaved(self) -> str:
        parts = (self.people.card.unsaved(), self.roles.unsaved(), self.second.unsaved())
        return "\n".join(filter(None, parts))

    def discard(self) -> None:
        self.people.card.discard()
        self.roles.give_up()
        self.second.discard()

    def memory(self) -> Memory:
        person = self.people.card.person
        return {
            "view": _VIEWS[self._stack.currentIndex()],
            "person": person.login if person is not None else "",
            "compared": [*self.roles.matrix.compared],
        }

    def recall(self, memory: Memory) -> None:
        view, person, compared = (memory.get(each) for each in ("view", "person", "compared"))
        if view in _VIEWS:
            self.switch.choose(_VIEWS.index(str(view)))
        if isinstance(person, str) and person:
            self.people.choose(person)
        if isinstance(compared, list):
            self.roles.compare([each for each in compared if isinstance(each, str)])

    def _build(self) -> None:
        self._head = PageHead(_("Users & roles"))
        self._head.left.addWidget(self.switch)
        self._stack = Stack()
        self._stack.addWidget(self.people)
        self._stack.addWidget(self.roles)
        self._stack.addWidget(self.second)
        column, inside = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.setSpacing(8)
        inside.addWidget(self.notice)
        inside.addWidget(self._stack, 1)
        column.addWidget(self._head)
        column.addLayout(inside, 1)

    def _take_people(self, people: Sequence[Person]) -> None:
        self._told = people
        context = self.context
        context.asking.ask(
            context.asked.people.roles(context.viewer),
            owner=self,
            done=self._take_roles,
            failed=self._fail,
        )

    def _take_roles(self, roles: Sequence[Role]) -> None:
        self.notice.hide()
        count = len(self._told)
        words = ngettext("{count} person", "{count} people", count)
        self._head.beside.setText(words.format(count=figures(count, 0)))
        self.roles.show_roles(roles, self._told)
        self.people.show_people(self._told, roles)
        self.become_ready()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return PeoplePage(context)


PAGE = PageType(
    "people",
    lambda: _("Users & roles"),
    "person",
    Section.ADMIN,
    Capability.MANAGE_USERS,
    20,
    _build,
)
