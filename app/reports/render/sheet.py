"""One sheet of paper to draw on: millimetres from its upper left corner, black and greys."""

import re
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from app.reports.render import ink
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

Spot = ink.Spot
_BLANKS = re.compile(r"[^\S\u00a0]+")  # where a line may end; a narrow blank keeps together
_UNIT = re.compile(r"(?<=\d) (?=°)")  # a number and its degrees stay on one line
_TEXTS_KEPT = 8192


class Sheet:
    """Draws on the page that is open; all places and lengths in mm, y downwards.

    ``words`` translates; nothing but greys can be drawn. Not to be shared by threads.
    """

    def __init__(self, canvas: Canvas, words: Words) -> None:
        self._canvas = canvas
        self._set_texts: dict[tuple[str, Type], str] = {}
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
        width = self.width(text, style)
        begin = ink.place(x - at * width, y)
        self._canvas.addLiteral(f"BT 1 0 0 1 {begin} Tm {self._set(text, style)} ET")
        return width

    def _set(self, text: str, style: Type) -> str:
        """Return the operators that print a text, kept: a table repeats its figures."""
        known = self._set_texts.get((text, style))
        if known is None:
            pen = self._canvas.beginText(0, 0)
            pen.setFillGray(style.grey)
            for font, piece in runs(text, style.face):
                pen.setFont(font, style.size_pt)
                pen.textOut(piece)
            known = str(pen.getCode()).partition(" Tm ")[2].removesuffix("ET").strip()
            if len(self._set_texts) >= _TEXTS_KEPT:
                self._set_texts.clear()
            self._set_texts[text, style] = known
        return known

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
        self._draw(ink.lines([start, end]), ink.pen(weight_pt, grey, None, dash), "S")

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
        way = ink.rectangle(x, y, size, round_mm)
        self._trace(way, weight_pt, grey, fill, dash)

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
        self._trace(ink.circle(x, y, radius), weight_pt, grey, fill, dash)

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
        self._trace(ink.lines(spots, closed=closed), weight_pt, grey, fill, dash)

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
        way = ink.upper_half(x, y, radius)
        end = [("Z", ())] if fill is not None else []
        self._trace([*way, *end], weight_pt, grey, fill)

    def shape(
        self,
        outline: ink.Outline,
        *,
        fill: float | None,
        stroke: float | None,
        width_mm: float,
        even_odd: bool = False,
    ) -> None:
        """Draw an outline of moves ("M"), lines ("L"), curves ("C") and closings ("Z")."""
        how = ink.paint(line=stroke is not None, ground=fill is not None, even_odd=even_odd)
        self._draw(outline, ink.pen(width_mm / PT_MM, stroke, fill), how)

    def picture(self, x: float, y: float, size: Spot, image: object) -> None:
        """Place a greyscale bitmap (a reportlab ``ImageReader``) in a box."""
        width, height = size
        self._canvas.drawImage(image, x / PT_MM, _up(y + height), width / PT_MM, height / PT_MM)

    def _trace(
        self,
        way: ink.Outline,
        weight_pt: float,
        grey: float | None,
        fill: float | None,
        dash: Sequence[float] = (),
    ) -> None:
        how = ink.paint(line=grey is not None, ground=fill is not None)
        self._draw(way, ink.pen(weight_pt, grey, fill, dash), how)

    def _draw(self, way: ink.Outline, pen: str, how: str) -> None:
        self._canvas.addLiteral(f"{pen} {ink.way(way)} {how}")


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
