"""What an engineer sets for one device turns into the profile in force there."""

from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.profile import UNIT_NOT_SET, DataType, Profile
from app.profiles.loader import load_all
from app.profiles.resolve import option_faults, resolve
from tests.app.profiles.files import SOUND, load

METER = load_all().profiles["kamstrup.multical_x03"]


def refused(profile: Profile, **options: str | float | bool | None) -> str:
    with pytest.raises(BadInput) as said:
        resolve(profile, options)
    return str(said.value)


def test_until_the_unit_is_set_a_meter_shows_that_it_is_not() -> None:
    assert METER.points["energy_e1"].unit == UNIT_NOT_SET
    assert METER.points["t1"].unit == "°C"


def test_a_unit_once_set_holds_for_every_value_of_that_kind() -> None:
    meter = resolve(METER, {"energy_unit": "MWh"})
    assert meter.points["energy_e1"].unit == "MWh"
    assert meter.points["heat_energy_a1"].unit == "MWh"
    assert meter.points["power"].unit == UNIT_NOT_SET


@pytest.mark.parametrize(
    ("point", "option", "decimals"),
    [
        ("energy_e1", "energy_unit", {"kWh": 0, "MWh": 3, "GJ": 2}),
        ("flow_v1", "flow_unit", {"l/h": 0, "m³/h": 3}),
        ("power", "power_unit", {"W": 0, "kW": 1, "MW": 3}),
        ("volume_v1", "volume_unit", {"l": 0, "m³": 2}),
        ("p1", "pressure_unit", {"kPa": 0, "bar": 2}),
        ("qp_avg_time", "time_unit", {"min": 0}),
    ],
)
def test_a_smaller_unit_has_no_noughts_the_meter_never_sent(
    point: str, option: str, decimals: dict[str, int]
) -> None:
    found = {unit: resolve(METER, {option: unit}).points[point].decimals for unit in decimals}
    assert found == decimals


def test_a_register_nobody_published_comes_alive_when_it_is_set() -> None:
    assert "info_code" not in METER.points
    meter = resolve(METER, {"info_code_address": 100, "info_code_type": "uint32"})
    assert meter.places["info_code"].address == 100
    assert meter.places["info_code"].type is DataType.UINT32
    assert [gap.key for gap in meter.unknown] == ["serial", "units"]
    assert "info_code" not in meter.dormant


def test_half_of_what_is_needed_wakes_nothing() -> None:
    meter = resolve(METER, {"info_code_address": 100})
    assert "info_code" not in meter.points
    gap = next(each for each in meter.unknown if each.key == "info_code")
    assert gap.fields == ("info_code_type",)


def test_resolving_starts_from_the_file_every_time() -> None:
    options: dict[str, str | int] = {"info_code_address": 100, "info_code_type": "uint32"}
    again = resolve(resolve(METER, options), {**options, "info_code_address": 102})
    assert again.places["info_code"].address == 102
    asleep = resolve(again, {})
    assert "info_code" not in asleep.points
    assert "info_code" in asleep.dormant
    assert resolve(METER, {}) == METER


def test_options_of_others_are_left_alone() -> None:
    assert resolve(METER, {"host": "10.0.0.1", "energy_unit": None}) == METER


def test_a_profile_without_options_is_itself() -> None:
    plain = load_all().profiles["eastron.sdm630"]
    assert resolve(plain, {"anything": 1}) is plain


def test_a_value_an_option_cannot_have_is_refused_with_a_sentence() -> None:
    assert refused(METER, energy_unit="Gcal") == (
        "MULTICAL 403/603/803: option energy_unit: 'Gcal' is not one of kWh, MWh, GJ"
    )
    assert refused(METER, info_code_address=70000) == (
        "MULTICAL 403/603/803: option info_code_address: 70000 is above 65535"
    )
    assert "is not a number" in refused(METER, info_code_address="x")
    assert "is not a number" in refused(METER, info_code_address=True)
    assert "is not a whole number" in refused(METER, info_code_address=1.5)
    assert "is not a whole number" in refused(METER, info_code_address=float("nan"))
    assert "is below 0" in refused(METER, info_code_address=-1)


def test_all_wrong_options_are_told() -> None:
    said = option_faults(METER, {"energy_unit": "x", "power_unit": "y", "flow_unit": "m³/h"})
    assert len(said) == 2


def test_two_points_cannot_share_a_register() -> None:
    assert refused(METER, info_code_address=20, info_code_type="uint16") == (
        "MULTICAL 403/603/803: point info_code: register 20 is energy_e1 already "
        "(set by info_code_address, info_code_type)"
    )


def test_a_point_cannot_be_put_behind_the_last_register() -> None:
    said = refused(METER, info_code_address=65535, info_code_type="uint32")
    assert said.endswith("its options put it behind the last register")


def test_a_default_is_in_force_at_once_and_gives_way_to_what_is_set(tmp_path: Path) -> None:
    text = SOUND.replace("at: 1", "at: {base: 10, option: where}").replace(
        "points:", "options: {where: {label: W, kind: int, default: 5}}\npoints:"
    )
    profile = load(tmp_path, text).profiles["acme.meter"]
    assert profile.places["a"].address == 15
    assert resolve(profile, {"where": 7}).places["a"].address == 17
