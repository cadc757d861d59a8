"""What is everybody's own: another password, and what one's role allows."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.rights import Rights, Role, Scope
from app.words import _, ngettext
from widgets.controls.card import GAP, MARGIN
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.controls.quality import figures
from widgets.models.rights import by_id, role_name
from widgets.models.rolematrix import RoleMatrix
from widgets.pagetype import PageContext
from widgets.people.matrixtable import MatrixTable
from widgets.people.newpassword import NewPassword
from widgets.people.ownpin import OwnPin
from widgets.welcome.fields import Field, line

_WIDTH_PX, _HIGH_PX = 460, 640


def open_own(context: PageContext, parent: QWidget, what: str) -> None:
    """Open the window for one's own "password", "pin" or "rights"."""
    kinds = {"password": OwnPassword, "pin": OwnPin, "rights": OwnRights}
    kinds[what](context, parent).open()


class OwnPassword(FittedDialog):
    """Asks for the password of now and, twice, for another one."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Change my password"))
        self._context = context
        self._old = line(secret=True)
        self.old = Field(_("Password of now"), self._old)
        viewer = context.viewer
        self.new = NewPassword(context.look, lambda: (viewer.login, viewer.name))
        self.notice = Notice(context.look)
        self.save = button(_("Change my password"), self._save, role="primary")
        lay_form(self, (self.notice, self.old, self.new), [self.save])
        self._old.textChanged.connect(lambda _text: self.old.complain(""))
        self.new.entered.connect(self._save)
        self.finished.connect(self.deleteLater)
        self._old.setFocus()

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        typed = bool(self._old.text())
        self.old.complain("" if typed else _("Your password of now is needed."))
        if not typed or not self.new.is_right():
            return
        self.save.setEnabled(False)
        context = self._context
        context.asking.ask(
            context.asked.people.change_own_password(
                context.viewer, self._old.text(), self.new.text
            ),
            owner=self,
            done=lambda _done: self._changed(),
            failed=self._fail,
        )

    def _changed(self) -> None:
        self._context.work.tell(_("Your password is another one from now on."))
        self.accept()

    def _fail(self, error: PlantError) -> None:
        self.save.setEnabled(True)
        self.notice.tell(str(error))
        self._old.selectAll()
        self._old.setFocus()


class OwnRights(QDialog):
    """One column of the matrix, read only: what the person at the screen may do."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What may I do?"))
        self.resize(_WIDTH_PX, _HIGH_PX)
        self._context = context
        self.matrix = RoleMatrix(Rights({}))  # nothing may be edited
        self.says = sentence("", "")
        self.table = MatrixTable(self.matrix, context.look, _("What may I do?"))
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(_("Close"), self.accept))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.says)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.finished.connect(self.deleteLater)
        context.asking.ask(
            context.asked.people.roles(context.viewer),
            owner=self,
            done=lambda roles: self._show(by_id(roles).get(context.viewer.rights.role)),
            failed=lambda error: self.says.setText(str(error)),
        )

    def _widen(self) -> None:
        """Give the one column the width its words need: there is nothing to scroll to."""
        column = self.layout()
        margins = 0 if column is None else 2 * column.contentsMargins().left()
        self.resize(max(self.width(), self.table.whole_width() + margins), self.height())

    def _show(self, role: Role | None) -> None:
        rights = self._context.viewer.rights
        name = role_name(role) if role is not None else rights.role
        held = Role(rights.role or "own", name, rights.rank, rights.cells)
        self.matrix.take([held], Rights({}))
        self.table.reread()
        self._widen()
        told = _("{name}, your role is {role}.").format(
            name=self._context.viewer.name, role=name
        )
        if Scope.ASSIGNED in rights.cells.values():
            count = len(rights.devices)
            given = ngettext(
                "“Assigned” means {count} device that was given to you.",
                "“Assigned” means {count} devices that were given to you.",
                count,
            ).format(count=figures(count, 0))
            told = f"{told} {given}"
        self.says.setText(told)
