"""Pipes, arrows, boxes and fixed words lie where the drawing says, to the pixel."""

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath
from pytestqt.qtbot import QtBot

from flowdiagrams.elements import Element, Frame, Line, Pipe, Symbol, Text
from flowdiagrams.ink import Ink
from flowdiagrams.manifest import manifests
from flowdiagrams.parts import Place
from flowdiagrams.plate import Plate, arrow_shape, box, pipe_path
from flowdiagrams.symbolart import SymbolArt
from tests.flowdiagrams.substation import colours
from widgets.theme import load_theme

DAY = load_theme("day")
SUPPLY, RETURN, SURFACE = (
    name.lower() for name in (DAY.supply_pipe, DAY.return_pipe, DAY.surface)
)


def drawn(*elements: Element) -> QImage:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(DAY.surface))
    painter = QPainter(image)
    Plate(manifests(), Ink(DAY), SymbolArt(DAY.tokens())).paint(painter, elements)
    painter.end()
    return image


def column(image: QImage, x: int, top: int, bottom: int) -> list[str]:
    return [image.pixelColor(x, y).name() for y in range(top, bottom)]


def along(path: QPainterPath) -> list[tuple[float, float]]:
    steps = [path.pointAtPercent(nth / 400) for nth in range(401)]
    return [(point.x(), point.y()) for point in steps]


def test_a_supply_pipe_is_four_pixels_of_its_colour(qtbot: QtBot) -> None:
    image = drawn(Pipe(medium="supply", points=((0, 100), (200, 100))))
    assert column(image, 50, 96, 104) == [SURFACE, SURFACE, *[SUPPLY] * 4, SURFACE, SURFACE]


def test_a_return_pipe_is_hollow(qtbot: QtBot) -> None:
    image = drawn(Pipe(medium="return", points=((0, 100), (200, 100))))
    pixels = column(image, 50, 98, 102)
    assert pixels[0] == pixels[3] == RETURN
    assert pixels[1] != RETURN
    assert pixels[2] != RETURN


def test_a_thin_branch_of_the_return_is_not_hollow(qtbot: QtBot) -> None:
    image = drawn(Pipe(medium="return", points=((0, 100), (200, 100)), width=2))
    assert column(image, 50, 98, 102) == [SURFACE, RETURN, RETURN, SURFACE]


def test_hollow_pipes_meet_without_a_wall_between_them(qtbot: QtBot) -> None:
    image = drawn(
        Pipe(medium="return", points=((0, 100), (200, 100))),
        Pipe(medium="return", points=((100, 100), (100, 200))),
    )
    inside = [image.pixelColor(100, y).name() for y in range(100, 110)]
    assert RETURN not in inside, "the cores are drawn after all the walls"


@pytest.mark.parametrize(
    "points", [((0, 100), (200, 100)), ((200, 100), (0, 100))], ids=["with", "against"]
)
def test_a_level_pipe_hops_upwards_whichever_way_it_runs(points: tuple[Place, Place]) -> None:
    path = pipe_path(Pipe(medium="return", points=points, hops=((100, 100),)))
    places = along(path)
    assert min(y for _, y in places) == pytest.approx(90, abs=0.2)
    assert max(y for _, y in places) == pytest.approx(100)
    assert all(90 <= x <= 110 for x, y in places if y < 99.9)


@pytest.mark.parametrize(
    "points", [((100, 0), (100, 200)), ((100, 200), (100, 0))], ids=["down", "up"]
)
def test_an_upright_pipe_hops_to_one_side(points: tuple[Place, Place]) -> None:
    path = pipe_path(Pipe(medium="return", points=points, hops=((100, 100),)))
    away = [x for x, _ in along(path)]
    assert max(abs(x - 100) for x in away) == pytest.approx(10, abs=0.2)
    assert min(away) >= 99.9 or max(away) <= 100.1, "to one side only"


def test_several_hops_come_in_the_order_of_the_water() -> None:
    pipe = Pipe(medium="return", points=((200, 100), (0, 100)), hops=((40, 100), (160, 100)))
    xs = [x for x, _ in along(pipe_path(pipe))]
    assert xs == sorted(xs, reverse=True), "the pipe never runs back"


@pytest.mark.parametrize(
    ("to", "tip", "foot"),
    [
        ("right", (107, 100), (95, 93)),
        ("left", (93, 100), (105, 107)),
        ("down", (100, 107), (107, 95)),
        ("up", (100, 93), (93, 105)),
    ],
)
def test_an_arrow_points_where_the_water_goes(
    to: str, tip: tuple[float, float], foot: tuple[float, float]
) -> None:
    shape = arrow_shape((100, 100, to))
    corners = [shape.at(nth) for nth in range(shape.count())]
    assert QPointF(*tip) in corners
    assert QPointF(*foot) in corners
    area = shape.boundingRect()
    assert {area.width(), area.height()} == {12, 14}


def test_a_junction_covers_where_pipes_meet(qtbot: QtBot) -> None:
    image = drawn(Pipe(medium="return", points=((0, 100), (200, 100)), junctions=((100, 100),)))
    assert column(image, 100, 96, 104) == [RETURN] * 8


def test_a_building_is_a_dashed_box_with_its_name_above(qtbot: QtBot) -> None:
    image = drawn(Frame(style="building", at=(20, 40), size=(120, 100), title="Building"))
    edge = [image.pixelColor(x, 40).name() for x in range(20, 140)]
    assert {SURFACE, DAY.control_edge.lower()} <= set(edge)
    assert len(colours(image, 36, 22, 60, 12)) > 1
    assert colours(image, 24, 44, 100, 90) == {SURFACE}


def test_an_instrument_is_a_solid_box_with_a_head(qtbot: QtBot) -> None:
    image = drawn(
        Frame(style="instrument", at=(20, 40), size=(144, 128), title="EM1", note="t1")
    )
    assert image.pixelColor(90, 40).name() == DAY.process_line.lower()
    assert image.pixelColor(90, 68).name() == DAY.process_line.lower()
    assert len(colours(image, 32, 50, 30, 10)) > 1


def test_lines_are_one_sharp_pixel(qtbot: QtBot) -> None:
    image = drawn(
        Line(style="section", points=((0, 40), (200, 40))),
        Line(style="leader", points=((80, 60), (80, 160))),
    )
    assert column(image, 20, 38, 43).count(DAY.line.lower()) == 1
    row = [image.pixelColor(x, 100).name() for x in range(76, 86)]
    assert row.count(DAY.symbol_band.lower()) == 1


@pytest.mark.parametrize(
    ("anchor", "left", "right"), [("start", 100, 180), ("middle", 60, 140), ("end", 20, 100)]
)
def test_a_text_stands_at_its_anchor(qtbot: QtBot, anchor: str, left: int, right: int) -> None:
    image = drawn(Text(at=(100, 100), text="Cold water", anchor=anchor))
    inked = [
        x
        for x in range(200)
        if any(image.pixelColor(x, y).name() != SURFACE for y in range(85, 106))
    ]
    assert left - 1 <= inked[0]
    assert inked[-1] <= right + 1


def test_a_symbol_without_readings_is_part_of_the_plate_one_with_them_is_not(
    qtbot: QtBot,
) -> None:
    assert len(colours(drawn(Symbol(symbol="tap_point", at=(100, 100))), 94, 94, 12, 12)) > 1
    assert colours(drawn(Symbol(symbol="pump", at=(100, 100))), 76, 76, 48, 48) == {SURFACE}


def test_a_symbol_lies_with_its_origin_on_its_place() -> None:
    valve = manifests()["motor_valve"]
    area = box(Symbol(symbol="motor_valve", at=(376, 120)), valve)
    assert (area.left(), area.top(), area.width(), area.height()) == (352, 86, 48, 48)
