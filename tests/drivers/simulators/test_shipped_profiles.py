"""The simulated devices and the shipped profiles were written apart and agree."""

import pytest

from app.model.point import ValueKind, WriteRules
from app.model.profile import RegisterPlace
from app.profiles.loader import load_all
from drivers.simulators.modbus_meter import MeterGateway, ModbusMeterOptions
from drivers.simulators.pdu import Refusal
from drivers.simulators.registers.a266 import SETTINGS
from drivers.simulators.registers.ecl310 import EclIdentity, EclRegisters
from drivers.simulators.registers.table import unsigned
from tests.drivers.simulators.plant import Hands, central

PROFILES = load_all().profiles
A266 = PROFILES["danfoss.ecl310.a266_1"]
LIMITS = {setting.pnu: setting for setting in SETTINGS}


def bank() -> EclRegisters:
    return EclRegisters(central(), EclIdentity.of(3, 0, 1, "127.0.0.1"), Hands())


def raw(value: float, place: RegisterPlace) -> int:
    return round((value - place.offset) / place.scale)


def places() -> dict[str, RegisterPlace]:
    return {
        key: place for key, place in A266.places.items() if isinstance(place, RegisterPlace)
    }


def test_every_point_of_the_controllers_profile_is_served() -> None:
    ecl = bank()
    unserved = []
    for key, place in places().items():
        if not A266.points[key].live:
            continue
        try:
            ecl.read(3, place.address, place.words)
        except Refusal:
            unserved.append(f"{key} at PNU {place.address + 1}")
    assert unserved == []


def test_every_setting_of_the_controller_is_in_its_profile() -> None:
    known = {place.address + 1 for place in places().values()}
    assert [setting.pnu for setting in SETTINGS if setting.pnu not in known] == []


@pytest.mark.parametrize(
    "key",
    sorted(
        key
        for key, place in places().items()
        if A266.points[key].write is not None and place.address + 1 in LIMITS
    ),
)
def test_limits_and_off_coding_are_the_same_in_both(key: str) -> None:
    place, rules = places()[key], A266.points[key].write
    setting = LIMITS[place.address + 1]
    assert isinstance(rules, WriteRules)
    if A266.points[key].kind is ValueKind.CHOICE:
        codes = sorted(int(each) for each in rules.allow or A266.points[key].choices)
        assert (codes[0], codes[-1]) == (setting.low, setting.high)
        return
    assert rules.minimum is not None
    assert rules.maximum is not None
    assert (raw(rules.minimum, place), raw(rules.maximum, place)) == (setting.low, setting.high)
    off = None if rules.off_value is None else raw(rules.off_value, place)
    assert off == setting.off


def test_whatever_the_profile_allows_the_controller_takes() -> None:
    ecl = bank()
    refused = []
    for key, place in places().items():
        point = A266.points[key]
        if point.write is None or place.address + 1 >= 64045:  # the clock: its own order
            continue
        ends = (
            *point.write.allow,
            point.write.minimum,
            point.write.maximum,
            point.write.off_value,
        )
        for value in ends:
            if value is None:
                continue
            try:
                ecl.write(place.address, unsigned(raw(value, place)))
            except Refusal as refusal:
                refused.append(f"{key} = {value}: {refusal}")
    assert refused == []


@pytest.mark.parametrize(
    ("profile", "model"),
    [
        ("kamstrup.multical_x03", "multical"),
        ("eastron.sdm630", "sdm630"),
        ("gavazzi.em24_e1", "em24"),
    ],
)
def test_every_point_of_a_meters_profile_is_served_as_it_asks(profile: str, model: str) -> None:
    registers = MeterGateway(ModbusMeterOptions(model=model), 0, Hands()).bank(1)
    assert registers is not None
    function = {"holding": 3, "input": 4}
    for key, place in PROFILES[profile].places.items():
        assert isinstance(place, RegisterPlace)
        if PROFILES[profile].points[key].live:
            asked = function[place.area.value]
            assert asked in registers.functions, key
            assert len(registers.read(asked, place.address, place.words)) == place.words
            assert PROFILES[profile].read.max_registers <= registers.most_registers
