"""How well the project is guarded: what is open, to whom, and what is weak or old."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.errors import PlantError
from app.hardening.words import GRADES, TO_MEND, advice_of, place_of, sentence_of
from app.model.hardening import Grade, HardeningFinding
from app.reports.sheets.hardening import hardening_table
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.controls.card import GAP, MARGIN, PAD, Card, PageHead, Segments
from widgets.controls.late import Scrolled
from widgets.controls.marked import Marked
from widgets.controls.marks import Mark
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, sentence
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.tableexport import TableExport

_MARKS = {
    Grade.WEAK: "write-refused",
    Grade.ADVICE: "warning",
    Grade.UNKNOWN: "help",
    Grade.NOTE: "state",
    Grade.GOOD: "presence-on",
}
_GRADE_PX, _PLACE_PX = 120, 220


class HardeningPage(Page):
    """One card a topic; looks around when it opens and whenever somebody wishes."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found: Sequence[HardeningFinding] = ()
        self._all = True  # or only what is to be mended
        self.switch = Segments((_("Everything"), _("To mend")), _("Hardening"))
        self.notice = Notice(context.look)
        self._busy = Busy()
        self.export = TableExport(
            context, self, _("Hardening report"), _("Export the hardening report"), self._sheet
        )
        self._build()
        self.switch.chosen.connect(self._choose)
        self.refresh()

    def heading(self) -> str:
        return _("Hardening")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Hardening")

    def reveal(self, show: Show) -> None:
        self._area.setFocus()

    def refresh(self) -> None:
        context = self.context
        stop = context.asking.ask(
            context.asked.hardening.findings(context.viewer),
            owner=self,
            done=self._take,
            failed=self._fail,
        )
        self._busy.begin(_("Looking around …"), stop)

    def shown(self) -> list[HardeningFinding]:
        """Return the findings shown, in their order."""
        return [each for each in self._found if self._all or each.grade in TO_MEND]

    def memory(self) -> Memory:
        return {"all": self._all}

    def recall(self, memory: Memory) -> None:
        if memory.get("all") is False:
            self.switch.choose(1)

    def _build(self) -> None:
        self._head = head = PageHead(_("Hardening"))
        look = self.context.look
        head.left.addWidget(self.switch)
        head.tools.addWidget(self._busy)
        self.again = button(_("Look again"), self.refresh, look=look, drawing="refresh")
        self._exporting = button(_("Export…"), self._ask_export, look=look, drawing="export")
        head.tools.addWidget(self.again)
        head.tools.addWidget(self._exporting)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        self._column.setSpacing(GAP)
        self._area = area = Scrolled()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("What was found"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addWidget(area, 1)

    def _ask_export(self) -> None:
        self.export.ask(self._exporting)

    def _sheet(self, words: Words) -> PlainTable:
        context = self.context
        return hardening_table(
            self._found,
            zone=str(getattr(context.zone, "key", "") or "UTC"),
            made_at=context.now(),
            made_by=context.viewer.name,
            words=words,
        )

    def _take(self, found: Sequence[HardeningFinding]) -> None:
        self._busy.end()
        self.notice.hide()
        self._found = found
        self._show()
        self.become_ready()

    def _choose(self, at: int) -> None:
        self._all = at == 0
        self._show()

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        counts = Counter(each.grade for each in self._found)
        told = [f"{_(word)} {counts[grade]}" for grade, word in GRADES.items() if counts[grade]]
        self._head.beside.setText(" · ".join(told))
        for title, findings in groupby(self.shown(), key=lambda each: each.title):
            self._column.addWidget(_TopicCard(self.context, title, [*findings]))
        self._column.addStretch(1)

    def _fail(self, error: PlantError) -> None:
        self._busy.end()
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


class _TopicCard(Card):
    """What was found of one topic: grade, sentence with its advice, and of what."""

    def __init__(
        self, context: PageContext, title: str, findings: Sequence[HardeningFinding]
    ) -> None:
        super().__init__(_(title))
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(PAD, 4, PAD, PAD)
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _GRADE_PX)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, each in enumerate(findings):
            grade = Marked(
                Mark(_MARKS[each.grade]),
                _(GRADES[each.grade]),
                context.look,
                "strong" if each.grade is Grade.WEAK else "",
            )
            grid.addWidget(grade, row, 0, top)
            said = QVBoxLayout()
            said.setSpacing(0)
            said.addWidget(sentence(sentence_of(each, _), ""))
            if each.advice:
                said.addWidget(sentence(advice_of(each, _)))
            said.addStretch(1)  # beside a long place it begins where the grade does
            grid.addLayout(said, row, 1)
            place = sentence(place_of(each, _))
            place.setFixedWidth(_PLACE_PX)
            grid.addWidget(place, row, 2, top)
        self.body.addWidget(inside)


def _build(context: PageContext, _show: Show) -> Page:
    return HardeningPage(context)


PAGE = PageType(
    "hardening",
    lambda: _("Hardening"),
    "lock",
    Section.ADMIN,
    Capability.MANAGE_USERS,
    30,
    _build,
)
