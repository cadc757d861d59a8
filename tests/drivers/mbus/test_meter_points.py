"""Telegrams become points by the standard alone: keys, names, units, quality, times."""

from datetime import UTC, date, datetime

import pytest

from app.model.point import ValueKind
from app.model.reading import DeviceId, Quality
from drivers.mbus.decoder import Decoder
from drivers.mbus.points import MeterPoint, MeterReport, points_of, readings_of, report_of
from tests.drivers.mbus.telegrams import METER, bare, long_head, short_head, wired

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# Records, and the point they become: key, name, unit, decimals, value.
STANDARD = [
    ("0406B80B0000", "energy", "Energy", "kWh", 0, 3000.0),
    ("0403D2040000", "energy", "Energy", "kWh", 3, 1.234),
    ("04FB0039300000", "energy", "Energy", "kWh", 0, 1_234_500.0),
    ("040EF4010000", "energy", "Energy", "GJ", 3, 0.5),
    ("0413D2040000", "volume", "Volume", "m³", 3, 1.234),
    ("042BD2040000", "power", "Power", "kW", 3, 1.234),
    ("042D64000000", "power", "Power", "kW", 1, 10.0),
    ("042FFEFFFFFF", "power", "Power", "kW", 0, -20.0),
    ("043B0A000000", "volume_flow", "Flow", "m³/h", 3, 0.01),
    ("0259A00F", "flow_temperature", "Supply temperature", "°C", 2, 40.0),
    ("0261380B", "temperature_difference", "Temperature difference", "K", 2, 28.72),
    ("142D78000000", "power_max", "Power, maximum", "kW", 1, 12.0),
    ("440601000000", "energy_s1", "Energy, storage 1", "kWh", 0, 1.0),
    ("84100301000000", "energy_t1", "Energy, tariff 1", "kWh", 3, 0.001),
    ("84400301000000", "energy_u1", "Energy, subunit 1", "kWh", 3, 0.001),
    (
        "9411AB3C01000000",
        "power_backward_flow_max_s2_t1",
        "Power, backward flow, maximum, tariff 1, storage 2",
        "kW",
        3,
        0.001,
    ),
    ("02FDC8FC01E508", "voltage_at_phase_l1", "Voltage, at phase L1", "V", 1, 227.7),
    ("0C7878563412", "fabrication_number", "Fabrication number", "", 0, "12345678"),
    ("046D1E0A722B", "date_and_time", "Date and time", "", 0, "2019-11-18T10:30:00"),
    ("053F0000A040", "volume_flow", "Flow", "m³/h", 3, 50.0),
]


def decoded(records: str, medium: int = 0x04, status: int = 0) -> MeterReport:
    """Return what a wired meter of no known make says by these records."""
    head = bytearray(long_head())
    head[8], head[10] = medium, status
    return report_of(Decoder().decode(wired(bytes(head) + bytes.fromhex(records))))


def measured(records: str, medium: int = 0x04) -> dict[str, MeterPoint]:
    """Return its points by key, without that of its status byte."""
    points = decoded(records, medium).points
    return {each.spec.key: each for each in points if each.record is not None}


@pytest.mark.parametrize(("records", "key", "name", "unit", "decimals", "value"), STANDARD)
def test_a_standard_record_of_an_unknown_meter_is_a_point(
    records: str, key: str, name: str, unit: str, decimals: int, value: float | str
) -> None:
    (point,) = measured(records).values()
    assert (point.spec.key, point.spec.name) == (key, name)
    assert (point.spec.unit, point.spec.decimals) == (unit, decimals)
    assert point.value == (pytest.approx(value) if isinstance(value, float) else value)
    assert (point.quality, point.reason) == (Quality.GOOD, "")


def test_a_value_the_meter_disowns_is_bad_and_its_point_stays_the_same_point() -> None:
    good, worn = measured("0A5A3402")["flow_temperature"], measured("0A5AEEEE")
    assert (good.value, good.quality) == (23.4, Quality.GOOD)
    bad = worn["flow_temperature"]
    assert (bad.value, bad.quality, bad.reason) == (None, Quality.BAD, "not-a-number")
    assert bad.spec == good.spec


def test_a_reason_of_the_meter_for_no_value_does_not_change_the_points_name() -> None:
    (point,) = measured("02DA152800").values()  # "no data available"
    assert (point.spec.key, point.spec.name) == ("flow_temperature", "Supply temperature")
    assert (point.value, point.reason) == (None, "not-available")


def test_a_date_that_names_no_day_leaves_a_text_without_a_value() -> None:
    (point,) = measured("426CFFFF").values()
    assert (point.spec.kind, point.value) == (ValueKind.TEXT, None)
    assert point.quality is Quality.BAD


def test_what_only_its_maker_knows_is_no_point_but_is_told() -> None:
    report = decoded("0406B80B0000 04FF2210000000 02EF2A0100")
    assert [each.spec.key for each in report.points] == ["energy", "status"]
    assert [each.heading.dif_vif.hex() for each in report.unknown] == ["04ff22", "02ef2a"]
    assert report.profile is None


def test_counters_are_told_from_values_of_the_moment() -> None:
    points = measured("0406B80B0000 0413D2040000 042D64000000 142D78000000 440601000000")
    assert {key for key, each in points.items() if each.counts} == {
        "energy",
        "volume",
        "energy_s1",
    }
    assert points["energy_s1"].storage == 1


def test_roles_are_those_of_a_heat_circuit_and_each_is_given_once() -> None:
    heat = "0406B80B0000 0406B90B0000 0413D2040000 043B0A000000 042D64000000 0259A00F 025D6810"
    points = measured(heat)
    assert {each.spec.role: key for key, each in points.items()} == {
        "meter.energy": "energy",
        "": "energy_2",
        "meter.volume": "volume",
        "meter.flow": "volume_flow",
        "meter.power": "power",
        "meter.supply": "flow_temperature",
        "meter.return": "return_temperature",
    }
    assert points["energy_2"].spec.name == "Energy, value 2"


def test_the_water_temperature_of_a_water_meter_is_no_supply_of_a_circuit() -> None:
    assert measured("0259A00F", medium=0x07)["flow_temperature"].spec.role == ""


def test_an_electricity_meter_tells_both_directions_apart() -> None:
    points = measured("0403E8030000 04833CF4010000 042BC8000000 04AB3C32000000", medium=0x02)
    assert [(each.spec.key, each.value, each.spec.role) for each in points.values()] == [
        ("energy", 1.0, "meter.energy"),
        ("energy_backward_flow", 0.5, "meter.energy_export"),
        ("power", 0.2, "meter.power"),
        ("power_backward_flow", 0.05, ""),
    ]
    heat = measured("0406E8030000 04863CF4010000", medium=0x0D)
    assert (
        heat["energy_backward_flow"].spec.role == "meter.energy_cooling"
    )  # nothing given away


def test_times_of_the_meter_stand_beside_the_values_they_belong_to() -> None:
    report = decoded("0406B80B0000440601000000426CFF2C046D1E0A722B142D78000000146D1E0A712B")
    times = {each.spec.key: each.time for each in report.points}
    assert times["energy"] is None
    assert times["energy_s1"] == date(2023, 12, 31)
    assert times["power_max"] == datetime(2019, 11, 17, 10, 30)  # noqa: DTZ001 - no zone is told
    assert report.clock == datetime(2019, 11, 18, 10, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("status", "bits", "words"),
    [
        (0x00, 0x000, []),
        (0x01, 0x001, ["busy"]),
        (0x02, 0x002, ["application error"]),
        (0x03, 0x100, ["abnormal condition"]),
        (0x14, 0x014, ["battery low", "temporary error"]),
        (0x88, 0x088, ["permanent error", "maker's bit 7"]),
    ],
)
def test_the_status_byte_is_told_in_words(status: int, bits: int, words: list[str]) -> None:
    point = decoded("0406B80B0000", status=status).points[-1]
    assert (point.spec.key, point.value) == ("status", bits)
    said = [word for bit, word in sorted(point.spec.choices.items()) if bits >> bit & 1]
    assert said == words


def test_flags_of_errors_nobody_described_are_told_by_their_bits() -> None:
    point = measured("02FD170500")["error_flags"]
    assert (point.value, point.spec.kind) == (5.0, ValueKind.FLAGS)
    assert (point.spec.choices[0], point.spec.choices[2]) == ("bit 0", "bit 2")


def test_the_points_of_a_radio_telegram_have_the_keys_of_the_wired_ones() -> None:
    records = bytes.fromhex("0406B80B0000440601000000")
    by_radio = points_of(Decoder().decode(bare(short_head() + records)))
    by_wire = points_of(Decoder().decode(wired(long_head() + records)))
    assert by_radio == by_wire


def test_points_become_readings_of_the_moment_they_were_received() -> None:
    device = DeviceId("m1")
    readings = readings_of(decoded("0406B80B00000A5AEEEE").points, device, NOON)
    told = {each.point: (each.value, each.quality, each.measured_at) for each in readings}
    assert told == {
        "m1.energy": (3000.0, Quality.GOOD, NOON),
        "m1.flow_temperature": (None, Quality.BAD, NOON),
        "m1.status": (0.0, Quality.GOOD, NOON),
    }


def test_the_old_fixed_structure_gives_points_too() -> None:
    head = b"\x73" + METER + bytes([7, 0, 0x05, 0x29])
    data = wired(head + bytes.fromhex("7856341278563412"))
    points = points_of(Decoder().decode(data))
    assert [each.spec.key for each in points if each.record is not None] != []
    assert all(each.quality is Quality.GOOD for each in points)


def test_an_empty_answer_has_no_points() -> None:
    assert points_of(Decoder().decode(b"\xe5")) == ()
