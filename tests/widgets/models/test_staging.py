"""What a person types becomes a checked wish, and nothing reaches the device from here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import PointId, Quality, Reading
from app.words import use_language
from tests.fakes.smallplant import NOON
from widgets.controls.quality import number_text
from widgets.models.staging import Staged, Staging, parse, problem_of
from widgets.speech import speak

SLOPE = PointSpec("slope", "Heat curve slope", decimals=1, write=WriteRules(0.1, 4.0, 0.1))
LIMIT = PointSpec("limit", "Return limit", "°C", write=WriteRules(10, 110, 1, off_value=9.0))
START = PointSpec("start", "Start", kind=ValueKind.TIME_OF_DAY, write=WriteRules(0, 2400, 10))
MODE = PointSpec(
    "mode",
    "Mode",
    kind=ValueKind.CHOICE,
    choices={0: "Manual", 1: "Scheduled", 2: "Comfort"},
    write=WriteRules(0, 2, 1, allow=(1.0, 2.0)),
)
WIDE = PointSpec("wide", "Wide", "l/h", decimals=1, write=WriteRules(0, 9000, 0.1))
HOT = PointSpec(
    "hot",
    "Max. temperature",
    "°C",
    write=WriteRules(10, 150, 1, confirm=True, danger="Damages floor heating."),
)


def seen(spec: PointSpec, value: float) -> Reading:
    return Reading(PointId(f"a.{spec.key}"), value, Quality.GOOD, NOON)


def staged(spec: PointSpec, old: float, text: str) -> Staged | None:
    staging = Staging()
    staging.stage(spec, seen(spec, old), text)
    return staging.get(spec.key)


@pytest.mark.parametrize(
    ("text", "spec", "value"),
    [
        ("1.1", SLOPE, 1.1),
        ("1,1", SLOPE, 1.1),
        (" 43 ", LIMIT, 43.0),
        ("43 °C", LIMIT, 43.0),
        ("\u22124", LIMIT, -4.0),
        ("-4", LIMIT, -4.0),
        ("1\u00a0204", LIMIT, 1204.0),
        ("off", LIMIT, 9.0),
        ("OFF", LIMIT, 9.0),
        ("scheduled", MODE, 1.0),
        ("06:30", START, 630.0),
        ("6.30", START, 630.0),
        ("2400", START, 2400.0),
    ],
)
def test_people_may_type_as_they_are_used_to(text: str, spec: PointSpec, value: float) -> None:
    assert parse(text, spec) == value


@pytest.mark.parametrize(
    ("text", "spec", "sentence"),
    [
        ("warm", LIMIT, "“warm” is no value for Return limit."),
        ("", LIMIT, "“” is no value for Return limit."),
        ("nan", LIMIT, "“nan” is no value for Return limit."),
        ("1e3", LIMIT, "“1e3” is no value for Return limit."),
        ("off", SLOPE, "“off” is no value for Heat curve slope."),
        ("24:10", START, "“24:10” is no time between 00:00 and 24:00."),
        ("12:60", START, "“12:60” is no time between 00:00 and 24:00."),
        ("noon", START, "“noon” is no time of day such as 06:30."),
    ],
)
def test_what_says_no_value_is_refused_in_a_sentence(
    text: str, spec: PointSpec, sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, spec)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("language", ["en", "da", "de", "fr"])
@pytest.mark.parametrize("text", ["1,500", "1.500"])
def test_what_can_mean_two_numbers_reaches_no_controller(language: str, text: str) -> None:
    speak(language)
    try:
        change = staged(WIDE, 20.0, text)
    finally:
        speak("en")
    assert change is not None
    assert (change.new, change.ready) == (None, False)
    assert "1500" in change.problem
    assert text in change.problem


@pytest.mark.parametrize(("language", "mark"), [("en", "."), ("da", ","), ("fr", ",")])
def test_a_shown_number_of_thousands_can_be_typed_back(language: str, mark: str) -> None:
    speak(language)
    try:
        shown = number_text(1204.5, WIDE)
        read = parse(shown, WIDE)
    finally:
        speak("en")
    assert shown == f"1\u00a0204{mark}5"
    assert read == 1204.5


@given(st.integers(1, 40))
def test_what_the_table_shows_can_be_typed_back(tenths: int) -> None:
    value = tenths / 10
    assert parse(number_text(value, SLOPE), SLOPE) == pytest.approx(value)


def test_a_change_inside_its_range_is_ready() -> None:
    change = staged(SLOPE, 1.2, "1.1")
    assert change is not None
    assert (change.old, change.new, change.new_text, change.ready) == (1.2, 1.1, "1.1", True)


def test_a_change_outside_its_range_is_kept_and_says_why_it_will_not_be_sent() -> None:
    change = staged(LIMIT, 45.0, "155")
    assert change is not None
    assert not change.ready
    assert change.problem == "Return limit: 155 °C is outside 10 … 110 °C"


@pytest.mark.parametrize("language", ["da", "de", "fr"])
def test_what_is_refused_is_told_in_the_language_in_force(language: str) -> None:
    english = [problem_of(SLOPE, value, 1.2) for value in (99.0, 1.234)]
    use_language(language)
    try:
        told = [problem_of(SLOPE, value, 1.2) for value in (99.0, 1.234)]
    finally:
        use_language("en")
    assert all(english)
    assert not set(told) & set(english)
    assert not any("outside" in words or "steps" in words for words in told), told


def test_a_value_between_the_steps_and_a_choice_not_allowed_are_refused() -> None:
    between, manual = staged(SLOPE, 1.2, "1.15"), staged(MODE, 1.0, "Manual")
    assert between is not None
    assert "steps of 0.1" in between.problem
    assert manual is not None
    assert "may not be written" in manual.problem


def test_a_word_that_is_no_value_stays_visible_with_its_sentence() -> None:
    change = staged(LIMIT, 45.0, "warm")
    assert change is not None
    assert (change.new, change.new_text) == (None, "warm")
    assert not change.ready


def test_typing_the_present_value_takes_the_change_back() -> None:
    staging = Staging()
    staging.stage(SLOPE, seen(SLOPE, 1.2), "1.1")
    staging.stage(SLOPE, seen(SLOPE, 1.2), "1.2")
    assert len(staging) == 0


def test_a_value_nobody_has_read_is_not_changed_blindly() -> None:
    staging = Staging()
    staging.stage(SLOPE, None, "1.1")
    change = staging.get("slope")
    assert change is not None
    assert change.problem.startswith("The present value is not known")


def test_a_value_read_afterwards_lets_the_change_through() -> None:
    staging = Staging()
    staging.stage(SLOPE, None, "1.1")
    staging.see({"slope": seen(SLOPE, 1.2)})
    assert [(each.old, each.new) for each in staging.ready] == [(1.2, 1.1)]
    staging.see({"slope": seen(SLOPE, 1.3)})
    assert [each.old for each in staging.ready] == [1.2]
    assert staging.undo(), "one step: the typing, not the reading"
    assert len(staging) == 0
    assert not staging.undo()


def test_a_dangerous_change_waits_for_consent() -> None:
    staging = Staging()
    staging.stage(HOT, seen(HOT, 70.0), "95")
    assert staging.ready == []
    staging.agree("hot", agreed=True)
    assert [each.spec.key for each in staging.ready] == ["hot"]
    staging.agree("nobody", agreed=True)


def test_a_hundred_and_more_steps_can_be_undone() -> None:
    staging = Staging()
    for step in range(1, 151):
        staging.stage(LIMIT, seen(LIMIT, 45.0), str(46 + step % 50))
    undone = 0
    while staging.undo():
        undone += 1
    assert undone == 150
    assert len(staging) == 0
    assert not staging.undo()


def test_discarding_everything_can_be_undone_too() -> None:
    staging = Staging()
    staging.stage(SLOPE, seen(SLOPE, 1.2), "1.1")
    staging.stage(LIMIT, seen(LIMIT, 45.0), "43")
    staging.drop("slope")
    staging.clear()
    staging.clear()
    assert len(staging) == 0
    staging.undo()
    assert [each.spec.key for each in staging] == ["limit"]
    staging.undo()
    assert [each.spec.key for each in staging] == ["slope", "limit"]


def test_what_was_sent_does_not_come_back_by_undo() -> None:
    staging = Staging()
    staging.stage(SLOPE, seen(SLOPE, 1.2), "1.1")
    staging.stage(LIMIT, seen(LIMIT, 45.0), "43")
    staging.forget("slope")
    staging.undo()
    assert len(staging) == 0


def test_a_refusal_of_the_device_stays_with_its_reason() -> None:
    staging = Staging()
    staging.stage(SLOPE, seen(SLOPE, 1.2), "1.1")
    staging.refuse("slope", "the device refused register 11175")
    staging.refuse("nobody", "x")
    assert [each.problem for each in staging.refused] == ["the device refused register 11175"]
