"""The list of devices: five ways a device can be doing, told by shape and by word."""

from collections.abc import Awaitable, Iterator, Sequence
from itertools import combinations

import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QLabel

from app.auditverbs import AuditEntry
from tests.fakes.hands import key
from tests.journeys.screen import Screen, answering, ground, headings, screen_over
from tests.journeys.smallsite import Site, register_device, running_site

DOING = {
    "Boiler house": "Online",
    "Harbour": "Late",
    "School": "Offline",
    "Old depot": "Disabled",
    "Town hall": "Fault",
}
PATIENT = "patient"  # waits so long before it calls a device offline that it stays late
ICON_PX = 28  # of a cell's left: margin and icon
DIFFERENT = 60  # of 255 levels of grey: seen on paper too
pytestmark = [pytest.mark.timeout(120), pytest.mark.campaign]


def profile(name: str, offline_after_cycles: int) -> str:
    """Return a profile of ten registers read every second."""
    points = "\n".join(f"  - {{id: r{n}, name: Register {n}, at: {n}}}" for n in range(10))
    return (
        "schema: 1\n"
        f"profile: {{id: {name}, version: 1, label: Ten registers, status: draft}}\n"
        "link: {addressing: {base: 0}, timeout_ms: 1000,"
        f" offline_after_cycles: {offline_after_cycles}}}\n"
        "poll_groups: {fast: 1s}\n"
        "defaults: {type: int16, area: holding, poll: fast}\n"
        f"points:\n{points}\nsources: [the test]\n"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    load = ("modbus-load",)
    devices = (
        register_device("on", "Boiler house", "own", *load),
        register_device("late", "Harbour", PATIENT, *load),
        register_device("offline", "School", "own", *load),
        register_device("disabled", "Old depot", "own", *load, enabled=False),
        register_device("fault", "Town hall", "own", *load),
    )
    home = tmp_path_factory.mktemp("devices")
    with running_site(home, devices, profile=profile("own", 2), core=False) as running:
        patient = running.folder / "profiles" / f"{PATIENT}.yaml"
        patient.write_text(profile(PATIENT, 100), encoding="utf-8")
        running.start_core()
        running.simulators["fault"].say("fault exception:5 on")
        for lost in ("late", "offline"):
            running.simulators[lost].say("fault silent on")
        yield running


def states(screen: Screen) -> dict[str, str]:
    return {row["Device"]: row["State"] for row in screen.rows("Devices")}


def grey_icon(screen: Screen, device: str) -> QImage:
    """Return the icon before a device's state as a black and white printer shows it."""
    table = screen.table("Devices")
    row = [each["Device"] for each in screen.rows("Devices")].index(device)
    model = table.model()
    assert model is not None
    cell = table.visualRect(model.index(row, headings(table).index("State")))
    icon = QRect(cell.left(), cell.top() + 2, ICON_PX, cell.height() - 4)
    return ground(table).grab(icon).toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def difference(one: QImage, other: QImage) -> int:
    """Return how many pixels are clearly lighter or darker."""
    assert one.size() == other.size()
    return sum(
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > DIFFERENT
        for x in range(one.width())
        for y in range(one.height())
    )


@pytest.mark.feature("EW-20")
@pytest.mark.parametrize("theme", ["day", "night"])
def test_five_states_differ_in_word_and_in_grey_shape(site: Site, theme: str) -> None:
    with screen_over(site, theme) as screen:
        screen.until(lambda: states(screen) == DOING, what="every device in its state")
        screen.table("Devices").clearSelection()
        screen.live(0.1)
        icons = {device: grey_icon(screen, device) for device in DOING}
        alike = {
            (one, other): difference(icons[one], icons[other])
            for one, other in combinations(DOING, 2)
        }
        assert min(alike.values()) >= 12, alike
        legend = {each.text() for each in screen.seen(QLabel)}
        assert legend >= set(DOING.values())


@pytest.mark.feature("EW-20")
def test_what_is_wrong_is_told_beside_the_state_and_on_the_device_s_page(site: Site) -> None:
    with screen_over(site) as screen:

        def value(point: str) -> dict[str, str]:
            return screen.row("Values", lambda row: row["Point"] == point) or {}

        screen.until(lambda: states(screen) == DOING)
        told = {row["Device"]: row for row in screen.rows("Devices")}
        assert told["Boiler house"]["Last error"] == ""
        assert "no answer" in told["School"]["Last error"].lower()
        screen.open_device("School")
        screen.until(lambda: screen.says("Offline since"))
        screen.open_device("Town hall")
        screen.until(lambda: screen.says("Fault"))
        screen.open_tab("Values")
        screen.until(lambda: value("Register 4").get("Quality") == "good")
        screen.until(lambda: value("Register 5").get("Value") == "–, no usable value")
        screen.open_tab("Communication")
        screen.until(lambda: screen.says("register 5"), what="the register refused")


def choose_by_keys(screen: Screen, *devices: str) -> None:
    """Walk the table with the arrows and put a tick at each device."""
    table = screen.table("Devices")
    table.setFocus()
    key(table, Qt.Key.Key_Home)
    key(table, Qt.Key.Key_Escape)
    names = [row["Device"] for row in screen.rows("Devices")]
    control = Qt.KeyboardModifier.ControlModifier
    for _row in names:
        key(table, Qt.Key.Key_Up, control)
    for at, name in enumerate(names):
        if name in devices:
            key(table, Qt.Key.Key_Space)
        if at + 1 < len(names):
            key(table, Qt.Key.Key_Down, control)


@pytest.mark.feature("EW-20", "EW-21")
def test_two_devices_leave_service_together_and_come_back_by_keys(site: Site) -> None:
    with screen_over(site) as screen:
        screen.until(lambda: states(screen) == DOING)
        choose_by_keys(screen, "Boiler house", "Town hall")
        screen.until(lambda: screen.says("2 selected"))
        with answering("Disable") as asked:
            screen.press("Disable…")
        assert asked[0].startswith("Disable 2 devices?")
        both = {"Boiler house": "Disabled", "Town hall": "Disabled"}
        screen.until(lambda: both.items() <= states(screen).items(), what="both disabled")
        work = screen.window.context.work
        screen.until(lambda: [job.sentence for job in work.jobs] == ["2 devices changed."])
        screen.window.activateWindow()
        screen.table("Devices").setFocus()
        screen.until(lambda: QApplication.focusWidget() is screen.table("Devices"))
        key(screen.table("Devices"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        screen.until(lambda: states(screen) == DOING, what="both in service again")
        people = {each.verb for each in screen.ask(_audit(screen))}
        assert "project.put_device" in people


def _audit(screen: Screen) -> Awaitable[Sequence[AuditEntry]]:
    context = screen.window.context
    return context.asked.audit.entries(context.viewer, 20)
