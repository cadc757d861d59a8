"""One sheet of paper to draw on: millimetres from its upper left corner, black and greys."""

import re
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from app.reports.render.fonts import runs, width_pt
from app.reports.render.style import (
    BLACK,
    HAIR,
    HAIR_PT,
    LEFT_MM,
    PAPER_MM,
    PT_MM,
    RIGHT_EDGE_MM,
    Type,
)
from app.reports.words import Words

Spot = tuple[float, float]  # x, y in mm
_BLANKS = re.compile(r"[^\S\u00a0]+")  # where a line may end; a narrow blank keeps together
_UNIT = re.compile(r"(?<=\d) (?=°)")  # a number and its degrees stay on one line
_EVEN_ODD, _NON_ZERO = 0, 1  # reportlab's fill modes
_BEZIER_CIRCLE = 0.5523  # handle length of a quarter circle, in radii


class Sheet:
    """Draws on the page that is open; all places and lengths in mm, y downwards.

    ``words`` translates; nothing but greys can be drawn. Not to be shared by threads.
    """

    def __init__(self, canvas: Canvas, words: Words) -> None:
        self._canvas = canvas
        self.words = words

    def text(self, x: float, y: float, text: str, style: Type, at: float = 0.0) -> float:
        """Print ``text`` on the base line ``y`` and return its width.

        Args:
            x: Where the text begins, ends (``at`` 1) or has its middle (``at`` 0.5).
            y: The base line.
            text: One line; see `fonts.runs` for what happens to odd characters.
            style: Size, face and grey.
            at: Which part of the text stands at ``x``, 0 its beginning … 1 its end.
        """
        pieces = runs(text, style.face)
        width = self.width(text, style)
        across = (x - at * width) / PT_MM
        self._canvas.setFillGray(style.grey)
        for font, piece in pieces:
            self._canvas.setFont(font, style.size_pt)
            self._canvas.drawString(across, _up(y), piece)
            across += self._canvas.stringWidth(piece, font, style.size_pt)
        return width

    @staticmethod
    def width(text: str, style: Type) -> float:
        """Return how wide ``text`` would be."""
        return width_pt(text, style.face, style.size_pt) * PT_MM

    def words_along(self, x: float, y: float, parts: Sequence[tuple[str, Type]]) -> float:
        """Print differently set pieces one behind the other; return the whole width."""
        start = x
        for text, style in parts:
            x += self.text(x, y, text, style)
        return x - start

    def value(self, x: float, y: float, text: str, style: Type) -> None:
        """Print a value so that its decimal mark stands at ``x``, where integers end."""
        whole, fraction = split_number(text)
        self.text(x, y, whole, style, at=1)
        if fraction:
            self.text(x, y, fraction, style)

    def line(
        self,
        start: Spot,
        end: Spot,
        weight_pt: float = HAIR_PT,
        grey: float = HAIR,
        dash: Sequence[float] = (),
    ) -> None:
        """Draw a straight line; ``dash`` in mm."""
        self.path([start, end], weight_pt, grey, dash=dash)

    def rule(self, y: float, weight_pt: float = HAIR_PT, grey: float = HAIR) -> None:
        """Draw a line across the text width."""
        self.line((LEFT_MM, y), (RIGHT_EDGE_MM, y), weight_pt, grey)

    def box(
        self,
        x: float,
        y: float,
        size: Spot,
        weight_pt: float = HAIR_PT,
        grey: float | None = BLACK,
        *,
        fill: float | None = None,
        round_mm: float = 0.0,
        dash: Sequence[float] = (),
    ) -> None:
        """Draw a rectangle from its upper left corner; no line where ``grey`` is None."""
        width, height = (part / PT_MM for part in size)
        stroke = self._pen(weight_pt, grey, fill, dash)
        bottom = _up(y + size[1])
        self._canvas.roundRect(x / PT_MM, bottom, width, height, round_mm / PT_MM, *stroke)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        weight_pt: float = HAIR_PT,
        grey: float | None = BLACK,
        *,
        fill: float | None = None,
        dash: Sequence[float] = (),
    ) -> None:
        """Draw a circle around (x, y)."""
        stroke = self._pen(weight_pt, grey, fill, dash)
        self._canvas.circle(x / PT_MM, _up(y), radius / PT_MM, *stroke)

    def path(
        self,
        spots: Sequence[Spot],
        weight_pt: float = HAIR_PT,
        grey: float | None = BLACK,
        *,
        fill: float | None = None,
        dash: Sequence[float] = (),
        closed: bool = False,
    ) -> None:
        """Draw straight lines through ``spots``."""
        stroke, fill_it = self._pen(weight_pt, grey, fill, dash)
        drawn = self._canvas.beginPath()
        drawn.moveTo(*_place(spots[0]))
        for spot in spots[1:]:
            drawn.lineTo(*_place(spot))
        if closed:
            drawn.close()
        self._canvas.drawPath(drawn, stroke=stroke, fill=fill_it)

    def half_circle(
        self,
        x: float,
        y: float,
        radius: float,
        weight_pt: float,
        grey: float,
        fill: float | None,
    ) -> None:
        """Draw the upper half of a circle, closed below when filled."""
        stroke, fill_it = self._pen(weight_pt, grey, fill, ())
        drawn = self._canvas.beginPath()
        handle = radius * _BEZIER_CIRCLE
        drawn.moveTo(*_place((x - radius, y)))
        _curve(drawn, (x - radius, y - handle), (x - handle, y - radius), (x, y - radius))
        _curve(drawn, (x + handle, y - radius), (x + radius, y - handle), (x + radius, y))
        if fill is not None:
            drawn.close()
        self._canvas.drawPath(drawn, stroke=stroke, fill=fill_it)

    def shape(
        self,
        outline: Sequence[tuple[str, tuple[Spot, ...]]],
        *,
        fill: float | None,
        stroke: float | None,
        width_mm: float,
        even_odd: bool = False,
    ) -> None:
        """Draw an outline of moves ("M"), lines ("L"), curves ("C") and closings ("Z")."""
        pen = self._pen(width_mm / PT_MM, stroke, fill, ())
        drawn = self._canvas.beginPath()
        for kind, spots in outline:
            if kind == "M":
                drawn.moveTo(*_place(spots[0]))
            elif kind == "L":
                drawn.lineTo(*_place(spots[0]))
            elif kind == "C":
                _curve(drawn, *spots)
            else:
                drawn.close()
        mode = _EVEN_ODD if even_odd else _NON_ZERO
        self._canvas.drawPath(drawn, stroke=pen[0], fill=pen[1], fillMode=mode)

    def picture(self, x: float, y: float, size: Spot, image: object) -> None:
        """Place a greyscale bitmap (a reportlab ``ImageReader``) in a box."""
        width, height = size
        self._canvas.drawImage(image, x / PT_MM, _up(y + height), width / PT_MM, height / PT_MM)

    def _pen(
        self, weight_pt: float, grey: float | None, fill: float | None, dash: Sequence[float]
    ) -> tuple[int, int]:
        self._canvas.setLineWidth(weight_pt)
        self._canvas.setDash([part / PT_MM for part in dash])
        if grey is not None:
            self._canvas.setStrokeGray(grey)
        if fill is not None:
            self._canvas.setFillGray(fill)
        return int(grey is not None), int(fill is not None)


def split_number(text: str) -> tuple[str, str]:
    """Return what stands before the decimal mark, and the mark with what follows.

    Words and clock times have no fraction: ("OFF", ""), ("05:30", ""); ("−2", ".3").
    """
    whole, mark, fraction = text.partition(".") if "." in text else text.partition(",")
    if mark and fraction.isdecimal() and whole[-1:].isdecimal():
        return whole, mark + fraction
    return text, ""


def wrap(text: str, style: Type, width_mm: float) -> list[str]:
    """Return ``text`` in lines no wider than ``width_mm``; a longer word is cut apart."""
    lines: list[str] = []
    line = ""
    for word in _UNIT.sub("\u00a0", _BLANKS.sub(" ", text).strip()).split(" "):
        longer = f"{line} {word}" if line else word
        if Sheet.width(longer, style) <= width_mm:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while Sheet.width(line, style) > width_mm and len(line) > 1:
            fits = _fitting(line, style, width_mm)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def shortened(lines: Sequence[str], most: int, style: Type, width_mm: float) -> list[str]:
    """Return the first ``most`` lines; dots end the last where there were more."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], fitted(f"{lines[most - 1]} {lines[most]}", style, width_mm)]


def fitted(text: str, style: Type, width_mm: float) -> str:
    """Return ``text``, ended with dots where it is longer than ``width_mm``."""
    if Sheet.width(text, style) <= width_mm:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if Sheet.width(f"{text[:middle]}…", style) <= width_mm:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip()}…" if low else ""


def _fitting(word: str, style: Type, width_mm: float) -> int:
    count = 1
    while count < len(word) and Sheet.width(word[: count + 1], style) <= width_mm:
        count += 1
    return count


def _up(y: float) -> float:
    """Return PDF's own y (points from the lower edge)."""
    return (PAPER_MM[1] - y) / PT_MM


def _place(spot: Spot) -> Spot:
    return spot[0] / PT_MM, _up(spot[1])


def _curve(path: PDFPathObject, first: Spot, second: Spot, end: Spot) -> None:
    path.curveTo(*_place(first), *_place(second), *_place(end))
