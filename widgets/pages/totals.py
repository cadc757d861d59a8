"""Totals: what all meters come to, by the plan of what counts, in five views that agree."""

from collections.abc import Callable
from itertools import pairwise

from PyQt6.QtWidgets import QComboBox, QVBoxLayout

from app.errors import PlantError
from app.model.balance import Totals
from app.model.totals import Medium, TotalsPlan
from app.model.totalsunits import in_units
from app.model.totalsviews import Line, View, doubt_words, lines
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.consumption.bars import ConsumptionBars
from widgets.consumption.stretch import STEPS, part_words, recalled, tick_words
from widgets.consumption.stretchbar import StretchBar
from widgets.controls.card import GAP, MARGIN, Bar, Card, Elided, EmptyState, Segments
from widgets.controls.flowline import FlowLine
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.controls.table import Table
from widgets.desk import Memory
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.tableexport import TableExport
from widgets.totals.plan import begin, indexes, medium_words
from widgets.totals.rows import bars, columns, sheet
from widgets.totals.units import UnitChoice

_VIEWS = tuple(View)


class TotalsPage(Page):
    """The line chosen as bars above, all lines of the view as a table, doubts below."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.plan = TotalsPlan()
        self.totals: Totals | None = None
        self.table: Table[Line] | None = None
        self.view = View.TOTAL
        self._recalled: Memory = {}
        self._asked = 0
        self._cancel: Callable[[], None] = lambda: None
        self._build()
        _keep_back(self, _("Adding up …"))
        self.refresh()

    def heading(self) -> str:
        return _("Totals")

    def crumbs(self) -> tuple[str, ...]:
        return _("Analysis"), _("Totals")

    def reveal(self, show: Show) -> None:
        (self.table or self.bar).setFocus()

    def refresh(self) -> None:
        """Ask for the plan and its figures anew."""
        self._cancel()
        self._asked += 1
        question, context = self._asked, self.context
        self.bar.show_stretch()
        stretch = self.bar.stretch
        period = stretch.bounds(context.zone)

        async def work() -> tuple[TotalsPlan, Totals]:
            asked, viewer = context.asked.totals, context.viewer
            plan = await asked.plan(viewer)
            step = STEPS[stretch.scale]
            return plan, await asked.told(viewer, period.start, period.end, step)

        def done(found: tuple[TotalsPlan, Totals]) -> None:
            if question == self._asked:
                self._take(*found)

        self._cancel = context.asking.ask(
            work(),
            owner=self,
            done=done,
            failed=self._fail,
            for_owner_alone=True,
        )
        self.busy.begin(_("Adding up …"), self._cancel)

    def look_at(self, view: View) -> None:
        """Show another view of the same figures."""
        self.view = view
        self.segments.mark(_VIEWS.index(view))
        self._show()

    def change_plan(self) -> None:
        """Let what counts be changed."""
        begin(self.context, self.plan, self.refresh, self)

    def memory(self) -> Memory:
        return self.bar.stretch.memory() | {
            "view": self.view.value,
            "medium": self._medium().value,
            "entry": str(self.entry.currentData() or ""),
            "other": str(self.other.currentData() or ""),
            "unit": self.unit.kept(),
        }

    def recall(self, memory: Memory) -> None:
        self._recalled = memory
        if memory.get("view") in {each.value for each in View}:
            self.view = View(str(memory["view"]))
        self.segments.mark(_VIEWS.index(self.view))
        self.unit.recall(memory.get("unit"))
        self.bar.choose(recalled(memory, self.bar.today()))

    def way_to_now(self) -> Callable[[], None] | None:
        return None if self.bar.holds_the_present() else self.bar.go_to_now

    def shown(self) -> list[Line]:
        """Return the lines of the view."""
        if self.totals is None:
            return []
        entry, other = (str(each.currentData() or "") for each in (self.entry, self.other))
        found = lines(self.plan, self.totals, self.view, self._medium(), entry, other)
        return in_units(found, self.unit.wish())

    def _medium(self) -> Medium:
        chosen = self.medium.currentData()
        return chosen if isinstance(chosen, Medium) else Medium.ELECTRICITY

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.bar = StretchBar(context.now, context.zone)
        words = [
            _("Total"),
            _("All media"),
            _("One part"),
            _("Beside each other"),
            _("Details"),
        ]
        self.segments = Segments(words, _("Totals"))
        self.medium, self.entry, self.other = (
            _choice(each) for each in (_("Medium"), _("Meter"), _("The other meter"))
        )
        self.unit = UnitChoice()
        self.busy, self.notice = Busy(), Notice(look)
        self.edit = button(_("What counts…"), self.change_plan, look=look, drawing="edit")
        if not _may_change(context):
            self.edit.hide()
        self.export = button(
            _("Export…"), lambda: self.files.ask(self.export), look=look, drawing="export"
        )
        self.files = TableExport(
            context, self, _("Totals"), _("Export the totals"), self._sheet
        )
        row = FlowLine()
        row.addWidget(Elided(self.heading(), "title"))
        choices = (self.medium, self.entry, self.other, self.unit)
        for choice in choices:
            choice.activated.connect(lambda _at: self._show())
        for each in (self.bar, self.segments, *choices):
            row.addWidget(each)
        row.push_right()
        for tool in (self.busy, self.edit, self.export):
            row.addWidget(tool)
        self.card, self.of = Card(), Elided("", "strong")
        self.head = Bar("cardhead", 36).add(self.of).stretch()
        self.bars = ConsumptionBars(look, _("The line chosen as bars; the file tells them"))
        self.doubts = Elided("", "quiet")
        self.foot = Bar("cardfoot", 40).add(self.doubts).stretch()
        self.empty = _nothing_yet(context, self.change_plan)
        for part in (self.head, self.bars):
            self.card.body.addWidget(part)
        self.card.body.addWidget(self.empty, 1)
        self.card.body.addWidget(self.foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(row)
        column.addWidget(self.notice)
        column.addWidget(self.card, 1)
        self.bar.chosen.connect(lambda _stretch: self.refresh())
        self.segments.chosen.connect(lambda at: self.look_at(_VIEWS[at]))

    def _take(self, plan: TotalsPlan, totals: Totals) -> None:
        self.busy.end()
        self.notice.hide()
        self.plan, self.totals = plan, totals
        self.empty.says.setText(_nothing_words())
        if self.empty.act is not None:
            self.empty.act.show()
        indexes(self.context)  # what points there are is asked before anybody changes the plan
        kept = {**self._recalled, **(self.memory() if self.is_ready else {})}
        _offer(self.medium, [(medium_words(each), each) for each in plan.media()])
        for choice in (self.entry, self.other):
            _offer(choice, [(each.name, each.id) for each in plan.entries])
        for field, name in ((self.entry, "entry"), (self.other, "other")):
            field.setCurrentIndex(max(field.findData(kept.get(name)), 0))
        if self.other.currentIndex() == self.entry.currentIndex() and self.other.count() > 1:
            self.other.setCurrentIndex(1 - min(self.entry.currentIndex(), 1))
        media = {each.value: each for each in plan.media()}
        wanted = media.get(str(kept.get("medium")))
        self.medium.setCurrentIndex(max(self.medium.findData(wanted), 0))
        self.doubts.setText(" · ".join(doubt_words(plan, each) for each in totals.doubts))
        self._show()
        self.become_ready()

    def _show(self) -> None:
        """Show the lines of the view, the first one as bars."""
        if self.table is not None:
            self.card.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        alone = self.view in {View.TOTAL, View.DETAILS}
        beside = self.view is View.COMPARE
        self.medium.setVisible(alone and self.medium.count() > 1)
        self.entry.setVisible((beside or self.view is View.PART) and self.entry.count() > 0)
        self.other.setVisible(beside and self.other.count() > 0)
        found = self.shown()
        self.empty.setVisible(not found)
        self.export.setEnabled(bool(found))
        self.unit.setVisible(bool(found))
        for part in (self.head, self.bars):
            part.setVisible(bool(found))
        self.foot.setVisible(bool(found) or bool(self.doubts.text()))
        if not found:
            return
        model: RowsModel[Line] = RowsModel(columns(found), lambda line: (line.name, line.unit))
        self.table = table = Table(model, self.context.look, _("Totals"))
        model.setParent(table)
        table.setSortingEnabled(False)
        model.replace(found)
        self.card.body.insertWidget(self.card.body.indexOf(self.bars) + 1, table, 1)
        chosen = table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(lambda at, _old: self._draw(found[at.row()]))
        table.go_to(lambda line: line is found[-1])
        self._draw(found[-1])

    def _draw(self, line: Line) -> None:
        self.of.setText(line.name)
        self.bars.show_bars(bars(line, self._ticks()), line.unit)

    def _names(self) -> list[str]:
        """Return what the parts of the time are called above columns."""
        if self.totals is None:
            return []
        edges = (*self.totals.starts, self.totals.ends_at)
        scale, zone = self.bar.stretch.scale, self.context.zone
        return [part_words(scale, *each, zone) for each in pairwise(edges)]

    def _ticks(self) -> list[str]:
        """Return what they are called below bars."""
        starts = () if self.totals is None else self.totals.starts
        scale, zone = self.bar.stretch.scale, self.context.zone
        return [tick_words(scale, each, zone) for each in starts]

    def _sheet(self, words: Words) -> PlainTable:
        assert self.totals is not None  # noqa: S101 - the button is off without
        context = self.context
        title = f"{_('Totals')} {self.bar.stretch.words(context.zone)}"
        zone = str(getattr(context.zone, "key", "") or "UTC")
        made = context.now(), context.viewer.name
        return sheet(self.shown(), self.totals, self._names(), title, made, zone, words)

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        if self.totals is None:
            _keep_back(self, _("The totals are not known."))
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _choice(says: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(says)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made


def _offer(choice: QComboBox, entries: list[tuple[str, object]]) -> None:
    choice.clear()
    for words, value in entries:
        choice.addItem(words, value)


def _may_change(context: PageContext) -> bool:
    return context.viewer.rights.whole(Capability.EDIT_PROJECT)


def _keep_back(page: TotalsPage, says: str) -> None:
    """Show no figures, and that nobody knows yet whether there are any."""
    for part in (page.head, page.bars, page.foot, page.unit, page.empty.act):
        if part is not None:
            part.hide()
    for choice in (page.medium, page.entry, page.other):
        choice.hide()
    page.export.setEnabled(False)
    page.empty.says.setText(says)


def _nothing_words() -> str:
    return _(
        "No meter counts in a total yet. Say which meters are main meters, which "
        "stand under them, and what is left out: then every sum counts each once."
    )


def _nothing_yet(context: PageContext, change: Callable[[], object]) -> EmptyState:
    action = _("What counts…") if _may_change(context) else ""
    return EmptyState(_nothing_words(), action=action, pressed=change)


def _build(context: PageContext, _show: Show) -> Page:
    return TotalsPage(context)


PAGE = PageType(
    "totals",
    lambda: _("Totals"),
    "report",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    27,
    _build,
    whole=True,  # of a part of the meters there is no total
)
