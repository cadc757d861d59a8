"""Receivers at the screen: one of a broken line mended, one added, both hear a real street."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLineEdit

from app.model.device import LinkConfig, LinkId
from app.project.config import PlantConfig
from app.project.opening import open_project
from drivers.simulators.street.traffic import Street
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import device_of
from tests.fakes.hands import key
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import LOGIN, Site, running_site
from widgets.pagetype import Show

STREET = LinkId("street")
HEARS_S = 40.0
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """Run a core whose one line by radio says hours that are none, and a street of 5 meters.

    Three of them are ours; the street is told twice, and a second receiver is at nobody yet.
    """
    street = Street(21, 3, ("0",))
    options = ("--meters", "5", "--seed", "21", "--interval-s", "1", "--speed", "4")
    home = tmp_path_factory.mktemp("receivers")
    with (
        running("wmbus", *options, "--modes", "0", "--receivers", "2", count=2) as simulator,
        running_site(home, [], core=False) as site,
    ):
        first, second = simulator.addresses
        line = LinkConfig(
            STREET, "wmbus", "Street", {"receivers": f"roof=tcp:{first}", "expected": "by day"}
        )
        meters = [replace(device_of(street.meter(at)), link=STREET) for at in range(3)]

        def fill(plant: PlantConfig) -> PlantConfig:
            devices = {each.id: each for each in meters}
            return replace(plant, links={STREET: line}, devices=devices)

        with closing(open_project(site.folder)) as project:
            project.configuration.change(LOGIN, "a line that cannot be", fill)
        site.start_core()
        yield site, second


def states(screen: Screen) -> dict[str, str]:
    return {row["Receiver"]: row["Status"] for row in screen.rows("Receivers")}


def heard(screen: Screen, name: str) -> bool:
    """Whether a receiver listens, and told of the two meters that are not ours."""
    row = screen.row("Receivers", lambda each: each["Receiver"] == name)
    return row is not None and (row["Status"], row["Others’ meters"]) == ("listens", "2")


@pytest.mark.feature("RD-66")
@pytest.mark.feature("RD-16")
def test_a_broken_line_is_mended_and_a_receiver_added_and_both_tell_whom_they_hear(
    air: tuple[Site, str],
) -> None:
    site, second = air
    with screen_over(site) as screen:
        screen.window.show_page(Show("receivers"))
        screen.until(lambda: "'by day' are no hours" in states(screen).get("roof", ""))
        screen.click_cell("Receivers", 0, "Receiver")
        screen.press("Edit…")
        hours = screen.find(QLineEdit, "Hours with telegrams")
        screen.until(lambda: "'by day' are no hours" in hours.accessibleDescription())
        assert screen.says("'by day' are no hours")
        screen.write("Hours with telegrams", "00:00-24:00 UTC")
        screen.press("Save")
        screen.until(lambda: heard(screen, "roof"), HEARS_S, "the mended receiver to hear")

        screen.press("Add…")
        host, port = second.rsplit(":", 1)
        kind = screen.find(QComboBox, "Kind")
        kind.setCurrentIndex(kind.findData("tcp"))
        screen.write("Name", "yard")
        screen.write("Host", host)
        screen.write("Port", "1")
        screen.press("Save")
        screen.until(
            lambda: states(screen).get("yard") == "the connection was refused",
            HEARS_S,
            "why it does not listen, in words",
        )
        row = [each["Receiver"] for each in screen.rows("Receivers")].index("yard")
        screen.click_cell("Receivers", row, "Receiver")
        key(screen.table("Receivers"), Qt.Key.Key_Return)
        screen.write("Port", port)
        screen.press("Try it")
        screen.until(lambda: screen.says("Connected;"), HEARS_S, "a try")
        screen.press("Save")
        screen.until(lambda: heard(screen, "yard"), HEARS_S, "the added receiver to hear")
        assert heard(screen, "roof"), "the other one is as it was"
