"""Values are written as the controller means them: OFF, words, times, real minus."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.point import ValueKind
from app.reports.form import (
    Form,
    differ,
    finite,
    form_of,
    number,
    range_texts,
    signed,
    written,
)
from app.reports.words import Words
from tests.app.reports import sample

EN = Words()
TEMPERATURE = Form("°C", 1, minimum=5, maximum=40, step=0.1, writable=True)
TIME = Form("s", off_value=0, minimum=1, maximum=50, step=1, writable=True)
MODE = Form(kind=ValueKind.CHOICE, choices=((0, "manual"), (1, "scheduled")), writable=True)


def setting(key: str) -> Form:
    """How a setting of the real controller is written."""
    return form_of(sample.profile().points[key])


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (TEMPERATURE, 20.0, "20.0"),
        (TEMPERATURE, -2.34, "−2.3"),
        (TEMPERATURE, -0.04, "0.0"),
        (TEMPERATURE, None, "–"),
        (TIME, 0.0, "OFF"),
        (TIME, 25.0, "25"),
        (MODE, 1.0, "scheduled"),
        (MODE, 7.0, "code 7"),
        (Form(kind=ValueKind.TIME_OF_DAY), 530.0, "05:30"),
        (Form(kind=ValueKind.TIME_OF_DAY), 2400.0, "24:00"),
        (Form(kind=ValueKind.TEXT), "10.20.14.31", "10.20.14.31"),
        (Form(kind=ValueKind.TEXT), "", "–"),
        (Form(), datetime(2026, 1, 20, 8, tzinfo=UTC), "2026-01-20 08:00:00"),
        (Form("kWh", 2), 1234567.5, "1 234 567.50"),
        (Form("kWh", 1), 9846.2, "9846.2"),
    ],
)
def test_a_value_is_written_as_the_device_means_it(
    form: Form, value: float | str | datetime | None, text: str
) -> None:
    assert written(form, value, EN) == text


def test_days_are_named_and_no_day_says_none() -> None:
    days = setting("c2_antibac_days")
    assert written(days, 0b1000001, EN) == "Monday, Sunday"
    assert written(days, 0, EN) == "none"


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        ("c1_heat_curve_slope", "0.1 – 4.0"),
        ("c1_ret_x1_outdoor", "−60 – 20"),
        ("c1_ret_integration", "OFF, 1 – 50"),
        ("c1_ret_priority", "OFF, ON"),
        ("c1_actuator", "ABV, GEAR"),
        ("ip_address", "–"),
        ("c2_antibac_days", "any of 7"),
    ],
)
def test_the_accepted_values_are_told_in_full(key: str, accepted: str) -> None:
    assert range_texts(setting(key), EN)[0] == accepted


def test_many_choices_are_told_shorter_and_shorter() -> None:
    full, short, count = range_texts(setting("c1_flow_input_type"), EN)
    assert full.startswith("OFF, IM1, IM2, IM3")
    assert short == "OFF, IM1–4, EM1–5"
    assert count == "10 choices"
    assert range_texts(setting("c1_ext_input"), EN)[1] == "OFF, S1–16"


def test_only_what_may_be_written_counts_as_a_choice() -> None:
    assert (
        range_texts(setting("c1_mode"), EN)[0] == "scheduled, comfort, saving, frost protection"
    )


@given(st.floats(-60, 150).map(lambda value: round(value, 1)))
def test_half_a_step_is_the_same_setting_and_a_whole_step_is_not(value: float) -> None:
    assert not differ(TEMPERATURE, value, value + 0.049)
    assert differ(TEMPERATURE, value, value + 0.1)
    assert differ(TEMPERATURE, value, value - 0.1)


def test_without_a_step_the_printed_digits_decide() -> None:
    assert not differ(Form("°C", 1), 20.0, 20.04)
    assert differ(Form("°C", 1), 20.0, 20.06)
    assert differ(Form(kind=ValueKind.TEXT), "10.0.0.1", "10.0.0.2")


def test_a_value_nobody_knows_differs_from_nothing() -> None:
    assert not differ(TEMPERATURE, None, 20.0)
    assert not differ(TEMPERATURE, 20.0, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_no_value(value: float) -> None:
    assert finite(value) is None


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_written_number_reads_back(value: float, decimals: int) -> None:
    text = number(value, decimals, EN).replace("−", "-").replace(" ", "")
    assert abs(float(text) - value) <= 10.0**-decimals / 2 + 1e-9 * abs(value)
    assert not text.startswith("-0.0") or float(text) != 0


@pytest.mark.parametrize("language", ["da", "de", "fr"])
def test_a_number_has_the_decimal_sign_of_the_report_s_language(language: str) -> None:
    assert number(-12345.67, 1, Words(language)) == "−12 345,7"
    assert signed(0.4, 1, Words(language)) == "+0,4"


def test_a_difference_carries_its_sign() -> None:
    assert [signed(value, 1, EN) for value in (0.4, -5.4, 0.0, -0.04)] == [
        "+0.4",
        "−5.4",
        "0.0",
        "0.0",
    ]
