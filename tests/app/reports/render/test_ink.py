"""What is written for a line, a rectangle or a circle means that line, rectangle, circle."""

from math import hypot

import pytest

from app.reports.render import ink
from app.reports.render.ink import Spot
from app.reports.render.style import PAPER_MM, PT_MM


def ends(outline: ink.Outline) -> list[Spot]:
    """Where each step of a way ends."""
    return [spots[-1] for _kind, spots in outline if spots]


def halfway(begin: Spot, spots: tuple[Spot, ...]) -> Spot:
    """The middle of a curve (Bernstein's polynomials at one half)."""
    first, second, end = spots
    x, y = ((begin[at] + 3 * first[at] + 3 * second[at] + end[at]) / 8 for at in range(2))
    return x, y


def curves(outline: ink.Outline) -> list[tuple[Spot, tuple[Spot, ...]]]:
    """Every curve with the spot it begins at."""
    found, at = [], (0.0, 0.0)
    for kind, spots in outline:
        if kind == "C":
            found.append((at, spots))
        at = spots[-1] if spots else at
    return found


def test_a_spot_counts_from_the_lower_edge_in_points() -> None:
    assert ink.place(0.0, PAPER_MM[1]) == "0.0000 0.0000"
    x, y = (float(part) for part in ink.place(25.4, 0.0).split())
    assert x == pytest.approx(72.0)
    assert y == pytest.approx(PAPER_MM[1] / PT_MM, abs=1e-4)


def test_lines_go_from_spot_to_spot_and_home_when_closed() -> None:
    spots = [(10.0, 10.0), (20.0, 10.0), (20.0, 30.0)]
    assert [kind for kind, _spots in ink.lines(spots)] == ["M", "L", "L"]
    assert ends(ink.lines(spots)) == spots
    assert [kind for kind, _spots in ink.lines(spots, closed=True)][-1] == "Z"
    assert ink.way(ink.lines(spots, closed=True)).split()[2::3][:1] == ["m"]
    assert ink.way(ink.lines(spots, closed=True)).endswith(" h")


@pytest.mark.parametrize("radius", [0.5, 1.5, 40.0])
def test_a_circle_is_round(radius: float) -> None:
    drawn = ink.circle(50.0, 60.0, radius)
    assert len(curves(drawn)) == 4
    for begin, spots in curves(drawn):
        for x, y in (begin, halfway(begin, spots), spots[-1]):
            assert hypot(x - 50.0, y - 60.0) == pytest.approx(radius, rel=0.001)


def test_the_upper_half_of_a_circle_lies_above_its_middle() -> None:
    drawn = ink.upper_half(50.0, 60.0, 4.0)
    assert ends(drawn) == [(46.0, 60.0), (50.0, 56.0), (54.0, 60.0)]
    assert all(y <= 60.0 for _begin, spots in curves(drawn) for _x, y in spots)


def test_a_rectangle_hangs_from_its_upper_left_corner() -> None:
    corners = ends(ink.rectangle(10.0, 20.0, (30.0, 5.0)))
    assert corners == [(10.0, 20.0), (40.0, 20.0), (40.0, 25.0), (10.0, 25.0)]


@pytest.mark.parametrize("corner", [0.3, 1.0, 2.5])
def test_rounded_corners_lie_inside_the_corners(corner: float) -> None:
    drawn = ink.rectangle(10.0, 20.0, (30.0, 5.0), corner)
    everywhere = [spot for _kind, spots in drawn for spot in spots]
    assert {min(x for x, _y in everywhere), max(x for x, _y in everywhere)} == {10.0, 40.0}
    assert {min(y for _x, y in everywhere), max(y for _x, y in everywhere)} == {20.0, 25.0}
    centres = [(x, y) for y in (20 + corner, 25 - corner) for x in (10 + corner, 40 - corner)]
    for begin, spots in curves(drawn):
        x, y = halfway(begin, spots)
        nearest = min(hypot(x - cx, y - cy) for cx, cy in centres)
        assert nearest == pytest.approx(corner, rel=0.001)


def test_a_pen_says_weight_dashes_and_greys() -> None:
    assert ink.pen(0.5, 0.4, None) == "0.5000 w [] 0 d 0.4000 G"
    assert ink.pen(0.5, None, 1.0) == "0.5000 w [] 0 d 1.0000 g"
    assert ink.pen(0.25, 0.0, None, (25.4, 12.7)).startswith("0.2500 w [72.0000 36.0000] 0 d")


@pytest.mark.parametrize(
    ("line", "ground", "even_odd", "how"),
    [
        (True, False, False, "S"),
        (True, False, True, "S"),
        (False, True, False, "f"),
        (False, True, True, "f*"),
        (True, True, False, "B"),
        (True, True, True, "B*"),
        (False, False, False, "n"),
    ],
)
def test_an_outline_is_drawn_filled_both_or_neither(
    line: bool, ground: bool, even_odd: bool, how: str
) -> None:
    assert ink.paint(line=line, ground=ground, even_odd=even_odd) == how
