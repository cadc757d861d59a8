"""What stands in the log as old and new is told in the words and units of its reader."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, PointId
from app.project.config import PlantConfig
from app.project.difference import differences, told_short
from app.words import use_language
from widgets.models.changewords import told_changes, told_number

POINT = PointId("ahornvej-14.p1")
DEVICE = DeviceConfig(DeviceId("a14"), "Ahornvej 14", "North", LinkId("l1"), 1, "own")


@pytest.fixture
def german() -> Iterator[None]:
    use_language("de")
    yield
    use_language("en")


def named(kind: str, name: str) -> str:
    return f"<{kind} {name}>"


def plant() -> PlantConfig:
    line = LinkConfig(LinkId("l1"), "modbus-tcp", "Line 1", {"host": "10.0.0.1"})
    rule = AlarmRule("hot", "high", DEVICE.id, POINT, "Too hot", 2, 90.0)
    empty = PlantConfig("Østerby", "Europe/Copenhagen")
    return empty.with_link(line).with_device(DEVICE).with_rule(rule)


@pytest.mark.parametrize(
    ("kind", "written", "says"),
    [
        (ValueKind.NUMBER, "71.5", "71.5 °C"),
        (ValueKind.NUMBER, "-3", "−3.0 °C"),
        (ValueKind.CHOICE, "2", "Comfort"),
        (ValueKind.TIME_OF_DAY, "630", "06:30"),
        (ValueKind.NUMBER, "", ""),
        (ValueKind.NUMBER, "confirmed", "confirmed"),
    ],
)
def test_a_setting_is_told_as_its_point_means_it(
    kind: ValueKind, written: str, says: str
) -> None:
    unit = "°C" if kind is ValueKind.NUMBER else ""
    spec = PointSpec("p1", "Flow", unit, 1, kind=kind, choices={2: "Comfort"})
    assert told_number(written, POINT, spec) == says


def test_a_change_of_the_plant_is_told_in_the_reader_s_language(german: None) -> None:
    use_language("en")
    moved = replace(DEVICE, name="A; B 'C'", area="South", enabled=False)
    other = replace(DEVICE, id=DeviceId("a15"), unit=2)
    line = LinkConfig(LinkId("l1"), "modbus-tcp", "Line 1", {"host": "10.0.0.2"})
    line = replace(line, kind="paths", options={"host": "10.0.0.2", "supply": "mains"})
    newer = plant().with_device(replace(moved, name="A 1")).with_device(other).with_link(line)
    written = told_short(differences(plant(), newer))
    use_language("de")
    assert told_changes(written, named).split("; ") == [
        "<link l1>: Art Modbus TCP → Mehrere Wege",
        "<link l1>: Optionen › Adresse '10.0.0.1' → '10.0.0.2'",
        "<link l1>: Optionen › Stromversorgung – → Netz",
        "<device a14>: Name 'Ahornvej 14' → 'A 1'",
        "<device a14>: Bereich 'North' → 'South'",
        "<device a14>: In Betrieb ja → nein",
        "<device a15> hinzugefügt: 'Ahornvej 14'",
    ]


def test_what_was_removed_and_a_list_that_was_cut_are_told(german: None) -> None:
    use_language("en")
    bare = plant().without_rule("hot").without_device(DEVICE.id).without_link(LinkId("l1"))
    lines = differences(plant(), replace(bare, title="Vesterby"))
    written = told_short(lines, most=2)
    use_language("de")
    first, second, more = told_changes(written, named).split("; ")
    assert first == "Anlage: Anlage 'Østerby' → 'Vesterby'"
    assert second == "<link l1> entfernt"
    assert more == "und 2 weitere"


@pytest.mark.parametrize(
    "written",
    ["", "version 3", "a name → with an arrow", "device", "role of 'x' and y", "done"],
)
def test_what_is_no_change_is_told_as_it_stands(written: str, german: None) -> None:
    assert told_changes(written, named) == written
