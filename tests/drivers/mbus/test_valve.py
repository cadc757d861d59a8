"""Cutting heat off: nothing can be sent until all is set, and never where pipes may freeze."""

import pytest

from app.errors import BadInput, DeviceRefused
from app.model.device import Option
from app.model.heatsupply import CONNECTED, DISCONNECTED
from app.model.point import Category, PointSpec
from app.model.reading import Quality
from drivers.mbus.points import MeterPoint
from drivers.mbus.valve import ValveMap, supply_spec, valve_of

ENERGISE, RELEASE = b"\x51\x01", b"\x51\x00"
WHOLE: dict[str, Option] = {
    "valve_kind": "normally open",
    "valve_energise": "51 01",
    "valve_release": "5100",
    "valve_state": "digital_output",
}


def point(
    key: str, value: float | None, role: str = "", quality: Quality = Quality.GOOD
) -> MeterPoint:
    return MeterPoint(PointSpec(key, key, role=role), value, quality)


def valve(*, normally_open: bool = True) -> ValveMap:
    return ValveMap(normally_open, ENERGISE, RELEASE, "digital_output")


@pytest.mark.parametrize("missing", WHOLE)
def test_it_is_off_until_all_of_its_map_is_set(missing: str) -> None:
    assert valve_of("Cellar", {}) is None
    assert valve_of("Cellar", WHOLE | {missing: None}) is None
    assert valve_of("Cellar", WHOLE | {missing: " "}) is None


def test_a_whole_map_is_read() -> None:
    assert valve_of("Cellar", WHOLE) == valve()
    closed = valve_of("Cellar", WHOLE | {"valve_kind": "normally closed", "frost_c": 8})
    assert closed == ValveMap(False, ENERGISE, RELEASE, "digital_output", 8.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"valve_kind": "open"}, "Cellar: valve_kind is ‘normally open’ or"),
        ({"valve_energise": "5"}, "Cellar: valve_energise holds bytes in hexadecimal"),
        ({"valve_release": "zz"}, "Cellar: valve_release holds bytes in hexadecimal"),
        ({"valve_release": "00" * 251}, "Cellar: valve_release holds bytes"),
        ({"frost_c": "cold"}, "Cellar: frost_c is a temperature"),
        ({"frost_c": True}, "Cellar: frost_c is a temperature"),
    ],
)
def test_what_cannot_be_is_named(change: dict[str, Option], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        valve_of("Cellar", WHOLE | change)


@pytest.mark.parametrize(
    ("normally_open", "value", "command"),
    [
        (True, DISCONNECTED, ENERGISE),
        (True, CONNECTED, RELEASE),
        (False, DISCONNECTED, RELEASE),
        (False, CONNECTED, ENERGISE),
    ],
)
def test_a_valve_at_rest_is_open_or_closed(
    normally_open: bool, value: int, command: bytes
) -> None:
    one = valve(normally_open=normally_open)
    assert one.command(value) == command
    energised = 1.0 if command == ENERGISE else 0.0
    assert one.supply([point("digital_output", energised)]) == value


def test_only_two_things_can_be_wished() -> None:
    with pytest.raises(BadInput, match=r"connected \(1\) or disconnected \(0\), not 2"):
        valve().command(2)


@pytest.mark.parametrize("told", [[], [point("other", 1.0)], [point("digital_output", 3.0)]])
def test_what_a_meter_does_not_say_nobody_knows(told: list[MeterPoint]) -> None:
    assert valve().supply(told) is None


def test_the_frost_guard_lets_nobody_disconnect_where_it_is_cold_or_unknown() -> None:
    warm, cold = point("t2", 40.0, "meter.return"), point("t2", 4.9, "meter.return")
    hot = point("t1", 70.0, "meter.supply")
    bad = point("t2", None, "meter.return", Quality.BAD)
    valve().guard("Cellar", DISCONNECTED, [hot, warm])
    valve().guard("Cellar", CONNECTED, [])
    valve().guard("Cellar", CONNECTED, [cold])
    with pytest.raises(
        DeviceRefused, match=r"Cellar: frost guard: the water has 4\.9 °C; nothing"
    ):
        valve().guard("Cellar", DISCONNECTED, [hot, cold])
    for unknown in ([], [bad], [point("room", 20.0, "other")]):
        with pytest.raises(DeviceRefused, match="frost guard: the meter tells no temperature"):
            valve().guard("Cellar", DISCONNECTED, unknown)


def test_the_setting_is_dangerous_and_says_so() -> None:
    spec = supply_spec()
    assert spec.write is not None
    assert (spec.write.confirm, spec.write.dual) == (True, True)
    assert set(spec.write.allow) == {DISCONNECTED, CONNECTED}
    assert spec.write.danger
    assert spec.category is Category.ALL
    assert set(spec.choices) == {DISCONNECTED, CONNECTED}
    assert spec.is_setting
