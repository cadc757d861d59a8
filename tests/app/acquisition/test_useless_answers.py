"""One device: who it is, and when its answers are of no use."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from app.acquisition.unit import EMPTY_ROUNDS, Unit
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable
from app.ports import Identity, PollOutcome
from tests.fakes.clock import FakeClock
from tests.plant import LINK, device

NOW = datetime(2026, 1, 20, 11, tzinfo=UTC)
POINT = PointId("station-7.supply")


def unit() -> Unit:
    return Unit(device(), PointTable(), FakeClock(), 0.0)


def good() -> PollOutcome:
    return PollOutcome([Reading(POINT, 50.0, Quality.GOOD, NOW)])


def useless() -> PollOutcome:
    lost = Reading(POINT, None, Quality.BAD, NOW, "garbled")
    return replace(good(), readings=[lost], faults=("unit 1 answered as unit 9",))


def test_another_serial_number_is_a_stranger_until_the_first_returns() -> None:
    made = unit()
    made.meet(Identity("p", "A266.1", {"serial": "1"}))
    assert made.stranger == ""
    made.meet(Identity("p", "A266.1", {"serial": "2"}))
    assert "serial number 2 instead of 1" in made.stranger
    assert made.identity is not None
    assert made.identity.facts["serial"] == "1", "who it was stays known"
    made.meet(Identity("p", "A266.1", {"serial": "1"}))
    assert made.stranger == ""


def test_a_device_without_a_serial_number_is_nobody_else() -> None:
    made = unit()
    made.meet(Identity("p", "A266.1", {"serial": "1"}))
    made.meet(Identity("p", "A266.1"))
    assert made.stranger == ""


def test_a_stranger_stays_one_when_it_hides_its_number() -> None:
    made = unit()
    made.meet(Identity("p", "A266.1", {"serial": "1"}))
    made.meet(Identity("p", "A266.1", {"serial": "2"}))
    made.meet(Identity("p", "A266.1"))
    assert made.stranger


def test_rounds_in_which_nothing_comes_are_no_answer() -> None:
    made = unit()
    assert made.nothing_came("fast", good()) == ""
    for _nth in range(EMPTY_ROUNDS - 1):
        assert made.nothing_came("fast", useless()) == ""
    assert made.nothing_came("fast", useless()) == "unit 1 answered as unit 9"
    assert made.nothing_came("fast", good()) == ""
    assert made.nothing_came("fast", useless()) == "", "counted anew"


def test_what_never_came_is_not_missed() -> None:
    made = unit()
    for _nth in range(5):
        assert made.nothing_came("log", useless()) == ""
    assert made.nothing_came("fast", good()) == ""


def test_an_open_sensor_is_an_answer() -> None:
    made = unit()
    made.nothing_came("fast", good())
    lost = Reading(POINT, None, Quality.BAD, NOW, "sensor-open")
    for _nth in range(5):
        assert made.nothing_came("fast", PollOutcome([lost])) == ""


def test_while_one_group_is_read_well_the_device_is_of_use() -> None:
    made = unit()
    for group in ("fast", "slow"):
        made.nothing_came(group, good())
    for _nth in range(5):
        assert made.nothing_came("slow", useless()) == ""
        assert made.nothing_came("fast", good()) == ""


def test_what_never_came_helps_nobody_when_all_else_is_lost() -> None:
    made = unit()
    made.nothing_came("fast", good())
    for _nth in range(EMPTY_ROUNDS):
        made.nothing_came("fast", useless())
    assert made.nothing_came("log", useless())


def test_nothing_but_trouble_is_no_answer() -> None:
    made = unit()
    made.nothing_came("fast", good())
    busy = Reading(POINT, None, Quality.BAD, NOW, "device-trouble")
    said = [made.nothing_came("fast", PollOutcome([busy])) for _nth in range(EMPTY_ROUNDS)]
    assert said[-1] == "every answer says device-trouble"


class Known:
    """What a core remembers of the devices of earlier runs."""

    def __init__(self) -> None:
        self.kept: list[tuple[DeviceConfig, LinkConfig | None, str]] = []

    def serial_of(self, device: DeviceConfig, link: LinkConfig | None) -> str:
        return next((each[2] for each in self.kept if each[:2] == (device, link)), "")

    def meet(self, device: DeviceConfig, link: LinkConfig | None, serial: str) -> None:
        self.kept = [(device, link, serial)]

    def learned(self, link: LinkId) -> Mapping[str, str]:
        return {}

    def learn(self, link: LinkId, news: Mapping[str, str]) -> None:
        raise AssertionError("nobody is heard here")


def met(memory: Known, serial: str, typed: str = "") -> Unit:
    """A unit of a core that was just started, and who answered it."""
    made = Unit(device(serial=typed), PointTable(), FakeClock(), 0.0, memory, LINK)
    made.meet(Identity("p", "A266.1", {"serial": serial} if serial else {}))
    return made


def test_a_stranger_is_one_for_the_next_core_too_until_the_device_is_saved_anew() -> None:
    memory = Known()
    assert met(memory, "1").stranger == ""
    for _start in range(3):
        assert "serial number 2 instead of 1" in met(memory, "2").stranger
    assert met(memory, "1").stranger == ""
    assert met(memory, "2", typed="2").stranger == ""
    assert "serial number 1 instead of 2" in met(memory, "1", typed="2").stranger


def test_who_says_no_serial_is_neither_a_stranger_nor_remembered() -> None:
    memory = Known()
    assert met(memory, "").stranger == ""
    assert memory.kept == []
    met(memory, "1")
    assert met(memory, "").stranger == ""
    assert "serial number 2 instead of 1" in met(memory, "2").stranger
