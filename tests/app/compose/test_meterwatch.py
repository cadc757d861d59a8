"""Meters and receivers raise alarms that nobody set up, unless they are switched off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.alarms.own import own_rules
from app.compose.core import Core, CoreOptions, open_core
from app.compose.meterwatch import LOOK_EVERY_S, SILENT_AFTER, MeterWatch
from app.crash import CrashReports
from app.model.alarm import PROGRAM, Alarm, AlarmRule
from app.model.collector import Charge, CollectorFigures
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId
from app.model.reception import RadioFigures, ReceiverFigures
from app.pointtable import PointTable
from app.project.config import PlantConfig
from app.settings.load import load_settings
from app.settings.parts import AlarmSettings, Settings
from app.verbs import administrator
from drivers.simulators.street.traffic import Street
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import device_of, radio_project
from tests.fakes.clock import FakeClock
from tests.plant import NOON, until

ENG = administrator("eng", "Eng", "desk-1")
BUS, RADIO, OTHER = LinkId("bus"), LinkId("street"), LinkId("net")
LINKS = {
    BUS: LinkConfig(BUS, "mbus-tcp", "Cellar", {"host": "h", "port": 1}),
    RADIO: LinkConfig(RADIO, "wmbus", "Street", {"receivers": "roof=tcp:h:1 yard=udp:h:2"}),
    OTHER: LinkConfig(OTHER, "modbus-tcp", "Controllers", {"host": "h"}),
}
VALVE = {"valve_kind": "normally open"}


def config_of(name: str, link: LinkId, **options: str) -> DeviceConfig:
    return DeviceConfig(DeviceId(name), name, "", link, 1, "", options=dict(options))


def plant(*rules: AlarmRule) -> PlantConfig:
    devices = [
        config_of("wired", BUS, **VALVE),
        config_of("plain", BUS),
        config_of("heard", RADIO),
        config_of("controller", OTHER),
    ]
    by_rule = {rule.id: rule for rule in rules}
    by_name = {each.id: each for each in devices}
    return PlantConfig("Plant", "UTC", links=LINKS, devices=by_name, rules=by_rule)


def watch(clock: Callable[[], object] | None = None, *, wanted: bool = True) -> MeterWatch:
    acquisition = Acquisition(
        PointTable(), [], ProfileChooser({}, lambda p, _o: p), FakeClock()
    )
    return MeterWatch(acquisition, FakeClock(NOON), wanted=wanted)


def rules(of: MeterWatch, config: PlantConfig) -> dict[str, tuple[str, DeviceId]]:
    own = {rule.id for rule in own_rules(on_server=False)}
    found = of.rules(config, on_server=False)
    return {rule.id: (rule.kind, rule.device) for rule in found if rule.id not in own}


@pytest.mark.parametrize(
    ("meter", "option", "rule"),
    [
        ("wired", "alarm_silent", "wired-silent"),
        ("wired", "alarm_supply", "wired-supply"),
        ("heard", "alarm_silent", "heard-silent"),
        ("heard", "alarm_wrong_key", "heard-wrong-key"),
    ],
)
def test_an_alarm_that_is_switched_off_at_one_meter_stays_on_at_others(
    meter: str, option: str, rule: str
) -> None:
    whole = plant()
    device = whole.devices[DeviceId(meter)]
    off = replace(device, options={**device.options, option: False})
    on = replace(device, options={**device.options, option: True})
    all_rules = rules(watch(), whole)
    assert set(all_rules) - set(rules(watch(), whole.with_device(off))) == {rule}
    assert rules(watch(), whole.with_device(on)) == all_rules


def test_each_meter_and_receiver_has_its_rules_and_a_controller_none() -> None:
    assert rules(watch(), plant()) == {
        "wired-silent": ("offline", "wired"),
        "wired-supply": ("unknown-state", "wired"),
        "plain-silent": ("offline", "plain"),
        "heard-silent": ("offline", "heard"),
        "heard-wrong-key": ("heard", "heard"),
        "street-roof-silent": ("heard", PROGRAM),
        "street-yard-silent": ("heard", PROGRAM),
    }


def test_what_somebody_set_up_is_not_set_up_again() -> None:
    mine = AlarmRule("mine", "offline", DeviceId("wired"), None, "Mine", 1)
    valve = AlarmRule("valve", "unknown-state", DeviceId("wired"), None, "Mine", 1)
    assert {"wired-silent", "wired-supply"}.isdisjoint(rules(watch(), plant(mine, valve)))
    assert "plain-silent" in rules(watch(), plant(mine, valve))


def test_switched_off_there_are_only_the_program_s_own() -> None:
    assert rules(watch(wanted=False), plant()) == {}
    assert list(watch(wanted=False).rules(plant(), on_server=True))


def test_a_line_that_is_spelt_wrong_costs_its_own_rules_alone() -> None:
    config = plant()
    wrong = LinkConfig(RADIO, "wmbus", "Street", {"receivers": "nonsense"})
    found = rules(watch(), PlantConfig("P", "UTC", links={**LINKS, RADIO: wrong},
                                       devices=config.devices))  # fmt: skip
    assert "heard-wrong-key" in found
    assert not [each for each in found if each.startswith("street-")]


class Line:
    """A line that hears what it is told."""

    def __init__(self) -> None:
        self.wrong_keys = {DeviceId("heard")}
        self.spoke = {DeviceId("heard")}
        self.told: list[ReceiverFigures] = []
        self.asked = 0

    def figures(self) -> RadioFigures:
        self.asked += 1
        return RadioFigures(tuple(self.told), ())


def test_receivers_are_silent_when_lost_or_long_without_a_telegram() -> None:
    clock, passed = FakeClock(NOON), [0.0]
    acquisition = Acquisition(PointTable(), [], ProfileChooser({}, lambda p, _o: p), clock)
    line = Line()
    acquisition.hearing["street"] = line  # type: ignore[assignment]
    looking = MeterWatch(acquisition, clock, passed_s=lambda: passed[0])
    line.told = [
        ReceiverFigures(RADIO, "roof", "", 5, 5, 0, 0, 0, NOON, ()),
        ReceiverFigures(RADIO, "yard", "", 0, 0, 0, 0, 0, None, ()),
        ReceiverFigures(RADIO, "gone", "refused", 9, 9, 0, 0, 0, NOON, ()),
    ]
    assert looking.alarming == {"heard-wrong-key", "street-gone-silent"}
    clock.go(SILENT_AFTER.total_seconds())
    line.told[0] = ReceiverFigures(RADIO, "roof", "", 6, 6, 0, 0, 0, clock(), ())
    line.wrong_keys.clear()
    assert looking.alarming == {"street-gone-silent"}  # looked at not long ago
    assert line.asked == 1
    passed[0] += LOOK_EVERY_S
    assert looking.alarming == {"street-gone-silent", "street-yard-silent"}
    clock.go(timedelta(minutes=5).total_seconds())


def looked_at() -> tuple[MeterWatch, Line, FakeClock, list[float]]:
    """Return a watch over a line nobody was heard on yet, with the plant's rules in force."""
    clock, passed = FakeClock(NOON), [0.0]
    acquisition = Acquisition(PointTable(), [], ProfileChooser({}, lambda p, _o: p), clock)
    line = Line()
    line.wrong_keys.clear()
    line.spoke.clear()
    acquisition.hearing["street"] = line  # type: ignore[assignment]
    looking = MeterWatch(acquisition, clock, passed_s=lambda: passed[0])
    assert rules(looking, plant())
    return looking, line, clock, passed


def test_before_anything_is_heard_nobody_says_that_receivers_and_keys_are_well() -> None:
    looking, line, clock, passed = looked_at()
    assert not looking.alarming
    everything = {"street-roof-silent", "street-yard-silent", "heard-wrong-key"}
    assert looking.unsure == everything
    new = ReceiverFigures(RADIO, "roof", "", 0, 0, 0, 0, 0, None, (), unsure=True)
    line.told = [new, replace(new, receiver="yard", trouble="refused", unsure=False)]
    line.spoke.add(DeviceId("heard"))
    passed[0] += LOOK_EVERY_S
    assert looking.alarming == {"street-yard-silent"}
    assert looking.unsure == {"street-roof-silent"}
    clock.go(SILENT_AFTER.total_seconds())
    passed[0] += LOOK_EVERY_S
    assert looking.alarming == {"street-yard-silent", "street-roof-silent"}
    line.told = [replace(each, expected=False) for each in line.told]
    passed[0] += LOOK_EVERY_S
    assert (looking.alarming, looking.unsure) == (frozenset(), frozenset()), "out of hours"


@pytest.mark.feature("RD-14")
def test_a_collector_whose_battery_is_low_is_one_alarm_until_it_is_well_again() -> None:
    looking, line, _clock, passed = looked_at()
    config = plant()
    ways = {"receivers": "yard=udp:h:2 files=table:/srv/bridge"}
    config = replace(config, links={**LINKS, RADIO: replace(LINKS[RADIO], options=ways)})
    low = "street-files-battery"
    found = {rule.id: rule for rule in looking.rules(config, on_server=False)}
    assert found[low].name == "Battery of the collector files is low"
    assert "street-yard-battery" not in found, "nobody could tell of one"
    files = ReceiverFigures(RADIO, "files", "", 5, 5, 0, 0, 0, NOON, (), judged=True)
    line.told = [files]
    assert low not in looking.alarming
    assert low in looking.unsure, "what stood before a restart is neither true nor over"
    charge = Charge(3.4, "V", NOON, 3.1)
    for volts, alarms in ((3.4, False), (3.0, True), (3.2, True), (3.0, True), (3.6, False)):
        charge = replace(charge, value=volts).after(charge)
        line.told = [replace(files, collector=CollectorFigures(None, 5, charge=charge))]
        passed[0] += LOOK_EVERY_S
        assert (low in looking.alarming) is alarms, volts
        assert low not in looking.unsure


def test_a_line_begun_anew_is_not_silent_at_once() -> None:
    looking, line, clock, passed = looked_at()
    heard = ReceiverFigures(RADIO, "roof", "", 5, 5, 0, 0, 0, clock(), ())
    clock.go(timedelta(hours=3).total_seconds())
    line.told = [replace(heard, last_at=clock())]
    assert looking.alarming == frozenset()
    clock.go(30)
    line.told = [replace(heard, last_at=None, telegrams=0, unsure=True)]
    passed[0] += LOOK_EVERY_S
    assert looking.alarming == frozenset(), "another meter was added to its line"
    clock.go(SILENT_AFTER.total_seconds() - 30)
    passed[0] += LOOK_EVERY_S
    assert looking.alarming == {"street-roof-silent"}


def test_a_line_out_of_service_is_sure_to_be_no_alarm() -> None:
    looking, _line, _clock, _passed = looked_at()
    config = plant()
    off = {**config.links, RADIO: replace(config.links[RADIO], enabled=False)}
    assert rules(looking, replace(config, links=off))
    assert looking.unsure == frozenset()


def test_the_switch_stands_in_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert load_settings(file).alarms.meters
    file.write_text("[alarms]\nmeters = false\n", encoding="utf-8")
    assert not load_settings(file).alarms.meters


@pytest.mark.timeout(120)
@pytest.mark.parametrize("wanted", [True, False])
async def test_a_wrong_key_and_a_receiver_that_is_gone_are_alarms_of_a_core(
    home: Path, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.compose.meterwatch._LOST_S", 0.0)
    heard, listed = Street(41, 2, ("5",)), Street(41, 2, ("5",))
    speaking = ("--meters", "2", "--seed", "41", "--interval-s", "1", "--speed", "4")
    with running("wmbus", *speaking) as simulator:
        ways = f"roof=tcp:{simulator.addresses[0]} gone=tcp:127.0.0.1:9"
        folder = radio_project(home, listed, ways, wrong=[1])
        settings = Settings(alarms=AlarmSettings(meters=wanted))
        core = open_core(folder, settings, CoreOptions(listen=False), CrashReports(home / "x"))
        await core.start()
        try:
            wrong = device_of(heard.meter(1)).id
            await until(lambda: wrong in _wrong_keys(core), 40)
            core.alarms.on_troubles(core.watch.alarming)
            standing = await core.asked.alarms.standing(ENG)
        finally:
            await core.stop()
    names = {_told(each) for each in standing}
    expected = {
        (f"{wrong}-wrong-key", "The key of the meter does not fit its telegrams"),
        ("street-gone-silent", "Receiver gone hears nothing"),
    }
    assert names == (expected if wanted else set())


def _told(alarm: Alarm) -> tuple[str, str]:
    return alarm.rule.id, alarm.rule.name


def _wrong_keys(core: Core) -> set[DeviceId]:
    return {each for line in core.acquisition.hearing.values() for each in line.wrong_keys}
