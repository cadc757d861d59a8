"""A merge brings what was decided, keeps what is ours, and says so when it is outdated."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.compose.handover.desk import Merger
from app.compose.handover.importing import importing
from app.errors import BadInput, Conflict, NotPermitted, ProjectInUse, SecretsLocked
from app.model.handover import Choice, MergeOrder
from app.model.reading import DeviceId
from app.project.lock import acquire
from tests.app.compose.handover.places import BEGIN, PERSON, PHRASE, Place, plant_of, states
from tests.app.project.sites import device, rule

SCHOOL = DeviceId("school")


@pytest.fixture
def laptop(tmp_path: Path) -> Place:
    return Place(tmp_path, "laptop").new()


@pytest.fixture
def office(tmp_path: Path) -> Place:
    return Place(tmp_path, "office", BEGIN + timedelta(hours=1)).new()


def order(laptop: Place, office: Place, **changes: str) -> MergeOrder:
    made = MergeOrder(office.root, laptop.packed(), PHRASE, *PERSON)
    return replace(made, **changes)  # type: ignore[arg-type]


def never(done: int, of: int) -> bool:
    """Nobody calls it off, and no progress is beyond the end."""
    assert 0 <= done <= of
    return True


def test_the_project_is_held_from_comparing_to_merging(laptop: Place, office: Place) -> None:
    """Whoever came in between took our work folder for theirs and swept it away."""
    held: list[tuple[bytes, int]] = []

    def look(_done: int, _of: int) -> bool:
        lock = office.root / "lock"
        held.append((lock.read_bytes(), lock.stat().st_mtime_ns))
        with pytest.raises(ProjectInUse):
            acquire(office.root)
        return True

    begun = importing(
        office.root, laptop.packed(), PHRASE, PERSON, office.keys, now=office.clock, step=look
    )
    with begun as found:
        look(1, 1)
        found.apply({}, office.keys)
        look(1, 1)
    assert len(held) > 3
    assert len(set(held)) == 1, "never given back, not even for a moment"
    acquire(office.root).release()


def test_who_is_refused_at_an_import_leaves_the_project_free(
    laptop: Place, office: Place
) -> None:
    package = laptop.packed()
    with pytest.raises(NotPermitted), office.importing(package, person=("ole", "wrong")):
        pass
    with pytest.raises(SecretsLocked), office.importing(package, "another phrase here"):
        pass
    office.opened().close()


def test_our_rules_of_a_device_outlive_the_versions_in_which_the_laptop_had_none(
    laptop: Place, office: Place
) -> None:
    """The laptop began with an empty plant: its versions are gone through one by one."""
    away = rule("school-away", kind="offline", device=SCHOOL, point=None)
    office.change(plant_of("school"), lambda c: c.with_rule(away))
    with closing(office.opened()) as project:
        before = len(project.configuration.versions())
    laptop.change(
        plant_of(), lambda c: c.with_device(device("school", 1, area="Syd", serial="71"))
    )
    with office.importing(laptop.packed()) as found:
        assert states(found) == {"device:school": "conflict"}
        found.apply({"device:school": Choice.LAPTOP}, office.keys)
    config = office.config()
    assert config.devices[SCHOOL].area == "Syd"
    assert config.rules == {"school-away": away}
    with closing(office.opened()) as project:
        configuration = project.configuration
        story = [configuration.at(each.number) for each in configuration.versions()]
    assert len([each for each in story if "school-away" not in each.rules]) == before - 1


def test_a_choice_for_what_does_not_differ_is_refused_and_nothing_changes(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("school"))
    with (
        office.importing(laptop.packed()) as found,
        pytest.raises(BadInput, match="there is no difference device:bakery"),
    ):
        found.apply({"device:bakery": Choice.HERE}, office.keys)
    assert office.config().devices == {}


def test_what_is_declined_stays_away_with_its_records(laptop: Place, office: Place) -> None:
    laptop.change(plant_of("school", "bakery"))
    for name in ("school", "bakery"):
        laptop.measured(f"{name}.supply", [70.0, 71.0], BEGIN)
    with office.importing(laptop.packed()) as found:
        brought = found.apply({"device:bakery": Choice.HERE}, office.keys)
    assert set(office.config().devices) == {"school"}
    assert (brought.taken, brought.kept, brought.samples) == (2, 1, 2)
    assert office.samples("bakery.supply") == []


def test_the_welcome_page_merges_what_it_compared_and_nothing_else(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("school"))
    merger, wish = Merger(office.keys), order(laptop, office)
    seen = merger.compare(wish, never)
    assert {each.key for each in seen} == {"link:gateway", "device:school"}
    assert office.config().devices == {}  # comparing changes nothing
    office.change(plant_of())  # somebody made the line by hand meanwhile
    with pytest.raises(Conflict, match="compare again"):
        merger.merge(wish, seen, {}, never)
    assert office.config().devices == {}
    brought = merger.merge(wish, merger.compare(wish, never), {}, never)
    assert (brought.taken, set(office.config().devices)) == (1, {"school"})


def test_the_welcome_page_is_refused_by_the_same_doors(laptop: Place, office: Place) -> None:
    laptop.change(plant_of("school"))
    merger = Merger(office.keys)
    for changes, error in (
        ({"password": "not his password"}, NotPermitted),
        ({"passphrase": "not the passphrase"}, SecretsLocked),
    ):
        with pytest.raises(error):
            merger.compare(order(laptop, office, **changes), never)
    assert PHRASE not in repr(order(laptop, office))
    assert PERSON[1] not in repr(order(laptop, office))
