"""The measured values: sign, name, value, what it is held against, and why it is flagged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.model.point import ValueKind
from app.model.reading import Quality
from app.reports.commissioning_data import (
    AlarmRow,
    CommissioningData,
    MeasuredRow,
    OverrideRow,
    Told,
)
from app.reports.form import Form
from app.reports.paper.measuredtable import (
    NARROW,
    WIDE,
    Line,
    Widths,
    head_of_measured,
    lines_of,
    measured_line,
)
from app.reports.paper.measuredwords import (
    age_words,
    decimals_on_paper,
    difference_text,
    held_words,
    kind_words,
    override_of,
    reference_text,
)
from app.reports.render.layout import Stack
from app.reports.render.style import MEASURED_ROW_MM
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper, put

EN = Words()


def read_out(key: str, **changes: object) -> MeasuredRow:
    row = next(row for row in sample.report().measured if row.key == key)
    return replace(row, **changes)  # type: ignore[arg-type]


def printed(
    row: MeasuredRow, data: CommissioningData | None = None, widths: Widths = NARROW
) -> Paper:
    return put(measured_line(Line(row), data or sample.report(), EN, widths))


def words(row: MeasuredRow, data: CommissioningData | None = None) -> list[str]:
    texts = [text for text in printed(row, data).texts if text.y < 280]
    return [text.text for text in sorted(texts, key=lambda text: (round(text.y), text.x))]


def alarm(kind: str = "high", name: str = "DHW return above limit") -> AlarmRow:
    return AlarmRow(name, "r", kind, 2, "s3", 51.6, 50.0, sample.START, "unacknowledged")


def test_a_sensor_is_told_with_set_point_and_difference() -> None:
    assert words(read_out("s3")) == [
        "S3",
        "Heating flow",
        "51",
        ".6",
        "°C",
        "51",
        ".8",
        "−0",
        ".2",
    ]


def test_a_limit_carries_its_sign() -> None:
    told = words(read_out("s5"))
    assert told[-5:] == ["≤", "38", ".6", "−5", ".3"]


def test_a_sensor_without_reference_stands_alone() -> None:
    assert words(read_out("s1")) == ["S1", "Outdoor", "−2", ".3", "°C"]


def test_a_stale_value_says_how_old_it_is() -> None:
    assert words(read_out("s2"))[-1] == "14 min old, from 08:32"


def test_an_alarm_stands_on_its_value() -> None:
    told = words(read_out("s6"))
    assert "3" in told
    assert told[-1] == "above limit, since 08:25"


def test_an_alarm_on_a_missing_value_tells_both() -> None:
    row = read_out("s6", told=Told(None, Quality.BAD, "sensor-open"))
    assert " ".join(words(row)).endswith("above limit, since 08:25; no sensor, or open")


def test_a_held_pump_says_by_what() -> None:
    told = words(read_out("relay2_state"))
    assert "M" in told
    assert told[-1] == "held ON by override, 4067"


def test_a_refused_value_has_its_reason_and_no_unit() -> None:
    told = words(read_out("s1", told=Told(None, Quality.BAD, "refused")))
    assert told == ["S1", "Outdoor", "refused by the device"]


def test_an_estimate_says_so() -> None:
    told = words(read_out("s1", told=Told(20.0, Quality.UNCERTAIN)))
    assert told[-1] == "estimated"
    assert "~20" in told


def test_a_name_without_a_sign_begins_at_the_margin() -> None:
    paper = printed(read_out("fd_running"))
    assert paper.at("Floor drying running").x == pytest.approx(22.0, abs=0.01)


def test_a_long_name_takes_more_lines() -> None:
    row = read_out("s1", name="Außentemperatur an der Nordseite des Hauses")
    line = measured_line(Line(row), sample.report(), EN)
    assert line.height > MEASURED_ROW_MM
    assert all(word in " ".join(words(row)) for word in row.name.split())


def test_unconnected_inputs_share_a_line() -> None:
    lines = lines_of([row for row in sample.report().measured if row.first])
    (together,) = [line for line in lines if line.count > 1]
    assert (together.row.tag, together.last_tag, together.count) == ("S7", "S16", 10)
    assert sum(line.count for line in lines) == 20
    paper = put(measured_line(together, sample.report(), EN))
    assert paper.at("S7 – S16").x == pytest.approx(22.0, abs=0.01)
    assert "no sensor" in paper.words[0]


def test_two_unconnected_inputs_keep_their_lines() -> None:
    rows = [row for row in sample.report().measured if row.tag in {"S7", "S8"}]
    assert [line.count for line in lines_of(rows)] == [1, 1]


def test_a_connected_input_between_them_parts_the_line() -> None:
    rows = [
        replace(row, told=Told(20.0, Quality.GOOD)) if row.tag == "S11" else row
        for row in sample.report().measured
        if row.name == "Sensor"
    ]
    assert [line.count for line in lines_of(rows)] == [4, 1, 5]


def test_an_input_with_a_meaning_keeps_its_line() -> None:
    rows = [
        read_out(key, told=Told(None, Quality.BAD, "sensor-open")) for key in ("s1", "s2", "s3")
    ]
    assert [line.count for line in lines_of(rows)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("unit", "decimals", "printed_decimals"),
    [("°C", 2, 1), ("K", 2, 1), ("°C", 0, 0), ("m³/h", 3, 3), ("kWh", 0, 0), ("", 2, 2)],
)
def test_temperatures_are_printed_no_finer_than_they_are(
    unit: str, decimals: int, printed_decimals: int
) -> None:
    row = read_out("s1", form=Form(unit, decimals))
    assert decimals_on_paper(row) == printed_decimals


@pytest.mark.parametrize(
    ("set_point", "limit", "reference", "difference"),
    [
        (51.8, None, "51.8", "−0.2"),
        (None, 40.0, "≤ 40.0", "+11.6"),
        (51.6, 40.0, "51.6", "0.0"),
        (None, None, "", ""),
    ],
)
def test_a_value_is_held_against_its_set_point_first(
    set_point: float | None, limit: float | None, reference: str, difference: str
) -> None:
    row = read_out("s3", set_point=set_point, limit=limit)
    assert reference_text(row, EN) == reference
    assert difference_text(row, EN) == difference


def test_the_difference_is_that_of_the_printed_figures() -> None:
    row = read_out("s3", told=Told(51.649, Quality.GOOD), set_point=51.851)
    assert difference_text(row, EN) == "−0.3"  # 51.6 and 51.9 are printed


def test_no_value_has_no_difference() -> None:
    assert difference_text(read_out("s3", told=Told(None, Quality.BAD, "refused")), EN) == ""


@pytest.mark.parametrize(
    ("seconds", "words_"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (840, "14 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (90_000, "25 h"),
    ],
)
def test_ages_are_told_in_the_unit_that_fits(seconds: float, words_: str) -> None:
    assert age_words(seconds, EN) == words_


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("high", "above limit"),
        ("low", "below limit"),
        ("offline", "no answer"),
        ("own", "Leak"),
    ],
)
def test_an_alarm_is_told_by_what_it_found(kind: str, told: str) -> None:
    assert kind_words(alarm(kind, "Leak"), EN) == told


@pytest.mark.parametrize(
    ("number", "at_display", "told"),
    [
        (4067, False, "held ON by override, 4067"),
        (4027, True, "held ON at the display, 4027"),
        (None, False, "held ON by override"),
    ],
)
def test_an_override_says_where_it_was_set(
    number: int | None,
    at_display: bool,
    told: str,
) -> None:
    override = OverrideRow("k", number, "Relay 2", "ON", at_display)
    assert held_words(override, EN) == told


def test_an_override_belongs_to_its_own_pump() -> None:
    data = sample.report()
    assert override_of(read_out("relay2_state"), data) is not None
    assert override_of(read_out("relay1_state"), data) is None
    assert override_of(read_out("s1"), data) is None


def test_since_yesterday_an_alarm_still_tells_its_time() -> None:
    data = sample.report()
    old = replace(data.alarms[0], since=sample.START - timedelta(days=1))
    told = words(read_out("s6"), replace(data, alarms=(old,)))
    assert "since 08:46" in told[-1]


@pytest.mark.parametrize("widths", [NARROW, WIDE])
def test_heads_end_with_the_table(widths: Widths) -> None:
    line = put(head_of_measured(widths, EN)).shapes()[0]
    assert line.right - line.left == pytest.approx(widths.whole, abs=0.01)


def test_a_meters_large_numbers_have_room() -> None:
    row = read_out("s1", form=Form("kWh", 3), told=Told(1_473_653.25, Quality.GOOD), tag="E1")
    paper = printed(row, widths=WIDE)
    whole, fraction, unit = (paper.at(text) for text in ("1 473 653", ".250", "kWh"))
    assert whole.x > paper.at("Outdoor").x + 12
    assert unit.x > fraction.x + 5


def test_lines_stand_below_each_other() -> None:
    lines = [
        measured_line(Line(row), sample.report(), EN) for row in sample.report().measured[:4]
    ]
    paper = put(Stack(tuple(lines)))
    tags = [paper.at(tag).y for tag in ("S1", "S2", "S3", "S4")]
    assert tags == sorted(tags)


def test_states_are_told_in_words() -> None:
    row = read_out("c1_status")
    assert words(row) == ["Status, circuit 1", "comfort", "heating"]
    assert row.form.kind is ValueKind.CHOICE
