"""On, late, offline, disabled, fault: what a device's state is, on a running core."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.model.device import Presence
from app.model.reading import Quality
from tests.journeys.product import heatdesk, json_of, wait_for
from tests.journeys.quicksite import (
    ANSWERS_S,
    CYCLE_S,
    Operator,
    operator,
    quick_site,
    quick_substations,
    undisturbed,
)
from tests.journeys.smallsite import LOGIN, Site

WELL, FAULTY, LOST, IDLE = "ahornvej-14", "ahornvej-22", "birkevej-3", "birkevej-17"
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    *others, last = quick_substations(4)
    idle = replace(last, config=replace(last.config, enabled=False))
    with quick_site(tmp_path_factory.mktemp("states"), (*others, idle)) as site:
        yield site


@pytest.fixture
def watcher(site: Site) -> Iterator[Operator]:
    for simulator in site.simulators.values():
        if simulator.process is None:
            simulator.restart()
        simulator.say("fault clear")
        simulator.say("set s3 auto")
    with operator(site) as watcher:
        for device in (WELL, FAULTY, LOST):
            watcher.wait_for(device, Presence.ON)
        yield watcher


def listed(site: Site) -> dict[str, dict[str, object]]:
    """What ``heatdesk devices --json`` prints, by device."""
    word = site.home / "word"
    options = ("--json", "--user", LOGIN, "--password-file", word)
    done = json_of(heatdesk(site.home, "devices", site.folder, *options))
    return {device["device"]: device for device in done}


@pytest.mark.feature("EW-20")
def test_every_state_is_told_apart_on_the_screen_s_side_and_at_the_terminal(
    site: Site, watcher: Operator
) -> None:
    register = next(s for s in watcher.detail(FAULTY).points if s.key == "s3").number
    site.simulators[FAULTY].say(f"fault exception:{register}:6")  # device busy
    site.simulators[LOST].kill()
    faulty = watcher.wait_for(FAULTY, Presence.FAULT)
    assert faulty.faults[0].startswith("Ahornvej 22: register ")
    assert faulty.faults[0].endswith("refused: device busy")
    watcher.wait_for(LOST, Presence.OFFLINE)
    assert watcher.standing(WELL).presence is Presence.ON
    assert watcher.standing(IDLE).presence is Presence.DISABLED

    found = listed(site)
    assert {device: found[device]["state"] for device in (WELL, FAULTY, LOST, IDLE)} == {
        WELL: "on",
        FAULTY: "fault",
        LOST: "offline",
        IDLE: "disabled",
    }
    assert [found[device]["online"] for device in (WELL, FAULTY, LOST, IDLE)] == [
        True,
        True,
        False,
        False,
    ]
    assert found[FAULTY]["faults"] == list(faulty.faults)
    assert "the connection was refused" in str(found[LOST]["last_error"])

    site.simulators[FAULTY].say("fault clear")
    site.simulators[LOST].restart()
    watcher.wait_for(FAULTY, Presence.ON)
    assert watcher.wait_for(LOST, Presence.ON, within_s=15.0).faults == ()


@pytest.mark.feature("EW-20")
@pytest.mark.feature("BEYOND-3")
def test_a_silent_device_is_late_first_with_its_values_faded_and_offline_without(
    site: Site, watcher: Operator
) -> None:
    still = undisturbed(watcher, [WELL, FAULTY])
    wait_for(lambda: watcher.quality(LOST, "s3") is Quality.GOOD, ANSWERS_S)
    heard = watcher.hear_of(LOST)
    site.simulators[LOST].say("fault silent")
    watcher.wait_for(LOST, Presence.OFFLINE)
    wait_for(lambda: (Quality.OFFLINE, None) in heard.qualities("s3"), ANSWERS_S)
    told = [each for each in heard.qualities("s3") if each[0] is not Quality.GOOD]
    assert [(quality, value is None) for quality, value in told] == [
        (Quality.STALE, False),
        (Quality.OFFLINE, True),
    ]
    wait_for(lambda: Presence.OFFLINE in heard.presences(), ANSWERS_S)
    assert heard.presences()[-2:] == [Presence.LATE, Presence.OFFLINE]
    since = {each.presence: each.since for each in heard.standings}
    late_s = (since[Presence.OFFLINE] - since[Presence.LATE]).total_seconds()
    assert late_s >= 2 * CYCLE_S - 0.1
    site.simulators[LOST].say("fault clear")
    watcher.wait_for(LOST, Presence.ON, within_s=15.0)
    wait_for(lambda: watcher.quality(LOST, "s3") is Quality.GOOD, ANSWERS_S)
    still()


@pytest.mark.feature("EW-20")
@pytest.mark.feature("BEYOND-3")
def test_an_open_sensor_is_bad_alone_and_its_device_stays_on(
    site: Site, watcher: Operator
) -> None:
    site.simulators[WELL].say("set s3 open")
    wait_for(lambda: watcher.quality(WELL, "s3") is Quality.BAD, ANSWERS_S)
    broken = watcher.latest(WELL, "s3")
    assert broken is not None
    assert (broken.value, broken.reason) == (None, "sensor-open")
    assert watcher.quality(WELL, "s5") is Quality.GOOD
    assert watcher.standing(WELL).presence is Presence.ON


@pytest.mark.feature("EW-20")
def test_a_state_is_told_to_every_window_as_it_changes(site: Site, watcher: Operator) -> None:
    heard = watcher.hear_of(LOST)
    site.simulators[LOST].kill()
    wait_for(lambda: Presence.OFFLINE in heard.presences(), ANSWERS_S)
    site.simulators[LOST].restart()
    wait_for(lambda: heard.presences()[-1] is Presence.ON, 20.0)
    assert heard.presences()[-3:] == [Presence.LATE, Presence.OFFLINE, Presence.ON]
