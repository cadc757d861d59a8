"""What the rules found in the indexes of a period report: a column, where it is wished."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from app.asked import Asked
from app.model.comparison import Period
from app.model.reading import DeviceId, split_point
from app.model.validation import Rule
from app.reports.findings import found_in, rule_words
from app.verbs import Viewer
from app.words import _
from widgets.findings.rows import indexes_of
from widgets.models.rows import Cell, Column
from widgets.periodreport.question import Question

FINDINGS = "findings"  # among the columns
_WIDTH_PX = 190
_T = TypeVar("_T")
Flags = Mapping[str, Sequence[Rule] | None]  # by device; None: it could not be checked


async def flags_of(asks: Question, asked: Asked, viewer: Viewer, period: Period) -> Flags:
    """Return by which rules the indexes of each device stand out in a period.

    Raises:
        PlantError: As `HistoryVerbs.validation` does.
    """
    alike = [(roles, (view,)) for view, roles in asks.devices]
    shown = {*asks.counted, *asks.measured}
    told = [each for each in indexes_of(alike) if each.point in shown]
    made: dict[str, Sequence[Rule] | None] = {}
    if period.start >= period.end:  # it has not begun
        return made
    found = await found_in(asked, viewer, told, period.start, period.end)
    rules: dict[DeviceId, set[Rule]] = {}
    for row in found.rows:
        device = split_point(row.index.point)[0]
        rules.setdefault(device, set()).add(row.finding.rule)
    for device, met in rules.items():
        made[device] = [rule for rule in Rule if rule in met]
    return made | {split_point(point)[0]: None for point in found.unchecked}


def flag_column(flags: Flags, device_of: Callable[[_T], str]) -> Column[_T]:
    """Return the column that tells it; ``device_of`` tells the device of a row."""
    return Column(
        FINDINGS,
        lambda: _("Findings"),
        lambda row: Cell(flag_words(flags, device_of(row))),
        _WIDTH_PX,
    )


def flag_words(flags: Flags, device: str) -> str:
    """Return what was found in a device's indexes, in the language in force; "" for nothing."""
    rules = flags.get(device, ())
    if rules is None:
        return _("not checked")
    return ", ".join(map(rule_words, rules))
