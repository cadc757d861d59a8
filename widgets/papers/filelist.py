"""The documents of a device: added, exchanged for a newer version, opened, and reports made."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QPoint, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QFileDialog, QMenu

from app.asked import Document
from app.errors import PlantError
from app.project.filekinds import endings
from app.project.fileservice import ADDED
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import Bar, Card, EmptyState
from widgets.controls.confirm import agreed
from widgets.controls.late import Stack
from widgets.controls.notice import Busy, Notice
from widgets.controls.ownfolder import note_folder, own_folder
from widgets.controls.plain import button, label, literal
from widgets.controls.table import Table
from widgets.devicetabs.tabtype import Subject
from widgets.models.documents import document_columns
from widgets.models.rows import RowsModel
from widgets.papers.adding import Adding
from widgets.papers.changed import Changed
from widgets.papers.versions import VersionsDialog, file_columns
from widgets.printing import Preview
from widgets.speech import PAPER_KEY, paper_language

_STEP_MS = 1000


class FilesCard(Card):
    """A list; Enter opens the file with the program it belongs to."""

    counted = pyqtSignal(int)
    settled = pyqtSignal()

    def __init__(self, subject: Subject) -> None:
        super().__init__(_("Documents"))
        self._subject, self._context = subject, subject.context
        context = self._context
        self.may = context.viewer.may(Capability.KEEP_NOTES)
        self._changed = Changed(subject, self)
        self.model: RowsModel[Document] = RowsModel(
            document_columns(context.zone, self._changed.ids), lambda each: each.id, self
        )
        self.table = Table(self.model, context.look, _("Documents"))
        self.adding = Adding(context, subject.device, self)
        self.adding.added.connect(self.refresh)
        self._shown: Sequence[Document] = []
        self._stop: Callable[[], None] | None = None
        self._since_s = 0
        self._ticking = QTimer(self)
        self._ticking.timeout.connect(self._tick)
        self._build()
        self.adding.failed.connect(self.notice.tell)
        self.table.opened.connect(self.open)
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentChanged.connect(lambda new, _old: self.more.setEnabled(new.isValid()))

    def refresh(self) -> None:
        """Ask for the documents again."""
        context = self._context
        context.asking.ask(
            context.asked.project.documents(context.viewer, self._subject.device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def make_report(self) -> None:
        """Read all settings now, print the commissioning report and file it here."""
        if self._stop is not None:
            return
        context = self._context
        self.report.setEnabled(False)
        self._since_s = 0
        self._stop = context.asking.ask(
            context.asked.reports.commissioning(
                context.viewer,
                self._subject.device,
                paper_language(context.desk.value(PAPER_KEY)),
            ),
            owner=self,
            done=self._made,
            failed=self._report_failed,
        )
        self.busy.begin(self._progress_words(), self._call_off)
        self._ticking.start(_STEP_MS)

    def ask_files(self) -> None:
        """Let files be chosen and keep them here."""
        kinds = " ".join(f"*{each}" for each in endings())
        chosen, _filter = QFileDialog.getOpenFileNames(
            self,
            _("Add documents"),
            str(own_folder(self._context)),
            f"{_('Documents')} ({kinds})",
        )
        if chosen:
            note_folder(self._context, Path(chosen[0]))
        self.adding.add([Path(each) for each in chosen])

    def ask_version(self, document: Document) -> None:
        """Let the file be chosen that takes a document's place."""
        chosen, _filter = QFileDialog.getOpenFileName(
            self,
            _("Next version of {title}").format(title=document.title),
            str(own_folder(self._context)),
        )
        if chosen:
            note_folder(self._context, Path(chosen))
            self.adding.add([Path(chosen)], replaces=document)

    def open(self, document: Document) -> None:
        """Show a PDF as it would be printed; open others with the program they belong to."""
        if document.path.suffix.lower() == ".pdf" and document.path.is_file():
            Preview.of_file(self._context, self, document.title, document.path)
            return
        where = QUrl.fromLocalFile(str(document.path.resolve()))
        if not document.path.is_file() or not QDesktopServices.openUrl(where):
            self.notice.tell(
                _("{file} cannot be opened here.").format(file=document.path.name),
                str(document.path),
            )

    def open_current(self) -> None:
        """Open the document the focus is on."""
        document = self.table.current()
        if document is not None:
            self.open(document)

    def remove(self, document: Document) -> None:
        """Ask once, then take a document off the list."""
        words = _("Take “{title}” off the list? Its file stays in the project’s folder.")
        if not agreed(words.format(title=document.title), _("Remove"), self):
            return
        context = self._context
        context.asking.ask(
            context.asked.project.remove_document(context.viewer, document.id),
            owner=self,
            done=lambda _nothing: self.refresh(),
            failed=self._fail,
        )

    def show_versions(self, document: Document) -> None:
        """Show what lay here before."""
        context = self._context

        def told(versions: Sequence[Document]) -> None:
            VersionsDialog(
                _("Versions of {title}").format(title=document.title),
                file_columns(context.zone),
                versions,
                context.look,
                self,
                opened=self.open,
            ).open()

        context.asking.ask(
            context.asked.project.document_versions(context.viewer, document.id),
            owner=self,
            done=told,
            failed=self._fail,
        )

    def menu(self) -> QMenu:
        """Return what can be done with the document the focus is on."""
        made = QMenu(self)
        document = self.table.current()
        for words, act, own in (
            (_("Open"), self.open, False),
            (_("Versions…"), self.show_versions, False),
            (_("Next version…"), self.ask_version, True),
            (_("Remove…"), self.remove, True),
        ):
            action = made.addAction(literal(words))
            if action is None:
                continue
            fits = document is not None and (not own or (document.kind == ADDED and self.may))
            action.setEnabled(fits)
            if document is not None:
                action.triggered.connect(partial(_with, act, document))
        return made

    def _build(self) -> None:
        look = self._context.look
        self.head.setVisible(True)
        self.busy = Busy()
        self.said = label("", "quiet")
        self.report = button(
            _("Commissioning report"), self.make_report, look=look, drawing="report"
        )
        self.add = button(_("Add…"), self.ask_files, look=look, drawing="add")
        self.more = button(_("More"), self._open_menu, look=look, drawing="chevron-down")
        tools = Bar("toolbar", 48).add(self.said, self.busy).stretch()
        self.body.addWidget(tools.add(self.more, self.add, self.report))
        self.report.setVisible(self._context.viewer.may(Capability.MAKE_REPORT))
        self.add.setVisible(self.may)
        self.notice = Notice(look)
        self.body.addWidget(self.notice)
        may = self._context.viewer.may(Capability.MAKE_REPORT)
        self.stack = Stack()
        self.stack.addWidget(self.table)
        words = _(
            "No document yet. A commissioning report lists every setting and the "
            "identification of the device as they are now, as PDF and Excel. Plans, "
            "photographs and certificates are dropped here or added."
        )
        self.stack.addWidget(
            EmptyState(
                words,
                action=_("Make a commissioning report") if may else "",
                pressed=self.make_report,
            )
        )
        self.body.addWidget(self.stack, 1)
        self.more.setEnabled(False)

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.exec(self.more.mapToGlobal(QPoint(0, self.more.height())))
        menu.deleteLater()

    def _take(self, documents: Sequence[Document]) -> None:
        newest = sorted(documents, key=lambda each: each.created_at, reverse=True)
        if newest != self._shown:
            self._shown = newest
            self.model.replace(newest)
        self.stack.setCurrentIndex(0 if newest else 1)
        words = ngettext("{count} document", "{count} documents", len(newest))
        self.subtitle.setText(words.format(count=len(newest)) if newest else "")
        self.more.setEnabled(self.table.current() is not None)
        self.counted.emit(len(newest))
        self.settled.emit()
        self._changed.ask(newest, lambda: self.model.replace(newest))

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self.refresh)
        self.settled.emit()

    def _made(self, documents: Sequence[Document]) -> None:
        self._ended()
        names = ", ".join(each.path.name for each in documents)
        self.said.setText(_("Filed: {names}").format(names=names))
        self.refresh()

    def _report_failed(self, error: PlantError) -> None:
        self._ended()
        self.notice.tell(str(error), retry=self.make_report)

    def _call_off(self) -> None:
        if self._stop is not None:
            self._stop()
        self._ended()
        self.said.setText(_("The report was called off; nothing was filed."))

    def _ended(self) -> None:
        self._stop = None
        self._ticking.stop()
        self.busy.end()
        self.report.setEnabled(True)

    def _tick(self) -> None:
        self._since_s += 1
        self.busy.say(self._progress_words())

    def _progress_words(self) -> str:
        count = len(self._subject.settings())
        return ngettext(
            "Reading {count} setting and printing … {seconds} s",
            "Reading {count} settings and printing … {seconds} s",
            count,
        ).format(count=count, seconds=self._since_s)


def _with(act: Callable[[Document], None], document: Document, _on: bool = False) -> None:
    act(document)
