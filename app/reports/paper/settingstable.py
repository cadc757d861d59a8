"""The settings of the controller, group by group, fifty rows a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.reports.commissioning_data import CommissioningData, SettingRow
from app.reports.form import NOTHING, range_texts, written
from app.reports.paper.columnheads import Column, columns, table_head
from app.reports.paper.marking import HATCH_MM, Look, look, put_value, reason_of
from app.reports.paper.parts import (
    NameLines,
    base,
    name_lines,
    row_line,
    unit_at,
)
from app.reports.render import marks
from app.reports.render.frame import Page
from app.reports.render.layout import Block, Drawn, Group, Piece, Stack, cut
from app.reports.render.sheet import Sheet, fitted, split_number, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    BODY_END_MM,
    BODY_TOP_MM,
    DARK,
    DIM,
    FOOT,
    FRACTION_MM,
    GROUP,
    GROUP_HEAD_MM,
    HEAD,
    LEFT_MM,
    PAGE_TITLE,
    RIGHT_EDGE_MM,
    ROW_MM,
    STRONG,
    TEXT_MM,
    Type,
)
from app.reports.words import Words

FLAG, ID, NAME, VALUE, UNIT, RANGE, DEFAULT, CHANGE, CATEGORY = range(9)
_WIDTHS_MM = (7, 12, 47, 24, 12, 27, 13, 20, 14)
_LEFTS_MM = tuple(LEFT_MM + sum(_WIDTHS_MM[:index]) for index in range(9))
_VALUE_AT = _LEFTS_MM[UNIT] - FRACTION_MM  # the decimal marks
_DEFAULT_AT = _LEFTS_MM[CHANGE] - FRACTION_MM
_OLD_MM, _ARROW_MM = 9.2, 4.0
_UNIT_GAP_MM = 1.2
_TITLE_MM = 5.6  # page title above the table
_ROOM_MM = BODY_END_MM - BODY_TOP_MM
_FOOT_MM, _FOOT_LINE_MM = 5.2, 3.3
_MOST_LEFT_MM = 6.5
_BAR, _MARK_MM, _BETWEEN_MM = "|", 2.2, 4.5  # of the foot line
_RANGE_MM = 35.0  # what a range may take, where its unit leaves that much
_LEAST_NAME_MM = 37.0
_LINE_MM = 3.6  # between the lines of a row that has several
_NUMBER_STYLE, _SIDE_STYLE = BODY.in_grey(DARK), BODY.in_grey(DARK)


@dataclass(frozen=True, slots=True)
class _Row:
    """One setting, ready to be set: what was measured once is not measured again."""

    row: SettingRow
    names: NameLines
    values: tuple[Look, ...]
    accepted: tuple[str, ...]
    defaults: tuple[str, ...]
    old_new: tuple[str, str]
    changes: tuple[str, ...]  # old and new in lines, where the column is too narrow for both
    category: tuple[str, ...]
    left: float  # how far ranges, defaults and changes stand further left, in mm

    @property
    def height(self) -> float:
        """The height in mm: one line is 3.95."""
        cells = (self.values, self.accepted, self.defaults, self.changes, self.category)
        lines = max(self.names.count, *(len(cell) for cell in cells))
        return ROW_MM + (lines - 1) * _LINE_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw the row with its upper edge at ``top``."""
        row, line = self.row, base(top)
        row_line(sheet, top, self.height)
        if row.marked_changed:
            marks.change_bar(sheet, top, self.height)
        if row.marked_default:
            sheet.text(_LEFTS_MM[FLAG] + 1.4, line, "D", HEAD.bold().in_grey(BLACK))
        number = NOTHING if row.number is None else str(row.number)
        sheet.text(_LEFTS_MM[ID], line, number, _NUMBER_STYLE)
        grey = DIM if row.follows else BLACK
        self.names.draw(sheet, _LEFTS_MM[NAME], line, _LINE_MM, BODY.in_grey(grey))
        for index, shown in enumerate(self.values):
            put_value(sheet, _VALUE_AT, line + index * _LINE_MM, shown)
        first = self.values[0]
        unit_x = unit_at(_LEFTS_MM[UNIT] + _UNIT_GAP_MM, _VALUE_AT, first.text, first.style)
        sheet.text(unit_x, line, sheet.words(row.form.unit), BODY.in_grey(DIM))
        _lines(sheet, _LEFTS_MM[DEFAULT] - self.left, line, self.accepted, _SIDE_STYLE)
        follows = BODY.in_grey(DIM) if row.follows else _SIDE_STYLE
        if len(self.defaults) == 1:
            sheet.value(_DEFAULT_AT - self.left, line, self.defaults[0], follows)
        else:
            _lines(sheet, _LEFTS_MM[CHANGE] - self.left, line, self.defaults, follows)
        self._change(sheet, line)
        _lines(sheet, RIGHT_EDGE_MM, line, self.category, _SIDE_STYLE)

    def _change(self, sheet: Sheet, line: float) -> None:
        old, new = self.old_new
        if not old:
            return
        style = BODY.in_grey(DIM) if self.row.follows else BODY
        strong = style if self.row.follows else STRONG
        if self.changes:
            _lines(sheet, _LEFTS_MM[CATEGORY] - 1 - self.left, line, self.changes, style)
            return
        x = _LEFTS_MM[CHANGE] - self.left + _OLD_MM
        sheet.text(x, line, old, style, at=1)
        sheet.text(x + _ARROW_MM / 2, line, "→", style, at=0.5)
        sheet.text(x + _ARROW_MM, line, new, strong)


def _lines(sheet: Sheet, right: float, line: float, texts: Sequence[str], style: Type) -> None:
    for index, text in enumerate(texts):
        sheet.text(right, line + index * _LINE_MM, text, style, at=1)


def settings_pages(data: CommissioningData, _: Words) -> list[Page]:
    """Return the pages of the settings table; none when the device has no settings."""
    head, count = table_head(_columns(_, _further_left(data, _))), len(data.settings)
    room = _ROOM_MM - head.height - _title(_, f"{count} – {count}", count).height
    room -= max(_legend(data, data.settings, _).height - _FOOT_MM, 0.0)
    pieces = cut(setting_groups(data, _), room, room) if data.settings else []
    pages: list[Page] = []
    first = 1
    for piece in pieces:
        span = f"{first} – {first + piece.rows - 1}"
        title = _title(_, span, count)
        body = Stack((title, head, *piece.blocks, _legend(data, _settings_of(piece), _)))
        pages.append([(BODY_TOP_MM, body)])
        first += piece.rows
    return pages


def setting_groups(data: CommissioningData, _: Words) -> list[Group]:
    """Return the rows under their heads, in the controller's order."""
    groups, left = [], _further_left(data, _)
    for (circuit, name), members in groupby(
        data.settings, key=lambda row: (row.circuit, row.group)
    ):
        rows = list(members)
        head = _GroupHead(
            circuit, _(data.circuit_name(circuit)) or _("Common"), _(name), len(rows)
        )
        groups.append(Group(tuple(_row(row, left, _) for row in rows), head.block))
    return groups


@dataclass(frozen=True, slots=True)
class _GroupHead:
    circuit: int | None
    circuit_name: str
    name: str
    count: int

    def block(self, continued: bool) -> Block:
        """Return the head's line, on later pages with "continued"."""

        def draw(sheet: Sheet, top: float) -> None:
            _ = sheet.words
            bottom = top + GROUP_HEAD_MM
            line, x = bottom - 1.75, LEFT_MM
            if self.circuit is not None:
                marks.circuit(sheet, x, line - 1.1, str(self.circuit))
                x += 5.0
            told = _.many("{n} setting", "{n} settings", self.count)
            more = _("continued") if continued else ""
            end = RIGHT_EDGE_MM - sheet.width(told, HEAD) - sheet.width(more, HEAD) - 3.4
            circuit = fitted(self.circuit_name, BODY, (end - x) / 2)
            x += sheet.text(x, line, circuit, BODY.in_grey(DARK)) + 1.4
            x += sheet.text(x, line, fitted(self.name, GROUP, end - x), GROUP) + 1.4
            sheet.text(x, line, more, HEAD)
            sheet.text(RIGHT_EDGE_MM, line, told, HEAD, at=1)
            sheet.line((LEFT_MM, bottom), (RIGHT_EDGE_MM, bottom), 0.5, 0.4)

        return Drawn(GROUP_HEAD_MM, draw)


def _row(row: SettingRow, left: float, _: Words) -> _Row:
    strong = row.marked_changed or row.marked_default
    shown = look(row.form, row.told, _, STRONG if strong else BODY)
    name = _(row.name) + ("¹" if row.follows else "")
    room = _LEFTS_MM[VALUE] - _LEFTS_MM[NAME] + _WIDTHS_MM[VALUE] - FRACTION_MM - 1.5
    wide = HATCH_MM[0] if shown.hatched else Sheet.width(shown.text, shown.style)
    names = name_lines(name, reason_of(row.told, _), max(room - wide, _LEAST_NAME_MM))
    free = room - max((Sheet.width(text, BODY) for text in names.names), default=0.0)
    values = [shown]
    if wide > free:
        values = [
            Look(text, shown.style) for text in wrap(shown.text, shown.style, max(free, 12.0))
        ]
    old_new = _old_new(row, _)
    return _Row(
        row,
        names,
        tuple(values),
        _accepted(row, left + _unit_shift(shown), _),
        _default(row, _),
        old_new,
        _in_lines(*old_new),
        tuple(wrap(_(row.category), BODY, _WIDTHS_MM[CATEGORY] + left - 0.4)),
        left,
    )


def _unit_shift(shown: Look) -> float:
    """Return how far the unit stands further right, behind a value of many decimals."""
    usual = _LEFTS_MM[UNIT] + _UNIT_GAP_MM
    return unit_at(usual, _VALUE_AT, shown.text, shown.style) - usual


def _accepted(row: SettingRow, left: float, _: Words) -> tuple[str, ...]:
    """Return what the controller accepts, the fullest wording that fits, or in lines."""
    texts = range_texts(row.form, _) if row.form.writable else [_("at the device only")]
    unit = _UNIT_GAP_MM + Sheet.width(_(row.form.unit), BODY) + 1.4
    room = min(_RANGE_MM, _WIDTHS_MM[UNIT] + _WIDTHS_MM[RANGE] - unit - left)
    fitting = next((text for text in texts if Sheet.width(text, BODY) <= room), texts[-1])
    return tuple(wrap(fitting, BODY, room))


def _default(row: SettingRow, _: Words) -> tuple[str, ...]:
    """Return the factory default; in lines where a word is longer than its column."""
    text = written(row.form, row.default, _)
    room = _WIDTHS_MM[DEFAULT] - FRACTION_MM - 1.0
    whole, fraction = split_number(text)
    if Sheet.width(whole, BODY) <= room and Sheet.width(fraction, BODY) <= FRACTION_MM + 0.3:
        return (text,)
    return tuple(wrap(text, BODY, _WIDTHS_MM[DEFAULT] - 1.4))


def _further_left(data: CommissioningData, _: Words) -> float:
    """Return how much the categories need more than their column, in mm; within measure."""
    words = {_(row.category) for row in data.settings}
    widest = max((Sheet.width(word, BODY) for word in words), default=0.0)
    return min(max(widest + 0.5 - _WIDTHS_MM[CATEGORY], 0.0), _MOST_LEFT_MM)


def _in_lines(old: str, new: str) -> tuple[str, ...]:
    """Return old and new value in lines; nothing where they stand side by side."""
    room = _WIDTHS_MM[CHANGE] - _OLD_MM - _ARROW_MM
    if not old or (Sheet.width(old, BODY) <= _OLD_MM and Sheet.width(new, STRONG) <= room):
        return ()
    whole = _WIDTHS_MM[CHANGE] - 1.4
    return (*wrap(old, BODY, whole), *wrap(f"→ {new}", BODY, whole))


def _old_new(row: SettingRow, _: Words) -> tuple[str, str]:
    if not row.changed or row.previous is None:
        return "", ""
    return written(row.form, row.previous.value, _), written(row.form, row.told.value, _)


def _title(_: Words, span: str, count: int) -> Block:
    remark = _(
        "{span} of {count} · grouped as in the controller · category: right needed to write"
    )

    title = _("Settings")
    before = Sheet.width(title, PAGE_TITLE) + 3
    lines = wrap(remark.format(span=span, count=count), HEAD, TEXT_MM - before)

    def draw(sheet: Sheet, top: float) -> None:
        line = top + 4.1
        sheet.text(LEFT_MM, line, title, PAGE_TITLE)
        for index, text in enumerate(lines):
            sheet.text(LEFT_MM + before, line + index * _FOOT_LINE_MM, text, HEAD)

    return Drawn(_TITLE_MM + (len(lines) - 1) * _FOOT_LINE_MM, draw)


def _columns(_: Words, left: float) -> list[Column]:
    return columns(
        LEFT_MM,
        [
            ("", 7, 0),
            (_("ID"), 12, 0),
            (_("Setting"), 47, 0),
            (_("Value"), 24 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            (_("Unit"), 12, 0),
            (_("Range"), 27 - left, 1),
            (_("Default"), 13 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            (_("Old → New"), 20, 0.5),
            (_("Category"), 14 + left, 1),
        ],
    )


def _settings_of(piece: Piece) -> Sequence[SettingRow]:
    return [block.row for block in piece.blocks if isinstance(block, _Row)]


def _legend(data: CommissioningData, rows: Sequence[SettingRow], _: Words) -> Block:
    """Return what the marks of these rows mean, in as many lines as that takes."""
    told = _meanings(data, rows, _)
    lines: list[list[tuple[str, str]]] = [[]]
    across = 0.0
    for mark, text in told:
        wide = _MARK_MM + Sheet.width(text, FOOT) + _BETWEEN_MM
        if lines[-1] and across + wide > TEXT_MM:
            lines.append([])
            across = 0.0
        lines[-1].append((mark, text))
        across += wide

    def draw(sheet: Sheet, top: float) -> None:
        line = top + 4.2
        for parts in lines:
            x = LEFT_MM
            for mark, text in parts:
                if mark == _BAR:
                    marks.change_bar(sheet, line - 2.1, 2.6, x + 0.3)
                else:
                    sheet.text(x, line, mark, FOOT.bold())
                x += _MARK_MM if mark else 0.0
                x += sheet.text(x, line, text, FOOT) + _BETWEEN_MM
            line += _FOOT_LINE_MM

    return Drawn(_FOOT_MM + (len(lines) - 1) * _FOOT_LINE_MM, draw)


def _meanings(
    data: CommissioningData, rows: Sequence[SettingRow], _: Words
) -> list[tuple[str, str]]:
    """Return the marks on these rows, each with what it means."""
    told: list[tuple[str, str]] = []
    if any(row.marked_changed for row in rows):
        since = data.last.number if data.last else ""
        told.append((_BAR, _("and Old → New: changed since {number}").format(number=since)))
    if any(row.marked_default for row in rows):
        told.append(("D", _("differs from factory default")))
    if any(row.default is None for row in rows):
        told.append(("", _("– default not known")))
    follows = sorted({row.follows for row in rows if row.follows})
    if follows:
        numbers = ", ".join(str(number) for number in follows)
        words = _("¹ follows from {numbers}, not counted").format(numbers=numbers)
        told.append(("", words))
    if any(row.told.value is None for row in rows):
        told.append(("", _("hatched: no value, with the reason")))
    return told
