"""What a laptop stated about indexes comes along by device, compared first, none of it lost."""

from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.counter import Break, Broken, Edit, Entered, Stated, TakenBack, as_listed
from app.model.handover import Choice
from app.model.reading import PointId
from app.project.config import Mutate
from tests.app.compose.handover.places import BEGIN, Place, plant_of, states
from tests.app.project.sites import device, link

HEAT = "school.energy"
EXCHANGE = Broken(BEGIN, Break.EXCHANGE, Decimal("812.4"), Decimal("0.1"))
READ = Entered(BEGIN, Decimal("3.5"))


@pytest.fixture
def laptop(tmp_path: Path) -> Place:
    return Place(tmp_path, "laptop").new()


@pytest.fixture
def office(tmp_path: Path) -> Place:
    return Place(tmp_path, "office", BEGIN + timedelta(hours=1)).new()


def state(place: Place, says: Edit | TakenBack, author: str, point: str = HEAT) -> str:
    with closing(place.opened()) as project:
        made = project.statements.state(PointId(point), says, f"why {author} did", author)
        return made.id


def listed(place: Place, point: str = HEAT) -> tuple[Stated, ...]:
    with closing(place.opened()) as project:
        return as_listed(project.statements.of([PointId(point)])[PointId(point)])


def told(place: Place, point: str = HEAT) -> list[tuple[object, str, bool]]:
    """What was stated, by whom, and whether it holds."""
    return [(e.statement.says, e.statement.author, e.holds) for e in listed(place, point)]


def called(name: str) -> Mutate:
    """The school's meter under another name, with the same serial number."""
    return lambda config: config.with_link(link()).with_device(device(name, 1, serial="4711"))


def test_what_the_laptop_alone_stated_comes_as_it_was_made_under_our_name(
    laptop: Place, office: Place
) -> None:
    laptop.change(called("school"))
    office.change(called("skolen"))
    made = state(laptop, EXCHANGE, "Ida")
    state(laptop, READ, "Ida")
    with office.importing(laptop.packed()) as found:
        assert states(found)["index:skolen.energy"] == "new"
        [told_of] = [each for each in found.differences if each.kind == "index"]
        assert told_of.lines == (
            "exchange 2026-01-05 12:00 UTC: 812.4 → 0.1",
            "entered 2026-01-05 12:00 UTC: 3.5",
        )
        brought = found.apply({"device:skolen": Choice.HERE}, office.keys)
    assert brought.statements == 2
    first, second = listed(office, "skolen.energy")
    kept = first.statement
    assert (kept.id, kept.says, kept.author, kept.reason) == (
        made,
        EXCHANGE,
        "Ida",
        "why Ida did",
    )
    assert second.statement.says == READ
    with office.importing(laptop.packed()) as again:
        assert not [each for each in again.differences if each.kind == "index"]


def test_what_both_stated_waits_for_a_choice_and_neither_is_lost(
    laptop: Place, office: Place
) -> None:
    for place in (laptop, office):
        place.change(plant_of("school"))
    state(laptop, EXCHANGE, "Ida")
    state(office, READ, "Ole")
    package = laptop.packed()
    with office.importing(package) as found:
        assert states(found)["index:school.energy"] == "conflict"
        with pytest.raises(BadInput, match=r"index:school\.energy"):
            found.apply({}, office.keys)
        assert found.apply({"index:school.energy": Choice.HERE}, office.keys).statements == 0
    assert told(office) == [(READ, "Ole", True)]
    with office.importing(package) as found:
        found.apply({"index:school.energy": Choice.LAPTOP}, office.keys)
    mine = listed(office)[0].statement
    assert told(office) == [
        (READ, "Ole", False),
        (TakenBack(mine.id), "Ole Holm", True),
        (EXCHANGE, "Ida", True),
    ]


def test_what_we_alone_stated_is_no_difference(laptop: Place, office: Place) -> None:
    for place in (laptop, office):
        place.change(plant_of("school"))
    state(office, READ, "Ole")
    with office.importing(laptop.packed()) as found:
        assert not [each for each in found.differences if each.kind == "index"]
        found.apply({}, office.keys)
    assert told(office) == [(READ, "Ole", True)]


def test_statements_of_a_device_that_stays_on_the_laptop_stay_there(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("school"))
    state(laptop, EXCHANGE, "Ida")
    with office.importing(laptop.packed()) as found:
        brought = found.apply({"device:school": Choice.HERE}, office.keys)
    assert brought.statements == 0
    assert listed(office) == ()
