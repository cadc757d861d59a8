"""A picture's file: kept to the byte, and a fault costs one line, never the picture."""

import json
import time
from collections.abc import Mapping
from random import Random

import jsonschema
import pytest

from flowdiagrams.describe import published, schema_text
from flowdiagrams.document import FORMAT, Document, Slot, dump, load, load_library
from flowdiagrams.elements import KINDS, Curve, Field, Frame, Pipe, Symbol, Text, Value

LINES = (
    "{",
    '"elements": [',
    '{"kind": "pipe", "medium": "supply", "points": [[16, 120], [496, 120]]},',
    '{"at": [832, 120], "inputs": {"running": "p1"}, "kind": "symbol", "symbol": "pump"},',
    '{"at": [568, 44], "kind": "field", "name": "Heating flow", "slot": "s3"}',
    "],",
    '"format": 1,',
    '"name": "small",',
    '"size": [1248, 764],',
    '"slots": [',
    '{"key": "p1", "name": "Pump"},',
    '{"key": "s3", "name": "Flow"}',
    "],",
    '"title": "A small picture"',
    "}",
)
SUPPLY = 'small.json:3: "medium" must be one of supply, return, not "suply"'
SUPPLY += '; did you mean "supply"?'
GOOD = "\n".join(LINES) + "\n"


def with_line(number: int, line: str) -> str:
    return "\n".join([*LINES[: number - 1], line, *LINES[number:]]) + "\n"


def faults(text: str) -> tuple[str, ...]:
    return load(text, "small.json")[1]


def test_a_picture_is_read_and_written_back_to_the_byte() -> None:
    document, wrong = load(GOOD, "small.json")
    assert wrong == ()
    assert document.name == "small"
    assert [element.kind for element in document.elements] == ["pipe", "symbol", "field"]
    assert dump(document) == GOOD


def test_every_kind_of_element_survives_the_file() -> None:
    slots = tuple(Slot(key=key, name=key) for key in ("a", "b", "c"))
    elements = (
        Pipe(
            medium="return",
            points=((0, 0), (40, 0), (40, 80)),
            arrows=((20, 0, "right"),),
            junctions=((40, 0),),
            hops=((8, 0),),
            width=2,
        ),
        Symbol(symbol="pump", at=(8, 8), label="P1 „Ü“", inputs=(("running", "a"),)),
        Field(
            at=(0, 0),
            name="Rücklauf",
            slot="a",
            scale=(20, 60.5),
            limit_at="b",
            limit_x=("a", "b"),
            limit_y=("b", "c"),
        ),
        Value(at=(0, 16), shows=("a", "b"), width=100, size=12, needs=("c",)),
        Text(at=(0, 0), text="Ελληνικά", anchor="end", strong=True),
        Frame(at=(0, 0), size=(40, 40), style="building", title="House"),
        Curve(
            at=(0, 0),
            size=(160, 136),
            x_range=(20, -20),
            y_range=(20, 80),
            outdoor=(-30, 15),
            points=("a", "b"),
        ),
    )
    document = Document(name="x", title="y", size=(80, 80), slots=slots, elements=elements)
    again, wrong = load(dump(document), "x.json")
    assert wrong == ()
    assert again == document
    assert dump(again) == dump(document)


def test_keys_are_sorted_and_each_element_has_its_own_line() -> None:
    text = dump(load_library("a266_1")[0])
    inside = [line.rstrip(",") for line in text.splitlines() if line.startswith('{"')]
    assert len(inside) > 100
    for line in inside:
        assert list(json.loads(line)) == sorted(json.loads(line))


@pytest.mark.parametrize(
    ("number", "line", "sentence"),
    [
        (
            4,
            '{"at": [832, 120], "kind": "symbol", "symbol": "pmp"},',
            'small.json:4: symbol "pmp" is not known; did you mean "pump"?',
        ),
        (
            4,
            '{"at": [8, 12], "inputs": {"runing": "p1"}, "kind": "symbol", "symbol": "pump"},',
            'small.json:4: input of pump "runing" is not known; did you mean "running"?',
        ),
        (
            5,
            '{"at": [568, 44], "kind": "field", "name": "Heating flow", "slot": "s4"}',
            'small.json:5: slot "s4" is not known; did you mean "s3"?',
        ),
        (
            5,
            '{"at": [568, 45], "kind": "field", "name": "Heating flow", "slot": "s3"}',
            'small.json:5: "at" is [568, 45], but places lie on the 4 px grid',
        ),
        (
            5,
            '{"at": [568, 44], "kind": "feild", "name": "Heating flow", "slot": "s3"}',
            'small.json:5: kind "feild" is not known; did you mean "field"?',
        ),
        (
            5,
            '{"at": [568, 44], "kind": "field", "nmae": "Flow", "slot": "s3"}',
            'small.json:5: entry "nmae" is not known; did you mean "name"?',
        ),
        (
            5,
            '{"at": [568, 44], "kind": "field", "slot": "s3"}',
            'small.json:5: "name" is missing',
        ),
        (
            3,
            '{"kind": "pipe", "medium": "suply", "points": [[16, 120], [496, 120]]},',
            SUPPLY,
        ),
        (
            3,
            '{"kind": "pipe", "medium": "supply", "points": [[16, 120], [496, 124]]},',
            "small.json:3: a pipe runs level or upright, not from 16, 120 to 496, 124",
        ),
        (
            3,
            '{"kind": "pipe", "medium": "supply", "points": [[16, 120], [496, 120]], },',
            "small.json:3: is not JSON: Expecting property name enclosed in double quotes",
        ),
        (
            3,
            '{"kind": "pipe", "kind": "pipe", "points": [[16, 120], [496, 120]]},',
            'small.json:3: "kind" stands twice',
        ),
        (3, "17,", "small.json:3: an element must stand in braces, not 17"),
        (
            5,
            '{"at": [568, 44], "kind": "field", "name": "F", "scale": [NaN, 3], "slot": "s3"}',
            "small.json:5: NaN is no number a picture can use",
        ),
        (11, '{"key": "p 1", "name": "Pump"},', None),
        (9, '"size": "big",', 'small.json:9: "size" must be a list of 2 entries, not "big"'),
        (8, '"nmae": "small",', 'small.json:8: "nmae" is not known here; did you mean "name"?'),
    ],
)
def test_a_fault_names_file_and_line_and_what_may_be_meant(
    number: int, line: str, sentence: str | None
) -> None:
    told = faults(with_line(number, line))
    assert any(one.startswith(f"small.json:{number}: ") for one in told), told
    assert sentence is None or sentence in told


def test_a_broken_element_never_takes_the_others_with_it() -> None:
    for number in (3, 4, 5):
        for broken in ('{"kind": "pipe", ', "}", '{"kind": []},', '"', "null,", "{{{{"):
            document, wrong = load(with_line(number, broken), "small.json")
            assert len(document.elements) >= 1, (number, broken)
            assert any(f":{number}:" in one for one in wrong), (number, broken, wrong)


def test_a_forgotten_comma_is_told_and_both_elements_stay() -> None:
    text = with_line(3, LINES[2].rstrip(","))
    document, wrong = load(text, "small.json")
    assert wrong == ("small.json:3: a comma is missing behind this entry",)
    assert len(document.elements) == len(load(GOOD, "")[0].elements)


def test_a_file_that_is_no_picture_gives_an_empty_one_and_says_why() -> None:
    for text in (
        "",
        "[]",
        "nonsense",
        '{"elements"',
        "{}",
        "\x00",
        "{" * 100_000,
        "[" * 100_000,
    ):
        document, wrong = load(text, "x.json")
        assert document.elements == ()
        assert wrong, text[:20]
        assert all(one.startswith("x.json:") for one in wrong)


def test_a_giant_file_is_refused_at_once() -> None:
    begun = time.monotonic()
    document, wrong = load("[" * 10_000_000, "x.json")
    assert document.elements == ()
    assert "is longer than" in wrong[0]
    assert time.monotonic() - begun < 2


def test_too_many_elements_are_cut_and_told() -> None:
    many = ",\n".join([LINES[2].rstrip(",")] * 6000)
    document, wrong = load(GOOD.replace(LINES[2].rstrip(","), many), "x.json")
    assert len(document.elements) == 5000
    assert any("only the first 5000 elements are read" in one for one in wrong)


def test_a_newer_or_missing_format_is_not_guessed_at() -> None:
    assert faults(with_line(7, '"format": 2,')) == (
        "small.json:7: has format 2; this program reads format 1",
    )
    assert load(with_line(7, '"format": 2,'), "x")[0].elements == ()
    assert "states no format" in faults(with_line(7, '"title": "t",').replace("\n\n", "\n"))[0]


def test_an_older_format_is_brought_up_step_by_step() -> None:
    def name_was_caption(entries: str, raw: object) -> object:
        assert entries in {"elements", "slots"}
        if isinstance(raw, dict) and "caption" in raw:
            return {("name" if key == "caption" else key): raw[key] for key in raw}
        return raw

    old = with_line(7, '"format": 0,').replace('"name": "Heating flow"', '"caption": "Flow"')
    document, wrong = load(old, "x.json", migrations={FORMAT - 1: name_was_caption})
    assert wrong == ()
    assert document.elements[-1] == Field(at=(568, 44), name="Flow", slot="s3")
    assert '"format": 1' in dump(document)


def test_any_damage_ends_in_sentences_never_in_a_crash() -> None:
    random = Random(266)
    good = dump(load_library("a266_1")[0])
    for _ in range(150):
        text = list(good)
        for _ in range(random.randint(1, 8)):
            at = random.randrange(len(text))
            text[at] = random.choice('{}[]",:0\n\\x☃')
        document, wrong = load("".join(text), "a.json")
        assert isinstance(document, Document)
        assert all(one.startswith("a.json:") for one in wrong)


def test_the_published_schema_is_the_one_the_loader_reads_by() -> None:
    assert published() == schema_text()
    schema: Mapping[str, object] = json.loads(published())
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    assert not list(checker.iter_errors(json.loads(GOOD)))
    assert list(checker.iter_errors(json.loads(with_line(9, '"size": [3, 4],'))))
    wrong_kind = with_line(3, '{"kind": "tube", "points": [[0, 0], [4, 0]]},')
    assert list(checker.iter_errors(json.loads(wrong_kind)))


def test_every_kind_says_what_it_is() -> None:
    for kind in KINDS.values():
        assert (kind.__doc__ or "")[:1].isupper()


def test_an_unknown_picture_of_the_library_is_named() -> None:
    document, wrong = load_library("a266")
    assert document.elements == ()
    assert wrong == ('picture "a266" is not in the library; did you mean "a266_1"?',)
    assert load_library("../../etc/passwd")[1]
