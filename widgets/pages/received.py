"""Readings received: which readings came of those that were due, by device and by day."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from app.asked import DeviceView
from app.errors import PlantError
from app.model.performance import Performance
from app.model.reading import PointId
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _, ngettext
from widgets.charts.period import Period, Span, recalled
from widgets.charts.periodbar import PeriodBar
from widgets.controls.card import GAP, MARGIN, Elided, Search, Segments
from widgets.controls.flowline import FlowLine
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.controls.quality import figures
from widgets.controls.still import still
from widgets.controls.table import Table
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.received.days import DayRow, DaysCard, day_row, days_between
from widgets.received.rows import Row, points_of
from widgets.received.tables import ReceivedCard
from widgets.tableexport import TableExport

_INTERVALS_S = (900, 3600, 86_400)
_MOST_BY_DAY = 200  # devices of whom days are told together when none is chosen
_SIDE_PX = 350


class ReceivedPage(Page):
    """All devices left, the days of those chosen right."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.rows: list[Row] = []
        self._points: list[tuple[DeviceView, PointId]] = []
        self._cancel: Callable[[], None] = lambda: None
        self._cancel_days: Callable[[], None] = lambda: None
        self._asked = 0
        self._build()
        context.directory.listed.connect(self._hear)
        context.directory.described.connect(self._hear)
        self.refresh()

    @property
    def table(self) -> Table[Row] | None:
        """The rows of devices, while they are shown."""
        return self.card.table

    def heading(self) -> str:
        return _("Readings received")

    def crumbs(self) -> tuple[str, ...]:
        return _("Analysis"), _("Readings received")

    def reveal(self, show: Show) -> None:
        self.card.focus()

    def refresh(self) -> None:
        """Count anew what came."""
        self._cancel()
        self._cancel_days()
        self._asked += 1
        question, context = self._asked, self.context
        self.period.show_period()
        points = self._points = points_of(context.directory.alike(paths=False))
        start, end = self._bounds()

        def done(found: Sequence[Performance]) -> None:
            if question == self._asked:
                self._take(
                    [Row(view, told) for (view, _p), told in zip(points, found, strict=True)]
                )

        if not points:
            if context.directory.is_listed:
                self._take([])
            return
        self._cancel = context.asking.ask(
            context.asked.history.performance(
                context.viewer, [point for _view, point in points], start, end, self.interval_s
            ),
            owner=self,
            done=done,
            failed=self._fail,
            for_owner_alone=True,
        )
        self.busy.begin(_("Counting readings …"), self._cancel)

    @property
    def interval_s(self) -> int:
        """How often a reading is due, in seconds."""
        return _INTERVALS_S[max(self.interval.currentIndex(), 0)]

    def memory(self) -> Memory:
        return {
            "period": self.period.period.memory(),
            "interval": self.interval_s,
            "lacking": self.card.lacking_only,
            "areas": self.card.by_area,
        }

    def recall(self, memory: Memory) -> None:
        if memory.get("interval") in _INTERVALS_S:
            self.interval.setCurrentIndex(_INTERVALS_S.index(memory["interval"]))
        if memory.get("lacking") is True:
            self.filter.choose(1)
        if memory.get("areas") is True:
            self.grouping.choose(1)
        self.period.choose(recalled(memory.get("period")))

    def way_to_now(self) -> Callable[[], None] | None:
        now = self.context.now()
        return None if self.period.period.holds_the_present(now) else self.period.go_to_now

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.period = PeriodBar(context.now, context.zone)
        self.period.choose(Period(Span.WEEK))
        self.interval = still(QComboBox())
        self.interval.setAccessibleName(_("Due"))
        self.interval.addItems(
            [_("One every 15 minutes"), _("One every hour"), _("One every day")]
        )
        self.filter = Segments([_("All"), _("Something lacks")], _("Readings received"))
        self.grouping = Segments([_("Devices"), _("Areas")], _("Group"))
        self.search = Search(_("Find a device"), look)
        self.busy, self.notice = Busy(), Notice(look)
        self.export = button(_("Export…"), lambda: self.files.ask(self.export), look=look,
                             drawing="export")  # fmt: skip
        self.files = TableExport(
            context, self, _("Readings received"), _("Export readings received"), self._sheet
        )
        line = FlowLine()
        line.addWidget(Elided(self.heading(), "title"))
        for each in (self.period, self.interval, self.grouping, self.filter, self.search):
            line.addWidget(each)
        line.push_right()
        for tool in (self.busy, self.export):
            line.addWidget(tool)
        self.card = ReceivedCard(look, context.zone)
        self.days = DaysCard(look, context.zone)
        self.days.setFixedWidth(_SIDE_PX)
        both = QHBoxLayout()
        both.setSpacing(GAP)
        both.addWidget(self.card, 1)
        both.addWidget(self.days)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(line)
        column.addWidget(self.notice)
        column.addLayout(both, 1)
        self.period.chosen.connect(lambda _period: self.refresh())
        self.interval.currentIndexChanged.connect(lambda _at: self.refresh())
        self.filter.chosen.connect(lambda at: self.card.keep_lacking(at == 1))
        self.grouping.chosen.connect(self._group)
        self.search.textChanged.connect(self.card.seek)
        self.card.opened.connect(self._open)
        self.card.area_opened.connect(self._open_area)
        self.card.rechosen.connect(self._ask_days)

    def _bounds(self) -> tuple[datetime, datetime]:
        start, end = self.period.period.bounds(self.context.now(), self.context.zone)
        return start, max(start, min(end, self.context.now()))

    def _hear(self) -> None:
        """Count again when other devices, or the points of some, came to be known.

        How devices stand is told anew all the time, and changes nothing here.
        """
        points = [
            point for _view, point in points_of(self.context.directory.alike(paths=False))
        ]
        waits = not self.is_ready and not points  # for the list of devices
        if waits or points != [point for _view, point in self._points]:
            self.refresh()

    def _take(self, rows: list[Row]) -> None:
        self.busy.end()
        self.notice.hide()
        self.rows = rows
        self.card.show_rows(rows)
        self.export.setEnabled(bool(rows))
        self.become_ready()
        self._ask_days()

    def _group(self, at: int) -> None:
        self.card.group(at == 1)

    def _open_area(self, area: str) -> None:
        """Go to the devices of an area."""
        self.grouping.choose(0)
        self.search.setText(area)

    def _open(self, row: Row) -> None:
        """Go to the readings of a device, where the gaps are."""
        device = row.view.config.id
        self.context.show(Show("device", device, row.told.point, part="readings"))

    def _ask_days(self) -> None:
        """Count the days of the devices chosen, of all while none is."""
        self._cancel_days()
        chosen, name = self.card.chosen()
        rows = chosen or self.rows
        if not rows or len(rows) > _MOST_BY_DAY:
            self.days.show_days([], _("Choose devices to see their days.") if rows else "")
            return
        context, points = self.context, [row.told.point for row in rows]
        days, interval = days_between(*self._bounds(), context.zone), self.interval_s

        async def work() -> list[DayRow]:
            asked, viewer = context.asked.history, context.viewer
            return [
                day_row(
                    day, start, await asked.performance(viewer, points, start, end, interval)
                )
                for day, start, end in days
            ]

        told = ngettext("{count} device", "{count} devices", len(rows))
        told = told.format(count=figures(len(rows), 0))
        if len(rows) == 1 or name:
            told = name or rows[0].view.config.name
        self._cancel_days = context.asking.ask(
            work(),
            owner=self,
            done=lambda found: self.days.show_days(found, told),
            failed=self._fail,
            for_owner_alone=True,
        )

    def _sheet(self, words: Words) -> PlainTable:
        made = self.context.now(), self.context.viewer.name
        return self.card.sheet(made, words)

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.card.give_up()
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return ReceivedPage(context)


PAGE = PageType(
    "received",
    lambda: _("Readings received"),
    "meter",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    30,
    _build,
)
