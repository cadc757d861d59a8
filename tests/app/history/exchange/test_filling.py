"""Gaps of an index in a file: filled by wish, marked, and nothing counted is lost or gained."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.exchange.filling import filled, within
from app.history.exchange.table import Rows
from app.model.reading import PointId, Quality
from app.sampleverbs import INTERPOLATED, PointFacts
from app.series import CODE_OF
from tests.app.history.exchange.files import row, taken

HOUR_MS = 3_600_000
QUARTER_MS = 900_000
BEGIN_MS = 1_768_478_400_000
INDEX = PointFacts(PointId("m.energy"), "Meter", "Energy", "kWh", decimals=2, counts=True)
GOOD, OFFLINE = CODE_OF[Quality.GOOD], CODE_OF[Quality.OFFLINE]


def rows(values: list[float | None], step_ms: int = QUARTER_MS) -> Rows:
    """Return readings one behind the other; None is a moment of which nothing is kept."""
    there = [nth for nth, value in enumerate(values) if value is not None]
    return Rows(
        INDEX,
        np.array([BEGIN_MS + nth * step_ms for nth in there], np.int64),
        np.array([values[nth] for nth in there], np.float64),
        np.full(len(there), GOOD, np.uint8),
    )


def told(found: Rows) -> list[tuple[int, float, str]]:
    reasons = found.reasons or [""] * len(found)
    at = ((found.times_ms - BEGIN_MS) // QUARTER_MS).tolist()
    return list(zip(at, found.values.tolist(), reasons, strict=True))


def test_a_gap_is_filled_between_its_readings_and_says_so() -> None:
    found = filled(rows([100.0, 100.5, None, None, 102.0, 102.5]), HOUR_MS)
    assert found.count == 2
    assert told(found.rows) == [
        (0, 100.0, ""),
        (1, 100.5, ""),
        (2, 101.0, INTERPOLATED),
        (3, 101.5, INTERPOLATED),
        (4, 102.0, ""),
        (5, 102.5, ""),
    ]
    quality = found.rows.quality.tolist()
    assert quality.count(CODE_OF[Quality.UNCERTAIN]) == 2
    assert quality[0] == GOOD


@pytest.mark.parametrize(
    ("values", "most_ms"),
    [
        ([100.0, None, None, None, None, 101.0, 101.25, 101.5], HOUR_MS),  # longer than wished
        ([100.0, 100.25, None, None, 7.0, 7.25], 9 * HOUR_MS),  # the index fell
        ([100.0], HOUR_MS),
        ([], HOUR_MS),
        ([100.0, 100.25, 100.5], HOUR_MS),
    ],
)
def test_what_may_not_be_filled_stays_open(values: list[float | None], most_ms: int) -> None:
    found = filled(rows(values), most_ms)
    assert found.count == 0
    assert told(found.rows) == told(rows(values))


def test_a_meter_read_by_the_hour_is_filled_by_the_hour() -> None:
    found = filled(rows([1.0, 2.0, None, 4.0, 5.0, 6.0], HOUR_MS), 6 * HOUR_MS)
    assert [at for at, _value, why in told(found.rows) if why] == [8]
    assert found.count == 1


def test_a_row_without_a_reading_gives_way_and_one_beside_a_long_gap_stays() -> None:
    came = rows([10.0, 10.25, 10.5, 10.75, 11.0])
    quality = came.quality.copy()
    quality[2] = OFFLINE
    values = came.values.copy()
    values[2] = np.nan
    silent = Rows(
        INDEX, came.times_ms, values, quality, [""] * 5, ["", "", "no-answer", "", ""]
    )
    found = filled(silent, HOUR_MS)
    assert told(found.rows)[2] == (2, 10.5, INTERPOLATED)
    assert len(found.rows) == 5
    kept = filled(silent, QUARTER_MS)
    assert kept.count == 0
    assert kept.rows is silent


def test_a_word_in_the_place_of_a_number_keeps_its_place() -> None:
    came = rows([1.0, 1.25, None, 1.75])
    words = Rows(INDEX, came.times_ms, came.values, came.quality, ["", "", ""], ["", "x", ""])
    found = filled(words, HOUR_MS).rows
    assert list(found.reasons) == ["", "x", INTERPOLATED, ""]
    assert list(found.words) == [""] * 4


def _rising(steps: list[int | None]) -> list[float | None]:
    total, found = 0, list[float | None]()
    for step in steps:
        total += step or 0
        found.append(None if step is None else total / 100)
    return found


READINGS = st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1, max_size=40).map(
    _rising
)


@settings(max_examples=60)
@given(READINGS, st.integers(1, 12))
def test_all_that_was_counted_stays_what_it_was_and_no_hour_is_negative(
    values: list[float | None], most: int
) -> None:
    before = rows(values)
    found = filled(before, most * QUARTER_MS).rows
    kept = dict(zip(found.times_ms.tolist(), found.values.tolist(), strict=True))
    for at, value in zip(before.times_ms.tolist(), before.values.tolist(), strict=True):
        assert kept[at] == value, "what was read stands there untouched"
    assert len(kept) == len(found)
    assert (np.diff(found.times_ms) > 0).all()
    assert (np.diff(found.values) >= 0).all(), "so the parts add up to final less initial"
    steps = np.diff(before.times_ms)
    if len(steps) and steps.max() > most * QUARTER_MS:
        assert np.diff(found.times_ms).max() == steps.max(), "never a longer gap than wished"


def test_only_the_time_asked_for_is_written() -> None:
    found = filled(rows([1.0, 1.25, None, None, 2.0, 2.25]), HOUR_MS).rows
    part = within(found, BEGIN_MS + 2 * QUARTER_MS, BEGIN_MS + 4 * QUARTER_MS)
    assert told(part) == [(2, 1.5, INTERPOLATED), (3, 1.75, INTERPOLATED)]
    assert len(within(rows([1.0]), 0, BEGIN_MS)) == 0


def test_what_only_a_file_tells_is_not_brought_back_as_a_reading() -> None:
    taking = taken(row("20.5"), row("21", quality="uncertain", reason=INTERPOLATED))
    assert (taking.read, taking.bad, taking.interpolated, len(taking)) == (2, 0, 1, 1)
    (series,) = taking.part().series
    assert series.values.tolist() == [20.5]
