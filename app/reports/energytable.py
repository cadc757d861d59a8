"""Houses ranked by what they use per square metre and degree day, as a table.

The one that uses most stands first; an index without a figure to compare has no rank, and the
table says what lacks. The screen, its files and those of the command tell the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.errors import BadInput
from app.model.normalised import Normalised
from app.model.reading import PointId
from app.model.units import unit
from app.reports.energy import Analysis, Line
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import _, retold

Quotient = Callable[[Normalised], Decimal | None]
_QUOTIENTS: tuple[Quotient, ...] = (
    lambda told: told.per_m2,
    lambda told: told.per_degree_day,
    lambda told: told.per_both,
)
_MOST_DECIMALS = 6  # as the model rounds them
_FIGURES, _LEAST_FIGURES = 4, 2  # significant ones of a column's largest and smallest


@dataclass(frozen=True, slots=True)
class Ranked:
    """An index with its place among those of the same quantity."""

    line: Line
    rank: int | None  # 1 uses most; None: nothing to compare it by

    @property
    def lacks(self) -> str:
        """What is not known of it, a sentence in the language in force; "" for nothing."""
        told = self.line.told
        parts = []
        if told.amount is None:
            parts.append(_("nothing counted"))
        elif not self.line.whole:
            parts.append(_("not all that was counted is known"))
        if told.area_m2 is None:
            parts.append(_("no floor area"))
        return ", ".join(parts)


def ranked(found: Analysis) -> list[Ranked]:
    """Return the lines with their ranks, the largest first; those without one last.

    They are ranked per m² and K·d where degree days were asked for, else per m²; units of
    the same quantity (kWh, MWh, GJ) are compared as what they are.
    """
    rated: dict[str, list[tuple[Fraction, Line]]] = {}
    rest: list[Line] = []
    for line in found.lines:
        by = line.told.per_m2 if found.degrees is None else line.told.per_both
        known = None if by is None else _in_base(by, line.unit)
        if known is None:
            rest.append(line)
        else:
            rated.setdefault(known[0], []).append((known[1], line))
    made: list[Ranked] = []
    for kind in sorted(rated):
        ordered = sorted(rated[kind], key=lambda each: (-each[0], each[1].point))
        for value, line in ordered:
            above = sum(other > value for other, _line in ordered)
            made.append(Ranked(line, above + 1))
    return made + [Ranked(line, None) for line in rest]


def energy_sheet(
    rows: Sequence[Ranked],
    made: tuple[datetime, str],
    zone: str,
    words: Words,
    name: Callable[[PointId], str] = str,
) -> PlainTable:
    """Return the lines for a file; ``made`` is when and by whom, ``zone`` an IANA name.

    ``name`` returns what an index is called; without it its id stands there.
    """
    _ = words
    heads = (
        *(_("Device"), _("Value"), _("Unit"), _("Used"), _("Floor area, m²")),
        *(_("Degree days, K·d"), _("per m²"), _("per K·d"), _("per m² and K·d")),
        *(_("Rank"), _("Remarks")),
    )
    fine = [(each, quotient_decimals(rows, each)) for each in _QUOTIENTS]
    filled = [_cells(row, words.language, name(row.line.point), fine) for row in rows]
    last = len(heads) - 1
    return PlainTable(_("Energy analysis"), zone, *made, heads, filled, frozenset({last}))


def _cells(
    row: Ranked,
    language: str,
    called: str,
    fine: Sequence[tuple[Quotient, Mapping[str, int]]],
) -> Sequence[Content]:
    line, told = row.line, row.line.told
    quotients = ((of(told), decimals) for of, decimals in fine)
    return (
        line.device,
        called,
        line.unit,
        _fixed(told.amount),
        _fixed(told.area_m2),
        _fixed(told.degree_days),
        *(
            None if each is None else Fixed(float(each), decimals.get(line.unit, 0))
            for each, decimals in quotients
        ),
        row.rank,
        retold(row.lacks, language) or None,
    )


def quotient_decimals(rows: Sequence[Ranked], of: Quotient) -> Mapping[str, int]:
    """Return by unit with how many decimals a column of quotients is told.

    All of a unit stand on one decimal mark: the largest has four significant figures, the
    smallest two, and neither more of them than what was counted has.
    """
    known: dict[str, list[tuple[Decimal, int]]] = {}
    for row in rows:
        told = row.line.told
        value = of(told)
        if value and told.amount:
            figures = told.amount.adjusted() + 1 + decimals_of(told.amount)
            known.setdefault(row.line.unit, []).append((abs(value), figures))
    return {
        sign: min(
            max(
                0,
                _places(*max(found), _FIGURES),
                _places(*min(found), _LEAST_FIGURES),
            ),
            _MOST_DECIMALS,
        )
        for sign, found in known.items()
    }


def _places(value: Decimal, figures: int, most: int) -> int:
    """Return how many decimals show that many significant figures of a value, at most."""
    return min(figures, most) - 1 - value.adjusted()


def _fixed(value: Decimal | None) -> Fixed | None:
    return None if value is None else Fixed(float(value), decimals_of(value))


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a figure has."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _in_base(value: Decimal, sign: str) -> tuple[str, Fraction] | None:
    """Return the quantity and a figure in its base unit; None for a unit nobody knows."""
    try:
        known = unit(sign)
    except BadInput:
        return None
    return known.kind, Fraction(value) * known.size
