"""Whatever a controller holds, its heat curve is drawn at once, inside its place."""

from itertools import pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.reports.render.curve import HeatCurve, draw_curve
from tests.app.reports.papers import Paper, drawn
from tests.app.reports.places import collisions, pieces

X, Y, SIZE = 142.0, 200.0, (56.0, 53.0)
OUTDOOR = (-30.0, -15.0, -5.0, 0.0, 5.0, 15.0)


def paper(curve: HeatCurve) -> Paper:
    return drawn(lambda sheet: draw_curve(sheet, X, Y, SIZE, curve))


def curve_of(*flows: float, **more: object) -> HeatCurve:
    points = tuple(zip(OUTDOOR, flows, strict=True))
    return HeatCurve(points=points, **more)  # type: ignore[arg-type]


def grid(found: Paper) -> list[float]:
    """Where the level lines of the plot lie."""
    lines = [s for s in found.shapes() if s.weight_pt == 0.45 and s.top == s.bottom]
    return sorted(s.top for s in lines)


def stays_inside(found: Paper) -> None:
    """Nothing reaches beyond the place of the curve, 56 mm wide."""
    for text in pieces(found):
        if text.y < 280:
            assert text.x >= X - 0.7, text  # three figures reach a little into the gutter
            assert text.right <= X + SIZE[0] + 0.05, text
            assert text.top >= Y - 0.5, text
            assert text.bottom <= Y + SIZE[1], text
    for shape in found.shapes():
        if shape.bottom < 270:
            assert shape.left >= X, shape
            assert shape.right <= X + SIZE[0] + 0.7, shape
            assert shape.top >= Y - 0.7, shape
            assert shape.bottom <= Y + SIZE[1], shape


ANY = st.one_of(st.floats(0, 150), st.floats(-1e4, 1e4), st.floats(-1e30, 1e30))
MAYBE = st.one_of(st.none(), ANY)


@settings(max_examples=40, deadline=None, phases=[Phase.generate])
@given(st.tuples(*[ANY] * 6), MAYBE, MAYBE, st.one_of(st.none(), st.tuples(ANY, ANY)))
def test_no_value_a_register_can_hold_makes_the_drawing_endless(
    flows: tuple[float, ...],
    low: float | None,
    high: float | None,
    now: tuple[float, float] | None,
) -> None:
    found = paper(curve_of(*flows, low=low, high=high, now=now))
    assert 4 <= len(grid(found)) <= 18
    lines = [s for s in found.shapes() if s.weight_pt == 1.7]
    assert len(lines) == 1


@pytest.mark.parametrize("low", [100.0, 119.0, 120.0, 150.0, 199.0])
def test_a_lowest_flow_far_above_the_curve_is_drawn_inside_the_plot(low: float) -> None:
    found = paper(curve_of(85, 67, 55, 49, 43, 29, low=low))
    stays_inside(found)
    assert f"min. {low:g}" in [text.text for text in found.texts]


@settings(max_examples=40, deadline=None, phases=[Phase.generate])
@given(
    st.tuples(*[st.floats(5, 150).map(round)] * 6),
    st.one_of(st.none(), st.integers(5, 150)),
    st.one_of(st.none(), st.integers(5, 150)),
    st.tuples(st.floats(-35, 25), st.floats(0, 150)),
    st.tuples(st.integers(5, 120), st.integers(5, 120)),
)
def test_every_curve_the_controller_accepts_stays_in_its_place(
    flows: tuple[float, ...],
    low: float | None,
    high: float | None,
    now: tuple[float, float],
    ends: tuple[float, float],
) -> None:
    limit = ((15.0, float(ends[0])), (-15.0, float(ends[1])))
    found = paper(curve_of(*flows, low=low, high=high, now=now, limit=limit))
    stays_inside(found)


@pytest.mark.parametrize("top", [50.0, 90.0, 150.0, 400.0, 1234567.8, 1e30])
def test_the_lines_lie_evenly_and_their_numbers_do_not_touch(top: float) -> None:
    found = paper(curve_of(top, 67, 55, 49, 43, 29))
    places = grid(found)
    gaps = [b - a for a, b in pairwise(places)]
    assert max(gaps) - min(gaps) < 0.01
    assert min(gaps) > 2.4
    own = [one for one in pieces(found) if one.y < 280]
    assert list(collisions(own)) == []


def test_every_line_carries_its_flow() -> None:
    found = paper(curve_of(85, 67, 55, 49, 43, 29))
    left = [t for t in found.texts if t.x < X + 4 and t.y < 246.5]
    told = [float(t.text) for t in sorted(left, key=lambda t: -t.y)]
    assert told == [20, 30, 40, 50, 60, 70, 80, 90]
    for text, line in zip(sorted(t.y for t in left), grid(found), strict=True):
        assert text - line == pytest.approx(0.9, abs=0.05)


def test_flows_below_zero_carry_the_real_minus() -> None:
    told = [t.text for t in paper(curve_of(-5, 0, 5, 10, 15, 20)).texts]
    assert "−10" in told
    assert not any(text.startswith("-") for text in told)


def test_the_coldest_temperature_ends_with_the_place_of_the_curve() -> None:
    found = paper(curve_of(85, 67, 55, 49, 43, 29))
    cold = next(one for one in pieces(found) if one.text == "−30")
    assert cold.right <= X + SIZE[0] + 0.01
