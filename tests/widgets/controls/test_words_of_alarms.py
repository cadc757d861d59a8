"""What raised an alarm and why a reading is not good are told in words and figures."""

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from app.model.alarm import Alarm, AlarmState
from app.model.reading import DeviceId, Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.controls.alarmwords import condition_text, kind_word, limit_text, number
from widgets.controls.quality import shown
from widgets.controls.reasons import reason_text

RETURN = smallplant.READINGS[2]  # °C with one decimal
ROOT = Path(__file__).parents[3]
CODE = "(?P<code>[a-z]+(?:-[a-z]+)+)"
GIVEN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\breason\W+{CODE}\b",  # of a recorded answer
        rf"\bsentinel: {{[^}}]*: {CODE}}}",  # of a profile
        rf'^[A-Z_]+ = "{CODE}"',  # a driver's own
        rf"Quality\.(?:BAD|STALE|OFFLINE)\b[^)]*?\"{CODE}\"",
    )
)
NOT_REASONS = {"modbus-tcp"}


def alarm(kind: str, value: float | None, limit: float | None) -> Alarm:
    made = smallplant.alarm(6, "Return high", DeviceId("birkevej-3"), 2)
    return replace(made, rule=replace(made.rule, kind=kind, limit=limit), value=value)


@pytest.mark.parametrize(
    ("kind", "value", "limit", "condition", "told_limit"),
    [
        ("high", 47.3, 40.0, "47.3 °C > 40.0", "> 40.0"),
        ("low", -12.0, -10.0, "−12.0 °C < −10.0", "< −10.0"),
        ("high", 12047.3, 10000.0, "12\u00a0047.3 °C > 10\u00a0000.0", "> 10\u00a0000.0"),
        ("high", None, 40.0, "", "> 40.0"),
        ("high", 47.3, None, "", ""),
        ("offline", None, None, "", ""),
        ("device-bit", 1.0, None, "", ""),
        ("offline", 1.0, 2.0, "", ""),
    ],
)
def test_a_condition_reads_as_value_sign_and_limit(
    kind: str, value: float | None, limit: float | None, condition: str, told_limit: str
) -> None:
    made = alarm(kind, value, limit)
    assert condition_text(made, RETURN) == condition
    assert limit_text(made, RETURN) == told_limit


def test_a_condition_is_told_without_its_unit_while_the_point_is_not_known() -> None:
    assert condition_text(alarm("high", 47.25, 40.0), None) == "47.25 > 40"


@pytest.mark.parametrize(
    ("value", "text"),
    [(40.0, "40"), (40.5, "40.5"), (40.25, "40.25"), (40.333333, "40.33"), (-0.0, "0")],
)
def test_a_figure_without_a_point_has_as_many_places_as_it_needs(
    value: float, text: str
) -> None:
    assert number(value, None) == text


def test_a_figure_of_a_choice_is_its_word() -> None:
    pump = next(each for each in smallplant.READINGS if each.key == "p1")
    assert number(0.0, pump) == "Off"


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("high", "High limit"),
        ("low", "Low limit"),
        ("offline", "No connection"),
        ("device-bit", "Reported by the device"),
        ("rate-of-change", "rate-of-change"),
    ],
)
def test_a_rule_says_of_what_kind_it_is(kind: str, word: str) -> None:
    assert kind_word(kind) == word


def test_every_kind_of_rule_there_is_has_words_of_its_own() -> None:
    import app.alarms.rules
    from app.alarms.ruletype import RuleType
    from app.plugins import discover

    kinds = {each.kind for each in discover(app.alarms.rules, "RULE", RuleType).values()}
    assert {"high", "low", "offline", "device-bit"} <= kinds
    assert [each for each in kinds if kind_word(each) == each] == []


def codes_given() -> set[str]:
    """Return every reason code that a profile or the code gives to a reading."""
    profiles = [
        each.read_text(encoding="utf-8")
        for each in files("resources.profiles").iterdir()
        if each.name.endswith(".yaml")
    ]
    sources = [
        each.read_text(encoding="utf-8")
        for folder in ("app/acquisition", "app/profiles", "drivers")
        for each in (ROOT / folder).rglob("*.py")
    ]
    found = {
        match["code"]
        for text in profiles + sources
        for pattern in GIVEN
        for line in (text, *text.splitlines())
        for match in pattern.finditer(line)
    }
    return found - NOT_REASONS


def test_every_reason_a_profile_or_driver_gives_has_a_sentence_of_its_own() -> None:
    given = codes_given()
    assert {"sensor-open", "not-connected", "register-refused", "device-offline"} <= given
    assert sorted(code for code in given if reason_text(code) == code.replace("-", " ")) == []


@pytest.mark.parametrize("code", ["device-late", "device-offline", "too-old", "core-lost"])
def test_the_reasons_of_a_lost_device_are_told_in_its_tip(code: str) -> None:
    reading = Reading(point_id(AHORNVEJ, "s5"), 33.3, Quality.STALE, NOON, code)
    assert reason_text(code) != code.replace("-", " ")
    assert reason_text(code) in shown(reading, RETURN, NOON).tip


def test_an_alarm_that_is_over_still_tells_what_raised_it() -> None:
    made = replace(alarm("high", 47.3, 40.0), state=AlarmState.RETURNED)
    assert condition_text(made, RETURN) == "47.3 °C > 40.0"
