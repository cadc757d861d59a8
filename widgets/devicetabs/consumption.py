"""What a meter counted: by hours, days, months or years, beside the time before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QVBoxLayout

from app.errors import PlantError
from app.model.consumption import Consumption
from app.model.counter import INDEX_ROLES, Stated
from app.model.device import DeviceConfig
from app.model.exchange import plan_of
from app.model.point import PointSpec
from app.model.reading import split_point
from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.verbs import Capability
from app.words import _
from widgets.charts.timescale import local
from widgets.consumption.bars import ConsumptionBars
from widgets.consumption.besidechoice import BesideChoice
from widgets.consumption.pairs import Consumed, consumed
from widgets.consumption.remarks import unplaced_words
from widgets.consumption.stating import Index, Kind, StatementForm, StatementList
from widgets.consumption.stretch import (
    STEPS,
    Scale,
    Stretch,
    recalled,
    stretch_of,
)
from widgets.consumption.stretchbar import StretchBar
from widgets.consumption.table import Line, Sight, change_words
from widgets.consumption.totalsplace import TotalsPlace
from widgets.controls.card import GAP, MARGIN, Bar, Card, Elided, EmptyState
from widgets.controls.flowline import FlowLine
from widgets.controls.moments import day_text
from widgets.controls.namechoice import NameChoice
from widgets.controls.plain import button, literal, sentence
from widgets.controls.table import Table
from widgets.desk import Memory
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.exchanging.dialog import ExchangeDialog
from widgets.models.rows import RowsModel
from widgets.pagetype import Show
from widgets.tableexport import TableExport

_QUARTER = timedelta(minutes=15)
_STORED_BY = timedelta(seconds=10)  # after the quarter of an hour, at the latest
_FILE = "datalogger"  # the name that such files always had
_MOST_GAPS_TOLD = 3


@dataclass(frozen=True, slots=True)
class _Answer:
    counted: Consumption
    before: Consumption | None
    stated: Sequence[Stated]


class ConsumptionTab(Tab):
    """Bars above, the same as a table below; Enter on a row goes into its days or hours."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.specs = [spec for spec in subject.detail.points if spec.role in INDEX_ROLES]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        self._column.setSpacing(GAP - 4)
        if not self.specs:
            self._column.addWidget(
                EmptyState(
                    _(
                        "This device has no counting index. What heat, electricity or water "
                        "was used is told by its meters, each with a page of its own."
                    )
                )
            )
            self.become_ready()
            return
        self.sight: Sight | None = None
        self.acts = Stating(self)
        self._cancel: Callable[[], None] = lambda: None
        self._asked, self._loaded = 0, 0
        self._build()
        self.reload()

    def reload(self) -> None:
        """Ask for the time chosen and what stands beside it."""
        self._cancel()
        self._asked += 1
        question, context = self._asked, self.context
        self._loaded = _quarter(context.now())
        stretch, how = self.bar.stretch, self.beside.how
        self.bar.show_stretch()
        asked, viewer = context.asked, context.viewer
        point, zone = self.subject.point(self.spec()), context.zone
        step, other = STEPS[stretch.scale], stretch.beside(how)
        self.place.tell(point)

        async def counted(times: Stretch) -> Consumption:
            of = times.bounds(zone)
            (told,) = await asked.history.consumption(viewer, [point], of.start, of.end, step)
            return told

        async def work() -> _Answer:
            own = await counted(stretch)
            before = None if other is None else await counted(other)
            return _Answer(own, before, await asked.meters.statements(viewer, [point]))

        def done(found: _Answer) -> None:
            if question == self._asked:
                told = consumed(stretch, how, found.counted, found.before, zone)
                self._show(Sight(told, found.stated, context.now(), zone))

        def failed(error: PlantError) -> None:
            if question == self._asked:
                self._show(None)
                self.says.setText(str(error))
                self.become_ready()

        self._cancel = context.asking.ask(
            work(),
            owner=self,
            done=done,
            failed=failed,
            for_owner_alone=True,
        )

    def reveal(self, show: Show) -> None:
        if not self.specs:
            return
        if show.point is not None:
            device, key = split_point(show.point)
            keys = [spec.key for spec in self.specs]
            if device == self.subject.device and key in keys:
                self.index.setCurrentIndex(keys.index(key))
        if show.around is not None:
            day = local(show.around.timestamp(), self.context.zone).date()
            self.bar.choose(stretch_of(Scale.DAY, day))

    def way_to_now(self) -> Callable[[], None] | None:
        if not self.specs or self.bar.holds_the_present():
            return None
        return self.bar.go_to_now

    def refresh(self) -> None:
        if self.specs:
            self.reload()

    def memory(self) -> Memory:
        if not self.specs:
            return {}
        kept = self.bar.stretch.memory()
        return kept | {"index": self.spec().key, "beside": self.beside.how.value}

    def recall(self, memory: Memory) -> None:
        if not self.specs:
            return
        keys = [spec.key for spec in self.specs]
        if memory.get("index") in keys:
            self.index.setCurrentIndex(keys.index(str(memory["index"])))
        self.bar.choose(recalled(memory, self.bar.today()))
        self.beside.recall(memory.get("beside"))

    def _build(self) -> None:
        context, look = self.context, self.context.look
        self.bar = StretchBar(context.now, context.zone)
        self.index, self.beside = NameChoice(), BesideChoice(self.bar.stretch.scale)
        self.index.setAccessibleName(_("Index"))
        self.index.addItems([spec.name for spec in self.specs])
        self.statements = button(
            _("What was stated…"), self.acts.list_all, look=look, drawing="history"
        )
        self.state = button(_("State…"), self.acts.open_form, look=look, drawing="edit")
        self.exchange = button("", self.acts.guide, look=look, drawing="meter")
        self._name_exchange()
        self.export = button(
            _("Export…"), lambda: self.files.ask(self.export), look=look, drawing="export"
        )
        self.files = TableExport(context, self, _FILE, _("Export the consumption"), self._sheet)
        row = FlowLine()
        for each in (self.bar, self.index, self.beside):
            row.addWidget(each)
        row.push_right()
        for tool in (self.exchange, self.statements, self.state, self.export):
            row.addWidget(tool)
        self.card = Card()
        self.bars = ConsumptionBars(
            look, _("Consumption as bars; the table below tells the same")
        )
        self.table: Table[Line] | None = None
        self.gaps = sentence("", "")
        self.spread = button(_("Spread…"), lambda: self.acts.open_form(Kind.SPREAD))
        self.lost = Bar("cardhead", 44).add(self.gaps).stretch().add(self.spread)
        self.says = Elided("", "strong")
        self.like = Elided("", "quiet")
        self.place = TotalsPlace(context)
        foot = Bar("cardfoot", 40).add(self.says, self.like).stretch().add(self.place)
        for part in (self.lost, self.bars, foot):
            self.card.body.addWidget(part)
        self.lost.hide()
        self._column.addLayout(row)
        self.index.setVisible(len(self.specs) > 1)  # once it is in the page: no window
        self._column.addWidget(self.card, 1)
        self.bar.chosen.connect(self._moved)
        self.index.currentIndexChanged.connect(lambda _at: self.reload())
        self.beside.chosen.connect(self.reload)
        self.bars.picked.connect(self._pick)
        self.bars.opened.connect(self._open_bar)
        context.feed.aged.connect(self._tick)
        context.directory.changed.connect(self._name_exchange)

    def config(self) -> DeviceConfig:
        """Return the meter as it is configured now."""
        view = self.context.directory.view(self.subject.device) or self.subject.detail.view
        return view.config

    def _name_exchange(self) -> None:
        """Say on the button for which day an exchange is planned."""
        plan = plan_of(self.config())
        words = _("Exchange the meter…")
        if plan is not None:
            day = day_text(plan.at, self.context.zone)
            words = _("Exchange planned: {day}…").format(day=day)
        self.exchange.setText(literal(words))
        self.exchange.setAccessibleName(words)

    def _moved(self, _stretch: Stretch) -> None:
        self.beside.offer(self.bar.stretch.scale)
        self.reload()
        self.renamed.emit()

    def spec(self) -> PointSpec:
        """Return the index that is shown."""
        return self.specs[max(self.index.currentIndex(), 0)]

    def _show(self, sight: Sight | None) -> None:
        self.sight = sight
        if self.table is not None:
            self.card.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        may = sight is not None and self.context.viewer.may(Capability.EDIT_DEVICES)
        for each in (self.exchange, self.state, self.spread):
            each.setEnabled(may)
        for each in (self.export, self.statements):
            each.setEnabled(sight is not None)
        self.bars.show_bars(
            [] if sight is None else sight.bars(), "" if sight is None else sight.told.unit
        )
        self.lost.setVisible(sight is not None and bool(sight.told.unplaced))
        if sight is None:
            self.like.setText("")
            return
        model: RowsModel[Line] = RowsModel(sight.columns(), lambda row: row.nth)
        self.table = table = Table(model, self.context.look, _("Consumption"))
        model.setParent(table)
        table.setSortingEnabled(False)
        model.replace(sight.lines())
        table.opened.connect(self._open)
        chosen = table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(lambda at, _old: self.bars.choose(at.row()))
        self.card.body.insertWidget(self.card.body.count() - 1, table, 1)
        self._tell(sight)
        self.become_ready()

    def _tell(self, sight: Sight) -> None:
        """Say the sums, and what has no place in them."""
        told = sight.told
        self.says.setText(total_words(told))
        self.like.setText(like_words(told))
        words = [
            unplaced_words(each, told.now, sight.zone)
            for each in told.unplaced[:_MOST_GAPS_TOLD]
        ]
        more = len(told.unplaced) - len(words)
        self.gaps.setText("; ".join(words) + (f" … (+{more})" if more > 0 else ""))
        self.gaps.setVisible(bool(words))

    def _pick(self, place: int) -> None:
        if self.table is not None:
            self.table.go_to(lambda row: row.nth == place)

    def _open_bar(self, place: int) -> None:
        if self.sight is not None and place < len(self.sight.told.pairs):
            self._open(self.sight.lines()[place])

    def _open(self, line: Line) -> None:
        """Go into the parts of a part."""
        day = line.part.start.astimezone(self.context.zone).date()
        finer = self.bar.stretch.finer(day)
        if finer is not None and line.pair.now is not None:
            self.bar.choose(finer)

    def _sheet(self, words: Words) -> PlainTable:
        assert self.sight is not None  # noqa: S101 - the button is off without
        name = f"{self.subject.detail.view.config.name}: {self.spec().name}"
        return self.sight.sheet(_FILE, name, self.context.viewer.name, words)

    def _tick(self) -> None:
        now = self.context.now()
        if self.isVisible() and self.bar.holds_the_present() and _quarter(now) != self._loaded:
            self.reload()


class Stating(QObject):
    """What the tab's buttons do about statements (GUI thread)."""

    def __init__(self, tab: ConsumptionTab) -> None:
        super().__init__(tab)
        self._tab = tab

    def open_form(self, kind: Kind = Kind.EXCHANGE) -> StatementForm:
        """Let something be stated; the gaps, or the row chosen, are proposed."""
        tab = self._tab
        form = StatementForm(
            tab.context,
            self._index(),
            len(self._stated()),
            self._proposed(kind),
            tab.reload,
            tab,
        )
        form.choose(kind)
        form.finished.connect(form.deleteLater)
        form.open()
        return form

    def guide(self) -> ExchangeDialog:
        """Guide through an exchange of the meter: of all its indexes, with a photo."""
        tab = self._tab
        dialog = ExchangeDialog(tab.context, tab.config(), tab.specs, tab)
        dialog.changed.connect(tab.reload)
        dialog.changed.connect(tab.context.directory.refresh)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def list_all(self) -> StatementList:
        """Show what was stated."""
        tab = self._tab
        shown = StatementList(tab.context, self._index(), self._stated(), tab.reload, tab)
        shown.open()
        return shown

    def _index(self) -> Index:
        spec = self._tab.spec()
        return Index(self._tab.subject.point(spec), spec.name, spec.unit)

    def _stated(self) -> Sequence[Stated]:
        return () if self._tab.sight is None else self._tab.sight.stated

    def _proposed(self, kind: Kind) -> tuple[datetime, datetime]:
        sight, table = self._tab.sight, self._tab.table
        gaps = () if sight is None else sight.told.unplaced
        if kind is Kind.SPREAD and gaps:
            return gaps[0].start, gaps[-1].end
        row = None if table is None else table.current()
        if row is not None:
            return row.part.start, row.part.end
        now = self._tab.context.now()
        return now, now


def total_words(told: Consumed) -> str:
    """Return the sums of both times and the change between them."""
    words = _("Together {amount} {unit}").format(
        amount=told.now.words(told.total()), unit=told.unit
    )
    if told.other is None:
        return words
    return f"{words}, " + _("beside it {amount} {unit}").format(
        amount=told.before.words(told.total_before()), unit=told.before.unit
    )


def like_words(told: Consumed) -> str:
    """Return the change between what is known of both: the same hours of both days."""
    change = told.change_of(told.total(like=True), told.total_before(like=True))
    if told.other is None or change is None:
        return ""
    amount, percent = change_words(change, told)
    return _("Of the parts known in both: {amount} {unit} ({percent} %)").format(
        amount=amount, unit=told.unit, percent=percent
    )


def _quarter(moment: datetime) -> int:
    """Return the number of the quarter of an hour, leaving time to store it."""
    return int((moment - _STORED_BY - datetime(1970, 1, 1, tzinfo=UTC)) / _QUARTER)


TAB = TabType(
    "consumption", lambda: _("Consumption"), 22, Capability.SEE_HISTORY, ConsumptionTab
)
