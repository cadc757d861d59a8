"""Where every piece of text on a printed page begins and ends, to find what runs into what."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from app.reports.render.fonts import Face, width_pt
from tests.app.reports.papers import HEIGHT_MM, PT_MM, Paper

_FIGURE_PARTS = (0.55, 0.1)  # of the size: how far a letter stands above and below its line


@dataclass(frozen=True)
class Piece:
    """A text as printed, in mm from the upper left corner; ``y`` is its base line."""

    page: int
    x: float
    y: float
    width: float
    size_pt: float
    text: str

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """The upper edge of its small letters."""
        return self.y - _FIGURE_PARTS[0] * self.size_pt * PT_MM

    @property
    def bottom(self) -> float:
        """A little below the base line."""
        return self.y + _FIGURE_PARTS[1] * self.size_pt * PT_MM


def pieces(paper: Paper) -> list[Piece]:
    """Return all texts of a paper with their widths."""
    found: list[Piece] = []
    for number, page in enumerate(paper.reader.pages, start=1):

        def visit(
            text: str,
            cm: list[float],
            tm: list[float],
            font: dict[str, object] | None,
            size: float,
            number: int = number,
        ) -> None:
            if not text.strip():
                return
            x, y = (tm[4] + cm[4]) * PT_MM, HEIGHT_MM - (tm[5] + cm[5]) * PT_MM
            shown = text.rstrip("\n")
            wide = width_pt(shown.rstrip(), _face(font), size) * PT_MM
            found.append(Piece(number, x, y, wide, size, shown.strip()))

        page.extract_text(visitor_text=visit)
    return found


def _face(font: dict[str, object] | None) -> Face:
    name = str((font or {}).get("/BaseFont", ""))
    return next((face for face in Face if face.value in name), Face.REGULAR)


def collisions(found: list[Piece], least_mm: float = 0.35) -> Iterator[tuple[Piece, Piece]]:
    """Yield pieces that lie on each other by more than ``least_mm`` in both directions."""
    for _page, members in groupby(sorted(found, key=_place), key=lambda one: one.page):
        open_ones: list[Piece] = []
        for piece in members:
            open_ones = [one for one in open_ones if one.bottom > piece.top]
            yield from ((o, piece) for o in open_ones if _on_each_other(o, piece, least_mm))
            open_ones.append(piece)


def _place(piece: Piece) -> tuple[int, float, float]:
    return piece.page, piece.top, piece.x


def _on_each_other(one: Piece, other: Piece, least: float) -> bool:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > least and down > least
