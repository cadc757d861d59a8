"""Settings of one device beside those of another, or of a report: what differs, by how much."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QLocale

from app.control.limits import same
from app.errors import BadInput
from app.model.point import PointSpec, ValueKind
from app.model.typed import number_typed
from app.words import _
from widgets.controls.quality import MINUS, NO_VALUE, figures, number_text
from widgets.models.points import group_text
from widgets.models.rows import Cell, Column, Tone

_TOLERANCE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%?)")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart two values may lie and still count as the same."""

    value: float = 0.0  # in each setting's own unit, or in percent of its value
    percent: bool = False

    def covers(self, spec: PointSpec, here: float, there: float) -> bool:
        """Whether the two are the same; words, times and OFF must be so exactly."""
        if same(spec, here, there):
            return True
        off = spec.write.off_value if spec.write is not None else None
        if spec.kind is not ValueKind.NUMBER or off in (here, there):
            return False
        allowed = self.value * abs(there) / 100 if self.percent else self.value
        return abs(here - there) <= allowed + 1e-9


def tolerance_of(text: str) -> Tolerance:
    """Return the tolerance a person typed: "", "0.5" or "2 %".

    Raises:
        BadInput: It is none of these, or can mean two numbers.
    """
    words = text.strip()
    if not words:
        return Tolerance()
    match = _TOLERANCE.fullmatch(words)
    value = number_typed(match[1], QLocale().decimalPoint()) if match is not None else None
    if match is None or value is None:
        raise BadInput(_("“{text}” is no tolerance such as 0.5 or 2 %.").format(text=words))
    return Tolerance(value, percent=bool(match[2]))


@dataclass(frozen=True, slots=True)
class Compared:
    """One setting on both sides; None where a side does not tell it."""

    spec: PointSpec
    here: float | None
    there: float | None
    differs: bool

    @property
    def known(self) -> bool:
        """Whether both sides tell it."""
        return self.here is not None and self.there is not None

    @property
    def may_be_taken_over(self) -> bool:
        """Whether the other side's value could be written here."""
        return self.differs and self.known and self.spec.is_setting


def compared(
    specs: Sequence[PointSpec],
    here: Mapping[str, float],
    there: Mapping[str, float],
    tolerance: Tolerance,
) -> list[Compared]:
    """Return every setting that at least one side tells, in the settings' order.

    One that only one side tells counts as different.
    """
    rows = []
    for spec in specs:
        one, other = here.get(spec.key), there.get(spec.key)
        if one is None and other is None:
            continue
        alike = one is not None and other is not None and tolerance.covers(spec, one, other)
        rows.append(Compared(spec, one, other, not alike))
    return rows


def typed(row: Compared) -> str:
    """Return the other side's value as a person would type it; "" where it tells none."""
    if row.there is None:
        return ""
    off = row.spec.write.off_value if row.spec.write is not None else None
    if row.spec.kind is ValueKind.NUMBER and row.there != off:
        plain = f"{row.there:.{row.spec.decimals}f}"  # no grouping, in every language
        return plain.replace(".", QLocale().decimalPoint())
    return number_text(row.there, row.spec)


def compare_columns(
    here: str, there: str, circuit: Callable[[int | None], str]
) -> Sequence[Column[Compared]]:
    """Return the columns; ``here`` and ``there`` name the two sides."""
    return (
        Column("id", lambda: _("ID"), _id, 72, lambda row: row.spec.number or 0),
        Column("name", lambda: _("Setting"), lambda row: Cell(row.spec.name), stretch=True),
        Column(
            "place",
            lambda: _("Group"),
            lambda row: Cell(
                group_text(row.spec), tone=Tone.QUIET, tip=circuit(row.spec.circuit)
            ),
            150,
        ),
        Column("here", lambda: here, lambda row: _value(row, row.here), 104, right=True),
        Column("there", lambda: there, lambda row: _value(row, row.there), 104, right=True),
        Column("by", lambda: _("Difference"), _difference, 88, right=True),
        Column("unit", lambda: _("Unit"), _unit, 48),
    )


def _id(row: Compared) -> Cell:
    return Cell("" if row.spec.number is None else str(row.spec.number), tone=Tone.QUIET)


def _value(row: Compared, value: float | None) -> Cell:
    if value is None:
        return Cell(NO_VALUE, tone=Tone.QUIET, tip=_("This side does not tell it."))
    return Cell(number_text(value, row.spec), strong=row.differs)


def _difference(row: Compared) -> Cell:
    here, there, spec = row.here, row.there, row.spec
    off = spec.write.off_value if spec.write is not None else None
    if here is None or there is None or not row.differs:
        return Cell()
    if spec.kind is not ValueKind.NUMBER or off in (here, there):
        return Cell()
    by = here - there
    sign = MINUS if by < 0 else "+"
    return Cell(f"{sign}{figures(abs(by), spec.decimals)}")


def _unit(row: Compared) -> Cell:
    return Cell(row.spec.unit, tone=Tone.QUIET)
