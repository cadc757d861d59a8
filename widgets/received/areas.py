"""Which of the readings that were due came, by area: a row an area, its sums, as a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.reports.sheets.plaintable import Content, PlainTable
from app.words import _
from widgets.controls.marks import Mark
from widgets.controls.quality import figures
from widgets.models.rows import Cell, Column
from widgets.received.rows import Row, fixed, percent_words, share, together

_NAME_PX, _COUNT_PX = 170, 96


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area and what came of the readings of its devices."""

    area: str  # "" for devices without one
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """Return what it is called on the screen."""
        return self.area or _("no area")

    @property
    def sums(self) -> tuple[int, int]:
        """Return how many readings were due, and how many came."""
        return together(row.told for row in self.rows)

    @property
    def lacking(self) -> int:
        """Return how many of its devices lack some."""
        return sum(not row.is_whole for row in self.rows)


def areas_of(rows: Iterable[Row]) -> list[AreaRow]:
    """Return the areas of devices, by name; what has none stands last."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.view.config.area, []).append(row)
    ordered = sorted(found, key=lambda area: (not area, area.casefold()))
    return [AreaRow(area, tuple(found[area])) for area in ordered]


def area_columns() -> list[Column[AreaRow]]:
    """Return the columns of the table of areas."""
    return [
        Column("area", lambda: _("Area"), _name, _NAME_PX, stretch=True),
        _count("devices", _("Devices"), lambda row: len(row.rows)),
        Column(
            "percent",
            lambda: _("Received") + " %",
            lambda row: Cell(percent_words(row.sums[1], row.sums[0])),
            _COUNT_PX,
            lambda row: share(row.sums[1], row.sums[0]) if row.sums[0] else -1.0,
            right=True,
        ),
        _count("received", _("Received"), lambda row: row.sums[1]),
        _count("expected", _("Due"), lambda row: row.sums[0]),
        _count("missing", _("nothing"), lambda row: max(row.sums[0] - row.sums[1], 0)),
        _count("lacking", _("Devices that lack some"), lambda row: row.lacking),
    ]


def area_sheet(
    areas: Sequence[AreaRow], made: tuple[datetime, str], zone: tzinfo | None
) -> PlainTable:
    """Return the areas shown for a file; ``made`` is when and by whom."""
    heads = (
        *(_("Area"), _("Devices"), _("Received") + " %", _("Received"), _("Due")),
        *(_("nothing"), _("Devices that lack some")),
    )
    filled: list[list[Content]] = []
    for each in areas:
        due, came = each.sums
        counts = (came, due, max(due - came, 0), each.lacking)
        filled.append([each.area or None, len(each.rows), fixed(came, due), *counts])
    name = str(getattr(zone, "key", "") or "UTC")
    return PlainTable(_("Readings received"), name, *made, heads, filled)


def _name(row: AreaRow) -> Cell:
    return Cell(row.name, Mark("warning") if row.lacking else None)


def _count(name: str, words: str, of: Callable[[AreaRow], int]) -> Column[AreaRow]:
    return Column(
        name, lambda: words, lambda row: Cell(figures(of(row), 0)), _COUNT_PX, of, right=True
    )
