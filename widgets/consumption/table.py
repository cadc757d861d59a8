"""The consumption of a time as a table: the rows of the screen, and those of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from app.model.counter import Stated
from app.reports.render.book import Fixed, Moment
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import _, retold
from widgets.consumption.bars import Bar
from widgets.consumption.pairs import Consumed, Pair, Part, Told
from widgets.consumption.remarks import is_exchange, remarks, statement_words
from widgets.consumption.stretch import part_words, tick_words
from widgets.controls.quality import MINUS, NO_VALUE, Shown, Style, figures
from widgets.models.rows import Cell, Column

_TIME_PX, _FIGURE_PX, _CHANGE_PX, _REMARK_PX = 190, 150, 190, 260
PERCENT_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its place among the parts, and what is to be known of it."""

    nth: int
    pair: Pair
    remarks: str

    @property
    def part(self) -> Part:
        """The part that names the row: that of the time shown, where there is one."""
        told = self.pair.now or self.pair.before
        assert told is not None  # noqa: S101 - a row has at least one
        return told


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything rows and files are made from."""

    told: Consumed
    stated: Sequence[Stated]
    now: datetime
    zone: tzinfo | None

    def lines(self) -> list[Line]:
        """Return the rows in the order of time."""
        return [
            Line(nth, pair, ", ".join(self.remarks(pair.now)))
            for nth, pair in enumerate(self.told.pairs)
        ]

    def remarks(self, part: Part | None) -> list[str]:
        """Return what is to be known of a part of the time shown."""
        told = self.told
        return remarks(part, told.now, told.unplaced, self.stated, self.now, self.zone)

    def name(self, line: Line) -> str:
        """Return which part of time a row is."""
        words = part_words(self.told.stretch.scale, line.part.start, line.part.end, self.zone)
        return words if line.pair.now is not None else f"({words})"

    def columns(self) -> list[Column[Line]]:
        """Return the columns of the table."""
        told = self.told
        made: list[Column[Line]] = [
            Column("time", lambda: _("Time"), lambda row: Cell(self.name(row)), _TIME_PX),
            Column(
                "amount",
                lambda: _headed(_("Consumption"), told.unit),
                lambda row: _cell(row.pair.now, told.now),
                _FIGURE_PX,
                right=True,
                decimals=told.now.decimals,
            ),
        ]
        if told.other is not None:
            made += [
                Column(
                    "before",
                    lambda: _headed(_("Beside it"), told.before.unit),
                    lambda row: _cell(row.pair.before, told.before),
                    _FIGURE_PX,
                    right=True,
                    decimals=told.before.decimals,
                ),
                Column(
                    "change",
                    lambda: _headed(_("More or less"), told.unit),
                    lambda row: Cell(self._change(row)[0]),
                    _CHANGE_PX,
                    right=True,
                ),
                Column(
                    "percent",
                    lambda: "%",
                    lambda row: Cell(self._change(row)[1]),
                    90,
                    right=True,
                ),
            ]
        made.append(
            Column(
                "remarks",
                lambda: _("Remarks"),
                lambda row: Cell(row.remarks, tip=row.remarks.replace(", ", "\n")),
                _REMARK_PX,
                stretch=True,
            )
        )
        return made

    def bars(self) -> list[Bar]:
        """Return the same as bars."""
        return [self._bar(line) for line in self.lines()]

    def sheet(self, title: str, head: str, maker: str, words: Words) -> PlainTable:
        """Return the rows of the screen for a file: same order, same figures.

        ``title`` names the sheet, ``head`` the index.
        """
        _ = words
        told = self.told
        decimals = max(told.now.decimals, told.before.decimals)
        heads = [_("Local time"), _("UTC offset"), f"{head} [{told.unit}]"]
        if told.other is not None:
            heads += [
                *(_("Beside it, local time"), _("UTC offset")),
                _headed(_("Beside it"), told.before.unit),
                _headed(_("More or less"), told.unit),
                "%",
            ]
        rows: list[list[Content]] = []
        for line in self.lines():
            row: list[Content] = [_moment(line.pair.now), _fixed(line.pair.now, told.now)]
            if told.other is not None:
                row += [_moment(line.pair.before), _fixed(line.pair.before, told.before)]
                change = told.change(line.pair)
                row.append(None if change is None else Fixed(float(change[0]), decimals))
                percent = None if change is None else change[1]
                row.append(None if percent is None else _percent(percent))
            row.append(retold(line.remarks, words.language) or None)
            rows.append(row)
        heads.append(_("Remarks"))
        zone = str(getattr(self.zone, "key", "") or "UTC")
        prose = frozenset({len(heads) - 1})
        return PlainTable(title, zone, self.now, maker, tuple(heads), rows, prose)

    def _change(self, line: Line) -> tuple[str, str]:
        return change_words(self.told.change(line.pair), self.told)

    def _bar(self, line: Line) -> Bar:
        told, part = self.told, line.pair.now
        lost = part is not None and any(
            each.start < part.end and each.end > part.start for each in told.unplaced
        )
        changed = part is not None and any(
            statement_words(each.statement.says, self.zone) in line.remarks
            for each in self.stated
            if each.holds and is_exchange(each)
        )
        comparable = told.before.unit == told.unit
        says = [self.name(line), f"{told.now.words(_amount(part))} {told.unit}"]
        if told.other is not None:
            before = told.before.words(_amount(line.pair.before))
            says.append(_("Beside it") + f": {before} {told.before.unit}")
        says += line.remarks.split(", ") if line.remarks else []
        return Bar(
            tick_words(told.stretch.scale, line.part.start, self.zone),
            _float(part, told.now),
            _float(line.pair.before, told.before) if comparable else None,
            part is not None and part.estimated,
            lost,
            changed,
            "\n".join(says),
        )


def change_words(
    change: tuple[Decimal, float | None] | None, told: Consumed
) -> tuple[str, str]:
    """Return a change and its share of what was before, both with their sign."""
    if change is None:
        return NO_VALUE, NO_VALUE
    amount, percent = change
    decimals = max(told.now.decimals, told.before.decimals)
    return (
        signed(float(amount), decimals),
        NO_VALUE if percent is None else signed(percent, PERCENT_DECIMALS),
    )


def signed(value: float, decimals: int) -> str:
    """Return a number that is told with a plus or a minus before it; a nought with none."""
    told = figures(value, decimals)
    return told if told.startswith(MINUS) or not round(value, decimals) else f"+{told}"


def _headed(words: str, unit: str) -> str:
    return f"{words} [{unit}]"


def _cell(part: Part | None, told: Told) -> Cell:
    if part is None or part.amount is None:
        return Cell(shown=Shown(NO_VALUE, Style.NONE, tip=_("nothing is known")))
    text = told.words(part.amount)
    if part.estimated:
        return Cell(shown=Shown(f"~{text}", Style.UNCERTAIN, tip=_("estimated")))
    return Cell(text)


def _amount(part: Part | None) -> Decimal | None:
    return None if part is None else part.amount


def _float(part: Part | None, told: Told) -> float | None:
    amount = _amount(part)
    return None if amount is None else float(told.value(amount))


def _fixed(part: Part | None, told: Told) -> Fixed | None:
    value = _float(part, told)
    if part is None or value is None:
        return None
    return Fixed(value, told.decimals, part.estimated)


def _percent(value: float) -> Fixed:
    return Fixed(round(value, PERCENT_DECIMALS) + 0.0, PERCENT_DECIMALS)  # no "-0.0"


def _moment(part: Part | None) -> Moment:
    return Moment(None if part is None else part.start)
