"""An engineer's laptop: no network but the plant's own, and the plant found again elsewhere.

The first form of working with a laptop; serial lines are not spoken yet.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.model.device import Presence
from app.model.reading import Quality
from tests.journeys.product import PROGRAM, environment, wait_for
from tests.journeys.quicksite import Operator, operator, quick_site, undisturbed
from tests.journeys.smallsite import Site

ONE, OTHER = "ahornvej-14", "ahornvej-22"
BACK_S = 15.0
WITHIN_S = 60.0
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


def loopback_alone(*command: str) -> list[str] | None:
    """Return a command that sees no network at all; None where that cannot be had."""
    unshare, ip = shutil.which("unshare"), shutil.which("ip")
    if unshare is None or ip is None:
        return None
    inside = [unshare, "--user", "--map-root-user", "--net", "sh", "-c"]
    up = f'{ip} link set lo up && exec "$@"'
    probe = subprocess.run([*inside, up, "sh", "true"], capture_output=True, check=False)
    return [*inside, up, "sh", *command] if probe.returncode == 0 else None


@pytest.mark.feature("DC-09")
def test_without_any_network_the_plant_runs(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    arguments = (
        "demo",
        "--small",
        "--headless",
        "--no-meters",
        "--for",
        "6",
        "--dir",
        str(folder),
    )
    command = loopback_alone(*PROGRAM, *arguments)
    if command is None:
        pytest.skip("NOT RUN: a network of its own cannot be had here (unshare, ip)")
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env=environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["devices"] == figures["online"] == 16
    assert figures["polling_errors"] == 0
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("laptop"), 2) as running:
        yield running


@pytest.fixture
def people(site: Site) -> Iterator[Operator]:
    with operator(site) as joined:
        joined.wait_for(ONE, Presence.ON)
        joined.wait_for(OTHER, Presence.ON)
        # a device is there as soon as it answered once; its sensors may be read a cycle later
        wait_for(lambda: joined.quality(ONE, "s3") is Quality.GOOD, WITHIN_S)
        yield joined


def move(people: Operator, device: str, port: int) -> None:
    """Give a device's gateway its new address, as an engineer does."""
    views = people.joined.ask(people.asked.plant.devices(people.viewer))
    link = next(view.link for view in views if view.config.id == device)
    moved = replace(link, options={**link.options, "port": port})
    people.joined.ask(people.asked.project.put_link(people.viewer, moved, "another network"))


@pytest.mark.feature("DC-09")
def test_after_a_switch_of_network_polling_is_back_and_the_gap_is_told(
    site: Site, people: Operator
) -> None:
    still, before = undisturbed(people, [OTHER]), people.standing(ONE)
    assert people.quality(ONE, "s3") is Quality.GOOD
    site.simulators[ONE].kill()
    people.wait_for(ONE, Presence.OFFLINE)
    lost = people.latest(ONE, "s3")
    assert lost is not None
    assert lost.quality is Quality.OFFLINE
    simulator = site.simulators[ONE]
    simulator.port = 0  # the same controller, reached in another way
    simulator.restart()
    move(people, ONE, simulator.port)
    begun = time.monotonic()
    people.wait_for(ONE, Presence.ON, within_s=WITHIN_S)
    took = time.monotonic() - begun
    wait_for(lambda: people.quality(ONE, "s3") is Quality.GOOD, WITHIN_S)
    assert took < BACK_S, f"{took:.1f} s"
    assert people.standing(ONE).since > before.since
    still()
