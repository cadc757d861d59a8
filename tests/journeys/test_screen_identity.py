"""Who answers decides what is shown: the known key, an unknown one, a stranger, odd names."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QTabBar

from flowdiagrams.view import DiagramView
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site, register_device, running_site, substations

KNOWN, UNKNOWN, STRANGER = "Ahornvej 14", "Birkevej 3", "Strange box"
ODD = "<b>Elmevej</b> & <img src=x> 8"
TABS = [
    *("Overview", "Values", "Readings", "Consumption", "Settings", "Chart", "Live chart"),
    *("Alarms", "Documents & notes", "Communication"),
]
TROUBLE = "Heatdesk met a fault"
pytestmark = [pytest.mark.timeout(120), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    known, odd = substations(2)
    devices = (
        replace(known, config=replace(known.config, profile="")),
        register_device("unknown", UNKNOWN, "", "tests.journeys.otherkey"),
        register_device("stranger", STRANGER, "", "modbus-load"),
        replace(odd, config=replace(odd.config, name=ODD, area="<i>Skov</i>")),
    )
    with running_site(tmp_path_factory.mktemp("identity"), devices) as running:
        yield running


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        yield made


def open_when_recognised(screen: Screen, device: str, label: str) -> None:
    """Open a device's page once it is known what it is."""
    screen.show_devices()
    screen.until(
        lambda: screen.row(
            "Devices", lambda row: row["Device"] == device and label in row["Controller"]
        ),
        what=f"“{device}” recognised as {label}",
    )
    screen.open_device(device)


@pytest.mark.feature("LM-02")
def test_the_known_key_brings_its_settings_and_its_picture(screen: Screen) -> None:
    open_when_recognised(screen, KNOWN, "A266.1")
    screen.until(lambda: " °C" in screen.figures().get("S3 Heating flow", ""))
    assert screen.says("ECL Comfort 310, A266.1")
    screen.open_tab("Settings")
    screen.until(lambda: screen.row("Settings", lambda row: row["ID"] == "11175"))


@pytest.mark.feature("LM-02")
def test_an_unknown_key_is_shown_as_a_list_of_all_that_can_be_read(screen: Screen) -> None:
    open_when_recognised(screen, UNKNOWN, "key not known")
    screen.until(lambda: screen.says("there is no picture of this application"))
    assert not screen.seen(DiagramView)
    screen.until(lambda: len(told(screen)) >= 40, what="the readings of an unknown key")
    wanted = {"Sensor S3", "Application, type", "Application, sub-type"}
    screen.until(lambda: wanted <= {row["Point"] for row in told(screen)})
    values = {row["Point"]: row["Value"] for row in told(screen)}
    assert 10 < float(values["Sensor S3"]) < 95
    assert (values["Application, type"], values["Application, sub-type"]) == ("390", "11")
    screen.open_tab("Settings")
    assert screen.row("Settings", lambda row: row["ID"] == "11175") is None  # not known of it
    for tab in TABS:
        screen.open_tab(tab)
        assert not screen.says(TROUBLE)


def told(screen: Screen) -> list[dict[str, str]]:
    """Return the points that have been read."""
    return [row for row in screen.rows("Values") if row["Value"] != "–, no value"]


@pytest.mark.feature("LM-02")
def test_a_device_nobody_described_says_what_is_missing(screen: Screen) -> None:
    open_when_recognised(screen, STRANGER, "not described")
    for tab in TABS:
        screen.open_tab(tab)
        assert not screen.says(TROUBLE)
    screen.open_tab("Values")
    assert screen.says("Nothing is known of this device's points yet.")


def test_a_name_full_of_markup_is_shown_as_it_was_typed(screen: Screen) -> None:
    screen.open_device(ODD)
    screen.until(lambda: screen.says("Online"))
    for tab in TABS:
        screen.open_tab(tab)
        odd = [each for each in screen.seen(QLabel) if "<" in each.text()]
        assert odd
        assert {each.textFormat() for each in odd} == {Qt.TextFormat.PlainText}
    pages = screen.find(QTabBar, "Open pages")
    tabs = [pages.tabText(at) for at in range(pages.count())]
    assert "<b>Elmevej</b> && <img src=x> 8" in tabs
    assert screen.window.front is not None
    assert screen.window.front.heading() == ODD
