"""A meter gets a second path and loses one again, and stays the same meter throughout."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.errors import BadInput
from app.model.normalised import FLOOR_AREA
from app.model.paths import KIND, LINE, meters_of_paths, paths_of, with_paths
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.pathservice import rewired
from app.project.validation import LONGEST_ID, faults_of
from tests.app.project.sites import device, link, plant

METER, RADIO, FILE = DeviceId("ahornvej-14"), DeviceId("radio-14"), DeviceId("file-14")
OWN = DeviceId("ahornvej-14-own")


def street() -> PlantConfig:
    """One device with an alarm rule, and two more that read the same meter."""
    air = link("air")
    made = plant().with_link(air)
    for unit, name in enumerate((RADIO, FILE), 1):
        made = made.with_device(device(name, unit=unit, link=air.id))
    return made


def read_by(config: PlantConfig, *paths: str, meter: DeviceId = METER) -> PlantConfig:
    return rewired(config, meter, [DeviceId(each) for each in paths])


def test_its_own_line_becomes_a_device_and_the_meter_keeps_its_name_and_rules() -> None:
    before = street()
    made = read_by(before, METER, RADIO)
    meter, own = made.devices[METER], made.devices[OWN]
    assert paths_of(meter) == (OWN, RADIO)
    assert (meter.name, meter.serial) == (before.devices[METER].name, "")
    assert made.links[meter.link].kind == KIND
    was = before.devices[METER]
    assert (own.link, own.unit, own.profile) == (was.link, was.unit, was.profile)
    assert [each.device for each in made.rules.values()] == [METER]
    assert faults_of(made) == []
    assert meters_of_paths(made.devices.values()) == {OWN: METER, RADIO: METER}


def test_a_third_path_and_another_order() -> None:
    made = read_by(read_by(street(), METER, RADIO), RADIO, OWN, FILE)
    assert paths_of(made.devices[METER]) == (RADIO, OWN, FILE)
    assert set(made.devices) == {METER, OWN, RADIO, FILE}


def test_a_floor_area_is_the_meter_s_however_it_is_read() -> None:
    area = {FLOOR_AREA: "2024-07-01=1400"}
    before = street()
    asks = {**before.devices[METER].options, "timeout_s": 3}
    before = before.with_device(replace(before.devices[METER], options={**asks, **area}))
    made = read_by(before, METER, RADIO)
    assert made.devices[OWN].options == asks
    meter = made.devices[METER]
    assert {key: meter.options[key] for key in area} == area
    assert paths_of(meter) == (OWN, RADIO)
    assert read_by(made, OWN).devices[METER].options == {**asks, **area}
    assert read_by(made, RADIO).devices[METER].options == {
        **before.devices[RADIO].options,
        **area,
    }


@pytest.mark.parametrize("last", [OWN, RADIO])
def test_with_one_path_left_it_is_read_by_that_alone(last: DeviceId) -> None:
    both = read_by(street(), METER, RADIO)
    made = read_by(both, last)
    meter, path = made.devices[METER], both.devices[last]
    assert (meter.link, meter.unit, meter.profile) == (path.link, path.unit, path.profile)
    assert last not in made.devices
    assert LINE not in made.links
    assert not paths_of(meter)
    assert faults_of(made) == []


def test_the_line_of_paths_stays_while_another_meter_needs_it() -> None:
    other = device("birkevej-2", unit=9)
    made = read_by(street().with_device(other), METER, RADIO)
    made = read_by(made, other.id, FILE, meter=other.id)
    assert LINE in read_by(made, OWN).links


def test_what_stands_already_is_no_change() -> None:
    before = street()
    assert read_by(before, METER) == before


def test_a_name_that_is_taken_or_long_gets_another_one() -> None:
    taken = read_by(street().with_device(device(OWN, unit=7)), METER, RADIO)
    assert paths_of(taken.devices[METER])[0] == "ahornvej-14-own-2"
    long = DeviceId("a" * LONGEST_ID)
    made = read_by(street().with_device(device(long, unit=8)), long, RADIO, meter=long)
    assert len(paths_of(made.devices[long])[0]) <= LONGEST_ID


@pytest.mark.parametrize(
    ("meter", "paths", "said"),
    [
        ("nobody", ["nobody", RADIO], "there is no device nobody"),
        (METER, [METER, "nobody"], "there is no device nobody"),
        (METER, [], "1 to 8 paths"),
        (METER, [METER, *(f"m-{n}" for n in range(8))], "1 to 8 paths"),
        (METER, [RADIO], "has one line of its own"),
    ],
)
def test_what_cannot_be_is_refused(meter: str, paths: Sequence[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_by(street(), *paths, meter=DeviceId(meter))


def test_paths_of_paths_are_refused() -> None:
    both = read_by(street(), METER, RADIO)
    with pytest.raises(BadInput, match="is a path of another meter"):
        read_by(both, RADIO, FILE, meter=RADIO)
    with pytest.raises(BadInput, match="cannot be a path of itself"):
        read_by(both, METER, RADIO)


def test_a_configuration_from_elsewhere_is_looked_at_as_well() -> None:
    both = read_by(street(), METER, RADIO)
    meter, other = both.devices[METER], device("birkevej-2", unit=9)
    for wrong, said in (
        (both.without_device(RADIO), "its path radio-14 is no device"),
        (both.with_device(with_paths(meter, [OWN])), "needs two of them"),
        (both.with_device(with_paths(meter, [OWN, OWN])), "is named twice"),
        (both.with_device(with_paths(other, [FILE, OWN])), "is one of ahornvej-14 already"),
        (both.with_device(with_paths(other, [FILE, METER])), "has paths itself"),
    ):
        assert any(said in each for each in faults_of(wrong)), said


def test_other_options_of_a_device_stay_beside_its_paths() -> None:
    given = replace(device(), options={"interval_s": 60, "path_1": "x", "path_9x": "kept"})
    assert with_paths(given, [RADIO, FILE]).options == {
        "interval_s": 60,
        "path_9x": "kept",
        "path_1": RADIO,
        "path_2": FILE,
    }
