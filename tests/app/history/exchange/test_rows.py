"""A row of a file is a sample, or a fault that names its column; never anything between."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.history.exchange.rows import MOST_TOLD
from app.model.reading import Quality
from app.series import CODE_OF
from tests.app.history.exchange.files import FILE, HEADS, SUPPLY, WORDS, row, taken

NOON_MS = 1_768_478_400_000


def fault(*cells: object, **how: str) -> tuple[str, str]:
    taking = taken(list(cells), decimal=how.get("decimal", "."))
    (found,) = taking.faults
    assert (taking.read, taking.bad, len(taking)) == (1, 1, 0)
    assert found.line == 2
    assert found.column == HEADS.index(found.head) + 1
    return found.head, found.says


def test_a_row_says_point_time_value_and_quality() -> None:
    part = taken(row("20.5"), row("", at="2026-01-15T12:15:00Z", quality="bad")).part()
    (series,) = part.series
    assert series.point == SUPPLY
    assert series.times_ms.tolist() == [NOON_MS, NOON_MS + 900_000]
    assert series.values[0] == 20.5
    assert np.isnan(series.values[1])
    assert series.quality.tolist() == [CODE_OF[Quality.GOOD], CODE_OF[Quality.BAD]]


@pytest.mark.parametrize(
    "at",
    [
        "2026-01-15T12:00:00Z",
        "2026-01-15 12:00",
        "2026-01-15T13:00:00+01:00",
        "2026-01-15T12:00:00.0004Z",
        NOON_MS,
    ],
)
def test_a_moment_may_be_written_in_many_ways(at: object) -> None:
    (series,) = taken(row(at=at)).part().series
    assert series.times_ms.tolist() == [NOON_MS]


def test_local_time_stands_with_its_offset_so_that_the_hour_that_comes_twice_is_told() -> None:
    heads = ("time_local", "utc_offset", "point", "value")
    rows = [
        ["2026-10-25 02:30:00", "UTC+02:00", SUPPLY, "1"],
        ["2026-10-25 02:30:00", "UTC+01:00", SUPPLY, "2"],
        ["2026-10-25 02:30:00", "", SUPPLY, "3"],
    ]
    taking = taken(*rows, heads=heads)
    (series,) = taking.part().series
    assert np.diff(series.times_ms).tolist() == [3_600_000]
    assert [each.line for each in taking.faults] == [4]


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "=cmd|'/C calc'!A0",
        "nan",
        "inf",
        "1e999",
        "1_000",
        "12,5",
        "0x1F",
        "١٢",
        "--1",
        "@x",
    ],
)
def test_what_is_no_number_is_no_value(value: str) -> None:
    head, says = fault(*row(value))
    assert head == "value"
    assert "no number" in says


def test_a_comma_is_the_decimal_sign_only_where_that_was_said() -> None:
    (series,) = taken(row("12,5"), decimal=",").part().series
    assert series.values.tolist() == [12.5]
    assert fault(*row("1.234"), decimal=",")[0] == "value"
    assert fault(*row("1.234,5"), decimal=",")[0] == "value"


@pytest.mark.parametrize(
    ("cells", "head"),
    [
        (row(point="ahornvej14.other"), "point"),
        (row(point="=cmd"), "point"),
        (row(unit="K"), "unit"),
        (row(at="yesterday"), "time_utc"),
        (row(at="2026-02-30T00:00Z"), "time_utc"),
        (row(at="0001-01-01T00:00:00+14:00"), "time_utc"),
        (row(quality="superb"), "quality"),
        (row("20", quality="offline"), "value"),
        (row(""), "value"),
        (row(reason="bell\x07"), "reason"),
        (row()[:4], "quality"),
    ],
)
def test_what_is_wrong_is_told_by_its_column(cells: list[object], head: str) -> None:
    assert fault(*cells)[0] == head


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2200-01-01T00:00:01Z", "'2200-01-01T00:00:01Z': a time in the future"),
        ("2200-01-01T01:30:00+01:00", "'2200-01-01T01:30:00+01:00': a time in the future"),
        (7_258_118_400_001, "'2200-01-01T00:00:00Z': a time in the future"),
        (2**70, f"'{2**70}': a time in the future"),
        ("1969-12-31T23:59:59Z", "'1969-12-31T23:59:59Z': a time before 1970"),
        (-1_000, "'1969-12-31T23:59:59Z': a time before 1970"),
    ],
)
def test_a_time_that_cannot_be_is_told_by_its_place_however_often(
    at: object, says: str
) -> None:
    assert fault(*row(at=at)) == ("time_utc", says)
    taking = taken(row(at=at), row(at=at), row(), row(at=at))
    assert [each.line for each in taking.faults] == [2, 3, 5]
    assert (taking.bad, len(taking)) == (3, 1)


def test_the_last_moment_that_may_be_brought_is_no_fault() -> None:
    (series,) = taken(row(at="2200-01-01T00:00:00Z")).part().series
    assert series.times_ms.tolist() == [7_258_118_400_000]


def test_words_and_reasons_come_one_by_one() -> None:
    part = taken(
        row("'=1+1", point=WORDS, unit=""),
        row("", quality="bad", reason="sensor-open"),
    ).part()
    assert part.series == []
    assert [each.reading.value for each in part.samples] == ["=1+1", None]
    assert part.samples[1].reading.reason == "sensor-open"


def test_a_million_faults_are_counted_and_the_first_told() -> None:
    taking = taken(*[row("x")] * 5_000)
    assert taking.bad == 5_000
    assert len(taking.faults) == MOST_TOLD


@pytest.mark.parametrize(
    ("heads", "column"),
    [
        (("time_utc", "point"), 3),
        (("point", "value"), 3),
        (("time_local", "point", "value"), 4),
        (("time_utc", "point", "value", "qualty"), 4),
        (("time_utc", "point", "value", "value"), 4),
        (("=cmd", "point", "value"), 1),
        (tuple(f"c{n}" for n in range(1_000_000)), 65),
    ],
)
def test_a_head_nobody_understands_is_refused_with_its_place(
    heads: tuple[str, ...], column: int
) -> None:
    with pytest.raises(BadInput, match=rf"^{FILE}, line 1, column {column}: "):
        taken(heads=heads)


cell = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", SUPPLY, "2026-01-15T12:00:00Z", "20.5", "°C", "good", "bad", "=1"]),
    st.floats(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.none(),
)


@given(st.lists(st.lists(cell, max_size=8), max_size=5))
def test_hostile_rows_are_samples_or_faults(rows: list[list[object]]) -> None:
    taking = taken(*rows)
    assert taking.read == len(rows)
    assert taking.bad == len(taking.faults)
    part = taking.part()
    held = sum(map(len, part.series)) + len(part.samples)
    assert held + taking.bad == len(rows)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - a zone is added
)
def test_a_number_and_a_moment_come_back_exactly(value: float, at: datetime) -> None:
    moment = at.replace(tzinfo=UTC, microsecond=0)
    (series,) = taken(row(repr(value), at=moment.isoformat())).part().series
    assert series.values.tolist() == [value]
    assert (
        datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(series.times_ms[0]))
        == moment
    )
