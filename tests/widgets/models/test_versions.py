"""Versions are told in words: kinds, fields, rights, what may be brought back by whom."""

from dataclasses import replace

import pytest

from app.model.thingdiff import Change, FieldChange, line_changes
from app.model.version import Thing, ThingKind, ThingStory, ThingVersion
from app.project.bringback import why_not_back
from app.verbs import Capability
from app.words import use_language
from tests.fakes.asked import VIEWER
from tests.fakes.desk import COPENHAGEN
from tests.fakes.smallplant import NOON
from tests.people import person
from widgets.models.versions import (
    field_columns,
    field_word,
    kind_word,
    line_columns,
    sort_word,
    story_columns,
    thing_name,
    version_columns,
    why_not_saved,
)
from widgets.versions.difference import near_changes

STORY = ThingStory(Thing(ThingKind.DEVICE, "ahornvej-14"), "Ahornvej 14", NOON, "K. Lund", 3)
VERSION = ThingVersion(7, NOON, "K. Lund", "moved", "{}")


def texts(columns: object, row: object) -> list[str]:
    return [column.cell(row).text for column in columns]  # type: ignore[attr-defined]


def test_every_kind_has_a_word_of_its_own() -> None:
    assert len({kind_word(each) for each in ThingKind}) == len(ThingKind)


def test_a_preset_is_called_by_what_it_is_for() -> None:
    group = replace(STORY, thing=Thing(ThingKind.PRESET, "1f"), sort="device-group")
    assert sort_word(group) == "Group of devices"
    assert sort_word(replace(group, sort="chart")) == "Preset"
    assert sort_word(STORY) == "Device"


def test_a_thing_in_the_list() -> None:
    columns = story_columns(COPENHAGEN)
    assert texts(columns, STORY) == ["Ahornvej 14", "Device", "20 Jan 2026 12:00:00"]
    gone = replace(STORY, is_gone=True, at=None)
    assert texts(columns, gone) == ["Ahornvej 14 (removed)", "Device", "–"]


def test_a_role_that_came_with_heatdesk_follows_the_language_until_it_is_renamed() -> None:
    role = replace(STORY, thing=Thing(ThingKind.ROLE, "basic"), name="Basic")
    assert thing_name(role) == "Basic"
    assert thing_name(replace(role, name="Our basics")) == "Our basics"


def test_rules_that_are_called_alike_are_told_apart_by_their_devices() -> None:
    rule = replace(
        STORY,
        thing=Thing(ThingKind.RULE, "r-1"),
        name="Device does not answer",
        watches="ahornvej-14",
    )
    names = {"ahornvej-14": "Ahornvej 14", "elmevej-2": "<b>Elmevej</b> 2"}
    columns = story_columns(COPENHAGEN, names.__getitem__)
    other = replace(rule, watches="elmevej-2")
    assert [texts(columns, each)[0] for each in (rule, other)] == [
        "Device does not answer: Ahornvej 14",
        "Device does not answer: <b>Elmevej</b> 2",
    ]
    assert texts(columns, replace(rule, is_gone=True))[0].endswith("Ahornvej 14 (removed)")
    known = replace(rule, name="Return temperature")  # as a profile may call it
    use_language("de")
    try:
        assert thing_name(known, names.__getitem__) == "Rücklauftemperatur: Ahornvej 14"
    finally:
        use_language("en")


def test_a_version_in_the_list() -> None:
    columns = version_columns(COPENHAGEN)
    assert texts(columns, VERSION) == ["7", "20 Jan 2026 12:00:00", "K. Lund", "moved"]
    removed = replace(VERSION, content="", author="")
    assert texts(columns, removed)[2:] == ["–", "removed · moved"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("name", "Name"),
        ("options › host", "Options › Address"),
        ("options › path_2", "Options › Way 2"),
        ("options › odd one", "Options › odd one"),
        ("cells › write-all", "Rights › Change all settings"),
        ("cells › fly", "Rights › fly"),
        ("some_thing", "some thing"),
    ],
)
def test_fields_have_words(name: str, word: str) -> None:
    told = field_word(name)
    assert told == word or (name == "cells › write-all" and told.startswith("Rights › "))


def test_a_field_shows_both_sides_and_a_sign_that_needs_no_colour() -> None:
    columns = field_columns(lambda: "version 1", lambda: "version 2")
    assert [column.title() for column in columns] == ["", "Field", "version 1", "version 2"]
    rows = [
        FieldChange("enabled", "true", "false", Change.CHANGED),
        FieldChange("area", "", "Nord", Change.CHANGED),
        FieldChange("options › port", "502", "", Change.REMOVED),
        FieldChange("options › slow", "", "true", Change.ADDED),
        FieldChange("unit", "1", "1", Change.SAME),
        FieldChange("role", "basic", "our-own", Change.CHANGED),
        FieldChange("kind", "modbus-tcp", "paths", Change.CHANGED),
        FieldChange("kind", "offline", "of tomorrow", Change.CHANGED),
        FieldChange("options › supply", "battery", "sun", Change.CHANGED),
        FieldChange("options › valve_kind", "", "normally open", Change.CHANGED),
        FieldChange("options › baud", "2400", "auto", Change.CHANGED),
    ]
    assert [texts(columns, each) for each in rows] == [
        ["≠", "In service", "yes", "no"],
        ["≠", "Area", "–", "Nord"],
        ["−", "Options › Port", "502", ""],
        ["+", "Options › slow", "", "yes"],
        ["", "Unit", "1", "1"],
        ["≠", "Role", "Basic", "our-own"],
        ["≠", "Kind", "Modbus TCP", "Several ways"],
        ["≠", "Kind", "No connection", "of tomorrow"],
        ["≠", "Options › Power supply", "battery", "sun"],
        ["≠", "Options › Heat valve", "–", "normally open"],
        ["≠", "Options › Baud rate", "2400", "found by trying"],
    ]
    assert columns[2].cell(rows[0]).strong
    assert not columns[2].cell(rows[4]).strong


def test_lines_have_both_numbers_and_only_those_near_a_change_are_kept() -> None:
    before = "\n".join(f"line {at}" for at in range(1, 21))
    lines = line_changes(before, before.replace("line 10", "line ten"))
    rows = [texts(line_columns(), each) for each in lines]
    assert rows[9] == ["10", "", "−", "line 10"]
    assert rows[10] == ["", "10", "+", "line ten"]
    assert near_changes(lines) == {
        (8, 8),
        (9, 9),
        (10, None),
        (None, 10),
        (11, 11),
        (12, 12),
    }


def test_only_who_may_save_a_thing_may_bring_it_back() -> None:
    nobody = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    for kind in ThingKind:
        thing = Thing(kind, "ahornvej-14")
        assert why_not_saved(VIEWER, thing) == ""
        assert why_not_saved(nobody, thing).startswith("For this you need the right “")


def test_what_can_not_be_brought_back_says_why() -> None:
    newest = ThingVersion(9, NOON, "K. Lund", "", "{}")
    removed = replace(newest, content="")
    device, account = STORY.thing, Thing(ThingKind.PERSON, "vera")
    assert why_not_back(device, VERSION, newest) == ""
    assert why_not_back(device, VERSION, removed) == ""
    assert why_not_back(device, newest, newest) == "This version is the one in force."
    assert "nothing to bring back" in why_not_back(device, replace(VERSION, content=""), newest)
    assert "lost its password" in why_not_back(account, VERSION, removed)
