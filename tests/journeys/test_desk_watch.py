"""Watching at the desk: a meter's figures to the digit, one menu at every value, an alarm."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import QLocale, QPoint, Qt
from PyQt6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from app.compose.demoplant import demo_devices
from app.compose.desktop import application, make_window
from app.compose.joining import Joined
from app.model.alarm import AlarmRule
from app.model.reading import DeviceId, Quality, Reading, point_id
from tests.fakes import hands
from tests.fakes.sounder import FakeSounder
from tests.journeys.keys import CTRL, go_by_palette, tab_to
from tests.journeys.quicksite import quick_site, quick_substations
from tests.journeys.screen import Screen
from tests.journeys.smallsite import Site, register_device
from widgets.charts.trendpanel import TrendPanel
from widgets.controls.value_label import ValueLabel
from widgets.shell.ringing import EVERY_S
from widgets.theme import Look

HOUSE, HOUSE_NAMED = DeviceId("ahornvej-14"), "Ahornvej 14"
METER, METER_NAMED, SERIAL = DeviceId("main-heat-havnen"), "Main heat meter Havnen", "68123456"
DIGITS, DIGITS_NAMED = DeviceId("digits"), "Three meters"
UNITS = {"energy_unit": "MWh", "flow_unit": "m³/h", "power_unit": "kW", "volume_unit": "m³"}
HOT = "Heating flow too hot"
DIGITS_PROFILE = """\
schema: 1
profile: {id: digits, version: 1, label: Three meters, status: draft}
link: {addressing: {base: 0}, timeout_ms: 1000}
poll_groups: {fast: 1s}
defaults: {type: uint16, area: holding, poll: fast}
points:
  - {id: whole, name: Energy by 1, at: 0, scale: 1, unit: kWh, role: meter.energy}
  - {id: tenth, name: Energy by 0.1, at: 1, scale: 0.1, unit: kWh, role: meter.energy}
  - {id: thousandth, name: Energy by 0.001, at: 2, scale: 0.001, unit: kWh, role: meter.energy}
sources: [the test]
"""
# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    meter = next(each for each in demo_devices(1, dict(UNITS)) if each.config.id == METER)
    meter = replace(meter, config=replace(meter.config, serial=SERIAL))
    devices = (
        *quick_substations(1),
        meter,
        register_device(DIGITS, DIGITS_NAMED, "digits", "modbus-load"),
    )
    with quick_site(tmp_path_factory.mktemp("watch"), devices, core=False) as running:
        profile = running.folder / "profiles" / "digits.yaml"
        profile.write_text(DIGITS_PROFILE, encoding="utf-8")
        running.simulators[HOUSE].say("set s3 50")
        running.start_core()
        yield running


class Desk(Screen):
    """The window with a loudspeaker that writes down what it would have played."""

    def __init__(self, joined: Joined) -> None:
        self.app = application()  # held as long as there are widgets
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        self.joined, self.sounder = joined, FakeSounder()
        self.window = make_window(joined, Look("day"), sounder=self.sounder)
        self.window.resize(1600, 960)
        self.window.show()
        self.show_devices()


@pytest.fixture(scope="module")
def screen(site: Site) -> Iterator[Desk]:
    with site.joined() as joined:
        made = Desk(joined)
        try:
            made.until(lambda: states(made) == {"Online"}, what="all devices online")
            yield made
        finally:
            made.close()


def states(screen: Screen) -> set[str]:
    return {row["State"] for row in screen.rows("Devices")}


def figures(screen: Screen) -> dict[str, str]:
    """Return what the values of the page in front say, by name."""
    page = screen.window.front
    labels = screen.seen(ValueLabel, page)
    return {each.accessibleName(): each.text.replace("\u00a0", "") for each in labels}


def latest(screen: Screen, device: DeviceId, key: str) -> Reading:
    """Return what the core itself knows of a point."""
    asked, viewer = screen.joined.asked, screen.joined.viewer
    found: list[Reading] = list(screen.ask(asked.plant.latest(viewer, [point_id(device, key)])))
    return found[0]


def number(reading: Reading) -> float:
    assert reading.quality is Quality.GOOD
    assert isinstance(reading.value, float)
    return reading.value


@pytest.mark.feature("LM-26")
def test_the_meter_card_tells_everything_in_the_units_of_the_trade(screen: Desk) -> None:
    screen.open_device(METER_NAMED)
    screen.until(lambda: figures(screen).get("Heat energy E1", "–") != "–")
    assert screen.says(f"serial number {SERIAL}")
    names = ("Heat energy E1", "Volume V1", "Flow V1", "Power",
             "Supply temperature t1", "Return temperature t2")  # fmt: skip
    told = figures(screen)
    assert [told[name].split()[-1] for name in names] == ["kWh", "m³", "l/h", "kW", "°C", "°C"]

    def alike(name: str, key: str, factor: float, decimals: int) -> bool:
        said = figures(screen)[name].split()[0]
        assert said == f"{float(said):.{decimals}f}"
        return abs(float(said) - number(latest(screen, METER, key)) * factor) <= (
            0.51 * 10.0**-decimals
        )

    # The simulated meter runs on meanwhile: look until both are of the same moment.
    screen.until(lambda: alike("Heat energy E1", "energy_e1", 1000.0, 0), what="MWh as kWh")
    screen.until(lambda: alike("Flow V1", "flow_v1", 1000.0, 0), what="m³/h as l/h")
    screen.until(lambda: alike("Volume V1", "volume_v1", 1.0, 2))
    screen.until(lambda: alike("Supply temperature t1", "t1", 1.0, 1))


@pytest.mark.feature("EW-43")
def test_no_digit_is_shown_that_the_meter_does_not_deliver(screen: Desk, site: Site) -> None:
    for register in range(3):
        site.simulators[DIGITS].say(f"set {register} 1230")
    screen.open_device(DIGITS_NAMED)
    wanted = {
        "Energy by 1": "1230 kWh",
        "Energy by 0.1": "123.0 kWh",
        "Energy by 0.001": "1.230 kWh",
    }
    screen.until(lambda: wanted.items() <= figures(screen).items(), what="the three cards")
    screen.open_tab("Values")
    values = {row["Point"]: row["Value"] for row in screen.rows("Values")}
    plain = {name: text.replace("\u00a0", "").split()[0] for name, text in values.items()}
    assert plain == {name: text.split()[0] for name, text in wanted.items()}


def menu_words(widget: QWidget, at: QPoint | None = None) -> list[str]:
    """Ask a widget for its menu by the Menu key, and return what it offers."""
    widget.setFocus()
    hands.key(widget, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), widget
    words = [each.text() for each in menu.actions() if each.text()]
    menu.close()
    return words


@pytest.mark.feature("BEYOND-10")
def test_the_same_menu_opens_at_every_value(screen: Desk) -> None:
    """In diagram, card, two tables and chart: trend, alarm, register, device, papers."""
    screen.open_device(HOUSE_NAMED)
    screen.open_tab("Overview")
    view = screen.diagram()
    view.setFocus()
    for _nth in range(40):
        hands.key(view, Qt.Key.Key_Right)
        if view.accessibleDescription().startswith("S3"):
            break
    menus = {"diagram": menu_words(view)}
    screen.open_tab("Values")
    table = screen.table("Values")
    screen.click_cell("Values", 0, "Value")
    menus["values"] = menu_words(table)
    screen.open_tab("Chart")
    chart = screen.seen(TrendPanel)[0].chart
    screen.until(lambda: chart.picture.plot is not None, what="the chart")
    plot = chart.picture.plot
    assert plot is not None
    menus["chart"] = menu_words(plot.area)
    screen.open_device(METER_NAMED)
    screen.open_tab("Overview")
    screen.until(lambda: screen.seen(ValueLabel, screen.window.front))
    menus["card"] = menu_words(screen.seen(ValueLabel, screen.window.front)[0])
    wanted = ["Trend", "Live chart", "Readings", "Alarm rule", "Register", "Device",
              "Documents", "Versions of the device", "Copy value",
              "Copy with time and quality"]  # fmt: skip
    assert {place: words for place, words in menus.items() if words != wanted} == {}


def in_strip(screen: Screen, name: str) -> list[QPushButton]:
    cells = screen.seen(QPushButton)
    return [each for each in cells if f", {name}, " in each.accessibleName()]


@pytest.mark.feature("DC-06", "BEYOND-17")
def test_an_alarm_sounds_again_and_again_until_it_is_acknowledged_by_keys(
    screen: Desk, site: Site
) -> None:
    site.simulators[HOUSE].say("set s3 61.5")
    rule = AlarmRule("hot", "high", HOUSE, point_id(HOUSE, "s3"), HOT, 1, 55.0, 1.0)
    joined, played = screen.joined, screen.sounder.played
    screen.ask(joined.asked.project.put_rule(joined.viewer, rule, "for this journey"))
    screen.until(lambda: in_strip(screen, HOT), what="the alarm in the strip")
    screen.until(lambda: played == [1], what="the first sound")
    screen.until(lambda: played == [1, 1], EVERY_S[1] + 20, what="it to sound again")
    for page in ("Devices", "Activity log"):  # the strip is there whatever is in front
        go_by_palette(screen, page)
        assert in_strip(screen, HOT)
    go_by_palette(screen, HOT)
    screen.until(lambda: screen.front_says("Alarms"))
    screen.until(lambda: any(row["Alarm"] == HOT for row in screen.rows("Active alarms")))
    note = tab_to(screen, "Note for the acknowledgement")
    hands.type_text(note, "pump restarted")
    hands.key(note, Qt.Key.Key_Return, CTRL)
    screen.until(lambda: not in_strip(screen, HOT), what="nothing waits any more")
    heard = len(played)
    screen.window.context.feed.aged.emit()
    assert len(played) == heard, "there is no cause any more"
