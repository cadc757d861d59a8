"""Reads a printed report back: texts with their places, lines, fonts, colours."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

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
