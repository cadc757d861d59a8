"""A number is never shown without its quality, and never a zero for nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QLocale

from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import Origin, PointId, Quality, Reading, Value
from widgets.controls.quality import (
    MINUS,
    NO_VALUE,
    Style,
    exact,
    figures,
    number_text,
    quality_word,
    range_text,
    shown,
)

NOON = datetime(2026, 1, 20, 11, tzinfo=UTC)
SUPPLY = PointSpec("s3", "S3 Heating flow", "°C", 1)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def reading(
    value: Value | None, quality: Quality = Quality.GOOD, age_s: float = 0, reason: str = ""
) -> Reading:
    at = NOON - timedelta(seconds=age_s)
    return Reading(PointId("a.s3"), value, quality, at, reason)


def test_a_good_value_is_plain_with_its_unit_and_its_own_decimals() -> None:
    seen = shown(reading(51.0), SUPPLY, NOON)
    assert (seen.text, seen.unit, seen.style) == ("51.0", "°C", Style.PLAIN)


def test_an_uncertain_value_carries_a_tilde() -> None:
    seen = shown(reading(28.4, Quality.UNCERTAIN), SUPPLY, NOON)
    assert (seen.text, seen.style) == ("~28.4", Style.UNCERTAIN)


def test_a_stale_value_keeps_its_figure_and_tells_its_age() -> None:
    seen = shown(reading(20.8, Quality.STALE, age_s=14 * 60), SUPPLY, NOON)
    assert (seen.text, seen.style, seen.age) == ("20.8", Style.STALE, "14 min")


def test_a_stale_value_from_a_clock_ahead_of_ours_has_no_negative_age() -> None:
    assert shown(reading(20.8, Quality.STALE, age_s=-90), SUPPLY, NOON).age == "0 s"


def test_a_value_put_in_by_hand_is_marked() -> None:
    assert shown(reading(20.8, Quality.MANUAL), SUPPLY, NOON).style is Style.MANUAL


@pytest.mark.parametrize(
    ("quality", "style"), [(Quality.BAD, Style.BAD), (Quality.OFFLINE, Style.NONE)]
)
def test_nothing_believable_is_an_en_dash_never_a_zero(quality: Quality, style: Style) -> None:
    seen = shown(reading(None, quality, reason="sensor-open"), SUPPLY, NOON)
    assert (seen.text, seen.unit, seen.style) == (NO_VALUE, "", style)
    assert "the sensor is open or not connected" in seen.tip


def test_a_point_nobody_has_read_yet_is_an_en_dash_too() -> None:
    seen = shown(None, SUPPLY, NOON)
    assert (seen.text, seen.style) == (NO_VALUE, Style.NONE)
    assert seen.tip == "S3 Heating flow: not read yet"


def test_the_tip_tells_value_unit_quality_time_and_source() -> None:
    old = replace(reading(20.8, Quality.STALE, 840, "link-lost"), origin=Origin.BACK_FILLED)
    lines = shown(old, replace(SUPPLY, note="of circuit 1"), NOON, COPENHAGEN).tip.splitlines()
    assert lines == [
        "S3 Heating flow",
        "20.8 °C · stale",
        "the connection is lost",
        "measured 20 Jan 2026 11:46:00 (14 min ago)",
        "fetched from the device's own memory",
        "of circuit 1",
    ]


def test_a_reason_nobody_has_named_is_shown_as_it_came() -> None:
    assert (
        "solar flare" in shown(reading(None, Quality.BAD, 0, "solar-flare"), SUPPLY, NOON).tip
    )


def test_who_listens_hears_the_quality_too() -> None:
    said = {
        quality: shown(reading(20.8, quality, 60), SUPPLY, NOON).spoken
        for quality in Quality
        if quality.believable
    }
    assert said[Quality.GOOD] == "20.8 °C"
    assert said[Quality.UNCERTAIN] == "~20.8 °C, uncertain"
    assert said[Quality.STALE] == "20.8 °C, stale, 1 min old"
    assert said[Quality.MANUAL] == "20.8 °C, put in by hand"
    assert shown(reading(None, Quality.BAD), SUPPLY, NOON).spoken == "–, no usable value"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-2.3, 1, f"{MINUS}2.3"),
        (412.6789, 2, "412.68"),
        (9846.2, 1, "9\u00a0846.2"),
        (1204.0, 0, "1204"),
        (71482036.0, 0, "71\u00a0482\u00a0036"),
    ],
)
def test_figures_have_a_real_minus_and_the_places_of_their_source(
    value: float, decimals: int, text: str
) -> None:
    assert figures(value, decimals) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_figures_say_the_number_they_were_made_from(value: float, decimals: int) -> None:
    plain = figures(value, decimals).replace("\u00a0", "").replace(MINUS, "-")
    assert float(plain) == pytest.approx(value, abs=0.51 * 10.0**-decimals)


def test_the_decimal_mark_is_the_users() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.Danish))
    assert figures(51.25, 2) == "51,25"


def test_a_choice_is_its_word_and_an_unknown_code_says_its_number() -> None:
    mode = PointSpec("m", "Mode", kind=ValueKind.CHOICE, choices={1: "Scheduled"})
    assert shown(reading(1.0), mode, NOON).text == "Scheduled"
    assert shown(reading(7.0), mode, NOON).text == "code 7"
    assert shown(reading(7.0), mode, NOON).unit == ""


def test_flags_are_listed_by_their_words_and_none_is_said() -> None:
    bits = PointSpec("f", "Alarms", kind=ValueKind.FLAGS, choices={0: "sensor", 3: "flow"})
    assert shown(reading(9.0), bits, NOON).text == "sensor, flow"
    assert shown(reading(4.0), bits, NOON).text == "bit 2"
    assert shown(reading(0.0), bits, NOON).text == "nothing set"


def test_times_of_day_dates_and_texts_are_readable() -> None:
    start = PointSpec("t", "Start", kind=ValueKind.TIME_OF_DAY)
    assert number_text(630.0, start) == "06:30"
    assert number_text(2400.0, start) == "24:00"
    assert shown(reading(NOON), SUPPLY, NOON, COPENHAGEN).text == "20 Jan 2026 12:00:00"
    assert shown(reading("A266.1"), SUPPLY, NOON).text == "A266.1"
    assert shown(reading(""), SUPPLY, NOON).text == NO_VALUE


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("2026-01-20T08:47:20", "20 Jan 2026 08:47:20"),
        ("2026-01-20T08:47", "20 Jan 2026 08:47"),
        ("2026-01-20", "20 Jan 2026"),
        ("2026-02-30", "2026-02-30"),  # no day
        ("2026-01-20T08:47:20+01:00", "2026-01-20T08:47:20+01:00"),
        ("12345678", "12345678"),
        ("08:47:20", "08:47:20"),
        ("order 2026-01-20", "order 2026-01-20"),
    ],
)
def test_a_meter_s_own_clock_is_written_as_times_are_and_never_moved(
    told: str, text: str
) -> None:
    """It has no zone, so that of the screen does not touch it."""
    assert shown(reading(told), SUPPLY, NOON, COPENHAGEN).text == text
    german = QLocale(QLocale.Language.German)
    before = QLocale()
    QLocale.setDefault(german)
    try:
        assert shown(reading("2026-03-02"), SUPPLY, NOON).text == "2 März 2026"
    finally:
        QLocale.setDefault(before)


def test_off_is_a_word_without_a_unit() -> None:
    limit = PointSpec("l", "Limit", "°C", write=WriteRules(10, 110, 1, off_value=9.0))
    seen = shown(reading(9.0), limit, NOON)
    assert (seen.text, seen.unit) == ("OFF", "")
    assert shown(reading(10.0), limit, NOON).unit == "°C"


@pytest.mark.parametrize(
    ("rules", "kind", "text"),
    [
        (WriteRules(10, 110, 1, off_value=9.0), ValueKind.NUMBER, "OFF, 10 – 110"),
        (WriteRules(-9.9, 0.0), ValueKind.NUMBER, f"{MINUS}10 – 0"),
        (WriteRules(minimum=5), ValueKind.NUMBER, "≥ 5"),
        (WriteRules(maximum=5), ValueKind.NUMBER, "≤ 5"),
        (WriteRules(0, 2400), ValueKind.TIME_OF_DAY, "00:00 – 24:00"),
        (WriteRules(allow=(1.0, 2.0)), ValueKind.CHOICE, "Scheduled, Comfort"),
        (WriteRules(), ValueKind.CHOICE, "Manual, Scheduled, Comfort"),
        (None, ValueKind.NUMBER, ""),
    ],
)
def test_a_range_reads_as_its_column_shows_it(
    rules: WriteRules | None, kind: ValueKind, text: str
) -> None:
    choices = {0: "Manual", 1: "Scheduled", 2: "Comfort"}
    spec = PointSpec("x", "X", kind=kind, write=rules, choices=choices)
    assert range_text(spec) == text


def test_every_quality_has_a_word() -> None:
    assert len({quality_word(each) for each in Quality}) == len(Quality)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("1474033.250", "1\u00a0474\u00a0033.250"),
        ("-12345", "\u221212\u00a0345"),
        ("1234", "1234"),  # as `figures`: four whole ones stand alone
        ("1234.5", "1\u00a0234.5"),
        ("0.00", "0.00"),
        ("1E+6", "1\u00a0000\u00a0000"),
        (
            "123456789012345678.123456789",
            "123\u00a0456\u00a0789\u00a0012\u00a0345\u00a0678.123456789",
        ),
    ],
)
def test_an_exact_figure_groups_its_thousands_and_loses_no_digit(value: str, says: str) -> None:
    assert exact(Decimal(value)) == says


def test_an_exact_figure_and_a_measured_one_are_written_alike() -> None:
    for value in ("0", "7", "999", "1000", "9999.5", "10000", "-1234567.25"):
        decimals = max(0, -int(Decimal(value).as_tuple().exponent))
        assert exact(Decimal(value)) == figures(float(value), decimals)
