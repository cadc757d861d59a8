"""Pieces of plant on paper: inside their places, told apart without colour."""

import pytest

from app.reports.render import plant
from tests.app.reports.papers import Shape, drawn

X, Y = 60.0, 80.0


def pump(running: bool | None) -> list[Shape]:
    return drawn(lambda sheet: plant.pump(sheet, X, Y, running)).shapes()[:-1]


@pytest.mark.parametrize("name", ["exchanger", "tank", "radiator"])
@pytest.mark.parametrize("size", [(8.0, 27.4), (9.6, 22.4), (4.0, 10.0)])
def test_a_piece_keeps_to_its_size(name: str, size: tuple[float, float]) -> None:
    draw = plant.SYMBOLS[name]
    for shape in drawn(lambda sheet: draw(sheet, X, Y, size)).shapes()[:-1]:
        assert shape.left >= X - 0.01
        assert shape.right <= X + size[0] + 0.01
        assert shape.top >= Y - 0.01
        assert shape.bottom <= Y + size[1] + 0.01


def test_a_running_pump_is_filled() -> None:
    circle, arrow = pump(True)
    assert circle.fill is not None
    assert circle.fill < 0.2
    assert arrow.fill == 1.0


def test_a_standing_pump_is_empty() -> None:
    circle, arrow = pump(False)
    assert circle.fill == 1.0
    assert arrow.fill == 1.0
    assert circle.dash_mm == ()


def test_a_pump_nobody_knows_of_is_dashed() -> None:
    circle, _arrow = pump(None)
    assert circle.dash_mm != ()
    assert circle.fill == 1.0


def test_a_pump_points_to_the_right() -> None:
    _circle, arrow = pump(True)
    assert arrow.right - X > X - arrow.left


def test_a_valve_sits_on_its_pipe_with_its_motor_above() -> None:
    shapes = drawn(lambda sheet: plant.valve(sheet, X, Y)).shapes()[:-1]
    body, _stem, motor = shapes
    assert (body.top + body.bottom) / 2 == pytest.approx(Y, abs=0.01)
    assert motor.bottom < body.bottom
    assert motor.top < body.top


def test_a_tank_is_darker_below_its_level() -> None:
    shapes = drawn(lambda sheet: plant.SYMBOLS["tank"](sheet, X, Y, (9.6, 22.4))).shapes()[:-1]
    fills = [shape.fill for shape in shapes if shape.fill is not None]
    assert len(set(fills)) == 2


def test_a_radiator_has_five_ribs() -> None:
    shapes = drawn(lambda sheet: plant.SYMBOLS["radiator"](sheet, X, Y, (9.0, 12.0))).shapes()
    assert len(shapes[:-1]) == 5


def test_an_exchanger_is_crossed_by_one_line() -> None:
    box, line = drawn(
        lambda sheet: plant.SYMBOLS["exchanger"](sheet, X, Y, (8.0, 27.4))
    ).shapes()[:-1]
    assert box.fill is not None
    assert line.fill is None


def test_a_sensor_is_a_ring_around_its_place() -> None:
    (ring,) = drawn(lambda sheet: plant.sensor(sheet, X, Y, (0, 0))).shapes()[:-1]
    assert (ring.left + ring.right) / 2 == pytest.approx(X, abs=0.01)
    assert ring.fill == 1.0


@pytest.mark.parametrize("name", sorted(plant.SYMBOLS))
def test_everything_is_drawn_in_greys_that_print(name: str) -> None:
    draw = plant.SYMBOLS[name]
    for shape in drawn(lambda sheet: draw(sheet, X, Y, (8.0, 12.0))).shapes()[:-1]:
        assert shape.stroke is None or shape.stroke <= 0.4


@pytest.mark.parametrize("radius", [1.35, 1.5, 3.0])
def test_a_pump_can_be_drawn_small(radius: float) -> None:
    circle, *_rest = drawn(
        lambda sheet: plant.pump(sheet, X, Y, running=True, radius=radius)
    ).shapes()
    assert circle.right - circle.left == pytest.approx(2 * radius, abs=0.02)
