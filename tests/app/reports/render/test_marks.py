"""The signs of the paper are told apart by their shape, in black and white."""

from collections.abc import Callable

import pytest

from app.reports.render import marks
from app.reports.render.sheet import Sheet
from tests.app.reports.papers import Paper, Shape, drawn, near

X, MIDDLE, SIZE = 50.0, 60.0, marks.MARK_MM


def shapes(draw: Callable[[Sheet], object]) -> list[Shape]:
    """What a sign is made of, without the page's own footer line."""
    return drawn(draw).shapes()[:-1]


def letters(paper: Paper) -> list[str]:
    return [text.text for text in paper.texts if text.y < 280]


def corners(shape: Shape) -> set[tuple[float, float]]:
    return {(round(x - X, 1), round(y - MIDDLE, 1)) for x, y in shape.spots}


SIGNS: dict[str, Callable[[Sheet], None]] = {
    "clock": lambda sheet: marks.clock(sheet, X, MIDDLE),
    "hand": lambda sheet: marks.hand(sheet, X, MIDDLE),
    "alarm 1": lambda sheet: marks.alarm(sheet, X, MIDDLE, 1),
    "alarm 2": lambda sheet: marks.alarm(sheet, X, MIDDLE, 2),
    "alarm 3": lambda sheet: marks.alarm(sheet, X, MIDDLE, 3),
    "alarm 4": lambda sheet: marks.alarm(sheet, X, MIDDLE, 4),
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_keeps_to_its_place(name: str) -> None:
    for shape in shapes(SIGNS[name]):
        assert shape.left >= X - 0.5
        assert shape.right <= X + SIZE + 0.5
        assert abs(shape.top - MIDDLE) <= SIZE * 0.6
        assert abs(shape.bottom - MIDDLE) <= SIZE * 0.6


@pytest.mark.parametrize("name", SIGNS)
def test_every_sign_is_black_or_dark(name: str) -> None:
    for shape in shapes(SIGNS[name]):
        assert shape.stroke is not None
        assert shape.stroke <= 0.4


def test_no_two_signs_are_drawn_alike() -> None:
    pictures = []
    for draw in SIGNS.values():
        paper = drawn(draw)
        outline = tuple(frozenset(corners(shape)) for shape in paper.shapes()[:-1])
        pictures.append(outline)
    assert len(set(pictures)) == len(SIGNS)


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_an_alarm_carries_its_priority(priority: int) -> None:
    paper = drawn(lambda sheet: marks.alarm(sheet, X, MIDDLE, priority))
    assert letters(paper) == [str(priority)]


def test_the_four_alarms_have_four_shapes() -> None:
    assert len(set(shapes(SIGNS["alarm 2"])[0].spots)) == 3  # a triangle
    assert len(set(shapes(SIGNS["alarm 3"])[0].spots)) == 4  # a diamond
    diamond = corners(shapes(SIGNS["alarm 3"])[0])
    assert len({x for x, _y in diamond}) == 3  # stands on its corner
    circle = shapes(SIGNS["alarm 4"])[0]
    assert circle.right - circle.left == pytest.approx(circle.bottom - circle.top, abs=0.01)


def test_a_hand_is_a_boxed_letter() -> None:
    assert letters(drawn(SIGNS["hand"])) == ["M"]


def test_a_clock_has_two_hands() -> None:
    face, hands = shapes(SIGNS["clock"])
    assert len(hands.spots) == 3
    assert face.fill is None


def test_a_change_bar_is_as_high_as_its_row_and_stands_in_the_margin() -> None:
    (bar,) = shapes(lambda sheet: marks.change_bar(sheet, 100.0, 3.95))
    assert near((bar.top, bar.bottom), (100.0, 103.95))
    assert bar.left == pytest.approx(19.4)
    assert bar.weight_pt == 1.5


@pytest.mark.parametrize(("width", "height"), [(5.0, 2.9), (7.0, 3.1), (1.0, 4.0), (30.0, 1.0)])
def test_a_hatch_stays_inside_its_box(width: float, height: float) -> None:
    found = shapes(lambda sheet: marks.hatch(sheet, X, MIDDLE, width, height))
    assert len(found) == 2, "the lines, and the box around them"
    assert len(found[0].spots) >= 6, "three lines or more"
    for shape in found:
        assert shape.left >= X - 0.01
        assert shape.right <= X + width + 0.01
        assert shape.top >= MIDDLE - 0.01
        assert shape.bottom <= MIDDLE + height + 0.01


def test_a_hatch_shows_the_paper_between_its_lines() -> None:
    assert all(
        shape.fill is None for shape in shapes(lambda s: marks.hatch(s, X, MIDDLE, 5.0, 2.9))
    )


def test_a_circuits_number_stands_in_a_box() -> None:
    paper = drawn(lambda sheet: marks.circuit(sheet, X, MIDDLE, "2"))
    assert letters(paper) == ["2"]
    assert paper.shapes()[0].right - paper.shapes()[0].left == pytest.approx(3.6, abs=0.01)


@pytest.mark.parametrize(
    ("degrees", "tip"), [(0.0, (1, 0)), (90.0, (0, 1)), (180.0, (-1, 0)), (270.0, (0, -1))]
)
def test_an_arrow_points_where_the_water_goes(degrees: float, tip: tuple[int, int]) -> None:
    (arrow,) = shapes(lambda sheet: marks.arrow_head(sheet, X, MIDDLE, degrees, 2.0))
    assert near(arrow.spots[0], (X + tip[0], MIDDLE + tip[1]))
    assert arrow.fill == 0.0


@pytest.mark.parametrize("size", [2.0, 3.2, 3.5, 5.0])
def test_letters_inside_of_signs_are_never_too_small_to_read(size: float) -> None:
    paper = drawn(lambda sheet: marks.alarm(sheet, X, MIDDLE, 3, size))
    (text,) = [text for text in paper.texts if text.y < 280]
    assert text.size_pt >= 7.0
