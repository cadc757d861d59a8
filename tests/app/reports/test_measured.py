"""Read-outs: named by their signs, held against the right set point or limit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.reading import Quality, Reading, point_id
from app.reports.commissioning_data import MeasuredRow
from app.reports.measured import measured_rows, split_tag
from tests.app.reports import sample

PROFILES = (
    "danfoss.ecl310.a266_1", "danfoss.ecl310.generic", "kamstrup.multical_x03",
    "eastron.sdm630", "gavazzi.em24_e1", "generic.modbus",
)  # fmt: skip


def rows(values: dict[str, float | None] | None = None) -> dict[str, MeasuredRow]:
    """The station's read-outs with some values put, None for a refused one."""
    changes = {}
    for key, value in (values or {}).items():
        point = point_id(sample.STATION, key)
        quality = Quality.BAD if value is None else Quality.GOOD
        reason = "refused" if value is None else ""
        changes[str(point)] = Reading(point, value, quality, sample.END, reason)
    profile = sample.profile()
    found = measured_rows(
        profile, profile.points, sample.readings(changes=changes), dict(profile.slots)
    )
    return {row.key: row for row in found}


@pytest.mark.parametrize(
    ("name", "tag", "rest"),
    [
        ("S3 Heating flow", "S3", "Heating flow"),
        ("S16 Room", "S16", "Room"),
        ("P1 heating pump", "P1", "Heating pump"),
        ("Sensor S7", "S7", "Sensor"),
        ("M1 heating valve opens", "M1", "Heating valve opens"),
        ("EM1 Power", "EM1", "Power"),
        ("Relay 3", "", "Relay 3"),
        ("Status, circuit 1 heating", "", "Status, circuit 1 heating"),
        ("Desired heating flow", "", "Desired heating flow"),
        ("Triac 5", "", "Triac 5"),
        ("ECA 32 analogue output 1", "", "ECA 32 analogue output 1"),
        ("", "", ""),
    ],
)
def test_a_name_gives_its_sign(name: str, tag: str, rest: str) -> None:
    assert split_tag(name) == (tag, rest)


@pytest.mark.parametrize("name", PROFILES)
def test_settings_and_identity_are_no_read_outs(name: str) -> None:
    profile = sample.profile(name)
    found = measured_rows(profile, profile.points, sample.readings(of=profile), {})
    keys = {row.key for row in found}
    listed = {spec.key for spec in profile.points.values() if spec.listed or spec.is_setting}
    told = {key for fact in profile.identity.values() for key in fact.points}
    assert not keys & (listed | told)
    assert len(keys) == len(found)


def test_inputs_outputs_and_valves_belong_on_the_first_page() -> None:
    first = [row.tag for row in rows().values() if row.first]
    assert first[:6] == ["S1", "S2", "S3", "S4", "S5", "S6"]
    assert first[-4:] == ["M1", "M2", "P1", "P2"]
    assert not rows()["relay1_manual"].first  # has the pump's sign, but is a state
    assert not rows()["triac1_state"].first  # is told by the valve's own row


def test_a_valve_stands_before_its_commands() -> None:
    keys = list(rows())
    assert keys.index("triac1_state+triac2_state") + 1 == keys.index("triac1_state")


def test_other_quantities_are_held_against_nothing() -> None:
    assert rows()["s1"].set_point is None
    assert rows()["s1"].limit is None
    assert rows()["c1_status"].limit is None


def test_flow_and_hot_water_have_set_points() -> None:
    assert rows()["s3"].set_point == 51.8
    assert rows()["s4"].set_point == 53.0
    assert rows({"s3_desired_flow": None})["s3"].set_point is None


@pytest.mark.parametrize("state", [0.0, 1.0, 3.0, None])
def test_outside_of_comfort_another_temperature_is_aimed_at(state: float | None) -> None:
    assert rows({"c2_status": state})["s4"].set_point is None
    assert rows({"c2_status": state})["s2"].set_point == 20.0


def test_the_hot_waters_return_limit_is_one_number() -> None:
    assert rows()["s6"].limit == 40.0
    assert rows({"c2_return_limit": None})["s6"].limit is None


@given(st.floats(-40, 40).map(lambda value: round(value, 1)))
def test_the_limit_lies_between_its_ends(outdoor: float) -> None:
    limit = rows({"s1": outdoor})["s5"].limit
    assert limit is not None
    assert 30.0 <= limit <= 45.0
    if outdoor <= -15:
        assert limit == 45.0
    if outdoor >= 15:
        assert limit == 30.0


@pytest.mark.parametrize(
    "missing", ["s1", "c1_ret_x1_outdoor", "c1_ret_y1", "c1_ret_x2_outdoor", "c1_ret_y2"]
)
def test_a_limit_with_a_missing_part_is_not_guessed(missing: str) -> None:
    assert rows({missing: None})["s5"].limit is None


def test_a_line_without_length_is_level() -> None:
    assert rows({"c1_ret_x1_outdoor": -15.0})["s5"].limit in {30.0, 45.0}


def test_times_of_measurement_are_kept() -> None:
    assert rows()["s1"].measured_at == sample.END


def test_without_a_profile_there_is_nothing_to_read() -> None:
    assert measured_rows(None, {}, sample.readings(), {}) == ()


def test_a_valve_with_one_command_only_stays_a_command() -> None:
    profile = sample.profile()
    specs = {
        key: replace(spec, role="") if key == "triac2_state" else spec
        for key, spec in profile.points.items()
    }
    found = measured_rows(profile, specs, sample.readings(), dict(profile.slots))
    assert "triac1_state+triac2_state" not in {row.key for row in found}
