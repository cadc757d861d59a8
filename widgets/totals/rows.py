"""The lines of a view as a table, as bars and as a file."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app.model.balance import Amount, Totals
from app.model.totalsunits import most_decimals
from app.model.totalsviews import Line
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import _
from widgets.consumption.bars import Bar
from widgets.controls.quality import NO_VALUE, Shown, Style, figures
from widgets.models.rows import Cell, Column, Tone

_NAME_PX, _FIGURE_PX, _UNIT_PX, _SHARE_PX, _SAYS_PX = 240, 150, 70, 90, 200
_HUNDRED = 100


def decimals_of(found: Sequence[Line]) -> int:
    """Return how many decimals all figures of a view need, three of kWh and m³ at most."""
    return max(
        (
            min(_places(each.told.amount.value), most_decimals(each.unit))
            for each in found
            if each.told.amount.value is not None
        ),
        default=0,
    )


def share_of(line: Line, found: Sequence[Line]) -> float | None:
    """Return how many percent of the last line one is; None where that means nothing."""
    whole = found[-1] if found and found[-1].is_sum else None
    if whole is None or line.sign == 0 or whole.unit != line.unit:
        return None
    part, total = line.told.amount.value, whole.told.amount.value
    if part is None or not total:
        return None
    return float(line.sign * part / total * _HUNDRED)


def remark(line: Line) -> str:
    """Return what must be known of a figure, in a few words."""
    amount = line.told.amount
    if amount.value is None:
        return _("nothing is known")
    if line.told.is_negative and not line.is_sum:
        return _("less than nothing")
    if not amount.whole:
        return _("not all of the time is known")
    return _("estimated") if amount.estimated else ""


def columns(found: Sequence[Line]) -> list[Column[Line]]:
    """Return the columns of the table."""
    decimals = decimals_of(found)
    return [
        Column("name", lambda: _("Meter"), _name, _NAME_PX, stretch=True),
        Column(
            "amount",
            lambda: _("Counted"),
            lambda line: _amount(line, decimals),
            _FIGURE_PX,
            right=True,
            decimals=decimals,
        ),
        Column("unit", lambda: _("Unit"), lambda line: Cell(line.unit), _UNIT_PX),
        Column("share", lambda: "%", lambda line: _share(line, found), _SHARE_PX, right=True),
        Column(
            "remark",
            lambda: _("Remarks"),
            lambda line: Cell(remark(line), tone=Tone.QUIET),
            _SAYS_PX,
        ),
    ]


def bars(line: Line, names: Sequence[str]) -> list[Bar]:
    """Return the parts of a line; ``names`` are those of the parts."""
    return [
        Bar(name, _float(part), estimated=part.estimated or not part.whole)
        for name, part in zip(names, line.told.parts, strict=True)
    ]


def sheet(
    found: Sequence[Line],
    totals: Totals,
    names: Sequence[str],
    title: str,
    made: tuple[datetime, str],
    zone: str,
    words: Words,
) -> PlainTable:
    """Return the lines for a file, each with its parts; ``made`` is when and by whom."""
    _ = words
    heads = (_("Meter"), _("Unit"), _("In the sum"), _("Counted"), *names, _("Remarks"))
    filled: list[list[Content]] = []
    for line in found:
        sign = {1: _("added"), -1: _("taken off"), 0: ""}[line.sign]
        parts: list[Content] = [_fixed(each) for each in line.told.parts]
        filled.append(
            [
                line.name,
                line.unit,
                _("Sum") if line.is_sum else sign,
                _fixed(line.told.amount),
                *parts,
                remark(line),
            ]
        )
    return PlainTable(title, zone, *made, heads, filled, frozenset({len(totals.starts) + 4}))


def _name(line: Line) -> Cell:
    taken_off = line.sign < 0 and not line.is_sum
    return Cell(f"− {line.name}" if taken_off else line.name, strong=line.is_sum)


def _amount(line: Line, decimals: int) -> Cell:
    amount = line.told.amount
    if amount.value is None:
        return Cell(shown=Shown(NO_VALUE, Style.NONE, tip=_("nothing is known")))
    text = figures(float(amount.value), decimals)
    if amount.estimated or not amount.whole:
        return Cell(shown=Shown(f"~{text}", Style.UNCERTAIN, tip=remark(line)))
    return Cell(shown=Shown(text, Style.PLAIN))


def _share(line: Line, found: Sequence[Line]) -> Cell:
    share = share_of(line, found)
    return Cell() if share is None else Cell(figures(share, 1))


def _float(amount: Amount) -> float | None:
    return None if amount.value is None else float(amount.value)


def _fixed(amount: Amount) -> Fixed | None:
    """Return a figure with all its own decimals: the file adds up to the last of them."""
    if amount.value is None:
        return None
    about = amount.estimated or not amount.whole
    return Fixed(float(amount.value), _places(amount.value), about)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
