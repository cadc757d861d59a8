"""What the rules found in the indexes of meters: in rows, in words and as a table for a file.

Asked over `app.asked`, so that the command line, the screen and a file tell the same.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from app.model.reading import PointId
from app.model.validation import Finding, Rule
from app.reports.render.book import Fixed, Moment
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.verbs import Viewer
from app.words import _, retold

if TYPE_CHECKING:  # every command is found by loading it, and most ask nothing
    from app.asked import Asked

AT_ONCE = 200  # indexes of one question: between two of them it can be given up


@dataclass(frozen=True, slots=True)
class Index:
    """An index that is checked, as people call it."""

    point: PointId
    device: str  # its name
    area: str
    name: str
    unit: str
    decimals: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding and the index it was found in."""

    index: Index
    finding: Finding
    most_per_hour: Decimal | None  # by which a spike was one, in the unit of the index

    @property
    def figure(self) -> float | None:
        """What stands out: what the first sample told, or what was counted in a part."""
        told = self.finding
        return told.figure if told.counted is None else told.counted


@dataclass(frozen=True, slots=True)
class Findings:
    """All rows by index and time, and how far the rules reached."""

    rows: tuple[FindingRow, ...] = ()
    checked: int = 0  # indexes on which rules ran
    ran: Mapping[Rule, int] = field(default_factory=dict)  # on how many indexes each
    faults: tuple[str, ...] = ()  # indexes that could not be checked, a sentence each
    unchecked: tuple[PointId, ...] = ()  # the same ones

    @property
    def indexes(self) -> int:
        """How many indexes have findings."""
        return len({row.index.point for row in self.rows})


async def found_in(
    asked: "Asked",
    viewer: Viewer,
    indexes: Sequence[Index],
    start: datetime,
    end: datetime,
    reached: Callable[[int], None] = lambda _done: None,
) -> Findings:
    """Return what the rules find in indexes from ``start`` to before ``end``.

    Args:
        asked: The services.
        viewer: Who asks.
        indexes: In the order in which their rows are to stand.
        start: Aware, as the end.
        end: Not before the start.
        reached: Told how many indexes are done; on the thread of the services.

    Raises:
        BadInput: A point that is no index, or too long a time.
        StoreBroken: A file cannot be read.
    """
    rows, ran, faults = list[FindingRow](), Counter[Rule](), list[str]()
    checked, unchecked = 0, list[PointId]()
    for first in range(0, len(indexes), AT_ONCE):
        some = indexes[first : first + AT_ONCE]
        points = [each.point for each in some]
        told = await asked.history.validation(viewer, points, start, end)
        for index, each in zip(some, told, strict=True):
            if each.fault:
                faults.append(f"{index.device}, {index.name}: {each.fault}")
                unchecked.append(index.point)
                continue
            checked += 1
            ran.update(each.ran)
            ordered = sorted(each.findings, key=lambda finding: finding.start)
            rows += [FindingRow(index, finding, each.most_per_hour) for finding in ordered]
        reached(first + len(some))
    return Findings(tuple(rows), checked, dict(ran), tuple(faults), tuple(unchecked))


def rule_words(rule: Rule) -> str:
    """Return a rule as what it finds, in the language in force."""
    return {
        Rule.RANGE: _("Outside its digits"),
        Rule.SPIKE: _("More than it can count"),
        Rule.NEGATIVE: _("Counted backwards"),
        Rule.FROZEN: _("Stands still"),
        Rule.SUM: _("Intervals do not add up"),
        Rule.PHYSICS: _("Not volume × spread"),
    }[rule]


def meaning(rule: Rule) -> str:
    """Return the sentence that says what a rule asks, in the language in force."""
    return {
        Rule.RANGE: _("The figure is negative, or larger than its digits can show."),
        Rule.SPIKE: _(
            "It rose more than it can count in that time: by what was stated, by its profile, "
            "or four times its busiest hours."
        ),
        Rule.NEGATIVE: _("It fell, and that is no rollover and no exchange that was stated."),
        Rule.FROZEN: _(
            "It told the same figure while the meter counted: it made up for it later, or its "
            "volume or energy went on."
        ),
        Rule.SUM: _("The intervals that the meter sends lie further apart than they round."),
        Rule.PHYSICS: _(
            "The energy of the day is further from volume times spread than any meter may be."
        ),
    }[rule]


def findings_sheet(
    rows: Sequence[FindingRow], made: tuple[datetime, str], zone: str, words: Words
) -> PlainTable:
    """Return rows for a file; ``made`` is when and by whom, ``zone`` an IANA name."""
    _ = words
    heads = (
        *(_("Device"), _("Area"), _("Value"), _("Point"), _("Finding")),
        *(_("From, local time"), _("UTC offset"), _("To, local time"), _("UTC offset")),
        *(_("Readings"), _("Found"), _("Expected"), _("At most in an hour"), _("Unit")),
    )
    return PlainTable(
        _("Findings"), zone, *made, heads, [_cells(row, words.language) for row in rows]
    )


def _cells(row: FindingRow, language: str) -> Sequence[Content]:
    index, finding = row.index, row.finding
    most = row.most_per_hour if finding.rule is Rule.SPIKE else None
    return (
        index.device,
        index.area or None,
        index.name,
        str(index.point),
        retold(rule_words(finding.rule), language),
        Moment(finding.start),
        Moment(finding.end),
        finding.samples or None,
        _fixed(row.figure, index),
        _fixed(finding.expected, index),
        None if most is None else _fixed(float(most), index),
        index.unit,
    )


def _fixed(value: float | None, index: Index) -> Fixed | None:
    return None if value is None else Fixed(value, index.decimals)
