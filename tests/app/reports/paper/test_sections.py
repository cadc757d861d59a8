"""After the settings: read-outs left over, the weeks, alarms, differences, documents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.model.reading import Quality, Reading, point_id
from app.reports.commissioning_data import (
    AlarmRow,
    Change,
    CommissioningData,
    FiledDocument,
    OverrideRow,
    OwnAlarm,
    Told,
)
from app.reports.paper.measuredtable import Line
from app.reports.paper.sections import (
    put_alarms,
    put_differences,
    put_documents,
    put_read_outs,
    put_schedules,
)
from app.reports.render.layout import Flow
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper, laid

EN = Words()
Put = Callable[[Flow, CommissioningData, Words], None]


def printed(put: Put, data: CommissioningData | None = None) -> Paper:
    flow = Flow()
    put(flow, data or sample.report(), EN)
    return laid(flow.pages)


def words(put: Put, data: CommissioningData | None = None) -> str:
    return " ".join(printed(put, data).words)


def read_outs(data: CommissioningData, *keys: str) -> Paper:
    flow = Flow()
    rows = [row for row in data.measured if not keys or row.key in keys]
    put_read_outs(flow, [Line(row) for row in rows], data, EN)
    return laid(flow.pages)


def alarm(**changes: object) -> CommissioningData:
    data = sample.report()
    return replace(data, alarms=(replace(data.alarms[0], **changes),))  # type: ignore[arg-type]


def test_what_found_no_place_on_the_first_page_is_listed() -> None:
    data = sample.report()
    text = " ".join(read_outs(data).words)
    for row in data.measured:
        assert row.name.split()[0] in text
    assert "Other read-outs" in text


def test_nothing_left_over_needs_no_section() -> None:
    flow = Flow()
    put_read_outs(flow, [], sample.report(), EN)
    assert flow.pages == [[]]


def test_read_outs_stand_in_two_columns() -> None:
    paper = read_outs(sample.report(), "c1_status", "c2_status", "fd_running")
    lefts = {round(text.x) for text in paper.texts if text.text.startswith(("Status", "Floor"))}
    assert lefts == {22, 112}


def test_a_refused_read_out_has_its_reason() -> None:
    data = sample.report()
    rows = tuple(
        replace(row, told=Told(None, Quality.BAD, "refused"))
        if row.key == "fd_running"
        else row
        for row in data.measured
    )
    paper = read_outs(replace(data, measured=rows), "fd_running")
    assert "Floor drying running refused by the device" in paper.words[0]


def test_long_states_are_wrapped() -> None:
    data = sample.report(readings=sample.readings({**sample.MEASURED, "alarm_mask": 0b11111}))
    text = read_outs(data, "alarm_mask").words[0]
    for number in range(1, 6):
        assert f"alarm {number}" in text


def test_a_read_out_held_by_hand_says_so() -> None:
    data = sample.report(readings=sample.readings({**sample.MEASURED, "relay1_manual": 1}))
    assert "held OFF at the display, 4026" in read_outs(data, "relay1_manual").words[0]


def test_both_weeks_stand_side_by_side() -> None:
    paper = printed(put_schedules)
    assert "1 Heating" in paper.words[0]
    assert "2 Domestic hot water" in paper.words[0]
    heads = [text for text in paper.texts if text.text in {"1 Heating", "2 Domestic hot water"}]
    assert heads[0].y == heads[1].y
    assert paper.words[0].count("05:30 – 22:00") == 5


def test_a_week_says_what_is_aimed_at() -> None:
    text = words(put_schedules)
    assert "comfort 20.0 °C, else saving 17.0 °C" in text
    assert "comfort 53.0 °C, else saving 45.0 °C" in text


def test_what_is_aimed_at_is_left_out_where_it_is_not_known() -> None:
    data = sample.report()
    rows = tuple(
        replace(row, told=Told(None, Quality.BAD, "refused"))
        if row.key in {"c1_room_saving", "c2_dhw_comfort"}
        else row
        for row in data.settings
    )
    assert "else saving" not in words(put_schedules, replace(data, settings=rows))


def test_a_day_with_one_unread_time_is_not_drawn_by_halves() -> None:
    data = sample.report()
    times = tuple(
        replace(time, told=Told(None, Quality.BAD, "refused"))
        if time.key == "week1_wed_1_stop"
        else time
        for time in data.schedule
    )
    text = words(put_schedules, replace(data, schedule=times))
    assert text.count("– not read") == 1
    assert text.count("05:30 – 22:00") == 4


def test_unused_periods_are_not_drawn() -> None:
    assert "00:00 – 00:00" not in words(put_schedules)


def test_a_controller_without_a_week_has_no_section() -> None:
    assert "Week schedules" not in words(put_schedules, replace(sample.report(), schedule=()))


def test_three_circuits_take_two_rows() -> None:
    data = sample.report()
    third = tuple(
        replace(t, circuit=3, key=f"x{t.key}") for t in data.schedule if t.circuit == 1
    )
    text = words(put_schedules, replace(data, schedule=(*data.schedule, *third)))
    assert text.count("05:30 – 22:00") == 10


def test_an_alarm_is_told_with_value_limit_and_state() -> None:
    text = words(put_alarms)
    assert "3 medium DHW return above limit S6 47.3 °C > 40.0 °C" in text
    assert "20 Jan 2026, 08:25" in text
    assert "unacknowledged" in text


def test_a_held_output_is_a_condition_and_no_alarm() -> None:
    text = words(put_alarms)
    assert "manual Relay 2, P2 charge pump held ON by override, 4067" in text
    assert "1 active" in text


@pytest.mark.parametrize(
    ("priority", "word"), [(1, "1 urgent"), (2, "2 high"), (3, "3 medium"), (4, "4 low")]
)
def test_priorities_have_words(priority: int, word: str) -> None:
    assert word in words(put_alarms, alarm(priority=priority))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "low", "limit": 50.0}, "S6 47.3 °C < 50.0 °C"),
        ({"kind": "offline", "key": "", "value": None, "limit": None}, "no answer"),
        ({"limit": None}, "S6 47.3 °C 20 Jan"),
        ({"kind": "device-bit", "limit": None, "value": None}, "DHW return above limit"),
    ],
)
def test_alarms_of_every_kind_are_told(changes: dict[str, object], told: str) -> None:
    assert told in words(put_alarms, alarm(**changes))


def test_who_acknowledged_an_alarm_is_told() -> None:
    text = words(put_alarms, alarm(state="acknowledged", acknowledged_by="K. Lund"))
    assert "acknowledged, K. Lund" in text


def test_the_controllers_own_alarms_are_told() -> None:
    data = replace(sample.report(), own_alarms=(OwnAlarm(5, "Sensor defect", 2),))
    text = words(put_alarms, data)
    assert "2 high Sensor defect alarm 5 of the controller" in text
    assert "2 active" in text
    assert "none set" not in text


@pytest.mark.parametrize(("own", "said"), [((), True), (None, False)])
def test_no_alarm_is_only_said_where_it_is_known(
    own: tuple[OwnAlarm, ...] | None,
    said: bool,
) -> None:
    data = replace(sample.report(), alarms=(), overrides=(), own_alarms=own)
    text = words(put_alarms, data)
    assert "none active" in text
    assert ("the controller's own alarms: none set" in text) is said


def test_an_override_written_through_heatdesk_names_who() -> None:
    change = Change(2.0, sample.START, "K. Lund", "confirmed")
    override = OverrideRow(
        "relay2_override", 4067, "Relay 2", "ON", at_display=False, change=change
    )
    text = words(put_alarms, replace(sample.report(), overrides=(override,)))
    assert "20 Jan 2026, 08:46" in text
    assert "K. Lund" in text


def test_many_alarms_go_on_over_pages_with_their_heads() -> None:
    data = sample.report()
    many: tuple[AlarmRow, ...] = tuple(
        replace(data.alarms[0], name=f"Alarm number {number}") for number in range(90)
    )
    paper = printed(put_alarms, replace(data, alarms=many))
    assert paper.pages > 1
    for page in paper.words:
        assert "Priority Alarm Value and limit Since State" in page
    assert all(f"Alarm number {number} " in " ".join(paper.words) + " " for number in range(90))


def test_the_difference_names_the_last_report() -> None:
    text = words(put_differences)
    assert (
        "CR-2024-0187, 03 Sep 2024, M. Sørensen · 5 of 148 settings, 5 schedule times" in text
    )


def test_the_first_report_has_nothing_to_differ_from() -> None:
    assert "there is none" in words(put_differences, sample.report(last=None))


def test_nothing_changed_is_said_without_a_table() -> None:
    same = sample.report(last=sample.report(last=None))
    text = words(put_differences, same)
    assert "0 of 148 settings" in text
    assert "Old" not in text


def test_documents_are_listed_newest_first() -> None:
    paper = printed(put_documents)
    text = paper.words[0]
    assert "Documents filed with the device 4" in text
    for told in ("Handover protocol, signed PDF 03 Sep 2024", "Photo of the installation JPG"):
        assert told in text


def test_many_documents_are_counted_and_the_newest_named() -> None:
    many = tuple(
        FiledDocument(f"Paper {n}", "pdf", sample.START - timedelta(days=n), "Ole")
        for n in range(20)
    )
    text = words(put_documents, replace(sample.report(), documents=many))
    assert "20 · the newest 6 are named" in text
    assert "Paper 5" in text
    assert "Paper 6" not in text


def test_long_titles_take_more_lines() -> None:
    title = "Protocol of the handover of the substation to the housing association " * 2
    document = FiledDocument(title, "pdf", sample.START, "Ole")
    text = words(put_documents, replace(sample.report(), documents=(document,)))
    assert all(word in text for word in title.split())


def test_without_documents_there_is_no_section() -> None:
    assert "Documents" not in words(put_documents, replace(sample.report(), documents=()))


def test_a_refused_week_is_a_week_not_read() -> None:
    refused = [
        Reading(r.point, None, Quality.BAD, r.measured_at, "refused")
        if ".week" in r.point
        else r
        for r in sample.readings()
    ]
    assert words(put_schedules, sample.report(readings=refused)).count("– not read") == 14
    assert point_id(sample.STATION, "week1_mon_1_start") in {r.point for r in refused}
