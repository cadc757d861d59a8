"""Just after a start: what was read last is shown, as old as it is, until the devices speak."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.compose.demoplant import ECL, DemoDevice
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option, Presence
from app.model.reading import DeviceId, Quality, Reading
from tests.journeys.product import wait_for
from tests.journeys.quicksite import QUICK, Operator, quick_substations
from tests.journeys.screen import screen_over
from tests.journeys.smallsite import Site, running_site

AHORNVEJ, FLOW = "ahornvej-14", "s3"
METER, VOLUME = "cellar", "volume"
MOMENT = timedelta(milliseconds=1)  # finer than that nothing is stored
# Waits so long before it calls a device offline that what is seen can be looked at.
PATIENT = f"""\
schema: 1
profile: {{id: {QUICK}, version: 1, label: "ECL Comfort 310, A266.1", status: draft}}
extends: {ECL}
link: {{offline_after_cycles: 100}}
poll_groups: {{fast: 1s, slow: 5s, settings: 30s}}
"""
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home: Path = tmp_path_factory.mktemp("after")
    devices = [*quick_substations(1), wired_meter()]
    with running_site(home, devices, profile=PATIENT) as site:
        yield site


def wired_meter() -> DemoDevice:
    """Return a meter whose points nobody knows but itself, on a bus of its own."""
    line: dict[str, Option] = {"host": "127.0.0.1", "port": 0, "lapse": 60.0, "network_s": 0.2}
    link = LinkConfig(LinkId("link-bus"), "mbus-tcp", "Bus", line)
    config = DeviceConfig(DeviceId(METER), "Cellar", "", link.id, 1, "generic.mbus")
    return DemoDevice(config, link, ("mbus", "--units", "1", "--lapse", "60"))


def read(site: Site, quality: Quality, device: str = AHORNVEJ, point: str = FLOW) -> Reading:
    """Wait until the point is told with this quality and return it."""
    with site.joined() as joined:
        people = Operator(joined)
        wait_for(lambda: people.quality(device, point) is quality, 60)
        reading = people.latest(device, point)
        assert reading is not None
        return reading


@pytest.mark.feature("EW-20")
def test_what_was_read_before_a_restart_is_shown_with_its_age_until_it_is_read_again(
    site: Site,
) -> None:
    live = read(site, Quality.GOOD)
    metered = read(site, Quality.GOOD, METER, VOLUME)
    site.stop_core()
    site.simulators[AHORNVEJ].kill()
    site.simulators[METER].kill()
    stopped_at = datetime.now(UTC)
    site.start_core()

    before = read(site, Quality.STALE)
    assert before.reason == "before-start"
    assert live.measured_at - MOMENT < before.measured_at <= stopped_at
    of_meter = read(site, Quality.STALE, METER, VOLUME)
    assert of_meter.value == metered.value, "though no profile knows the meter's points"
    assert metered.measured_at - MOMENT < of_meter.measured_at <= stopped_at
    with site.joined() as joined:
        standing = Operator(joined).standing(AHORNVEJ)
        assert standing.presence is not Presence.ON
        assert standing.last_answer_at is not None
        assert before.measured_at <= standing.last_answer_at <= stopped_at

    with screen_over(site) as screen:
        screen.until(lambda: screen.row("Devices", lambda row: row["Device"] == "Ahornvej 14"))
        groups = {row["Group"]: row["Devices"] for row in screen.rows("Smart groups")}
        assert groups["No data for 1 h"] == "0"
        screen.open_device("Ahornvej 14")
        screen.until(lambda: any("stale" in said for said in screen.figures().values()))

    site.simulators[AHORNVEJ].restart()
    site.simulators[METER].restart()
    assert read(site, Quality.GOOD).measured_at > stopped_at
    assert read(site, Quality.GOOD, METER, VOLUME).measured_at > stopped_at
