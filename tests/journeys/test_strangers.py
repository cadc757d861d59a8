"""What is not the plant: a stranger at the address, useless answers, a copied folder."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.model.control import WriteRequest, WriteState
from app.model.conversation import Attendance
from app.model.device import Presence
from app.model.reading import DeviceId, Quality
from app.project.lock import read_owner
from tests.journeys.product import heatdesk, json_lines
from tests.journeys.quicksite import Operator, operator, quick_site
from tests.journeys.smallsite import Simulated, Site

ONE, OTHER = "ahornvej-14", "ahornvej-22"
WITHIN_S = 60.0
BEGAN = datetime.now(UTC)
# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(200)]


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


def test_a_stranger_who_came_while_no_core_ran_is_noticed_by_the_next_one(
    site: Site, people: Operator
) -> None:
    people.joined.wait_for_answers()
    known = people.detail(ONE).identity["serial"]
    site.stop_core()
    site.simulators[ONE].stop()
    port = site.simulators[ONE].port
    stranger = Simulated("ecl310", "--serial", "999222")
    stranger.port = port
    stranger.restart()
    try:
        for start in ("the next start", "and the one after it"):
            site.start_core()
            with operator(site) as later:
                later.wait_for(ONE, Presence.FAULT, WITHIN_S)
                told = f"serial number 999222 instead of {known}"
                assert told in later.standing(ONE).faults[0], start
                state, reason = write(later, 24.0, f"into a stranger at {start}")
                assert state is WriteState.REFUSED
                assert told in reason
                later.wait_for(OTHER, Presence.ON, WITHIN_S)
            site.stop_core()
        site.start_core()
        with operator(site) as later:
            later.wait_for(ONE, Presence.FAULT, WITHIN_S)
            config = later.detail(ONE).view.config
            exchanged = replace(config, serial="999222")
            later.joined.ask(later.asked.project.put_device(later.viewer, exchanged))
            later.wait_for(ONE, Presence.ON, WITHIN_S)
            assert write(later, 21.5, "into the new one")[0] is WriteState.CONFIRMED
    finally:
        stranger.stop()
    site.simulators[ONE].restart()
    with operator(site) as later:
        later.wait_for(ONE, Presence.FAULT, WITHIN_S)  # whom it knows by now is the new one
        later.joined.ask(later.asked.project.put_device(later.viewer, config))
        later.wait_for(ONE, Presence.ON, WITHIN_S)


@pytest.mark.feature("BEYOND-38")
def test_who_was_there_when_is_known_after_a_restart(site: Site) -> None:
    with operator(site) as people:
        people.wait_for(OTHER, Presence.ON)
        site.simulators[OTHER].kill()
        people.wait_for(OTHER, Presence.OFFLINE, WITHIN_S)
        site.simulators[OTHER].restart()
        people.wait_for(OTHER, Presence.ON, WITHIN_S)
        until(lambda: attended(people).stays[-1].presence is Presence.ON, "noted")
        before = attended(people)
        for stays in (before.stays, before.line):
            assert [stay.presence for stay in stays][-2:] == [Presence.OFFLINE, Presence.ON]
    stopped_at = datetime.now(UTC)
    site.stop_core()
    site.start_core()
    with operator(site) as people:
        people.wait_for(OTHER, Presence.ON)
        until(lambda: attended(people).stays[-1].begin > stopped_at, "noted anew")
        after = attended(people)
        assert after.since == before.since
        assert list(after.stays)[: len(before.stays) - 1] == list(before.stays)[:-1]
        holes = [(a.end, b.begin) for a, b in pairwise(after.stays) if b.begin > a.end]
        assert holes[-1][0] - stopped_at < timedelta(seconds=30)
        assert holes[-1][1] > stopped_at, "while no core ran nothing is claimed"
        gone_s = sum((b - a).total_seconds() for a, b in holes)
        whole_s = (after.stays[-1].end - after.stays[0].begin).total_seconds()
        assert after.noted_s == pytest.approx(whole_s - gone_s, abs=0.1)
        assert 0 < after.there_s < after.noted_s
    *found, verdict = json_lines(heatdesk(site.home, "check", site.folder, "--json"))
    assert verdict == {"sound": True}
    assert [each["severity"] for each in found] == ["note"]  # that its core runs


def attended(people: Operator) -> Attendance:
    """Return when the other device was there since this module began."""
    now = datetime.now(UTC)
    asked = people.asked.plant.attendance(people.viewer, DeviceId(OTHER), BEGAN, now)
    return people.joined.ask(asked)


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
