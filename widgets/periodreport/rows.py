"""Devices as rows, one figure a column in one unit, and the sums of what adds up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from app.asked import DeviceView
from app.errors import BadInput
from app.model.figures import WholeFigures
from app.model.point import PointSpec
from app.model.reading import point_id
from app.model.units import converted, decimals_told, factor, is_known, readable, rounded
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import _, ngettext, retold
from widgets.consumption.remarks import moment_words
from widgets.controls.quality import NO_VALUE, Shown, Style, figures
from widgets.models.rows import Cell, Column, Tone
from widgets.periodreport.flags import Flags, flag_column, flag_words
from widgets.periodreport.picks import Pick, Take

_NAME_PX, _TEXT_PX, _FIGURE_PX = 170, 130, 210
_MOST_NAMED = 5  # devices without data that are named below the table
_NOTHING = float("-inf")  # where an empty cell is sorted
_Raw = tuple[str, PointSpec, WholeFigures]  # device, its point, what is told of it


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell: the value in the unit of its column, exactly, with its own decimals."""

    value: Fraction
    decimals: int
    is_whole: bool = True
    estimated: bool = False

    def words(self) -> str:
        """Return it as it is shown."""
        return figures(float(rounded(self.value, self.decimals)), self.decimals)


@dataclass(frozen=True, slots=True)
class Row:
    """One device: what it has for each column by key.

    A column that the device has no point for is not among ``found``; one of which nothing
    is known is None.
    """

    view: DeviceView
    customer: str
    found: Mapping[str, Figure | None]
    says: Mapping[str, str] = field(default_factory=dict)  # why there is none: no unit chosen
    signs: Mapping[str, int] = field(default_factory=dict)  # into the sum, where it is not 1

    @property
    def has_data(self) -> bool:
        """Whether anything is known of it at all."""
        return any(each is not None for each in self.found.values())


@dataclass(frozen=True, slots=True)
class Sum:
    """What a column is in all."""

    value: Fraction
    decimals: int
    count: int  # of the devices it is the sum of
    is_whole: bool

    def words(self) -> str:
        """Return it as it is shown."""
        return figures(float(rounded(self.value, self.decimals)), self.decimals)


@dataclass(frozen=True, slots=True)
class Report:
    """All rows, and in which unit each column is told."""

    picks: tuple[Pick, ...]
    units: Mapping[str, str]  # by key of the column
    rows: tuple[Row, ...]
    flags: Flags | None = None  # what the rules found; None: nobody wished to know

    def head(self, pick: Pick) -> str:
        """Return name and unit as they stand above a column."""
        unit = self.units[pick.key]
        return f"{pick.title()} [{unit}]" if unit else pick.title()


def report_of(
    devices: Sequence[tuple[DeviceView, Mapping[str, PointSpec]]],
    picks: Sequence[Pick],
    told: Mapping[tuple[str, str], WholeFigures],
    customers: Mapping[str, str],
    heard: Collection[str] = (),
    signs: Mapping[str, int] = MappingProxyType({}),
) -> Report:
    """Return the report; ``told`` has the figures by device and key of a point.

    ``heard`` are, while the period runs, the devices that answered lately: what they
    counted so far lacks nothing.
    ``signs`` say by point how it goes into a sum: −1 what is delivered, 0 what another
    meter counted already or what is left out; all others are added.
    """
    specs: dict[int, list[tuple[str, PointSpec]]] = {}  # of devices that have the same points
    raw: dict[str, list[_Raw]] = {pick.key: [] for pick in picks}
    cells: dict[str, dict[str, Figure | None]] = {}
    says: dict[str, dict[str, str]] = {}
    into: dict[str, dict[str, int]] = {}
    for view, roles in devices:
        device = view.config.id
        if id(roles) not in specs:
            specs[id(roles)] = _specs(roles, picks)
        for name, spec in specs[id(roles)]:
            cells.setdefault(device, {})[name] = None
            if signs and (sign := signs.get(point_id(view.config.id, spec.key), 1)) != 1:
                into.setdefault(device, {})[name] = sign
            whole = told.get((device, spec.key))
            if not is_known(spec.unit):
                says.setdefault(device, {})[name] = spec.unit
            elif whole is not None:
                raw[name].append((device, spec, whole))
    units: dict[str, str] = {}
    for pick in picks:
        units[pick.key], found = _column_of(pick, raw[pick.key], heard)
        for named, figure in found:
            cells[named][pick.key] = figure
    rows = [
        Row(
            view,
            customers.get(view.config.id, ""),
            own,
            says.get(view.config.id, {}),
            into.get(view.config.id, {}),
        )
        for view, _roles in devices
        if (own := cells.get(view.config.id)) is not None
    ]
    return Report(tuple(picks), units, tuple(rows))


def _specs(
    roles: Mapping[str, PointSpec], picks: Sequence[Pick]
) -> list[tuple[str, PointSpec]]:
    """Return the points of a kind of devices, each with the column it stands in."""
    return [(pick.key, spec) for pick in picks if (spec := pick.spec(roles)) is not None]


def _value(pick: Pick, whole: WholeFigures) -> Decimal | None:
    """Return the figure a column takes, exactly as it is told."""
    told = {
        Take.CHANGE: whole.change,
        Take.FIRST: whole.first,
        Take.LAST: whole.last,
        Take.LEAST: whole.least,
        Take.MOST: whole.most,
        Take.MEAN: whole.mean,
    }[pick.take]
    return None if told is None else Decimal(str(told))


def _column_of(
    pick: Pick, found: Sequence[_Raw], heard: Collection[str]
) -> tuple[str, list[tuple[str, Figure | None]]]:
    """Return the unit of a column and its figures, by device.

    Sums stand in the unit in which all together has few digits.
    """
    unit = pick.measure.unit
    told = [(each, _converted(_value(pick, each[2]), each[1].unit, unit)) for each in found]
    shown = unit
    if pick.adds_up:
        shown = readable(_added(abs(value) for _raw, value in told if value is not None), unit)
    more = factor(unit, shown) if shown != unit else Fraction(1)
    changes = pick.take is Take.CHANGE
    decimals: dict[tuple[str, int], int] = {}
    figures: list[tuple[str, Figure | None]] = []
    for (device, spec, whole), value in told:
        if value is None:
            continue
        kind = spec.unit, spec.decimals
        if kind not in decimals:
            decimals[kind] = decimals_told(*kind, shown) if spec.unit != shown else kind[1]
        figure = Figure(
            value * more if more != 1 else value,
            decimals[kind],
            whole.is_whole or not changes or (whole.runs and device in heard),
            changes and whole.estimated,
        )
        figures.append((device, figure))
    return shown, figures


def _added(values: Iterable[Fraction]) -> Fraction:
    """Return the sum; thousands of figures have few denominators: each is brought once."""
    numerators: dict[int, int] = {}
    for each in values:
        numerator, denominator = each.as_integer_ratio()
        numerators[denominator] = numerators.get(denominator, 0) + numerator
    return sum((Fraction(*reversed(each)) for each in numerators.items()), Fraction(0))


def _converted(value: Decimal | None, source: str, unit: str) -> Fraction | None:
    if value is None or source == unit:
        return None if value is None else Fraction(value)
    try:
        return converted(value, source, unit)
    except BadInput:  # a unit that nobody chose yet, or that nobody knows
        return None


def sum_of(rows: Iterable[Row], pick: Pick) -> Sum | None:
    """Return the sum of a column; None where nothing adds up.

    What is in the sum of another meter already is not added. It has the decimals of the
    finest index: nothing of it is lost by rounding.
    """
    name = pick.key
    known = [
        each if sign == 1 else replace(each, value=-each.value)
        for row in rows
        if (each := row.found.get(name)) is not None and (sign := row.signs.get(name, 1))
    ]
    if not pick.adds_up or not known:
        return None
    return Sum(
        _added(each.value for each in known),
        max(each.decimals for each in known),
        len(known),
        all(each.is_whole for each in known),
    )


def columns(report: Report, *, named: bool) -> list[Column[Row]]:
    """Return the columns of the table; ``named``: who uses the heat of a meter, too."""
    made: list[Column[Row]] = [
        Column("device", lambda: _("Device"), _name, _NAME_PX, stretch=True),
        Column("area", lambda: _("Area"), lambda row: Cell(row.view.config.area), _TEXT_PX),
    ]
    if named:
        made.append(
            Column("customer", lambda: _("Customer"), lambda row: Cell(row.customer), _TEXT_PX)
        )
    made += [_column(report, pick) for pick in report.picks]
    if report.flags is not None:
        made.append(flag_column(report.flags, lambda row: row.view.config.id))
    return made


def _column(report: Report, pick: Pick) -> Column[Row]:
    name = pick.key
    decimals = [
        each.decimals for row in report.rows if (each := row.found.get(name)) is not None
    ]

    def order(row: Row) -> float:
        figure = row.found.get(name)
        return _NOTHING if figure is None else float(figure.value)

    return Column(
        pick.key,
        lambda: report.head(pick),
        lambda row: _cell(row, pick),
        _FIGURE_PX,
        order,
        right=True,
        decimals=max(decimals, default=0),
    )


def _name(row: Row) -> Cell:
    return Cell(row.view.config.name)


def _cell(row: Row, pick: Pick) -> Cell:
    """Return an empty cell where a device has no such point, a dash where nothing is known."""
    if pick.key not in row.found:
        return Cell()
    figure = row.found[pick.key]
    if figure is None and pick.key in row.says:
        return Cell(row.says[pick.key], tone=Tone.QUIET)
    if figure is None:
        return Cell(shown=Shown(NO_VALUE, Style.NONE, tip=_("nothing is known")))
    into = _into_words(row, pick)
    if doubt := doubt_words(figure):
        tip = " · ".join(filter(None, (doubt, into)))
        return Cell(shown=Shown(f"~{figure.words()}", Style.UNCERTAIN, tip=tip))
    return Cell(shown=Shown(figure.words(), Style.PLAIN, tip=into))


def doubt_words(figure: Figure | Sum | None) -> str:
    """Return why a figure is uncertain; "" for one that is not."""
    if isinstance(figure, Figure) and figure.estimated:
        return _("estimated")
    return "" if figure is None or figure.is_whole else _("not all of the time is known")


def _remarks(report: Report, told: Sequence[Figure | Sum | None]) -> str | None:
    """Return which figures of a row of a file are uncertain, and why."""
    found = [
        f"~ {pick.measure.title()}: {doubt}"
        for pick, figure in zip(report.picks, told, strict=True)
        if (doubt := doubt_words(figure))
    ]
    return "; ".join(found) or None


def _into_words(row: Row, pick: Pick) -> str:
    """Return how a figure goes into the sum, where it is not added."""
    sign = row.signs.get(pick.key, 1)
    if not pick.adds_up or sign == 1:
        return ""
    if sign == 0:
        return _("not in the sum: counted by another meter already, or left out")
    return _("taken off in the sum: it is delivered")


def sum_words(report: Report, rows: Sequence[Row]) -> str:
    """Return the sums of the rows shown in a sentence."""
    count = ngettext("{count} device", "{count} devices", len(rows))
    told = [count.format(count=figures(len(rows), 0))]
    for pick in report.picks:
        total = sum_of(rows, pick)
        if total is not None:
            about = "" if total.is_whole else "~"
            name, unit = pick.measure.title(), report.units[pick.key]
            told.append(f"{name}: {about}{total.words()} {unit} ({figures(total.count, 0)})")
    return " · ".join(told)


def running_words(until: datetime | None, zone: tzinfo | None) -> str:
    """Return up to when a period that is not over is told; "" for one that is."""
    if until is None:
        return ""
    return _("This period is not over: so far, up to {moment}").format(
        moment=moment_words(until, zone)
    )


def lacking_words(rows: Sequence[Row]) -> str:
    """Return which devices have no data at all; "" when none lacks them."""
    names = [row.view.config.name for row in rows if not row.has_data]
    if not names:
        return ""
    told = "; ".join(names[:_MOST_NAMED])  # many a name has a comma: “Depot, electricity”
    if len(names) > _MOST_NAMED:
        told = f"{told} … (+{len(names) - _MOST_NAMED})"
    return _("Without data: {names}").format(names=told)


def sheet(
    report: Report,
    rows: Sequence[Row],
    title: str,
    made: tuple[datetime, str],
    zone: str,
    words: Words,
    *,
    named: bool,
) -> PlainTable:
    """Return the rows shown for a file, their sums last; ``made`` is when and by whom."""
    _ = words
    heads = [_("Device"), _("Area"), *([_("Customer")] if named else [])]
    heads += [*(report.head(pick) for pick in report.picks), _("Remarks")]
    flags, beside = report.flags, list[Content]()
    if flags is not None:
        heads.append(_("Findings"))
        beside = [None]
    filled: list[list[Content]] = []
    for row in rows:
        own = [row.view.config.name, row.view.config.area, *([row.customer] if named else [])]
        figures_of = [row.found.get(pick.key) for pick in report.picks]
        filled.append([*own, *map(_fixed, figures_of), _remarks(report, figures_of)])
        if flags is not None:
            said = flag_words(flags, row.view.config.id)
            filled[-1].append(retold(said, words.language) or None)
    blank: list[Content] = [None] * (2 if named else 1)
    totals = [sum_of(rows, pick) for pick in report.picks]
    filled.append([_("Sum"), *blank, *map(_fixed, totals), _remarks(report, totals), *beside])
    counts = [None if each is None else float(each.count) for each in totals]
    filled.append([_("Devices with data"), *blank, *map(_count, counts), None, *beside])
    return PlainTable(title, zone, *made, tuple(heads), filled)


def _fixed(figure: Figure | Sum | None) -> Fixed | None:
    if figure is None:
        return None
    value = float(rounded(figure.value, figure.decimals))
    return Fixed(value, figure.decimals, bool(doubt_words(figure)))


def _count(value: float | None) -> Fixed | None:
    return None if value is None else Fixed(value, 0)
