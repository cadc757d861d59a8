"""What a PDF file says of a line, a curve or a text: its operators, written without detours.

A year of quarter hours is a million lines and figures; the general ways of the library
took most of the time that such a paper needs (operators after ISO 32000-1, 8.5 and 9.4).
"""

from collections.abc import Sequence

from app.reports.render.style import PAPER_MM, PT_MM

Spot = tuple[float, float]  # x, y in mm from the upper left corner
Outline = Sequence[tuple[str, tuple[Spot, ...]]]
_STEPS = {"M": "m", "L": "l", "C": "c", "Z": "h"}  # move, line, curve, close
_BEZIER_CIRCLE = 0.5523  # handle length of a quarter circle, in radii


def place(x: float, y: float) -> str:
    """Return a spot as PDF counts: points from the lower left corner."""
    return f"{x / PT_MM:.4f} {(PAPER_MM[1] - y) / PT_MM:.4f}"


def way(outline: Outline) -> str:
    """Return an outline of moves ("M"), lines ("L"), curves ("C") and closings ("Z")."""
    return " ".join(
        f"{' '.join(place(x, y) for x, y in spots)} {_STEPS[kind]}" for kind, spots in outline
    )


def pen(
    weight_pt: float, grey: float | None, fill: float | None, dash: Sequence[float] = ()
) -> str:
    """Return how it will be drawn; no line where ``grey`` is None; ``dash`` in mm."""
    dashes = " ".join(f"{part / PT_MM:.4f}" for part in dash)
    line = "" if grey is None else f" {grey:.4f} G"
    ground = "" if fill is None else f" {fill:.4f} g"
    return f"{weight_pt:.4f} w [{dashes}] 0 d{line}{ground}"


def paint(*, line: bool, ground: bool, even_odd: bool = False) -> str:
    """Return what ends an outline: its line drawn, its ground filled, both or neither."""
    if not ground:
        return "S" if line else "n"
    return ("B" if line else "f") + ("*" if even_odd else "")


def lines(spots: Sequence[Spot], *, closed: bool = False) -> Outline:
    """Return straight lines through ``spots``."""
    drawn: list[tuple[str, tuple[Spot, ...]]] = [("M", (spots[0],))]
    drawn += [("L", (spot,)) for spot in spots[1:]]
    return [*drawn, ("Z", ())] if closed else drawn


def rectangle(x: float, y: float, size: Spot, corner: float = 0.0) -> Outline:
    """Return a rectangle from its upper left corner, its own corners rounded by ``corner``."""
    right, low = x + size[0], y + size[1]
    if not corner:
        return lines([(x, y), (right, y), (right, low), (x, low)], closed=True)
    near = corner * (1 - _BEZIER_CIRCLE)
    return [
        ("M", ((x + corner, y),)),
        ("L", ((right - corner, y),)),
        ("C", ((right - near, y), (right, y + near), (right, y + corner))),
        ("L", ((right, low - corner),)),
        ("C", ((right, low - near), (right - near, low), (right - corner, low))),
        ("L", ((x + corner, low),)),
        ("C", ((x + near, low), (x, low - near), (x, low - corner))),
        ("L", ((x, y + corner),)),
        ("C", ((x, y + near), (x + near, y), (x + corner, y))),
        ("Z", ()),
    ]


def upper_half(x: float, y: float, radius: float) -> Outline:
    """Return the upper half of a circle, open below."""
    return [("M", ((x - radius, y),)), *_over(x, y, radius)]


def circle(x: float, y: float, radius: float) -> Outline:
    """Return a circle around (x, y)."""
    return [*upper_half(x, y, radius), *_over(x, y, -radius), ("Z", ())]


def _over(x: float, y: float, radius: float) -> Outline:
    """Return the way over the top from left to right; below and back for less than 0."""
    handle = radius * _BEZIER_CIRCLE
    top, right = (x, y - radius), (x + radius, y)
    return [
        ("C", ((x - radius, y - handle), (x - handle, y - radius), top)),
        ("C", ((x + handle, y - radius), (x + radius, y - handle), right)),
    ]
