"""What differs between two versions is told field by field, or line by line."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.model.thingdiff import Change, FieldChange, field_changes, line_changes, told


def changes(old: Any, new: Any) -> list[FieldChange]:
    return field_changes(json.dumps(old), json.dumps(new))


def test_every_field_is_there_with_what_became_of_it() -> None:
    old = {"name": "Ahornvej 14", "unit": 1, "options": {"host": "10.0.0.5", "port": 502}}
    new = {"name": "Ahornvej 14", "unit": 2, "options": {"host": "10.0.0.5", "slow": True}}
    assert changes(old, new) == [
        FieldChange("name", "Ahornvej 14", "Ahornvej 14", Change.SAME),
        FieldChange("unit", "1", "2", Change.CHANGED),
        FieldChange("options › host", "10.0.0.5", "10.0.0.5", Change.SAME),
        FieldChange("options › port", "502", "", Change.REMOVED),
        FieldChange("options › slow", "", "true", Change.ADDED),
    ]


def test_lists_of_names_are_one_field_and_lists_of_parts_are_many() -> None:
    old = {"devices": ["a", "b"], "tiles": [{"kind": "alarms"}, {"kind": "map"}]}
    new = {"devices": ["a", "c"], "tiles": [{"kind": "alarms"}, {"kind": "trend"}]}
    really = [each for each in changes(old, new) if each.change is not Change.SAME]
    assert really == [
        FieldChange("devices", "a, b", "a, c", Change.CHANGED),
        FieldChange("tiles › 2 › kind", "map", "trend", Change.CHANGED),
    ]


def test_what_was_removed_has_no_fields() -> None:
    assert [each.change for each in field_changes('{"a": 1}', "")] == [Change.REMOVED]
    assert [each.change for each in field_changes("", '{"a": 1}')] == [Change.ADDED]
    assert field_changes("no json", "") == []


def test_a_few_words_name_the_first_changes_alone() -> None:
    many = {f"field_{at}": at for at in range(9)}
    text = told(changes({"name": "x"} | many, {"name": ""} | dict.fromkeys(many, -1)))
    assert text.startswith("name “x” → –; field 0 “0” → “-1”; ")
    assert text.endswith("; …")
    assert told(changes({"a": 1}, {"a": 1})) == ""


def test_lines_of_a_file_keep_their_numbers() -> None:
    told_lines = line_changes("a\nb\nc\n", "a\nB\nc\nd\n")
    assert [(each.old_number, each.new_number, each.text) for each in told_lines] == [
        (1, 1, "a"),
        (2, None, "b"),
        (None, 2, "B"),
        (3, 3, "c"),
        (None, 4, "d"),
    ]


TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join)


@given(TEXTS, TEXTS)
def test_both_files_can_be_put_together_again_from_their_difference(old: str, new: str) -> None:
    lines = line_changes(old, new)
    before = [each.text for each in lines if each.old_number is not None]
    after = [each.text for each in lines if each.new_number is not None]
    assert (before, after) == (old.splitlines(), new.splitlines())
