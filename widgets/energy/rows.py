"""Houses beside each other: a row an index, its rank, what it is compared by, what lacks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from app.asked import DeviceView
from app.model.consumption import Step
from app.model.counter import INDEX_ROLES
from app.model.normalised import FLOOR_AREA, DegreeRule, Normalised
from app.model.point import PointSpec
from app.model.reading import PointId, point_id
from app.reports.energy import MOST_DEVICES, Analysis
from app.reports.energytable import Ranked, decimals_of, quotient_decimals
from app.words import _
from widgets.charts.timescale import day_bounds
from widgets.consumption.stretch import STEPS, Stretch
from widgets.controls.marks import Mark
from widgets.controls.quality import NO_VALUE, figures
from widgets.directory import Directory
from widgets.models.rows import Cell, Column

# Room and limit of heating, °C: VDI 2067 (G20/15), VDI 3807 (G15), Denmark's graddage (17).
RULES = (("20", "15"), ("15", "15"), ("17", "17"), ("18", "15"))
_OUTDOOR, _HEAT = "temperature.outdoor", "meter.energy"
_RANK_PX, _NAME_PX, _VALUE_PX, _COUNT_PX, _LACKS_PX = 60, 140, 150, 104, 190

_Alike = Iterable[tuple[Mapping[str, PointSpec], Sequence[DeviceView]]]


def rule_named(at: int) -> DegreeRule:
    """Return by which temperatures degree days are counted."""
    room, limit = RULES[at if 0 <= at < len(RULES) else 0]
    return DegreeRule(Decimal(room), Decimal(limit))


def outdoor_points(alike: _Alike) -> list[tuple[str, PointId]]:
    """Return every temperature of the air outside, with its device's name, by name."""
    found = [
        (view.config.name, point_id(view.config.id, roles[_OUTDOOR].key))
        for roles, views in alike
        if _OUTDOOR in roles
        for view in views
    ]
    return sorted(found, key=lambda each: each[0].casefold())


def with_an_area(alike: _Alike) -> list[PointId]:
    """Return the heat indexes of the houses whose floor area somebody said, up to fifty."""
    found = [
        (view.config.name.casefold(), point_id(view.config.id, roles[_HEAT].key))
        for roles, views in alike
        if _HEAT in roles
        for view in views
        if view.config.options.get(FLOOR_AREA)
    ]
    return [point for _name, point in sorted(found)][:MOST_DEVICES]


def index_name(directory: Directory, point: PointId) -> str:
    """Return what an index is called at its device; its id while that is not known."""
    spec = directory.spec(point)
    return str(point) if spec is None else spec.name


def is_index(spec: PointSpec | None) -> bool:
    """Whether a point is an index, of which alone consumption is known."""
    return spec is not None and spec.role in INDEX_ROLES


def time_of(
    stretch: Stretch, today: date, zone: tzinfo | None
) -> tuple[datetime, datetime, Step] | None:
    """Return begin, end and parts of the days of a time that are over; None for none.

    A day that runs has no mean temperature yet, and would be half a day of energy.
    """
    after = min(stretch.after, today)
    if after <= stretch.first:
        return None
    step = STEPS[stretch.scale] if after == stretch.after else Step.DAY
    return day_bounds(stretch.first, zone)[0], day_bounds(after, zone)[0], step


def columns(
    found: Analysis, name: Callable[[PointId], str], rows: Sequence[Ranked]
) -> list[Column[Ranked]]:
    """Return the columns of these rows; those of degree days only where they were asked for."""
    made: list[Column[Ranked]] = [
        Column("rank", lambda: _("Rank"), _rank, _RANK_PX, lambda row: row.rank or 10**9),
        Column(
            "device",
            lambda: _("Device"),
            lambda row: Cell(row.line.device),
            _NAME_PX,
            stretch=True,
        ),
        Column("value", lambda: _("Value"), lambda row: Cell(name(row.line.point)), _VALUE_PX),
        _number("used", _("Used"), lambda told: told.amount),
        Column("unit", lambda: _("Unit"), lambda row: Cell(row.line.unit), 56),
        _number("area", _("Floor area, m²"), lambda told: told.area_m2),
        _number("m2", _("per m²"), lambda told: told.per_m2, rows),
    ]
    if found.degrees is not None:
        made.append(_number("kd", _("per K·d"), lambda told: told.per_degree_day, rows))
        made.append(_number("both", _("per m² and K·d"), lambda told: told.per_both, rows))
    made.append(Column("lacks", lambda: _("Remarks"), _lacks, _LACKS_PX))
    return made


def degree_words(found: Analysis) -> str:
    """Return the degree days of the time, and why they are not known where they are not."""
    degrees = found.degrees
    if degrees is None:
        return ""
    if degrees.value is None:
        said = _("Degree days unknown: {count} of {days} days have no outdoor temperature.")
        return said.format(count=degrees.unknown, days=degrees.days)
    value = figures(float(degrees.value), min(decimals_of(degrees.value), 1))
    told = _("{value} degree days (K·d) in {days} days").format(value=value, days=degrees.days)
    if degrees.partly:
        told += ", " + _("{count} of them partly measured").format(count=degrees.partly)
    return told


def _rank(row: Ranked) -> Cell:
    if row.rank is None:
        return Cell(NO_VALUE, Mark("warning"))
    return Cell(str(row.rank), strong=True)


def _lacks(row: Ranked) -> Cell:
    return Cell(row.lacks, Mark("warning") if row.lacks else None)


def _number(
    name: str,
    title: str,
    of: Callable[[Normalised], Decimal | None],
    rows: Sequence[Ranked] = (),
) -> Column[Ranked]:
    """``rows``: as fine as the quotients of these are told; without, as the figure itself."""
    fine = quotient_decimals(rows, of)

    def cell(row: Ranked) -> Cell:
        value = of(row.line.told)
        if value is None:
            return Cell(NO_VALUE)
        decimals = fine.get(row.line.unit, 0) if rows else decimals_of(value)
        return Cell(figures(float(value), decimals))

    def order(row: Ranked) -> float:
        value = of(row.line.told)
        return -1.0 if value is None else float(value)

    return Column(name, lambda: title, cell, _COUNT_PX, order, right=True)
