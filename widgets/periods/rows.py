"""Values in two periods as rows, each in its unit, and sums of what can be added."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from app.errors import BadInput
from app.model.comparison import Compared, Side
from app.model.consumption import Consumption
from app.model.reading import PointId
from app.model.units import decimals_told
from app.model.units import unit as unit_of
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import _
from widgets.charts.pens import Subject
from widgets.consumption.pairs import Consumed, Told, consumed, readable_unit, told_in
from widgets.consumption.stretch import Beside, Stretch
from widgets.consumption.table import PERCENT_DECIMALS, signed
from widgets.controls.quality import NO_VALUE
from widgets.models.rows import Cell, Column

_NAME_PX, _FIGURE_PX, _SORT_PX = 320, 140, 150


@dataclass(frozen=True, slots=True)
class Figures:
    """One value of each period in one unit, None where nothing is known."""

    told: Told
    told_before: Told
    now: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """How much more the first is, in the unit shown."""
        if self.now is None or self.before is None or self.told.unit != self.told_before.unit:
            return None
        return self.told.value(self.now) - self.told_before.value(self.before)

    @property
    def percent(self) -> float | None:
        """The same in percent of the second; None of nothing."""
        change = self.change
        if change is None or self.before is None or not self.before:
            return None
        return float(100 * change / self.told_before.value(self.before))


@dataclass(frozen=True, slots=True)
class Row:
    """One value, or the sum of some (then ``point`` is None)."""

    point: PointId | None
    name: str
    sort: str  # what the figures are: a sum, a mean
    figures: Figures
    parts: Consumed | None = None  # for the bars

    @property
    def key(self) -> str:
        """What tells the row from others."""
        return self.point or self.name


def rows_of(
    found: Sequence[Compared],
    subjects: Sequence[Subject],
    stretch: Stretch,
    how: Beside,
    zone: tzinfo | None,
) -> list[Row]:
    """Return a row a value, and below them the sums of those that can be added."""
    rows, counted = [], []
    for each, subject in zip(found, subjects, strict=True):
        now, before = (_as_consumption(each.point, side) for side in each.sides)
        row = Row(
            each.point,
            f"{subject.device}: {subject.spec.name}",
            _("sum") if each.counted else _("mean"),
            _figures(now, before, counted=each.counted),
            consumed(stretch, how, now, before, zone),
        )
        rows.append(row)
        if each.counted:
            counted.append(row)
    return [*rows, *_sums(counted)]


def columns(of: Stretch, beside: Stretch, zone: tzinfo | None) -> list[Column[Row]]:
    """Return the columns of the table; the heads name both times."""
    first, second = of.words(zone), beside.words(zone)
    return [
        Column(
            "name",
            lambda: _("Value"),
            lambda row: Cell(row.name, strong=row.point is None),
            _NAME_PX,
            stretch=True,
        ),
        Column("sort", lambda: _("Kind"), lambda row: Cell(row.sort), _SORT_PX),
        Column("unit", lambda: _("Unit"), lambda row: Cell(row.figures.told.unit), 80),
        _figure("now", first, lambda row: row.figures.told.words(row.figures.now)),
        _figure("before", second, _before_words),
        _figure("change", _("More or less"), _change_words),
        _figure("percent", "%", _percent_words),
    ]


def sheet(
    rows: Sequence[Row],
    times: tuple[Stretch, Stretch],
    made: tuple[datetime, str],
    zone: tzinfo | None,
    words: Words,
) -> PlainTable:
    """Return the rows shown for a file; ``made`` is when and by whom."""
    _ = words
    heads = [_("Value"), _("Kind"), _("Unit"), *(each.words(zone) for each in times)]
    heads += [_("More or less"), "%"]
    filled: list[list[Content]] = []
    for row in rows:
        told = row.figures
        change, percent = told.change, told.percent
        most = max(told.told.decimals, told.told_before.decimals)
        filled.append(
            [
                row.name,
                row.sort,
                told.told.unit,
                _fixed(told.now, told.told),
                _fixed(told.before, told.told_before),
                None if change is None else Fixed(float(change), most),
                None if percent is None else Fixed(round(percent, PERCENT_DECIMALS) + 0.0, 1),
            ]
        )
    name = str(getattr(zone, "key", "") or "UTC")
    return PlainTable(_("Two periods"), name, *made, tuple(heads), filled)


def _as_consumption(point: PointId, side: Side) -> Consumption:
    """Return a side as parts are told: nothing of it is estimated."""
    whole = side.complete
    sure = tuple(False for _each in whole)
    return Consumption(point, side.unit, side.starts, side.ends_at, side.values, whole, sure)


def _figures(now: Consumption, before: Consumption, *, counted: bool) -> Figures:
    """Return the sums of both times, or the means of their parts."""
    values = [_value(each, counted=counted) for each in (now, before)]
    unit = readable_unit(abs(values[0] or Decimal(0)), now.unit)
    return Figures(told_in(now, unit), told_in(before, unit), values[0], values[1])


def _value(of: Consumption, *, counted: bool) -> Decimal | None:
    known = [each for each in of.amounts if each is not None]
    if not known:
        return None
    total = sum(known, Decimal(0))
    return total if counted else round(total / len(known), told_in(of, of.unit).decimals)


def _sums(rows: Sequence[Row]) -> list[Row]:
    """Return the sums of what measures the same, in one unit; of one value there is none."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        try:
            kind = unit_of(row.figures.told.source).kind
        except BadInput:  # a unit that nobody can convert is added to nothing
            continue
        kinds.setdefault(kind, []).append(row)
    return [_sum(alike) for alike in kinds.values() if len(alike) > 1]


def _sum(rows: Sequence[Row]) -> Row:
    """Return the sum of rows of one kind of quantity."""
    unit = rows[0].figures.told.source
    tolds = [each for row in rows for each in (row.figures.told, row.figures.told_before)]
    decimals = max(_decimals_in(each, unit) for each in tolds)
    now = _added([(row.figures.told, row.figures.now) for row in rows], unit, decimals)
    before = _added(
        [(row.figures.told_before, row.figures.before) for row in rows], unit, decimals
    )
    shown = readable_unit(abs(now or Decimal(0)), unit)
    told = Told(unit, shown, _decimals_in(Told(unit, unit, decimals), shown))
    known = sum(row.figures.now is not None for row in rows)
    sort = _("sum of {known} of {count}").format(known=known, count=len(rows))
    return Row(
        None, _("Together [{unit}]").format(unit=shown), sort, Figures(told, told, now, before)
    )


def _decimals_in(told: Told, unit: str) -> int:
    """Return the decimals that figures told so have in a unit, none that nobody measured."""
    return decimals_told(told.unit, told.decimals, unit)


def _added(
    figures: Sequence[tuple[Told, Decimal | None]], unit: str, decimals: int
) -> Decimal | None:
    known = [
        Told(told.source, unit, decimals).value(value)
        for told, value in figures
        if value is not None
    ]
    return sum(known, Decimal(0)) if known else None


def _figure(name: str, words: str, of: Callable[[Row], str]) -> Column[Row]:
    return Column(
        name,
        lambda: words,
        lambda row: Cell(of(row), strong=row.point is None),
        _FIGURE_PX,
        right=True,
    )


def _before_words(row: Row) -> str:
    told = row.figures
    words = told.told_before.words(told.before)
    other = told.told_before.unit
    return words if other == told.told.unit or told.before is None else f"{words} {other}"


def _change_words(row: Row) -> str:
    told, change = row.figures, row.figures.change
    if change is None:
        return NO_VALUE
    return signed(float(change), max(told.told.decimals, told.told_before.decimals))


def _percent_words(row: Row) -> str:
    percent = row.figures.percent
    return NO_VALUE if percent is None else signed(percent, PERCENT_DECIMALS)


def _fixed(amount: Decimal | None, told: Told) -> Fixed | None:
    return None if amount is None else Fixed(float(told.value(amount)), told.decimals)
