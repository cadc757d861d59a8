"""Profiles come from the program and from the project; one broken file stops no other."""

import os
import zipfile
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.counter import IndexRules, rules_of
from app.model.profile import Area, DataType, Profile, WordOrder
from app.profiles.loader import load_all, load_folders
from tests.app.profiles.files import EVERYTHING, SOUND, load


def sound(folder: Path, text: str) -> Profile:
    loaded = load(folder, text)
    assert [str(error) for error in loaded.errors] == []
    return loaded.profiles["acme.meter"]


@pytest.fixture(name="full")
def _full(tmp_path: Path) -> Profile:
    return sound(tmp_path, EVERYTHING)


def test_the_head_and_the_manners_are_taken_over(full: Profile) -> None:
    assert (full.version, full.vendor, full.models) == (3, "Acme", ("M1", "M2"))
    assert full.link.default_unit == 7
    assert full.link.idle_close_s == 30.5
    assert full.link.single_client
    assert (full.link.timeout_ms, full.link.retries, full.link.turnaround_ms) == (900, 2, 15)
    assert full.link.offline_after_cycles == 4
    assert (full.sources, full.notes) == (("a book",), ("a note",))
    assert (full.diagram, full.slots) == ("acme", {"S1": "t"})


def test_register_numbers_become_addresses_on_the_wire(full: Profile) -> None:
    assert full.places["t"].address == 0
    assert full.points["t"].number == 1
    assert full.read.served == ((0, 9),)
    assert full.read.single_word == {11}
    assert full.detect[0].address == 4
    assert full.tests[0].registers == {0: 2148, 3: 256, 4: 0}
    assert full.week_programs[0].base_address == 100


def test_poll_groups_are_in_seconds_and_zero_means_once(full: Profile) -> None:
    assert full.poll_groups == {"fast": 0.5, "slow": 120.0, "rare": 3600.0, "once": 0.0}


def test_words_stay_words_whatever_old_yaml_made_of_them(full: Profile) -> None:
    assert full.points["mode"].choices == {0: "off", 1: "on", 2: "yes"}
    assert full.points["text"].note == "yes: 12:30"


def test_decimals_and_steps_follow_the_scale(full: Profile) -> None:
    assert full.points["t"].decimals == 2
    level = full.points["level"]
    assert level.decimals == 1
    assert level.write is not None
    assert level.write.step == 0.5
    assert level.default == level.write.off_value == -40.0
    assert (level.write.rate_per_hour, level.write.dual) == (6, True)
    assert (level.circuit, level.group, level.live) == (1, "Limits", False)


def test_a_choice_allows_all_or_what_it_says_and_flags_allow_their_bits(full: Profile) -> None:
    mode, flags = full.points["mode"].write, full.points["flags"].write
    assert mode is not None
    assert mode.allow == (0.0, 1.0)
    assert flags is not None
    assert (flags.minimum, flags.maximum) == (0.0, 32769.0)


def test_orders_and_areas_are_taken_over(full: Profile) -> None:
    energy = full.places["e"]
    assert (energy.area, energy.type) == (Area.INPUT, DataType.INT32)
    assert energy.word_order is WordOrder.LOW_FIRST
    assert energy.byte_swap
    assert full.places["lamp"].area is Area.COIL
    assert full.places["text"].words == 4


def test_alarms_without_a_priority_are_of_the_usual_one(full: Profile) -> None:
    assert [alarm.priority for alarm in full.alarms] == [1, 3]


def test_what_can_be_written_is_listed_and_what_is_only_shown_is_not(full: Profile) -> None:
    assert [spec.key for spec in full.listed()] == ["level", "mode", "flags", "lamp"]
    assert "week1_tue_1_stop" in full.points


def test_a_project_s_profile_takes_the_place_of_the_one_that_came_along(tmp_path: Path) -> None:
    text = SOUND.replace("acme.meter", "eastron.sdm630")
    (tmp_path / "eastron.sdm630.yaml").write_text(text, encoding="utf-8")
    loaded = load_all([tmp_path])
    assert loaded.errors == ()
    assert loaded.profile("eastron.sdm630").label == "Acme"
    assert "gavazzi.em24_e1" in loaded.profiles


def test_a_project_s_profile_may_extend_one_that_came_along(tmp_path: Path) -> None:
    text = (
        "schema: 1\nprofile: {id: acme.meter, version: 1, label: Ours, status: draft}\n"
        "extends: danfoss.ecl310.a266_1\npoints:\n  - {id: s7, name: S7 Cellar}\n"
    )
    (tmp_path / "acme.meter.yaml").write_text(text, encoding="utf-8")
    ours = load_all([tmp_path]).profile("acme.meter")
    assert ours.points["s7"].name == "S7 Cellar"
    assert ours.vendor == "Danfoss"
    assert len(ours.listed()) == 148


def test_a_broken_profile_of_the_project_does_not_bring_the_old_one_back(
    tmp_path: Path,
) -> None:
    (tmp_path / "eastron.sdm630.yaml").write_text("schema: 1\n", encoding="utf-8")
    loaded = load_all([tmp_path])
    assert "eastron.sdm630" not in loaded.profiles
    with pytest.raises(
        BadInput, match=r"cannot be used: eastron\.sdm630\.yaml:1: 'profile' is"
    ):
        loaded.profile("eastron.sdm630")


def test_one_broken_file_stops_no_other(tmp_path: Path) -> None:
    loaded = load(tmp_path, SOUND, "schema: [")
    assert set(loaded.profiles) == {"acme.meter"}
    assert len(loaded.errors) == 1


def test_a_profile_nobody_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"there is no profile acme\.none"):
        load(tmp_path, SOUND).profile("acme.none")


def test_a_folder_that_is_not_there_is_an_empty_one(tmp_path: Path) -> None:
    loaded = load_folders([tmp_path / "profiles"])
    assert (loaded.profiles, loaded.errors) == ({}, ())
    file = tmp_path / "profiles"
    file.write_text("", encoding="utf-8")
    assert load_folders([file]).errors == ()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    class Locked:
        name = "acme.meter.yaml"

        def is_file(self) -> bool:
            return True

        def open(self, mode: str) -> None:
            raise PermissionError(13, "Permission denied")

    class Folder:
        def iterdir(self) -> list[Locked]:
            return [Locked()]

    folder: Traversable = Folder()  # type: ignore[assignment]
    said = [str(error) for error in load_folders([folder]).errors]
    assert said == ["acme.meter.yaml:1: cannot be read: Permission denied"]


def test_other_files_of_the_folder_are_no_profiles(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    (tmp_path / "old.yaml.bak").write_text("words", encoding="utf-8")
    (tmp_path / "deeper.yaml").mkdir()
    assert load(tmp_path, SOUND).errors == ()


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    text = SOUND.replace("\n", "\r\n").encode("utf-8-sig")
    (tmp_path / "acme.meter.yaml").write_bytes(text)
    loaded = load_folders([tmp_path])
    assert loaded.errors == ()
    broken = text.replace(b"int16", b"int17")
    (tmp_path / "acme.meter.yaml").write_bytes(broken)
    assert load_folders([tmp_path]).errors[0].line == 8


def test_profiles_are_found_inside_a_packed_program(tmp_path: Path) -> None:
    packed = tmp_path / "bundle.zip"
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("profiles/acme.meter.yaml", SOUND)
    loaded = load_folders([zipfile.Path(packed, "profiles/")])
    assert set(loaded.profiles) == {"acme.meter"}


def test_an_overlay_adds_changes_and_keeps(tmp_path: Path) -> None:
    overlay = """\
schema: 1
profile: {id: acme.two, version: 1, label: Two, status: draft}
extends: acme.meter
defaults: {type: uint32, poll: rare}
link: {timeout_ms: 1000}
points:
  - {id: mode, name: Operation, enum: {1: on, 2: auto}, write: {allow: [2]}}
  - {id: extra, name: Extra, at: 50}
alarms:
  - {point: flags, bit: 0, number: 2, text: Flood}
unknown:
  - {key: log, title: Log, why: Still nobody says.}
notes: [another]
"""
    two = load(tmp_path, EVERYTHING, overlay).profiles["acme.two"]
    assert two.link.timeout_ms == 1000
    assert two.link.retries == 2
    assert two.points["mode"].choices == {1: "on", 2: "auto"}
    assert two.points["mode"].number == 2
    assert (two.places["extra"].type, two.points["extra"].poll_group) == (
        DataType.UINT32,
        "rare",
    )
    assert two.points["flags"].poll_group == "fast"
    assert [alarm.text for alarm in two.alarms] == ["Fire", "Flood"]
    assert [gap.why for gap in two.unknown] == ["Still nobody says."]
    assert two.notes == ("a note", "another")
    assert list(two.points)[:7] == ["t", "mode", "flags", "e", "text", "lamp", "level"]


def test_an_abstract_profile_is_checked_but_not_offered(tmp_path: Path) -> None:
    base = SOUND.replace("status: draft", "status: draft, abstract: true")
    loaded = load(tmp_path, base)
    assert (loaded.profiles, loaded.errors) == ({}, ())
    assert len(load(tmp_path, base.replace("int16", "int17")).errors) == 1


def test_loading_everything_that_comes_along_is_quick() -> None:
    started = os.times().user
    load_all()
    assert os.times().user - started < 5  # it takes about 0.15 s; the bar is for slow machines


def test_how_an_index_counts_is_taken_over_where_a_source_states_it(tmp_path: Path) -> None:
    counting = "    role: meter.energy\n    digits: 8\n    most_per_hour: 2.5\n"
    spec = sound(tmp_path, SOUND + counting).points["a"]
    assert (spec.digits, spec.most_per_hour) == (8, 2.5)
    assert rules_of(spec) == IndexRules("", 0, 10**8, Decimal("2.5"))
    plain = sound(tmp_path, SOUND).points["a"]
    assert (plain.digits, plain.most_per_hour) == (None, None)
    assert rules_of(plain) == IndexRules("", 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("    digits: 8\n", "digits is of an index: give it its role"),
        ("    most_per_hour: 8\n", "most_per_hour is of an index: give it its role"),
        (
            "    role: meter.energy\n    decimals: 3\n    digits: 3\n",
            "digits leave none before the decimals",
        ),
    ],
)
def test_digits_that_make_no_sense_are_a_fault_of_their_line(
    tmp_path: Path, words: str, said: str
) -> None:
    [fault] = load(tmp_path, SOUND + words).errors
    assert said in str(fault)


@pytest.mark.parametrize("words", ["digits: 1", "digits: 16", "digits: x", "most_per_hour: 0"])
def test_digits_and_greatest_use_lie_within_reason(tmp_path: Path, words: str) -> None:
    [fault] = load(tmp_path, f"{SOUND}    role: meter.energy\n    {words}\n").errors
    assert words.partition(":")[0] in str(fault)


def test_no_profile_of_ours_states_digits_no_source_states() -> None:
    """The facts at hand tell of no index how many digits it has: then it stays unknown."""
    for profile in load_all([]).profiles.values():
        assert all(spec.digits is None for spec in profile.points.values())


def test_what_comes_along_is_read_once_and_a_project_s_own_files_each_time(
    tmp_path: Path,
) -> None:
    brought = load_all([])
    own = tmp_path / "eastron.sdm630.yaml"
    assert load_all([tmp_path]).profiles["eastron.sdm630"] is brought.profile("eastron.sdm630")
    own.write_text("profile: [", encoding="utf-8")
    broken = load_all([tmp_path])
    assert "eastron.sdm630" not in broken.profiles
    assert [each.file for each in broken.errors] == [own.name]
    own.rename(tmp_path / "eastron.sdm630.yml")
    stray = load_all([tmp_path])
    assert [each.file for each in stray.errors] == ["eastron.sdm630.yml"]
    (tmp_path / "eastron.sdm630.yml").unlink()
    assert load_all([tmp_path]) == brought == load_all([tmp_path / "not there"])


def test_who_takes_a_profile_out_of_what_was_loaded_takes_it_from_nobody_else() -> None:
    profiles = load_all([]).profiles
    assert isinstance(profiles, dict)
    profiles.clear()
    assert load_all([]).profiles
