"""Columns over the points of one device: name, value with its quality, age."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from PyQt6.QtGui import QFontMetrics

from app.model.point import PointSpec, ValueKind
from app.model.reading import Quality, Reading
from app.words import _
from widgets.controls.moments import age_text, since_text
from widgets.controls.quality import NO_VALUE, Shown, quality_word, shown
from widgets.controls.reasons import reason_text
from widgets.fonts import BODY_PX, font
from widgets.models.rows import Cell, Column, Tone

_AROUND_UNIT_PX, _MOST_UNIT_PX = 18, 180
Latest = Callable[[PointSpec], Reading | None]


class PointCells:
    """The cells of one point; the reading is looked up when the cell is painted."""

    def __init__(
        self, latest: Latest, now: Callable[[], datetime], zone: tzinfo | None
    ) -> None:
        self._latest, self._now, self._zone = latest, now, zone

    def number(self, spec: PointSpec) -> Cell:
        """Return the number the maker's manual gives it."""
        return Cell("" if spec.number is None else str(spec.number), tone=Tone.QUIET)

    def name(self, spec: PointSpec) -> Cell:
        """Return what people call it."""
        return Cell(spec.name, tip="\n".join(part for part in (spec.name, spec.note) if part))

    def value(self, spec: PointSpec) -> Cell:
        """Return the value without its unit, which has a column of its own."""
        return Cell(shown=replace(self.shown(spec), unit=""))

    def unit(self, spec: PointSpec) -> Cell:
        """Return the unit."""
        return Cell(spec.unit, tone=Tone.QUIET)

    def quality(self, spec: PointSpec) -> Cell:
        """Return quality and reason in words."""
        reading = self._latest(spec)
        if reading is None:
            return Cell(_("not read yet"), tone=Tone.QUIET)
        words = quality_word(reading.quality)
        if reading.reason and reading.quality is not Quality.GOOD:
            words = f"{words}: {reason_text(reading.reason)}"
        calm = reading.quality is Quality.GOOD
        return Cell(words, tone=Tone.QUIET if calm else Tone.NORMAL)

    def age(self, spec: PointSpec) -> Cell:
        """Return how long ago it was measured."""
        reading = self._latest(spec)
        if reading is None:
            return Cell(NO_VALUE, tone=Tone.QUIET)
        return Cell(age_text(max(self._seconds(reading), 0.0)), tone=Tone.QUIET)

    def measured(self, spec: PointSpec) -> Cell:
        """Return when it was measured, in the plant's time."""
        reading = self._latest(spec)
        moment = reading.measured_at if reading is not None else None
        return Cell(since_text(moment, self._now(), self._zone), tone=Tone.QUIET)

    def place(self, spec: PointSpec) -> Cell:
        """Return group and circuit as the controller has them."""
        return Cell(group_text(spec), tone=Tone.QUIET)

    def order(self, spec: PointSpec) -> tuple[int, float, str]:
        """Return the sort key of a value: numbers first, then words, then nothing."""
        reading = self._latest(spec)
        value = None if reading is None else reading.value
        if isinstance(value, int | float):
            return 0, value, ""
        return (2, 0.0, "") if value is None else (1, 0.0, str(value))

    def age_s(self, spec: PointSpec) -> float:
        """Return the sort key of an age."""
        reading = self._latest(spec)
        return float("inf") if reading is None else self._seconds(reading)

    def shown(self, spec: PointSpec) -> Shown:
        """Return the value as it is painted."""
        return shown(self._latest(spec), spec, self._now(), self._zone)

    def _seconds(self, reading: Reading) -> float:
        return (self._now() - reading.measured_at).total_seconds()


def reading_columns(
    cells: PointCells, decimals: int, *, narrow: bool = False, units: Iterable[str] = ()
) -> Sequence[Column[PointSpec]]:
    """Return the columns of all points of a device; ``narrow`` leaves out the least.

    ``units`` are those that must find room: also "unit not set", in every language.
    """
    columns = (
        Column("number", lambda: _("ID"), cells.number, 76, lambda spec: spec.number or 0),
        Column("name", lambda: _("Point"), cells.name, 260, stretch=narrow),
        Column(
            "value",
            lambda: _("Value"),
            cells.value,
            200,
            cells.order,
            right=True,
            decimals=decimals,
        ),
        Column("unit", lambda: _("Unit"), cells.unit, unit_px(units, 64)),
        Column("quality", lambda: _("Quality"), cells.quality, 320),
        Column("age", lambda: _("Age"), cells.age, 96, cells.age_s, right=True),
        Column("group", lambda: _("Group"), cells.place, 200, stretch=True),
    )
    return tuple(each for each in columns if each.id != "group") if narrow else columns


def unit_px(units: Iterable[str], least: int) -> int:
    """Return the width of a column in which every one of the units stands whole."""
    letters = QFontMetrics(font(BODY_PX))
    widest = max((letters.horizontalAdvance(each) for each in units), default=0)
    return min(max(least, widest + _AROUND_UNIT_PX), _MOST_UNIT_PX)


def most_decimals(specs: Sequence[PointSpec]) -> int:
    """Return the room numbers of different resolution need behind the decimal mark."""
    return max((spec.decimals for spec in specs if spec.kind is ValueKind.NUMBER), default=0)


def group_text(spec: PointSpec) -> str:
    """Return where the controller keeps it: ``1 · Flow temperature``."""
    if spec.circuit is None:
        return spec.group
    if not spec.group:
        return _("circuit {number}").format(number=spec.circuit)
    return f"{spec.circuit} · {spec.group}"
