"""What each role may do: the matrix, compared, changed in stages, and roles of one's own."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.errors import Conflict, PlantError
from app.model.person import Person
from app.model.rights import Role
from app.words import _, ngettext
from widgets.controls.card import Bar, Card, Segments
from widgets.controls.confirm import agreed
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, literal, sentence
from widgets.controls.quality import figures
from widgets.models.rights import (
    STEPS,
    right_word,
    role_name,
    scope_short,
    scope_word,
    why_not_edited,
)
from widgets.models.rolematrix import RoleMatrix
from widgets.pagetype import PageContext, Show
from widgets.people.matrixtable import MatrixTable
from widgets.people.roleform import RoleDialog


class RolesPanel(QWidget):
    """``stale`` asks for people and roles to be told anew."""

    stale = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._people: Sequence[Person] = ()
        look = context.look
        self.matrix = RoleMatrix(context.viewer.rights)
        self.table = MatrixTable(self.matrix, look, _("Roles and rights"))
        self.notice = Notice(look)
        self.says = sentence("", "small")
        self.reach = Segments([scope_short(each) for each in STEPS], _("Reaches"))
        self.comparing = QPushButton(literal(_("Compare…")))
        self.comparing.setAutoDefault(False)
        self.comparing.clicked.connect(lambda _checked=False: self._choose_compared())
        self.new = button(_("New role…"), self._ask_new, look=look, drawing="add")
        self.change = button(_("Name and pages…"), self._ask_change)
        self.remove = button(_("Remove…"), self._remove)
        self.versions = button(_("Versions"), self._show_versions)
        self.drop = button(_("Give up"), self.give_up)
        self.save = button(_("Save"), self._save, role="primary")
        self.count = label("", "quiet")
        self._build()
        self.table.refused.connect(lambda why: self.notice.tell(why))  # noqa: PLW0108 - a default stays
        self.table.edited.connect(self._edited)
        self.table.moved.connect(self._follow)
        self.reach.chosen.connect(lambda at: self.table.set_scope(STEPS[at]))
        self.reach.chosen.connect(lambda _at: self._follow())

    def show_roles(self, roles: Sequence[Role], people: Sequence[Person]) -> None:
        """Show the roles as the core has them; what is staged stays staged."""
        self._people = people
        self.matrix.take(roles, self._context.viewer.rights)
        self._show()

    def compare(self, roles: Sequence[str]) -> None:
        """Show only these roles and what differs; fewer than two show all."""
        self.matrix.compare(roles)
        self._show()

    def give_up(self) -> None:
        """Let go of what is staged."""
        self.matrix.give_up()
        self.notice.hide()
        self._show()

    def unsaved(self) -> str:
        """Return the sentence about what would be lost; "" for nothing."""
        names = ", ".join(role_name(each) for each in self.matrix.staged)
        return (
            _("Changed rights are not saved yet: {roles}").format(roles=names) if names else ""
        )

    def _build(self) -> None:
        card = Card()
        card.body.addWidget(
            Bar("toolbar", 48)
            .add(self.comparing)
            .stretch()
            .add(self.versions, self.remove, self.change, self.new)
        )
        card.body.addWidget(self.notice)
        card.body.addWidget(self.table, 1)
        self.says.setContentsMargins(12, 8, 12, 0)
        card.body.addWidget(self.says)
        foot = Bar("cardfoot", 44).add(label(_("Reaches"), "quiet"), self.reach)
        card.body.addWidget(foot.stretch().add(self.count, self.drop, self.save))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def _show(self) -> None:
        self.table.reread()
        compared = len(self.matrix.compared)
        words = ngettext("Compared: {count} role", "Compared: {count} roles", compared)
        said = words.format(count=figures(compared, 0))
        self.comparing.setText(literal(said if compared > 1 else _("Compare…")))
        self._weigh()
        self._follow()

    def _edited(self) -> None:
        self.notice.hide()
        fault = self.matrix.fault()
        if fault:
            self.notice.tell(fault)
        self._weigh()
        self._follow()

    def _weigh(self) -> None:
        staged = len(self.matrix.staged)
        words = ngettext("{count} role changed", "{count} roles changed", staged)
        self.count.setText(words.format(count=figures(staged, 0)) if staged else "")
        self.save.setEnabled(bool(staged) and not self.matrix.due() and not self.matrix.fault())
        self.drop.setEnabled(bool(staged))

    def _follow(self) -> None:
        """Say what the cell in focus means, and why it may not be changed."""
        cell = self.table.current()
        self.reach.setEnabled(cell is not None)
        self.change.setEnabled(cell is not None)
        self.versions.setEnabled(cell is not None)
        self.remove.setEnabled(cell is not None)
        if cell is None:
            same = not self.table.cells.rowCount() and bool(self.matrix.compared)
            keys = _("Space takes a right one step further; 0, 1 and 2 set it.")
            self.says.setText(_("The roles compared may do the same.") if same else keys)
            return
        role, capability = cell
        scope = role.scope(capability)
        why = self.matrix.why_not(role.id, capability)
        self.reach.mark(STEPS.index(scope))
        self.reach.setEnabled(not why)
        self.change.setEnabled(not why)
        self.remove.setEnabled(not why and (role.preset is False or role.version > 0))
        self.remove.setText(_("As it came…") if role.preset else _("Remove…"))
        says = _("{role} · {right}: {reach}.").format(
            role=role_name(role), right=right_word(capability), reach=scope_word(scope)
        )
        keys = _("Space takes a right one step further; 0, 1 and 2 set it.")
        self.says.setText(f"{says} {why[:1].upper()}{why[1:]}." if why else f"{says} {keys}")

    def _choose_compared(self) -> None:
        menu = QMenu(self)
        for role in self.matrix.all:
            act = menu.addAction(literal(role_name(role)))
            if act is not None:
                act.setCheckable(True)
                act.setChecked(role.id in self.matrix.compared)
                act.triggered.connect(partial(self._toggle, role.id))
        menu.addSeparator()
        menu.addAction(_("Show all roles"), partial(self.compare, ()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.comparing.mapToGlobal(self.comparing.rect().bottomLeft()))

    def _toggle(self, role: str, on: bool) -> None:
        others = [each for each in self.matrix.compared if each != role]
        self.compare([*others, role] if on else others)

    def _save(self) -> None:
        if self.matrix.due() is not None or self.matrix.fault():
            return
        self.matrix.send()
        if due := self.matrix.due():
            self._put(due)

    def _put(self, role: Role, *, alone: bool = False) -> None:
        """Keep a role; ``alone`` is that of a form, which keeps nothing that is staged."""
        context = self._context
        self.save.setEnabled(False)
        context.asking.ask(
            context.asked.people.put_role(context.viewer, role),
            owner=self,
            done=partial(self._kept, role, alone),
            failed=self._fail,
        )

    def _kept(self, sent: Role, alone: bool, role: Role) -> None:
        self.matrix.saved(role, None if alone else sent)
        if not alone and (due := self.matrix.due()):
            self._put(due)
            return
        self.notice.hide()
        self.stale.emit()

    def _fail(self, error: PlantError) -> None:
        says = str(error)
        self.matrix.stop()
        if isinstance(error, Conflict):
            told = _("The roles are shown as they are now, with your changes on them.")
            says = f"{says[:1].upper()}{says[1:]}. {told}"
            self.stale.emit()
        self.notice.tell(says)
        self._weigh()

    def _ask_new(self) -> None:
        mine = self._context.viewer.rights
        cell = self.table.current()
        known = cell[0].id if cell is not None else ""
        dialog = RoleDialog(self._context, self.matrix.all, mine, known, None, self)
        dialog.wished.connect(partial(self._put, alone=True))
        dialog.open()

    def _ask_change(self) -> None:
        cell = self.table.current()
        if cell is None or why_not_edited(cell[0], self._context.viewer.rights):
            return
        mine, known = self._context.viewer.rights, self.matrix.known(cell[0].id)
        dialog = RoleDialog(self._context, self.matrix.all, mine, known.id, known, self)
        dialog.wished.connect(partial(self._put, alone=True))
        dialog.open()

    def _show_versions(self) -> None:
        cell = self.table.current()
        if cell is not None:
            self._context.show(Show("versions", part=f"role/{cell[0].id}"))

    def _remove(self) -> None:
        cell = self.table.current()
        if cell is None:
            return
        role, context = cell[0], self._context
        question = (
            _("Make the role {role} again as it came?")
            if role.preset
            else _("Remove the role {role} for good?")
        ).format(role=role_name(role))
        act = _("As it came") if role.preset else _("Remove")
        if agreed(question, act, self):
            context.asking.ask(
                context.asked.people.remove_role(context.viewer, role.id),
                owner=self,
                done=lambda _gone: self.stale.emit(),
                failed=self._fail,
            )
