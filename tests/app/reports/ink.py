"""The ink of a printed page in the order it was laid: texts with their boxes, lines, fills."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from pypdf import PageObject
from pypdf.generic import ContentStream

from tests.app.reports.papers import HEIGHT_MM, PT_MM, Paper

ABOVE, BELOW = 0.70, 0.20  # of the size: how far letters stand above and below their line
TOUCH_MM = 0.2  # so much two boxes may share: their letters do not touch
_CODES = re.compile(rb"<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAINTED = {
    "S": (True, False), "s": (True, False), "f": (False, True), "f*": (False, True),
    "F": (False, True), "B": (True, True), "B*": (True, True), "b": (True, True),
    "b*": (True, True), "n": (False, False),
}  # fmt: skip
Box = tuple[float, float, float, float]  # left, top, right, bottom in mm from the upper left


@dataclass(frozen=True)
class Printed:
    """A text where it stands; mm from the upper left corner, ``order`` counts the ink."""

    page: int
    order: int
    x: float
    right: float
    y: float  # base line
    size_pt: float
    text: str

    @property
    def box(self) -> Box:
        """The box around its letters."""
        size = self.size_pt * PT_MM
        return self.x, self.y - ABOVE * size, self.right, self.y + BELOW * size


@dataclass(frozen=True)
class Painted:
    """A painted path: its straight pieces, the greys of line and fill (None: not painted)."""

    page: int
    order: int
    lines: tuple[tuple[float, float, float, float], ...]
    weight_pt: float
    stroke: float | None
    fill: float | None

    @property
    def box(self) -> Box:
        """The box around it."""
        xs = [x for line in self.lines for x in line[::2]]
        ys = [y for line in self.lines for y in line[1::2]]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass
class _Font:
    widths: dict[int, float]
    letters: dict[int, str]

    def text(self, raw: bytes) -> str:
        return "".join(self.letters.get(code, chr(code)) for code in raw)

    def width(self, raw: bytes) -> float:
        return sum(self.widths.get(code, 0.0) for code in raw) / 1000


@dataclass
class _Pen:
    """What the content stream has set so far."""

    weight: float = 1.0
    stroke: float = 0.0
    fill: float = 0.0
    font: _Font = field(default_factory=lambda: _Font({}, {}))
    size: float = 0.0
    at: tuple[float, float] = (0.0, 0.0)
    path: list[list[tuple[float, float]]] = field(default_factory=list)


class Ink:
    """All that is printed on the pages of a paper."""

    def __init__(self, paper: Paper) -> None:
        self.texts: list[Printed] = []
        self.painted: list[Painted] = []
        self._order = 0
        for number, page in enumerate(paper.reader.pages, start=1):
            self._read(number, page, ContentStream(page.get_contents(), paper.reader))

    def _read(self, number: int, page: PageObject, contents: ContentStream) -> None:
        fonts: dict[str, _Font] = {}
        for name, one in page["/Resources"]["/Font"].items():  # type: ignore[index]
            fonts[name] = _font(one.get_object())
        pen, gathered = _Pen(), ""
        start: tuple[float, float] = (0.0, 0.0)
        for operands, raw in contents.operations:
            operator = raw.decode()
            self._order += 1
            if operator == "BT":
                gathered, start = "", (0.0, 0.0)
            elif operator == "Tm":
                pen.at = start = (float(operands[4]), float(operands[5]))
            elif operator == "Tf":
                pen.font, pen.size = fonts[operands[0]], float(operands[1])
            elif operator == "Tj":
                shown = _raw(operands[0])
                gathered += pen.font.text(shown)
                pen.at = (pen.at[0] + pen.font.width(shown) * pen.size, pen.at[1])
            elif operator == "ET" and gathered.strip():
                x, right = start[0] * PT_MM, pen.at[0] * PT_MM
                line = HEIGHT_MM - start[1] * PT_MM
                self.texts.append(
                    Printed(number, self._order, x, right, line, pen.size, gathered)
                )
            else:
                self._draw(number, operator, operands, pen)

    def _draw(self, number: int, operator: str, operands: Sequence[Any], pen: _Pen) -> None:
        if operator == "w":
            pen.weight = float(operands[0])
        elif operator == "G":
            pen.stroke = float(operands[0])
        elif operator == "g":
            pen.fill = float(operands[0])
        elif operator == "m":
            pen.path.append([_spot(operands)])
        elif operator in {"l", "c"}:
            pen.path[-1].append(_spot(operands[-2:]))
        elif operator == "h" and pen.path:
            pen.path[-1].append(pen.path[-1][0])
        elif operator == "re":
            x, y, wide, high = (float(one) for one in operands)
            corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
            pen.path.append([_spot(corner) for corner in corners])
        elif operator in _PAINTED:
            lines = tuple((*a, *b) for part in pen.path for a, b in pairwise(part))
            stroke, fill = _PAINTED[operator]
            if lines:
                self.painted.append(
                    Painted(
                        number, self._order, lines, pen.weight,
                        pen.stroke if stroke else None, pen.fill if fill else None,
                    )
                )  # fmt: skip
            pen.path = []

    @cached_property
    def pages(self) -> int:
        """How many pages carry text."""
        return max(one.page for one in self.texts)


def _font(one: Any) -> _Font:
    first = int(one["/FirstChar"])
    widths = {first + index: float(wide) for index, wide in enumerate(one["/Widths"])}
    letters: dict[int, str] = {}
    told = one["/ToUnicode"].get_object().get_data()
    for kind, block in _BLOCK.findall(told):
        for line in block.splitlines():
            codes = _CODES.findall(line)
            if kind == b"char" and len(codes) == 2:
                letters[int(codes[0], 16)] = _letter(codes[1])
            elif codes:
                letters |= {int(codes[0], 16) + n: _letter(c) for n, c in enumerate(codes[2:])}
    return _Font(widths, letters)


def _letter(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be", errors="replace")


def _raw(shown: Any) -> bytes:
    return shown if isinstance(shown, bytes) else bytes(shown.original_bytes)


def _spot(place: Sequence[Any]) -> tuple[float, float]:
    return float(place[0]) * PT_MM, HEIGHT_MM - float(place[1]) * PT_MM


def overlaps(ink: Ink) -> Iterator[tuple[Printed, Printed]]:
    """Yield every two texts whose letters lie on each other."""
    for page in range(1, ink.pages + 1):
        texts = sorted((t for t in ink.texts if t.page == page), key=lambda t: t.box[1])
        for index, one in enumerate(texts):
            for other in texts[index + 1 :]:
                if other.box[1] > one.box[3]:
                    break
                if _shared(one.box, other.box):
                    yield one, other


def outside(ink: Ink, edges: Box) -> Iterator[Printed]:
    """Yield every text that is not wholly between the edges."""
    left, top, right, bottom = edges
    for one in ink.texts:
        if one.x < left or one.right > right or one.box[1] < top or one.box[3] > bottom:
            yield one


def struck(ink: Ink, palest: float = 0.6) -> Iterator[tuple[Printed, Painted]]:
    """Yield texts that a line no paler than ``palest`` runs through.

    A line that was covered again before the text was printed does not count.
    """
    for page in range(1, ink.pages + 1):
        painted = [one for one in ink.painted if one.page == page]
        for text in (t for t in ink.texts if t.page == page):
            for one in painted:
                if one.stroke is None or one.stroke > palest or not _crosses(one, text.box):
                    continue
                if not _covered(one, text, painted):
                    yield text, one


def _covered(line: Painted, text: Printed, painted: Sequence[Painted]) -> bool:
    middle = (text.box[1] + text.box[3]) / 2
    return any(
        line.order < one.order < text.order
        and one.fill is not None
        and one.box[0] <= text.x + 0.3
        and one.box[2] >= text.right - 0.3
        and one.box[1] <= middle <= one.box[3]
        for one in painted
    )


def _shared(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > TOUCH_MM and down > TOUCH_MM


def _crosses(one: Painted, box: Box) -> bool:
    """Whether a straight piece of the path goes through the inner part of a box."""
    inner = (box[0] + 0.3, box[1] + 0.45, box[2] - 0.3, box[3] - 0.45)
    if inner[0] >= inner[2]:
        return False
    return any(_through(line, inner) for line in one.lines)


def _through(line: tuple[float, float, float, float], box: Box) -> bool:
    """Clip a straight line to a box, after Liang and Barsky; whether anything is left."""
    x1, y1, x2, y2 = line
    low, high = 0.0, 1.0
    for way, room in (
        (x1 - x2, x1 - box[0]), (x2 - x1, box[2] - x1),
        (y1 - y2, y1 - box[1]), (y2 - y1, box[3] - y1),
    ):  # fmt: skip
        if way == 0:
            if room < 0:
                return False
        elif way < 0:
            low = max(low, room / way)
        else:
            high = min(high, room / way)
    return low < high
