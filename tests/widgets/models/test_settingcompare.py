"""Two sides of settings: what counts as the same, what differs, what may be carried over."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.point import PointSpec, ValueKind, WriteRules
from tests.fakes.smallplant import SETTINGS
from widgets.models.rows import RowsModel
from widgets.models.settingcompare import (
    Compared,
    Tolerance,
    compare_columns,
    compared,
    tolerance_of,
    typed,
)
from widgets.models.staging import parse
from widgets.speech import speak

SPECS = {spec.key: spec for spec in SETTINGS}
SLOPE, COMFORT, LIMIT, MODE, START = (
    SPECS[key] for key in ("p11175", "p11180", "p11029", "p11200", "p12122")
)


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("", Tolerance()),
        ("0.5", Tolerance(0.5)),
        ("0,5", Tolerance(0.5)),
        (" 2 % ", Tolerance(2.0, percent=True)),
        ("10%", Tolerance(10.0, percent=True)),
    ],
)
def test_a_tolerance_is_read_as_typed(text: str, tolerance: Tolerance) -> None:
    assert tolerance_of(text) == tolerance


@pytest.mark.parametrize("text", ["-1", "half", "2 %%", "1e3", "nan"])
def test_what_is_no_tolerance_is_told(text: str) -> None:
    with pytest.raises(BadInput, match=r"is no tolerance such as 0\.5 or 2 %"):
        tolerance_of(text)


def test_numbers_within_the_tolerance_are_the_same() -> None:
    assert Tolerance().covers(COMFORT, 20.0, 20.04)
    assert not Tolerance().covers(COMFORT, 20.0, 20.5)
    assert Tolerance(0.5).covers(COMFORT, 20.0, 20.5)
    assert not Tolerance(0.5).covers(COMFORT, 20.0, 20.6)
    assert Tolerance(10, percent=True).covers(COMFORT, 22.0, 20.0)
    assert not Tolerance(10, percent=True).covers(COMFORT, 22.3, 20.0)


def test_words_times_and_off_must_be_the_same_exactly() -> None:
    wide = Tolerance(1000)
    assert not wide.covers(MODE, 1.0, 2.0)
    assert not wide.covers(START, 130.0, 200.0)
    assert not wide.covers(LIMIT, 9.0, 40.0)
    assert wide.covers(LIMIT, 9.0, 9.0)
    assert wide.covers(LIMIT, 38.0, 40.0)


def test_what_only_one_side_tells_is_different_but_not_carried() -> None:
    rows = compared(SETTINGS, {"p11175": 1.2, "p11180": 20.0}, {"p11175": 1.4}, Tolerance())
    assert [(row.spec.key, row.differs, row.may_be_taken_over) for row in rows] == [
        ("p11175", True, True),
        ("p11180", True, False),
    ]
    assert [row.known for row in rows] == [True, False]


def test_what_cannot_be_written_is_compared_but_not_carried() -> None:
    fixed = replace(SLOPE, write=None)
    [row] = compared([fixed], {"p11175": 1.2}, {"p11175": 1.4}, Tolerance())
    assert row.differs
    assert not row.may_be_taken_over


def test_the_table_tells_both_sides_and_by_how_much() -> None:
    rows = compared(
        SETTINGS,
        {"p11175": 1.2, "p11029": 9.0, "p11200": 1.0, "p11180": 20.0},
        {"p11175": 1.4, "p11029": 40.0, "p11200": 2.0},
        Tolerance(),
    )
    columns = compare_columns("Ahornvej 14", "Birkevej 3", str)
    model = RowsModel(columns, lambda row: row.spec.key)
    model.replace(rows)
    told = {
        row.spec.key: [column.cell(row).text for column in columns[3:]] for row in model.rows
    }
    assert told["p11175"] == ["1.2", "1.4", "−0.2", ""]
    assert told["p11029"] == ["OFF", "40", "", "°C"]
    assert told["p11200"] == ["Scheduled", "Comfort", "", ""]
    assert told["p11180"] == ["20.0", "–", "", "°C"]


numbers = st.integers(-9999, 999_999).map(lambda raw: raw / 10)


@given(numbers)
def test_what_is_carried_over_means_the_same_number_again(value: float) -> None:
    spec = PointSpec("x", "x", "°C", 1, write=WriteRules(-99999, 999999, 0.1))
    assert parse(typed(Compared(spec, 0.0, value, differs=True)), spec) == pytest.approx(value)


@pytest.mark.parametrize(("language", "text"), [("en", "1.250"), ("de", "1,250")])
def test_three_places_are_carried_in_the_language_s_own_writing(
    language: str, text: str
) -> None:
    spec = PointSpec("x", "x", "°C", 3, write=WriteRules(0, 9, 0.001))
    speak(language)
    try:
        carried = typed(Compared(spec, 0.0, 1.25, differs=True))
        meant = parse(carried, spec)
    finally:
        speak("en")
    assert (carried, meant) == (text, 1.25)


@pytest.mark.parametrize(
    ("spec", "value", "text"),
    [(LIMIT, 9.0, "OFF"), (MODE, 2.0, "Comfort"), (START, 130.0, "01:30")],
)
def test_words_and_times_are_carried_as_words_and_times(
    spec: PointSpec, value: float, text: str
) -> None:
    row = Compared(spec, 0.0, value, differs=True)
    assert typed(row) == text
    assert parse(text, spec) == value
    assert typed(replace(row, there=None)) == ""
    assert spec.kind in ValueKind
