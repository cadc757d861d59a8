"""Samples that go out by themselves from a real core, over a restart and a lost folder."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.model.exportplan import EXPORT_FAILED
from tests.journeys.product import heatdesk, json_of, wait_for
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, at_home, create_site, substations

pytestmark = [pytest.mark.timeout(300), pytest.mark.campaign]
PATIENCE_S = 120.0  # it is looked once a minute


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("scheduled")
    with at_home(home):
        made = Site(home)
        create_site(made, substations(0))
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        yield made
        made.stop_core()


def schedule(site: Site, *arguments: object) -> Any:
    person = ("--user", LOGIN, "--password-file", site.home / "word")
    return heatdesk(site.home, "history", "schedule", site.folder, *arguments, *person)


def listed(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.exists():
        return {"ran_at": "", "files": []}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.feature("LM-71")
def test_a_core_exports_each_day_once_and_goes_on_after_a_restart(
    site: Site, tmp_path: Path
) -> None:
    assert "No samples go out" in schedule(site).stdout
    folder, gone = tmp_path / "out", tmp_path / "gone"
    plan = json_of(schedule(site, "--folder", gone, "--window", 2, "--hour", 0, "--json"))
    assert (plan["folder"], plan["window_days"], plan["trouble"]) == (str(gone), 2, "")
    site.start_core()  # its folder is not there: an alarm, an entry, and the plant goes on
    with site.joined() as joined:
        asked, viewer = joined.asked, joined.viewer

        def alarms() -> set[str]:
            return {each.rule.id for each in joined.ask(asked.alarms.standing(viewer))}

        wait_for(lambda: EXPORT_FAILED in alarms(), PATIENCE_S)
        (entry,) = [
            each
            for each in joined.ask(asked.audit.entries(viewer, 50))
            if each.verb == "samples.scheduled"
        ]
        assert entry.result == "failed"
        assert str(gone) in entry.reason
        assert str(gone) in json_of(schedule(site, "--json"))["trouble"]
        folder.mkdir()
        schedule(site, "--folder", folder)
        wait_for(lambda: listed(folder)["ran_at"], PATIENCE_S)
    found = listed(folder)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    assert len(found["files"]) == 2
    assert abs((datetime.fromisoformat(found["files"][-1]["day"]).date() - yesterday).days) <= 1
    stood = {each.name: each.stat().st_mtime_ns for each in folder.iterdir()}
    site.stop_core()
    site.start_core()
    time.sleep(3)
    assert {each.name: each.stat().st_mtime_ns for each in folder.iterdir()} == stood
    assert schedule(site, "--off").returncode == 0
    wrong = schedule(site, "--off", "--folder", folder)
    assert wrong.returncode == 2
    for arguments, said in ((("--folder", "here"), "whole path"), (("--hour", 24), "0 to 23")):
        refused = schedule(site, *arguments)
        assert refused.returncode == 2
        assert said in refused.stderr
