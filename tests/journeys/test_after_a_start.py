"""Just after a start: what was read last is shown, as old as it is, until the devices speak."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.compose.demoplant import ECL
from app.model.device import Presence
from app.model.reading import Quality, Reading
from tests.journeys.product import wait_for
from tests.journeys.quicksite import QUICK, Operator, quick_substations
from tests.journeys.screen import screen_over
from tests.journeys.smallsite import Site, running_site

AHORNVEJ, FLOW = "ahornvej-14", "s3"
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
    with running_site(home, quick_substations(1), profile=PATIENT) as site:
        yield site


def read(site: Site, quality: Quality) -> Reading:
    """Wait until the flow temperature is told with this quality and return it."""
    with site.joined() as joined:
        people = Operator(joined)
        wait_for(lambda: people.quality(AHORNVEJ, FLOW) is quality, 60)
        reading = people.latest(AHORNVEJ, FLOW)
        assert reading is not None
        return reading


@pytest.mark.feature("EW-20")
def test_what_was_read_before_a_restart_is_shown_with_its_age_until_it_is_read_again(
    site: Site,
) -> None:
    live = read(site, Quality.GOOD)
    site.stop_core()
    site.simulators[AHORNVEJ].kill()
    stopped_at = datetime.now(UTC)
    site.start_core()

    before = read(site, Quality.STALE)
    assert before.reason == "before-start"
    assert live.measured_at - MOMENT < before.measured_at <= stopped_at
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
    assert read(site, Quality.GOOD).measured_at > stopped_at
