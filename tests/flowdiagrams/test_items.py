"""Values on the picture: their room, their marks, and that only changes are painted."""

from typing import Any

import pytest
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtWidgets import QGraphicsScene
from pytestqt.qtbot import QtBot

from flowdiagrams.ages import Ages
from flowdiagrams.binding import Figure
from flowdiagrams.elements import Bar, Curve, Field, Symbol, Title, Value
from flowdiagrams.ink import Ink
from flowdiagrams.items import (
    BarItem,
    FieldItem,
    Live,
    Ring,
    RowItem,
    field_plate,
    figure_width,
    joined,
    name_width,
    write_figure,
)
from flowdiagrams.looks import (
    BarLook,
    CurveLook,
    FieldLook,
    Reference,
    RowLook,
    SymbolLook,
    TitleLook,
)
from flowdiagrams.manifest import manifests
from flowdiagrams.overlay import Overlay
from flowdiagrams.symbolart import SymbolArt
from flowdiagrams.symbolitems import CurveItem, SymbolItem, TitleItem, curve_plate
from tests.flowdiagrams.substation import colours
from widgets.controls.quality import Style
from widgets.theme import load_theme

DAY = load_theme("day")
SURFACE = DAY.surface.lower()
PLAIN = Figure("51.6", "°C", Style.PLAIN)
STALE = Figure("51.6", "°C", Style.STALE, "14 min")
FIELD = Field(at=(40, 60), slot="s3", tag="S3", name="Heating flow", scale=(20, 80))


@pytest.fixture
def ink(qtbot: QtBot) -> Ink:
    return Ink(DAY)


def painted(item: Live[Any], size: int = 300) -> QImage:
    """Return the item alone on the picture's ground."""
    scene = QGraphicsScene()
    scene.setSceneRect(0, 0, size, size)
    scene.setBackgroundBrush(QColor(DAY.surface))
    scene.addItem(item)
    image = QImage(size, size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.render(painter, QRectF(image.rect()), scene.sceneRect())
    painter.end()
    scene.removeItem(item)
    return image


def extent(image: QImage) -> tuple[int, int, int, int]:
    """Return the box of all that is drawn: left, top, right, bottom."""
    places = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).name() != SURFACE
    ]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs), max(ys)


def field_item(ink: Ink, look: FieldLook, field: Field = FIELD) -> FieldItem:
    item = FieldItem(field, 1, "°C", ink)
    item.show_look(look)
    return item


def test_nothing_is_painted_outside_of_what_an_item_says_it_covers(ink: Ink) -> None:
    looks = [FieldLook(PLAIN, 0.0), FieldLook(STALE, 1.0), FieldLook(PLAIN, 0.5, 1)]
    looks += [FieldLook(Figure("–", "", Style.BAD), None, 4), FieldLook(PLAIN, None, 2)]
    for look in looks:
        item = field_item(ink, look)
        area = item.boundingRect()
        left, top, right, bottom = extent(painted(item))
        assert area.left() <= left
        assert area.top() <= top
        assert right < area.right()
        assert bottom < area.bottom()


def test_an_alarm_takes_its_room_only_while_it_stands(ink: Ink) -> None:
    item = field_item(ink, FieldLook(PLAIN, 0.5))
    small = item.boundingRect()
    item.show_look(FieldLook(PLAIN, 0.5, 3))
    assert item.boundingRect().contains(small)
    assert item.boundingRect().top() == 60 - 34
    item.show_look(FieldLook(PLAIN, 0.5))
    assert item.boundingRect() == small


def test_a_value_ends_at_the_right_of_its_field(ink: Ink) -> None:
    left, top, right, _bottom = extent(painted(field_item(ink, FieldLook(PLAIN, None))))
    assert 40 + 152 - 3 <= right <= 40 + 152
    assert left == pytest.approx(192 - figure_width(PLAIN, ink), abs=2)
    assert top >= 60


def test_a_long_name_stands_above_from_the_start(ink: Ink) -> None:
    long = Field(
        at=(40, 60), slot="s", tag="S5", name="Rücklauftemperatur Heizung", scale=(0, 90)
    )
    item = FieldItem(long, 1, "°C", ink)
    assert item.two_rows
    image = painted(field_item(ink, FieldLook(PLAIN, 0.5), long))
    painter = QPainter(image)
    field_plate(painter, item, ink)
    painter.end()
    assert extent(image)[1] < 60, "the name has a row of its own"
    assert name_width("S5", "Rücklauftemperatur Heizung", ink) > 100


def test_the_still_part_shows_bar_band_set_point_limit_and_words(ink: Ink) -> None:
    item = FieldItem(FIELD, 1, "°C", ink)
    images = []
    for against in (
        Reference(),
        Reference(set_point=0.5, band=(0.4, 0.6), note="set 50.0"),
        Reference(limit=0.5, band=(0.0, 0.5), note="limit 50.0"),
    ):
        item.against = against
        image = QImage(300, 300, QImage.Format.Format_RGB32)
        image.fill(QColor(DAY.surface))
        painter = QPainter(image)
        field_plate(painter, item, ink)
        painter.end()
        images.append(image)
    bare, with_set, with_limit = images
    bar_y = 60 + 31
    assert bare.pixelColor(116, bar_y).name() == DAY.symbol_idle.lower()
    assert with_set.pixelColor(110, bar_y).name() == DAY.symbol_band.lower()
    assert with_limit.pixelColor(45, bar_y).name() == DAY.symbol_band.lower()
    assert with_limit.pixelColor(150, bar_y).name() == DAY.symbol_idle.lower()
    assert len(colours(with_set, 150, 105, 40, 12)) > 1
    assert colours(bare, 150, 105, 40, 12) == {SURFACE}


def test_a_field_without_scale_has_no_bar(ink: Ink) -> None:
    plain = Field(at=(40, 60), slot="p", name="Power")
    item = FieldItem(plain, 1, "kW", ink)
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor(DAY.surface))
    painter = QPainter(image)
    field_plate(painter, item, ink)
    painter.end()
    assert colours(image, 40, 86, 152, 12) == {SURFACE}


def test_each_style_of_a_figure_is_drawn_differently(ink: Ink) -> None:
    seen: list[QImage] = []
    for style in Style:
        for big in (True, False):
            image = QImage(120, 40, QImage.Format.Format_RGB32)
            image.fill(QColor(DAY.surface))
            painter = QPainter(image)
            write_figure(painter, 110, 25, Figure("51.6", "°C", style), ink, big=big)
            painter.end()
            seen.append(image)
    plain_big, plain_small = seen[0], seen[1]
    uncertain = seen[2]
    assert plain_big != plain_small
    assert plain_big != uncertain
    assert seen[4] != plain_big, "stale is quiet"


def test_a_row_tells_stale_and_bad_by_shape_too(ink: Ink) -> None:
    value = Value(at=(20, 100), shows=("p",), width=200, name="Power")
    fresh, old, bad = (RowItem(value, ink) for _ in range(3))
    fresh.show_look(RowLook((PLAIN,)))
    old.show_look(RowLook((STALE,)))
    bad.show_look(RowLook((Figure("–", "", Style.BAD),), alarm=2))
    images = [painted(item) for item in (fresh, old, bad)]
    assert extent(images[1])[0] < extent(images[0])[0], "clock and age stand before the value"
    assert DAY.bad_hatch.lower() in colours(images[2], 120, 85, 100, 20)


def test_a_valve_bar_is_filled_as_far_as_it_is_open(ink: Ink) -> None:
    item = BarItem(Bar(at=(100, 100), slot="m1"), ink)
    item.show_look(BarLook(Figure("50", "%", Style.PLAIN), 0.5))
    image = painted(item)
    assert image.pixelColor(110, 104).name() == DAY.symbol_run.lower()
    assert image.pixelColor(145, 104).name() == SURFACE
    item.show_look(BarLook(Figure("–", "", Style.NONE), None))
    assert painted(item).pixelColor(110, 104).name() == SURFACE


def test_values_in_a_row_are_joined() -> None:
    low, high = Figure("28", "°C", Style.PLAIN), Figure("70", "°C", Style.PLAIN)
    assert joined((low,)) is low
    assert joined((low, high)) == Figure("28 … 70", "°C", Style.PLAIN)


def test_rings_tell_pointer_and_keyboard_apart(ink: Ink) -> None:
    item = field_item(ink, FieldLook(PLAIN, 0.5))
    clean = painted(item)
    item.ring(Ring.HOVER)
    hovered = painted(item)
    item.ring(Ring.FOCUS)
    focused = painted(item)
    item.ring(Ring.NONE)
    assert painted(item) == clean
    assert DAY.control_edge.lower() in colours(hovered, 36, 70, 2, 20)
    assert DAY.accent.lower() in colours(focused, 34, 70, 5, 20)


@pytest.mark.parametrize("name", ["pump", "motor_valve"])
def test_a_symbol_paints_only_inside_its_room(ink: Ink, name: str) -> None:
    manifest = manifests()[name]
    symbol = Symbol(symbol=name, at=(148, 148), label="P1")
    item = SymbolItem(symbol, manifest, "p1", ink, SymbolArt(DAY.tokens()))
    state = manifest.states[0]
    for style in (Style.PLAIN, Style.STALE, Style.BAD, Style.NONE):
        item.show_look(SymbolLook(state.parts, "Opening", style, "14 min", True, 2))
        left, top, right, bottom = extent(painted(item))
        area = item.boundingRect()
        assert area.left() <= left
        assert area.top() <= top
        assert right < area.right()
        assert bottom < area.bottom()


def test_a_title_says_number_name_mode_and_status(ink: Ink) -> None:
    title = Title(at=(8, 100), number="1", text="Heating")
    item = TitleItem(title, "c1_mode", ink)
    mode, status = (Figure(text, "", Style.PLAIN) for text in ("Scheduled", "Comfort"))
    widths = []
    for look in (TitleLook(None, None), TitleLook(mode, None), TitleLook(mode, status)):
        item.show_look(look)
        widths.append(extent(painted(item))[2])
    assert widths == sorted(set(widths))
    item.show_look(TitleLook(mode._replace(style=Style.STALE, age="14 min"), None))
    assert extent(painted(item))[2] > widths[1], "with its age"


CURVE = Curve(
    at=(48, 48),
    size=(160, 136),
    x_range=(20, -20),
    y_range=(20, 80),
    outdoor=(-30, 15),
    points=("a", "b"),
)


def test_the_curve_runs_inside_its_plot_and_the_point_lies_on_it(ink: Ink) -> None:
    item = CurveItem(CURVE, ink)
    item.show_look(CurveLook(((-30, 70), (15, 28)), (0.0, 42.0), "42.0"))
    image = painted(item)
    at = QPointF(48 + 80, 48 + 136 - (42 - 20) / 60 * 136)
    assert image.pixelColor(round(at.x()), round(at.y())).name() == SURFACE, "a ring"
    assert DAY.text.lower() in colours(image, round(at.x()) - 7, round(at.y()) - 1, 14, 2)
    left, _top, right, _bottom = extent(image)
    assert left >= 48 - 12
    assert right <= 48 + 160 + 2, "what lies beyond −20 °C is cut"


def test_a_working_point_beyond_the_plot_stays_at_its_edge(ink: Ink) -> None:
    item = CurveItem(CURVE, ink)
    item.show_look(CurveLook(((-30, 70), (15, 28)), (-45.0, 95.0), "95.0"))
    area, (left, top, right, bottom) = item.boundingRect(), extent(painted(item))
    assert area.contains(QRectF(left, top, right - left, bottom - top))


def test_an_unknown_curve_says_so(ink: Ink) -> None:
    item = CurveItem(CURVE, ink)
    item.show_look(CurveLook())
    assert len(colours(painted(item), 60, 100, 140, 30)) > 1


def test_the_grid_of_the_curve_has_its_scales(ink: Ink) -> None:
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor(DAY.surface))
    painter = QPainter(image)
    curve_plate(painter, CURVE, ink)
    painter.end()
    lines = [y for y in range(48, 190) if image.pixelColor(70, y).name() == DAY.line.lower()]
    assert len(lines) == 4, "20, 40, 60 and 80 °C"
    assert len(colours(image, 30, 40, 16, 12)) > 1
    assert len(colours(image, 40, 190, 20, 20)) > 1


def test_a_dead_picture_is_framed_and_a_live_one_only_dated(ink: Ink) -> None:
    overlay = Overlay((300, 300), ink)
    overlay.show_look(Ages("oldest value 8 s (S3)"))
    live = painted(overlay)
    assert live.pixelColor(100, 0).name() == SURFACE
    overlay.show_look(Ages("No answer from the device for 14 min", dead=True))
    dead = painted(overlay)
    for x, y in ((0, 4), (299, 4), (4, 299)):
        line = colours(dead, min(x, 298), min(y, 298), 2, 1) | colours(dead, x, 40, 1, 200)
        assert DAY.text.lower() in line | colours(dead, 20, min(y, 299), 200, 1)
    assert overlay.boundingRect() == QRectF(0, 0, 300, 300)


def test_a_text_is_laid_out_once(ink: Ink) -> None:
    assert ink.value.piece("51.6") is ink.value.piece("51.6")
    for nth in range(3000):
        ink.value.piece(str(nth))
    assert len(ink.value._pieces) <= 2048
