"""Meter profiles are files: what is wrong with one is told by line, and loses only that one."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.model.meterprofile import MeterModel, MeterProfile, MeterProfiles
from app.profiles.meters import MeterFiles, gaps_of, load_meters, meters_in
from app.profiles.shape import METER_SCHEMA_FILE, schema

SOUND = """\
schema: 1
meter: {id: acme.meter, version: 1, vendor: Acme, label: Acme, status: draft}
models:
  - {manufacturer: ACM, versions: [1, 2], media: [4], model: Acme One}
status: {5: dry}
storages: {1: at the end of the year}
points:
  - {vif: "FF22", id: info, name: Info code, bits: {0: dry}}
  - {quantity: volume, name: Water}
unknown: [{title: FF23, why: Nobody tells.}]
tests:
  - {records: "04FF22 01000000", status: 32, expect: {info: 1, status: 32}}
sources: [Acme data sheet]
"""


def load(folder: Path, text: str = SOUND, name: str = "acme.meter.yaml") -> MeterFiles:
    """Write a profile and load its folder."""
    (folder / name).write_text(text, encoding="utf-8")
    return meters_in([folder])


def test_a_sound_file_says_what_it_says(tmp_path: Path) -> None:
    files = load(tmp_path)
    assert files.errors == ()
    (profile,) = files.meters.profiles
    assert (profile.id, profile.vendor, profile.status) == ("acme.meter", "Acme", "draft")
    assert profile.models == (MeterModel("ACM", frozenset({1, 2}), frozenset({4}), "Acme One"),)
    assert (profile.status_bits, profile.storages) == (
        {5: "dry"},
        {1: "at the end of the year"},
    )
    info, water = profile.rules
    assert (info.vif, info.key, info.bits) == (b"\xff\x22", "info", {0: "dry"})
    assert (water.quantity, water.key, water.name) == ("volume", "", "Water")
    assert profile.unknown[0].why == "Nobody tells."
    assert profile.tests[0].records == bytes.fromhex("04FF2201000000")
    assert (profile.tests[0].status, profile.tests[0].line) == (32, 12)


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("schema: 1", "schema: 2", 1, "schema '2' must be 1"),
        ("ACM", "acme", 4, "models 1: manufacturer 'acme' must be three capital letters"),
        ("[1, 2]", "[1, 256]", 4, "models 1: versions.2 256 is above 255"),
        (
            "status: {5",
            "status: {3",
            5,
            "status: bit 3 is the standard's; the maker's are 5, 6 and 7",
        ),
        (
            '"FF22", id',
            '"FF2", id',
            8,
            "point info: vif 'FF2' must be bytes in hexadecimal digits, 0 to 9 and A to F",
        ),
        ("id: info, name: Info code", "id: info", 8, "point info: 'name' is missing"),
        (
            'vif: "FF22", ',
            "",
            8,
            "point info: say which records it is: by record, vif, quantity, storage …",
        ),
        (
            "bits: {0: dry}",
            "bits: {0: dry}, enum: {1: wet}",
            8,
            "point info: it has bits or an enum, not both",
        ),
        ("bits: {0: dry}", "bits: {64: dry}", 8, "point info: there is no bit 64"),
        (
            "quantity: volume,",
            "quantity: volume, id: info,",
            9,
            "point info is given twice, first in line 8",
        ),
        (
            "quantity",
            "quantty",
            9,
            "point number 2: 'quantty' is not known here; did you mean 'quantity'?",
        ),
        ("01000000", "0100000", 12, "a test: records ends with half a byte"),
        (
            "acme.meter,",
            "acme.other,",
            2,
            "meter.id 'acme.other' belongs in a file named acme.other.yaml",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, sentence: str
) -> None:
    files = load(tmp_path, SOUND.replace(old, new, 1))
    assert f"acme.meter.yaml:{line}: {sentence}" in [str(error) for error in files.errors]
    assert files.meters.profiles == ()


def test_a_file_of_the_project_takes_the_place_of_ours_even_when_it_is_broken(
    tmp_path: Path,
) -> None:
    name = load_meters().meters.profiles[0].id
    (tmp_path / f"{name}.yaml").write_text("nothing", encoding="utf-8")
    files = load_meters([tmp_path])
    assert name not in [profile.id for profile in files.meters.profiles]
    assert len(files.errors) == 1
    assert len(files.meters.profiles) == len(load_meters().meters.profiles) - 1


def test_a_folder_that_is_not_there_and_a_file_that_is_empty_lose_nothing(
    tmp_path: Path,
) -> None:
    load(tmp_path)
    files = load(tmp_path, "", "empty.yaml")
    assert [str(error) for error in files.errors] == ["empty.yaml:1: is empty"]
    assert [profile.id for profile in files.meters.profiles] == ["acme.meter"]
    assert meters_in([tmp_path / "nowhere"]).meters.profiles == ()


def test_the_closest_model_speaks_for_an_address() -> None:
    any_of_it = MeterProfile("a", 1, "A", "A", "draft", (MeterModel("ACM"),))
    heat = MeterProfile("b", 1, "A", "B", "draft", (MeterModel("ACM", media=frozenset({4})),))
    one = MeterProfile("c", 1, "A", "C", "draft", (MeterModel("ACM", frozenset({9})),))
    meters = MeterProfiles((any_of_it, heat, one))

    def spoken(version: int, medium: int) -> str:
        found = meters.of("ACM", version, medium)
        return found[0].id if found else ""

    assert (spoken(1, 7), spoken(1, 4), spoken(9, 4)) == ("a", "b", "c")
    assert meters.of("XYZ", 9, 4) is None


def test_the_published_schema_is_a_schema_and_explains_every_word() -> None:
    published = schema(METER_SCHEMA_FILE)
    Draft202012Validator.check_schema(published)
    for name, part in published["properties"].items():
        assert part["description"], name


def test_what_no_source_tells_of_a_make_is_listed_under_its_profile_alone() -> None:
    meters = load_meters().meters
    known = {each.id: each.unknown for each in meters.profiles}
    for profile, unknown in known.items():
        gaps = gaps_of(meters, profile)
        assert [(gap.title, gap.why) for gap in gaps] == list(unknown)
        assert len({gap.key for gap in gaps}) == len(gaps)
        assert not any(gap.fields or gap.points for gap in gaps), "nobody can set them"
    assert known["kamstrup.multical"]
    assert gaps_of(meters, "") == gaps_of(meters, "no.such") == ()
