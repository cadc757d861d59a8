"""What is not the plant: a stranger at the address, useless answers, a copied folder."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.model.control import WriteRequest, WriteState
from app.model.device import Presence
from app.model.reading import DeviceId, Quality
from app.project.lock import read_owner
from tests.journeys.quicksite import Operator, operator, quick_site
from tests.journeys.smallsite import Simulated, Site

ONE, OTHER = "ahornvej-14", "ahornvej-22"
WITHIN_S = 60.0
pytestmark = pytest.mark.timeout(200)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("strangers"), 2) as running:
        yield running


@pytest.fixture
def people(site: Site) -> Iterator[Operator]:
    with operator(site) as joined:
        joined.wait_for(ONE, Presence.ON)
        joined.wait_for(OTHER, Presence.ON)
        yield joined


def until(holds: Callable[[], bool], what: str) -> None:
    ends_s = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < ends_s, f"never: {what}"
        time.sleep(0.1)


def write(people: Operator, value: float, intent: str) -> tuple[WriteState, str]:
    wish = WriteRequest(DeviceId(ONE), "c1_room_comfort", value, intent)
    result = people.joined.ask(people.asked.control.write(people.viewer, wish))
    return result.state, result.reason


def test_another_controller_at_the_address_is_noticed_and_not_written(
    site: Site, people: Operator
) -> None:
    assert write(people, 21.0, "before")[0] is WriteState.CONFIRMED
    port = site.simulators[ONE].port
    site.simulators[ONE].kill()
    people.wait_for(ONE, Presence.OFFLINE, WITHIN_S)
    stranger = Simulated("ecl310", "--serial", "999111")
    stranger.port = port
    stranger.restart()
    try:
        people.wait_for(ONE, Presence.FAULT, WITHIN_S)
        assert "serial number 999111 instead of" in people.standing(ONE).faults[0]
        state, reason = write(people, 23.0, "into a stranger")
        assert state is WriteState.REFUSED
        assert "another device answers here" in reason
        until(lambda: "another device answers here" in site.log(), "a line in the log")
        config = people.detail(ONE).view.config
        people.joined.ask(people.asked.project.put_device(people.viewer, config))
    finally:
        stranger.stop()
    site.simulators[ONE].restart()
    people.wait_for(ONE, Presence.ON, WITHIN_S)
    assert write(people, 22.0, "at home again")[0] is WriteState.CONFIRMED


@pytest.mark.parametrize("fault", ["wrong-unit", "wrong-function"])
def test_a_device_that_only_answers_nonsense_is_not_on(
    site: Site, people: Operator, fault: str
) -> None:
    before = people.standing(OTHER).failures
    site.simulators[OTHER].say(f"fault {fault} on")
    until(lambda: people.standing(OTHER).presence in (Presence.LATE, Presence.OFFLINE), "lost")
    standing = people.standing(OTHER)
    assert standing.failures > before
    assert standing.last_error
    assert people.quality(OTHER, "s3") is not Quality.GOOD
    site.simulators[OTHER].say("fault clear")
    people.wait_for(OTHER, Presence.ON, WITHIN_S)


def test_a_copy_of_a_running_project_is_a_plant_of_its_own(site: Site, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(site.folder, copy)
    assert json.loads((copy / "lock").read_text("utf-8"))["pid"] == site.core_pid()
    assert read_owner(site.folder) is not None
    assert read_owner(copy) is None, "the core that runs the original holds no copy"
