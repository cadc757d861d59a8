"""Every meter profile that comes along gives the points that its own records promise."""

from importlib.resources import files

import pytest

from app.model.meterprofile import GoldenRecords, MeterProfile
from app.model.point import ValueKind
from app.profiles.meters import load_meters
from drivers.mbus.decoder import Decoder
from drivers.mbus.points import MeterReport, report_of
from tests.drivers.mbus.telegrams import long_head, wired

FILES = load_meters()
METERS = FILES.meters
PROVED = [(profile, test) for profile in METERS.profiles for test in profile.tests]


def maker_bytes(letters: str) -> bytes:
    """Return the number of a maker as sent (EN 62056-21)."""
    code = 0
    for letter in letters:
        code = code << 5 | ord(letter) - 0x40
    return code.to_bytes(2, "little")


def said(
    records: bytes, manufacturer: str, version: int, medium: int, status: int = 0
) -> MeterReport:
    """Return what a wired meter of this address says."""
    head = bytearray(long_head())
    head[5:7], head[7], head[8], head[10] = maker_bytes(manufacturer), version, medium, status
    return report_of(Decoder().decode(wired(bytes(head) + records)), METERS)


def of_profile(profile: MeterProfile, test: GoldenRecords) -> MeterReport:
    """Return what the first model of a profile says by a test's records."""
    model = profile.models[0]
    version = min(model.versions, default=0)
    medium = min(model.media, default=4)
    return said(test.records, model.manufacturer, version, medium, test.status)


def words(report: MeterReport, key: str) -> list[str]:
    """Return the words of the flags that are set."""
    (point,) = (each for each in report.points if each.spec.key == key)
    assert point.spec.kind is ValueKind.FLAGS
    assert isinstance(point.value, float)
    bits = int(point.value)
    return [word for bit, word in sorted(point.spec.choices.items()) if bits >> bit & 1]


def test_every_file_that_comes_along_is_sound() -> None:
    assert [str(error) for error in FILES.errors] == []
    assert METERS.profiles


@pytest.mark.parametrize(
    ("profile", "test"), PROVED, ids=[f"{p.id}:{test.line}" for p, test in PROVED]
)
def test_a_profile_proves_itself(profile: MeterProfile, test: GoldenRecords) -> None:
    report = of_profile(profile, test)
    assert report.profile is profile
    values = {each.spec.key: each.value for each in report.points}
    got = {key: values.get(key, "no such point") for key in test.expect}
    assert got == {
        key: pytest.approx(value) if isinstance(value, float) else value
        for key, value in test.expect.items()
    }


@pytest.mark.parametrize("profile", METERS.profiles, ids=lambda profile: str(profile.id))
def test_every_rule_of_a_profile_is_met_by_one_of_its_tests(profile: MeterProfile) -> None:
    spoken = [
        each.spec.key for test in profile.tests for each in of_profile(profile, test).points
    ]
    silent = [
        rule.key
        for rule in profile.rules
        if rule.key and not any(key.startswith(rule.key) for key in spoken)
    ]
    assert silent == []


def test_info_codes_of_a_heat_meter_are_told_in_words() -> None:
    records = bytes.fromhex("04064A01000004FF2208010010")
    report = said(records, "KAM", 0x35, 0x04)
    assert report.model is not None
    assert report.model.model == "MULTICAL 603"
    assert words(report, "info") == [
        "t1 above range",
        "V1 weak signal or air",
        "burst, water lost",
    ]
    assert report.unknown == ()


def test_storages_of_a_known_make_have_words_for_numbers() -> None:
    report = said(bytes.fromhex("440664000000" + "840206C8000000"), "KAM", 0x34, 0x0C)
    assert [each.spec.name for each in report.points[:2]] == [
        "Energy, at the target date",
        "Energy, storage 4",
    ]
    assert report.points[0].spec.key == "energy_s1"  # the same as without the profile


def test_parts_of_one_record_become_points_of_their_own() -> None:
    report = said(bytes.fromhex("02FF207100"), "KAM", 0x1B, 0x16)
    told = {each.spec.key: each.value for each in report.points}
    assert told == {
        "info": 1.0,
        "dry_for": 7.0,
        "reverse_for": 0.0,
        "leak_for": 0.0,
        "burst_for": 0.0,
        "status": 0.0,
    }
    assert words(report, "info") == ["dry"]
    (dry,) = (each for each in report.points if each.spec.key == "dry_for")
    assert dry.spec.choices[7] == "22–31 days"


def test_an_omnipower_tells_both_directions_by_their_names() -> None:
    records = bytes.fromhex("04041A03000004843C3C000000042B0300000004AB3C05000000")
    report = said(records, "KAM", 0x30, 0x02)
    told = [f"{each.spec.name} {each.value} {each.spec.unit}" for each in report.points[:4]]
    assert told == [
        "Active energy A+ 7.94 kWh",
        "Active energy A− 0.6 kWh",
        "Active power P+ 0.003 kW",
        "Active power P− 0.005 kW",
    ]
    assert report.points[1].spec.role == "meter.energy_export"


def test_the_same_version_of_another_medium_is_another_model() -> None:
    heat, power = said(b"", "KAM", 0x30, 0x04), said(b"", "KAM", 0x30, 0x02)
    assert (heat.model and heat.model.model, power.model and power.model.model) == (
        "MULTICAL 302",
        "OMNIPOWER",
    )
    assert said(b"", "XYZ", 0x30, 0x04).model is None


def test_what_makers_do_not_publish_is_named_as_unknown_and_not_invented() -> None:
    multical = next(each for each in METERS.profiles if each.id == "kamstrup.multical")
    gaps = {each.title: each.why for each in multical.unknown}
    for what in ("P1 and P2", "Remote configuration", "two-way radio"):
        (title,) = (each for each in gaps if what in each)
        assert "published" in gaps[title]
    report = said(bytes.fromhex("0269D204"), "KAM", 0x35, 0x04)  # 1234 steps of 0.01 bar
    (pressure,) = (each for each in report.points if each.spec.unit == "bar")
    assert pressure.value == 12.34
    assert "P1" not in pressure.spec.name, "which register it is, nobody can say"


@pytest.mark.parametrize("language", ["en", "da", "de", "fr"])
def test_the_help_says_where_a_person_would_look_for_it(language: str) -> None:
    folder = files("resources.help").joinpath(language)
    text = folder.joinpath("device-communication.md").read_text(encoding="utf-8")
    (line,) = (each for each in text.splitlines() if "P1" in each)
    assert "P2" in line
    assert line.startswith("- ")
