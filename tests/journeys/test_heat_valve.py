"""Heat cut off and given back through the one door, over a real bus; an answer that is lost."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.compose.demoplant import DemoDevice
from app.compose.joining import Joined
from app.model.alarm import AlarmRule, AlarmState
from app.model.control import WriteRequest, WriteState
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId, PointId, Reading
from app.project.config import PlantConfig
from app.project.opening import open_project
from drivers.mbus.valve import KEY, UNKNOWN
from drivers.simulators.wiredmeter import SAMPLE_VALVE
from tests.journeys.product import wait_for
from tests.journeys.smallsite import LOGIN, Site, running_site
from widgets.heatlog.rows import about_heat, requests_in

METER = DeviceId("cellar")
SUPPLY = PointId(f"{METER}.{KEY}")
SAMPLE = (b"\x51" + SAMPLE_VALVE).hex()
MAP: dict[str, Option] = {
    "valve_kind": "normally open",
    "valve_energise": SAMPLE + "01",
    "valve_release": SAMPLE + "00",
    "valve_state": "digital_output",
    "interval_s": 1.0,
}
PATIENCE_S = 40.0
_STANDING = (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED)
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@contextmanager
def site_with_a_valve(home: Path) -> Iterator[Site]:
    """Run a core over a bus of one heat meter with a valve, and a rule that watches it."""
    line: dict[str, Option] = {"host": "127.0.0.1", "port": 0, "lapse": 60.0, "network_s": 0.2}
    link = LinkConfig(LinkId("link-bus"), "mbus-tcp", "Bus", line)
    config = DeviceConfig(METER, "Cellar", "", link.id, 1, "generic.mbus", options=MAP)
    device = DemoDevice(config, link, ("mbus", "--units", "1", "--valves", "--lapse", "60"))
    rule = AlarmRule("cellar.valve", "unknown-state", METER, SUPPLY, "Valve", 1)

    def watched(plant: PlantConfig) -> PlantConfig:
        return replace(plant, rules={**plant.rules, rule.id: rule})

    with running_site(home, [device], core=False) as site:
        with closing(open_project(site.folder)) as project:
            project.configuration.change(LOGIN, "a rule for the valve", watched)
        site.start_core()
        yield site


def supply(joined: Joined) -> Reading | None:
    """Return what the core tells of the supply by now."""
    found = joined.ask(joined.asked.plant.latest(joined.viewer, [SUPPLY]))
    return found[0] if found else None


def value_of(joined: Joined) -> object:
    reading = supply(joined)
    return None if reading is None else reading.value


def wish(joined: Joined, value: float, intent: str) -> WriteState:
    request = WriteRequest(METER, KEY, value, intent, note="in arrears")
    return joined.ask(joined.asked.control.write(joined.viewer, request)).state


def written(joined: Joined) -> list[tuple[str, str]]:
    """Return value and result of every entry about the supply, the oldest first."""
    entries = joined.ask(joined.asked.audit.entries(joined.viewer, 100))
    about = [each for each in entries if each.entity == SUPPLY and each.verb == "write"]
    return [(each.new, each.result) for each in sorted(about, key=lambda each: each.seq)]


def listed(joined: Joined) -> list[tuple[str, str]]:
    """Return what the page of heat disconnections shows: what was wanted, and its end."""
    audit, viewer = joined.asked.audit, joined.viewer
    numbers = joined.ask(audit.found(viewer, about_heat()))
    rows = requests_in(joined.ask(audit.numbered(viewer, numbers)))
    return [(each.wanted, each.standing.value) for each in rows]


def alarms(joined: Joined) -> list[str]:
    standing = joined.ask(joined.asked.alarms.standing(joined.viewer))
    return [alarm.rule.id for alarm in standing if alarm.state in _STANDING]


@pytest.mark.feature("RD-44")
@pytest.mark.feature("RD-45")
def test_heat_is_cut_off_given_back_and_unknown_when_the_answer_is_lost(
    tmp_path: Path,
) -> None:
    with site_with_a_valve(tmp_path) as site, site.joined() as joined:
        wait_for(lambda: value_of(joined) == 1.0, PATIENCE_S)
        assert wish(joined, 0, "cut off") is WriteState.CONFIRMED
        assert value_of(joined) == 0.0
        assert wish(joined, 0, "cut off") is WriteState.CONFIRMED, "one wish, sent once"
        assert wish(joined, 1, "give back") is WriteState.CONFIRMED
        assert wish(joined, 2, "nonsense") is WriteState.REFUSED
        assert alarms(joined) == []

        bus = site.simulators[METER]
        identity = joined.ask(joined.asked.plant.device(joined.viewer, METER)).identity
        bus.say(f"set vanish {identity['serial']} on")
        assert wish(joined, 0, "lost") is WriteState.UNCONFIRMED
        unknown = supply(joined)
        assert unknown is not None
        assert (unknown.value, unknown.reason) == (None, UNKNOWN)
        wait_for(lambda: alarms(joined) == ["cellar.valve"], PATIENCE_S)

        bus.say(f"set silent {identity['serial']} off")
        wait_for(lambda: value_of(joined) == 0.0, PATIENCE_S)
        wait_for(lambda: alarms(joined) == [], PATIENCE_S)
        log = written(joined)
        ends = [result for _value, result in log if result != "sent"]
        assert ends == ["confirmed", "confirmed", "refused", "unconfirmed"], log
        assert {value for value, _result in log} == {"0", "1", "2"}
        assert listed(joined) == [
            *(("0", "unconfirmed"), ("2", "refused")),
            *(("1", "confirmed"), ("0", "confirmed")),
        ], "a row a request on the page of heat disconnections, the newest first"
