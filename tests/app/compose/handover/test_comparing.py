"""What of a laptop's plant is new, changed or in conflict, and what a merge makes of it."""

from dataclasses import replace

import pytest

from app.compose.handover.comparing import config_differences, merged
from app.compose.handover.pairing import pair
from app.model.handover import Choice, Difference, State
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.validation import faults_of
from tests.app.project.sites import ZONE, device, link, rule

EMPTY = PlantConfig("Nordby", ZONE, "Nordby Varme").with_link(link())
SCHOOL = DeviceId("school")


def compared(
    ours: PlantConfig, theirs: PlantConfig, base: PlantConfig | None = None
) -> list[Difference]:
    return list(config_differences(ours, theirs, base, pair(ours, theirs, (), base)))


def states(found: list[Difference]) -> dict[str, State]:
    return {each.key: each.state for each in found}


def after(
    ours: PlantConfig,
    theirs: PlantConfig,
    *taken: str,
    base: PlantConfig | None = None,
) -> PlantConfig:
    """Our plant with what is named taken from the laptop, without a fault."""
    pairing = pair(ours, theirs, (), base)
    found = [each for each in compared(ours, theirs, base) if each.key in taken]
    assert len(found) == len(taken), "each has to differ"
    config = merged(ours, pairing.config(theirs), found, pairing)
    assert faults_of(config) == []
    return config


def school(**changes: object) -> PlantConfig:
    return EMPTY.with_device(device("school", 1, **changes))


def test_nothing_differs_of_one_plant_and_what_is_ours_alone_is_no_question() -> None:
    assert compared(school(), school()) == []
    assert compared(school(), EMPTY) == []


def test_a_laptop_that_knows_what_was_left_empty_here_changes_it_without_a_question() -> None:
    found = compared(school(serial=""), school(serial="71"))
    assert states(found) == {"device:school": State.CHANGED}
    assert found[0].usual is Choice.LAPTOP
    assert "71" in found[0].lines[0]
    back = compared(school(serial="71"), school(serial=""))
    assert states(back) == {"device:school": State.CONFLICT}
    assert back[0].usual is None


@pytest.mark.parametrize(
    ("here", "there", "state"),
    [
        ("A", "A", None),
        ("A", "Nord", State.OURS),
        ("Nord", "B", State.CHANGED),
        ("A", "B", State.CONFLICT),
        ("", "B", State.CONFLICT),  # emptied here, after the copy was taken: a change, too
    ],
)
def test_with_the_plant_of_both_before_only_what_both_changed_is_a_conflict(
    here: str, there: str, state: State | None
) -> None:
    found = states(compared(school(area=here), school(area=there), school()))
    assert found == ({} if state is None else {"device:school": state})


def test_what_was_removed_on_the_laptop_stays_unless_somebody_says_so() -> None:
    ours = school().with_device(device("ahornvej-14", 2)).with_rule(rule())
    base, theirs = ours, school()
    (gone, with_it) = compared(ours, theirs, base)
    assert states([gone, with_it]) == {
        "device:ahornvej-14": State.REMOVED,
        "rule:ahornvej-14.supply.high": State.REMOVED,
    }
    assert gone.usual is with_it.usual is Choice.HERE
    left = after(ours, theirs, gone.key, base=base)
    assert set(left.devices) == {"school"}
    assert left.rules == {}  # a rule cannot stay without its device


def test_what_was_removed_there_and_changed_here_is_a_conflict() -> None:
    found = compared(school(area="Syd"), EMPTY, school())
    assert states(found) == {"device:school": State.CONFLICT}


def test_what_was_removed_here_and_changed_there_is_a_conflict_and_may_come_back() -> None:
    theirs = school(area="Syd")
    assert states(compared(EMPTY, theirs, school())) == {"device:school": State.CONFLICT}
    assert after(EMPTY, theirs, "device:school", base=school()).devices[SCHOOL].area == "Syd"


def test_of_plants_that_never_were_one_our_title_stays() -> None:
    theirs = replace(EMPTY, title="Laptop", utility="")
    (found,) = compared(EMPTY, theirs)
    assert (found.key, found.name, found.state) == ("plant:plant", "Nordby", State.OURS)
    assert found.lines
    taken = after(EMPTY, theirs, found.key)
    assert (taken.title, taken.utility) == ("Laptop", "")


def test_another_device_at_our_address_says_whose_place_it_would_take() -> None:
    ours = school(serial="11").with_rule(
        rule("school-away", kind="offline", device=SCHOOL, point=None)
    )
    theirs = EMPTY.with_device(device("meter", 1, serial="22"))
    (found,) = compared(ours, theirs)
    assert (found.key, found.state) == ("device:meter", State.STRANGER)
    assert found.lines == ("here school has that address",)
    taken = after(ours, theirs, found.key)
    assert set(taken.devices) == {"meter"}
    assert taken.rules == {}


@pytest.mark.parametrize("newcomer", ["aaa-new", "zzz-new"])  # told before, or after
def test_who_moves_away_is_not_removed_by_who_comes_in_its_place(newcomer: str) -> None:
    """The laptop moved our controller to station 2 and put another one at station 1."""
    ours = school(serial="11").with_rule(
        rule("school-away", kind="offline", device=SCHOOL, point=None)
    )
    theirs = EMPTY.with_device(device("school", 2, serial="11")).with_device(
        device(newcomer, 1, serial="22")
    )
    assert states(compared(ours, theirs)) == {
        "device:school": State.CONFLICT,
        f"device:{newcomer}": State.STRANGER,
    }
    taken = after(ours, theirs, "device:school", f"device:{newcomer}")
    assert {each.id: each.unit for each in taken.devices.values()} == {"school": 2, newcomer: 1}
    assert set(taken.rules) == {"school-away"}
    instead = after(ours, theirs, f"device:{newcomer}")
    assert set(instead.devices) == {newcomer}
