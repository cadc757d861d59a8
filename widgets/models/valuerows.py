"""Quarter hours of several points as rows, the newest first, the present above them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.reports.valuetable import ValueColumn, ValueTable, value_table
from app.series import Series
from app.words import _
from widgets.controls.moments import clock_text, day_text, zone_text
from widgets.controls.quality import NO_VALUE, Shown, Style, figures, quality_word, shown
from widgets.models.rows import Cell, Column
from widgets.valuedoor import Door

LIVE = -1  # the row of the present; never one of the quarter hours
QUARTER_MS = 900_000
_TIME_PX, _VALUE_PX = 190, 128
_STYLES = {
    Quality.GOOD: Style.PLAIN,
    Quality.UNCERTAIN: Style.UNCERTAIN,
    Quality.STALE: Style.STALE,
    Quality.MANUAL: Style.MANUAL,
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything a row is painted from."""

    table: ValueTable
    specs: tuple[PointSpec, ...]
    points: tuple[PointId, ...]
    latest: Callable[[PointId], Reading | None]
    now: Callable[[], datetime]
    zone: tzinfo | None

    def rows(self) -> list[int]:
        """Return the rows as they stand below each other."""
        return [LIVE, *range(len(self.table) - 1, -1, -1)]

    def time(self, row: int) -> Cell:
        """Return when a row's values hold."""
        if row == LIVE:
            return Cell(_("Now {clock}").format(clock=clock_text(self.now(), self.zone)[:8]))
        moment = datetime.fromtimestamp(int(self.table.times_ms[row]) / 1000, UTC)
        told = f"{day_text(moment, self.zone)} {clock_text(moment, self.zone)[:5]}"
        if _comes_twice(moment, self.zone):
            told = f"{told} {zone_text(moment, self.zone)}"
        return Cell(told)

    def cell(self, nth: int, row: int) -> Cell:
        """Return a value with its quality; units stand in the head."""
        if row == LIVE:
            reading = self.latest(self.points[nth])
            told = shown(reading, self.specs[nth], self.now(), self.zone)
            text = self._live_text(nth, reading, told)
            return Cell(shown=replace(told, text=text, unit=""))
        value, quality = self.table.value(row, nth), self.table.quality(row, nth)
        if value is None or quality is None:
            lost = quality is not None and quality is not Quality.GOOD
            tip = quality_word(quality) if quality is not None else _("nothing was stored")
            return Cell(shown=Shown(NO_VALUE, Style.BAD if lost else Style.NONE, tip=tip))
        text = self._text(nth, row, value)
        if quality is Quality.GOOD:
            return Cell(text)
        tilde = "~" if quality is Quality.UNCERTAIN else ""
        style = _STYLES.get(quality, Style.BAD)
        return Cell(shown=Shown(f"{tilde}{text}", style, tip=quality_word(quality)))

    def door(self, row: int, column: str) -> Door | None:
        """Return the value of a cell as the door it is; None beside the values."""
        for nth, spec in enumerate(self.specs):
            if spec.key == column:
                if row == LIVE:
                    return Door(self.points[nth], spec)
                at = datetime.fromtimestamp(int(self.table.times_ms[row]) / 1000, UTC)
                value, quality = self.table.value(row, nth), self.table.quality(row, nth)
                if quality is None:
                    return Door(self.points[nth], spec, at=at)
                return Door(
                    self.points[nth], spec, Reading(self.points[nth], value, quality, at), at
                )
        return None

    def _text(self, nth: int, row: int, value: float) -> str:
        column = self.table.columns[nth]
        return self.table.words(row, nth) if column.choices else figures(value, column.decimals)

    def _live_text(self, nth: int, reading: Reading | None, told: Shown) -> str:
        """Return the present value as the rows below it are written: word and code."""
        value = None if reading is None else reading.value
        if self.table.columns[nth].choices and isinstance(value, int | float):
            return f"{told.text} ({round(value)})"
        return told.text


def _comes_twice(moment: datetime, zone: tzinfo | None) -> bool:
    """Whether the wall clock shows this time once more when summer time ends."""
    wall = moment.astimezone(zone)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def shelf_columns(shelf: Shelf) -> list[Column[int]]:
    """Return the columns of the table: the time, then a column a point."""
    columns = [Column("time", lambda: _("Time"), shelf.time, _TIME_PX)]
    for nth, spec in enumerate(shelf.specs):
        columns.append(_column(shelf, nth, spec))
    rest: Column[int] = Column("rest", lambda: "", lambda _row: Cell(), 8, stretch=True)
    columns.append(rest)
    return columns


def _column(shelf: Shelf, nth: int, spec: PointSpec) -> Column[int]:
    head = column_head(spec)
    return Column(
        spec.key,
        lambda: head,
        lambda row: shelf.cell(nth, row),
        max(_VALUE_PX, 16 + 8 * min(len(head), 24)),
        right=True,
        decimals=spec.decimals,
    )


def column_head(spec: PointSpec) -> str:
    """Return name and unit; what is no quantity says so: ``Mode (HC1) [Other]``."""
    unit = spec.unit or _("Other")
    return f"{spec.name} [{unit}]"


def shelf_table(
    specs: Sequence[PointSpec],
    stored: Sequence[Series],
    device: str,
    period: tuple[datetime, datetime],
    *,
    zone: str,
    made_at: datetime,
    made_by: str,
) -> ValueTable:
    """Return stored samples side by side, in the order of the columns."""
    columns = [
        ValueColumn(
            spec.name,
            device,
            spec.unit or _("Other"),
            spec.decimals,
            series,
            tuple(spec.choices.items()),
        )
        for spec, series in zip(specs, stored, strict=True)
    ]
    return value_table(
        columns,
        period,
        title=device,
        zone=zone,
        made_at=made_at,
        made_by=made_by,
        even_ms=QUARTER_MS,
    )
