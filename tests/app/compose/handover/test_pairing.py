"""Which device of a laptop is which of ours: address, serial number and application tell."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compose.handover.pairing import Pairing, address_of, pair
from app.model.device import LinkConfig, LinkId, Option
from app.model.reading import DeviceId, PointId
from app.project.config import PlantConfig
from app.project.validation import LONGEST_ID, faults_of
from tests.app.project.sites import ZONE, device, link, rule

EMPTY = PlantConfig("Nordby", ZONE)
SERIALS = ("", "71", "0071", "72")
PROFILES = ("", "danfoss.ecl310", "danfoss.ecl210")


def plant(
    *devices: tuple[str, int, str], at: str = "gateway", **options: Option
) -> PlantConfig:
    """One gateway, and behind it (id, station, serial number)."""
    config = EMPTY.with_link(link(at, **options))
    for name, unit, serial in devices:
        config = config.with_device(device(name, unit, link=LinkId(at), serial=serial))
    return config


def called(pairing: Pairing, name: str) -> str:
    return pairing.devices[DeviceId(name)]


def test_how_patient_a_line_is_says_nothing_about_where_it_leads() -> None:
    assert address_of(link(timeout_s=9.0)) == address_of(link("other", timeout_s=0.2))
    assert address_of(link(host=" Gateway.Local ")) == address_of(link(host="gateway.local"))


def test_what_a_line_leaves_out_is_what_its_kind_takes_for_granted() -> None:
    bare = LinkConfig(LinkId("bare"), "modbus-tcp", "Bare", {"host": "10.0.0.5"})
    assert address_of(bare) == address_of(link(port=502))
    assert address_of(bare) != address_of(link(port=1502))


def test_a_line_of_a_kind_nobody_knows_is_itself_alone() -> None:
    odd = LinkConfig(LinkId("odd"), "carrier-pigeon", "Odd", {"host": "10.0.0.5", "port": 502})
    assert address_of(odd) == address_of(replace(odd, id=LinkId("even"), name="Even"))
    assert address_of(odd) != address_of(link())


def test_a_line_to_the_same_address_is_ours_whatever_it_is_called() -> None:
    found = pair(plant(), plant(at="line-1"), ())
    assert found.links == {"line-1": "gateway"}
    assert found.link(link("line-1")).id == "gateway"


def test_a_line_elsewhere_never_takes_the_name_of_ours() -> None:
    found = pair(plant(), plant(host="10.9.9.9"), ())
    assert found.links == {"gateway": "gateway-2"}


def test_an_id_that_was_used_once_is_not_used_again() -> None:
    """Notes and readings of what was removed here would else be told of the newcomer."""
    found = pair(EMPTY, plant(("school", 1, "")), {"school", "school-2", "gateway"})
    assert called(found, "school") == "school-3"
    assert found.links == {"gateway": "gateway-2"}


def test_an_id_as_long_as_ids_may_be_stays_so_when_it_is_numbered() -> None:
    long = "x" * LONGEST_ID
    found = pair(EMPTY, plant((long, 1, "")), {long})
    assert called(found, long) != long
    assert len(called(found, long)) <= LONGEST_ID


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("0071", "71", True),  # noughts in front are how somebody typed it
        (" ab12 ", "AB12", True),
        ("", "71", True),  # what nobody noted speaks against nothing
        ("71", "", True),
        ("71", "72", False),
    ],
)
def test_serial_numbers_are_compared_as_people_read_them(
    ours: str, theirs: str, same: bool
) -> None:
    found = pair(plant(("school", 1, ours)), plant(("skolen", 1, theirs)), ())
    assert (called(found, "skolen") == "school") is same
    assert (found.strangers == {}) is same
    assert (DeviceId("skolen") in found.known_devices) is same


def test_a_device_that_was_moved_to_another_station_is_found_by_its_serial_number() -> None:
    found = pair(plant(("school", 1, "71")), plant(("skolen", 9, "71")), ())
    assert called(found, "skolen") == "school"


def test_a_serial_number_that_two_of_ours_bear_tells_nothing() -> None:
    ours = plant(("one", 1, "71"), ("two", 2, "71"))
    assert called(pair(ours, plant(("three", 9, "71")), ()), "three") == "three"
    assert called(pair(ours, plant(("three", 2, "71")), ()), "three") == "two"


def test_another_application_at_the_same_station_is_another_device() -> None:
    theirs = plant().with_device(device("skolen", 1, profile="danfoss.ecl210"))
    found = pair(plant(("school", 1, "")), theirs, ())
    assert found.strangers == {"skolen": "school"}
    assert found.known_devices == frozenset()


def test_of_one_plant_a_device_stays_the_same_though_both_gave_it_another_address() -> None:
    base = plant(("school", 1, ""))
    ours, theirs = plant(("school", 2, "")), plant(("school", 3, ""), host="10.9.9.9")
    found = pair(ours, theirs, (), base)
    assert called(found, "school") == "school"
    assert found.links == {"gateway": "gateway"}
    assert called(pair(ours, theirs, ()), "school") != "school"  # never of one plant


def test_of_one_plant_a_device_that_was_exchanged_on_the_laptop_is_another_one() -> None:
    base = plant(("school", 1, "71"))
    found = pair(base, plant(("school", 1, "99")), (), base)
    assert called(found, "school") == "school-2"
    assert found.strangers == {"school": "school"}


def test_a_rule_goes_with_its_device_and_keeps_its_own_part_of_the_name() -> None:
    ours = plant(("school", 1, ""))
    theirs = plant(("skolen", 1, "")).with_rule(
        rule("skolen.supply.high", device=DeviceId("skolen"), point=PointId("skolen.supply"))
    )
    moved = pair(ours, theirs, ()).config(theirs)
    (only,) = moved.rules.values()
    assert (only.id, only.device, only.point) == (
        "school.supply.high", "school", "school.supply",
    )  # fmt: skip
    assert faults_of(moved) == []


def test_a_rule_that_watches_the_same_is_ours_under_whatever_name() -> None:
    ours = plant(("ahornvej-14", 1, "")).with_rule(rule("too-hot"))
    theirs = plant(("ahornvej-14", 1, "")).with_rule(rule())
    found = pair(ours, theirs, ())
    assert found.rules == {"ahornvej-14.supply.high": "too-hot"}
    assert found.rule(rule()).id == "too-hot"


def test_of_two_rules_that_watch_the_same_each_finds_its_own() -> None:
    both = (rule("hot", name="Hot"), rule("hotter", name="Hotter", limit=110.0))
    ours = plant(("ahornvej-14", 1, "")).with_rule(both[0]).with_rule(both[1])
    theirs = plant(("ahornvej-14", 1, "")).with_rule(both[1]).with_rule(both[0])
    assert pair(ours, theirs, ()).rules == {"hot": "hot", "hotter": "hotter"}
    alone = plant(("ahornvej-14", 1, "")).with_rule(rule("mine", name="Hotter"))
    assert pair(ours, alone, ()).rules == {"mine": "hotter"}


def test_a_rule_of_the_device_itself_has_no_point_and_a_bit_takes_its_device_s_name() -> None:
    found = pair(plant(("school", 1, "")), plant(("skolen", 1, "")), ())
    away = rule("away", kind="offline", device=DeviceId("skolen"), point=None)
    assert found.rule(away).point is None
    assert found.rule(away).device == "school"
    assert found.rule_id("skolen-bit-7", "skolen") == "school-bit-7"
    assert found.rule_id("skolens", "skolen") == "skolens"  # only looks like it


def plants(prefix: str) -> st.SearchStrategy[PlantConfig]:
    """Any plant of up to five devices on two lines, some of which nobody wrote down well."""
    one = st.tuples(st.sampled_from((1, 2, 3)), st.booleans(), st.sampled_from(SERIALS))
    whole = st.tuples(one, st.sampled_from(PROFILES))
    return st.lists(whole, max_size=5, unique_by=lambda each: each[0][:2]).map(
        lambda drawn: _built(prefix, drawn)
    )


def _built(prefix: str, drawn: Iterable[tuple[tuple[int, bool, str], str]]) -> PlantConfig:
    lines = {True: f"{prefix}1", False: f"{prefix}2"}
    config = EMPTY.with_link(link(lines[True])).with_link(link(lines[False], host="10.0.0.6"))
    for number, ((unit, first, serial), profile) in enumerate(drawn):
        config = config.with_device(
            device(
                f"{'ab'[number % 2]}-{number}", unit,
                link=LinkId(lines[first]), serial=serial, profile=profile,
            )
        )  # fmt: skip
    return config


@given(plants("l"), plants("m"), st.sets(st.sampled_from(("a-0", "b-1", "a-2", "m1"))))
def test_no_two_things_of_a_laptop_ever_become_one(
    ours: PlantConfig, theirs: PlantConfig, used: set[str]
) -> None:
    found = pair(ours, theirs, used)
    assert found.devices.keys() == theirs.devices.keys()
    assert len(set(found.devices.values())) == len(theirs.devices)
    assert len(set(found.links.values())) == len(theirs.links)
    for name, mine in found.devices.items():
        if name in found.known_devices:
            assert mine in ours.devices
        else:
            assert mine not in {*ours.devices, *used}
    assert found.strangers.keys().isdisjoint(found.known_devices)
    assert faults_of(found.config(theirs)) == faults_of(theirs) == []


@given(plants("l"))
def test_a_plant_is_itself(ours: PlantConfig) -> None:
    found = pair(ours, ours, {*ours.devices, *ours.links}, ours)
    assert found.config(ours) == ours
    assert found.strangers == {}
