"""Column heads in every language: moved or wrapped where long words would collide."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.reports.render.layout import Block, Drawn
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import BLACK, HEAD, LINE_PT, TABLE_HEAD_MM

_GAP_MM = 1.4  # between two heads
_FAR_MM = 7.0  # a head stands no further off its column than this
_LINE_MM, _STEP_MM = 2.9, 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where it begins, how wide it is (mm), its head."""

    x: float
    width: float
    head: str = ""
    align: float = 0.0  # 0 left … 1 right; the text ends at x + width


@dataclass(frozen=True, slots=True)
class _Head:
    """A head in lines; it wants to stand ``x`` mm from the left, lined up as its column is."""

    lines: tuple[str, ...]
    width: float
    x: float
    align: float


def columns(x: float, heads: Sequence[tuple[str, float, float]]) -> list[Column]:
    """Return columns side by side from ``x`` on; each head is (text, width in mm, align)."""
    placed = []
    for head, width, align in heads:
        placed.append(Column(x, width, head, align))
        x += width
    return placed


def table_head(placed: Sequence[Column], height: float = TABLE_HEAD_MM) -> Block:
    """Return the line of column heads; more lines where words are long."""
    left, right = placed[0].x, placed[-1].x + placed[-1].width
    heads = _arranged(placed, left, right)
    most = max((len(head.lines) for head, _x in heads), default=1)
    height += (most - 1) * _LINE_MM

    def draw(sheet: Sheet, top: float) -> None:
        last, bottom = top + height - 1.55, top + height
        for head, x in heads:
            for index, text in enumerate(reversed(head.lines)):
                line = last - index * _LINE_MM
                sheet.text(x + head.align * head.width, line, text, HEAD, at=head.align)
        sheet.line((left, bottom), (right, bottom), LINE_PT, BLACK)

    return Drawn(height, draw)


def _arranged(placed: Sequence[Column], left: float, right: float) -> list[tuple[_Head, float]]:
    """Return the heads with where they begin: in one line if they can, else wrapped."""
    named = [column for column in placed if column.head]
    heads = [_head(column, [column.head]) for column in named]
    while (index := _in_the_way(heads)) is not None:
        more = len(heads[index].lines) + 1
        heads[index] = _head(named[index], _in_lines(named[index].head, more))
    spots = _spread(heads, left, right)
    near = all(abs(x - head.x) <= _FAR_MM for head, x in zip(heads, spots, strict=True))
    if not near or (spots and spots[0] < left):
        rooms = _rooms(named, right)
        cut = [wrap(c.head, HEAD, room) for c, room in zip(named, rooms, strict=True)]
        heads = [_head(column, lines) for column, lines in zip(named, cut, strict=True)]
        spots = _spread(heads, left, right)
    return list(zip(heads, spots, strict=True))


def _in_the_way(heads: Sequence[_Head]) -> int | None:
    """Return the widest head that runs into its neighbour and could be wrapped, if any."""
    found = [
        index
        for at, (one, other) in enumerate(pairwise(heads))
        if one.x + one.width + _GAP_MM > other.x
        for index in (at, at + 1)
        if any(" " in line for line in heads[index].lines)
    ]
    return max(found, key=lambda index: heads[index].width, default=None)


def _head(column: Column, lines: Sequence[str]) -> _Head:
    width = max(Sheet.width(line, HEAD) for line in lines)
    x = column.x + column.align * (column.width - width)
    return _Head(tuple(lines), width, x, column.align)


def _in_lines(head: str, most: int) -> list[str]:
    """Return a head in no more than ``most`` lines, as narrow as these can be."""
    width = max(Sheet.width(word, HEAD) for word in head.split()) + 0.01
    while len(lines := wrap(head, HEAD, width)) > most:
        width += _STEP_MM
    return lines


def _spread(heads: Sequence[_Head], left: float, right: float) -> list[float]:
    """Return where each head begins so that none touches the next, all inside of the table."""
    spots = [head.x for head in heads]
    for index, head in enumerate(heads):
        least = spots[index - 1] + heads[index - 1].width + _GAP_MM if index else left
        spots[index] = min(max(head.x, least), right - head.width)
    for index in reversed(range(len(heads) - 1)):
        most = spots[index + 1] - _GAP_MM - heads[index].width
        spots[index] = min(spots[index], most)
    return spots


def _rooms(named: Sequence[Column], right: float) -> list[float]:
    """Return how wide a head may be that shares the line with all others."""
    ends = [after.x for _before, after in pairwise(named)] + [right]
    return [max(e - c.x - _GAP_MM, 6.0) for c, e in zip(named, ends, strict=True)]
