"""Findings: what stands out in the indexes of the whole plant or of one meter, and why."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtWidgets import QComboBox, QVBoxLayout

from app.errors import PlantError
from app.model.reading import DeviceId, split_point
from app.model.validation import Rule
from app.reports.findings import (
    FindingRow,
    Findings,
    Index,
    findings_sheet,
    found_in,
    rule_words,
)
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.charts.period import Period, Span, recalled
from widgets.charts.periodbar import PeriodBar
from widgets.controls.card import GAP, MARGIN, Elided, Search
from widgets.controls.flowline import FlowLine
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, literal
from widgets.controls.still import still
from widgets.desk import Memory
from widgets.findings.card import FindingsCard
from widgets.findings.rows import indexes_of
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.tableexport import TableExport

_RULES = tuple(Rule)
_MOST_FAULTS = 3  # indexes that cannot be checked, told one by one


class FindingsPage(Page):
    """A row a finding; Enter goes to the readings of the meter at that moment."""

    def __init__(self, context: PageContext, device: DeviceId | None = None) -> None:
        super().__init__(context)
        self.device = device  # None: the whole plant
        self._indexes: list[Index] = []
        self._cancel: Callable[[], None] = lambda: None
        self._asked = 0
        self._build()
        context.directory.listed.connect(self._hear)
        context.directory.described.connect(self._hear)
        self.refresh()

    def heading(self) -> str:
        return _("Findings")

    def crumbs(self) -> tuple[str, ...]:
        return _("Analysis"), _("Findings")

    def reveal(self, show: Show) -> None:
        if show.device is not None and show.device != self.device:
            self.device = show.device
            self.refresh()
        (self.card.table if self.card.rows else self.search).setFocus()

    def refresh(self) -> None:
        """Check anew."""
        self._cancel()
        self._asked += 1
        question, context = self._asked, self.context
        self.period.show_period()
        self.whole.setVisible(self.device is not None)
        if self.device is not None:
            name = context.directory.name(self.device)
            words = _("{meter}: show all meters").format(meter=name)
            self.whole.setText(literal(words))
            self.whole.setAccessibleName(words)
        indexes = self._indexes = self._wanted()
        if not indexes:
            if context.directory.is_listed:
                self._take(Findings())
            return

        def done(found: Findings) -> None:
            if question == self._asked:
                self._take(found)

        asked = found_in(context.asked, context.viewer, indexes, *self._bounds())
        self._cancel = context.asking.ask(
            asked,
            owner=self,
            done=done,
            failed=self._fail,
            for_owner_alone=True,
        )
        self.card.wait()
        self.busy.begin(_("Checking indexes …"), self._call_off)
        self.become_ready()  # thousands of meters take seconds: nobody waits for them to leave

    def memory(self) -> Memory:
        rule = self.rule
        return {
            "period": self.period.period.memory(),
            "rule": None if rule is None else rule.value,
            "device": self.device,
        }

    def recall(self, memory: Memory) -> None:
        rule, device = memory.get("rule"), memory.get("device")
        for at, each in enumerate(_RULES, 1):
            if each.value == rule:
                self.rules.setCurrentIndex(at)
        if isinstance(device, str) and device:
            self.device = DeviceId(device)
        self.period.choose(recalled(memory.get("period")))

    def way_to_now(self) -> Callable[[], None] | None:
        now = self.context.now()
        return None if self.period.period.holds_the_present(now) else self.period.go_to_now

    @property
    def rule(self) -> Rule | None:
        """The rule whose findings alone are shown; None for all."""
        at = self.rules.currentIndex()
        return _RULES[at - 1] if at > 0 else None

    def show_all(self) -> None:
        """Check the whole plant again."""
        self.device = None
        self.refresh()

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.period = PeriodBar(context.now, context.zone)
        self.period.choose(Period(Span.WEEK))
        self.rules = still(QComboBox())
        self.rules.setAccessibleName(_("Finding"))
        self.rules.addItems([_("All findings"), *map(rule_words, _RULES)])
        self.search = Search(_("Find a device"), look)
        self.whole = button(_("All meters"), self.show_all, look=look, drawing="close")
        self.busy, self.notice = Busy(), Notice(look)
        self.export = button(
            _("Export…"), lambda: self.files.ask(self.export), look=look, drawing="export"
        )
        self.export.setEnabled(False)  # until something was checked
        self.files = TableExport(
            context, self, _("Findings"), _("Export findings"), self._sheet
        )
        line = FlowLine()
        line.addWidget(Elided(self.heading(), "title"))
        for each in (self.period, self.rules, self.search, self.whole):
            line.addWidget(each)
        line.push_right()
        for tool in (self.busy, self.export):
            line.addWidget(tool)
        self.card = FindingsCard(look, context.zone)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(line)
        column.addWidget(self.notice)
        column.addWidget(self.card, 1)
        column.addWidget(self.card.reaches)
        self.period.chosen.connect(lambda _period: self.refresh())
        self.rules.currentIndexChanged.connect(lambda _at: self.card.keep(self.rule))
        self.search.textChanged.connect(self.card.seek)
        self.card.opened.connect(self._open)
        self.card.narrowed.connect(lambda: self.export.setEnabled(self.card.stands))

    def _bounds(self) -> tuple[datetime, datetime]:
        start, end = self.period.period.bounds(self.context.now(), self.context.zone)
        return start, max(start, min(end, self.context.now()))

    def _wanted(self) -> list[Index]:
        return indexes_of(self.context.directory.alike(paths=False), self.device)

    def _hear(self) -> None:
        """Check again when other indexes came to be known; how devices stand says nothing."""
        if not self.is_ready or self._wanted() != self._indexes:
            self.refresh()

    def _take(self, found: Findings) -> None:
        self.busy.end()
        if found.faults:
            some = "; ".join(found.faults[:_MOST_FAULTS])
            more = len(found.faults) - _MOST_FAULTS
            self.notice.tell(some + (f" … (+{more})" if more > 0 else ""))
        else:
            self.notice.hide()
        self.card.show_found(found, any_index=bool(self._indexes))
        self.become_ready()

    def _open(self, row: FindingRow) -> None:
        """Go to the readings of the meter, at the moment of the finding."""
        device, point = split_point(row.index.point)[0], row.index.point
        self.context.show(Show("device", device, point, row.finding.start, "readings"))

    def _sheet(self, words: Words) -> PlainTable:
        zone = str(getattr(self.context.zone, "key", "") or "UTC")
        made = self.context.now(), self.context.viewer.name
        return findings_sheet(self.card.rows, made, zone, words)

    def _call_off(self) -> None:
        self._cancel()
        self.card.wait(_("The check was called off."))

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.card.wait(_("The indexes could not be checked."))
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _build(context: PageContext, show: Show) -> Page:
    return FindingsPage(context, show.device)


PAGE = PageType(
    "findings",
    lambda: _("Findings"),
    "warning",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    32,
    _build,
)
