"""Energy analysis: houses ranked by what they use per square metre and degree day."""

from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial

from PyQt6.QtWidgets import QVBoxLayout

from app.errors import PlantError
from app.model.device import Option
from app.model.normalised import FLOOR_AREA
from app.model.reading import PointId, split_point
from app.reports.energy import MOST_DEVICES, MOST_VALUES, Analysis, Question, analysed
from app.reports.energytable import Ranked, energy_sheet
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.charts.penpicker import PenPicker
from widgets.consumption.stretch import recalled
from widgets.consumption.stretchbar import StretchBar
from widgets.controls.card import GAP, MARGIN, Elided
from widgets.controls.flowline import FlowLine
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.desk import Json, Memory
from widgets.energy.card import EnergyCard
from widgets.energy.degreechoice import DegreeChoice
from widgets.energy.floorarea import FloorAreaDialog
from widgets.energy.rows import index_name, is_index, outdoor_points, time_of, with_an_area
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.tableexport import TableExport

MOST = MOST_DEVICES * MOST_VALUES
_NOTHING = Analysis((), None, ())


class EnergyPage(Page):
    """A row an index; the one that uses most stands first, what cannot be compared last."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.points: list[PointId] | None = None  # None: those whose floor area is known
        self._shown: dict[PointId, Option] = {}  # what was asked about, with its floor area
        self._asked = 0
        self._cancel: Callable[[], None] = lambda: None
        self._name = partial(index_name, context.directory)
        self._build()
        context.directory.listed.connect(self._hear)
        context.directory.described.connect(self._hear)
        self.refresh()

    def heading(self) -> str:
        return _("Energy analysis")

    def crumbs(self) -> tuple[str, ...]:
        return _("Analysis"), _("Energy analysis")

    def reveal(self, show: Show) -> None:
        (self.card.table or self.more).setFocus()

    def refresh(self) -> None:
        """Ask anew."""
        self._cancel()
        self._asked += 1
        question, context, directory = self._asked, self.context, self.context.directory
        self.bar.show_stretch()
        self.degrees.offer(outdoor_points(directory.alike(paths=False)))
        if not directory.is_listed:  # which houses there are, nobody said yet
            self._show(_NOTHING)
            self.card.empty.hide()
            if directory.failure:
                self.notice.tell(directory.failure, retry=directory.refresh)
            return
        points, zone = self._wanted(), context.zone or UTC
        self._shown = self._areas(points)
        time = time_of(self.bar.stretch, self.bar.today(), zone)
        if not points or time is None:
            self._show(_NOTHING)
            if points:
                self.notice.tell(_("No day of this time is over yet."))
            self.become_ready()
            return
        wish = Question(points, *time, self.degrees.known, self.degrees.rule)

        def done(found: Analysis) -> None:
            if question == self._asked:
                self.busy.end()
                self._show(found)
                self.become_ready()

        asked = analysed(context.asked, context.viewer, wish, directory.views, zone)
        self._cancel = context.asking.ask(
            asked,
            owner=self,
            done=done,
            failed=self._fail,
            for_owner_alone=True,
        )
        self.busy.begin(_("Adding up …"), self._cancel)

    def memory(self) -> Memory:
        points: list[Json] | None = None if self.points is None else [*self.points]
        return self.bar.stretch.memory() | self.degrees.memory() | {"points": points}

    def recall(self, memory: Memory) -> None:
        points = memory.get("points")
        if isinstance(points, list):
            named = (each for each in points if isinstance(each, str) and "." in each)
            self.points = [PointId(each) for each in named][:MOST]
        self.degrees.recall(memory)
        self.bar.choose(recalled(memory, self.bar.today()))

    def way_to_now(self) -> Callable[[], None] | None:
        return None if self.bar.holds_the_present() else self.bar.go_to_now

    def ask_more(self) -> None:
        """Let indexes be chosen, device by device; what is no index is left out, and said."""
        points = self._wanted()
        device = split_point(points[-1])[0] if points else None
        picker = PenPicker(self.context, device, self)
        picker.setWindowTitle(_("More values"))
        picker.leave_room(MOST, points)
        if picker.exec():
            self.add([each.point for each in picker.picked()])
        picker.deleteLater()

    def add(self, points: Sequence[PointId]) -> None:
        """Compare more indexes."""
        spec = self.context.directory.spec
        good = [each for each in points if is_index(spec(each))]
        self.points = list(dict.fromkeys([*self._wanted(), *good]))[:MOST]
        self.refresh()
        if len(good) < len(points):
            self.notice.tell(_("Only an index of energy or volume can be compared."))

    def remove(self) -> None:
        """Take the rows chosen out, all of them while none is."""
        gone = self.card.chosen() or set(self._wanted())
        self.points = [each for each in self._wanted() if each not in gone]
        self.refresh()

    def ask_area(self) -> None:
        """Let the floor area of the row in focus be said."""
        row = self.card.current()
        device = None if row is None else split_point(row.line.point)[0]
        view = None if device is None else self.context.directory.view(device)
        if view is not None:
            first = self.bar.stretch.first
            dialog = FloorAreaDialog(self.context, view.config, first, self)
            dialog.kept.connect(self.context.directory.refresh)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.bar = StretchBar(context.now, context.zone)
        self.degrees = DegreeChoice()
        self.more = button(_("Add values…"), self.ask_more, look=look, drawing="add")
        self.less = button(_("Remove"), self.remove, look=look, drawing="close")
        self.area = button(_("Floor area…"), self.ask_area, look=look, drawing="edit")
        self.export = button(
            _("Export…"), lambda: self.files.ask(self.export), look=look, drawing="export"
        )
        self.files = TableExport(
            context, self, _("Energy analysis"), _("Export the energy analysis"), self._sheet
        )
        self.busy, self.notice = Busy(), Notice(look)
        self.card = EnergyCard(look, self.ask_more, self._name)
        line = FlowLine()
        line.addWidget(Elided(self.heading(), "title"))
        for each in (self.bar, self.degrees):
            line.addWidget(each)
        line.push_right()
        for tool in (self.busy, self.more, self.less, self.area, self.export):
            line.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(line)
        column.addWidget(self.notice)
        column.addWidget(self.card, 1)
        self.bar.chosen.connect(lambda _stretch: self.refresh())
        self.degrees.chosen.connect(self.refresh)
        self.card.opened.connect(self._open)

    def _wanted(self) -> list[PointId]:
        """Return the indexes to compare: those chosen, of devices that are known."""
        directory = self.context.directory
        if self.points is None:
            return with_an_area(directory.alike(paths=False))
        return [each for each in self.points if is_index(directory.spec(each))]

    def _hear(self) -> None:
        """Ask again when other devices, floor areas or points came to be known."""
        places = outdoor_points(self.context.directory.alike(paths=False))
        self.degrees.offer(places)
        if not self.is_ready or self._shown != self._areas(self._wanted()):
            self.refresh()

    def _areas(self, points: Sequence[PointId]) -> dict[PointId, Option]:
        """Return what is kept of the floor area of each; how devices stand says nothing."""
        views = {point: self.context.directory.view(split_point(point)[0]) for point in points}
        return {
            point: None if view is None else view.config.options.get(FLOOR_AREA)
            for point, view in views.items()
        }

    def _show(self, found: Analysis) -> None:
        self.card.show_found(found)
        rows = self.card.rows
        for each in (self.less, self.export):
            each.setEnabled(bool(rows))
        self.area.setEnabled(bool(rows) and self.context.viewer.may(Capability.EDIT_DEVICES))
        if found.faults:
            self.notice.tell("; ".join(found.faults))
        else:
            self.notice.hide()

    def _open(self, row: Ranked) -> None:
        point = row.line.point
        device = split_point(point)[0]
        self.context.show(Show("device", device, point, part="consumption"))

    def _sheet(self, words: Words) -> PlainTable:
        zone = str(getattr(self.context.zone, "key", "") or "UTC")
        made = self.context.now(), self.context.viewer.name
        return energy_sheet(self.card.rows, made, zone, words, self._name)

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.notice.tell(str(error), retry=self.refresh)
        if not self.card.rows:
            self.card.empty.hide()  # there may be houses: nobody could say
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return EnergyPage(context)


PAGE = PageType(
    "energy",
    lambda: _("Energy analysis"),
    "state",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    22,
    _build,
)
