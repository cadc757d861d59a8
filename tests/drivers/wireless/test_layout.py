"""Layouts of CSV files: what they say, and which key is wrong where they cannot be."""

from pathlib import Path
from typing import Any

import pytest

from app.errors import BadInput
from drivers.simulators.concentrator import Concentrator, ConcentratorOptions
from drivers.wireless.layout import (
    COUNTING,
    QUANTITIES,
    BatteryColumn,
    ValueColumn,
    layout_of,
    load_layout,
)
from tests.drivers.wireless.street import AT

WHOLE: dict[str, Any] = {
    "separator": "tab",
    "decimal_sign": ",",
    "encoding": "windows-1252",
    "time_zone": "Europe/Berlin",
    "time_format": "%d.%m.%Y %H:%M",
    "head": 2,
    "meter": "Zähler",
    "time": ["Datum", 3],
    "values": [
        {"column": "Wert", "quantity_column": "Größe", "unit_column": 6},
        {"column": 7, "quantity": "volume", "unit": "l"},
    ],
    "names": {"Wärme": "energy"},
}


def changed(**keys: object) -> dict[str, Any]:
    return {key: value for key, value in {**WHOLE, **keys}.items() if value is not ...}


def test_a_layout_says_what_every_column_is() -> None:
    layout = layout_of(WHOLE)
    assert (layout.separator, layout.decimal_sign, layout.encoding) == (
        "\t",
        ",",
        "windows-1252",
    )
    assert (layout.meter, layout.time, layout.head) == ("Zähler", ("Datum", 3), 2)
    assert str(layout.zone) == "Europe/Berlin"
    assert layout.values == (
        ValueColumn("Wert", quantity_column="Größe", unit_column=6),
        ValueColumn(7, "volume", "l"),
    )
    assert layout.names == {"Wärme": "energy"}


def test_what_is_usual_need_not_be_said() -> None:
    kept = ("time_format", "meter", "time", "values")
    layout = layout_of({key: WHOLE[key] for key in kept} | {"time_zone": "UTC"})
    assert (layout.separator, layout.decimal_sign, layout.encoding) == (";", ".", "")
    assert layout.head == 1


def test_times_with_an_offset_of_their_own_need_no_zone() -> None:
    layout = layout_of(changed(time_zone=..., time_format="%Y-%m-%dT%H:%M:%S%z"))
    assert layout.zone is None


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"separator": ":"}, "separator: expected is tab"),
        ({"decimal_sign": ";"}, "decimal_sign"),
        ({"separator": ",", "decimal_sign": ","}, "decimal_sign"),
        ({"encoding": "ebcdic"}, "encoding: expected is utf-8"),
        ({"head": -1}, "head"),
        ({"head": True}, "head"),
        ({"time_zone": ...}, "time_zone"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_format": ...}, "time_format"),
        ({"time_format": "%Y-%m-%d"}, "time_format"),
        ({"time_format": "%H:%M"}, "time_format"),
        ({"meter": ...}, "meter: expected is the head of a column"),
        ({"meter": 0}, "meter"),
        ({"meter": " "}, "meter"),
        ({"head": 0}, "meter"),  # without a head no column has a name
        ({"time": []}, "time"),
        ({"time": ["Datum", None]}, "time"),
        ({"values": ...}, "values"),
        ({"values": []}, "values"),
        ({"values": ["Wert"]}, "values"),
        ({"values": [{"quantity": "energy", "unit": "kWh"}]}, "column"),
        ({"values": [{"column": 1, "quantity": "energy"}]}, "unit or unit_column"),
        ({"values": [{"column": 1, "unit": "kWh"}]}, "quantity or quantity_column"),
        ({"values": [{"column": 1, "quantity": "luck", "unit": "kWh"}]}, "quantity: expected"),
        ({"values": [{"column": 1, "quantity": "flow", "unit": "l"}]}, "unit: expected is m3"),
        ({"values": [{"column": 1, "colour": "red"}]}, "colour: no key of a layout"),
        ({"names": {"Glück": "luck"}}, "names"),
        ({"names": {"Glück": ["energy"]}}, "names"),
        ({"names": ["energy"]}, "names"),
        ({"encoding": ["utf-8"]}, "encoding: expected is utf-8"),
        ({"separator": [";"]}, "separator"),
        ({"decimal_sign": [","]}, "decimal_sign"),
        ({"time_zone": ["UTC"]}, "time_zone"),
        ({"time_format": "%Y-%m-%d %Y %H"}, "time_format"),  # a letter twice: no pattern
        ({"values": [{"column": 1, "quantity": ["flow"], "unit": "l"}]}, "quantity: expected"),
        ({"values": [{"column": 1, "quantity": "flow", "unit": ["l/h"]}]}, "unit: expected"),
        ({"values": [{"column": [1], "quantity": "flow", "unit": "l/h"}]}, "column: expected"),
        ({"colour": "red"}, "colour: no key of a layout"),
        ({"battery": "Batt"}, r"battery: expected is \[battery\]"),
        ({"battery": {"unit": "V"}}, "column: expected"),
        ({"battery": {"column": "Batt", "unit": "mV"}}, "unit: expected is %, V"),
        ({"battery": {"column": "Batt", "unit": ["V"]}}, "unit: expected is %, V"),
        ({"battery": {"column": "Batt", "unit": "%", "low": 100}}, "low: expected"),
        ({"battery": {"column": "Batt", "unit": "V", "low": True}}, "low: expected"),
        ({"battery": {"column": "Batt", "unit": "V", "low": "3"}}, "low: expected"),
        ({"battery": {"column": "Batt", "unit": "V", "full": 3.6}}, "full: no key"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_named(keys: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        layout_of(changed(**keys))


def test_a_file_is_named_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    file = tmp_path / "layout.toml"
    with pytest.raises(BadInput, match=r"layout\.toml: "):
        load_layout(file)
    for content, says in (
        (b"meter = ", "layout.toml: Invalid value"),
        (b"\xff", "layout.toml: "),
        (b'colour = "red"', "layout.toml: colour: no key"),
        (b"#" * 100_001, "layout.toml: too large"),
        (b"a = " + b"[" * 50_000, "layout.toml: "),
    ):
        file.write_bytes(content)
        with pytest.raises(BadInput, match=says):
            load_layout(file)


def test_the_concentrator_brings_the_layout_of_its_own_tables(tmp_path: Path) -> None:
    options = ConcentratorOptions(folder=str(tmp_path), form="table", zone="Europe/Paris")
    Concentrator(options, AT).prepare()
    layout = load_layout(tmp_path / "layout.toml")
    assert [each.quantity for each in layout.values] == [
        "energy", "volume", "flow", "power", "supply_temperature", "return_temperature",
    ]  # fmt: skip
    assert str(layout.zone) == "Europe/Paris"


def test_every_quantity_has_its_own_unit_among_those_it_may_be_told_in() -> None:
    for key, (spec, units) in QUANTITIES.items():
        assert spec.key == key
        assert units.get(spec.unit.removeprefix("°"), units.get(spec.unit)) == 1.0
    assert set(QUANTITIES) >= COUNTING


def test_a_layout_may_say_where_the_concentrator_tells_of_its_own_battery() -> None:
    assert layout_of(WHOLE).battery is None
    said = {"column": "Batt", "unit": "V"}
    assert layout_of(changed(battery=said)).battery == BatteryColumn("Batt", "V", None)
    low = layout_of(changed(battery={**said, "low": 3})).battery
    assert low == BatteryColumn("Batt", "V", 3.0)
