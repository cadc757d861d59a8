"""What every profile that comes along keeps: it loads, decodes its recordings, can be asked."""

import math
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.model.point import ValueKind
from app.model.profile import UNIT_NOT_SET, Area, Profile, RegisterPlace
from app.profiles.loader import ProfileSet, builtin_folder, load_all
from app.profiles.resolve import resolve
from app.profiles.vectors import value_of
from drivers.blocks import plan_blocks
from drivers.codecs.registers import decode, encode

LOADED: ProfileSet = load_all()
PROFILES = list(LOADED.profiles.values())
ABSTRACT = {"danfoss.ecl310.base"}  # only to be extended
UNITS = {
    *("°C", "K", "%", "s", "min", "h", "Bd", "V", "A", "W", "VA", "var", "Hz", "kWh"),
    *("× 20 ms", "× 30 min", UNIT_NOT_SET, ""),
}

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)


def words_of(place: RegisterPlace, registers: Mapping[int, int]) -> list[int]:
    return [registers[place.address + step] for step in range(place.words)]


def same(first: float | str | None, second: float | str | None) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-9)
    return first == second


def test_every_file_of_the_folder_loads_without_a_fault() -> None:
    assert LOADED.errors == ()
    names = {
        Path(file.name).stem for file in builtin_folder().iterdir() if ".yaml" in file.name
    }
    assert names == set(LOADED.profiles) | ABSTRACT


@every_profile
def test_it_says_what_it_is_and_where_that_is_known_from(profile: Profile) -> None:
    assert profile.label
    assert profile.status == "draft"  # none has been proved on a device of ours yet
    assert profile.sources or not profile.points


@every_profile
def test_it_decodes_its_own_recordings_as_the_driver_does(profile: Profile) -> None:
    assert profile.tests or not profile.points
    for vector in profile.tests:
        for key, wanted in vector.expect.items():
            place = profile.places[key]
            value, reason = decode(place, words_of(place, vector.registers))
            assert same(value, wanted), (key, vector.note)
            assert reason == vector.reasons.get(key, ""), (key, vector.note)


@every_profile
def test_two_ways_of_decoding_agree_on_whatever_lies_in_the_registers(profile: Profile) -> None:
    chance = random.Random(profile.id)  # the same words on every run
    patterns = [0, 0xFFFF, 0x7FFF, 0x8000, 19200]
    for key, place in profile.places.items():
        for _ in range(40):
            words = [
                chance.choice([*patterns, chance.randrange(65536)]) for _ in range(place.words)
            ]
            registers = dict(enumerate(words, start=place.address))
            value, reason = value_of(place, registers)
            driver = decode(place, words)
            assert same(value, driver[0]), (key, words)
            assert reason == driver[1], (key, words)


@every_profile
def test_every_point_has_a_place_a_poll_group_and_a_known_unit(profile: Profile) -> None:
    assert set(profile.points) == set(profile.places)
    for spec in profile.points.values():
        assert spec.poll_group in profile.poll_groups
        assert spec.unit in UNITS, spec.key
        assert 0 <= spec.decimals <= 3


@every_profile
def test_a_temperature_has_one_decimal_in_every_picture_table_and_file(
    profile: Profile,
) -> None:
    measured = [spec for spec in profile.points.values() if not spec.is_setting]
    assert {spec.decimals for spec in measured if spec.unit in ("°C", "K")} <= {0, 1}


@every_profile
def test_every_poll_group_can_be_asked_for_within_the_device_s_limits(profile: Profile) -> None:
    for group in profile.poll_groups:
        keys = [k for k, spec in profile.points.items() if spec.poll_group == group]
        blocks = plan_blocks(profile.places, profile.read, keys)
        assert {key for block in blocks for key in block.keys} == set(keys)
        assert all(block.count <= profile.read.max_registers for block in blocks)


@every_profile
def test_whatever_a_setting_accepts_can_be_written_and_read_back(profile: Profile) -> None:
    for spec in profile.settings():
        rules, place = spec.write, profile.places[spec.key]
        assert rules is not None
        assert place.area in {Area.HOLDING, Area.COIL}
        limits = {rules.minimum, rules.maximum, rules.off_value, spec.default, *rules.allow}
        for value in limits - {None}:
            assert value is not None
            assert same(decode(place, encode(place, value))[0], value), spec.key
        if spec.kind is ValueKind.NUMBER:
            assert rules.step is not None
            assert rules.minimum is not None
            encode(place, rules.minimum + rules.step)


@every_profile
def test_its_alarms_are_bits_of_points_that_are_polled(profile: Profile) -> None:
    for alarm in profile.alarms:
        spec = profile.points[alarm.point]
        assert spec.live
        assert spec.kind is ValueKind.FLAGS
        assert alarm.bit in spec.choices
        assert 1 <= alarm.priority <= 4


@every_profile
def test_every_option_can_take_its_first_choice(profile: Profile) -> None:
    for key, option in profile.options.items():
        value = option.choices[0] if option.choices else option.minimum
        assert value is not None
        resolve(profile, {key: value})


def test_two_profiles_never_answer_to_the_same_sign_equally_well() -> None:
    signs = [
        (rule.area, rule.address, tuple(sorted(rule.match.items())), rule.score)
        for profile in PROFILES
        for rule in profile.detect
    ]
    assert len(signs) == len(set(signs))
