"""Overrides, second persons and a core that is killed, over real controllers on Modbus TCP."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.compose.joining import Joined
from app.errors import PlantError
from app.model.control import WriteRequest, WriteState
from app.model.override import Override
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.second import Danger, SecondRules
from tests.journeys.product import heatdesk, wait_for
from tests.journeys.smallsite import LOGIN, NAME, Simulated, Site, running_site, substations

DEVICE, KEY, PNU = DeviceId("ahornvej-14"), "relay2_override", 4067
COMFORT, COMFORT_PNU = "c1_room_comfort", 11180
AUTO, ON = 0, 2
WORD = "warm water runs uphill"
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("safe"), substations(1)) as running:
        yield running


@pytest.fixture
def controller(site: Site) -> Simulated:
    controller = site.simulators[DEVICE]
    controller.say(f"set {PNU} {AUTO}")
    controller.say(f"set {COMFORT_PNU} 200")
    return controller


def kill_core(site: Site) -> None:
    """Pull the plug of the core alone, as a power cut would."""
    os.kill(site.core_pid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    site.stop_core()


def overridden(joined: Joined) -> list[Override]:
    return list(joined.ask(joined.asked.control.overrides(joined.viewer)))


def written(site: Site) -> list[tuple[str, str, str, str, str]]:
    """Return (name, entity, new, result, reason) of writes and ends, newest first."""
    with site.joined() as joined:
        entries = joined.ask(joined.asked.audit.entries(joined.viewer, 20))
    verbs = ("write", "override.end")
    return [(e.name, e.entity, e.new, e.result, e.reason) for e in entries if e.verb in verbs]


def held(site: Site, value: float, *, lasts_min: int = 60) -> None:
    """Force the relay, as soon as it may be written."""

    def confirmed() -> bool:
        wish = WriteRequest(DEVICE, KEY, value, f"wish-{time.monotonic_ns()}", note="pump test")
        with site.joined() as joined:
            joined.wait_for_answers()
            asked = joined.asked.control.write(
                joined.viewer, replace(wish, lasts_min=lasts_min)
            )
            return bool(joined.ask(asked).state is WriteState.CONFIRMED)

    wait_for(confirmed, 30)


def an_hour_passes(site: Site) -> None:
    """Let the end of every override lie in the past, while no core runs."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with closing(sqlite3.connect(site.folder / "config.sqlite")) as database:
        database.execute(
            'UPDATE "override" SET until = ? WHERE ended_at IS NULL',
            (past.replace(tzinfo=None).isoformat(" "),),
        )
        database.commit()


@pytest.mark.feature("LM-52")
def test_an_override_outlives_a_killed_core_and_goes_back_once(
    site: Site, controller: Simulated
) -> None:
    held(site, ON)
    assert controller.register(PNU) == ON
    kill_core(site)
    site.start_core()
    with site.joined() as joined:
        (stands,) = overridden(joined)
        assert (stands.name, stands.value, stands.former) == (NAME, ON, AUTO)
    assert controller.register(PNU) == ON, "its time is not over"
    kill_core(site)
    an_hour_passes(site)
    site.start_core()
    wait_for(lambda: controller.register(PNU) == AUTO, 30)
    wait_for(lambda: written(site)[0][3] == "confirmed", 30)
    name, entity, new, _result, reason = written(site)[0]
    assert (name, entity, new) == (f"Heatdesk ({NAME})", f"{DEVICE}.{KEY}", "0")
    assert reason == "override over"
    with site.joined() as joined:
        assert overridden(joined) == []


@pytest.mark.campaign
@pytest.mark.feature("LM-52")
def test_what_somebody_changed_while_no_core_ran_is_left_alone(
    site: Site, controller: Simulated
) -> None:
    held(site, ON)
    kill_core(site)
    controller.say(f"set {PNU} 1")
    an_hour_passes(site)
    site.start_core()
    wait_for(lambda: written(site)[0][3] == "changed meanwhile", 30)
    assert written(site)[0][4] == "it is 1 by now, not 2; it stays so"
    assert controller.register(PNU) == 1


@pytest.mark.feature("LM-52")
def test_a_core_killed_between_asking_and_noting_owns_up_and_writes_nothing_again(
    site: Site, controller: Simulated
) -> None:
    controller.say("fault slow:900 on")
    wish = WriteRequest(DEVICE, COMFORT, 23.0, "cut-off")

    def send() -> None:
        with site.joined() as joined:
            joined.wait_for_answers()
            joined.ask(joined.asked.control.write(joined.viewer, wish))

    with ThreadPoolExecutor(1) as hands:
        sending = hands.submit(send)
        wait_for(lambda: controller.register(COMFORT_PNU) == 230, 60)
        kill_core(site)
        assert isinstance(sending.exception(timeout=30), PlantError)
    controller.say("fault clear")
    controller.say(f"set {COMFORT_PNU} 210")  # somebody at the display
    site.start_core()
    cut_off = written(site)[0]
    assert (cut_off[2], cut_off[3]) == ("23", "unconfirmed")
    assert "Heatdesk ended while it was being written" in cut_off[4]
    with site.joined() as joined:
        joined.wait_for_answers()
        again = joined.ask(joined.asked.control.write(joined.viewer, wish))
        assert again.state is WriteState.UNCONFIRMED, "the same wish is not sent again"
    assert controller.register(COMFORT_PNU) == 210


@pytest.mark.feature("LM-52")
def test_the_command_line_does_nothing_that_two_must_do(
    site: Site, controller: Simulated
) -> None:
    endless = written_by_command(site, "--lasts", "0")
    assert endless.returncode != 0
    assert "an override without an end needs a reason" in endless.stderr
    with site.joined() as joined:
        people, viewer = joined.asked.people, joined.viewer
        other = Person("vagt", "B. Vagt", "administrator")
        joined.ask(people.add_person(viewer, other, WORD))
        wanted = SecondRules(frozenset({Danger.OVERRIDE}))
        joined.ask(people.put_second_rules(viewer, wanted))
    alone = written_by_command(site)
    assert alone.returncode != 0
    assert "a second person who may do it must confirm it" in alone.stderr
    assert controller.register(PNU) == AUTO


def written_by_command(site: Site, *more: str) -> "subprocess.CompletedProcess[str]":
    """Force the relay as a script does."""
    person = ("--user", LOGIN, "--password-file", site.home / "word")
    return heatdesk(site.home, "write", site.folder, DEVICE, KEY, "ON", "--yes", *person, *more)
