"""Never another device's value: whatever a line does to its answers, none is booked wrongly."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from app.compose.demoplant import DemoDevice
from app.model.device import Presence
from app.model.reading import Quality, Reading, split_point
from tests.journeys.product import wait_for
from tests.journeys.quicksite import Operator, operator
from tests.journeys.smallsite import Site, register_device, running_site

SEEDS = {"load-a": 11, "load-b": 22, "load-c": 33}
REGISTERS = [*range(20), *range(100, 120)]
PROFILE = "\n".join(
    [
        "schema: 1",
        "profile: {id: own, version: 1, vendor: Test, models: [Load],",
        "  label: Load device, status: draft, driver: modbus-tcp}",
        "link: {addressing: {base: 0}, timeout_ms: 400, retries: 1}",
        "poll_groups: {fast: 500ms}",
        "defaults: {type: uint16, area: holding, poll: fast}",
        "points:",
        *(f"  - {{id: r{at}, name: Register {at}, at: {at}}}" for at in REGISTERS),
        "",
    ]
)
FAULTS = [
    "late",
    "swapped",
    "duplicate",
    "wrong-transaction",
    "wrong-unit",
    "wrong-function",
    "short",
    "wrong-answers",
    "broken-frames",
]
WRAP, TICK_S = 30_000, 10
EACH_S = 2.0
# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(240)]


def devices() -> Sequence[DemoDevice]:
    return [
        register_device(name, name, "own", "modbus-load", "--seed", str(seed))
        for name, seed in SEEDS.items()
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("own"), devices(), profile=PROFILE) as site:
        yield site


class Auditor:
    """Knows what each register of each device says at any moment, and believes nobody."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.good: Counter[str] = Counter()

    def hear(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            if reading.quality is Quality.GOOD:
                self._check(reading)

    def _check(self, reading: Reading) -> None:
        device, key = split_point(reading.point)
        assert isinstance(reading.value, float | int)
        source = 131 * SEEDS[device] + 7 * int(key[1:])
        tick = (int(reading.value) - source) % WRAP
        now_s = reading.measured_at.timestamp()
        fresh = {int(now_s - age_s) // TICK_S % WRAP for age_s in (0.0, 1.0)}
        if tick not in fresh:
            self.wrong.append(f"{reading.point} = {reading.value} at {reading.measured_at}")
        self.good[device] += 1

    def wait_for_more(self, values: int) -> None:
        """Wait until so many further values were heard and found true."""
        before = self.good.total()
        wait_for(lambda: self.good.total() > before + values, 30)


@pytest.mark.feature("BEYOND-4")
def test_no_answer_of_a_lying_line_is_booked_to_a_wrong_point(site: Site) -> None:
    with operator(site) as watcher:
        for device in SEEDS:
            watcher.wait_for(device, Presence.ON)
        auditor = Auditor()

        async def watch() -> None:
            watcher.asked.watch_readings(auditor.hear)

        watcher.joined.ask(watch())
        for place, fault in enumerate(FAULTS):
            liar = site.simulators[list(SEEDS)[place % len(SEEDS)]]
            liar.say(f"fault {fault} on")
            auditor.wait_for_more(200)
            _live(watcher, EACH_S)
            liar.say("fault clear")
        for device in SEEDS:
            watcher.wait_for(device, Presence.ON, within_s=15.0)
        auditor.wait_for_more(20)
    assert not auditor.wrong, auditor.wrong[:5]
    assert min(auditor.good.values()) > 300
    assert not list((site.folder / "logs").glob("crash-*.txt"))


def _live(watcher: Operator, seconds: float) -> None:
    """Let the plant live for a while, and ask it on demand meanwhile."""
    started = watcher.standings()
    wanted = int(seconds / 0.5)

    def polled() -> bool:
        now = watcher.standings()
        return max(now[d].requests - started[d].requests for d in SEEDS) >= 2 * wanted

    wait_for(polled, 30)
