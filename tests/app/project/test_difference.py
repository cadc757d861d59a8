"""What changed is told in sentences."""

from dataclasses import replace

from app.model.reading import DeviceId
from app.project.difference import Tally, differences, summary, tally, told_short
from tests.app.project.sites import device, link, plant, rule


def test_a_new_name_reads_as_old_and_new() -> None:
    after = plant().with_device(device(name="Ahornvej 14 b"))
    assert differences(plant(), after) == [
        "device ahornvej-14: name 'Ahornvej 14' → 'Ahornvej 14 b'"
    ]


def test_nothing_changed_is_nothing_to_tell() -> None:
    assert differences(plant(), plant()) == []
    assert tally(plant(), plant()) == {}
    assert summary({}) == "nothing changed"


def test_every_option_of_a_link_is_told_by_itself() -> None:
    after = plant().with_link(link(host="10.0.0.6", port=None, timeout_s=1.5))
    assert differences(plant(), after) == [
        "link gateway: option host '10.0.0.5' → '10.0.0.6'",
        "link gateway: option port 502 → none",
        "link gateway: option timeout s – → 1.5",
    ]


def test_yes_and_no_are_words() -> None:
    after = plant().with_device(device(enabled=False))
    assert differences(plant(), after) == ["device ahornvej-14: enabled yes → no"]


def test_additions_and_removals_are_told_by_id() -> None:
    after = plant().without_device(DeviceId("ahornvej-14")).with_device(device("elmevej-1"))
    assert differences(plant(), after) == [
        "device ahornvej-14 removed",
        "device elmevej-1 added: 'Elmevej 1'",
        "alarm rule ahornvej-14.supply.high removed",
    ]


def test_the_plant_itself_comes_first() -> None:
    after = replace(plant(), title="Nordby Øst", options={"night": True})
    after = after.with_rule(rule(limit=None))
    assert differences(plant(), after) == [
        "plant: title 'Nordby' → 'Nordby Øst'",
        "plant: option night – → yes",
        "alarm rule ahornvej-14.supply.high: limit 95.0 → none",
    ]


def test_changes_are_counted_by_kind() -> None:
    after = plant().with_device(device(name="X")).with_device(device("b", 2))
    after = replace(after, utility="Varme").with_link(link("second")).with_link(link("third"))
    counts = tally(plant(), after)
    assert counts == {
        "plant": Tally(changed=1),
        "link": Tally(added=2),
        "device": Tally(added=1, changed=1),
    }
    assert summary(counts) == ("plant changed, 2 links added, 1 device added, 1 device changed")
    assert summary({"rule": Tally(removed=3)}) == "3 alarm rules removed"


def test_a_long_list_is_cut_with_its_number() -> None:
    assert told_short(["a", "b"], most=2) == "a; b"
    assert told_short(["a", "b", "c", "d"], most=2) == "a; b; and 2 more"
    assert told_short([]) == ""
