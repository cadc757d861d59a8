"""The findings of rules as rows of a table: where, which rule, when, the figure beside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from app.asked import DeviceView
from app.model.counter import INDEX_ROLES
from app.model.point import PointSpec
from app.model.reading import DeviceId, point_id
from app.model.validation import Rule
from app.reports.findings import FindingRow, Findings, Index, meaning, rule_words
from app.words import _, ngettext
from widgets.consumption.remarks import moment_words
from widgets.controls.marks import Mark
from widgets.controls.moments import day_text
from widgets.controls.quality import NO_VALUE, figures
from widgets.models.rows import Cell, Column

_NAME_PX, _AREA_PX, _VALUE_PX, _RULE_PX, _WHEN_PX, _COUNT_PX = 140, 100, 130, 190, 225, 90
_EVERY_RULE = ", "


def indexes_of(
    alike: Iterable[tuple[Mapping[str, PointSpec], Sequence[DeviceView]]],
    device: DeviceId | None = None,
) -> list[Index]:
    """Return the indexes of devices, or of one of them, by the names of the devices."""
    found = [
        Index(
            point_id(view.config.id, spec.key),
            view.config.name,
            view.config.area,
            spec.name,
            spec.unit,
            spec.decimals,
        )
        for roles, views in alike
        for role in sorted(INDEX_ROLES & roles.keys())
        for view in views
        if device in (None, view.config.id)
        for spec in (roles[role],)
    ]
    return sorted(found, key=lambda index: (index.device.casefold(), index.point))


def columns(zone: tzinfo | None) -> list[Column[FindingRow]]:
    """Return the columns of the table; figures are in the unit of the index."""
    return [
        Column("device", lambda: _("Device"), _device, _NAME_PX, stretch=True),
        Column("area", lambda: _("Area"), lambda row: Cell(row.index.area), _AREA_PX),
        Column("value", lambda: _("Value"), lambda row: Cell(row.index.name), _VALUE_PX),
        Column("rule", lambda: _("Finding"), _rule, _RULE_PX),
        Column(
            "when",
            lambda: _("When"),
            lambda row: Cell(when_words(row, zone)),
            _WHEN_PX,
            order=lambda row: row.finding.start,
        ),
        Column(
            "figure",
            lambda: _("Found"),
            lambda row: Cell(_figure(row.figure, row)),
            _COUNT_PX,
            lambda row: row.figure or 0.0,
            right=True,
        ),
        Column(
            "expected",
            lambda: _("Expected"),
            lambda row: Cell(expected_words(row)),
            _COUNT_PX,
            lambda row: row.finding.expected or 0.0,
            right=True,
        ),
        Column("unit", lambda: _("Unit"), lambda row: Cell(row.index.unit), 96),
    ]


def when_words(row: FindingRow, zone: tzinfo | None) -> str:
    """Return the day of a finding, or the time from its first to its last reading."""
    finding = row.finding
    if not finding.samples:
        return day_text(finding.start, zone)
    told = moment_words(finding.start, zone)
    if finding.samples == 1:
        return told
    readings = ngettext("{count} reading", "{count} readings", finding.samples)
    return f"{told}, {readings.format(count=figures(finding.samples, 0))}"


def expected_words(row: FindingRow) -> str:
    """Return what a figure should have been, or the most it may rise in an hour."""
    if row.finding.expected is not None:
        return _figure(row.finding.expected, row)
    if row.finding.rule is Rule.SPIKE and row.most_per_hour is not None:
        most = _figure(float(row.most_per_hour), row)
        return _("≤ {most} / h").format(most=most)
    return NO_VALUE


def summary(found: Findings, shown: int) -> str:
    """Return how many findings there are, in how much that was checked."""
    if not found.checked:
        return _("No index was checked.")
    told = ngettext("{count} finding", "{count} findings", len(found.rows))
    words = told.format(count=figures(len(found.rows), 0))
    if shown != len(found.rows):
        words += ", " + _("{shown} of them shown").format(shown=figures(shown, 0))
    of = ngettext(
        "in {some} of {count} index checked",
        "in {some} of {count} indexes checked",
        found.checked,
    )
    return f"{words} " + of.format(
        some=figures(found.indexes, 0), count=figures(found.checked, 0)
    )


def reach(found: Findings) -> str:
    """Return which rules could not be run on every index: nothing found is not all well."""
    short = [
        f"{rule_words(rule)} {figures(found.ran.get(rule, 0), 0)}"
        for rule in Rule
        if found.ran.get(rule, 0) < found.checked
    ]
    if not short:
        return ""
    return _("Checked on fewer, where the meter tells enough: {rules}").format(
        rules=_EVERY_RULE.join(short)
    )


def explained(row: FindingRow | None) -> str:
    """Return what the rule of a row asks; "" for none."""
    return "" if row is None else f"{rule_words(row.finding.rule)}: {meaning(row.finding.rule)}"


def _device(row: FindingRow) -> Cell:
    return Cell(row.index.device, Mark("warning"))


def _rule(row: FindingRow) -> Cell:
    return Cell(rule_words(row.finding.rule), strong=True, tip=meaning(row.finding.rule))


def _figure(value: float | None, row: FindingRow) -> str:
    return NO_VALUE if value is None else figures(value, row.index.decimals)
