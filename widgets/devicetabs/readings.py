"""Quarter hours of the values one chooses, the newest first, the present above them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout

from app.errors import PlantError
from app.model.letterhead import Letterhead
from app.model.point import PointSpec, ValueKind
from app.model.reading import split_point
from app.reports.valuetable import ValueTable, in_words
from app.reports.words import Words
from app.series import Series
from app.verbs import Capability
from app.words import _, language, ngettext, retold
from widgets.charts.period import Period, Span, recalled
from widgets.charts.periodbar import PeriodBar
from widgets.controls.card import GAP, MARGIN, PAD, Card, Elided, EmptyState
from widgets.controls.columnpicker import ColumnPicker
from widgets.controls.filewriter import TABLES, FileWriter, Maker, form_of
from widgets.controls.flowline import FlowLine
from widgets.controls.moments import clock_text
from widgets.controls.plain import button, label
from widgets.controls.presetmenu import PresetMenu
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.desk import Json, Memory
from widgets.devicetabs.overview import key_points
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.devicetabs.values import no_points_words
from widgets.models.rows import RowsModel
from widgets.models.valuerows import Shelf, column_head, shelf_columns, shelf_table
from widgets.pagetype import Show
from widgets.printing import Preview
from widgets.speech import PAPER_KEY, paper_language
from widgets.valuedoor import open_table

QUARTER_S = 900
_NEVER = datetime.min.replace(tzinfo=UTC)
_STORED_BY = timedelta(seconds=10)  # after the quarter, at the latest
_FIRST_COLUMNS = 8
_KINDS = (ValueKind.NUMBER, ValueKind.CHOICE)


class ReadingsTab(Tab):
    """A table of quarter hours; a point asked for becomes its first column."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.specs = [spec for spec in subject.live_points() if spec.kind in _KINDS]
        self._column = QVBoxLayout(self)
        if not self.specs:
            self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
            self._column.addWidget(EmptyState(no_points_words()))
            self.become_ready()
            return
        numbers = [spec for spec in self.specs if spec.kind is ValueKind.NUMBER]
        self.keys = [spec.key for spec in key_points(numbers)[:_FIRST_COLUMNS]]
        self.stored: ValueTable | None = None
        self.files = FileWriter(self.context, self)
        self._cancel: Callable[[], None] = _nothing
        self._asked = 0
        self._loaded = 0  # the last quarter of an hour asked for
        self._bounds = _NEVER, _NEVER  # of what was asked for last
        self._told: object = None  # what the rows on the screen are an answer to
        self._build()
        self.reload()

    def reload(self) -> None:
        """Ask for the quarter hours of the period."""
        self._cancel()
        self._asked += 1
        self._loaded = _quarter(self.context.now())
        self._says.setText(_("Reading stored values…"))
        self.period_bar.show_period()  # "today" is another day after midnight
        points = [self.subject.point(spec) for spec in self._shown()]
        now, period = self.context.now(), self.period_bar.period
        self._bounds = period.bounds(now, self.context.zone)
        wanted = points, period, None if _slides(period, now) else self._bounds
        self._cancel = self.context.asking.ask(
            self.context.asked.history.quarters(self.context.viewer, points, *self._bounds),
            owner=self,
            done=partial(self._take, self._asked, wanted),
            failed=partial(self._fail, self._asked, wanted),
            for_owner_alone=True,
        )

    def reveal(self, show: Show) -> None:
        if show.point is None or not self.specs:
            return
        device, key = split_point(show.point)
        if device == self.subject.device and key in {spec.key for spec in self.specs}:
            self.show_columns([key, *(each for each in self.keys if each != key)])

    def way_to_now(self) -> Callable[[], None] | None:
        now = self.context.now()
        if not self.specs or self.period_bar.period.holds_the_present(now):
            return None
        return self.period_bar.go_to_now

    def refresh(self) -> None:
        if self.specs:
            self.reload()

    def memory(self) -> Memory:
        if not self.specs:
            return {}
        columns: list[Json] = [*self.keys]
        return {"columns": columns, "period": self.period_bar.period.memory()}

    def recall(self, memory: Memory) -> None:
        columns = memory.get("columns")
        if not self.specs:
            return
        self.period_bar.choose(recalled(memory.get("period")))
        if isinstance(columns, list):
            known = {spec.key for spec in self.specs}
            wanted = [key for key in columns if isinstance(key, str) and key in known]
            self.show_columns(wanted or self.keys)

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these values from now on, in this order."""
        self.keys = list(keys)
        self.reload()

    def _build(self) -> None:
        context = self.context
        self.period_bar = PeriodBar(context.now, context.zone)
        self.period_bar.choose(Period(Span.WEEK))
        self.period_bar.chosen.connect(lambda _period: self.reload())
        self.period_bar.chosen.connect(lambda _period: self.renamed.emit())

        def take_preset(content: Json) -> None:
            if isinstance(content, dict):
                self.recall(content)

        self.presets = PresetMenu(
            context, "readings", lambda: dict(self.memory()), take_preset, self
        )
        look = context.look
        self.columns = button(_("Columns…"), self._ask_columns, look=look, drawing="columns")
        self.export = button(_("Export…"), self._ask_export, look=look, drawing="export")
        self.printing = button(_("Print…"), self._print, look=look, drawing="print")
        row = FlowLine()
        row.addWidget(self.period_bar)
        row.push_right()
        for tool in (self.presets, self.columns, self.export, self.printing):
            row.addWidget(tool)
        self._card = Card()
        self.table: Table[int] | None = None
        self._says = Elided("", "quiet")
        foot = QHBoxLayout()
        foot.setContentsMargins(PAD, 6, PAD, 6)
        foot.addWidget(self._says, 1)
        foot.addWidget(
            label(
                _(
                    "~ estimated   faded: stale   M by hand   hatched: bad or offline   "
                    "– no value"
                ),
                "small",
            )
        )
        self._card.body.addLayout(foot)
        self._column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        self._column.setSpacing(GAP - 4)
        self._column.addLayout(row)
        self._column.addWidget(self._card, 1)
        context.feed.aged.connect(self._tick)

    def _shown(self) -> list[PointSpec]:
        known = {spec.key: spec for spec in self.specs}
        return [known[key] for key in self.keys if key in known]

    def _take(self, question: int, wanted: object, stored: Sequence[Series]) -> None:
        if question != self._asked:
            return
        self._told = wanted
        specs = self._shown()
        context = self.context
        zone = str(getattr(context.zone, "key", "") or "UTC")
        self.stored = shelf_table(
            specs,
            stored,
            self.subject.detail.view.config.name,
            self._bounds,
            zone=zone,
            made_at=context.now(),
            made_by=context.viewer.name,
        )
        points = tuple(self.subject.point(spec) for spec in specs)
        self.shelf = Shelf(
            self.stored, tuple(specs), points, context.feed.latest, context.now, context.zone
        )
        self._show(self.shelf)
        self._says.setText(_count_words(self.stored, context.now(), context.zone))
        self.become_ready()

    def _show(self, shelf: Shelf | None) -> None:
        """Put other rows in the place of those before, or none."""
        if self.table is not None:
            self._card.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        for each in (self.export, self.printing):
            each.setEnabled(shelf is not None)
        if shelf is None:
            return
        model: RowsModel[int] = RowsModel(shelf_columns(shelf), lambda row: row)
        self.table = Table(model, self.context.look, _("Readings"))
        model.setParent(self.table)
        self.table.setSortingEnabled(False)
        model.replace(shelf.rows())
        open_table(self.table, self.context, shelf.door)
        self._card.body.insertWidget(1, self.table, 1)

    def _fail(self, question: int, wanted: object, error: PlantError) -> None:
        if question != self._asked:
            return
        if wanted != self._told:  # rows of another time would stand below this one's name
            self._told = self.stored = None
            self._show(None)
        self._says.setText(str(error))
        self.become_ready()

    def _tick(self) -> None:
        if not self.isVisible():
            return
        if self.table is not None:
            self.table.rows_model.touch(0, 0)
        now, period = self.context.now(), self.period_bar.period
        if period.holds_the_present(now):
            due = _quarter(now) != self._loaded  # another quarter of an hour is over
        else:
            due = period.bounds(now, self.context.zone) != self._bounds  # midnight has passed
        if due:
            self.reload()

    def _ask_columns(self) -> None:
        choices = [(spec.key, column_head(spec)) for spec in self.specs]
        picker = ColumnPicker(choices, self.keys, self.context.look, self)
        if picker.exec():
            self.show_columns(picker.chosen())
        picker.deleteLater()

    def _ask_export(self) -> None:
        menu = QMenu(self)
        for words, end in (
            (_("Spreadsheet (XLSX)…"), "xlsx"),
            (_("Values (CSV)…"), "csv"),
            (_("Paper (PDF)…"), "pdf"),
        ):
            menu.addAction(words, partial(self._ask_path, end))
        menu.exec(self.export.mapToGlobal(QPoint(0, self.export.height())))
        menu.deleteLater()

    def _ask_path(self, end: str) -> None:
        name = self.subject.detail.view.config.name
        title = f"{name} {_('Readings')}"
        path = self.files.ask_path(_("Export the readings"), title, end, TABLES)
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write what the table shows; the name's end says in which form."""
        made = self.maker(form_of(path))
        if made is not None:
            self.files.write(path, made)

    def maker(self, end: str) -> Maker | None:
        """Return what makes a file of the table as it is now; None while there is none."""
        table = self.stored
        if table is None:
            return None
        screen = Words(language())
        paper = Words(paper_language(self.context.desk.value(PAPER_KEY)))
        printed = in_words(table, lambda text: retold(text, paper.language))

        def made(head: Letterhead, given_up: Callable[[], bool]) -> bytes:
            if end == "pdf":
                from app.reports.paper.values import values_pdf

                return values_pdf(printed, head, paper, newest_first=True, given_up=given_up)
            from app.reports.sheets.valuetable import values_csv, values_xlsx

            write = values_csv if end == "csv" else values_xlsx
            return write(table, screen, newest_first=True, given_up=given_up)

        return made

    def _print(self) -> None:
        made = self.maker("pdf")
        if made is not None:
            name = self.subject.detail.view.config.name
            Preview.begin(self.context, self, f"{name}: {_('Readings')}", made, self.files)


def _slides(period: Period, now: datetime) -> bool:
    """Whether a period moves on with the clock, so that old rows are nearly its own."""
    return period.span is Span.LAST_24_H and period.holds_the_present(now)


def _count_words(table: ValueTable, now: datetime, zone: tzinfo | None) -> str:
    """Return how much there is; what is not over yet is not missing."""
    if len(table):
        quarters = ngettext("{count} quarter hour", "{count} quarter hours", len(table))
        values = ngettext("{count} value each", "{count} values each", len(table.columns))
        told = quarters.format(count=figures(len(table), 0))
        return f"{told}, {values.format(count=len(table.columns))}"
    first = table.start + timedelta(seconds=QUARTER_S)
    if table.start <= now < first + _STORED_BY and first <= table.end:
        words = _("No quarter hour of this time is over yet; the first ends {clock}.")
        return words.format(clock=clock_text(first, zone)[:5])
    return _("Nothing was stored in this time.")


def _quarter(moment: datetime) -> int:
    """Return the number of the quarter of an hour, leaving time to store it."""
    return int((moment - _STORED_BY).timestamp() // QUARTER_S)


def _nothing() -> None:
    """Cancel what was never asked."""


TAB = TabType("readings", lambda: _("Readings"), 20, Capability.SEE_HISTORY, ReadingsTab)
