"""Values in two periods: sums of what was counted, means of what was measured."""

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.comparison import Compared, Side
from app.model.point import PointSpec
from app.model.reading import PointId
from app.reports.sheets.plaintable import plain_csv
from app.reports.words import Words
from tests.fakes.counted import compared
from tests.fakes.smallplant import NOON
from widgets.charts.pens import Subject
from widgets.consumption.stretch import STEPS, Beside, Scale, stretch_of
from widgets.periods.rows import Row, columns, rows_of, sheet

ZONE = ZoneInfo("Europe/Copenhagen")
DAY = stretch_of(Scale.DAY, date(2026, 1, 19))
BEFORE = DAY.moved(-1)
AMOUNTS = st.lists(
    st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=2, max_size=8
)


def side(unit: str, *values: str | None, of: str = "now") -> Side:
    """Return a day of hours of which the first are known."""
    bounds = (DAY if of == "now" else BEFORE).bounds(ZONE)
    usual = compared(PointId("m.e"), bounds, bounds, STEPS[Scale.DAY]).sides[0]
    known = [None if each is None else Decimal(each) for each in values]
    padded = (*known, *([None] * (len(usual.starts) - len(known))))
    return Side(
        unit, usual.starts, usual.ends_at, padded, tuple(each is not None for each in padded)
    )


def value(
    name: str, now: Side, before: Side, *, counted: bool = True
) -> tuple[Compared, Subject]:
    point = PointId(f"{name}.e1")
    spec = PointSpec("e1", "Energy", now.unit, 2)
    return Compared(point, counted, (now, before)), Subject(point, spec, name)


def rows(*values: tuple[Compared, Subject]) -> list[Row]:
    found, subjects = [each for each, _s in values], [each for _c, each in values]
    return rows_of(found, subjects, DAY, Beside.BEFORE, ZONE)


def shown(told: Sequence[Row]) -> list[list[str]]:
    made = columns(DAY, BEFORE, ZONE)
    return [[column.cell(row).text.replace("\u00a0", "") for column in made] for row in told]


def test_a_row_tells_both_sums_their_difference_and_its_share() -> None:
    told = rows(value("m1", side("kWh", "1.5", "2.5"), side("kWh", "1.0", "1.0", of="before")))
    assert shown(told) == [["m1: Energy", "sum", "kWh", "4.0", "2.0", "+2.0", "+100.0"]]
    heads = [column.title() for column in columns(DAY, BEFORE, ZONE)]
    assert heads == [
        *("Value", "Kind", "Unit", "19 Jan 2026", "18 Jan 2026", "More or less", "%")
    ]


def test_what_is_measured_has_means_and_no_sum_below() -> None:
    told = rows(
        value("m1", side("°C", "60.0", "65.0"), side("°C", "55.0"), counted=False),
        value("m2", side("°C", "70.0"), side("°C", "70.0"), counted=False),
    )
    assert [each[1:] for each in shown(told)] == [
        ["mean", "°C", "62.5", "55.0", "+7.5", "+13.6"],
        ["mean", "°C", "70.0", "70.0", "0.0", "0.0"],
    ]


def test_kwh_and_mwh_are_added_in_one_unit_and_what_is_unknown_is_counted() -> None:
    told = rows(
        value("m1", side("kWh", "500.0"), side("kWh", "400.0")),
        value("m2", side("MWh", "1.250"), side("MWh", "1.000")),
        value("m3", side("kWh"), side("kWh", "100.0")),
    )
    assert shown(told)[-1] == [
        *("Together [kWh]", "sum of 2 of 3", "kWh", "1750.0", "1500.0", "+250.0", "+16.7")
    ]
    assert shown(told)[2] == ["m3: Energy", "sum", "kWh", "–", "100.0", "–", "–"]


def test_unlike_things_are_never_added() -> None:
    told = rows(
        value("m1", side("kWh", "5"), side("kWh", "4")),
        value("m2", side("m³", "5"), side("m³", "4")),
        value("m3", side("m³", "1"), side("m³", "1")),
        value("m4", side("barrel", "1"), side("barrel", "1")),
    )
    assert [row.name for row in told if row.point is None] == ["Together [m³]"]
    assert shown(told)[-1][3:5] == ["6", "5"]


def test_a_meter_that_changed_its_unit_is_told_in_one() -> None:
    told = rows(value("m1", side("MWh", "1.500"), side("kWh", "900")))
    assert shown(told)[0][2:] == ["MWh", "1.500", "0.900", "+0.600", "+66.7"]


def test_another_quantity_before_is_shown_with_its_unit_and_not_subtracted() -> None:
    told = rows(value("m1", side("kWh", "1.5"), side("m³", "3")))
    assert shown(told)[0][2:] == ["kWh", "1.5", "3 m³", "–", "–"]


def test_large_sums_are_told_in_a_larger_unit() -> None:
    told = rows(
        value("m1", side("kWh", "9000", "9000"), side("kWh", "100")),
        value("m2", side("kWh", "1"), side("kWh", "1")),
    )
    assert shown(told)[0][2:5] == ["MWh", "18.000", "0.100"]
    assert shown(told)[1][2:5] == ["kWh", "1", "1"]
    assert shown(told)[2][0:5] == ["Together [MWh]", "sum of 2 of 2", "MWh", "18.001", "0.101"]


@given(AMOUNTS)
def test_the_sum_is_that_of_the_rows_to_the_last_digit(pairs: list[tuple[int, int]]) -> None:
    values = [
        value(f"m{nth}", side("kWh", f"{now / 100:.2f}"), side("kWh", f"{before / 100:.2f}"))
        for nth, (now, before) in enumerate(pairs)
    ]
    *_rows, total = rows(*values)
    figures = total.figures
    assert figures.now == Decimal(sum(now for now, _b in pairs)) / 100
    assert figures.before == Decimal(sum(before for _n, before in pairs)) / 100
    assert total.point is None


def test_unknown_is_never_nought() -> None:
    told = rows(value("m1", side("kWh"), side("kWh")), value("m2", side("kWh"), side("kWh")))
    assert [each[3:] for each in shown(told)] == [["–"] * 4] * 3
    assert told[-1].sort == "sum of 0 of 2"


def test_the_parts_of_a_row_are_there_for_its_bars() -> None:
    (row,) = rows(value("m1", side("kWh", "1.5", "2.5"), side("kWh", "1.0", of="before")))
    assert row.parts is not None
    assert len(row.parts.pairs) == 24
    amounts = [pair.now.amount for pair in row.parts.pairs if pair.now]
    assert amounts[:3] == [Decimal("1.5"), Decimal("2.5"), None]
    assert row.key == "m1.e1"


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_file_holds_what_the_table_shows(language: str) -> None:
    told = rows(
        value("m1", side("kWh", "500.0"), side("kWh", "400.0")),
        value("m2", side("MWh", "1.250"), side("MWh", "1.500")),
        value("m3", side("kWh"), side("kWh", "100.0")),
    )
    words = Words(language)
    made = sheet(told, (DAY, BEFORE), (NOON, "K. Lund"), ZONE, words)
    text = plain_csv(made, words).decode("utf-8-sig")
    between = ";" if words.decimal_sign == "," else ","
    _heads, *written = csv.reader(StringIO(text, newline=""), delimiter=between)
    for line, row in zip(written, shown(told), strict=True):
        assert [each.replace(",", ".") for each in line[3:]] == [
            "" if each == "–" else each.replace("+", "").replace("−", "-") for each in row[3:]
        ]
        assert line[:3] == row[:3]
