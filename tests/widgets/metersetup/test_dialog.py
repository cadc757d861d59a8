"""A meter set up on the screen: what a field may hold, what is saved, what is never shown."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.verbs import Capability
from drivers.mbus.asking import CI_BAUD, Secondary
from drivers.mbus.valve import valve_of
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.people import person
from widgets.devicetabs.communication import CommunicationTab
from widgets.devicetabs.tabtype import Subject
from widgets.metersetup import dialog as module
from widgets.metersetup.dialog import MeterOptionsDialog
from widgets.metersetup.options import (
    BAUDS,
    ENERGISE,
    LONGEST_S,
    RELEASE,
    STATE,
    has_valve,
    is_meter,
    made_of,
    seconds_of,
    unit_of,
)

MakeDesk = Callable[..., Desk]
VALVE: dict[str, Option] = {
    "valve_kind": "normally open",
    "valve_energise": "01",
    "valve_release": "02",
    "valve_state": "info",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Agree to every question, and remember it."""
    found: list[str] = []

    def agree(question: str, *_more: object) -> bool:
        found.append(question)
        return True

    monkeypatch.setattr(module, "agreed", agree)
    return found


def meter(kind: str, **options: Option) -> DeviceView:
    view = smallplant.view("Cellar 4", "Havnen")
    link = LinkConfig(LinkId("line"), kind, "Line", {})
    config = replace(view.config, unit=5, serial="71482036", options=dict(options))
    return replace(view, config=config, link=link)


def opened(desk: Desk, qtbot: QtBot, view: DeviceView) -> MeterOptionsDialog:
    tab = CommunicationTab(Subject(desk.context, smallplant.detail(view), lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1200, 800)
    tab.show()
    assert tab._options_bar.isVisible()
    click(tab.options)
    return tab.findChildren(MeterOptionsDialog)[-1]


def saved(services: FakeServices, dialog: MeterOptionsDialog, qtbot: QtBot) -> DeviceConfig:
    click(dialog.save)
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (device,) = services.project.changes
    assert isinstance(device, DeviceConfig)
    return device


def test_a_wired_meter_is_told_its_address_its_times_and_its_alarms(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    view = meter("mbus-tcp", secondary="71482036-KAM-35-04", baud=300)
    dialog = opened(make_desk(services), qtbot, view)
    assert (dialog.unit.text(), dialog.interval.text()) == ("5", "")
    dialog.unit.setText("17")
    dialog.interval.setText("900")
    dialog.patience.setText("2,5")
    dialog.supply.setCurrentIndex(1)
    dialog.alarms["alarm_silent"].setChecked(False)
    device = saved(services, dialog, qtbot)
    assert device.unit == 17
    assert device.options == {
        "secondary": "71482036-KAM-35-04",
        "baud": 300,
        "interval_s": 900.0,
        "patience_s": 2.5,
        "supply": "battery",
        "alarm_silent": False,
    }


def test_a_radio_meter_has_an_interval_alarms_and_a_key_that_is_not_shown(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    view = meter("wmbus", interval_s=16.0, alarm_wrong_key=False)
    dialog = opened(make_desk(services), qtbot, view)
    qtbot.waitUntil(lambda: dialog.key.text() == "kept, sealed")
    assert set(dialog.alarms) == {"alarm_silent", "alarm_wrong_key"}
    assert not dialog.alarms["alarm_wrong_key"].isChecked()
    assert not dialog.unit.isVisible()
    assert dialog.interval.text() == "16"
    dialog.interval.setText("")
    dialog.alarms["alarm_wrong_key"].setChecked(True)
    device = saved(services, dialog, qtbot)
    assert (device.unit, device.options) == (5, {})


def test_a_meter_without_a_key_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    view = meter("wmbus", secondary="12345678")
    dialog = opened(make_desk(), qtbot, view)
    qtbot.waitUntil(lambda: dialog.key.text() == "none is kept")


def test_a_valve_has_a_kind_once_its_commands_are_set(
    make_desk: MakeDesk, qtbot: QtBot, asked: list[str]
) -> None:
    services = FakeServices()
    bare = opened(make_desk(services), qtbot, meter("mbus-tcp"))
    assert not bare.valve.isEnabled()
    bare.reject()
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp", **VALVE))
    assert dialog.valve.isEnabled()
    assert dialog.valve.currentText() == "normally open"
    dialog.valve.setCurrentIndex(2)
    device = saved(services, dialog, qtbot)
    assert device.options == {**VALVE, "valve_kind": "normally closed"}
    assert len(asked) == 1


def test_an_address_a_rate_and_the_commands_of_a_valve_are_set_on_the_page(
    make_desk: MakeDesk, qtbot: QtBot, asked: list[str]
) -> None:
    services = FakeServices()
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp"))
    assert [dialog.baud.itemText(at) for at in (0, 1, 2)] == [
        "as the line",
        "found by trying",
        "300 Bd",
    ]
    typed = {
        dialog.unit: "253", dialog.secondary: "71482036-kam-35-04", dialog.frost: "−2,5",
        dialog.commands[ENERGISE]: "51 0f 01", dialog.commands[RELEASE]: "510F00",
        dialog.commands[STATE]: "digital_output",
    }  # fmt: skip
    for field, text in typed.items():
        field.setText(text)
        field.textEdited.emit(text)
    dialog.baud.setCurrentIndex(1)
    assert dialog.valve.isEnabled(), "its kind means something now"
    dialog.valve.setCurrentIndex(1)
    device = saved(services, dialog, qtbot)
    assert device.unit == 253
    assert device.options == {
        "secondary": "71482036-KAM-35-04",
        "baud": "auto",
        "frost_c": -2.5,
        "valve_kind": "normally open",
        "valve_energise": "510F01",
        "valve_release": "510F00",
        "valve_state": "digital_output",
    }
    made = valve_of("Cellar 4", device.options)
    assert made is not None, "the driver reads what the page wrote"
    assert (made.command(0), made.frost_c) == (bytes.fromhex("510F01"), -2.5)
    assert Secondary.parsed(str(device.options["secondary"])).id == "71482036"
    (question,) = asked
    assert question.startswith(
        "From now on the commands of the heat valve are sent to Cellar 4"
    )


def test_who_does_not_agree_saves_no_command(
    make_desk: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = FakeServices()
    monkeypatch.setattr(module, "agreed", lambda *_asked: False)
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp", **VALVE))
    dialog.unit.setText("6")
    click(dialog.save)
    assert dialog.isVisible()
    assert dialog.save.isEnabled()
    assert not services.project.changes


def test_what_no_command_is_sent_by_is_not_asked_about(
    make_desk: MakeDesk, qtbot: QtBot, asked: list[str]
) -> None:
    services = FakeServices()
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp", **VALVE))
    dialog.interval.setText("900")
    dialog.baud.setCurrentIndex(4)
    device = saved(services, dialog, qtbot)
    assert device.options == {**VALVE, "interval_s": 900.0, "baud": 1200}
    assert asked == []


def test_a_rate_of_a_newer_program_stays_as_it_is(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp", baud=115_200))
    assert dialog.baud.currentText() == "115200"
    dialog.interval.setText("60")
    assert saved(services, dialog, qtbot).options["baud"] == 115_200


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("secondary", "1234", "‘1234’ is no secondary address: eight digits"),
        ("frost", "99", "Frost guard, °C: a temperature from -20 to 60 °C"),
        ("frost", "cold", "Frost guard, °C: a temperature"),
        (ENERGISE, "5", "Command that energises it: bytes in hexadecimal digits"),
        (RELEASE, "zz", "Command that releases it: bytes in hexadecimal digits"),
        (STATE, "state", "Heat valve: fill in both commands and the value, or none"),
        ("unit", "253", "Address 253 needs the meter’s secondary address."),
    ],
)
def test_what_no_meter_could_understand_is_not_saved(
    make_desk: MakeDesk, qtbot: QtBot, field: str, text: str, says: str
) -> None:
    services = FakeServices()
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp"))
    editor = dialog.commands.get(field) or getattr(dialog, field)
    editor.setText(text)
    editor.textEdited.emit(text)
    assert says in dialog.verdict.text()
    assert not dialog.save.isEnabled()
    click(dialog.save)
    assert not services.project.changes


def test_the_rates_offered_are_those_of_m_bus() -> None:
    assert BAUDS[2:] == tuple(CI_BAUD)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("unit", "254", "The address is a number from 0 to 253."),
        ("unit", "x", "The address is a number"),
        ("unit", "9" * 5000, "The address is a number"),  # longer than a number may be
        ("interval", "-1", "Expected interval, s: a number of seconds above 0"),
        ("interval", "soon", "Expected interval, s: "),
        ("patience", "nan", "Longest answer, s: "),
    ],
)
def test_what_cannot_be_is_said_while_one_types_and_not_saved(
    make_desk: MakeDesk, qtbot: QtBot, field: str, text: str, says: str
) -> None:
    services = FakeServices()
    dialog = opened(make_desk(services), qtbot, meter("mbus-serial"))
    getattr(dialog, field).setText(text)
    getattr(dialog, field).textEdited.emit(text)
    assert says in dialog.verdict.text()
    assert not dialog.save.isEnabled()
    click(dialog.save)
    assert not services.project.changes


def test_who_was_quicker_is_told_and_nothing_is_lost(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.project.overtaken = "Riis changed this device"
    dialog = opened(make_desk(services), qtbot, meter("mbus-tcp"))
    dialog.interval.setText("60")
    click(dialog.save)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert "Riis changed this device" in dialog.notice.says.text()
    assert dialog.interval.text() == "60"
    assert dialog.save.isEnabled()


def test_only_who_may_edit_a_meter_is_offered_its_options(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    looks = replace(desk.context, viewer=person("nn", capabilities=[Capability.SEE_PLANT]))
    for context, view, offered in (
        (desk.context, meter("mbus-tcp"), True),
        (looks, meter("mbus-tcp"), False),
        (desk.context, meter("modbus-tcp"), False),
    ):
        tab = CommunicationTab(Subject(context, smallplant.detail(view), lambda *_: None))
        qtbot.addWidget(tab)
        tab.show()
        assert tab._options_bar.isVisible() is offered


def test_fields_become_options_and_empty_ones_go() -> None:
    device = meter("mbus-tcp", interval_s=60.0, other="kept", alarm_silent=False).config
    made = made_of(device, 7, {"interval_s": None, "supply": "", "alarm_silent": True})
    assert (made.unit, made.options) == (7, {"other": "kept"})
    assert seconds_of(" ", "x") is None
    assert seconds_of(f"{LONGEST_S:g}", "x") == LONGEST_S
    assert [unit_of("0"), unit_of(" 253 ")] == [0, 253]
    with pytest.raises(BadInput):
        unit_of("")
    assert not has_valve(device)
    assert [is_meter(meter(kind).link) for kind in ("wmbus", "mbus-tcp", "modbus-tcp")] == [
        True,
        True,
        False,
    ]
