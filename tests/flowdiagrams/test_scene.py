"""The live scene: every reading reaches what it changes, and nothing else is worked out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PyQt6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from app.model.reading import PointId, Quality, Reading
from flowdiagrams.document import Document, load_library
from flowdiagrams.elements import Field
from flowdiagrams.items import BarItem, FieldItem, RowItem
from flowdiagrams.looks import BarLook, CurveLook, FieldLook, RowLook, SymbolLook, TitleLook
from flowdiagrams.scene import DiagramScene
from flowdiagrams.symbolitems import CurveItem, SymbolItem, TitleItem
from tests.flowdiagrams.substation import (
    MORNING,
    NOW,
    OLD,
    morning,
    point,
    points,
    reading,
    spec,
    specs,
)
from widgets.controls.quality import Style
from widgets.controls.standing import Standing
from widgets.theme import load_theme

Make = Callable[..., DiagramScene]
DOCUMENT = load_library("a266_1")[0]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def build(*extra: str, document: Document = DOCUMENT) -> DiagramScene:
        slots = [*MORNING, *extra]
        return DiagramScene(
            document, points(slots), specs(slots), load_theme("day"), lambda: NOW
        )

    return build


def look_of(scene: DiagramScene, slot: str) -> object:
    return next(wired.item._look for wired in scene.wired if wired.item.slot == slot)


def tell(scene: DiagramScene, *readings: Reading) -> None:
    for one in readings:
        scene.take(one)


def test_each_kind_of_element_is_alive(make: Make) -> None:
    scene = make("m1_position")
    tell(scene, *morning(), reading("m1_position", 46.0))
    kinds = {type(wired.item) for wired in scene.wired}
    assert kinds == {FieldItem, RowItem, BarItem, SymbolItem, TitleItem, CurveItem}
    for slot, kind in (
        ("s3", FieldLook),
        ("s1", RowLook),
        ("m1_position", BarLook),
        ("p1", SymbolLook),
        ("c1_mode", TitleLook),
        ("curve_y1", CurveLook),
    ):
        assert isinstance(look_of(scene, slot), kind)


def test_a_reading_changes_every_element_that_names_it(make: Make) -> None:
    scene = make()
    tell(scene, *morning())
    before = {id(wired.item): wired.item._look for wired in scene.wired}
    tell(scene, reading("s1", -10.0))
    changed = {
        wired.item.slot for wired in scene.wired if wired.item._look != before[id(wired.item)]
    }
    assert changed == {"s1", "curve_y1"}, "the outdoor value and the working point"
    s5 = next(wired.item for wired in scene.wired if wired.item.slot == "s5")
    assert isinstance(s5, FieldItem)
    assert s5.against.note == "limit 41.3", "and the limit of the return runs over it"


def test_points_that_change_nothing_here_are_not_asked_for(make: Make) -> None:
    scene = make()
    assert set(scene.points) == {point(slot) for slot in MORNING}
    tell(scene, Reading(PointId("other.s3"), 99.0, Quality.GOOD, NOW))
    look = look_of(scene, "s3")
    assert isinstance(look, FieldLook)
    assert look.figure.text == "–"


def test_slots_the_picture_does_not_have_are_left_alone(qtbot: QtBot) -> None:
    slots = points(["s3", "unheard_of"])
    scene = DiagramScene(DOCUMENT, slots, {}, load_theme("day"), lambda: NOW)
    assert set(scene.points) == {point("s3")}


def test_a_resting_scene_remembers_and_shows_later(make: Make) -> None:
    scene = make()
    tell(scene, *morning())
    scene.rest(resting=True)
    tell(scene, reading("s3", 44.0), reading("p1", 0.0))
    look = look_of(scene, "s3")
    assert isinstance(look, FieldLook)
    assert look.figure.text == "51.6"
    scene.rest(resting=False)
    fresh, pump = look_of(scene, "s3"), look_of(scene, "p1")
    assert isinstance(fresh, FieldLook)
    assert isinstance(pump, SymbolLook)
    assert (fresh.figure.text, pump.text) == ("44.0", "Stopped")


def test_ages_come_from_what_is_measured_not_from_what_is_set(make: Make) -> None:
    scene = make()
    tell(scene, *morning())
    tell(scene, reading("slope", 1.2, at=NOW), reading("s3", 51.0, Quality.STALE, OLD))
    assert scene.ages.text == "oldest value 14 min (S3) · others ≤ 8 s"


def test_the_last_word_of_a_device_is_remembered_when_it_falls_silent(make: Make) -> None:
    scene = make()
    tell(scene, *morning(at=OLD))
    tell(scene, *morning(Quality.OFFLINE, NOW))
    assert scene.ages.dead
    assert scene.ages.text == "No answer from the device for 14 min"
    tell(scene, reading("s1", 3.0, at=NOW - timedelta(seconds=1)))
    assert not scene.ages.dead


def test_a_bad_value_keeps_the_picture_alive(make: Make) -> None:
    scene = make()
    tell(scene, *morning(Quality.STALE, OLD), reading("s2", None, Quality.BAD))
    assert not scene.ages.dead


def test_the_highest_alarm_of_an_element_is_the_one_it_shows(make: Make) -> None:
    scene = make()
    tell(scene, *morning())
    scene.set_alarms(
        {
            point("m1_open"): Standing(3, OLD),
            point("m1_close"): Standing(2, NOW),
            point("s3"): Standing(4, OLD),
        }
    )
    valve, flow = look_of(scene, "m1_close"), look_of(scene, "s3")
    assert isinstance(valve, SymbolLook)
    assert isinstance(flow, FieldLook)
    assert (valve.alarm, flow.alarm, flow.alarm_age) == (2, 4, "14 min")
    scene.set_alarms({point("m1_open"): Standing(3, OLD)})
    valve, flow = look_of(scene, "m1_close"), look_of(scene, "s3")
    assert isinstance(valve, SymbolLook)
    assert isinstance(flow, FieldLook)
    assert (valve.alarm, flow.alarm, flow.alarm_age) == (3, None, "")


def test_an_alarm_grows_older_on_the_picture(qtbot: QtBot) -> None:
    now, slots = [NOW], [*MORNING]
    scene = DiagramScene(
        DOCUMENT, points(slots), specs(slots), load_theme("day"), lambda: now[0]
    )
    tell(scene, *morning())
    scene.set_alarms({point("s3"): Standing(4, NOW)})
    now[0] = NOW + timedelta(minutes=22)
    scene.show_ages()
    flow = look_of(scene, "s3")
    assert isinstance(flow, FieldLook)
    assert flow.alarm_age == "22 min"


def test_a_moved_limit_redraws_only_its_own_place(make: Make, qtbot: QtBot) -> None:
    scene = make()
    tell(scene, *morning())
    redrawn: list[list[QRectF]] = []
    scene.changed.connect(redrawn.append)
    qtbot.waitUntil(lambda: bool(redrawn), timeout=2000)
    redrawn.clear()
    tell(scene, reading("dhw_return_limit", 55.0))
    qtbot.waitUntil(lambda: bool(redrawn), timeout=2000)
    places = [area for areas in redrawn for area in areas]
    around = QRectF(310, 610, 180, 90)
    assert all(around.contains(area) for area in places)


def test_elements_whose_point_is_missing_are_not_there(qtbot: QtBot) -> None:
    scene = DiagramScene(
        DOCUMENT, points(["s3"]), specs(["s3"]), load_theme("day"), lambda: NOW
    )
    fields = [wired.item for wired in scene.wired if isinstance(wired.item, FieldItem)]
    assert [item.field.slot for item in fields] == ["s3"]
    assert not [wired for wired in scene.wired if isinstance(wired.item, CurveItem)]


def test_a_pump_without_a_point_stands_unknown(qtbot: QtBot) -> None:
    scene = DiagramScene(DOCUMENT, {}, {}, load_theme("day"), lambda: NOW)
    pumps = [
        wired.item
        for wired in scene.wired
        if isinstance(wired.item, SymbolItem) and wired.item.symbol.symbol == "pump"
    ]
    assert len(pumps) == 2
    for pump in pumps:
        assert pump._look is not None
        assert pump._look.parts == ("unknown",)
        assert pump._look.style is Style.NONE
        assert pump.slot == ""


def test_the_corner_names_a_value_by_its_tag_or_else_by_its_own_name(qtbot: QtBot) -> None:
    bare = Document(
        name="x",
        title="x",
        size=(400, 400),
        slots=DOCUMENT.slots,
        elements=(Field(at=(0, 0), slot="s3", name="", tag=""),),
    )
    scene = DiagramScene(
        bare, points(["s3"]), {"s3": spec("s3")}, load_theme("day"), lambda: NOW
    )
    tell(scene, reading("s3", 1.0))
    assert scene.ages.text == "oldest value 8 s (Name of s3)"
