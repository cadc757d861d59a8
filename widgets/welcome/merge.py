"""What was packed on a laptop is compared with a project here, and merged into it."""

from asyncio import to_thread
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Event

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.errors import PlantError
from app.model.handover import STATES, Choice, Difference, Imported, MergeOrder, State
from app.project.takeover import CalledOff
from app.words import _, ngettext
from widgets.controls.card import Card
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label, sentence
from widgets.controls.still import still
from widgets.welcome.context import Merging, OpenProject, WelcomeContext
from widgets.welcome.fields import Field, line, pairs

_HOLDS, _STATE, _WHAT = 2, 1, 0
_FINELY = 1000  # steps of the bar


class MergePane(QWidget):
    """Three steps: say what and for whom, look at the differences, open what came out."""

    chosen = pyqtSignal(object)  # OpenProject
    given_up = pyqtSignal()
    _stepped = pyqtSignal("qint64", "qint64")  # done and in all; from the working thread

    def __init__(self, context: WelcomeContext, merging: Merging) -> None:
        super().__init__()
        self._context, self._merging = context, merging
        self._stop = Event()
        self._order: MergeOrder | None = None
        self._seen: Sequence[Difference] = ()
        self.choices: dict[str, QComboBox] = {}
        self.notice, self.busy = Notice(context.look), Busy()
        self._steps = QStackedWidget()
        for step in (self._asking(), self._comparing(), self._ending()):
            self._steps.addWidget(step)
        card = Card(_("Merge from a laptop"), _("a file made by “heatdesk pack”"))
        card.body.addWidget(self.notice)
        card.body.addWidget(self._steps, 1)
        card.body.addWidget(self.busy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        # Bytes of a package are more than a bar counts, parts of a merge are six.
        self._stepped.connect(
            lambda done, of: self.busy.step(_FINELY * done // max(1, of), _FINELY)
        )

    def begin(self) -> None:
        """Begin with the first step, unless something is under way."""
        if self.compare.isEnabled():
            self.notice.hide()
            self._steps.setCurrentIndex(0)
            self.package.setFocus()

    def call_off(self) -> None:
        """Let what is under way end; nothing is changed then."""
        self._stop.set()

    def _asking(self) -> QWidget:
        made, column = _page()
        recents = self._context.recents.all()
        self.root = line(str(recents[0].root) if recents else "")
        self.package, self.login = line(), line()
        self.passphrase, self.password = line(secret=True), line(secret=True)
        self.compare = button(_("Compare"), self._compare, role="primary")
        fields = (
            Field(_("Project on this computer"), self.root, _("Nobody may run it meanwhile.")),
            Field(_("File from the laptop"), self.package),
            Field(_("Its passphrase"), self.passphrase),
            Field(_("User"), self.login),
            Field(_("Password"), self.password),
        )
        column.addLayout(pairs((fields[0],), fields[1:3], fields[3:]))
        column.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(button(_("Choose a file…"), self._ask_file))
        row.addStretch(1)
        row.addWidget(button(_("Back"), self.given_up.emit))
        row.addWidget(self.compare)
        column.addLayout(row)
        return made

    def _comparing(self) -> QWidget:
        made, column = _page()
        self._count = sentence("", "")
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(_("Differences"))
        self.tree.setHeaderLabels([_("What"), _("How it stands"), _("What shall hold")])
        self.merge = button(_("Merge"), self._merge, role="primary")
        column.addWidget(self._count)
        column.addWidget(self.tree, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(_("Back"), self.begin))
        row.addWidget(self.merge)
        column.addLayout(row)
        return made

    def _ending(self) -> QWidget:
        made, column = _page()
        self._result, self._told = label("", "big"), sentence("", "")
        column.addWidget(self._result)
        column.addWidget(self._told)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.open = button(_("Open it"), self._open, role="primary")
        row.addWidget(self.open)
        column.addLayout(row)
        return made

    def _ask_file(self) -> None:
        found, _kind = QFileDialog.getOpenFileName(
            self,
            _("File from the laptop"),
            str(self._context.folder),
            _("Packed projects (*.heatdesk *.zip)"),
        )
        if found:
            self.package.setText(found)

    def _compare(self) -> None:
        self._order = MergeOrder(
            Path(self.root.text()),
            Path(self.package.text()),
            self.passphrase.text(),
            self.login.text(),
            self.password.text(),
        )
        work = partial(self._merging.compare, self._order, self._step)
        self._begin(_("Comparing …"))
        self._context.asking.ask(
            to_thread(work), owner=self, done=self._compared, failed=self._fail
        )

    def _compared(self, found: Sequence[Difference]) -> None:
        self._end()
        self._seen = found
        self.tree.clear()
        self.choices.clear()
        for each in found:
            item = QTreeWidgetItem([f"{each.name} ({each.key})", _(STATES[each.state])])
            item.addChildren([QTreeWidgetItem([line]) for line in each.lines])
            self.tree.addTopLevelItem(item)
            self.tree.setItemWidget(item, _HOLDS, self._choice(each))
            item.setExpanded(each.usual is None)
        for column in (_STATE, _WHAT):
            self.tree.resizeColumnToContents(column)
        self._count.setText(
            ngettext(
                "{count} difference; what only records history comes along without a question.",
                "{count} differences; what only records history comes along without a "
                "question.",
                len(found),
            ).format(count=len(found))
        )
        self._steps.setCurrentIndex(1)
        self._look_for_questions()

    def _choice(self, difference: Difference) -> QComboBox:
        made = still(QComboBox())
        made.setAccessibleName(difference.name)
        if difference.usual is None:
            made.addItem(_("Choose …"), None)
        made.addItem(_("as it is here"), Choice.HERE)
        if difference.state is not State.STAYS:
            made.addItem(_("as on the laptop"), Choice.LAPTOP)
        if difference.usual is not None:
            made.setCurrentIndex(made.findData(difference.usual))
        made.currentIndexChanged.connect(self._look_for_questions)
        self.choices[difference.key] = made
        return made

    def _look_for_questions(self) -> None:
        self.merge.setEnabled(all(each.currentData() for each in self.choices.values()))

    def _merge(self) -> None:
        if self._order is None:
            return
        chosen = {key: each.currentData() for key, each in self.choices.items()}
        work = partial(self._merging.merge, self._order, self._seen, chosen, self._step)
        self._begin(_("Merging …"))
        self._context.asking.ask(
            to_thread(work), owner=self, done=self._merged, failed=self._fail
        )

    def _merged(self, brought: Imported) -> None:
        self._end()
        self._result.setText(_("Merged"))
        self._told.setText(
            _(
                "From the laptop: {taken} things, {samples} samples, {documents} documents, "
                "{alarms} alarms. As it was here: {kept}. The backup of before is {file}."
            ).format(
                taken=brought.taken,
                samples=brought.samples,
                documents=brought.documents,
                alarms=brought.alarms,
                kept=brought.kept,
                file=brought.backup,
            )
        )
        self.passphrase.clear()
        self._steps.setCurrentIndex(2)
        self.open.setFocus()

    def _begin(self, words: str) -> None:
        self.notice.hide()
        self._stop.clear()
        self.compare.setEnabled(False)
        self._steps.setEnabled(False)
        self.busy.begin(words, self.call_off)

    def _end(self) -> None:
        self.busy.end()
        self.compare.setEnabled(True)
        self._steps.setEnabled(True)

    def _fail(self, error: PlantError) -> None:
        self._end()
        if not isinstance(error, CalledOff):
            self.notice.tell(str(error))

    def _step(self, done: int, of: int) -> bool:
        self._stepped.emit(done, of)
        return not self._stop.is_set()

    def _open(self) -> None:
        if self._order is not None:
            root, login, password = self._order.root, self._order.login, self._order.password
            self.password.clear()
            self.chosen.emit(OpenProject(root, root.name, login, password))


def _page() -> tuple[QWidget, QVBoxLayout]:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    return made, column
