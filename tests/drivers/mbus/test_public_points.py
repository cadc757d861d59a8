"""The public telegrams of meters become the points their own expectations name.

They are not the project's to pass on: without them these tests are skipped.
"""

from itertools import pairwise
from typing import Any

import pytest

from app.model.point import ValueKind
from app.profiles.meters import load_meters
from drivers.mbus.decoder import Decoder
from drivers.mbus.points import MeterReport, report_of
from drivers.mbus.telegram import BrokenTelegram, State
from drivers.mbus.written import KeyRing, key_of, telegram_of
from tests.drivers.mbus.test_public_telegrams import FOLDER, read

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="PUBLIC TELEGRAMS NOT FOUND (shared/vectors beside the project): NOT TESTED",
)
METERS = load_meters().meters
# What the expectations of each family call a value, and the key of our point.
COMMON = {
    "total_energy_consumption_kwh": "energy",
    "total_volume_m3": "volume",
    "total_m3": "volume",
    "total_kwh": "energy",
    "power_kw": "power",
    "max_power_kw": "power_max",
    "volume_flow_m3h": "volume_flow",
    "flow_m3h": "volume_flow",
    "fabrication_no": "fabrication_number",
    "on_time_h": "on_time",
    "operating_time_h": "operating_time",
    "on_time_at_error_h": "on_time_error",
}
HEAT = COMMON | {
    "flow_temperature_c": "flow_temperature",
    "return_temperature_c": "return_temperature",
    "flow_c": "flow_temperature",
    "return_c": "return_temperature",
    "forward_c": "flow_temperature",
    "heat_kwh": "energy",
    "volume_m3": "volume",
    "total_water_m3": "volume",
    "flow_water_m3h": "volume_flow",
    "target_kwh": "energy_s1",
    "last_year_kwh": "energy_s1",
    "energy_at_set_date_kwh": "energy_s1",
}
MULTICAL = COMMON | {
    "forward_energy_m3c": "e8",
    "return_energy_m3c": "e9",
    "t1_temperature_c": "flow_temperature",
    "t2_temperature_c": "return_temperature",
    "flow_return_temperature_difference_c": "temperature_difference",
    "max_flow_m3h": "volume_flow_max",
    "meter_date": "date",
    "target_energy_kwh": "energy_s1",
    "target_volume_m3": "volume_s1",
    "target_date": "date_s1",
    "total_volume_subunit1_m3": "volume_u1",
    "total_volume_subunit2_m3": "volume_u2",
    "target_volume_subunit1_m3": "volume_s1_u1",
    "target_volume_subunit2_m3": "volume_s1_u2",
}
WATER = COMMON | {
    "flow_temperature_c": "flow_temperature",
    "target_m3": "volume_s1",
    "battery_v": "voltage",
}
KAMSTRUP_WATER = COMMON | {
    "flow_temperature_c": "flow_temperature_min_s2",
    "max_flow_m3h": "volume_flow_max_s2",
}
OMNIPOWER = {
    "total_energy_consumption_kwh": "energy",
    "total_energy_production_kwh": "energy_backward_flow",
    "current_power_consumption_kw": "power",
    "current_power_production_kw": "power_backward_flow",
}
FAMILIES = {
    "kamheat": MULTICAL,
    "multical603": MULTICAL,
    "multical21": KAMSTRUP_WATER,
    "omnipower": OMNIPOWER,
    "sensostar": HEAT,
    "itronheat": HEAT,
    "sharky774": HEAT,
    "ultraheat": HEAT,
    "elf2": HEAT,
    "istaheat": COMMON,
    "waterstarm": WATER,
    "hydrus": WATER | {"target_m3": "volume_s3"},
    "q400": WATER,
    "picoflux": COMMON,
    "ultrimisv2": WATER,
    "aquastream": COMMON,
    "kadenwater": COMMON,
}
# How many of our units one of the expectation's is.
UNITS = {
    ("kwh", "kWh"): 1.0,
    ("kwh", "GJ"): 0.0036,
    ("kw", "kW"): 1.0,
    ("m3", "m³"): 1.0,
    ("m3h", "m³/h"): 1.0,
    ("m3c", "m³·°C"): 1.0,
    ("c", "°C"): 1.0,
    ("c", "K"): 1.0,
    ("v", "V"): 1.0,
    ("h", "h"): 1.0,
    ("h", "min"): 60.0,
    ("h", "s"): 3600.0,
}
MODELS = {
    ("kamheat", "19"): "MULTICAL 402",
    ("kamheat", "35"): "MULTICAL 603",
    ("kamheat", "39"): "MULTICAL 803",
    ("kamheat", "40"): "MULTICAL 303",
    ("multical603", "35"): "MULTICAL 603",
    ("multical21", "1B"): "MULTICAL 21",
    ("omnipower", "30"): "OMNIPOWER",
}
INFO = {  # words of the expectations that stand for our words of the info code
    "OK": [],
    "WRONG_FLOW_DIRECTION": ["V1 wrong direction"],
    "SENSOR_T1_BELOW_MEASURING_RANGE SENSOR_T2_BELOW_MEASURING_RANGE V1_COMMUNICATION_ERROR": [
        "t1 below range",
        "t2 below range",
        "V1 communication error",
    ],
}


def telegrams(*families: str) -> list[Any]:
    """Return the sound telegrams of these families, or of all, as parameters."""
    return [
        pytest.param(each, id=f"{each['driver']}-{each['name']}-{nth}")
        for nth, each in enumerate(read("wireless_mbus"))
        if each["class"].startswith("standard") and (not families or each["driver"] in families)
    ]


def reported(case: dict[str, Any]) -> MeterReport | None:
    """Return what the last telegram of a case says; None: nothing that can be decoded."""
    key = key_of(case["key"] or "")
    decoder = Decoder(KeyRing([key] if key else []))
    report = None
    for text in case["telegrams"]:
        try:
            report = report_of(decoder.decode(telegram_of(text)), METERS)
        except BrokenTelegram:
            report = None
    return report


@pytest.mark.parametrize("case", telegrams(*FAMILIES))
def test_the_values_of_a_meter_are_where_its_points_say(case: dict[str, Any]) -> None:
    report = reported(case)
    if report is None:
        pytest.skip(
            f"{case['driver']}: nobody published the key of these telegrams, or the long one "
            "that tells their compact format"
        )
    points = {each.spec.key: each for each in report.points}
    checked = 0
    for field, key in FAMILIES[case["driver"]].items():
        wanted = case["expected_json"].get(field)
        if wanted is None or key not in points:
            continue
        point = points[key]
        checked += 1
        if point.spec.kind is ValueKind.TEXT:
            assert str(point.value).replace("T", " ").startswith(str(wanted)), field
            continue
        factor = UNITS[field.rsplit("_", 1)[1], point.spec.unit]
        assert point.value == pytest.approx(float(wanted) * factor, rel=1e-6, abs=1e-9), field
    assert checked >= 1


@pytest.mark.parametrize("case", telegrams("kamheat", "multical603", "multical21", "omnipower"))
def test_a_known_make_is_recognised_by_its_address(case: dict[str, Any]) -> None:
    report = reported(case)
    assert report is not None
    assert report.model is not None
    assert report.model.model == MODELS[case["driver"], case["meta"]["version"]]


@pytest.mark.parametrize("case", telegrams("kamheat", "multical603"))
def test_info_codes_say_in_words_what_the_expectation_says(case: dict[str, Any]) -> None:
    report = reported(case)
    assert report is not None
    said = [
        word
        for each in report.points
        if each.spec.key in ("info", "info_narrow") and isinstance(each.value, float)
        for bit, word in sorted(each.spec.choices.items())
        if int(each.value) >> bit & 1
    ]
    if "status" in case["expected_json"]:
        assert said == INFO[case["expected_json"]["status"]]


@pytest.mark.parametrize("case", telegrams())
def test_every_record_of_a_public_meter_is_a_point_or_told_as_unknown(
    case: dict[str, Any],
) -> None:
    key = key_of(case["key"] or "")
    decoder = Decoder(KeyRing([key] if key else []))
    for text in case["telegrams"]:
        try:
            telegram = decoder.decode(telegram_of(text))
        except BrokenTelegram:
            continue
        report = report_of(telegram, METERS)
        spoken = {each.record for each in report.points}
        for nth, record in enumerate(telegram.body.records):
            told = nth in spoken or record in report.unknown
            assert told or not record.raw
            if record.heading.state is State.OK and "profile" not in str(record.heading):
                assert nth in spoken or not record.raw
        keys = [each.spec.key for each in report.points]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("case", telegrams("kamheat", "multical21", "omnipower"))
def test_telegrams_of_one_meter_give_the_same_points(case: dict[str, Any]) -> None:
    """A compact frame, which leaves the headings out, gives the points of the whole one."""
    key = key_of(case["key"] or "")
    decoder = Decoder(KeyRing([key] if key else []))
    specs = []
    for text in case["telegrams"]:
        try:
            report = report_of(decoder.decode(telegram_of(text)), METERS)
        except BrokenTelegram:
            continue
        specs.append({each.spec.key: each.spec for each in report.points})
    for earlier, later in pairwise(specs):
        for name in earlier.keys() & later.keys():
            assert earlier[name] == later[name]
