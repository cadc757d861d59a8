"""The ECL Comfort 310 with A266.1 is described as its published facts say, and no further."""

import pytest

from app.model.identity import identity_facts
from app.model.point import Category, PointSpec, ValueKind, WriteRules
from app.model.profile import DataType, Profile
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from drivers.blocks import plan_blocks

PROFILES = load_all().profiles
GROUPS = [
    (1, "Flow temperature", 12),
    (1, "Room limit", 3),
    (1, "Return limit", 10),
    (1, "Flow / power limit", 9),
    (1, "Optimisation", 16),
    (1, "Control parameters", 7),
    (1, "Application", 13),
    (1, "Alarm", 4),
    (1, "Floor drying", 14),
    (2, "Set points", 4),
    (2, "Return limit", 5),
    (2, "Flow / power limit", 6),
    (2, "Control parameters", 8),
    (2, "Application", 9),
    (2, "Anti-bacteria", 4),
    (2, "Alarm", 4),
    (None, "Operation and time", 3),
    (None, "Output override", 6),
    (None, "Communication and M-Bus", 11),
]
CURVE = tuple(range(11400, 11406))


@pytest.fixture(name="a266")
def _a266() -> Profile:
    return PROFILES["danfoss.ecl310.a266_1"]


def by_number(profile: Profile, number: int) -> PointSpec:
    (spec,) = [each for each in profile.points.values() if each.number == number]
    return spec


def test_the_settings_table_has_148_rows_grouped_as_the_controller_groups_them(
    a266: Profile,
) -> None:
    found: list[tuple[int | None, str, int]] = []
    for spec in a266.listed():
        if found and found[-1][:2] == (spec.circuit, spec.group):
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((spec.circuit, spec.group, 1))
    assert found == GROUPS
    assert sum(count for *_, count in GROUPS) == 148


def test_the_circuits_have_names(a266: Profile) -> None:
    assert a266.circuits == {1: "Heating", 2: "Domestic hot water"}


def test_only_eleven_factory_values_are_known(a266: Profile) -> None:
    known = {spec.number: spec.default for spec in a266.listed() if spec.default is not None}
    assert known == {
        11175: 1.0,
        11178: 90.0,
        11147: 0.0,
        11148: 0.0,
        5997: 0.0,
        **dict(zip(CURVE, (75.0, 60.0, 50.0, 45.0, 40.0, 28.0), strict=True)),
    }


def test_the_category_is_only_raised_where_a_source_states_it(a266: Profile) -> None:
    primary = {spec.number for spec in a266.settings() if spec.category is Category.PRIMARY}
    limited = {spec.number for spec in a266.settings() if spec.category is Category.LIMITED}
    assert primary == {4201, 4202, 11180, 11181, 12190, 12191}
    assert limited == {11175, 11177, 11178, 11179, 11028, 11093, *CURVE, *range(4066, 4072)}


def test_a_category_nobody_states_is_said_to_be_so(a266: Profile) -> None:
    for number in (11015, 11029, 11085, 11118, 10930, 12035, 12173, 12500):
        spec = by_number(a266, number)
        assert spec.category is Category.ALL
        assert "No source states the category" in spec.note
    assert "No source states" not in by_number(a266, 11184).note


@pytest.mark.parametrize(
    ("number", "low", "high", "off", "step", "unit"),
    [
        (11004, 5, 150, None, 1, "°C"),
        (11175, 0.1, 4.0, None, 0.1, ""),
        (11180, 5, 40, None, 0.1, "°C"),
        (11182, -9.9, 0, None, 0.1, ""),
        (11015, 1, 50, 0, 1, "s"),
        (11014, 10, 59, 9, 1, ""),
        (11029, 10, 110, 9, 1, "°C"),
        (11114, 1, 9999, 0, 1, ""),
        (11116, 0, 999.9, None, 0.1, ""),
        (11174, 10, 59, 9, 1, "min"),
        (11189, 2, 50, None, 1, "× 20 ms"),
        (10514, 5, 3000, None, 1, "min"),
        (10937, 0, 1200, None, 1, "h"),
        (12078, 5, 80, None, 1, "°C"),
        (12125, 10, 110, 9, 1, "°C"),
        (12030, 10, 120, None, 1, "°C"),
    ],
)
def test_a_setting_has_the_published_range(
    a266: Profile,
    number: int,
    low: float,
    high: float,
    off: float | None,
    step: float,
    unit: str,
) -> None:
    spec = by_number(a266, number)
    assert spec.write is not None
    assert (spec.write.minimum, spec.write.maximum) == (low, high)
    assert (spec.write.off_value, spec.write.step, spec.unit) == (off, step, unit)


def test_off_lies_just_below_the_range_everywhere(a266: Profile) -> None:
    for spec in a266.settings():
        if spec.write and spec.write.off_value is not None:
            assert (spec.write.minimum, spec.write.off_value) in {(1, 0), (10, 9)}, spec.key


@pytest.mark.parametrize("key", ["c1_mode", "c2_mode"])
def test_manual_is_shown_but_never_offered(a266: Profile, key: str) -> None:
    spec = a266.points[key]
    assert spec.choices[0] == "manual"
    assert spec.write is not None
    assert list(spec.write.allow) == [1.0, 2.0, 3.0, 4.0]
    assert "all circuits" in spec.write.danger
    assert spec.write.confirm


def test_a_relay_override_warns_that_it_never_ends(a266: Profile) -> None:
    for number in range(1, 7):
        rules = a266.points[f"relay{number}_override"].write
        assert rules is not None
        assert "never expires" in rules.danger
        assert rules.confirm


def test_what_would_cut_the_link_is_shown_and_not_written(a266: Profile) -> None:
    for key in ("modbus_address", "ip_mode", "ip_address", "ip_gateway", "ip_mask"):
        spec = a266.points[key]
        assert spec.listed
        assert not spec.is_setting
    assert a266.places["ip_address"].type is DataType.OCTETS


def test_the_fast_points_take_seven_questions(a266: Profile) -> None:
    keys = [key for key, spec in a266.points.items() if spec.poll_group == "fast"]
    assert len(plan_blocks(a266.places, a266.read, keys)) == 7
    assert a266.read.gap_tolerance == 0


def test_the_poll_groups_are_ten_sixty_six_hundred_seconds_and_once(a266: Profile) -> None:
    assert a266.poll_groups == {"fast": 10.0, "slow": 60.0, "settings": 600.0, "once": 0.0}


def test_a_sensor_in_use_may_be_open_a_spare_input_is_only_not_connected(
    a266: Profile,
) -> None:
    assert a266.places["s2"].sentinels == {19200: "sensor-open"}
    assert a266.places["s9"].sentinels == {19200: "not-connected"}
    assert a266.points["s1"].name == "S1 Outdoor"
    assert "Meaning not stated" in a266.points["s7"].note


def test_registers_are_one_less_on_the_wire_than_in_the_manual(a266: Profile) -> None:
    for key, spec in a266.points.items():
        assert a266.places[key].address + 1 == spec.number


def test_a_running_unit_says_who_it_is(a266: Profile) -> None:
    values: dict[str, float | str] = {
        "app_prefix": 65.0,
        "app_type": 266.0,
        "app_subtype": 1.0,
        "app_version": 2048.0,
        "sw_version": 557.0,
        "hw_revision": 16642.0,
        "production": 6432.0,
        "serial_no": 423187751.0,
        "code_number": 3040.0,
        "sw_build": 6114.0,
    }
    assert identity_facts(a266.identity, values) == {
        "application": "A266.1",
        "application_version": "8.0",
        "serial": "423187751",
        "code_number": "087H3040",
        "hardware": "A.2",
        "software": "2.45",
        "build": "6114",
        "produced": "week 32, 2025",
    }


def test_the_key_is_recognised_by_three_registers(a266: Profile) -> None:
    (rule,) = a266.detect
    assert (rule.address, rule.count, rule.label) == (2059, 3, "A266.1")
    generic = PROFILES["danfoss.ecl310.generic"].detect
    assert [chr(letter) for each in generic for letter in each.match.values()] == ["A", "P"]
    assert max(each.score for each in generic) < rule.score


def test_an_unknown_key_gets_what_every_key_has_and_no_setting_of_the_application() -> None:
    generic = PROFILES["danfoss.ecl310.generic"]
    assert {"s1", "s16", "c1_mode", "serial_no", "alarm_mask"} <= set(generic.points)
    assert generic.clock is not None
    assert not [
        spec for spec in generic.settings() if (spec.number or 0) in range(11000, 14000)
    ]
    assert generic.points["s1"].name == "Sensor S1"
    assert len(PROFILES["generic.modbus"].points) == 0


def test_all_32_alarms_are_there_and_say_that_their_meaning_is_not_known(a266: Profile) -> None:
    assert [(alarm.number, alarm.bit) for alarm in a266.alarms] == [
        (number, number - 1) for number in range(1, 33)
    ]
    assert all("not published" in alarm.text for alarm in a266.alarms)


def test_the_week_programs_have_84_times_read_on_demand(a266: Profile) -> None:
    times = [s for s in a266.points.values() if s.kind is ValueKind.TIME_OF_DAY]
    assert len(times) == 84
    assert not any(spec.live or spec.listed for spec in times)
    assert all(spec.write == WriteRules(0, 2400) for spec in times)
    assert {key for plan in a266.week_programs for key in plan.times()} == {
        spec.key for spec in times
    }
    assert by_number(a266, 3110).key == "week1_mon_1_start"
    assert by_number(a266, 3110 + 10 * 6 + 5).key == "week1_sun_3_stop"
    assert by_number(a266, 3210).key == "week2_mon_1_start"


def test_the_meters_on_its_m_bus_are_unknown_until_somebody_sets_where_they_lie(
    a266: Profile,
) -> None:
    gap = next(each for each in a266.unknown if each.key == "mbus_meters")
    assert "no source we have shows" in gap.why
    assert len(gap.points) == 35
    assert not set(gap.points) & set(a266.points)
    options: dict[str, str | float] = {
        "mbus_energy_offset": 4,
        "mbus_energy_type": "uint32",
        "mbus_energy_unit": "MWh",
        "mbus_energy_scale": 0.01,
    }
    inforce = resolve(a266, options)
    assert inforce.places["em2_energy"].address == 6050 + 4 - 1
    assert inforce.places["em2_energy"].words == 2
    assert inforce.points["em2_energy"].unit == "MWh"
    assert inforce.points["em2_energy"].decimals == 2
    left = next(each for each in inforce.unknown if each.key == "mbus_meters")
    assert len(left.points) == 30
    assert "mbus_energy_offset" not in left.fields


def test_the_controller_s_own_log_is_unknown_and_nothing_can_be_set(a266: Profile) -> None:
    gap = next(each for each in a266.unknown if each.key == "internal_log")
    assert gap.fields == gap.points == ()
    assert "not published" in gap.why
