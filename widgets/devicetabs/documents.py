"""Documents kept with the device, and the commissioning report made on the spot."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QTimer, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout

from app.asked import Document
from app.errors import PlantError
from app.verbs import Capability
from app.words import _
from widgets.controls.card import MARGIN, Bar, Card, EmptyState
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label
from widgets.controls.table import Table
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.models.documents import document_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import Show
from widgets.speech import PAPER_KEY, paper_language

_STEP_MS = 1000
REPORT = "documents:report"  # the part of a `Show` that makes a report at once


class DocumentsTab(Tab):
    """A list; a double click opens the file with the program it belongs to."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        context = self.context
        self.model: RowsModel[Document] = RowsModel(
            document_columns(context.zone), lambda each: each.id, self
        )
        self.table = Table(self.model, context.look, _("Documents"))
        self.table.opened.connect(self._open)
        self._stop: Callable[[], None] | None = None
        self._since_s = 0
        self._ticking = QTimer(self)
        self._ticking.timeout.connect(self._tick)
        self._build()
        self.refresh()

    def reveal(self, show: Show) -> None:
        if show.part == REPORT:
            self.make_report()

    def refresh(self) -> None:
        context = self.context
        context.asking.ask(
            context.asked.project.documents(context.viewer, self.subject.device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def make_report(self) -> None:
        """Read all settings now, print the commissioning report and file it here."""
        if self._stop is not None:
            return
        context = self.context
        self._report.setEnabled(False)
        self._since_s = 0
        self._stop = context.asking.ask(
            context.asked.reports.commissioning(
                context.viewer,
                self.subject.device,
                paper_language(context.desk.value(PAPER_KEY)),
            ),
            owner=self,
            done=self._made,
            failed=self._report_failed,
        )
        self.busy.begin(self._progress_words(), self._call_off)
        self._ticking.start(_STEP_MS)

    def _build(self) -> None:
        look = self.context.look
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        card = Card()
        self.busy = Busy()
        self._report = button(
            _("Commissioning report"), self.make_report, look=look, drawing="report"
        )
        may = self.context.viewer.may(Capability.MAKE_REPORT)
        self._said = label("", "quiet")
        tools = Bar("toolbar", 48).add(self._said, self.busy).stretch()
        open_it = button(_("Open"), self._open_current, look=look, drawing="open")
        card.body.addWidget(tools.add(open_it, self._report))
        self._report.setVisible(may)
        self._notice = Notice(look)
        card.body.addWidget(self._notice)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(
            EmptyState(
                _(
                    "No document yet. A commissioning report lists every setting and the "
                    "identification of the device as they are now, as PDF and Excel."
                ),
                action=_("Make a commissioning report") if may else "",
                pressed=self.make_report,
            )
        )
        card.body.addWidget(self._stack, 1)
        column.addWidget(card)

    def _take(self, documents: Sequence[Document]) -> None:
        newest = sorted(documents, key=lambda each: each.created_at, reverse=True)
        self.model.replace(newest)
        self._stack.setCurrentIndex(0 if newest else 1)
        self.become_ready()

    def _fail(self, error: PlantError) -> None:
        self._notice.tell(str(error), retry=self.refresh)
        self.become_ready()

    def _made(self, documents: Sequence[Document]) -> None:
        self._ended()
        names = ", ".join(each.path.name for each in documents)
        self._said.setText(_("Filed: {names}").format(names=names))
        self.refresh()

    def _report_failed(self, error: PlantError) -> None:
        self._ended()
        self._notice.tell(str(error), retry=self.make_report)

    def _call_off(self) -> None:
        if self._stop is not None:
            self._stop()
        self._ended()
        self._said.setText(_("The report was called off; nothing was filed."))

    def _ended(self) -> None:
        self._stop = None
        self._ticking.stop()
        self.busy.end()
        self._report.setEnabled(True)

    def _tick(self) -> None:
        self._since_s += 1
        self.busy.say(self._progress_words())

    def _progress_words(self) -> str:
        return _("Reading {count} settings and printing … {seconds} s").format(
            count=len(self.subject.settings()), seconds=self._since_s
        )

    def _open_current(self) -> None:
        document = self.table.current()
        if document is not None:
            self._open(document)

    def _open(self, document: Document) -> None:
        where = QUrl.fromLocalFile(str(document.path.resolve()))
        if not document.path.is_file() or not QDesktopServices.openUrl(where):
            self._notice.tell(
                _("{file} cannot be opened here.").format(file=document.path.name),
                str(document.path),
            )


TAB = TabType("documents", lambda: _("Documents"), 50, Capability.SEE_PLANT, DocumentsTab)
