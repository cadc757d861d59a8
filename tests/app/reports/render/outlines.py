"""Measures outlines made of moves, lines and curves, independently of how they were made."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.reports.render.svgpath import Command, Point

_PARTS = 24  # straight pieces that stand for a curve


def traced(outline: Sequence[Command]) -> list[list[Point]]:
    """Return an outline as runs of points; a closed one ends where it began."""
    runs: list[list[Point]] = []
    for kind, spots in outline:
        if kind == "M":
            runs.append([spots[0]])
        elif kind == "L":
            runs[-1].append(spots[0])
        elif kind == "C":
            start = runs[-1][-1]
            runs[-1].extend(bezier((start, *spots), n / _PARTS) for n in range(1, _PARTS + 1))
        else:
            runs[-1].append(runs[-1][0])
    return runs


def bezier(spots: Sequence[Point], part: float) -> Point:
    """Return the point of a cubic curve at ``part`` of its way (de Casteljau)."""
    if len(spots) == 1:
        return spots[0]
    between = [
        (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for a, b in pairwise(spots)
    ]
    return bezier(between, part)


def area(outline: Sequence[Command]) -> float:
    """Return the area inside; positive when it runs clockwise as seen on paper."""
    return sum(
        (a[0] * b[1] - b[0] * a[1]) / 2
        for run in traced(outline)
        for a, b in pairwise([*run, run[0]])
    )


def box(outline: Sequence[Command]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom."""
    xs, ys = zip(*_all(outline), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def kinds(outline: Sequence[Command]) -> str:
    """Return the letters of an outline: "MLLZ"."""
    return "".join(kind for kind, _spots in outline)


def _all(outline: Sequence[Command]) -> Iterator[Point]:
    for run in traced(outline):
        yield from run
