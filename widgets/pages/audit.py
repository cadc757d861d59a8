"""What people did: every change with its author, and proof that nobody altered the list."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.auditverbs import AuditEntry
from app.errors import PlantError
from app.verbs import Capability
from app.words import _
from widgets.controls.card import MARGIN, Bar, Card, EmptyState, PageHead, Search
from widgets.controls.marked import Marked
from widgets.controls.marks import Mark
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.controls.table import Table
from widgets.models.audit import audit_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_PAGE = 500  # entries asked for at once


class AuditPage(Page):
    """A table, newest first; the chain of entries is verified on demand."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model: RowsModel[AuditEntry] = RowsModel(
            audit_columns(context.directory, context.zone), lambda each: each.seq, self
        )
        self.table = Table(self.model, context.look, _("Activity log"))
        self._oldest: int | None = None
        self._build()
        self._load()

    def heading(self) -> str:
        return _("Activity log")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Activity log")

    def reveal(self, show: Show) -> None:
        self.table.setFocus()

    def refresh(self) -> None:
        self._oldest = None
        self._load()

    def verify(self) -> None:
        """Check every entry against the one before it."""
        context = self.context
        stop = context.asking.ask(
            context.asked.audit.verify(context.viewer),
            owner=self,
            done=self._verified,
            failed=self._fail,
        )
        self._busy.begin(_("Verifying the chain …"), stop)

    def _build(self) -> None:
        look = self.context.look
        head = PageHead(_("Activity log"))
        self.verdict = Marked(Mark("lock"), "", look, "")
        self.verdict.hide()
        self._busy = Busy()
        head.left.addWidget(self.verdict)
        head.tools.addWidget(self._busy)
        head.tools.addWidget(
            button(_("Verify the chain"), self.verify, look=look, drawing="check")
        )
        card = Card()
        search = Search(_("Find in list"), look)
        search.textChanged.connect(self.model.find)
        self._older = button(_("Load older"), self._load, role="head")
        self._notice = Notice(look)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(
            EmptyState(_("Nobody has done anything yet. Every change is listed here."))
        )
        card.body.addWidget(Bar("toolbar", 48).add(search).stretch().add(self._older))
        card.body.addWidget(self._notice)
        card.body.addWidget(self._stack, 1)
        column, inside = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.addWidget(card)
        column.addWidget(head)
        column.addLayout(inside, 1)

    def _load(self) -> None:
        context = self.context
        context.asking.ask(
            context.asked.audit.entries(context.viewer, _PAGE, self._oldest),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _take(self, entries: Sequence[AuditEntry]) -> None:
        if self._oldest is None:
            self.model.replace(entries)
        else:
            self.model.append(entries)
        self._older.setVisible(len(entries) == _PAGE)
        if entries:
            self._oldest = min(each.seq for each in entries)
        self._stack.setCurrentIndex(0 if self.model.total else 1)
        self.become_ready()

    def _verified(self, broken: str) -> None:
        self._busy.end()
        whole = _("The chain is whole: no entry was altered.")
        mark = Mark("write-refused") if broken else Mark("presence-on")
        self.verdict.show_state(mark, broken or whole)
        self.verdict.show()

    def _fail(self, error: PlantError) -> None:
        self._busy.end()
        self._notice.tell(str(error), retry=self._load)
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return AuditPage(context)


PAGE = PageType(
    "audit", lambda: _("Activity log"), "admin", Section.ADMIN, Capability.SEE_AUDIT, 10, _build
)
