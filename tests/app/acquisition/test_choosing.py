"""Which profile is in force: what a person configured, else what the device says it is."""

import pytest

from app.acquisition.choosing import GENERIC, ProfileChooser
from app.acquisition.unit import Unit
from app.errors import BadInput
from app.model.device import DeviceConfig
from app.model.point import PointSpec
from app.model.profile import Profile
from app.pointtable import PointTable
from app.ports import Identity
from tests.fakes.clock import FakeClock
from tests.plant import device, profile

KNOWN = {
    name: profile(id=name, label=name)
    for name in ("danfoss.ecl310.a266_1", "danfoss.ecl310.a237_1")
} | {GENERIC: profile(id=GENERIC, detect=())}
OTHER_DRIVER = profile(id="kamstrup.mbus", driver="mbus")


def chooser(known: dict[str, Profile] | None = None) -> ProfileChooser:
    return ProfileChooser(KNOWN if known is None else known, lambda found, _options: found)


def unit(configured: str) -> Unit:
    return Unit(device(profile=configured), PointTable(), FakeClock(), 0.0)


@pytest.mark.parametrize("said", ["danfoss.ecl310.a266_1", "danfoss.ecl310.a237_1"])
def test_an_unconfigured_device_gets_the_profile_it_says(said: str) -> None:
    one = unit("")
    assert chooser().choose(one, Identity(said, said)).id == said
    assert not one.mismatch


@pytest.mark.parametrize("said", ["", "danfoss.ecl310.a999_9"])
def test_a_device_nobody_knows_gets_the_generic_view(said: str) -> None:
    one = unit("")
    assert chooser().choose(one, Identity(said, "A999.9")).id == GENERIC
    assert chooser().first(one.config).id == GENERIC
    assert not one.mismatch


def test_what_a_person_configured_stays_and_the_difference_is_told() -> None:
    one = unit("danfoss.ecl310.a266_1")
    chosen = chooser().choose(one, Identity("danfoss.ecl310.a237_1", "A237.1"))
    assert chosen.id == "danfoss.ecl310.a266_1"
    assert one.mismatch == (
        "Station 7: configured as danfoss.ecl310.a266_1, but the device says it is A237.1"
    )
    chooser().choose(one, Identity("danfoss.ecl310.a266_1", "A266.1"))
    assert not one.mismatch


def test_a_device_that_says_nothing_is_what_it_was_configured_as() -> None:
    one = unit("danfoss.ecl310.a266_1")
    assert chooser().choose(one, Identity()).id == "danfoss.ecl310.a266_1"
    assert not one.mismatch


def test_a_profile_that_is_not_there_is_a_sentence_that_names_the_device() -> None:
    with pytest.raises(BadInput, match=r"^device Station 7: there is no profile 'nope'$"):
        chooser().first(device(profile="nope"))


def test_why_a_profile_is_missing_is_told_by_whoever_knows() -> None:
    def find(name: str) -> Profile:
        raise BadInput(f"profile {name} cannot be used: {name}.yaml:7: unknown unit")

    asking = ProfileChooser(KNOWN, lambda found, _options: found, find)
    with pytest.raises(BadInput, match=r"device Station 7: .* own.yaml:7: unknown unit"):
        asking.first(device(profile="own"))


def test_only_profiles_of_the_line_s_driver_that_can_be_told_apart_are_asked_for() -> None:
    known = KNOWN | {OTHER_DRIVER.id: OTHER_DRIVER}
    assert {p.id for p in chooser(known).candidates("fake")} == set(KNOWN) - {GENERIC}
    assert {p.id for p in chooser(known).candidates("mbus")} == {"kamstrup.mbus"}
    assert chooser(known).candidates("opcua") == []


def test_options_are_applied_once_and_kept_apart() -> None:
    asked: list[object] = []

    def resolve(found: Profile, options: object) -> Profile:
        asked.append(options)
        return profile(id=found.id, label=str(options))

    picking = ProfileChooser(KNOWN, resolve)

    def configured(**options: str) -> DeviceConfig:
        return device(profile="danfoss.ecl310.a266_1", options=options)

    kwh, again = picking.first(configured(unit="kWh")), picking.first(configured(unit="kWh"))
    assert kwh is again
    assert picking.first(configured(unit="MWh")) is not kwh
    assert picking.first(configured()) is KNOWN["danfoss.ecl310.a266_1"]
    assert asked == [{"unit": "kWh"}, {"unit": "MWh"}]


def test_an_option_the_profile_cannot_take_names_the_device() -> None:
    def resolve(_found: Profile, _options: object) -> Profile:
        raise BadInput("option energy_unit: 'cal' is none of kWh, MWh, GJ")

    picking = ProfileChooser(KNOWN, resolve)
    with pytest.raises(BadInput, match="device Station 7: option energy_unit"):
        picking.first(device(profile="danfoss.ecl310.a266_1", options={"energy_unit": "cal"}))


SAID = {"energy": PointSpec("energy", "Energy", "kWh"), "flow": PointSpec("flow", "Flow")}


def test_what_a_device_tells_of_its_points_is_added_to_its_profile() -> None:
    one, choosing = unit("danfoss.ecl310.a266_1"), chooser()
    before = KNOWN["danfoss.ecl310.a266_1"]
    chosen = choosing.choose(one, Identity(points=SAID, interval_s=900.0))
    assert chosen.points == {**before.points, **SAID}
    assert chosen.told == frozenset(SAID)
    assert all(chosen.gives(key) for key in SAID)
    assert not chosen.gives("nothing")
    assert chosen.poll_groups["slow"] == 900.0
    assert before.points == KNOWN["danfoss.ecl310.a266_1"].points


def test_the_same_answer_is_the_same_profile_and_another_answer_another() -> None:
    one, choosing = unit(""), chooser()
    first = choosing.choose(one, Identity(points=SAID, interval_s=900.0))
    assert choosing.choose(one, Identity(points=dict(SAID), interval_s=900.0)) is first
    fewer = choosing.choose(one, Identity(points={"flow": SAID["flow"]}, interval_s=900.0))
    assert fewer is not first
    assert "energy" not in fewer.points
    rarer = choosing.choose(one, Identity(points={"flow": SAID["flow"]}, interval_s=86400.0))
    assert rarer.poll_groups["slow"] == 86400.0


def test_a_device_that_tells_nothing_of_points_keeps_its_profile_as_it_is() -> None:
    one, choosing = unit("danfoss.ecl310.a266_1"), chooser()
    assert choosing.choose(one, Identity(interval_s=5.0)) is KNOWN["danfoss.ecl310.a266_1"]
