"""Asks for the second person: what is to be done and why, and another's login and password."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from app.errors import PlantError
from app.model.second import PairRequest, Wish
from app.words import _
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.pagetype import PageContext
from widgets.secondperson.telling import state_word, told_wishes
from widgets.welcome.fields import Field, line

_WIDTH_PX = 520
Then = Callable[[PairRequest], None]


class SecondPersonDialog(FittedDialog):
    """The second person types here, or the request is left to wait for one.

    ``filed`` carries the request as soon as it is made, ``confirmed`` when it has been
    confirmed here. Closing it takes back what was not left to wait.
    """

    filed = pyqtSignal(object)
    confirmed = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        wishes: Sequence[Wish],
        reason: str,
        parent: QWidget,
        request: PairRequest | None = None,
    ) -> None:
        """With a ``request`` of another person it is confirmed by who sits here."""
        super().__init__(parent, _WIDTH_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("A second person"))
        self._context, self._wishes, self.request = context, wishes, request
        self.was_confirmed = False
        self._own = request is None
        self._under_way = False
        self.notice = Notice(context.look)
        self.says = sentence(_says(request), "")
        self.what = sentence("\n".join(told_wishes(wishes, context.directory)), "strong")
        self.what.setAccessibleName(_("What is to be done"))
        self._reason = line(request.reason if request is not None else reason)
        self.reason = Field(_("Reason, kept in the activity log"), self._reason)
        self._reason.setReadOnly(not self._own)
        self._login = line("" if self._own else context.viewer.login)
        self._login.setReadOnly(not self._own)
        self._password = line(secret=True)
        self.login = Field(_("Login of the second person"), self._login)
        self.password = Field(
            _("Password of the second person"), self._password, _("A PIN does not do.")
        )
        self.wait = button(_("Let it wait"), self._wait)
        self.go = button(_("Confirm"), self._confirm, role="primary")
        self._place()
        self._password.returnPressed.connect(self._confirm)

    def reject(self) -> None:
        """Give up; what was asked for already is taken back."""
        if self._under_way:
            return
        if self._own and self.request is not None:
            self._context.pairs.withdraw(self.request.id, lambda _error: None)
        super().reject()

    def was_carried_out(self) -> None:
        """Close: somebody confirmed it, here or elsewhere, and it has been done."""
        self.was_confirmed = True
        if not self._under_way:  # else its answer closes the dialog
            self._done()

    def is_over(self, told: PairRequest) -> None:
        """Say that the request was declined or waited too long; what is asked next is new."""
        self.request = None
        self._reason.setReadOnly(False)
        self._busy(yes=False)
        self.notice.tell(state_word(told))

    def _place(self) -> None:
        parts = (self.notice, self.says, self.what, self.reason, self.login, self.password)
        lay_form(self, parts, [self.wait, self.go])
        self.wait.setVisible(self._own)
        empty = next((e for e in (self._reason, self._login) if not e.text()), self._password)
        empty.setFocus()

    def _wait(self) -> None:
        self._file(then=self._left)

    def _confirm(self) -> None:
        if not (self._login.text().strip() and self._password.text()):
            empty = self._password if self._login.text().strip() else self._login
            empty.setFocus()
            return
        self._file(then=self._prove)

    def _file(self, then: Then) -> None:
        """Make the request, unless it is made: however often a button is pressed, once."""
        if self._under_way:
            return
        if self._own and not self._reason.text().strip():
            self.reason.complain(_("A second person wants to know why."))
            self._reason.setFocus()
            return
        self._busy(yes=True)
        if self.request is not None:
            then(self.request)
            return
        reason = self._reason.text().strip()

        def made(told: PairRequest) -> None:
            self.request = told
            self._reason.setReadOnly(True)
            self.filed.emit(told)
            then(told)

        self._context.pairs.ask(self, self._wishes, reason, made, self._fail)

    def _left(self, _told: PairRequest) -> None:
        self._busy(yes=False)
        self.accept()

    def _prove(self, told: PairRequest) -> None:
        self._context.pairs.confirm(
            self,
            told.id,
            self._login.text().strip(),
            self._password.text(),
            lambda _told: self._done(),
            self._fail,
        )

    def _done(self) -> None:
        self._busy(yes=False)
        self.was_confirmed = True
        self.confirmed.emit()
        self.accept()

    def _fail(self, error: PlantError) -> None:
        if self.was_confirmed:  # only its answer was lost
            self._done()
            return
        self._busy(yes=False)
        self.notice.tell(str(error))
        self._password.selectAll()
        self._password.setFocus()

    def _busy(self, *, yes: bool) -> None:
        self._under_way = yes
        for each in (self.wait, self.go, self._login, self._password):
            each.setEnabled(not yes)


def _says(request: PairRequest | None) -> str:
    if request is not None:
        return _(
            "{name} asks for a second person. Your password confirms it; it is carried out "
            "at once, and both names stand in the activity log."
        ).format(name=request.name)
    return _(
        "Nobody does this alone here. Another person who may do it confirms it by login and "
        "password, here or in a window of their own. Nothing is done before."
    )
