"""Every symbol by its own file: it draws, keeps to the grid, and tells its states apart."""

import re
from itertools import combinations

import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QGraphicsScene
from pytestqt.qtbot import QtBot

from app.errors import BadInput
from app.model.reading import Quality
from flowdiagrams.document import Document, Slot
from flowdiagrams.elements import Symbol
from flowdiagrams.manifest import Manifest, State, drawing, manifests, read_manifest
from flowdiagrams.parts import GRID_PX
from flowdiagrams.scene import DiagramScene
from flowdiagrams.symbolart import SymbolArt, coloured, only
from tests.flowdiagrams.substation import FRESH, NOW, OLD, point, reading, spec
from tests.pixels import colours_of
from widgets.controls.standing import Standing
from widgets.theme import THEMES, load_theme

NAMES = sorted(manifests())
CASES = [(name, theme) for name in NAMES for theme in THEMES]
NEEDED = {
    "pump",
    "motor_valve",
    "heat_exchanger",
    "radiator",
    "tank",
    "expansion_vessel",
    "tap",
    "heat_meter",
    "tap_point",
    "outdoor_sensor",
    "check_valve",
    "shutoff_valve",
}


def drawn(name: str, theme: str, state: State, quality: Quality, alarm: int = 0) -> QImage:
    """Return the symbol as a picture with one symbol shows it."""
    manifest = manifests()[name]
    slots = {entry: f"slot_{entry}" for entry in manifest.judged}
    document = Document(
        name="one",
        title="One",
        size=(400, 400),
        slots=tuple(Slot(key=slot, name=slot) for slot in slots.values()),
        elements=(Symbol(symbol=name, at=(200, 200), inputs=tuple(slots.items())),),
    )
    scene = DiagramScene(
        document,
        {slot: point(slot) for slot in slots.values()},
        {slot: spec(slot) for slot in slots.values()},
        load_theme(theme),
        lambda: NOW,
    )
    for entry, slot in slots.items():
        value = float(state.when.get(entry, 0)) if quality.believable else None
        scene.take(reading(slot, value, quality, OLD if quality is Quality.STALE else FRESH))
    if alarm:
        scene.set_alarms({point(slot): Standing(alarm, OLD) for slot in slots.values()})
    return pictured(scene)


def pictured(scene: QGraphicsScene) -> QImage:
    image = QImage(400, 400, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    scene.render(painter, QRectF(image.rect()), scene.sceneRect())
    painter.end()
    return image


def inked(image: QImage, manifest: Manifest) -> int:
    """Return how many pixels of the symbol's box differ from the ground."""
    left, top = 200 - manifest.origin[0], 200 - manifest.origin[1]
    rows = colours_of(image)
    box = rows[top : top + manifest.size[1], left : left + manifest.size[0]]
    return int((box != rows[200, 2]).sum())


def test_the_set_holds_what_a_substation_needs() -> None:
    assert set(NAMES) >= NEEDED


@pytest.mark.parametrize(("name", "theme"), CASES)
def test_a_symbol_draws_in_every_state_and_quality(name: str, theme: str, qtbot: QtBot) -> None:
    manifest = manifests()[name]
    for state in manifest.states:
        for quality in Quality:
            assert inked(drawn(name, theme, state, quality), manifest) > 40, (state, quality)
        assert inked(drawn(name, theme, state, Quality.GOOD, alarm=1), manifest) > 40


@pytest.mark.parametrize(("name", "theme"), CASES)
def test_no_two_states_look_alike_even_in_grey(name: str, theme: str, qtbot: QtBot) -> None:
    art = SymbolArt(load_theme(theme).tokens())
    manifest = manifests()[name]
    pictures = {
        state.name: art.pixmap(manifest, state.parts, 1.0)
        .toImage()
        .convertToFormat(QImage.Format.Format_Grayscale8)
        for state in manifest.states
    }
    for one, other in combinations(pictures, 2):
        assert pictures[one] != pictures[other], (one, other)


@pytest.mark.parametrize("name", [name for name in NAMES if manifests()[name].inputs])
def test_stale_bad_offline_and_alarm_can_be_told_from_good(name: str, qtbot: QtBot) -> None:
    state = manifests()[name].states[0]
    looks = [drawn(name, "day", state, quality) for quality in (Quality.GOOD, Quality.STALE)]
    looks += [drawn(name, "day", state, quality) for quality in (Quality.BAD, Quality.OFFLINE)]
    looks += [
        drawn(name, "day", state, Quality.GOOD, alarm=priority) for priority in (1, 2, 3, 4)
    ]
    for one, other in combinations(range(len(looks)), 2):
        assert looks[one] != looks[other], (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_a_symbol_keeps_its_promises(name: str) -> None:
    manifest = manifests()[name]
    svg = drawing(name)
    assert re.findall(r'<g id="([a-z]+)"', svg) == list(manifest.parts)
    assert f'viewBox="0 0 {manifest.size[0]} {manifest.size[1]}"' in svg
    assert set(re.findall(r"var\(--([a-z_]+)\)", svg)) <= set(load_theme("day").tokens())
    assert not re.search(r"#[0-9A-Fa-f]{3}|href|script|<text|<image", svg)
    for port in manifest.ports.values():
        assert {coordinate % GRID_PX for coordinate in port} == {0}, "pipes meet on the grid"
    used = {part for state in manifest.states for part in state.parts}
    assert used == set(manifest.parts)


def test_a_pump_is_filled_when_it_runs_hollow_when_it_stands_crossed_when_it_fails() -> None:
    pump = manifests()["pump"]
    assert pump.state({"running": 1, "fault": None}).name == "run"
    assert pump.state({"running": 0, "fault": 0}).name == "stop"
    assert pump.state({"running": 1, "fault": 1}).name == "fault"
    assert pump.state({}).name == "unknown"


def test_a_valve_without_a_position_tells_only_which_way_it_goes() -> None:
    valve = manifests()["motor_valve"]
    assert valve.state({"opening": 1, "closing": 0}).text == "Opening"
    assert valve.state({"opening": 0, "closing": 1}).text == "Closing"
    assert valve.state({"opening": 0, "closing": 0}).text == "At rest"
    assert valve.state({"opening": 1, "closing": 1}).name == "contrary"
    assert valve.state({"opening": 1}).name == "unknown"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "pump.json: the symbol's manifest is broken"),
        ("[]", "pump.json: the symbol's manifest is broken"),
        ('{"title": 3}', "pump.json: the symbol's manifest is broken"),
    ],
)
def test_a_broken_manifest_names_its_file(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=re.escape(told)):
        read_manifest("pump", text)


def test_a_manifest_that_promises_what_is_not_there_is_refused() -> None:
    from importlib.resources import files

    text = (files("flowdiagrams.symbols") / "pump.json").read_text(encoding="utf-8")
    for wrong, told in (
        (text.replace('"parts": ["run"]', '"parts": ["go"]'), r"part \['go'\] is not drawn"),
        (text.replace('"when": {"fault": 1}', '"when": {"falt": 1}'), r"input \['falt'\]"),
        (text.replace('["manual"', '["manuel"', 1), r"input \['manuel'\]"),
        (text.replace('"when": {}', '"when": {"running": 3}'), "last state must fit always"),
    ):
        assert wrong != text
        with pytest.raises(BadInput, match=told):
            read_manifest("pump", wrong)


def test_a_colour_no_theme_has_is_named() -> None:
    with pytest.raises(BadInput, match=r'pump\.svg: colour "purple" is in no theme'):
        coloured('<svg fill="var(--purple)"/>', {"text": "#000000"}, "pump")


def test_only_the_parts_of_a_state_are_drawn() -> None:
    svg = only(drawing("pump"), ("run",)).decode()
    assert 'id="run"' in svg
    assert 'id="stop"' not in svg


def test_a_symbol_is_drawn_once_for_each_state_and_zoom(qtbot: QtBot) -> None:
    art = SymbolArt(load_theme("day").tokens())
    pump = manifests()["pump"]
    first = art.pixmap(pump, ("run",), 1.0)
    assert art.pixmap(pump, ("run",), 1.0) is first
    assert art.pixmap(pump, ("run",), 2.0).width() == 2 * first.width()
    assert art.pixmap(pump, ("stop",), 1.0) is not first
