"""The path language of vector logos is read as its standard says, or refused in words."""

from collections.abc import Sequence
from contextlib import suppress
from math import cos, hypot, isclose, pi, radians, sin, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.errors import BadInput
from app.reports.render.svgpath import Command, Point, commands, ellipse
from tests.app.reports.render.outlines import area, box, kinds, traced

LENGTHS = st.floats(-500, 500).map(lambda value: round(value, 3))
SIZES = st.floats(0.5, 200).map(lambda value: round(value, 3))
ANGLES = st.integers(-360, 360)
SPOTS = st.tuples(LENGTHS, LENGTHS)


def told(numbers: Sequence[float]) -> str:
    return " ".join(str(n) if isinstance(n, int) else f"{n:.6f}" for n in numbers)


def spelled(outline: Sequence[Command]) -> str:
    """Write an outline as a path again."""
    return " ".join(
        f"{kind}{told([n for spot in spots for n in spot])}" for kind, spots in outline
    )


def near(one: Sequence[Command], other: Sequence[Command], off: float = 1e-3) -> bool:
    """Whether two outlines draw the same, to a thousandth (of a thousand units) at most.

    A flat arc stretched to reach far is known to so many digits and no more.
    """
    if kinds(one) != kinds(other):
        return False
    widest = max((abs(x) for _kind, spots in one for spot in spots for x in spot), default=0)
    off = off * max(widest / 1000, 1)
    pairs = zip(one, other, strict=True)
    return all(
        hypot(a[0] - b[0], a[1] - b[1]) < off
        for (_k, mine), (_l, theirs) in pairs
        for a, b in zip(mine, theirs, strict=True)
    )


def moved(outline: Sequence[Command], by: Point) -> list[Command]:
    return [(kind, tuple((x + by[0], y + by[1]) for x, y in spots)) for kind, spots in outline]


@pytest.mark.parametrize(
    ("path", "outline"),
    [
        ("", []),
        ("  \n ", []),
        ("M1 2", [("M", ((1, 2),))]),
        ("m1 2", [("M", ((1, 2),))]),  # a first relative move is an absolute one
        ("M1,2L3,4", [("M", ((1, 2),)), ("L", ((3, 4),))]),
        ("M1 2 3 4", [("M", ((1, 2),)), ("L", ((3, 4),))]),
        ("m1 2 3 4", [("M", ((1, 2),)), ("L", ((4, 6),))]),
        ("M1-2-3.5.5", [("M", ((1, -2),)), ("L", ((-3.5, 0.5),))]),
        ("M1e1 2E-1", [("M", ((10, 0.2),))]),
        ("M.5.5", [("M", ((0.5, 0.5),))]),
        ("M+1+2", [("M", ((1, 2),))]),
        ("M1 2H5h-1", [("M", ((1, 2),)), ("L", ((5, 2),)), ("L", ((4, 2),))]),
        ("M1 2V5v-1", [("M", ((1, 2),)), ("L", ((1, 5),)), ("L", ((1, 4),))]),
        ("M1 1L2 1Z", [("M", ((1, 1),)), ("L", ((2, 1),)), ("Z", ())]),
        ("M0 0C1 2 3 4 5 6", [("M", ((0, 0),)), ("C", ((1, 2), (3, 4), (5, 6)))]),
        ("M1 1c1 2 3 4 5 6", [("M", ((1, 1),)), ("C", ((2, 3), (4, 5), (6, 7)))]),
        ("M0 0Q3 3 6 0", [("M", ((0, 0),)), ("C", ((2, 2), (4, 2), (6, 0)))]),
    ],
)
def test_a_path_is_read_as_the_standard_says(path: str, outline: list[Command]) -> None:
    assert near(commands(path), outline, 1e-12)


def test_after_closing_the_pen_stands_where_the_outline_began() -> None:
    path = commands("M10 10h5v5zl1 1m2 2h1")
    assert path[4] == ("L", ((11.0, 11.0),))
    assert path[5] == ("M", ((13.0, 13.0),))


def test_every_letter_goes_on_with_more_numbers() -> None:
    assert near(commands("M0 0H1 2 3V1 2"), commands("M0 0H1H2H3V1V2"))
    assert near(commands("M0 0q1 1 2 0 1 1 2 0"), commands("M0 0q1 1 2 0q1 1 2 0"))
    assert near(commands("M0 0t1 1 2 2"), commands("M0 0t1 1t2 2"))
    assert near(commands("M0 0s1 1 2 2 3 3 4 4"), commands("M0 0s1 1 2 2s3 3 4 4"))
    two_arcs = "M0 0a5 5 0 0 1 5 5 5 5 0 0 1 -5 5"
    assert near(commands(two_arcs), commands("M0 0a5 5 0 0 1 5 5a5 5 0 0 1 -5 5"))


def test_the_flags_of_an_arc_need_no_blanks() -> None:
    spread = commands("M0 0 a 5 4 30 0 1 .5 .5 a 5 4 30 1 0 -3 2")
    assert near(commands("M0 0a5 4 30 01.5.5a5 4 30 10-3 2"), spread)
    assert near(commands("M0 0a5,4,30,0,1,.5,.5,5,4,30,1,0,-3,2"), spread)


def test_a_curve_is_smooth_only_after_one_of_its_kind() -> None:
    after_line = commands("M0 0L2 2S4 4 6 2")
    assert after_line[-1][1][0] == (2.0, 2.0)  # no handle to mirror: the pen itself
    after_quadratic = commands("M0 0Q1 2 2 0S4 4 6 2")
    assert after_quadratic[-1][1][0] == (2.0, 0.0)
    after_cubic = commands("M0 0C0 1 1 2 2 0T4 0")
    assert after_cubic[-1][1][0] == (2.0, 0.0)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("1 2", "begins with a number"),
        ("M1 1Z3 4", "begins with a number"),
        ("L1 1", "begins with L, not with a move"),
        ("z", "begins with z, not with a move"),
        ("a1 1 0 0 1 2 2", "begins with a, not with a move"),
        ("M1", "middle of M"),
        ("M", "middle of M"),
        ("MH0", "middle of M"),
        ("M1 2L L3 4", "middle of L"),
        ("M1 2L3", "middle of L"),
        ("M0 0C1 2 3 4 5L1 1", "middle of C"),
        ("M0 0a1 1 0 0 1 5", "middle of a"),
        ("M1 2 X 3 4", "holds 'X 3 4'"),
        ("M1 2; L3 4", "holds '; L3 4'"),
        ("M1 2 L NaN 4", "holds 'NaN 4'"),
        ("M1 2 L #3", "holds '#3'"),
        ("M0 0A1e-170 1e-170 0 0 1 1e-170 0", "far too large or too small"),
        ("M0 0A1e-300 1e-300 0 0 1 5 0", "far too large or too small"),
        ("M0 0A1e200 1 0 0 1 1 1", "far too large or too small"),
    ],
)
def test_what_is_no_path_is_refused_in_words(path: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        commands(path)


@given(st.text(alphabet="MmLlHhVvCcSsQqTtAaZz0123456789.,-+eE \n", max_size=60))
def test_no_text_whatever_crashes_the_reader(path: str) -> None:
    with suppress(BadInput):
        found = commands(path)
        assert not found or found[0][0] == "M"
        takes = {"M": 1, "L": 1, "C": 3, "Z": 0}
        assert all(len(spots) == takes[kind] for kind, spots in found)


@given(st.text(max_size=40))
def test_no_word_of_any_language_crashes_the_reader(path: str) -> None:
    with suppress(BadInput):
        commands(f"M0 0{path}")


@given(
    SPOTS,
    st.lists(
        st.one_of(
            st.tuples(st.just("L"), st.tuples(SPOTS)),
            st.tuples(st.just("C"), st.tuples(SPOTS, SPOTS, SPOTS)),
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_an_outline_written_as_a_path_is_read_back(
    start: Point, drawn: list[Command], closed: bool
) -> None:
    outline: list[Command] = [("M", (start,)), *drawn, *([("Z", ())] if closed else [])]
    assert near(commands(spelled(outline)), outline, 1e-5)


_RELATIVE = st.one_of(
    st.tuples(st.sampled_from("lmt"), st.tuples(LENGTHS, LENGTHS)),
    st.tuples(st.sampled_from("hv"), st.tuples(LENGTHS)),
    st.tuples(st.sampled_from("sq"), st.tuples(*[LENGTHS] * 4)),
    st.tuples(st.just("c"), st.tuples(*[LENGTHS] * 6)),
    st.tuples(
        st.just("a"),
        st.tuples(SIZES, SIZES, ANGLES, st.integers(0, 1), st.integers(0, 1), LENGTHS, LENGTHS),
    ),
    st.tuples(st.just("z"), st.just(())),
)


@settings(max_examples=50)
@given(st.lists(_RELATIVE, max_size=8), SPOTS)
def test_a_relative_path_begun_elsewhere_is_the_same_shape_there(
    steps: list[tuple[str, tuple[float, ...]]], by: Point
) -> None:
    path = "".join(f"{letter}{told(numbers)}" for letter, numbers in steps)
    here, there = commands(f"M0 0{path}"), commands(f"M{told(by)}{path}")
    assert near(moved(here, by), there)


@given(SPOTS, SPOTS, SIZES, SIZES, ANGLES, st.booleans(), st.booleans())
def test_every_point_of_an_arc_lies_on_its_ellipse(
    start: Point, end: Point, rx: float, ry: float, degrees: int, large: bool, sweep: bool
) -> None:
    assume(hypot(end[0] - start[0], end[1] - start[1]) > 0.5)
    path = f"M{told(start)}A{rx} {ry} {degrees} {int(large)} {int(sweep)} {told(end)}"
    outline = commands(path)
    points = traced(outline)[0]
    assert hypot(points[0][0] - start[0], points[0][1] - start[1]) < 1e-3
    assert hypot(points[-1][0] - end[0], points[-1][1] - end[1]) < 1e-3
    round_ones = [_unturned(spot, degrees, rx, ry) for spot in points]
    centre, radius = _circle_through(round_ones)
    for x, y in round_ones:  # a cubic departs from a quarter circle by 0.03 % at most
        assert isclose(hypot(x - centre[0], y - centre[1]), radius, rel_tol=2e-3)
    assert (
        radius > 1 - 1e-3
    )  # radii are stretched when the ends lie too far apart, never shrunk


def _unturned(spot: Point, degrees: float, rx: float, ry: float) -> Point:
    """Turn and squeeze the plane so that the arc's ellipse becomes a circle of radius 1."""
    turn = radians(-degrees)
    x, y = spot
    return (cos(turn) * x - sin(turn) * y) / rx, (sin(turn) * x + cos(turn) * y) / ry


def _circle_through(points: Sequence[Point]) -> tuple[Point, float]:
    """Return the circle through the first point, the middle one and the last."""
    (ax, ay), (bx, by), (cx, cy) = points[0], points[len(points) // 2], points[-1]
    double = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    assume(abs(double) > 1e-6)
    a2, b2, c2 = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    x = (a2 * (by - cy) + b2 * (cy - ay) + c2 * (ay - by)) / double
    y = (a2 * (cx - bx) + b2 * (ax - cx) + c2 * (bx - ax)) / double
    return (x, y), hypot(ax - x, ay - y)


@pytest.mark.parametrize(
    ("large", "sweep", "part"),
    [(0, 1, 0.25), (1, 1, 0.75), (0, 0, 0.25), (1, 0, 0.75)],
)
def test_of_the_four_arcs_between_two_points_the_flags_choose_one(
    large: int, sweep: int, part: float
) -> None:
    # a quarter of the circle of radius 10 lies between (10, 0) and (0, 10)
    outline = commands(f"M10 0A10 10 0 {large} {sweep} 0 10")
    segment = part * pi * 100 - 50 * (1 if part < 0.5 else -1)  # the sector less the triangle
    assert abs(area(outline)) == pytest.approx(segment, rel=2e-3)
    assert (area(outline) > 0) is bool(sweep)


def test_radii_that_are_too_small_are_stretched_to_reach() -> None:
    assert near(commands("M0 0A1 1 0 0 1 10 0"), commands("M0 0A5 5 0 0 1 10 0"))
    assert near(commands("M0 0A-5 -5 0 0 1 10 0"), commands("M0 0A5 5 0 0 1 10 0"))


def test_an_arc_without_a_radius_is_a_line_and_one_without_a_way_is_nothing() -> None:
    assert kinds(commands("M0 0A0 5 0 0 1 9 9")) == "ML"
    assert kinds(commands("M3 3a5 5 0 1 1 0 0")) == "M"


@given(SPOTS, SIZES, SIZES)
def test_an_ellipse_has_its_area_and_its_edges(centre: Point, rx: float, ry: float) -> None:
    outline = ellipse(*centre, rx, ry)
    assert kinds(outline) == "MCCCCZ"
    assert area(outline) == pytest.approx(pi * rx * ry, rel=1e-3)
    left, top, right, bottom = box(outline)
    x, y = centre
    assert (left, right) == pytest.approx((x - rx, x + rx), abs=rx * 1e-3)
    assert (top, bottom) == pytest.approx((y - ry, y + ry), abs=ry * 1e-3)


@given(st.integers(3, 12), SIZES)
def test_a_polygon_has_the_area_of_its_corners(corners: int, radius: float) -> None:
    spots = [
        (radius * cos(2 * pi * n / corners), radius * sin(2 * pi * n / corners))
        for n in range(corners)
    ]
    path = "M" + " ".join(told(spot) for spot in spots) + "Z"
    expected = corners / 2 * radius**2 * sin(2 * pi / corners)
    assert area(commands(path)) == pytest.approx(expected, rel=1e-4)


def test_a_known_drawing_comes_out_point_by_point() -> None:
    # the drop of a water utility's sign: two curves down to a half circle
    drop = commands("M10 0C14 6 16 9 16 13a6 6 0 01-12 0C4 9 6 6 10 0z")
    assert kinds(drop) == "MCCCCZ"
    left, top, right, bottom = box(drop)
    assert (left, top, right, bottom) == pytest.approx((4, 0, 16, 19), abs=0.01)
    assert drop[3][1][-1] == pytest.approx((4, 13))


def test_a_heart_of_quadratics_is_closed_and_even() -> None:
    heart = commands("M10 20Q0 10 0 5T5 0 10 5Q10 0 15 0T20 5 10 20Z")
    assert heart[-1] == ("Z", ())
    assert abs(area(heart)) > 150
    diagonal = sqrt(20**2 + 20**2)
    assert all(hypot(*spot) <= 2 * diagonal for run in traced(heart) for spot in run)
