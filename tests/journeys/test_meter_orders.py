"""A meter's address, clock and readout set by the command, through the one door, over a bus."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.compose.demoplant import DemoDevice
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId, PointId
from drivers.simulators.wiredbus import seeded_meters
from tests.journeys.product import heatdesk, wait_for
from tests.journeys.smallsite import LOGIN, Site, running_site

METER = DeviceId("cellar")
PATIENCE_S = 40.0
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


def written(site: Site, key: str, value: str) -> tuple[int, dict[str, object]]:
    """Write by the command; return its code and what it says."""
    word = str(site.home / "word")
    place = ["write", str(site.folder), METER, key, value, "--yes", "--json"]
    done = heatdesk(site.home, *place, "--user", LOGIN, "--password-file", word)
    return done.returncode, json.loads(done.stdout or "{}")


def verbs(entries: Sequence[tuple[str, str]]) -> set[str]:
    return {result for _entity, result in entries}


def test_a_meter_is_given_an_address_a_clock_and_its_readout_by_the_command(
    tmp_path: Path,
) -> None:
    number = str(seeded_meters(1, 1, 2400, addressed=True)[0].secondary)
    line: dict[str, Option] = {"host": "127.0.0.1", "port": 0, "lapse": 60.0, "network_s": 0.2}
    link = LinkConfig(LinkId("link-bus"), "mbus-tcp", "Bus", line)
    own: dict[str, Option] = {"secondary": number}
    config = DeviceConfig(METER, "Cellar", "", link.id, 253, "generic.mbus", options=own)
    bus = ("mbus", "--units", "1", "--lapse", "60", "--clock-min", "0")
    plant = [DemoDevice(config, link, bus)]
    with running_site(tmp_path, plant) as site, site.joined() as joined:
        asked, viewer = joined.asked, joined.viewer
        shift = PointId(f"{METER}.clock_shift")
        wait_for(lambda: joined.ask(asked.plant.latest(viewer, [shift])), PATIENCE_S)
        code, said = written(site, "primary_address", "77")
        assert (code, said["state"], said["read_back"]) == (0, "confirmed", 77.0), said
        assert said["old"] == 1.0
        code, said = written(site, "clock_shift", "60")
        assert (code, said["state"]) == (0, "confirmed"), said
        code, said = written(site, "readout_selection", "1")
        assert (code, said["state"], said["old"]) == (0, "confirmed", None), said
        code, said = written(site, "application_reset", "0")
        assert (code, said["state"]) == (0, "confirmed"), said
        code, said = written(site, "primary_address", "251")
        assert (code, said["state"]) == (2, "refused"), said
        entries = joined.ask(asked.audit.entries(viewer, 100))
        about = [(each.entity, each.result) for each in entries if each.verb == "write"]
    assert {entity for entity, _result in about} == {
        f"{METER}.{key}"
        for key in ("primary_address", "clock_shift", "readout_selection", "application_reset")
    }
    assert verbs(about) == {"sent", "confirmed", "refused"}
