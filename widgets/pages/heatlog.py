"""Heat disconnections: who asked to cut heat off or give it back, when, and what came of it."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.auditverbs import AuditEntry
from app.errors import PlantError
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _, ngettext
from widgets.auditlog.filing import fetched
from widgets.controls.card import MARGIN, Bar, Card, PageHead, Search, Segments
from widgets.controls.late import Stack
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.desk import Memory
from widgets.heatlog.rows import (
    Request,
    about_heat,
    request_columns,
    request_sheet,
    requests_in,
)
from widgets.heatlog.wayin import NothingYet
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.tableexport import TableExport

_FOLLOW_MS = 10_000


class HeatLogPage(Page):
    """A row a request, the newest first; Enter goes to the settings of the meter."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model: RowsModel[Request] = RowsModel(
            request_columns(context.directory.name, context.zone), lambda each: each.seq, self
        )
        self.table: Table[Request] = Table(self.model, context.look, _("Heat disconnections"))
        self.search = Search(_("Find in list"), context.look)
        self.switch = Segments((_("All"), _("Not done")), _("Result"))
        self._count = label("", "quiet")
        self._notice = Notice(context.look)
        self._stack = Stack()
        self._cancel: Callable[[], None] = lambda: None
        self.export = button(
            _("Export…"),
            lambda: self.files.ask(self.export),
            look=context.look,
            drawing="export",
        )
        self.files = TableExport(
            context, self, _("Heat disconnections"), _("Export heat disconnections"), self.sheet
        )
        self._build()
        self.search.textChanged.connect(self._find)
        self.switch.chosen.connect(self._choose)
        self.table.opened.connect(self._open)
        for told in (context.directory.listed, context.directory.described):
            told.connect(self.table.touch_visible)
        following = QTimer(self)
        following.timeout.connect(self._follow)
        following.start(_FOLLOW_MS)
        self.refresh()

    def heading(self) -> str:
        return _("Heat disconnections")

    def crumbs(self) -> tuple[str, ...]:
        return _("Plant"), _("Heat disconnections")

    def reveal(self, show: Show) -> None:
        self.table.setFocus()

    def memory(self) -> Memory:
        return {"search": self.search.text()}

    def recall(self, memory: Memory) -> None:
        sought = memory.get("search")
        if isinstance(sought, str):
            self.search.setText(sought)

    def refresh(self) -> None:
        """Ask the activity log anew."""
        context, audit = self.context, self.context.asked.audit

        async def asked() -> Sequence[AuditEntry]:
            numbers = await audit.found(context.viewer, about_heat())
            return await fetched(audit, context.viewer, numbers)

        self._cancel()
        self._cancel = context.asking.ask(
            asked(),
            owner=self,
            done=self._take,
            failed=self._fail,
            for_owner_alone=True,
        )

    def sheet(self, words: Words) -> PlainTable:
        """Return what is shown, for a file."""
        context = self.context
        made, name_of = (context.now(), context.viewer.name), context.directory.name
        return request_sheet(self.model.rows, name_of, made, context.zone, words)

    def _build(self) -> None:
        head = PageHead(_("Heat disconnections"))
        head.left.addWidget(self.switch)
        head.tools.addWidget(self.export)
        card = Card()
        card.body.addWidget(Bar("toolbar", 44).add(self.search, self._count))
        card.body.addWidget(self._notice)
        card.body.addWidget(self._stack, 1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(NothingYet(self.context))
        inside = QVBoxLayout()
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(inside, 1)

    def _take(self, entries: Sequence[AuditEntry]) -> None:
        self._notice.hide()
        self.model.replace(requests_in(entries))
        self._stack.setCurrentIndex(0 if self.model.total else 1)
        self.export.setEnabled(self.model.total > 0)
        self._tell()
        self.become_ready()

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()

    def _find(self, words: str) -> None:
        self.model.find(words)
        self._tell()

    def _choose(self, at: int) -> None:
        self.model.keep(None if at == 0 else lambda each: not each.is_done)
        self._tell()

    def _tell(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self._count.setText(
            ngettext("{shown} of {total} request", "{shown} of {total} requests", total).format(
                shown=figures(shown, 0), total=figures(total, 0)
            )
        )

    def _open(self, row: Request) -> None:
        self.context.show(Show("device", row.device, part="settings"))

    def _fail(self, error: PlantError) -> None:
        self._notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return HeatLogPage(context)


PAGE = PageType(
    "heatlog",
    lambda: _("Heat disconnections"),
    "lock",
    Section.PLANT,
    Capability.SEE_AUDIT,
    50,
    _build,
)
