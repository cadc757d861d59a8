"""What devices told of their own points, kept for the next start."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.acquisition.knownbefore import KnownBefore
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.point import PointSpec, WriteRules
from app.model.reading import DeviceId
from app.ports import Identity

LINK = LinkConfig(LinkId("bus"), "mbus-tcp", "Bus")
METER = DeviceConfig(DeviceId("cellar"), "Cellar", "", LINK.id, 1, "generic.mbus")
POINTS = {
    "energy": PointSpec("energy", "Energy", "kWh", 3, role="meter.energy"),
    "address": PointSpec("address", "Address", write=WriteRules(minimum=0.0, maximum=250.0)),
}
TOLD = Identity("generic.mbus", "MULTICAL 603", {"serial": "12345678"}, POINTS, 900.0)


class Memory:
    """A core's memory of one line, without a disk."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {"1": "0.350"}  # how long a readout takes
        self.met: tuple[DeviceConfig, str] | None = None
        self.writes = 0

    def serial_of(self, device: DeviceConfig, link: LinkConfig | None) -> str:
        return self.met[1] if self.met is not None and self.met[0] == device else ""

    def meet(self, device: DeviceConfig, link: LinkConfig | None, serial: str) -> None:
        self.met = device, serial

    def learned(self, link: LinkId) -> Mapping[str, str]:
        return dict(self.texts) if link == LINK.id else {}

    def learn(self, link: LinkId, news: Mapping[str, str]) -> None:
        self.writes += bool(news)
        self.texts = {name: said for name, said in {**self.texts, **news}.items() if said}


@pytest.fixture
def memory() -> Memory:
    """What a run leaves that met the meter."""
    kept = Memory()
    kept.meet(METER, LINK, "12345678")
    KnownBefore(kept, LINK, [METER.id]).keep(METER.id, TOLD)
    return kept


def test_who_it_is_and_what_it_measures_is_known_at_the_next_start(memory: Memory) -> None:
    again = KnownBefore(memory, LINK, [METER.id])
    assert again.of(METER) == TOLD
    assert memory.texts["1"] == "0.350", "what else the line keeps is left alone"


def test_the_same_answer_is_written_once(memory: Memory) -> None:
    again = KnownBefore(memory, LINK, [METER.id])
    again.keep(METER.id, TOLD)
    assert memory.writes == 1
    again.keep(METER.id, replace(TOLD, label="MULTICAL 803"))
    assert memory.writes == 2


def test_a_device_or_line_that_a_person_changed_is_learned_anew(memory: Memory) -> None:
    again = KnownBefore(memory, LINK, [METER.id])
    assert again.of(replace(METER, unit=2)) is None
    memory.meet(METER, LINK, "87654321")
    assert again.of(METER) is None, "another meter answered there since"


def test_what_is_kept_of_a_device_that_is_gone_is_forgotten(memory: Memory) -> None:
    KnownBefore(memory, LINK, [])
    assert memory.texts == {"1": "0.350"}


def test_a_device_that_tells_no_points_of_its_own_is_not_kept() -> None:
    kept = Memory()
    KnownBefore(kept, LINK, [METER.id]).keep(METER.id, replace(TOLD, points={}))
    assert kept.writes == 0


@pytest.mark.parametrize(
    "spoilt",
    ["{", "7", "{}", '{"facts": 3}', '"told"'],
)
def test_a_text_that_makes_no_sense_says_nothing(memory: Memory, spoilt: str) -> None:
    memory.texts["told:cellar"] = spoilt
    assert KnownBefore(memory, LINK, [METER.id]).of(METER) is None


@pytest.mark.parametrize("field", ["points", "interval_s", "facts", "label", "profile"])
def test_a_text_that_lacks_something_says_nothing(memory: Memory, field: str) -> None:
    whole = json.loads(memory.texts["told:cellar"])
    del whole[field]
    memory.texts["told:cellar"] = json.dumps(whole)
    assert KnownBefore(memory, LINK, [METER.id]).of(METER) is None


def test_without_a_memory_nothing_is_known_and_nothing_is_kept() -> None:
    nobody = KnownBefore(None, LINK, [METER.id])
    nobody.keep(METER.id, TOLD)
    assert nobody.of(METER) is None
