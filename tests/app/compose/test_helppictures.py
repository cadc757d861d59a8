"""The help's pictures are taken from the product itself, in every language, small to keep."""

import os
from pathlib import Path

import pytest
from PyQt6.QtGui import QColor, QImage

from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.helppictures import (
    PAPER,
    SIZE,
    WELCOME,
    _save,
    _shows,
    main,
    picture_names,
    take_pictures,
)
from app.errors import BadInput
from app.model.reading import DeviceId, PointId
from app.project.config import PlantConfig
from app.project.opening import Administrator, create_project, open_project
from app.words import LANGUAGES, language
from tests.app.project.sites import device, link
from tests.journeys.smallsite import PASSWORD

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def demo(home: Path) -> Path:
    """A demo whose one device never answers."""
    place = home / "demo"
    who = Administrator(DEMO_LOGIN, "Demo administrator", PASSWORD)
    create_project(place, title="Demo", zone="Europe/Copenhagen", administrator=who)
    (place / DEMO_FILE).write_text(PASSWORD, encoding="utf-8")
    project = open_project(place)
    silent = link("gateway", host="127.0.0.1", port=9)

    def filled(plant: PlantConfig) -> PlantConfig:
        return plant.with_link(silent).with_device(device(profile="danfoss.ecl310.a266_1"))

    project.configuration.change(DEMO_LOGIN, "", filled)
    project.close()
    return place


@pytest.mark.campaign
def test_each_picture_is_taken_in_every_language(demo: Path, tmp_path: Path) -> None:
    names = ["alarms.png", "device-communication.png", "trend.png", WELCOME]
    made = take_pictures(demo, tmp_path / "pictures", names)
    assert {f"{file.parent.name}/{file.name}" for file in made} == {
        f"{code}/{name}" for code in LANGUAGES for name in names
    }
    assert language() == "en"
    for file in made:
        image = QImage(str(file))
        assert image.width() >= 1000
        assert image.colorCount() <= 256
        assert file.stat().st_size < 150_000
    shown = QImage(str(tmp_path / "pictures" / "en" / "alarms.png"))
    assert (shown.width(), shown.height()) == SIZE
    danish = tmp_path / "pictures" / "da" / "alarms.png"
    assert danish.read_bytes() != (tmp_path / "pictures" / "en" / "alarms.png").read_bytes()


def test_the_names_are_those_the_help_shows() -> None:
    names = picture_names()
    assert {"dashboard.png", "device-settings.png", WELCOME, PAPER} <= set(names)
    assert names == sorted(set(names))


METER, OTHER = PointId("meter-1.energy"), PointId("meter-2.energy")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("received.png", ["received"]),
        ("device-settings.png", ["device ecl-1 settings"]),
        ("device-consumption.png", ["device meter-1 consumption"]),
        ("telegrams-example.png", ["telegrams example"]),
        ("comparison.png", ["comparison meter-1.energy", "comparison meter-2.energy"]),
        ("trend.png", ["trend ecl-1.s3", "trend ecl-1.s3"]),
    ],
)
def test_each_page_is_brought_up_with_what_belongs_on_it(name: str, shown: list[str]) -> None:
    found = _shows(name, DeviceId("ecl-1"), [METER, OTHER])
    told = [(each.page, each.device, each.point, each.part) for each in found]
    assert [" ".join(part for part in each if part) for each in told] == shown


def test_a_plant_without_meters_has_its_pictures_too() -> None:
    (shown,) = _shows("comparison.png", DeviceId("ecl-1"), [])
    assert (shown.page, shown.point) == ("comparison", None)
    (tab,) = _shows("device-consumption.png", DeviceId("ecl-1"), [])
    assert tab.device == "ecl-1"


def test_without_a_project_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "dev.py pictures PROJECT" in capsys.readouterr().err


def test_few_colours_lose_nothing_of_a_page(tmp_path: Path) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#E6E9ED"))
    inks = ["#0B4F8A", "#C8102E", "#F4CC3C", "#1E252E"]
    for at, ink in enumerate(inks):
        for x in range(20):
            image.setPixelColor(at * 20 + x, 10, QColor(ink))
    file = _save(image, tmp_path / "a" / "b.png")
    kept = QImage(str(file))
    assert [kept.pixelColor(at * 20, 10).name().upper() for at in range(4)] == inks
    assert kept.pixelColor(300, 200).name().upper() == "#E6E9ED"


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    (tmp_path / "b.png").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        _save(image, tmp_path / "b.png")
