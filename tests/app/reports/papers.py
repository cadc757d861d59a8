"""Reads a printed report back: texts with their places, lines, fonts, colours."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

from app.reports.render.frame import Frame, Page, print_pages
from app.reports.render.layout import Block, Drawn
from app.reports.render.sheet import Sheet
from app.reports.words import Words

PT_MM = 25.4 / 72
HEIGHT_MM = 297.0


@dataclass(frozen=True)
class Text:
    """A piece of text as printed; x and base line in mm from the upper left corner."""

    page: int
    x: float
    y: float
    size_pt: float
    text: str


@dataclass(frozen=True)
class Stroke:
    """The beginning of a drawn line, and its weight."""

    page: int
    x: float
    y: float
    weight_pt: float


class Paper:
    """A PDF that was made, page by page."""

    def __init__(self, raw: bytes) -> None:
        self.reader = PdfReader(BytesIO(raw))

    @property
    def pages(self) -> int:
        return len(self.reader.pages)

    @cached_property
    def words(self) -> list[str]:
        """The text of each page, blanks and line ends as single blanks."""
        return [" ".join(page.extract_text().split()) for page in self.reader.pages]

    @cached_property
    def texts(self) -> list[Text]:
        """Every piece of text with its place."""
        found: list[Text] = []
        for number, page in enumerate(self.reader.pages, start=1):

            def visit(
                text: str, cm: list[float], tm: list[float], _font: object, size: float,
                number: int = number,
            ) -> None:  # fmt: skip
                if text.strip():
                    x, y = tm[4] + cm[4], tm[5] + cm[5]
                    found.append(
                        Text(number, x * PT_MM, HEIGHT_MM - y * PT_MM, size, text.strip())
                    )

            page.extract_text(visitor_text=visit)
        return found

    @property
    def operations(self) -> Iterator[tuple[int, list[Any], str]]:
        """Every drawing operation: page, operands, operator."""
        for number, page in enumerate(self.reader.pages, start=1):
            contents = ContentStream(page.get_contents(), self.reader)
            for operands, operator in contents.operations:
                yield number, operands, operator.decode()

    @cached_property
    def strokes(self) -> list[Stroke]:
        """Where each line begins."""
        found, weight = [], 1.0
        for page, operands, operator in self.operations:
            if operator == "w":
                weight = float(operands[0])
            elif operator == "m":
                x, y = (float(one) for one in operands)
                found.append(Stroke(page, x * PT_MM, HEIGHT_MM - y * PT_MM, weight))
        return found

    @cached_property
    def fonts(self) -> dict[str, bool]:
        """The fonts of all pages, and whether each is embedded."""
        found: dict[str, bool] = {}
        for page in self.reader.pages:
            for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
                font = reference.get_object()
                descriptor = font.get("/FontDescriptor", {})
                found[str(font["/BaseFont"])] = "/FontFile2" in descriptor
        return found

    def bars(self) -> list[Stroke]:
        """The change bars in the margin of the tables."""
        return [s for s in self.strokes if s.weight_pt == 1.5 and abs(s.x - 19.4) < 0.05]

    def at(self, text: str) -> Text:
        """The first piece that is exactly this text."""
        return next(one for one in self.texts if one.text == text)

    def shapes(self, page: int = 1) -> list["Shape"]:
        """Every painted path of a page, in order."""
        found: list[Shape] = []
        spots: list[tuple[float, float]] = []
        pen = {"w": 1.0, "g": 0.0, "G": 0.0}
        dash: list[float] = []
        for number, operands, operator in self.operations:
            if number != page:
                continue
            if operator in pen:
                pen[operator] = float(operands[0])
            elif operator == "d":
                dash = [float(part) * PT_MM for part in operands[0]]
            elif operator in {"m", "l", "c"}:
                x, y = (float(one) * PT_MM for one in operands[-2:])
                spots.append((x, HEIGHT_MM - y))
            elif operator == "re":
                x, y, width, height = (float(one) * PT_MM for one in operands)
                spots += [(x, HEIGHT_MM - y), (x + width, HEIGHT_MM - y - height)]
            elif operator in _PAINTED and spots:
                stroke, fill = _PAINTED[operator]
                found.append(
                    Shape(
                        tuple(spots),
                        pen["w"],
                        round(pen["G"], 3) if stroke else None,
                        round(pen["g"], 3) if fill else None,
                        tuple(round(part, 2) for part in dash),
                    )
                )
                spots = []
        return found


_PAINTED = {
    "S": (True, False), "s": (True, False), "f": (False, True), "f*": (False, True),
    "F": (False, True), "B": (True, True), "B*": (True, True), "b": (True, True),
    "b*": (True, True),
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A painted path: its spots in mm, its pen, its greys (None: not stroked, not filled)."""

    spots: tuple[tuple[float, float], ...]
    weight_pt: float
    stroke: float | None
    fill: float | None
    dash_mm: tuple[float, ...]

    @property
    def left(self) -> float:
        return min(x for x, _y in self.spots)

    @property
    def right(self) -> float:
        return max(x for x, _y in self.spots)

    @property
    def top(self) -> float:
        return min(y for _x, y in self.spots)

    @property
    def bottom(self) -> float:
        return max(y for _x, y in self.spots)


def drawn(draw: Callable[[Sheet], object], language: str = "en") -> Paper:
    """Return the paper with one page on which ``draw`` drew."""

    def drawing(sheet: Sheet, _top: float) -> None:
        draw(sheet)

    return laid([[(0.0, Drawn(10.0, drawing))]], language)


def laid(pages: Sequence[Page], language: str = "en") -> Paper:
    """Return the paper of these pages, with an empty header and footer."""
    frame = Frame("", "", "", "", "", "test", initials=False)
    return Paper(print_pages(pages, frame, Words(language)))


def near(one: Sequence[float], other: Sequence[float], by: float = 0.01) -> bool:
    """Whether two places are the same within ``by`` mm."""
    pairs = zip(one, other, strict=True)
    return all(abs(a - b) <= by for a, b in pairs)


def put(block: Block, top: float = 20.0) -> Paper:
    """Return the paper with one block on it."""
    return laid([[(top, block)]])
