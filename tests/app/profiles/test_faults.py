"""A broken profile is told by file, line and sentence, whatever is wrong with it."""

from pathlib import Path

import pytest
import yaml

from tests.app.profiles.files import EVERYTHING, SOUND, faults, load

FILE = "acme.meter.yaml"

BROKEN = yaml.safe_load(Path(__file__).with_name("broken.yaml").read_text(encoding="utf-8"))
NO_TAGS = "profiles have no tags"
OS_TAG = "python/object:os.system"

WHOLE_FAULTS = [
    ("", 1, "is empty"),
    ("\n# nothing\n", 1, "is empty"),
    (
        "just words\n",
        1,
        "the file is the text 'just words', a group of 'word: value' is needed",
    ),
    ("schema: 1\n", 1, "'profile' is missing"),
    (SOUND.replace("schema: 1", "schema: 2"), 1, "schema '2' must be 1"),
    (
        SOUND.replace("acme.meter", "Acme"),
        2,
        "profile.id 'Acme' must be small letters, digits, _ and dots",
    ),
    (
        SOUND.replace("acme.meter", "acme.other"),
        2,
        "profile.id 'acme.other' belongs in a file named acme.other.yaml",
    ),
    (SOUND.replace("60s", "60"), 3, "poll_groups.slow is the number 60, a text is needed"),
    (
        SOUND.replace("60s", "often"),
        3,
        "poll_groups.slow 'often' must be a time such as 10s, 500ms or on_connect",
    ),
    (SOUND.replace("    name", "\tname"), 6, "a tab; indent and separate with spaces"),
    (SOUND + "    name: Again\n", 9, "'name' is given twice, first in line 6"),
    (SOUND + "    unit: &u K\n", 9, "'&u': profiles have no anchors and aliases"),
    (SOUND + "    unit: *u\n", 9, "'*u': profiles have no anchors and aliases"),
    (SOUND + "    unit: !!str K\n", 9, "'tag:yaml.org,2002:str': profiles have no tags"),
    (SOUND + f"    unit: !!{OS_TAG} K\n", 9, f"'tag:yaml.org,2002:{OS_TAG}': {NO_TAGS}"),
    (SOUND + "---\n" + SOUND, 9, "a second document; one profile a file"),
    (SOUND + "    unit: " + "[" * 40 + "]" * 40 + "\n", 9, "nested deeper than 12 levels"),
    (SOUND + "    ? [1, 2]\n    : 3\n", 9, "a key must be a single word or number"),
    (SOUND + "    note: bell \x07\n", 9, "character U+0007 does not belong in a profile"),
    (
        SOUND + "    note: sneaky \u202e\u2028 line\n",
        9,
        "character U+2028 does not belong in a profile",
    ),
]


@pytest.mark.parametrize("case", BROKEN["points"], ids=lambda case: str(case["says"]))
def test_a_fault_of_a_point_is_told_with_its_line(tmp_path: Path, case: dict[str, str]) -> None:
    text = SOUND.removesuffix("    at: 1\n    type: int16\n") + case["end"]
    assert faults(tmp_path, text) == [f"{FILE}:{case['line']}: {case['says']}"]


@pytest.mark.parametrize("case", BROKEN["sections"], ids=lambda case: str(case["says"]))
def test_a_fault_of_a_section_is_told_with_its_line(
    tmp_path: Path, case: dict[str, str]
) -> None:
    assert f"{FILE}:{case.get('line', 9)}: {case['says']}" in faults(
        tmp_path, SOUND + case["end"]
    )


@pytest.mark.parametrize(("text", "line", "sentence"), WHOLE_FAULTS)
def test_a_fault_of_the_file_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, sentence: str
) -> None:
    assert faults(tmp_path, text) == [f"{FILE}:{line}: {sentence}"]


def test_every_fault_is_told_not_only_the_first(tmp_path: Path) -> None:
    text = SOUND + (
        "  - {id: b, name: B, at: 1, type: int16, poll: never}\n"
        "  - {id: c, name: C, at: 9}\n"
        "  - {id: d, name: D, at: 8, type: int16, write: {min: 9, max: 1}}\n"
        "  - {id: e, nmae: E, at: 7, type: int16}\n"
        "alarms: [{point: c, bit: 0, number: 1, text: X}]\n"
        "clock: {hour: e, minute: e, day: e, month: e, year: z}\n"
    )
    assert faults(tmp_path, text) == [
        f"{FILE}:9: point b: its place overlaps point a (acme.meter.yaml:7)",
        f"{FILE}:9: point b: poll group 'never' is not among poll_groups",
        f"{FILE}:10: point c: 'type' is missing",
        f"{FILE}:11: point d: write.min 9 is above write.max 1",
        f"{FILE}:12: point e: 'nmae' is not known here; did you mean 'name'?",
        f"{FILE}:14: clock.year: there is no point 'z'",
    ]


def test_a_misspelt_poll_group_is_told_once_and_not_of_every_point(tmp_path: Path) -> None:
    text = SOUND.replace("slow: 60s", "slow: now and then")
    assert len(faults(tmp_path, text)) == 1


def test_a_fault_in_the_base_names_the_base(tmp_path: Path) -> None:
    base = SOUND.replace("int16", "int17")
    overlay = (
        "schema: 1\nprofile: {id: acme.two, version: 1, label: Two, status: draft}\n"
        "extends: acme.meter\npoints: []\n"
    )
    said = faults(tmp_path, base, overlay)
    assert said[0].startswith(f"{FILE}:8: point a: type 'int17'")
    assert said[1:] == ["acme.two.yaml:3: extends 'acme.meter', whose file has faults"]


def test_a_limit_spoilt_by_the_overlay_names_the_overlay(tmp_path: Path) -> None:
    base = SOUND + "    write: {min: 1, max: 5}\n"
    overlay = (
        "schema: 1\nprofile: {id: acme.two, version: 1, label: Two, status: draft}\n"
        "extends: acme.meter\npoints:\n  - id: a\n    write:\n      min: 9\n"
    )
    loaded = load(tmp_path, base, overlay)
    assert [str(e) for e in loaded.errors] == [
        "acme.two.yaml:7: point a: write.min 9 is above write.max 5"
    ]
    assert set(loaded.profiles) == {"acme.meter"}


@pytest.mark.parametrize("base", [EVERYTHING, SOUND])
def test_an_overlay_cannot_count_registers_otherwise_than_its_base(
    tmp_path: Path, base: str
) -> None:
    overlay = (
        "schema: 1\nprofile: {id: acme.two, version: 1, label: Two, status: draft}\n"
        "extends: acme.meter\nlink: {addressing: {base: 0}}\n"
    )
    assert faults(tmp_path, base, overlay) == [
        "acme.two.yaml:4: link.addressing belongs to the file that is extended"
    ]
    same = overlay.replace("base: 0", "base: 1, term: PNU")
    assert load(tmp_path, EVERYTHING, same).errors == ()


def test_three_files_in_a_circle_are_each_told(tmp_path: Path) -> None:
    head = (
        "schema: 1\nprofile: {{id: {0}, version: 1, label: X, status: draft}}\nextends: {1}\n"
    )
    said = faults(
        tmp_path,
        head.format("acme.meter", "acme.two"),
        head.format("acme.two", "acme.three"),
        head.format("acme.three", "acme.meter"),
    )
    circle = "acme.meter → acme.two → acme.three → acme.meter"
    assert said == [
        "acme.meter.yaml:3: extends 'acme.two', whose file has faults",
        f"acme.three.yaml:3: extends runs in a circle: {circle}",
        "acme.two.yaml:3: extends 'acme.three', whose file has faults",
    ]


def test_a_file_that_is_not_utf_8_names_the_line_of_the_byte(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(SOUND.encode() + "    unit: °C\n".encode("latin-1"))
    assert faults(tmp_path) == [f"{FILE}:9: byte 0xB0 is not UTF-8; save the file as UTF-8"]


def test_a_file_of_more_than_a_megabyte_is_not_read(tmp_path: Path) -> None:
    assert faults(tmp_path, SOUND + "#" * 1_000_000) == [f"{FILE}:1: larger than 1000 kB"]


def test_a_file_of_endless_entries_is_given_up(tmp_path: Path) -> None:
    said = faults(tmp_path, "points: [" + "1," * 70_000 + "]\n")
    assert said == [f"{FILE}:1: more than 60000 entries"]


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, SOUND + "    note: 'never closed\n")
    assert said.startswith(f"{FILE}:")
    assert "not YAML: " in said


def test_a_file_with_the_wrong_ending_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "acme.meter.yml").write_text(SOUND, encoding="utf-8")
    assert faults(tmp_path) == [
        "acme.meter.yml:1: is not read: a profile's file name ends in .yaml"
    ]
