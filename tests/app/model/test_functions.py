"""What a device is for follows from its points; a breaker stands as its code says."""

from datetime import UTC, datetime

import pytest

from app.model.functions import BREAKER_ROLE, Breaker, Function, Functions, functions_of
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import PointId, Quality, Reading, Value
from app.profiles.loader import load_all

NOON = datetime(2026, 1, 20, 11, tzinfo=UTC)
MEASURED = PointSpec("current", "Current", "A")
STATE = PointSpec("pump", "Pump", kind=ValueKind.CHOICE, choices={0: "off", 1: "on"})
FLAGS = PointSpec("alarms", "Alarms", kind=ValueKind.FLAGS, choices={0: "low"})
SETTING = PointSpec("delay", "Delay", "s", write=WriteRules(0, 60))
TEXT = PointSpec("serial", "Serial", kind=ValueKind.TEXT)
COUNT = PointSpec("count", "Count")
BREAKER = PointSpec(
    "stands",
    "Contacts",
    kind=ValueKind.CHOICE,
    choices={4: "open", 5: "closed", 6: "tripped"},
    role=BREAKER_ROLE,
)


@pytest.mark.parametrize(
    ("point", "does"),
    [
        (MEASURED, {Function.MEASURE}),
        (STATE, {Function.STATE}),
        (FLAGS, {Function.STATE}),
        (SETTING, {Function.COMMAND}),
        (BREAKER, {Function.STATE}),
        (TEXT, set()),
        (COUNT, set()),
    ],
    ids=lambda each: getattr(each, "key", ""),
)
def test_each_point_says_what_its_device_is_for(point: PointSpec, does: set[Function]) -> None:
    assert functions_of([point]).does == does


def test_a_device_is_for_all_that_its_points_say() -> None:
    every = functions_of([MEASURED, STATE, SETTING, TEXT])
    assert every.does == set(Function)
    assert every.breaker == ""
    assert functions_of([]) == Functions()


@pytest.mark.parametrize(
    ("value", "quality", "stands"),
    [
        (4.0, Quality.GOOD, Breaker.OPEN),
        (5.0, Quality.GOOD, Breaker.CLOSED),
        (6, Quality.STALE, Breaker.TRIPPED),
        (0.0, Quality.GOOD, Breaker.UNKNOWN),
        (4.5, Quality.GOOD, Breaker.UNKNOWN),
        ("open", Quality.GOOD, Breaker.UNKNOWN),
        (None, Quality.OFFLINE, Breaker.UNKNOWN),
        (None, Quality.BAD, Breaker.UNKNOWN),
    ],
)
def test_a_breaker_stands_as_its_own_codes_say(
    value: Value | None, quality: Quality, stands: Breaker
) -> None:
    found = functions_of([BREAKER])
    assert found.breaker == "stands"
    reading = Reading(PointId("feeder.stands"), value, quality, NOON)
    assert found.breaker_stands(reading) is stands
    assert found.breaker_stands(None) is Breaker.UNKNOWN


def test_the_profiles_shipped_say_what_their_devices_are_for() -> None:
    does = {
        name: functions_of(profile.points.values()).does
        for name, profile in load_all().profiles.items()
    }
    assert does["danfoss.ecl310.a266_1"] == set(Function)
    assert Function.COMMAND not in does["eastron.sdm630"]
    assert Function.MEASURE in does["kamstrup.multical_x03"]
    assert does["generic.modbus"] == set()
