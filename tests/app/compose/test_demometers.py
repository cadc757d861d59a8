"""The demo's meters: a bus and a street, the same every time, and not all well with them."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.compose.demo import demo_plant, password_of
from app.compose.demometers import (
    BUS,
    BY_RADIO,
    NO_KEY,
    RADIO,
    WIRED,
    WRONG_KEYS,
    MeterSimulators,
    demo_meters,
    followed,
    ports_in,
)
from app.compose.demoplant import DEMO_LOGIN, TITLE, ZONE, demo_devices
from app.compose.joining import Joined, join
from app.model.device import LinkConfig, Presence
from app.model.reading import Quality, point_id, split_point
from app.model.reception import MeterReception, ReceiverFigures
from app.project.config import PlantConfig
from app.project.opening import open_project
from app.project.validation import faults_of
from drivers.simulators.street.lines import Caught, line_of
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wireless.caught import caught_in
from tests.drivers.wireless.street import AT
from tests.journeys.product import wait_for

METERS = demo_meters()
LONG_S = 60.0


def test_there_are_twenty_wired_and_two_hundred_radio_meters_each_of_its_own_name() -> None:
    by_link = {
        link.id: [d for d in METERS.devices if d.link == link.id] for link in METERS.links
    }
    assert (len(by_link[BUS]), len(by_link[RADIO])) == (WIRED, BY_RADIO)
    for told in ([d.id for d in METERS.devices], [d.name for d in METERS.devices]):
        assert len(set(told)) == WIRED + BY_RADIO
    assert sorted(each.unit for each in by_link[BUS]) == list(range(1, WIRED + 1))
    numbers = [each.options["secondary"] for each in by_link[RADIO]]
    assert len(set(numbers)) == BY_RADIO
    kinds = {each.name.rsplit(", ", 1)[1] for each in by_link[RADIO]}
    assert kinds == {"heat", "water"}
    assert demo_meters() == METERS
    assert not {d.config.id for d in demo_devices(120)} & {d.id for d in METERS.devices}


def test_a_project_of_them_may_be_saved() -> None:
    placed = {
        BUS: LinkConfig(BUS, "mbus-tcp", "Bus", {"host": "127.0.0.1", "port": 1502}),
        RADIO: LinkConfig(RADIO, "wmbus", "Street", {"receivers": "roof=tcp:127.0.0.1:1503"}),
    }
    devices = {each.id: each for each in METERS.devices}
    assert faults_of(PlantConfig(TITLE, ZONE, links=placed, devices=devices)) == []


def test_some_keys_are_those_of_others_and_one_is_missing() -> None:
    keys = {each.meter: each.key for each in METERS.keys}
    radio = [each for each in METERS.devices if each.link == RADIO]
    assert len(keys) == BY_RADIO - 1
    seed = int(str(radio[0].options["secondary"]))
    meters = [meter_of(str(each.options["secondary"]), seed) for each in radio]
    wrong = {place for place, each in enumerate(meters) if keys.get(each.number) != each.key}
    assert wrong == {*WRONG_KEYS, NO_KEY}


def meter_of(number: str, first: int) -> StreetMeter:
    """Return the street's meter of a number."""
    return StreetMeter(44, int(number) - first)


def test_a_line_may_tell_the_level_beside_the_telegram() -> None:
    said = Said(StreetMeter(44, 0), AT, 3)
    caught = caught_in(line_of(Caught(said, AT, 0, -83), "level").encode())
    assert caught is not None
    assert (caught.frame, caught.level_dbm) == (frame_of(said), -83.0)


@pytest.mark.campaign
@pytest.mark.timeout(180)
def test_the_demo_s_meters_speak_and_what_is_wrong_with_some_is_told(home: Path) -> None:
    place = home / "demo"
    with demo_plant(place, 1, meters=True):
        before = links_of(place)
        roof = str(before[RADIO].options["receivers"]).split()[0]
        with join(place, DEMO_LOGIN, password_of(place), own=True) as joined:
            heard = Asked(joined)
            wait_for(lambda: heard.count(lambda each: each.telegrams) > BY_RADIO - 10, LONG_S)
            wait_for(lambda: heard.wired_read() == WIRED, LONG_S)
            told = {each.device: each for each in heard.reception()}
            for at in WRONG_KEYS:
                meter = told[METERS.devices[WIRED + at].id]
                assert meter.telegrams == 0
                assert set(meter.causes) == {"wrong-key"}
            assert set(told[METERS.devices[WIRED + NO_KEY].id].causes) == {"no-key"}
            assert all(each.level_dbm for each in told.values() if each.telegrams)
            receivers = {each.receiver: each for each in heard.receivers()}
            assert receivers["roof"].own > 100
            assert receivers["tower"].own > 100
            assert (receivers["cellar"].telegrams, receivers["cellar"].last_at) == (0, None)
            some_heat = METERS.devices[WIRED].id
            assert heard.good(some_heat) > 3
    with demo_plant(place, 1):  # what it had it has again, at the same places
        again = links_of(place)
    assert str(again.pop(RADIO).options["receivers"]).startswith(f"{roof} ")
    before.pop(RADIO)
    assert again == before


@pytest.mark.campaign
@pytest.mark.timeout(180)
def test_a_demo_of_before_stays_without_meters(home: Path) -> None:
    place = home / "demo"
    with demo_plant(place, 1):
        assert RADIO not in links_of(place)
    with demo_plant(place, 1, meters=True):
        assert RADIO not in links_of(place)


def test_a_port_that_is_taken_meanwhile_is_left_to_who_has_it(home: Path) -> None:
    folder = home / "site"
    folder.mkdir()
    first, second = MeterSimulators(folder), MeterSimulators(folder)
    try:
        links = {str(each.id): each for each in first.start({})}
        moved = {str(each.id): each for each in second.start(links)}
    finally:
        second.stop()
        first.stop()
    assert moved[BUS].options["port"] != links[BUS].options["port"]
    assert moved[RADIO].options["receivers"] != links[RADIO].options["receivers"]


def links_of(place: Path) -> dict[str, LinkConfig]:
    with closing(open_project(place)) as project:
        return {str(k): v for k, v in project.configuration.current().config.links.items()}


class Asked:
    """What a person who joined asks of the meters."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined

    def reception(self) -> Sequence[MeterReception]:
        joined = self._joined
        return joined.ask(joined.asked.radio.reception(joined.viewer))

    def receivers(self) -> Sequence[ReceiverFigures]:
        joined = self._joined
        return joined.ask(joined.asked.radio.receivers(joined.viewer))

    def count(self, wanted: Callable[[MeterReception], object]) -> int:
        return sum(bool(wanted(each)) for each in self.reception())

    def wired_read(self) -> int:
        joined = self._joined
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
        return sum(v.link.id == BUS and v.standing.presence is Presence.ON for v in views)

    def good(self, device: str) -> int:
        joined = self._joined
        latest = joined.ask(joined.asked.plant.latest(joined.viewer, ()))
        found = [each for each in latest if split_point(each.point)[0] == device]
        assert point_id(split_point(found[0].point)[0], "status") in {e.point for e in found}
        return sum(each.quality is Quality.GOOD for each in found)


OWN = {"roof": "tcp:127.0.0.1:7", "tower": "tcp:127.0.0.1:8", "cellar": "udp:127.0.0.1:9"}
ALL = "roof=tcp:127.0.0.1:7 tower=tcp:127.0.0.1:8 cellar=udp:127.0.0.1:9"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ALL),
        ("roof=tcp:127.0.0.1:1 tower=tcp:127.0.0.1:2 cellar=udp:127.0.0.1:3", ALL),
        ("roof=tcp:127.0.0.1:1", "roof=tcp:127.0.0.1:7"),
        (
            "in=elvaco:/srv/in?zone=Europe/Copenhagen, roof=tcp:127.0.0.1:1",
            "in=elvaco:/srv/in?zone=Europe/Copenhagen roof=tcp:127.0.0.1:7",
        ),
        ("mqtt:10.0.0.9:1883/meters", "mqtt:10.0.0.9:1883/meters"),
        ("roof=tcp:10.0.0.7:4000", "roof=tcp:10.0.0.7:4000"),
    ],
)
def test_receivers_that_a_person_added_to_the_demo_outlive_its_next_start(
    before: str, after: str
) -> None:
    assert followed(before, OWN) == after


def test_only_the_demo_s_own_receivers_tell_where_its_street_was() -> None:
    listed = "a=udp:0.0.0.0:5 roof=tcp:127.0.0.1:41 x=table:/in cellar=udp:127.0.0.1:43"
    assert ports_in(listed) == {"roof": 41, "cellar": 43}
    assert ports_in("tower=elvaco:/in?zone=UTC") == {}
