"""Drawings take the colours of the theme in force, at any size and density; all are known."""

import ast
import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.scripts import ROOT, load_script
from widgets.icons import drawing, icon, pixel_ratio
from widgets.theme import THEMES, Look, Theme, contrast, load_theme

NAMES = sorted(
    file.name.removesuffix(".svg")
    for file in files("resources.icons").iterdir()
    if file.name.endswith(".svg")
)


def colours(picture: QPixmap) -> set[str]:
    image = picture.toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_can_be_drawn_in_every_theme(qtbot: QtBot, name: str, theme: str) -> None:
    picture = drawing(name, load_theme(theme), 20, "text", 2.0)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (40, 20.0)
    assert colours(picture) != set()


def test_a_drawing_has_the_colour_of_its_role(qtbot: QtBot) -> None:
    day = load_theme("day")
    assert QColor(day.accent).name() in colours(drawing("check", day, 64, "accent"))


def test_an_icon_follows_the_theme_and_what_is_chosen(qtbot: QtBot) -> None:
    look = Look("day")
    made = icon("plant", look, "process_line", "text")
    size = QSize(64, 64)
    off, on = (
        colours(made.pixmap(size, QIcon.Mode.Normal, state))
        for state in (QIcon.State.Off, QIcon.State.On)
    )
    day = look.theme
    assert QColor(day.process_line).name() in off
    assert QColor(day.text).name() in on
    locked = colours(made.pixmap(size, QIcon.Mode.Disabled, QIcon.State.Off))
    assert QColor(day.quiet).name() in locked
    look.use("night")
    assert QColor(look.theme.text).name() in colours(
        made.pixmap(size, QIcon.Mode.Normal, QIcon.State.On)
    )
    look.use("day")


def test_a_button_paints_its_icon(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    plain = button.grab().toImage()
    button.setIcon(icon("check", Look()))
    assert button.grab().toImage() != plain


@pytest.mark.parametrize(
    ("density", "scale", "turned", "ratio"),
    [
        (1, 1, 0, 1),
        (1.5, 1, 0, 1.5),
        (2, 1, 30, 2),
        (2, 1.5, 90, 3),
        (1, 0.2, 0, 1),
        (2, 9, 0, 8),
    ],
)
def test_a_painter_tells_how_many_pixels_a_unit_is_wide(
    qtbot: QtBot, density: float, scale: float, turned: float, ratio: float
) -> None:
    paper = QPixmap(40, 40)
    paper.setDevicePixelRatio(density)
    painter = QPainter(paper)
    painter.translate(5, 5)
    painter.rotate(turned)
    painter.scale(scale, scale)
    assert pixel_ratio(painter) == pytest.approx(ratio)
    painter.end()


SIZES = (16, 20, 24)
SHAPE = 3.0  # WCAG 2.2, 1.4.11
LEAST_INK, MOST_INK = 0.05, 0.55  # of the square: less is a speck, more is a blot
UNLIKE = 0.04  # of the square at least differs between two drawings
QUIET_ONES = {"presence-disabled"}  # a device nobody wants to see: quiet on purpose
OLD = ("clock", "presence-late")  # a value and a device too old: one meaning, one clock
FIELD_SYMBOLS = {
    "logo",
    *(name for name in NAMES if name.startswith(("breaker-", "presence-", "write-"))),
}


def sources() -> dict[str, dict[str, str]]:
    """Return the table of where each drawing comes from, by the drawing's name."""
    with (ROOT / "resources/icons/sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"].removesuffix(".svg"): row for row in csv.DictReader(file)}


def named_in_code() -> Iterator[tuple[str, str]]:
    """Yield every drawing that code asks for by name, with the place."""
    for file in sorted((ROOT / "widgets").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for name in _asked_for(node):
                    yield name, f"{file.relative_to(ROOT)}:{node.lineno}"


def _asked_for(call: ast.Call) -> Iterator[str]:
    called = call.func.id if isinstance(call.func, ast.Name) else ""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else called
    first = call.args[:1] if called in ("icon", "drawing", "_drawing", "Mark") else []
    by_name = [each.value for each in call.keywords if each.arg in ("drawing", "icon")]
    for value in (*first, *by_name):
        for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value:
                yield each.value


def drawn(name: str, theme: Theme, size: int) -> QImage:
    """Return a drawing at single density on the ground of a card."""
    picture = QImage(size, size, QImage.Format.Format_RGB32)
    picture.fill(QColor(theme.surface))
    painter = QPainter(picture)
    painter.drawPixmap(0, 0, drawing(name, theme, size, "text"))
    painter.end()
    return picture


def shape(name: str, theme: Theme, size: int) -> NDArray[np.bool_]:
    """Return where a drawing stands out from a card well enough, pixel by pixel."""
    picture = drawn(name, theme, size)
    bits = picture.constBits()
    assert bits is not None
    inks = np.frombuffer(bits.asstring(picture.sizeInBytes()), np.uint32)
    stands_out = [_stands_out(int(ink), theme.surface) for ink in inks]
    return np.array(stands_out, dtype=np.bool_).reshape(size, size)


@cache
def _stands_out(ink: int, ground: str) -> bool:
    return contrast(QColor(ink).name(), ground) >= SHAPE


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_is_legible_at_the_sizes_it_is_used_in(
    qtbot: QtBot, name: str, theme: str
) -> None:
    for size in SIZES:
        there = shape(name, load_theme(theme), size)
        least = LEAST_INK / 2 if name in QUIET_ONES else LEAST_INK
        assert least <= there.mean() <= MOST_INK, (name, theme, size)
        if name != "logo":  # nothing is cut off at the edge
            assert not there[[0, -1]].any(), (name, theme, size)


@pytest.mark.parametrize("size", SIZES)
def test_no_two_drawings_can_be_taken_for_each_other(qtbot: QtBot, size: int) -> None:
    shapes = {name: shape(name, load_theme("day"), size) for name in NAMES}
    for one, other in set(combinations(NAMES, 2)) - {OLD}:
        assert (shapes[one] != shapes[other]).mean() >= UNLIKE, (one, other)


def test_every_drawing_the_code_names_exists() -> None:
    asked = list(named_in_code())
    assert len(asked) > 40
    assert [f"{place}: {name}" for name, place in asked if name not in NAMES] == []


def test_no_drawing_lies_about_unused() -> None:
    code = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "widgets").rglob("*.py")
    )
    assert [name for name in NAMES if f'"{name}"' not in code] == []


def test_every_drawing_has_its_source_and_licence_and_only_field_symbols_are_our_own() -> None:
    table = sources()
    assert sorted(table) == NAMES
    own = {name for name, row in table.items() if row["set"] == "own"}
    assert own == FIELD_SYMBOLS
    taken = [row for row in table.values() if row["set"] != "own"]
    assert {(row["set"], row["licence"]) for row in taken} == {("@tabler/icons", "MIT")}
    assert all(row["version"] and row["original"] for row in taken)
    licence = (ROOT / "resources/icons/LICENSE-tabler.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence
    assert "Paweł Kuna" in licence


def test_a_drawing_of_the_set_is_taken_over_with_its_shapes_and_our_colour() -> None:
    vendor = load_script("vendor_icons")
    published = """<svg
  viewBox="0 0 24 24" stroke="currentColor" stroke-width="2">
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M12 5l0 14" />
  <circle cx="5" cy="6" r="2" />
</svg>"""
    made = vendor.ours(published)
    assert '<path d="M12 5l0 14" /><circle cx="5" cy="6" r="2" />' in made
    assert 'stroke="$colour" stroke-width="$stroke"' in made
    assert "M0 0h24v24H0z" not in made
    with pytest.raises(ValueError, match="no shape"):
        vendor.ours("<svg></svg>")
    for name, row in sources().items():
        kept = (ROOT / f"resources/icons/{name}.svg").read_text(encoding="utf-8")
        if row["set"] != "own":
            assert vendor.ours(kept) == kept


@pytest.mark.parametrize("size", SIZES)
def test_lines_are_equally_wide_at_every_size(qtbot: QtBot, size: int) -> None:
    picture = drawing("add", load_theme("day"), size, "text", 4.0).toImage()
    row = picture.height() // 4 + 2 * 4  # crosses the upright alone
    wide = sum(picture.pixelColor(x, row).alphaF() for x in range(picture.width())) / 4
    assert wide == pytest.approx(1.5, abs=0.3)
