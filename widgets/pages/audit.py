"""What people did: every change with its author, and proof that nobody altered the list."""

from collections.abc import Mapping, Sequence
from functools import partial

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.alarm import AlarmRule
from app.verbs import Capability
from app.words import _, ngettext
from widgets.auditlog.acts import LogActs
from widgets.auditlog.filters import FilterLine, query_of
from widgets.auditlog.model import LogModel
from widgets.auditlog.room import RoomBar
from widgets.auditlog.table import LogTable
from widgets.controls.card import MARGIN, Card, EmptyState, PageHead, Search
from widgets.controls.late import Stack
from widgets.controls.marked import Marked
from widgets.controls.marks import Mark
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.desk import Memory
from widgets.models.audit import TOLD, LogWords, audit_columns
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_WRITTEN = ("who", "workstation", *TOLD)  # columns that are chosen from or told in words


class AuditPage(Page):
    """A table of any length that the core filters and sorts; its chain can be verified."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.words = LogWords(context.directory)
        self.model = LogModel(audit_columns(self.words, context.zone), self)
        self.table = LogTable(self.model, context.look)
        self.search = Search(_("Find in list"), context.look)
        self.filters = FilterLine(self.search, context.now(), context.zone)
        self.acts = LogActs(context, self.model, self.words, self, self._fail)
        self._written: Mapping[str, Sequence[str]] = {}
        self._asked = 0  # the newest question: answers to older ones are of no interest
        self._answered = 0
        self._warned = ""  # what the core says of the room
        self.room = RoomBar(context)
        self.room.says.connect(self._warn)
        self.room.moved.connect(self.refresh)
        self._build()
        self.search.textChanged.connect(lambda _text: self.filters.changed.emit())
        self.filters.changed.connect(self._find)
        self.model.ordered.connect(self._find)
        self.model.wanted.connect(self._fetch)
        self.table.opened.connect(self.acts.open_entry)
        for told in (context.directory.described, context.directory.listed):
            told.connect(self._rename)
        # Who was erased meanwhile goes as the plant is listed anew, a minute later at most.
        context.directory.listed.connect(self._look_again)
        self.refresh()

    def heading(self) -> str:
        return _("Activity log")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Activity log")

    def reveal(self, show: Show) -> None:
        self.table.setFocus()

    def settled(self) -> bool:
        answered = self._answered == self._asked
        return super().settled() and answered and not self.model.is_waiting

    def memory(self) -> Memory:
        kept: dict[str, object] = dict(self.filters.memory())
        return {"filters": kept, "search": self.search.text()}  # type: ignore[dict-item]

    def recall(self, memory: Memory) -> None:
        filters, search = memory.get("filters"), memory.get("search")
        if isinstance(filters, dict):
            self.filters.recall(filters)
        if isinstance(search, str):
            self.search.setText(search)

    def refresh(self) -> None:
        context, audit = self.context, self.context.asked.audit
        self.model.forget()
        ask = partial(context.asking.ask, owner=self, failed=self._fail)
        ask(context.asked.alarms.rules(context.viewer), done=self._take_rules)
        self.room.refresh()
        ask(audit.written(context.viewer, _WRITTEN), done=self._take_written)
        self._find()

    def _look_again(self) -> None:
        """Ask once more for what is in view: the same entries, as they are told now."""
        if not self.isVisible() or not self.settled():
            return
        context = self.context
        numbers = [line.seq for line in self.table.lines_in_view()]
        ask = partial(context.asking.ask, owner=self, failed=self._fail)
        ask(context.asked.audit.numbered(context.viewer, numbers), done=self.model.renew)
        ask(context.asked.alarms.rules(context.viewer), done=self._take_rules)

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
        self._head = head
        self.verdict = Marked(Mark("lock"), "", look, "")
        self.verdict.hide()
        self._busy = Busy()
        self._export = button(
            _("Export"),
            lambda: self.acts.ask_export(self._export),
            look=look,
            drawing="export",
        )
        head.left.addWidget(self.verdict)
        for tool in (
            self._busy,
            self._export,
            button(_("Verify the chain"), self.verify, look=look, drawing="check"),
        ):
            head.tools.addWidget(tool)
        card = Card()
        self._notice = Notice(look)
        self._stack = Stack()
        self._stack.addWidget(self.table)
        self._stack.addWidget(
            EmptyState(_("Nobody has done anything yet. Every change is listed here."))
        )
        self._stack.addWidget(EmptyState(_("No entry is as the filters ask for.")))
        around = QVBoxLayout()
        around.setContentsMargins(MARGIN, 8, MARGIN, 8)
        around.addWidget(self.filters)
        card.body.addLayout(around)
        card.body.addWidget(self._notice)
        card.body.addWidget(self._stack, 1)
        card.body.addWidget(self.room)
        column, inside = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.addWidget(card)
        column.addWidget(head)
        column.addLayout(inside, 1)

    def _find(self) -> None:
        context = self.context
        self._asked += 1
        filters = self.filters.filters(context.now())
        query = query_of(
            filters, self.search.text(), self.model.order, self._written, self.words
        )
        context.asking.ask(
            context.asked.audit.found(context.viewer, query),
            owner=self,
            done=partial(self._take, self._asked, query != type(query)()),
            failed=self._fail,
        )

    def _fetch(self, numbers: Sequence[int]) -> None:
        context = self.context
        context.asking.ask(
            context.asked.audit.numbered(context.viewer, numbers),
            owner=self,
            done=self.model.take,
            failed=self._fail,
        )

    def _take(self, asked: int, narrowed: bool, numbers: Sequence[int]) -> None:
        if asked != self._asked:
            return
        self._answered = asked
        self.model.show(numbers)
        self.model.row(self.model.index(0, 0))  # what is seen first waits for no painting
        self._stack.setCurrentIndex(0 if numbers else 2 if narrowed else 1)
        self._head.beside.setText(
            ngettext("{count} entry", "{count} entries", len(numbers)).format(
                count=len(numbers)
            )
        )
        self.become_ready()

    def _take_written(self, written: Mapping[str, Sequence[str]]) -> None:
        self._written = written
        self._rename()

    def _take_rules(self, rules: Sequence[AlarmRule]) -> None:
        self.words.name_rules({rule.id: rule.name for rule in rules})
        self._rename()

    def _warn(self, says: str) -> None:
        """Tell what the core says of its room; the sentence goes when it is over."""
        if says:
            self._notice.tell(says)
        elif self._notice.says.text() == self._warned:
            self._notice.hide()
        self._warned = says

    def _rename(self) -> None:
        """Show names that are known by now."""
        self.filters.offer(self._written, self.words)
        self.model.touch(0, self.model.total - 1)

    def _verified(self, broken: str) -> None:
        self._busy.end()
        whole = _("The chain is whole: no entry was altered.")
        mark = Mark("write-refused") if broken else Mark("presence-on")
        self.verdict.show_state(mark, broken or whole)
        self.verdict.show()

    def _fail(self, error: PlantError) -> None:
        self._busy.end()
        self.model.give_up()
        self._answered = self._asked
        self._notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return AuditPage(context)


PAGE = PageType(
    "audit", lambda: _("Activity log"), "admin", Section.ADMIN, Capability.SEE_AUDIT, 10, _build
)
