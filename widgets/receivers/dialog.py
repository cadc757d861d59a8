"""A receiver added or changed: checked as one types, tried before it is kept."""

from collections.abc import Sequence

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from app.errors import BadInput, PlantError
from app.model.device import LinkConfig
from app.model.reception import RadioLine, Receiver, ReceiverTried
from app.words import _
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, sentence
from widgets.pagetype import PageContext
from widgets.receivers.form import ReceiverForm

_WIDTH_PX, _LINES_PX = 640, 150
_CHECK_MS = 250


class ReceiverDialog(FittedDialog):
    """``kept`` once it is saved; the core says what is wrong while it is not."""

    kept = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        lines: Sequence[RadioLine],
        line: RadioLine | None,
        receiver: Receiver | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Add a receiver") if receiver is None else _("Edit a receiver"))
        self._context = context
        self.notice, self.busy = Notice(context.look), Busy()
        self.form = ReceiverForm(lines, line, receiver)
        self.verdict: QLabel = sentence("")
        self.lines = QPlainTextEdit()
        self.tries = button(_("Try it"), self.try_it)
        self.keep = button(_("Save"), self._save, role="primary")
        self._late = QTimer(self)
        self._checked = 0
        self._build()
        self.check()

    def check(self) -> None:
        """Ask the core whether the line may be as it is filled in."""
        self._checked += 1
        nth = self._checked
        if wrong := self.form.fault():
            self._judge(nth, *wrong)
            return

        def done(_answer: object) -> None:
            self._judge(nth, None, "")

        def failed(error: PlantError) -> None:
            if isinstance(error, BadInput):
                self._find_field(nth, str(error))
            else:
                self._judge(nth, None, str(error))

        context = self._context
        asked = context.asked.radio.check_line(context.viewer, self.form.link())
        context.asking.ask(asked, owner=self, done=done, failed=failed)

    def try_it(self) -> None:
        """Connect for some seconds, as filled in, and show what comes."""
        context, form = self._context, self.form
        self.tries.setEnabled(False)
        self.lines.clear()
        self.lines.hide()
        self._say(_("Connecting, and listening for some seconds …"))
        asked = context.asked.radio.try_receiver(
            context.viewer, form.text(), form.chosen.link.id, form.secret.text()
        )
        context.asking.ask(asked, owner=self, done=self._tried, failed=self._fail)

    def _build(self) -> None:
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName(_("What the receiver hands over"))
        self.lines.setFixedHeight(_LINES_PX)
        self.lines.hide()
        parts = (self.notice, self.form, self.verdict, self.lines)
        lay_form(self, parts, (self.tries, self.keep), self.busy)
        self.keep.setEnabled(False)
        self.verdict.hide()
        self._late.setSingleShot(True)
        self._late.setInterval(_CHECK_MS)
        self._late.timeout.connect(self.check)
        self.form.edited.connect(self._edited)

    def _edited(self) -> None:
        """What was judged is another line now; it is judged again when one rests."""
        self._checked += 1
        self.keep.setEnabled(False)
        self._late.start()

    def _judge(self, nth: int, field: QLineEdit | None, fault: str) -> None:
        """Say what is wrong by its field, or below all of them where it is of none."""
        if nth != self._checked:
            return
        self.keep.setEnabled(not fault)
        self.tries.setEnabled(not fault)
        self.form.mark(field, fault)
        if field is not None:
            self._say("")
        elif fault:
            self._say(fault)
        elif self.form.loses_secret():
            self._say(_("The password is kept for the old name and place: type it again."))
        else:
            self._say("")

    def _find_field(self, nth: int, fault: str) -> None:
        """Ask which part of the line is the first that cannot be, and say it there."""
        context, pieces = self._context, list(self.form.pieces())

        async def refusal(link: LinkConfig) -> str:
            try:
                await context.asked.radio.check_line(context.viewer, link)
            except BadInput as error:
                return str(error)
            return ""

        async def work() -> tuple[QLineEdit | None, str]:
            for each in pieces:
                if why := await refusal(each.line):
                    return each.field, (await refusal(each.told) if each.told else "") or why
            return None, fault

        context.asking.ask(
            work(),
            owner=self,
            done=lambda found: self._judge(nth, *found),
            failed=lambda error: self._judge(nth, None, str(error)),
        )

    def _say(self, text: str) -> None:
        self.verdict.setText(text)
        self.verdict.setVisible(bool(text))
        if self.isVisible():
            self.fit()

    def _tried(self, tried: ReceiverTried) -> None:
        self.tries.setEnabled(True)
        said = tried.says
        self.lines.setPlainText("\n".join(each.says for each in tried.lines))
        self.lines.setVisible(bool(tried.lines))
        self._say(f"{said[:1].upper()}{said[1:]}.")

    def _save(self) -> None:
        """Save the line, then the password: nobody keeps one of a receiver not there."""
        context, form = self._context, self.form
        link, base = form.link(), None if form.is_new_line else form.chosen.link
        name, secret = f"{link.id}/{form.receiver().name}", form.secret.text()
        self.keep.setEnabled(False)
        self.busy.begin(_("Saving …"))

        async def work() -> None:
            await context.asked.project.put_link(context.viewer, link, "", base)
            if secret:
                await context.asked.radio.keep_secret(context.viewer, name, secret)

        context.asking.ask(work(), owner=self, done=self._saved, failed=self._fail)

    def _saved(self, _answer: object) -> None:
        self.busy.end()
        self.form.secret.setText("")  # not `clear`, which could be undone
        self.kept.emit()
        self.accept()

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.keep.setEnabled(True)
        self.tries.setEnabled(True)
        self.notice.tell(str(error))
        self._say("")
