"""What may stand in a picture's file: read and described by one declaration, so they agree."""

import json

import jsonschema
import pytest

from app.errors import BadInput
from flowdiagrams.document import Slot, dump, load, load_library
from flowdiagrams.elements import KINDS, Element, Field
from flowdiagrams.parts import (
    FLAG,
    NUMBER,
    PLACE,
    PLACES,
    SLOT,
    SLOT_MAP,
    SPAN,
    SPOTS,
    TEXT,
    WORD,
    Part,
    choice,
    known_word,
    several,
    shown,
    suggestion,
    whole,
)

PARTS = {
    "flag": FLAG,
    "number": NUMBER,
    "place": PLACE,
    "places": PLACES,
    "slot": SLOT,
    "slot map": SLOT_MAP,
    "span": SPAN,
    "spots": SPOTS,
    "text": TEXT,
    "word": WORD,
    "choice": choice("supply", "return"),
    "whole": whole(2, 4),
    "several": several(WORD, 1, 3),
}
VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    2,
    3.5,
    -4,
    17,
    10**30,
    "",
    "s1",
    "supply",
    "Süd ☀",
    "two words",
    "x" * 201,
    [],
    [1, 2],
    [0, 4],
    [4, 8],
    [4, 4],
    [4.0, 8],
    [4, 8, 12],
    ["a", "b"],
    ["a", "b", "c", "d"],
    [[0, 0]],
    [[0, 0], [4, 0]],
    [[0, 0], [4, "0"]],
    [[0, 0], [-4, 0]],
    {},
    {"running": "p1"},
    {"running": 1},
    {"": "p1"},
    {"running": "p 1"},
)
STRICTER = {  # refused with a sentence, though a schema cannot say why
    ("span", "[4, 4]"),
    ("slot map", '{"": "p1"}'),
}
LAXER = {("place", "[4.0, 8]")}  # JSON Schema calls 4.0 an integer


def accepts(part: Part, value: object) -> bool:
    try:
        part.read(value)
    except BadInput:
        return False
    return True


@pytest.mark.parametrize("name", PARTS)
def test_the_reader_and_the_schema_agree(name: str) -> None:
    part = PARTS[name]
    checker = jsonschema.Draft202012Validator(part.schema)
    for value in VALUES:
        described = not list(checker.iter_errors(value))
        if (name, json.dumps(value)) in STRICTER | LAXER:
            assert described, value
            assert not accepts(part, value), value
        else:
            assert accepts(part, value) == described, value


def test_what_is_read_can_be_written_and_read_again() -> None:
    for part in PARTS.values():
        for value in VALUES:
            if accepts(part, value):
                once = part.read(value)
                written = json.loads(json.dumps(part.write(once)))
                assert part.read(written) == once


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        (TEXT, 3, "must be text, not 3"),
        (TEXT, "line\nbreak", "must be printable text of at most 200 letters"),
        (WORD, "two words", 'must be a word of letters, digits and _, not "two words"'),
        (NUMBER, "3", 'must be a number, not "3"'),
        (NUMBER, float("inf"), "must be a number, not inf"),
        (FLAG, 1, "must be true or false, not 1"),
        (PLACE, [4], "must be a list of 2 entries, not [4]"),
        (PLACE, [4, 6], "is [4, 6], but places lie on the 4 px grid"),
        (PLACE, [4, -4], "must be a whole number from 0 to 16000, not -4"),
        (SPAN, [1, 1], "must have two different ends, not [1, 1]"),
        (SLOT_MAP, [], "must name a slot for each input, not []"),
        (whole(2, 4), 5, "must be a whole number from 2 to 4, not 5"),
        (whole(2, 4), True, "must be a whole number from 2 to 4, not True"),
        (several(WORD, 1, 2), [], "must be a list of 1 to 2 entries, not []"),
        (
            choice("up", "down"),
            "dwon",
            'must be one of up, down, not "dwon"; did you mean "down"?',
        ),
        (choice("up", "down"), None, "must be one of up, down, not None"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(part: Part, value: object, sentence: str) -> None:
    with pytest.raises(BadInput) as told:
        part.read(value)
    assert str(told.value) == sentence


def test_a_long_wrong_value_is_cut_in_the_sentence() -> None:
    assert len(shown("x" * 500)) == 60
    assert shown("short") == '"short"'


def test_only_a_near_word_is_suggested() -> None:
    assert suggestion("pmp", ["pump", "tank"]) == '; did you mean "pump"?'
    assert suggestion("zzz", ["pump", "tank"]) == ""
    known_word("pump", "symbol", {"pump": 1})
    with pytest.raises(BadInput, match='symbol "tnak" is not known; did you mean "tank"'):
        known_word("tnak", "symbol", ["pump", "tank"])


def test_slots_are_found_wherever_an_element_names_them() -> None:
    field = Field(
        at=(0, 0), name="x", slot="a", set_point="b", limit_x=("c", "d"), limit_y=("a", "e")
    )
    assert set(field.slots()) == {"a", "b", "c", "d", "e"}
    assert len(field.slots()) == 5, "each once"
    assert field.main_slots() == ("a",)


def test_a_limit_line_needs_as_many_heights_as_places() -> None:
    with pytest.raises(BadInput, match='"limit_x" has 2 entries, but "limit_y" has 0'):
        Field(at=(0, 0), name="x", slot="a", limit_x=("c", "d"))


def test_defaults_are_not_written() -> None:
    document, _ = load_library("a266_1")
    for element in document.elements:
        for entry in Element.__dataclass_fields__:
            default = Element.__dataclass_fields__[entry].default
            if getattr(element, entry) == default:
                assert f'"{entry}": {json.dumps(default)}' not in dump(document)


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_missing_all_says_what_it_misses(kind: str) -> None:
    text = f"""{{
"elements": [
{{"kind": "{kind}"}}
],
"format": 1, "name": "x", "size": [4, 4], "slots": [], "title": "x"
}}
"""
    document, wrong = load(text, "x.json")
    assert document.elements == ()
    assert len(wrong) == 1
    assert wrong[0].startswith("x.json:3: ")
    assert wrong[0].endswith("is missing")


def test_a_slot_is_a_word_with_a_name() -> None:
    assert Slot(key="s1", name="Outdoor").key == "s1"
