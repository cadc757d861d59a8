"""Period report: one figure a column of each device for any time, and the sums below."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from PyQt6.QtWidgets import QVBoxLayout

from app.errors import PlantError
from app.model.comparison import Period
from app.model.consumption import Step
from app.model.customer import Customer
from app.model.figures import WholeFigures
from app.model.totals import TotalsPlan
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.consumption.stretch import Scale, Stretch, recalled
from widgets.consumption.stretchbar import StretchBar
from widgets.controls.card import GAP, MARGIN, Bar, Card, Elided, EmptyState, Search, Segments
from widgets.controls.columnpicker import ColumnPicker
from widgets.controls.flowline import FlowLine
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label
from widgets.controls.table import Table
from widgets.desk import Json, Memory
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.papers.countedreport import CountedReport
from widgets.periodreport.flags import FINDINGS, Flags, flags_of
from widgets.periodreport.picks import Pick, offered, pick_of, usual
from widgets.periodreport.question import Place, Question, heard_lately, question_of, told_of
from widgets.periodreport.rows import (
    Report,
    Row,
    columns,
    lacking_words,
    report_of,
    running_words,
    sheet,
    sum_words,
)
from widgets.tableexport import TableExport

CUSTOMER = "customer"  # among the columns, for who may see residents
_MOST_COLUMNS = 20
_Found = tuple[dict[Place, WholeFigures], Sequence[Customer], TotalsPlan, Flags | None]
_BY_MONTH = (Scale.MONTH, Scale.YEAR, Scale.DECADE)


class PeriodReportPage(Page):
    """A row a device; the sums are those of the rows that are shown."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.keys: list[str] = []  # of the columns chosen; none: what is usual
        self.report: Report | None = None
        self.table: Table[Row] | None = None
        self._question: Question | None = None
        self._until: datetime | None = None  # up to when is told of a period that runs
        self._asked = 0
        self._cancel: Callable[[], None] = lambda: None
        self._build()
        context.directory.listed.connect(self._hear)
        context.directory.described.connect(self._hear)
        self.refresh()

    def heading(self) -> str:
        return _("Period report")

    def crumbs(self) -> tuple[str, ...]:
        return _("Analysis"), _("Period report")

    def reveal(self, show: Show) -> None:
        (self.table or self.search).setFocus()

    def refresh(self) -> None:
        """Ask for the figures anew."""
        self._cancel()
        self._asked += 1
        question, context = self._asked, self.context
        self.bar.show_stretch()
        picks = self.picks()
        asks = self._question = _asks(context, picks)
        stretch, self._until = self.bar.stretch, None
        if not asks.counted and not asks.measured:
            if context.directory.is_listed:
                devices = asks.devices
                self._take(report_of(devices, picks, {}, {}) if devices else None)
            return
        period = stretch.bounds(context.zone)
        until = Period(period.start, max(period.start, min(period.end, context.now())))
        step = Step.MONTH if stretch.scale in _BY_MONTH else Step.DAY
        named, flagged = self.shows_customers(), FINDINGS in self.keys

        async def work() -> _Found:
            asked, viewer = context.asked, context.viewer
            told = await told_of(asks, asked.history, viewer, until, step)
            plan = TotalsPlan()  # of a part of the meters there is no total
            if viewer.rights.whole(Capability.SEE_HISTORY):
                plan = await asked.totals.plan(viewer)
            flags = await flags_of(asks, asked, viewer, until) if flagged else None
            return told, await asked.customers.customers(viewer) if named else (), plan, flags

        def done(found: _Found) -> None:
            if question != self._asked:
                return
            customers = _by_meter(found[1], stretch, context)
            runs = period.end > until.end > period.start
            heard = heard_lately(context.directory, until.end) if runs else ()
            self._until = until.end if runs else None
            own = (heard, found[2].signs())
            report = report_of(asks.devices, picks, found[0], customers, *own)
            self._take(replace(report, flags=found[3]))

        self._cancel = context.asking.ask(
            work(),
            owner=self,
            done=done,
            failed=self._fail,
            for_owner_alone=True,
        )
        self.busy.begin(_("Working out the report …"), self._cancel)

    def picks(self) -> list[Pick]:
        """Return the columns, of what there is in this plant."""
        offers = _offers(self.context)
        known = {each.key for each in offers}
        chosen = [pick_of(key) for key in self.keys]
        return [each for each in chosen if each is not None and each.key in known] or usual(
            offers
        )

    def shows_customers(self) -> bool:
        """Whether residents are named: by wish alone, for each look at them is written down."""
        return CUSTOMER in self.keys and _may_name(self.context)

    def memory(self) -> Memory:
        keys: list[Json] = [*self.keys]
        return self.bar.stretch.memory() | {"columns": keys, "lacking": self._lacking_only}

    def recall(self, memory: Memory) -> None:
        keys = memory.get("columns")
        if isinstance(keys, list):
            self.keys = [each for each in keys if isinstance(each, str)][:_MOST_COLUMNS]
        if memory.get("lacking") is True:
            self.filter.choose(1)
        self.bar.choose(recalled(memory, self.bar.today()))

    def way_to_now(self) -> Callable[[], None] | None:
        return None if self.bar.holds_the_present() else self.bar.go_to_now

    def choose_columns(self) -> None:
        """Let quantities and their figures be chosen and put in order."""
        offers = _offers(self.context)
        choices = [(each.key, each.title()) for each in offers]
        choices.append((FINDINGS, _("Findings")))
        if _may_name(self.context):
            choices.insert(0, (CUSTOMER, _("Customer")))
        shown = [CUSTOMER] if self.shows_customers() else []
        shown += [each.key for each in self.picks()]
        shown += [FINDINGS] if FINDINGS in self.keys else []
        picker = ColumnPicker(choices, shown, self.context.look, self, _MOST_COLUMNS)
        if picker.exec():
            self.keys = picker.chosen()
            self.refresh()
        picker.deleteLater()

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.bar = StretchBar(context.now, context.zone)
        self.filter = Segments([_("All"), _("Without data")], _("Period report"))
        self._lacking_only = False
        self.search = Search(_("Find a device"), look)
        self.busy, self.notice = Busy(), Notice(look)
        self.choose = button(_("Columns…"), self.choose_columns, look=look, drawing="columns")
        self.export = button(
            _("Export…"), lambda: self.files.ask(self.export), look=look, drawing="export"
        )
        self.files = TableExport(
            context, self, _("Period report"), _("Export the period report"), self._sheet
        )
        self.paper: CountedReport[Row] = CountedReport(
            context,
            self,
            self.notice,
            lambda row: row.view.config.id,
            lambda: self.bar.stretch.bounds(context.zone),
        )
        self.runs = label("", "quiet")
        line = FlowLine()
        line.addWidget(Elided(self.heading(), "title"))
        for each in (self.bar, self.runs, self.filter, self.search):
            line.addWidget(each)
        line.push_right()
        for tool in (self.busy, self.choose, self.export):
            line.addWidget(tool)
        self.card, self.says, self.lacks = Card(), Elided("", "strong"), Elided("", "quiet")
        self.foot = Bar("cardfoot", 48).add(self.says, self.lacks).stretch()
        self.foot.add(self.paper.busy, self.paper.button)
        self.empty = EmptyState(
            _("No device here tells a value that a report could be made of.")
        )
        self.card.body.addWidget(self.empty, 1)
        self.card.body.addWidget(self.foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(line)
        column.addWidget(self.notice)
        column.addWidget(self.card, 1)
        self.bar.chosen.connect(lambda _stretch: self.refresh())
        self.filter.chosen.connect(self._filter)
        self.search.textChanged.connect(self._find)

    def _hear(self) -> None:
        """Ask again when other devices, or the points of some, came to be known."""
        asks = _asks(self.context, self.picks())
        if not asks.is_like(self._question) or not self.is_ready:
            self.refresh()

    def _take(self, report: Report | None) -> None:
        self.busy.end()
        self.notice.hide()
        self.report = report
        old, self.table = self.table, None
        if old is not None:
            self.card.body.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.export.setEnabled(report is not None)
        self.empty.setVisible(report is None)
        self.foot.setVisible(report is not None)
        if report is not None:
            named = self.shows_customers()
            model: RowsModel[Row] = RowsModel(
                columns(report, named=named), lambda row: row.view.config.id
            )
            self.table = table = Table(model, self.context.look, _("Period report"))
            model.setParent(table)
            model.find(self.search.text())
            model.keep(_lacking if self._lacking_only else None)
            model.replace(report.rows)
            table.opened.connect(lambda row: self.context.show(_door(row)))
            self.card.body.insertWidget(0, table, 1)
        self.paper.follow(self.table)
        self._tell()
        self.become_ready()

    def _filter(self, at: int) -> None:
        self._lacking_only = at == 1
        if self.table is not None:
            self.table.rows_model.keep(_lacking if self._lacking_only else None)
        self._tell()

    def _find(self, words: str) -> None:
        if self.table is not None:
            self.table.rows_model.find(words)
        self._tell()

    def _tell(self) -> None:
        """Say the sums of the rows shown, and who has no data."""
        rows = self._shown()
        says = "" if self.report is None else sum_words(self.report, rows)
        self.says.setText(says)
        self.lacks.setText(lacking_words(rows))
        self.runs.setText(running_words(self._until, self.context.zone))
        self.runs.setVisible(self._until is not None)

    def _shown(self) -> Sequence[Row]:
        return [] if self.table is None else self.table.rows_model.rows

    def _sheet(self, words: Words) -> PlainTable:
        assert self.report is not None  # noqa: S101 - the button is off without
        context = self.context
        title = f"{_('Period report')} {self.bar.stretch.words(context.zone)}"
        runs = running_words(self._until, context.zone)
        title = f"{title} – {runs}" if runs else title
        zone = str(getattr(context.zone, "key", "") or "UTC")
        made = context.now(), context.viewer.name
        named = self.shows_customers()
        return sheet(self.report, self._shown(), title, made, zone, words, named=named)

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _may_name(context: PageContext) -> bool:
    return context.viewer.rights.whole(Capability.KEEP_CUSTOMERS)


def _offers(context: PageContext) -> list[Pick]:
    return offered(roles for roles, _views in context.directory.alike())


def _asks(context: PageContext, picks: Sequence[Pick]) -> Question:
    """Return what columns ask for; remembered as long as the devices are the same."""
    directory = context.directory
    return directory.remembered(
        (PAGE.id, *picks), lambda: question_of(directory.alike(paths=False), picks)
    )


def _lacking(row: Row) -> bool:
    return not row.has_data


def _door(row: Row) -> Show:
    return Show("device", row.view.config.id, part="readings")


def _by_meter(
    customers: Sequence[Customer], stretch: Stretch, context: PageContext
) -> dict[str, str]:
    """Return who used the heat of each meter in a time, one after the other."""
    period, found = stretch.bounds(context.zone), dict[str, list[str]]()
    for each in customers:
        for own in each.meters:
            if own.since < period.end and own.end(context.now()) > period.start:
                found.setdefault(own.meter, []).append(each.name)
    return {meter: ", ".join(names) for meter, names in found.items()}


def _build(context: PageContext, _show: Show) -> Page:
    return PeriodReportPage(context)


PAGE = PageType(
    "periodreport",
    lambda: _("Period report"),
    "report",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    25,
    _build,
)
