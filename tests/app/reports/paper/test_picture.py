"""Flow pictures for paper name only what the profile has, and say what is wrong with them."""

from importlib.resources import files

import pytest

from app.errors import BadInput
from app.profiles.loader import load_all
from app.reports.paper.picture import (
    Box,
    Field,
    Pump,
    Symbol,
    Title,
    Valve,
    picture,
    read_picture,
)
from app.reports.render.plant import SYMBOLS

NAMES = sorted(
    file.name.removesuffix(".json")
    for file in files("app.reports.pictures").iterdir()
    if file.name.endswith(".json")
)
GOOD = '{"format": 1, "size": [100, 50], "title": "x", "elements": [%s]}'


def slots_of(name: str) -> set[str]:
    """Slots of the profiles that are drawn with this picture."""
    drawn = [p for p in load_all().profiles.values() if p.diagram == name]
    assert drawn, f"no profile is drawn as {name}"
    return {slot for profile in drawn for slot in profile.slots}


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_fits_the_paper_and_its_profile(name: str) -> None:
    found = picture(name)
    assert found is not None
    assert found.size[0] == 1760  # the text width, 176 mm
    bound = slots_of(name)
    for element in found.elements:
        if isinstance(element, Symbol):
            assert element.symbol in SYMBOLS
        if isinstance(element, Pump):
            assert {element.running, element.override, element.manual} <= bound
        if isinstance(element, Valve):
            assert {element.opening, element.closing} <= bound
        if isinstance(element, Title):
            assert {element.mode, element.status} <= bound
        if isinstance(element, Field) and element.tag:
            assert element.slot in bound
        if isinstance(element, Box):
            assert element.at[0] + element.size[0] <= found.size[0]


def test_a_picture_that_is_not_there_is_none() -> None:
    assert picture("b900_7") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "no picture for paper"),
        ("[]", "no picture for paper"),
        ('{"format": 2}', "format 2 is not known"),
        (GOOD % '{"kind": "pmp"}', "no part 'pmp'"),
        (GOOD % '{"kind": "pump"}', "a pump is wrong"),
        (GOOD % '{"kind": "text", "at": [1, 2], "text": "a", "colour": 1}', "a text is wrong"),
        (GOOD % '{"kind": "text", "at": ["a", 2], "text": "a"}', "a text is wrong"),
        (GOOD % "7", "no picture for paper"),
    ],
)
def test_a_broken_picture_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as caught:
        read_picture(text, "b900_7.json")
    assert "b900_7.json" in str(caught.value)


def test_an_empty_picture_is_one() -> None:
    assert read_picture(GOOD % "", "x").elements == ()
