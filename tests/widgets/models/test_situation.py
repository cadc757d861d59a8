"""One sentence on a device: the worst first, its likely cause, and the way out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.asked import DeviceDetail
from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.smallplant import AHORNVEJ, MODES, NOON
from widgets.models.situation import Situation, situation_of

MODE = PointSpec(
    "c2_mode", "Mode, circuit 2", kind=ValueKind.CHOICE, choices=MODES, role="mode.circuit_2"
)
HELD = PointSpec(
    "r2",
    "Relay 2",
    kind=ValueKind.CHOICE,
    choices={0: "AUTO", 1: "OFF", 2: "ON"},
    write=WriteRules(0, 2),
)
ALARM = Alarm(
    AlarmRule("r", "high", AHORNVEJ, point_id(AHORNVEJ, "s6"), "DHW return high", 3, 40.0),
    AlarmState.UNACKNOWLEDGED,
    NOON - timedelta(minutes=22),
    NOON - timedelta(minutes=22),
    value=47.3,
)


def detail() -> DeviceDetail:
    made = smallplant.detail(smallplant.substations()[0])
    slots = {"p2": "p2", "p2_override": "r2"}
    return replace(made, points=(*made.points, MODE, HELD), slots=slots, clock_drift_s=0.0)


def told(
    values: Mapping[str, float | None] = {},
    alarms: tuple[Alarm, ...] = (),
    presence: Presence = Presence.ON,
    about: DeviceDetail | None = None,
    **standing: object,
) -> Situation:
    def latest(spec: PointSpec) -> Reading | None:
        if spec.key not in values:
            return None
        value = values[spec.key]
        quality, reason = (Quality.BAD, "sensor-open") if value is None else (Quality.GOOD, "")
        return Reading(point_id(AHORNVEJ, spec.key), value, quality, NOON, reason)

    device = about or detail()
    doing = replace(
        DeviceStanding(AHORNVEJ, presence, NOON - timedelta(minutes=14)),
        **standing,  # type: ignore[arg-type]
    )
    return situation_of(device, doing, alarms, latest, NOON)


def ways(situation: Situation) -> list[tuple[str, str]]:
    return [(way.words, way.to.part) for way in situation.ways]


def test_a_device_that_is_well_says_so_and_offers_nothing() -> None:
    calm = told({"c2_mode": 1.0, "r2": 0.0})
    assert calm.title == "All is well"
    assert calm.ways == ()


def test_who_has_points_without_a_value_is_not_told_that_every_sensor_gives_one() -> None:
    spare = [PointSpec(f"t{n}", f"Temperature t{n}", "°C", 1) for n in range(3, 8)]
    asleep = PointSpec("t9", "Temperature t9", "°C", 1, live=False)
    about = replace(detail(), points=(*detail().points, *spare, asleep))
    values = {"c2_mode": 1.0, "r2": 0.0, "t9": None}
    assert told(values, about=about).title == "All is well"
    one = told({**values, "t3": None}, about=about)
    assert one.title == "No alarm stands"
    assert one.words == "Nothing is held by hand. 1 point gives no value: Temperature t3."
    assert ways(one) == [("Values", "values")]
    all_of_them = told({**values, **{spec.key: None for spec in spare}}, about=about)
    assert all_of_them.words.endswith(
        "5 points give no value: Temperature t3, Temperature t4, Temperature t5, "
        "Temperature t6 …"
    )


def test_no_answer_comes_before_every_alarm() -> None:
    away = told(
        {"c2_mode": 1.0},
        alarms=(ALARM,),
        presence=Presence.OFFLINE,
        last_error="no answer within 1.5 s",
    )
    assert away.title == "Offline for 14 min"
    assert away.words == ("no answer within 1.5 s. The values shown are the last that arrived.")
    assert ways(away) == [("Communication", "communication")]
    assert "enabled again" in told(presence=Presence.DISABLED).words


def test_of_a_meter_of_which_nothing_came_no_values_are_spoken() -> None:
    sealed = "its telegrams are encrypted, and no key is known"
    for values in ({}, {"c2_mode": None}):
        mute = told(values, presence=Presence.OFFLINE, last_error=sealed)
        assert mute.words == f"{sealed}."


def test_an_alarm_names_its_likely_cause_and_the_way_out() -> None:
    found = told({"s6": 47.3, "r2": 2.0, "p2": 1.0, "c2_mode": 1.0}, (ALARM,))
    assert found.title == "DHW return high"
    assert found.words == (
        "for 22 min, 47.3 °C > 40.0. P2 DHW pump is held at ON by hand; "
        "the controller does not decide."
    )
    assert ways(found) == [
        ("Alarm", "alarms"),
        ("Release the override…", "settings"),
        ("Trend", "chart"),
    ]
    assert [way.changes for way in found.ways] == [False, True, False]
    assert found.ways[1].to.point == point_id(AHORNVEJ, "r2")


def test_a_mode_in_which_the_plan_does_not_act_may_be_the_cause() -> None:
    found = told({"s6": 47.3, "c2_mode": 2.0}, (ALARM,))
    assert "Mode, circuit 2 is “Comfort”: the week plan does not act." in found.words
    assert ("Mode…", "settings") in ways(found)


def test_a_sensor_that_is_open_is_the_cause_itself() -> None:
    found = told({"s6": None, "r2": 2.0}, (ALARM,))
    assert "The sensor itself gives no value" in found.words
    assert "by hand" not in found.words


def test_the_worst_alarm_leads_and_the_others_are_counted() -> None:
    worse = replace(ALARM, rule=replace(ALARM.rule, id="w", name="Too hot", priority=1))
    over = replace(worse, state=AlarmState.RETURNED)
    found = told(alarms=(ALARM, worse))
    assert found.title == "Too hot"
    assert found.words.endswith("1 more alarm stands.")
    assert "is over; nobody has seen it yet" in told(alarms=(over,)).words
    seen = replace(worse, state=AlarmState.ACKNOWLEDGED)
    again = replace(ALARM, rule=replace(ALARM.rule, name="New", priority=1))
    assert told(alarms=(seen, again)).title == "New"


def test_a_pump_held_by_hand_is_told_without_an_alarm() -> None:
    found = told({"r2": 2.0, "p2": 1.0})
    assert found.title == "Manual override"
    assert found.words.startswith("P2 DHW pump is held at ON by hand")


def test_a_sensor_without_value_leads_to_its_trend_and_a_note() -> None:
    found = told({"s6": None})
    assert found.title == "A sensor gives no value"
    assert ways(found) == [("Trend", "chart"), ("Write a note", "documents:note")]


def test_refused_registers_and_a_wrong_clock_come_last() -> None:
    refused = told(presence=Presence.FAULT, faults=("register 11253 refused",))
    assert refused.words == "register 11253 refused."
    late = told(about=replace(detail(), clock_drift_s=-7200.0))
    assert late.title == "The clock of the device is wrong"
    assert "2 h 00 min" in late.words
