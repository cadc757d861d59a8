"""Whatever records a meter sends, its points have sound keys, units, values and readings."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.meterprofile import MeterModel, MeterProfile, MeterProfiles, RecordRule
from app.model.point import ValueKind
from app.model.reading import DeviceId, Quality
from app.model.units import signs
from app.profiles.meters import load_meters
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.kinds import fits, vif_of
from drivers.mbus.points import MeterReport, points_of, readings_of, report_of
from tests.drivers.mbus.telegrams import long_head, record_of, wired
from tests.drivers.mbus.viftables import FB, FD, PRIMARY

METERS = load_meters().meters
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = re.compile(r"[a-z][a-z0-9_]*")
# Units of meters that our conversions do not know; they are shown as they came.
FOREIGN = {
    *("Mcal", "GJ/h", "t", "ft³", "gal", "gal/min", "gal/h", "°F", "°", "month", "year"),
    *("dBm", "kg/h", "kvarh", "kVAh", "kvar", "kVA", "%"),
}
ROWS = [
    *PRIMARY,
    *((f"FB{vif}", *rest) for vif, *rest in FB),
    *((f"FD{vif}", *rest) for vif, *rest in FD),
]


def said(records: bytes, *rules: RecordRule) -> MeterReport:
    """Return what a meter says, of a make that these rules describe."""
    model = MeterModel("KAM")
    profile = MeterProfile("acme.meter", 1, "A", "A", "draft", (model,), rules=rules)
    telegram = Decoder().decode(wired(long_head() + records))
    return report_of(telegram, MeterProfiles((profile,)))


@pytest.mark.parametrize("vif", [row[0] for row in ROWS])
def test_every_row_of_the_standards_tables_is_a_point_with_a_unit_people_know(vif: str) -> None:
    (point, *_status) = said(bytes.fromhex(f"04{vif}D2040000")).points
    assert KEY.fullmatch(point.spec.key)
    assert point.spec.unit in {"", *signs(), *FOREIGN}
    assert point.spec.name[0].isupper() or not point.spec.name[0].isalpha()
    if point.spec.kind is ValueKind.NUMBER:
        assert isinstance(point.value, float)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 255), st.integers(0, 255))
def test_points_of_rubbish_are_sound_or_none(data: bytes, version: int, medium: int) -> None:
    head = bytearray(long_head())
    head[7], head[8] = version, medium
    try:
        telegram = Decoder().decode(wired(bytes(head) + data))
    except Refused:
        return
    report = report_of(telegram, METERS)
    keys = [each.spec.key for each in report.points]
    assert len(keys) == len(set(keys))
    for point in report.points:
        assert KEY.fullmatch(point.spec.key)
        assert (point.value is None) is (point.quality is Quality.BAD)
        assert 0 <= point.spec.decimals <= 6
    assert len(readings_of(report.points, DeviceId("m"), NOON)) == len(report.points)
    assert points_of(telegram, METERS) == report.points


@pytest.mark.parametrize(
    ("dif_vif", "vif"),
    [("0406", "06"), ("8C1006", "06"), ("84808003FD17", "FD17"), ("04FF22", "FF22")],
)
def test_the_vif_of_a_heading_is_what_stands_behind_its_difs(dif_vif: str, vif: str) -> None:
    assert vif_of(bytes.fromhex(dif_vif)).hex().upper() == vif


@pytest.mark.parametrize(
    ("rule", "fitting"),
    [
        (RecordRule(quantity="energy"), True),
        (RecordRule(quantity="volume"), False),
        (RecordRule(quantity="energy", storage=1), True),
        (RecordRule(quantity="energy", storage=0), False),
        (RecordRule(function="maximum"), True),
        (RecordRule(function="minimum"), False),
        (RecordRule(tariff=2), True),
        (RecordRule(tariff=1), False),
        (RecordRule(subunit=0), True),
        (RecordRule(subunit=1), False),
        (RecordRule(qualifiers=("backward flow",)), True),
        (RecordRule(qualifiers=()), False),
        (RecordRule(vif=bytes.fromhex("863C")), True),
        (RecordRule(dif_vif=bytes.fromhex("D420863C")), True),
        (RecordRule(dif_vif=bytes.fromhex("0406")), False),
    ],
)
def test_a_rule_speaks_of_the_records_that_fit_all_it_asks(
    rule: RecordRule, fitting: bool
) -> None:
    record = record_of("D420863C01000000")
    assert fits(rule, record) is fitting


def test_a_rule_gives_a_record_another_key_name_unit_and_scale() -> None:
    rule = RecordRule(
        vif=b"\xff\x10",
        key="pressure",
        name="Pressure",
        unit="bar",
        scale=0.01,
        decimals=2,
        role="pressure.supply",
        note="From the sensor at P1.",
    )
    (point, *_status) = said(bytes.fromhex("02FF10F401"), rule).points
    assert (point.spec.key, point.spec.name, point.spec.unit) == ("pressure", "Pressure", "bar")
    assert (point.value, point.spec.decimals) == (5.0, 2)
    assert (point.spec.role, point.spec.note) == ("pressure.supply", "From the sensor at P1.")


def test_a_rule_that_leaves_storages_open_speaks_of_each_by_its_own_key() -> None:
    rule = RecordRule(vif=b"\xff\x10", key="e8", name="Energy E8", counts=True)
    report = said(bytes.fromhex("02FF10F401 42FF10F501 52FF10F601 8210FF10F701"), rule)
    told = {each.spec.key: each.spec.name for each in report.points if each.counts}
    assert told == {
        "e8": "Energy E8",
        "e8_s1": "Energy E8, storage 1",
        "e8_max_s1": "Energy E8, maximum, storage 1",
        "e8_t1": "Energy E8, tariff 1",
    }


def test_a_choice_is_told_by_its_word_and_a_mask_takes_its_bits() -> None:
    rules = (
        RecordRule(vif=b"\xff\x10", mask=0x0F, key="mode", name="Mode", choices={2: "heat"}),
        RecordRule(vif=b"\xff\x10", mask=0xF0, key="step", name="Step"),
    )
    mode, step, *_status = said(bytes.fromhex("01FF1032"), *rules).points
    assert (mode.spec.kind, mode.value, mode.spec.choices[2]) == (ValueKind.CHOICE, 2, "heat")
    assert (step.spec.kind, step.value) == (ValueKind.NUMBER, 3)


def test_the_first_rule_that_fits_speaks_alone() -> None:
    rules = (
        RecordRule(quantity="energy", storage=1, name="Energy of the year before"),
        RecordRule(quantity="energy", name="Heat"),
    )
    report = said(bytes.fromhex("040601000000 440602000000"), *rules)
    assert [each.spec.name for each in report.points[:2]] == [
        "Heat",
        "Energy of the year before",
    ]


def test_a_series_of_values_in_one_record_is_no_value() -> None:
    report = said(bytes.fromhex("0D931F020304"))
    assert [each.spec.key for each in report.points] == ["status"]
    assert len(report.unknown) == 1
