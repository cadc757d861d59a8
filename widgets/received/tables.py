"""The card of readings received: a row a device, or a row an area."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PyQt6.QtCore import pyqtSignal

from app.reports.sheets.plaintable import PlainTable
from app.reports.words import Words
from app.words import _
from widgets.controls.card import Bar, Card, Elided, EmptyState
from widgets.controls.table import Table
from widgets.models.rows import RowsModel
from widgets.received.areas import AreaRow, area_columns, area_sheet, areas_of
from widgets.received.rows import Row, columns, qualities_in, sheet, summary
from widgets.theme import Look


class ReceivedCard(Card):
    """What is sought, kept and grouped stays so when the rows are counted anew."""

    opened = pyqtSignal(object)  # the `Row` of a device
    area_opened = pyqtSignal(str)
    rechosen = pyqtSignal()  # other rows are chosen now

    def __init__(self, look: Look, zone: tzinfo | None) -> None:
        super().__init__()
        self._look, self._zone = look, zone
        self.rows: Sequence[Row] = ()
        self.table: Table[Row] | None = None
        self.areas: Table[AreaRow] | None = None
        self.lacking_only = self.by_area = False
        self._words = ""
        self._says = Elided("", "strong")
        self._told = False  # how much was received, be it that nothing was
        self.body.addWidget(EmptyState(_("Counting readings …")), 1)
        self.body.addWidget(Bar("cardfoot", 40).add(self._says).stretch())

    def give_up(self) -> None:
        """Say that the readings could not be counted, where nothing was before."""
        for each in () if self._told else self.findChildren(EmptyState):
            each.says.setText(_("The readings could not be counted."))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the devices, or their areas, in the place of what was shown."""
        self.rows, self._told = rows, True
        for gone in (self.table, self.areas, *self.findChildren(EmptyState)):
            if gone is not None:
                self.body.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        self.table = self.areas = None
        self._says.setText(summary(rows))
        if not rows:
            told = _(
                "No device has readings that could be counted. Put a device in service first."
            )
            self.body.insertWidget(1, EmptyState(told), 1)
            return
        shown = self._area_table() if self.by_area else self._device_table()
        shown.rows_model.setParent(shown)
        self.keep_lacking(self.lacking_only)
        self.seek(self._words)
        chosen = shown.selectionModel()
        if chosen is not None:
            chosen.selectionChanged.connect(lambda *_: self.rechosen.emit())
        self.body.insertWidget(1, shown, 1)

    def group(self, by_area: bool) -> None:
        """Show areas, or each device."""
        self.by_area = by_area
        if self._told:
            self.show_rows(self.rows)
        self.rechosen.emit()

    def keep_lacking(self, lacking_only: bool) -> None:
        """Show those alone that lack something, or all."""
        self.lacking_only = lacking_only
        if self.table is not None:
            self.table.rows_model.keep((lambda row: not row.is_whole) if lacking_only else None)
        if self.areas is not None:
            self.areas.rows_model.keep((lambda row: row.lacking > 0) if lacking_only else None)

    def seek(self, words: str) -> None:
        """Show what holds these words."""
        self._words = words
        shown = self.table or self.areas
        if shown is not None:
            shown.rows_model.find(words)

    def focus(self) -> None:
        """Let the rows have the keyboard."""
        (self.table or self.areas or self).setFocus()

    def chosen(self) -> tuple[list[Row], str]:
        """Return the devices chosen, by themselves or by their areas, and their one name."""
        areas = [] if self.areas is None else self.areas.chosen()
        rows = [] if self.table is None else self.table.chosen()
        rows = rows or [row for area in areas for row in area.rows]
        if len(rows) == 1:
            return rows, rows[0].view.config.name
        return rows, areas[0].name if len(areas) == 1 else ""

    def sheet(self, made: tuple[datetime, str], words: Words) -> PlainTable:
        """Return what is shown for a file; ``made`` is when and by whom."""
        if self.areas is not None:
            return area_sheet(self.areas.rows_model.rows, made, self._zone)
        rows = [] if self.table is None else self.table.rows_model.rows
        return sheet(rows, qualities_in(self.rows), made, self._zone, words)

    def _device_table(self) -> Table[Row]:
        model: RowsModel[Row] = RowsModel(
            columns(qualities_in(self.rows), self._zone), lambda row: row.view.config.id
        )
        self.table = table = Table(model, self._look, _("Readings received"))
        model.replace(self.rows)
        table.opened.connect(self.opened)
        return table

    def _area_table(self) -> Table[AreaRow]:
        model: RowsModel[AreaRow] = RowsModel(area_columns(), lambda row: row.area)
        self.areas = table = Table(model, self._look, _("Readings received"))
        model.replace(areas_of(self.rows))
        table.opened.connect(lambda row: self.area_opened.emit(row.area))
        return table
