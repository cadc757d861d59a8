"""Every picture of the library is whole, tidy, and fits the profiles that name it."""

import json
from importlib.resources import files

import jsonschema
import pytest

from app.profiles.loader import load_all
from flowdiagrams.describe import published
from flowdiagrams.document import Document, dump, library_faults, load, load_library
from flowdiagrams.elements import Field, Line, Pipe, Symbol
from flowdiagrams.manifest import manifests
from flowdiagrams.parts import Place

NAMES = sorted(
    file.name.removesuffix(".json")
    for file in files("flowdiagrams.library").iterdir()
    if file.name.endswith(".json")
)
PROFILES = [one for one in load_all().profiles.values() if one.diagram]


@pytest.fixture(params=NAMES)
def document(request: pytest.FixtureRequest) -> Document:
    found, wrong = load_library(request.param)
    assert wrong == ()
    return found


def text_of(document: Document) -> str:
    file = files("flowdiagrams.library") / f"{document.name}.json"
    return file.read_text(encoding="utf-8")


def test_the_file_is_written_as_the_program_writes_it(document: Document) -> None:
    assert dump(document) == text_of(document)
    assert load(text_of(document), "")[0] == document


def test_the_file_keeps_the_published_schema(document: Document) -> None:
    checker = jsonschema.Draft202012Validator(json.loads(published()))
    assert [error.message for error in checker.iter_errors(json.loads(text_of(document)))] == []


def test_every_slot_is_used_and_every_used_slot_declared(document: Document) -> None:
    declared = [slot.key for slot in document.slots]
    used = {
        slot for element in document.elements for slot in (*element.slots(), *element.needs)
    }
    assert len(declared) == len(set(declared))
    assert set(declared) == used


def test_everything_lies_inside_the_picture(document: Document) -> None:
    width, height = document.size
    for element in document.elements:
        places: list[Place] = list(getattr(element, "points", ()))
        places += [element.at] if hasattr(element, "at") else []
        for x, y in (place for place in places if isinstance(place, tuple)):
            assert 0 <= x <= width, element
            assert 0 <= y <= height, element


def test_pipes_end_at_ports_at_other_pipes_or_at_the_edge(document: Document) -> None:
    ports = {
        (symbol.at[0] + x, symbol.at[1] + y)
        for symbol in document.elements
        if isinstance(symbol, Symbol)
        for x, y in manifests()[symbol.symbol].ports.values()
    }
    pipes = [one for one in document.elements if isinstance(one, Pipe)]
    for pipe in pipes:
        for x, y in (pipe.points[0], pipe.points[-1]):
            joins = any(runs_through(other, (x, y)) for other in pipes if other is not pipe)
            edge = x in (16, document.size[0] - 16)
            assert (x, y) in ports or joins or edge, (pipe, x, y)


def test_hops_and_arrows_lie_on_their_pipe(document: Document) -> None:
    for pipe in document.elements:
        if isinstance(pipe, Pipe):
            for place in (*pipe.hops, *pipe.junctions, *((x, y) for x, y, _ in pipe.arrows)):
                assert runs_through(pipe, place), (pipe, place)


def test_fields_stand_clear_of_the_pipe_they_measure(document: Document) -> None:
    level = {
        y
        for pipe in document.elements
        if isinstance(pipe, Pipe)
        for (_, y), (_, next_y) in zip(pipe.points, pipe.points[1:], strict=False)
        if y == next_y
    }
    for field in document.elements:
        if isinstance(field, Field):
            below = [y - field.at[1] - 60 for y in level if y >= field.at[1] + 60]
            assert not [y for y in level if field.at[1] < y < field.at[1] + 60], field
            assert min(below) >= 16, field


def test_leaders_need_what_they_lead_to(document: Document) -> None:
    for line in document.elements:
        if isinstance(line, Line) and line.style == "leader":
            assert line.needs, line


def test_the_library_as_shipped_has_no_faults() -> None:
    assert library_faults() == ()


def test_some_profile_shows_the_picture_of_the_a266_1() -> None:
    assert "a266_1" in {profile.diagram for profile in PROFILES}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: str(profile.id))
def test_a_profile_fills_slots_the_picture_has_with_points_it_knows(profile: object) -> None:
    from app.model.profile import Profile

    assert isinstance(profile, Profile)
    document, wrong = load_library(profile.diagram)
    assert wrong == ()
    assert set(profile.slots) <= {slot.key for slot in document.slots}
    assert set(profile.slots.values()) <= set(profile.points)


def runs_through(pipe: Pipe, place: Place) -> bool:
    x, y = place
    return any(
        min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)
        for (ax, ay), (bx, by) in zip(pipe.points, pipe.points[1:], strict=False)
    )
