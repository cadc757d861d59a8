"""The heat curve on paper lies where its temperatures say, and never beyond its limits."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.render.curve import HeatCurve, draw_curve
from tests.app.reports.papers import Paper, Shape, drawn, near

X, Y, SIZE = 142.0, 200.0, (56.0, 53.0)
LEFT, TOP, WIDTH, HEIGHT = X + 4.6, Y + 1.6, SIZE[0] - 5.6, SIZE[1] - 9.4
POINTS = ((-30.0, 85.0), (-15.0, 67.0), (-5.0, 55.0), (0.0, 49.0), (5.0, 43.0), (15.0, 29.0))
CURVE = HeatCurve(
    points=POINTS,
    low=28.0,
    high=70.0,
    limit=((15.0, 30.0), (-15.0, 45.0)),
    now=(-2.3, 51.8),
    slope="1.2",
)


def paper(curve: HeatCurve = CURVE) -> Paper:
    return drawn(lambda sheet: draw_curve(sheet, X, Y, SIZE, curve))


def texts(curve: HeatCurve = CURVE) -> list[str]:
    return [text.text for text in paper(curve).texts if text.y < 280]


def spot(
    outdoor: float, flow: float, low: float = 20.0, high: float = 90.0
) -> tuple[float, float]:
    """Where a point belongs: 20 °C at the left, −30 °C at the right."""
    return (
        LEFT + (20.0 - outdoor) / 50.0 * WIDTH,
        TOP + (high - flow) / (high - low) * HEIGHT,
    )


def held(found: Paper) -> Shape:
    """The heavy line: what the controller aims at."""
    return next(shape for shape in found.shapes() if shape.weight_pt == 1.7)


def test_the_curve_goes_through_the_controllers_points() -> None:
    line = held(paper()).spots
    for outdoor, flow in POINTS[1:]:
        assert any(near(spot(outdoor, flow), place) for place in line), (outdoor, flow)


def test_the_curve_is_level_where_its_highest_flow_holds_it() -> None:
    line = held(paper()).spots
    assert near(line[-1], spot(-30.0, 70.0))
    assert near(line[-2], spot(-17.5, 70.0))  # where 67 … 85 °C passes 70 °C


def test_the_whole_curve_stays_dotted_below_its_limit() -> None:
    dotted = next(shape for shape in paper().shapes() if shape.dash_mm == (0.4, 0.6))
    assert near(dotted.spots[-1], spot(-30.0, 85.0))


def test_the_lowest_flow_holds_it_too() -> None:
    line = held(paper(replace(CURVE, low=35.0))).spots
    assert near(line[0], spot(15.0, 35.0))
    assert max(y for _x, y in line) <= spot(0, 35.0)[1] + 0.01


def test_nothing_is_drawn_where_the_controller_holds_no_point() -> None:
    line = held(paper()).spots
    assert min(x for x, _y in line) >= spot(15.0, 29.0)[0] - 0.01


def test_every_point_is_a_small_circle() -> None:
    circles = [s for s in paper().shapes() if s.weight_pt == 0.74 and s.fill == 1.0]
    middles = [((s.left + s.right) / 2, (s.top + s.bottom) / 2) for s in circles]
    for point in POINTS:
        assert any(near(spot(*point), middle, 0.05) for middle in middles)


def test_the_present_point_is_told_with_both_temperatures() -> None:
    assert "51.8" in "".join(texts())
    assert "−2.3" in texts()
    dot = next(s for s in paper().shapes() if s.fill == 0.0 and s.stroke == 1.0)
    assert near(
        spot(-2.3, 51.8), ((dot.left + dot.right) / 2, (dot.top + dot.bottom) / 2), 0.05
    )


@pytest.mark.parametrize(("flow", "below"), [(60.0, False), (51.8, False), (40.0, True)])
def test_the_present_flow_stands_off_the_curve(flow: float, below: bool) -> None:
    found = paper(replace(CURVE, now=(-2.3, flow)))
    label = next(t for t in found.texts if t.text == f"{flow:.1f}")
    assert (label.y > spot(-2.3, flow)[1]) is below


@pytest.mark.parametrize("now", [(-40.0, 50.0), (25.0, 50.0), (0.0, 200.0)])
def test_a_point_beyond_the_plot_is_not_drawn_on_its_frame(now: tuple[float, float]) -> None:
    found = paper(replace(CURVE, now=now))
    dots = [s for s in found.shapes() if s.fill == 0.0 and s.stroke == 1.0]
    assert dots == [] or all(LEFT <= dot.left <= LEFT + WIDTH for dot in dots)


def test_labels_name_the_limits_and_the_slope() -> None:
    told = texts()
    for label in ("min. 28", "max. 70", "return limit", "slope 1.2", "outdoor temperature, °C"):
        assert label in told


def test_what_is_not_known_is_not_labelled() -> None:
    bare = HeatCurve(points=POINTS)
    told = " ".join(texts(bare))
    for label in ("min.", "max.", "return limit", "slope"):
        assert label not in told
    assert held(paper(bare)).spots[-1] == pytest.approx(spot(-30.0, 85.0), abs=0.01)


def test_a_limit_that_is_never_reached_is_not_told() -> None:
    assert "max. 95" not in texts(replace(CURVE, high=95.0))


def test_the_axes_carry_round_temperatures() -> None:
    told = texts()
    for number in (
        "20",
        "10",
        "0",
        "−10",
        "−20",
        "−30",
        "30",
        "40",
        "50",
        "60",
        "70",
        "80",
        "90",
    ):
        assert number in told


def test_the_return_limit_is_level_beyond_its_ends() -> None:
    dashed = next(s for s in paper().shapes() if s.dash_mm == (1.6, 0.7))
    assert near(dashed.spots[0], spot(20.0, 30.0))
    assert near(dashed.spots[-1], spot(-30.0, 45.0))


TEMPERATURES = st.lists(st.floats(10, 110).map(round), min_size=6, max_size=6)


@settings(max_examples=40)
@given(
    TEMPERATURES, st.floats(10, 60), st.floats(60, 150), st.floats(-29, 19), st.floats(10, 110)
)
def test_whatever_the_settings_the_curve_stays_inside_its_plot(
    flows: list[int], low: float, high: float, outdoor: float, flow: float
) -> None:
    points = [(at, float(y)) for (at, _flow), y in zip(POINTS, flows, strict=True)]
    curve = HeatCurve(points=points, low=low, high=high, now=(outdoor, flow), slope="1.0")
    line = held(paper(curve))
    assert line.left >= LEFT - 0.02
    assert line.right <= LEFT + WIDTH + 0.02
    assert line.top >= TOP - 0.02
    assert line.bottom <= TOP + HEIGHT + 0.02


def test_a_flat_curve_has_a_plot_of_its_own() -> None:
    flat = HeatCurve(points=[(at, 50.0) for at, _flow in POINTS])
    assert held(paper(flat)).top == pytest.approx(held(paper(flat)).bottom, abs=0.01)


@pytest.mark.parametrize("height", [42.0, 48.0, 53.0])
def test_a_lower_place_makes_a_lower_plot(height: float) -> None:
    found = drawn(lambda sheet: draw_curve(sheet, X, Y, (56.0, height), CURVE))
    assert max(t.y for t in found.texts if t.y < 280) <= Y + height
