"""What a value should be, and how far it is off, from the device's own settings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from app.model.alarm import AlarmState
from app.model.point import PointSpec, WriteRules
from app.model.reading import Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.smallplant import AHORNVEJ, NOON, READINGS
from widgets.controls.quality import Shown, Style
from widgets.controls.table import AROUND_PX
from widgets.controls.valuepainter import value_width
from widgets.models.keyvalues import KeyCells, Targets, Wanted, columns_of, key_rows
from widgets.models.rows import Tone

pytestmark = pytest.mark.usefixtures("qapp")  # widths are measured in the screen's font

ROLES = (
    "temperature.outdoor",
    "temperature.supply",
    "temperature.supply_desired",
    "temperature.return",
    "temperature.room",
    "temperature.dhw",
    "temperature.dhw_return",
    "status.circuit_1",
    "status.circuit_2",
    "setpoint.room_comfort",
    "setpoint.room_saving",
    "setpoint.dhw_comfort",
    "limit.return_x1",
    "limit.return_y1",
    "limit.return_x2",
    "limit.return_y2",
    "limit.return_constant",
    "limit.dhw_return",
)
SPECS = {role: PointSpec(role.replace(".", "_"), role, "°C", 1, role=role) for role in ROLES}
SPECS["limit.dhw_return"] = replace(
    SPECS["limit.dhw_return"], write=WriteRules(10, 110, off_value=9)
)


def targets(values: Mapping[str, float]) -> Targets:
    def latest(spec: PointSpec) -> Reading | None:
        value = values.get(spec.role)
        if value is None:
            return None
        return Reading(point_id(AHORNVEJ, spec.key), value, Quality.GOOD, NOON)

    return Targets(list(SPECS.values()), latest)


def test_the_flow_should_be_what_the_controller_wishes() -> None:
    found = targets({"temperature.supply_desired": 51.8})
    assert found.of(SPECS["temperature.supply"]) == Wanted(51.8)
    assert targets({}).of(SPECS["temperature.supply"]) is None
    assert found.of(SPECS["temperature.outdoor"]) is None


@pytest.mark.parametrize(("status", "wanted"), [(0, 17.0), (1, 20.0), (2, 20.0), (3, 17.0)])
def test_the_room_should_be_as_its_circuit_asks_now(status: int, wanted: float) -> None:
    values = {
        "status.circuit_1": status,
        "setpoint.room_comfort": 20.0,
        "setpoint.room_saving": 17.0,
    }
    assert targets(values).of(SPECS["temperature.room"]) == Wanted(wanted)


@pytest.mark.parametrize(
    ("outdoor", "limit"), [(-20, 60.0), (-15, 60.0), (0, 45.0), (15, 30.0), (25, 30.0)]
)
def test_the_return_limit_follows_the_outdoor_temperature(outdoor: float, limit: float) -> None:
    values = {
        "temperature.outdoor": outdoor,
        "limit.return_x1": 15,
        "limit.return_y1": 30,
        "limit.return_x2": -15,
        "limit.return_y2": 60,
    }
    found = targets(values).of(SPECS["temperature.return"])
    assert found == Wanted(limit, is_limit=True)


def test_without_the_line_the_constant_limit_holds_and_off_is_no_limit() -> None:
    constant = targets({"limit.return_constant": 50.0})
    assert constant.of(SPECS["temperature.return"]) == Wanted(50.0, is_limit=True)
    assert targets({"limit.dhw_return": 9.0}).of(SPECS["temperature.dhw_return"]) is None
    held = targets({"limit.dhw_return": 40.0})
    assert held.of(SPECS["temperature.dhw_return"]) == Wanted(40.0, is_limit=True)


def cells(values: Mapping[str, float]) -> KeyCells:
    def latest(spec: PointSpec) -> Reading | None:
        value = values.get(spec.role)
        if value is None:
            return None
        return Reading(point_id(AHORNVEJ, spec.key), value, Quality.GOOD, NOON)

    found = Targets(list(SPECS.values()), latest)
    return KeyCells(latest, lambda: NOON, None, found, lambda: ())


def test_what_is_off_carries_its_sign_and_a_limit_only_when_it_is_passed() -> None:
    told = cells(
        {
            "temperature.supply": 51.6,
            "temperature.supply_desired": 51.8,
            "temperature.dhw_return": 47.3,
            "limit.dhw_return": 40.0,
            "temperature.return": 30.0,
            "limit.return_constant": 50.0,
        }
    )
    assert told.off(SPECS["temperature.supply"]).text == "−0.2"
    assert told.wanted(SPECS["temperature.supply"]).text == "51.8"
    over = told.off(SPECS["temperature.dhw_return"])
    assert (over.text, over.strong) == ("+7.3", True)
    assert told.wanted(SPECS["temperature.dhw_return"]).text == "≤ 40.0"
    assert told.off(SPECS["temperature.return"]).text == ""
    assert told.off(SPECS["temperature.room"]).text == ""


def test_of_a_stale_value_its_age_stands_where_others_say_how_far_off_they_are() -> None:
    quality = {"temperature.supply": Quality.STALE, "temperature.outdoor": Quality.STALE}

    def latest(spec: PointSpec) -> Reading | None:
        told = quality.get(spec.role, Quality.GOOD)
        return Reading(point_id(AHORNVEJ, spec.key), 51.6, told, NOON - timedelta(minutes=14))

    found = Targets(list(SPECS.values()), latest)
    told = KeyCells(latest, lambda: NOON, None, found, lambda: ())
    assert told.off(SPECS["temperature.supply"]).text == "14 min"
    assert told.off(SPECS["temperature.supply"]).tone is Tone.QUIET
    assert told.off(SPECS["temperature.outdoor"]).text == "14 min", "nothing judges it"
    assert told.off(SPECS["temperature.dhw"]).text == "+0.0", "a fresh one is judged"


def test_where_nothing_is_judged_a_stale_number_has_room_for_its_age() -> None:
    told = cells({})
    oldest = Shown("20.8", Style.STALE, "", "23 h 59 min")
    [value] = [each for each in columns_of(told, 1, judged=False) if each.id == "value"]
    assert value_width(oldest, decimals=1) <= value.width - AROUND_PX
    [beside] = [each for each in columns_of(told, 1) if each.id == "value"]
    assert beside.width < value.width, "there its age stands in the column of differences"


def test_an_alarm_marks_the_value_it_stands_on() -> None:
    alarms = smallplant.alarms()
    point = next(each.rule.point for each in alarms if each.rule.point is not None)
    key = point.rpartition(".")[2]
    spec = next(each for each in READINGS if each.key == key)
    found = KeyCells(
        lambda _spec: None, lambda: NOON, None, Targets((), lambda _s: None), lambda: alarms
    )
    cell = found.named(spec)
    assert cell.mark is not None
    assert cell.strong
    assert cell.mark.state in AlarmState
    assert found.named(replace(spec, key="other")).mark is None


def test_measured_values_come_before_states_and_settings_stay_away() -> None:
    rows = [spec.key for spec in key_rows(READINGS)]
    assert rows[:3] == ["s1", "s3", "s5"]
    assert rows[-2:] == ["p1", "p2"]
    assert "m1" not in rows
    plain = [replace(spec, role="") for spec in READINGS]
    assert key_rows(plain)[0].key == "s1"
    assert [column.id for column in columns_of(cells({}), 1)][:2] == ["name", "trend"]
