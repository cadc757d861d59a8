"""``check`` knows the profiles: broken files and devices without one are told with advice."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.compose.checking import check
from app.compose.demoplant import demo_devices
from app.project.check import Severity, is_sound
from app.project.config import PlantConfig
from app.project.opening import Administrator, create_project, open_project

SOUND = """\
# yaml-language-server: $schema=device-profile.schema.json
id: own.ecl
extends: danfoss.ecl310.a266_1
version: 1
"""


@pytest.fixture
def project(home: Path) -> Path:
    folder = home / "site"
    create_project(
        folder,
        title="Østerby",
        zone="Europe/Copenhagen",
        administrator=Administrator("lund", "K. Lund", "correct horse battery"),
    )
    return folder


def put(folder: Path, profile: str) -> None:
    device = demo_devices(1)[0]
    link = replace(device.link, options={"host": "127.0.0.1", "port": 1502})

    def fill(plant: PlantConfig) -> PlantConfig:
        return plant.with_link(link).with_device(replace(device.config, profile=profile))

    with closing(open_project(folder)) as opened:
        opened.configuration.change("lund", "one device", fill)


def test_a_new_project_is_sound(project: Path) -> None:
    assert is_sound(check(project))


def test_a_broken_profile_is_named_with_its_line(project: Path) -> None:
    put(project, "danfoss.ecl310.a266_1")
    (project / "profiles" / "own.yaml").write_text("id: own\npoints: [\n", encoding="utf-8")
    (finding,) = [f for f in check(project) if f.severity is Severity.ERROR]
    assert finding.place.startswith("own.yaml:")
    assert finding.sentence
    assert finding.advice == "Mend the file; devices of this profile are not served until then."


def test_a_device_without_its_profile_is_named(project: Path) -> None:
    put(project, "own.vanished")
    (finding,) = [f for f in check(project) if f.severity is Severity.ERROR]
    assert "ahornvej-14" in finding.sentence
    assert "own.vanished" in finding.sentence


def test_what_is_no_project_is_the_one_finding(home: Path) -> None:
    (finding,) = check(home)
    assert finding.severity is Severity.ERROR
    assert "no Heatdesk project" in finding.sentence
    assert not list(home.iterdir())
