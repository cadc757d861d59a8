"""The settings of the controller, group by group, fifty rows a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.reports.commissioning_data import CommissioningData, SettingRow
from app.reports.form import NOTHING, range_texts, written
from app.reports.paper.marking import HATCH_MM, Look, look, put_value, reason_of
from app.reports.paper.parts import (
    Column,
    NameLines,
    base,
    columns,
    name_lines,
    row_line,
    table_head,
    unit_at,
)
from app.reports.render import marks
from app.reports.render.frame import Page
from app.reports.render.layout import Block, Drawn, Group, Piece, Stack, cut
from app.reports.render.sheet import Sheet, wrap
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
    TABLE_HEAD_MM,
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
_ROOM_MM = BODY_END_MM - BODY_TOP_MM - _TITLE_MM - TABLE_HEAD_MM
_FOOT_MM = 5.2
_LEAST_NAME_MM = 37.0
_LINE_MM = 3.6  # between the lines of a row that has several
_NUMBER_STYLE, _SIDE_STYLE = BODY.in_grey(DARK), BODY.in_grey(DARK)


@dataclass(frozen=True, slots=True)
class _Row:
    """One setting, ready to be set: what was measured once is not measured again."""

    row: SettingRow
    names: NameLines
    values: tuple[Look, ...]
    accepted: str
    default: str
    old_new: tuple[str, str]
    category: str

    @property
    def height(self) -> float:
        """The height in mm: one line is 3.95."""
        lines = max(self.names.count, len(self.values), 2 if self._change_wraps else 1)
        return ROW_MM + (lines - 1) * _LINE_MM

    @property
    def _change_wraps(self) -> bool:
        old, new = self.old_new
        room = _WIDTHS_MM[CHANGE] - _OLD_MM - _ARROW_MM
        return bool(old) and (
            Sheet.width(old, BODY) > _OLD_MM or Sheet.width(new, STRONG) > room
        )

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
        sheet.text(_LEFTS_MM[DEFAULT], line, self.accepted, _SIDE_STYLE, at=1)
        follows = BODY.in_grey(DIM)
        sheet.value(_DEFAULT_AT, line, self.default, follows if row.follows else _SIDE_STYLE)
        self._change(sheet, line)
        sheet.text(RIGHT_EDGE_MM, line, self.category, _SIDE_STYLE, at=1)

    def _change(self, sheet: Sheet, line: float) -> None:
        old, new = self.old_new
        if not old:
            return
        style = BODY.in_grey(DIM) if self.row.follows else BODY
        strong = style if self.row.follows else STRONG
        if self._change_wraps:
            right = _LEFTS_MM[CATEGORY] - 1
            sheet.text(right, line, old, style, at=1)
            sheet.text(right, line + _LINE_MM, f"→ {new}", strong, at=1)
            return
        x = _LEFTS_MM[CHANGE] + _OLD_MM
        sheet.text(x, line, old, style, at=1)
        sheet.text(x + _ARROW_MM / 2, line, "→", style, at=0.5)
        sheet.text(x + _ARROW_MM, line, new, strong)


def settings_pages(data: CommissioningData, _: Words) -> list[Page]:
    """Return the pages of the settings table; none when the device has no settings."""
    pieces = cut(setting_groups(data, _), _ROOM_MM, _ROOM_MM) if data.settings else []
    head = table_head(_columns(_))
    pages: list[Page] = []
    first = 1
    for piece in pieces:
        span = f"{first} – {first + piece.rows - 1}"
        title = _title(_, span, len(data.settings))
        body = Stack((title, head, *piece.blocks, _legend(data, piece)))
        pages.append([(BODY_TOP_MM, body)])
        first += piece.rows
    return pages


def setting_groups(data: CommissioningData, _: Words) -> list[Group]:
    """Return the rows under their heads, in the controller's order."""
    groups = []
    for (circuit, name), members in groupby(
        data.settings, key=lambda row: (row.circuit, row.group)
    ):
        rows = list(members)
        head = _GroupHead(
            circuit, _(data.circuit_name(circuit)) or _("Common"), _(name), len(rows)
        )
        groups.append(Group(tuple(_row(row, _) for row in rows), head.block))
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
            x += sheet.text(x, line, self.circuit_name, BODY.in_grey(DARK)) + 1.4
            x += sheet.text(x, line, self.name, GROUP) + 1.4
            if continued:
                sheet.text(x, line, _("continued"), HEAD)
            told = _.many("{n} setting", "{n} settings", self.count)
            sheet.text(RIGHT_EDGE_MM, line, told, HEAD, at=1)
            sheet.line((LEFT_MM, bottom), (RIGHT_EDGE_MM, bottom), 0.5, 0.4)

        return Drawn(GROUP_HEAD_MM, draw)


def _row(row: SettingRow, _: Words) -> _Row:
    strong = row.marked_changed or row.marked_default
    shown = look(row.form, row.told, _, STRONG if strong else BODY)
    name = _(row.name) + ("¹" if row.follows else "")
    room = _LEFTS_MM[VALUE] - _LEFTS_MM[NAME] + _WIDTHS_MM[VALUE] - FRACTION_MM - 1.5
    wide = HATCH_MM[0] if shown.hatched else Sheet.width(shown.text, shown.style)
    names = name_lines(name, reason_of(row.told, _), max(room - wide, _LEAST_NAME_MM))
    left = room - max((Sheet.width(text, BODY) for text in names.names), default=0.0)
    values = [shown]
    if wide > left:
        values = [
            Look(text, shown.style) for text in wrap(shown.text, shown.style, max(left, 12.0))
        ]
    return _Row(
        row,
        names,
        tuple(values),
        _accepted(row, _),
        written(row.form, row.default, _),
        _old_new(row, _),
        _(row.category),
    )


def _accepted(row: SettingRow, _: Words) -> str:
    if not row.form.writable:
        return _("at the device only")
    texts = range_texts(row.form, _)
    room = _WIDTHS_MM[RANGE] + 3.0  # the unit's column leaves that much
    return next((text for text in texts if Sheet.width(text, BODY) <= room), texts[-1])


def _old_new(row: SettingRow, _: Words) -> tuple[str, str]:
    if not row.changed or row.previous is None:
        return "", ""
    return written(row.form, row.previous.value, _), written(row.form, row.told.value, _)


def _title(_: Words, span: str, count: int) -> Block:
    remark = _(
        "{span} of {count} · grouped as in the controller · category: right needed to write"
    )

    def draw(sheet: Sheet, top: float) -> None:
        line = top + 4.1
        x = LEFT_MM + sheet.text(LEFT_MM, line, _("Settings"), PAGE_TITLE) + 3
        sheet.text(x, line, remark.format(span=span, count=count), HEAD)

    return Drawn(_TITLE_MM, draw)


def _columns(_: Words) -> list[Column]:
    return columns(
        LEFT_MM,
        [
            ("", 7, 0),
            (_("ID"), 12, 0),
            (_("Setting"), 47, 0),
            (_("Value"), 24 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            (_("Unit"), 12, 0),
            (_("Range"), 27, 1),
            (_("Default"), 13 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            (_("Old → New"), 20, 0.5),
            (_("Category"), 14, 1),
        ],
    )


def _legend(data: CommissioningData, piece: Piece) -> Block:
    rows: Sequence[SettingRow] = [
        block.row for block in piece.blocks if isinstance(block, _Row)
    ]

    def draw(sheet: Sheet, top: float) -> None:
        _, line = sheet.words, top + 4.2
        x = LEFT_MM
        since = data.last.number if data.last else ""
        if any(row.marked_changed for row in rows):
            marks.change_bar(sheet, line - 2.1, 2.6, x + 0.3)
            told = _("and Old → New: changed since {number}").format(number=since)
            x += 2 + sheet.text(x + 2, line, told, FOOT)
            x += sheet.text(x, line, "  ·  ", FOOT)
        if any(row.marked_default for row in rows):
            x += sheet.text(x, line, "D", FOOT.bold())
            x += sheet.text(x, line, " " + _("differs from factory default") + "  ·  ", FOOT)
        parts = []
        if any(row.default is None for row in rows):
            parts.append(_("– default not known"))
        follows = sorted({row.follows for row in rows if row.follows})
        if follows:
            numbers = ", ".join(str(number) for number in follows)
            parts.append(_("¹ follows from {numbers}, not counted").format(numbers=numbers))
        if any(row.told.value is None for row in rows):
            parts.append(_("hatched: no value, with the reason"))
        sheet.text(x, line, "  ·  ".join(parts), FOOT)

    return Drawn(_FOOT_MM, draw)
