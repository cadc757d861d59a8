"""Where things go on the pages: blocks one below the other, tables cut where they may be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.reports.render.sheet import Sheet
from app.reports.render.style import BODY_END_MM, BODY_TOP_MM

LEAST_ROWS = 3  # below a group's head before a page ends
_DUST = 1e-6  # mm, so that sums of heights do not break a page


class Block(Protocol):
    """Something of fixed height that can be drawn at any place of a page."""

    @property
    def height(self) -> float:
        """The height in mm."""
        ...

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw with the upper edge at ``top`` (mm)."""
        ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block made of a height and a drawing."""

    height: float
    drawing: Callable[[Sheet, float], None]

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw with the upper edge at ``top``."""
        self.drawing(sheet, top)


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks that stay together, one below the other."""

    blocks: tuple[Block, ...]

    @property
    def height(self) -> float:
        """The height in mm."""
        return sum(block.height for block in self.blocks)

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw with the upper edge at ``top``."""
        for block in self.blocks:
            block.draw(sheet, top)
            top += block.height


@dataclass(frozen=True, slots=True)
class Beside:
    """Blocks next to each other; each knows its own place across."""

    blocks: tuple[Block, ...]

    @property
    def height(self) -> float:
        """The height in mm."""
        return max((block.height for block in self.blocks), default=0.0)

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw with the upper edges at ``top``."""
        for block in self.blocks:
            block.draw(sheet, top)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one head; ``head`` draws it, told whether it continues from before."""

    rows: tuple[Block, ...]
    head: Callable[[bool], Block] | None = None

    def head_height(self, *, continued: bool) -> float:
        """Return the height of the head in mm; 0 without one."""
        return self.head(continued).height if self.head else 0.0


@dataclass(slots=True)
class Piece:
    """The part of a table on one page."""

    blocks: list[Block] = field(default_factory=list)
    rows: int = 0  # without heads
    height: float = 0.0

    def take(self, group: Group, rows: Sequence[Block], *, continued: bool) -> None:
        """Append some rows of a group with its head."""
        if group.head:
            self.blocks.append(group.head(continued))
        self.blocks.extend(rows)
        self.rows += len(rows)
        self.height = sum(block.height for block in self.blocks)


def cut(groups: Sequence[Group], room: float, next_room: float) -> list[Piece]:
    """Return a table in pieces: the first fits ``room``, the others ``next_room`` (mm).

    A group's head keeps three rows below it (or all of a shorter group), never is a
    last row alone on a page, a cut group repeats its head. The first piece may be
    empty when nothing fits. A row higher than a page gets a page of its own.
    """
    pieces = [Piece()]
    for group in groups:
        rows, continued = list(group.rows), False
        while rows:
            piece, limit = pieces[-1], room if len(pieces) == 1 else next_room
            left = limit - piece.height - group.head_height(continued=continued)
            count = _how_many(rows, left)
            if not count and not piece.rows and len(pieces) > 1:
                count = 1
            if count:
                piece.take(group, rows[:count], continued=continued)
                rows, continued = rows[count:], True
            if rows:
                pieces.append(Piece())
    return pieces


def _how_many(rows: Sequence[Block], left: float) -> int:
    """Return how many rows go into ``left`` mm by the rules of `cut`."""
    count, height = 0, 0.0
    while count < len(rows) and height + rows[count].height <= left + _DUST:
        height += rows[count].height
        count += 1
    if len(rows) - count == 1:
        count -= 1
    return count if count >= min(LEAST_ROWS, len(rows)) else 0


class Flow:
    """Pages being filled from top to bottom."""

    def __init__(self, top: float = BODY_TOP_MM, end: float = BODY_END_MM) -> None:
        """``top``: where the first page begins; later ones begin below the header."""
        self._end = end
        self._y = top
        self.pages: list[list[tuple[float, Block]]] = [[]]

    @property
    def room(self) -> float:
        """What is left of the page, in mm."""
        return self._end - self._y

    @property
    def page_height(self) -> float:
        """The height of an empty page after the first, in mm."""
        return self._end - BODY_TOP_MM

    def place(self, block: Block, gap: float = 0.0) -> None:
        """Put a block below the last one, ``gap`` mm apart; on a new page if it must."""
        if self.pages[-1] and gap + block.height > self.room + _DUST:
            self.new_page()
        if self.pages[-1]:
            self._y += gap
        self.pages[-1].append((self._y, block))
        self._y += block.height

    def place_table(self, head: Block, groups: Sequence[Group], gap: float = 0.0) -> None:
        """Put a table below the last block; its head stands above every piece."""
        for number, piece in enumerate(
            cut(groups, self.room - gap - head.height, self.page_height - head.height)
        ):
            if number:
                self.new_page()
            if piece.rows:
                self.place(Stack((head, *piece.blocks)), gap)

    def new_page(self) -> None:
        """Begin the next page."""
        self.pages.append([])
        self._y = BODY_TOP_MM
