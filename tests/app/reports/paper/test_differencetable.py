"""What changed: old and new on their marks, and who did it only where that is known."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.model.reading import Quality
from app.reports.commissioning_data import (
    Change,
    CommissioningData,
    ScheduleTime,
    SettingRow,
    Told,
)
from app.reports.paper.differencetable import (
    DifferenceRow,
    difference_head,
    ours,
    rows_since_last,
    schedule_rows,
    setting_name,
    state_words,
)
from app.reports.render.style import ROW_MM
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper, put

EN = Words()
ZONE = ZoneInfo(sample.ZONE)
LAST = sample.last_report().run.ended_at


def setting(key: str, **changes: object) -> SettingRow:
    row = next(row for row in sample.report().settings if row.key == key)
    return replace(row, **changes)  # type: ignore[arg-type]


def rows(data: CommissioningData) -> dict[str, DifferenceRow]:
    return {row.number: row for row in rows_since_last(data, ZONE, EN)}


def time(
    weekday: int, old: float | None, new: float | None, *, circuit: int = 1, period: int = 1,
    stop: bool = False,
) -> ScheduleTime:  # fmt: skip
    number = 3000 + 100 * circuit + 10 * (weekday + 1) + 2 * (period - 1) + stop
    return ScheduleTime(
        f"t{number}", number, circuit, weekday, period, stop,
        Told(new, Quality.GOOD if new is not None else Quality.BAD),
        Told(old, Quality.GOOD if old is not None else Quality.BAD),
    )  # fmt: skip


def texts(paper: Paper) -> list[str]:
    found = [text for text in paper.texts if text.y < 280]
    return [text.text for text in sorted(found, key=lambda text: (round(text.y), text.x))]


def test_the_stations_changes_are_told_settings_first() -> None:
    assert list(rows(sample.report())) == ["11175", "11180", "11037", "11147", "4067", "3110 …"]


def test_a_write_through_heatdesk_tells_date_name_and_state() -> None:
    row = rows(sample.report())["11175"]
    assert (row.old, row.new, row.changed, row.by, row.state) == (
        "1.3", "1.2", "12 Nov 2025", "K. Lund", "confirmed",
    )  # fmt: skip


def test_a_change_nobody_wrote_through_heatdesk_says_so() -> None:
    row = rows(sample.report())["4067"]
    assert (row.old, row.new, row.changed, row.by, row.state) == (
        "AUTO", "ON", "–", "–", "not by Heatdesk",
    )  # fmt: skip


def test_what_only_follows_is_left_to_the_settings_table() -> None:
    assert not {"11400", "11401", "11402"} & set(rows(sample.report()))


@pytest.mark.parametrize(
    ("new", "days", "whose"),
    [
        (1.2, 1, True),
        (1.2, -1, False),  # before the last report: somebody changed it back and forth since
        (1.5, 1, False),  # another value stands now
        (1.24, 1, True),  # less than half a step away
    ],
)
def test_a_write_explains_a_value_only_if_it_led_to_it(
    new: float,
    days: int,
    whose: bool,
) -> None:
    change = Change(new, LAST + timedelta(days=days), "K. Lund", "confirmed")
    assert ours(setting("c1_heat_curve_slope", change=change), LAST) is whose


def test_a_value_that_cannot_be_read_is_nobodys() -> None:
    row = setting("c1_heat_curve_slope", told=Told(None, Quality.BAD, "refused"))
    assert not ours(row, LAST)
    assert not ours(setting("c1_heat_curve_slope", change=None), LAST)


@pytest.mark.parametrize(
    ("state", "told"),
    [("confirmed", "confirmed"), ("unconfirmed", "unconfirmed"), ("odd", "odd")],
)
def test_states_have_words(state: str, told: str) -> None:
    change = Change(1.0, LAST, "K. Lund", state)
    assert state_words(change, EN) == told
    assert state_words(None, EN) == "not by Heatdesk"
    assert state_words(change, EN, follows=11175) == "follows 11175"


def test_a_setting_is_named_by_group_and_name() -> None:
    assert setting_name(setting("c1_ret_integration"), EN) == "Return limit · Integration time"
    assert setting_name(setting("c1_ret_integration", group=""), EN) == "Integration time"
    assert setting_name(setting("c1_curve_y1"), EN).endswith("outdoor¹")


def test_neighbouring_days_share_a_line() -> None:
    times = [time(day, 600, 530) for day in range(5)]
    (row,) = schedule_rows(times, EN)
    assert (row.number, row.name) == ("3110 …", "Schedule Mon – Fri, period 1 start")
    assert (row.old, row.new) == ("06:00", "05:30")


def test_a_gap_between_days_makes_two_lines() -> None:
    found = list(schedule_rows([time(day, 600, 530) for day in (0, 1, 3)], EN))
    assert [row.name for row in found] == [
        "Schedule Mon – Tue, period 1 start", "Schedule Thu, period 1 start",
    ]  # fmt: skip
    assert found[1].number == "3140"


def test_another_time_makes_a_line_of_its_own() -> None:
    found = list(schedule_rows([time(0, 600, 530), time(1, 600, 545), time(2, 600, 530)], EN))
    assert len(found) == 3


def test_starts_stops_periods_and_circuits_are_kept_apart() -> None:
    times = [
        time(0, 600, 530), time(0, 2200, 2300, stop=True), time(0, 0, 1200, period=2),
        time(0, 600, 530, circuit=2),
    ]  # fmt: skip
    found = list(schedule_rows(times, EN))
    assert [(row.circuit, row.name) for row in found] == [
        ("1", "Schedule Mon, period 1 start"),
        ("1", "Schedule Mon, period 1 stop"),
        ("1", "Schedule Mon, period 2 start"),
        ("2", "Schedule Mon, period 1 start"),
    ]


def test_no_changed_time_makes_no_line() -> None:
    assert list(schedule_rows([], EN)) == []


def test_an_unread_time_is_a_dash() -> None:
    (row,) = schedule_rows([time(0, None, 530)], EN)
    assert row.old == "–"


def test_a_row_has_its_values_on_their_marks() -> None:
    row = DifferenceRow("11180", "Room temperature", "20.5", "20.0", "°C", "1")
    paper = put(row.block())
    marks = [text.x for text in paper.texts if text.text in {".5", ".0"}]
    assert marks == [pytest.approx(100.3, abs=0.01), pytest.approx(118.3, abs=0.01)]
    assert paper.at("→").x == pytest.approx(106.0 - 1.35, abs=0.4)


def test_a_counted_row_carries_the_bar_and_others_do_not() -> None:
    assert len(put(DifferenceRow("1", "a", "1", "2").block()).bars()) == 1
    assert not put(DifferenceRow("1", "a", "1", "2", counted=False).block()).bars()


def test_a_long_name_takes_more_lines() -> None:
    name = "Control parameters · " + "a very long name of a setting " * 3
    block = DifferenceRow("1", name, "1", "2").block()
    assert block.height > ROW_MM
    assert all(word in " ".join(texts(put(block))) for word in name.split())


def test_wide_words_stand_below_the_name() -> None:
    block = DifferenceRow("4201", "Mode", "scheduled", "frost protection").block()
    assert block.height == pytest.approx(ROW_MM + 3.6)
    paper = put(block)
    assert paper.at("frost protection").y > paper.at("Mode").y + 3


def test_long_names_of_people_take_more_lines() -> None:
    block = DifferenceRow("1", "a", "1", "2", by="Demo administrator of the utility").block()
    assert block.height > ROW_MM


def test_the_circuit_stands_in_a_box() -> None:
    assert "2" in texts(put(DifferenceRow("1", "a", "1", "3", circuit="2").block()))


def test_the_heads_name_every_column() -> None:
    told = texts(put(difference_head(EN)))
    assert told == ["ID", "Setting", "Old", "New", "Unit", "Changed", "By", "State"]
