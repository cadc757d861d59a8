"""The data of a report are what the device said now, with nothing added and nothing hidden."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.asked import DeviceDetail
from app.model.alarm import Alarm
from app.model.point import ValueKind
from app.model.reading import PointId, Quality, Reading, point_id
from app.reports.commissioning_data import (
    CommissioningData,
    MeasuredRow,
    SettingRow,
    counts,
)
from tests.app.reports import sample


def row(data: CommissioningData, key: str) -> SettingRow:
    return next(row for row in data.settings if row.key == key)


def read_out(data: CommissioningData, key: str) -> MeasuredRow:
    return next(row for row in data.measured if row.key == key)


def one_bad(key: str, reason: str) -> dict[str, Reading]:
    point = point_id(sample.STATION, key)
    return {point: Reading(point, None, Quality.BAD, sample.END, reason)}


def told(key: str, value: float) -> dict[str, Reading]:
    point = point_id(sample.STATION, key)
    return {point: Reading(point, value, Quality.GOOD, sample.END)}


def test_the_settings_stand_in_the_controllers_own_order() -> None:
    data = sample.report()
    assert [row.key for row in data.settings] == [s.key for s in sample.profile().listed()]
    assert len(data.settings) == 148


def test_the_counts_are_those_of_the_rows() -> None:
    found = counts(sample.report())
    assert (found.settings, found.settings_read, found.times, found.times_read) == (
        148, 148, 84, 84,
    )  # fmt: skip
    assert (found.not_default, found.defaults_known) == (2, 11)
    assert (found.changed, found.times_changed) == (5, 5)
    assert found.not_available == 10  # S7 to S16
    assert (found.alarms, found.worst_priority, found.overrides) == (1, 3, 1)


def test_who_the_device_is_comes_from_this_reading_alone() -> None:
    data = sample.report()
    assert data.fact("application") == "A266.1"
    assert data.fact("serial") == "423187751"
    assert data.fact("produced") == "week 23, 2021"
    unread = sample.readings(changes=one_bad("serial_no", "refused"))
    again = sample.report(
        readings=unread, detail=replace(sample.detail(), identity={"serial": "1"})
    )
    assert again.fact("serial") == ""


def test_a_setting_that_cannot_be_read_has_no_value_but_a_reason() -> None:
    changes = one_bad("c1_boost", "refused")
    data = sample.report(readings=sample.readings(changes=changes))
    boost = row(data, "c1_boost")
    assert (boost.told.value, boost.told.quality, boost.told.reason) == (
        None, Quality.BAD, "refused",
    )  # fmt: skip
    assert not boost.changed
    assert counts(data).settings_read == 147


def test_a_point_the_answer_lacks_was_not_read() -> None:
    readings = [r for r in sample.readings() if not r.point.endswith(".c1_boost")]
    boost = row(sample.report(readings=readings), "c1_boost")
    assert (boost.told.value, boost.told.reason) == (None, "not-read")


def test_what_is_no_number_is_not_believed() -> None:
    data = sample.report(readings=sample.readings(changes=told("c1_boost", float("nan"))))
    assert (row(data, "c1_boost").told.value, row(data, "c1_boost").told.quality) == (
        None, Quality.BAD,
    )  # fmt: skip


def test_curve_points_follow_the_slope_and_are_not_counted() -> None:
    point = row(sample.report(), "c1_curve_y1")
    assert point.follows == 11175
    assert point.changed
    assert point.not_default
    assert not point.marked_changed
    assert not point.marked_default


def test_every_setting_that_says_it_follows_another_names_it() -> None:
    noted = [s.key for s in sample.profile().listed() if s.note.startswith("Follows")]
    assert [r.key for r in sample.report().settings if r.follows] == noted != []


def test_the_last_reports_values_stand_beside_the_new_ones() -> None:
    slope = row(sample.report(), "c1_heat_curve_slope")
    assert slope.previous is not None
    assert (slope.previous.value, slope.told.value) == (1.3, 1.2)
    assert slope.marked_changed
    assert slope.change is not None
    assert slope.change.by == "K. Lund"


def test_without_a_last_report_nothing_is_changed() -> None:
    data = sample.report(last=None)
    assert data.last is None
    assert counts(data).changed == 0
    assert all(one.previous is None for one in data.settings)


def test_a_return_limit_follows_the_outdoor_sensor() -> None:
    s5 = read_out(sample.report(), "s5")
    assert s5.limit == 38.6  # from 30 °C at +15 to 45 °C at −15, at −2.3
    cold = sample.report(readings=sample.readings(changes=told("s1", -25.0)))
    assert read_out(cold, "s5").limit == 45.0
    warm = sample.report(readings=sample.readings(changes=told("s1", 22.0)))
    assert read_out(warm, "s5").limit == 30.0
    blind = sample.report(readings=sample.readings(changes=one_bad("s1", "sensor-open")))
    assert read_out(blind, "s5").limit is None


def test_the_comfort_set_point_is_held_against_comfort_alone() -> None:
    data = sample.report()
    assert read_out(data, "s2").set_point == 20.0
    assert read_out(data, "s4").set_point == 53.0
    night = sample.report(readings=sample.readings(changes=told("c1_status", 0)))
    assert read_out(night, "s2").set_point is None


@pytest.mark.parametrize(
    ("opens", "closes", "state"),
    [(0, 0, "rests"), (1, 0, "opens"), (0, 1, "closes"), (1, 1, "opens and closes")],
)
def test_a_valve_tells_what_its_motor_does(opens: float, closes: float, state: str) -> None:
    changes = told("triac1_state", opens) | told("triac2_state", closes)
    data = sample.report(readings=sample.readings(changes=changes))
    valve = read_out(data, "triac1_state+triac2_state")
    assert (valve.tag, valve.name, valve.told.value) == ("M1", "Heating valve", state)
    assert valve.form.kind is ValueKind.TEXT


def test_a_valve_with_one_unread_command_is_not_known() -> None:
    changes = one_bad("triac2_state", "refused")
    data = sample.report(readings=sample.readings(changes=changes))
    valve = read_out(data, "triac1_state+triac2_state")
    assert (valve.told.value, valve.told.reason) == (None, "refused")


def test_an_output_not_left_to_the_controller_is_told() -> None:
    (held,) = sample.report().overrides
    assert (held.number, held.word, held.at_display, held.change) == (4067, "ON", False, None)
    data = sample.report(readings=sample.readings(changes=told("relay1_manual", 1)))
    assert sorted(o.at_display for o in data.overrides) == [False, True]


def test_a_mode_that_is_held_is_told_as_an_output_is() -> None:
    data = sample.report(readings=sample.readings(changes=told("c1_mode", 2)))
    assert ("c1_mode", "comfort") in {(o.key, o.word) for o in data.overrides}
    data = sample.report(readings=sample.readings(changes=told("c1_mode", 1)))
    assert "c1_mode" not in {o.key for o in data.overrides}


def test_the_week_stands_with_period_and_day() -> None:
    data = sample.report()
    tuesday = [
        t for t in data.schedule if (t.circuit, t.weekday, t.period, t.stop) == (2, 1, 2, False)
    ]
    assert [(t.number, t.told.value) for t in tuesday] == [(3222, 1600.0)]
    assert len({t.key for t in data.schedule}) == 84


def test_the_devices_own_alarms_are_told_but_not_twice() -> None:
    assert sample.report().own_alarms == ()
    ringing = sample.report(readings=sample.readings(changes=told("alarm_mask", 0b101)))
    assert ringing.own_alarms is not None
    assert [alarm.number for alarm in ringing.own_alarms] == [1, 3]
    assert counts(ringing).alarms == 3
    watched = [replace(a, rule=replace(a.rule, point=point_id(sample.STATION, "alarm_mask")))
               for a in sample.alarms()]  # fmt: skip
    readings = sample.readings(changes=told("alarm_mask", 0b101))
    assert sample.report(readings=readings, alarms=watched).own_alarms == ()
    unread = sample.readings(changes=one_bad("alarm_mask", "refused"))
    assert sample.report(readings=unread).own_alarms is None


def test_the_conversation_is_that_of_the_reading() -> None:
    before = sample.standing(requests=100, failures=3)
    after = replace(sample.detail(), view=replace(
        sample.detail().view, standing=sample.standing(requests=161, failures=4)
    ))  # fmt: skip
    data = sample.report(before=before, detail=after)
    assert (data.conversation.requests, data.conversation.failures) == (61, 1)


def test_what_no_source_knows_is_said() -> None:
    assert "The controller's internal log" in sample.report().unknown


def test_faults_of_the_device_become_notes() -> None:
    view = sample.detail().view
    standing = replace(view.standing, faults=("Ahornvej 14: PNU 11253 refused.",))
    detail: DeviceDetail = replace(
        sample.detail(),
        view=replace(view, standing=standing),
        clock_note="It did not change over.",
    )
    assert sample.report(detail=detail).notes == (
        "Ahornvej 14: PNU 11253 refused.",
        "It did not change over.",
    )


def test_a_device_that_never_said_what_it_is_has_a_report_that_says_so() -> None:
    empty = replace(
        sample.detail(), points=(), diagram="", slots={}, unknown=(), week_programs=()
    )
    data = sample.report(detail=empty, profile=None, readings=[], alarms=[], last=None)
    assert not data.settings
    assert not data.measured
    assert not data.schedule
    assert data.notes == ("The device never said what it is: none of its settings is known.",)
    assert not data.clock.kept


def test_alarms_of_the_device_carry_their_point() -> None:
    data = sample.report()
    found = data.alarm_of("s6")
    assert found is not None
    assert (found.priority, found.value, found.limit) == (3, 47.3, 40.0)
    assert data.alarm_of("s5") is None


def test_an_alarm_of_the_device_itself_has_no_point() -> None:
    (high,) = sample.alarms()
    silent: Alarm = replace(high, rule=replace(high.rule, kind="offline", point=None))
    assert sample.report(alarms=[silent]).alarms[0].key == ""


def test_stale_values_keep_their_age() -> None:
    room = read_out(sample.report(), "s2")
    assert room.told.quality is Quality.STALE
    assert room.measured_at == sample.END - timedelta(minutes=14)


def test_a_reading_of_another_device_is_not_taken() -> None:
    stranger = Reading(PointId("birkevej-2.c1_boost"), 50, Quality.GOOD, sample.END)
    data = sample.report(readings=[*sample.readings(), stranger])
    assert row(data, "c1_boost").told.value == 0
