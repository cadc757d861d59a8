"""Meters found at the screen: a bus on which all have one address, behind an echo."""

import socket
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLineEdit

from tests.drivers.simulators.wire import running
from tests.fakes.hands import key
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site, running_site
from widgets.pagetype import Show

METERS, ANSWERED = 4, "Meters that answered"
SEARCH_S, READ_S = 150.0, 60.0
pytestmark = [pytest.mark.timeout(600), pytest.mark.campaign]


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """Run a core without devices, and a bus of which every meter has the address 0."""
    units = ("--units", str(METERS), "--fresh", "--baud", "9600", "--lapse", "0")
    with (
        running("mbus", *units, "--fault", "echo") as simulator,
        running_site(tmp_path_factory.mktemp("scan"), []) as site,
    ):
        yield site, simulator.addresses[0]


def nobody_listens() -> str:
    """Return a place where no bus is."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def at(screen: Screen, place: str) -> None:
    """Say where the bus is, as one types it."""
    screen.write("Port or address", place)


def choose(screen: Screen, box: str, words: str) -> None:
    made = screen.find(QComboBox, box)
    made.setCurrentIndex(made.findText(words))
    assert made.currentText() == words


@pytest.mark.feature("BEYOND-15")
@pytest.mark.feature("RD-19")
def test_a_bus_of_one_address_is_searched_behind_an_echo_and_its_meters_are_read(
    bus: tuple[Site, str],
) -> None:
    site, place = bus
    with screen_over(site) as screen:
        screen.window.show_page(Show("scan"))
        choose(screen, "Connection", "TCP, raw bytes")
        choose(screen, "Baud rate", "9600 Bd")
        refuses_what_is_none(screen, place)
        searches(screen, place)
        adds(screen)
        screen.show_devices()
        screen.until(lambda: len(online(screen)) == METERS, READ_S, "all of them to be read")
        assert "Boiler house" in online(screen)


def refuses_what_is_none(screen: Screen, place: str) -> None:
    """Say places and numbers that are none, and one where nobody listens."""
    for nowhere in ("", "cellar", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", ":10001"):
        at(screen, nowhere)
        screen.press("Search")
        screen.until(
            lambda: screen.says("Say where the bus is"), what=f"what is wrong of {nowhere!r}"
        )
    at(screen, place)
    screen.write("Only these numbers", "12X4")
    screen.press("Search")
    screen.until(lambda: screen.says("12X4"), what="why that is no number")
    screen.write("Only these numbers", "")
    at(screen, nobody_listens())
    screen.press("Search")
    screen.until(lambda: screen.says("The search broke off"), READ_S, "a refused connection")


def searches(screen: Screen, place: str) -> None:
    """Search the bus, with a rest in between; all are found, and what was heard is told."""
    at(screen, place)
    screen.press("Search")
    screen.until(lambda: screen.says("Searching"), what="a search under way")
    screen.press("Pause")
    screen.until(lambda: screen.says("the line is free for readouts"), what="a rest")
    screen.press("Go on")
    screen.until(lambda: screen.says(" left"), SEARCH_S, "how long it will take")
    screen.until(lambda: screen.says("The whole bus was searched"), SEARCH_S, "its end")
    assert screen.says("returns what is sent (echo)")
    assert screen.says("Several meters answered at once")
    found = screen.rows(ANSWERED)
    assert len(found) == METERS
    assert {row["Address"] for row in found} == {"0"}
    assert len({row["Number"] for row in found}) == METERS


def adds(screen: Screen) -> None:
    """Choose all by keys, give one a name, and take them into the plant."""
    table = screen.table(ANSWERED)
    table.setFocus()
    key(table, Qt.Key.Key_Home)
    key(table, Qt.Key.Key_Space)
    screen.until(screen.find(QLineEdit, "Name of the meter").isEnabled)
    screen.write("Name of the meter", "Boiler house")
    for _row in range(METERS - 1):
        key(table, Qt.Key.Key_Down)
        key(table, Qt.Key.Key_Space)
    screen.until(lambda: screen.says(f"{METERS} chosen"))
    screen.write("Area", "Cellar")
    screen.press("Add to the plant")
    screen.until(lambda: screen.says(f"{METERS} meters were added."), READ_S)
    screen.until(
        lambda: "Boiler house" in {row["In the plant"] for row in screen.rows(ANSWERED)},
        what="the meter by its name",
    )


def online(screen: Screen) -> list[str]:
    """Return the names of the devices that answer."""
    return [row["Device"] for row in screen.rows("Devices") if row["State"] == "Online"]
