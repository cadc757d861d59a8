"""The devices as buttons: what each is for, by symbol and word, and how its breaker stands."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from PyQt6.QtCore import QEvent, QPoint, QRect, Qt
from PyQt6.QtGui import QHelpEvent, QImage
from PyQt6.QtWidgets import QApplication, QToolTip

from tests.fakes.hands import key
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site, register_device, running_site
from tests.journeys.test_screen_devices import difference
from tests.pictures.seen import Seen, texts
from widgets.devicelist.buttons import DeviceButtons

LIVE_S = 10.0  # what EW-19 promises
CODES = {"open": 0, "closed": 1, "tripped": 2}
PROFILE = """\
schema: 1
profile: {id: own, version: 1, label: Breaker with measurement, status: draft}
link: {addressing: {base: 0}, timeout_ms: 400, retries: 0}
poll_groups: {fast: 1s}
defaults: {type: uint16, area: holding, poll: fast}
points:
  - id: stands
    name: Contacts
    at: 5
    enum: {0: open, 1: closed, 2: tripped}
    role: breaker.state
  - {id: current, name: Current, at: 6, unit: A}
  - {id: delay, name: Delay, at: 7, unit: s, write: {min: 0, max: 60}}
sources: [the test]
"""
METER = """\
schema: 1
profile: {id: counter, version: 1, label: Counter, status: draft}
link: {addressing: {base: 0}, timeout_ms: 400, retries: 0}
poll_groups: {fast: 1s}
defaults: {type: uint16, area: holding, poll: fast}
points:
  - {id: index, name: Index, at: 1, unit: kWh}
sources: [the test]
"""
# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    feeder = register_device("feeder", "Feeder 1", "own", "modbus-load")
    spare = register_device("spare", "Feeder 2", "own", "modbus-load")
    beside = replace(
        spare, config=replace(spare.config, unit=2, link=feeder.link.id), link=feeder.link
    )
    meter = register_device("meter", "Kitchen", "counter", "modbus-load")
    meter = replace(meter, config=replace(meter.config, options={"position": 3}))
    home = tmp_path_factory.mktemp("buttons")
    with running_site(home, (beside, feeder, meter), profile=PROFILE, core=False) as running:
        own = running.folder / "profiles" / "counter.yaml"
        own.write_text(METER, encoding="utf-8")
        running.simulators["feeder"].say("set 5 1")
        running.start_core()
        yield running


def shown(screen: Screen) -> DeviceButtons:
    """Press the switch above the devices and return the buttons once there are some."""
    screen.press("Devices as: Buttons")
    buttons = screen.find(DeviceButtons, "Devices as buttons")
    screen.until(lambda: buttons.rows_model.rows, what="the devices")
    return buttons


def place(buttons: DeviceButtons, device: str) -> QRect:
    """Return where the button of a device lies in the view."""
    rows = [view.config.name for view in buttons.rows_model.rows]
    return buttons.visualRect(
        buttons.rows_model.index(rows.index(device), buttons.modelColumn())
    )


def on_button(buttons: DeviceButtons, device: str) -> list[Seen]:
    """Return every text that is drawn on a device's button."""
    ground = buttons.viewport()
    assert ground is not None
    window = buttons.window()
    assert window is not None
    corner = ground.mapTo(window, QPoint(0, 0))
    box = place(buttons, device).translated(corner)
    return [
        each
        for each in texts(window)
        if each.by is ground and box.contains(each.box.center().toPoint())
    ]


def words(buttons: DeviceButtons, device: str) -> list[str]:
    return [each.text for each in on_button(buttons, device)]


def tip_beside(buttons: DeviceButtons, device: str, word: str) -> str:
    """Point at the symbol before a word and return what is said about it."""
    ground = buttons.viewport()
    assert ground is not None
    corner = ground.mapTo(buttons.window(), QPoint(0, 0))
    seen = next(each for each in on_button(buttons, device) if each.text == word)
    spot = seen.box.topLeft().toPoint() - corner + QPoint(-10, 6)
    event = QHelpEvent(QEvent.Type.ToolTip, spot, ground.mapToGlobal(spot))
    QApplication.sendEvent(ground, event)
    return QToolTip.text()


def grey_breaker(buttons: DeviceButtons, device: str) -> QImage:
    """Return the breaker's symbol as a black and white printer shows it."""
    ground = buttons.viewport()
    assert ground is not None
    button = place(buttons, device)
    symbol = QRect(button.right() - 12 - 56, button.top() + 8 + 32, 32, 32)
    return ground.grab(symbol).toImage().convertToFormat(QImage.Format.Format_Grayscale8)


@pytest.mark.feature("EW-18")
def test_a_button_tells_address_name_and_what_the_device_is_for(site: Site) -> None:
    with screen_over(site) as screen:
        buttons = shown(screen)
        screen.until(lambda: "Command" in words(buttons, "Feeder 1"), what="what it is for")
        screen.until(lambda: "Measure" in words(buttons, "Kitchen"), what="what it is for")
        feeder, meter = words(buttons, "Feeder 1"), words(buttons, "Kitchen")
        port = site.simulators["feeder"].port
        assert feeder[0] == "Feeder 1"
        assert f"· 127.0.0.1:{port} · unit 1" in feeder
        assert [each for each in feeder if each in FOR] == [
            "Measure",
            "State",
            "Command",
            "Link",
        ]
        assert any(each.endswith("unit 1 – 3") for each in meter)  # the concentrator's input
        assert [each for each in meter if each in FOR] == ["Measure"]
        for word, says in FOR.items():
            assert says in tip_beside(buttons, "Feeder 1", word)
        index = buttons.rows_model.index(0, buttons.modelColumn())
        spoken = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        assert all(says in spoken for says in FOR.values()), spoken


FOR = {
    "Measure": "It measures quantities",
    "State": "It tells states",
    "Command": "Settings in it can be changed from here",
    "Link": "with 1 other device",
}


@pytest.mark.feature("EW-19")
@pytest.mark.parametrize("theme", ["day", "night"])
def test_a_breaker_s_symbol_follows_it_within_ten_seconds(site: Site, theme: str) -> None:
    looks: dict[str, QImage] = {}
    with screen_over(site, theme) as screen:
        buttons = shown(screen)
        for stands, code in CODES.items():
            site.simulators["feeder"].say(f"set 5 {code}")
            took_s = screen.until(
                lambda stands=stands: stands in words(buttons, "Feeder 1"),  # type: ignore[misc]
                what=f"the breaker to be {stands}",
            )
            assert took_s <= LIVE_S
            looks[stands] = grey_breaker(buttons, "Feeder 1")
        site.simulators["feeder"].say("set 5 7")  # a code that nobody knows
        screen.until(lambda: "not known" in words(buttons, "Feeder 1"))
        looks["not known"] = grey_breaker(buttons, "Feeder 1")
        assert not {*CODES, "not known"} & set(words(buttons, "Kitchen"))
    alike = {
        pair: difference(looks[pair[0]], looks[pair[1]]) for pair in combinations(looks, 2)
    }
    assert min(alike.values()) >= 20, alike


@pytest.mark.feature("EW-19")
def test_a_breaker_nobody_hears_of_is_old_first_and_then_not_known(site: Site) -> None:
    simulator = site.simulators["feeder"]
    with screen_over(site) as screen:
        simulator.say("set 5 1")
        buttons = shown(screen)
        screen.until(lambda: "closed" in words(buttons, "Feeder 1"))
        simulator.say("fault silent")
        try:
            screen.until(lambda: any("closed ·" in each for each in words(buttons, "Feeder 1")))
            screen.until(lambda: "not known" in words(buttons, "Feeder 1"))
            screen.until(lambda: "Offline" in words(buttons, "Feeder 1"))
        finally:
            simulator.say("fault clear")
        screen.until(lambda: "closed" in words(buttons, "Feeder 1"))


@pytest.mark.feature("EW-18")
def test_buttons_are_walked_chosen_and_opened_by_keys(site: Site) -> None:
    with screen_over(site) as screen:
        buttons = shown(screen)
        screen.until(lambda: len(buttons.rows_model.rows) == 3)
        key(buttons, Qt.Key.Key_Home)
        key(buttons, Qt.Key.Key_Right)
        current = buttons.row_at(buttons.currentIndex())
        assert current is not None
        screen.until(lambda: screen.says("1 selected"), what="the bar of what is chosen")
        screen.press("Devices as: Table")
        chosen = [row["Device"] for row in screen.rows("Devices")]
        table = screen.table("Devices")
        selection = table.selectionModel()
        assert selection is not None
        assert [chosen[index.row()] for index in selection.selectedRows()] == [
            current.config.name
        ]
        buttons = shown(screen)
        key(buttons, Qt.Key.Key_Return)
        screen.until(lambda: screen.front_says(current.config.name))
