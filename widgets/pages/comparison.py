"""Two periods: up to a hundred values of any devices beside themselves in another time."""

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QVBoxLayout

from app.errors import PlantError
from app.model.comparison import Compared
from app.model.reading import PointId, split_point
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.charts.penpicker import PenPicker, subject_of
from widgets.consumption.bars import ConsumptionBars
from widgets.consumption.besidechoice import BesideChoice
from widgets.consumption.stretch import STEPS, Stretch, recalled
from widgets.consumption.stretchbar import StretchBar
from widgets.consumption.table import Sight
from widgets.controls.card import GAP, MARGIN, Bar, Card, Elided, EmptyState
from widgets.controls.flowline import FlowLine
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.controls.table import Table
from widgets.desk import Json, Memory
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.periods.rows import Row, columns, rows_of, sheet
from widgets.tableexport import TableExport

MOST = 100  # values at a time, as the core allows: two of each of fifty devices


class ComparisonPage(Page):
    """A row a value with both figures, their sums below; the parts of one as bars above."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.points: list[PointId] = []
        self._known: list[PointId] = []  # of them, those whose device is known
        self._asked = 0
        self._cancel: Callable[[], None] = lambda: None
        self.table: Table[Row] | None = None
        self._build()
        context.directory.described.connect(self._hear)
        context.directory.listed.connect(self._hear)
        self.refresh()

    def heading(self) -> str:
        return _("Two periods")

    def crumbs(self) -> tuple[str, ...]:
        return _("Analysis"), _("Two periods")

    def reveal(self, show: Show) -> None:
        if show.point is not None:
            self.add([show.point])
        (self.table or self.more).setFocus()

    def add(self, points: Sequence[PointId]) -> None:
        """Compare more values, up to a hundred."""
        new = [each for each in dict.fromkeys(points) if each not in self.points]
        room = MOST - len(self.points)
        if len(new) > room:
            words = _("At most {most} values at a time; the others are left out.")
            self.notice.tell(words.format(most=MOST))
        if new[:room]:
            self.points += new[:room]
            self.refresh()

    def remove(self) -> None:
        """Take the values chosen out, all of them while none is."""
        chosen = [] if self.table is None else self.table.chosen()
        gone = {row.point for row in chosen} or set(self.points)
        self.points = [each for each in self.points if each not in gone]
        self.refresh()

    def refresh(self) -> None:
        """Ask for both times anew."""
        self._cancel()
        self._asked += 1
        question, context = self._asked, self.context
        self.bar.show_stretch()
        subjects = [subject_of(context, each) for each in self.points]
        known = [each for each in subjects if each is not None]
        self._known = [each.point for each in known]
        stretch, how = self.bar.stretch, self.beside.how
        other = stretch.beside(how)
        if not known or other is None:
            self._show([], stretch, other or stretch)
            if context.directory.is_listed or not self.points:
                self.become_ready()
            return

        def done(found: Sequence[Compared]) -> None:
            if question == self._asked:
                self.busy.end()
                rows = rows_of(found, known, stretch, how, context.zone)
                self._show(rows, stretch, other)
                self.become_ready()

        self._cancel = context.asking.ask(
            context.asked.history.comparison(
                context.viewer,
                [each.point for each in known],
                stretch.bounds(context.zone),
                other.bounds(context.zone),
                STEPS[stretch.scale],
            ),
            owner=self,
            done=done,
            failed=self._fail,
            for_owner_alone=True,
        )
        self.busy.begin(_("Comparing …"), self._cancel)

    def memory(self) -> Memory:
        points: list[Json] = [*self.points]
        return self.bar.stretch.memory() | {"points": points, "beside": self.beside.how.value}

    def recall(self, memory: Memory) -> None:
        points = memory.get("points")
        if isinstance(points, list):
            named = (each for each in points if isinstance(each, str) and "." in each)
            self.points = [PointId(each) for each in named][:MOST]
        self.bar.choose(recalled(memory, self.bar.today()))
        self.beside.recall(memory.get("beside"))

    def way_to_now(self) -> Callable[[], None] | None:
        return None if self.bar.holds_the_present() else self.bar.go_to_now

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.bar = StretchBar(context.now, context.zone)
        self.beside = BesideChoice(self.bar.stretch.scale, nothing=False)
        self.more = button(_("Add values…"), self.ask_more, look=look, drawing="add")
        self.less = button(_("Remove"), self.remove, look=look, drawing="close")
        self.export = button(
            _("Export…"), lambda: self.files.ask(self.export), look=look, drawing="export"
        )
        self.files = TableExport(
            context, self, _("Two periods"), _("Export two periods"), self._sheet
        )
        self.busy, self.notice = Busy(), Notice(look)
        line = FlowLine()
        line.addWidget(Elided(self.heading(), "title"))
        for each in (self.bar, self.beside):
            line.addWidget(each)
        line.push_right()
        for tool in (self.busy, self.more, self.less, self.export):
            line.addWidget(tool)
        self.card = Card()
        self.bars = ConsumptionBars(
            look, _("The parts of the value chosen as bars; files and table tell the sums")
        )
        self.of = Elided("", "strong")
        self.head = Bar("cardhead", 36).add(self.of).stretch()
        self.empty = EmptyState(
            _(
                "Put up to a hundred values, such as two of each of fifty devices, beside "
                "themselves in another time: a month beside the month before, a day beside the "
                "same weekday."
            ),
            action=_("Choose values…"),
            pressed=self.ask_more,
        )
        for part in (self.head, self.bars):
            self.card.body.addWidget(part)
        self.card.body.addWidget(self.empty, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(line)
        column.addWidget(self.notice)
        column.addWidget(self.card, 1)
        self.bar.chosen.connect(self._moved)
        self.beside.chosen.connect(self.refresh)

    def ask_more(self) -> None:
        """Let values be chosen, device by device."""
        device = split_point(self.points[-1])[0] if self.points else None
        picker = PenPicker(self.context, device, self)
        picker.setWindowTitle(_("More values"))
        picker.leave_room(MOST, self.points)
        if picker.exec():
            self.add([each.point for each in picker.picked()])
        picker.deleteLater()

    def _moved(self, _stretch: Stretch) -> None:
        self.beside.offer(self.bar.stretch.scale)
        self.refresh()

    def _hear(self) -> None:
        """Ask again when points named came to be known."""
        known = [each for each in self.points if self.context.directory.spec(each)]
        if known != self._known or not self.is_ready:
            self.refresh()

    def _show(self, rows: Sequence[Row], of: Stretch, other: Stretch) -> None:
        kept = None if self.table is None else self.table.current()
        if self.table is not None:
            self.card.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        for each in (self.export, self.less):
            each.setEnabled(bool(rows))
        self.empty.setVisible(not rows)
        for part in (self.head, self.bars):
            part.setVisible(bool(rows))
        self._times = of, other
        if not rows:
            return
        model: RowsModel[Row] = RowsModel(columns(of, other, self.context.zone), _key)
        self.table = table = Table(model, self.context.look, _("Two periods"))
        model.setParent(table)
        table.setSortingEnabled(False)
        model.replace(rows)
        self.card.body.addWidget(table, 1)
        chosen = table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(lambda at, _old: self._draw(rows[at.row()]))
        table.opened.connect(self._open)
        wanted = rows[0].key if kept is None else kept.key
        if not table.go_to(lambda row: row.key == wanted):
            table.go_to(lambda _row: True)

    def _draw(self, row: Row) -> None:
        """Show the parts of a value; a sum has none of its own."""
        if row.parts is None:
            self.bars.show_bars([], "")
            self.of.setText(row.name)
            return
        sight = Sight(row.parts, (), self.context.now(), self.context.zone)
        self.bars.show_bars(sight.bars(), row.parts.unit)
        self.of.setText(row.name)

    def _open(self, row: Row) -> None:
        if row.point is not None:
            device = split_point(row.point)[0]
            self.context.show(Show("device", device, row.point, part="readings"))

    def _sheet(self, words: Words) -> PlainTable:
        rows = [] if self.table is None else self.table.rows_model.rows
        made = self.context.now(), self.context.viewer.name
        return sheet(rows, self._times, made, self.context.zone, words)

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()


def _key(row: Row) -> str:
    return row.key


def _build(context: PageContext, _show: Show) -> Page:
    return ComparisonPage(context)


PAGE = PageType(
    "comparison",
    lambda: _("Two periods"),
    "columns",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    20,
    _build,
)
