"""Values side by side: each at its own moment, nothing invented where another has none."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import numpy as np
import openpyxl
import pytest

from app.model.reading import PointId, Quality
from app.reports.sheets.valuetable import values_csv, values_xlsx
from app.reports.valuetable import ValueColumn, ValueTable, in_words, quality_words, value_table
from app.reports.words import Words
from app.series import CODE_OF, Series

START = datetime(2026, 3, 28, 23, tzinfo=UTC)  # local midnight before the clock is set
EN, DA = Words(), Words("da")


def column(
    name: str,
    samples: Sequence[tuple[int, float | None, Quality]],
    unit: str = "°C",
    decimals: int = 1,
    device: str = "Ahornvej 14",
) -> ValueColumn:
    """Samples are (minutes from the start, value, quality)."""
    times = [
        round((START + timedelta(minutes=at)).timestamp() * 1000) for at, _v, _q in samples
    ]
    values = [np.nan if value is None else value for _at, value, _q in samples]
    return ValueColumn(
        name,
        device,
        unit,
        decimals,
        Series(
            PointId(f"a.{name}"),
            np.array(times, dtype=np.int64),
            np.array(values),
            np.array([CODE_OF[quality] for _a, _v, quality in samples], dtype=np.uint8),
        ),
    )


def table(*columns: ValueColumn, hours: float = 24) -> ValueTable:
    return value_table(
        columns,
        (START, START + timedelta(hours=hours)),
        title="Ahornvej 14 & <b>more</b>",
        zone="Europe/Copenhagen",
        made_at=START + timedelta(days=2),
        made_by="K. Lund",
    )


GOOD = Quality.GOOD
FLOW = column("S3 Flow", [(0, 50.0, GOOD), (15, 50.25, GOOD), (30, None, Quality.OFFLINE)])
POWER = column("Power", [(0, 12.345, GOOD), (20, -0.4, Quality.UNCERTAIN)], "kW", 2)


def rows(raw: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))


def test_every_moment_of_any_column_has_a_row() -> None:
    made = table(FLOW, POWER)
    minutes = [(at / 1000 - START.timestamp()) / 60 for at in made.times_ms]
    assert minutes == [0, 15, 20, 30]
    assert [made.value(row, 0) for row in range(4)] == [50.0, 50.25, None, None]
    assert [made.value(row, 1) for row in range(4)] == [12.345, None, -0.4, None]
    assert [made.quality(row, 0) for row in range(4)] == [GOOD, GOOD, None, Quality.OFFLINE]


def test_samples_outside_of_the_period_are_left_out() -> None:
    assert len(table(FLOW, hours=0.3)) == 2
    assert len(table(column("S9", []))) == 0


def test_a_table_of_nothing_is_still_a_file() -> None:
    assert rows(values_csv(table(), EN)) == [["Local time", "UTC offset"]]
    assert openpyxl.load_workbook(BytesIO(values_xlsx(table(), EN)))["Values"].max_row == 1


def test_the_csv_says_unit_quality_and_offset() -> None:
    told = rows(values_csv(table(FLOW, POWER), EN))
    assert told[0] == [
        *("Local time", "UTC offset", "S3 Flow [°C]", "Quality of S3 Flow"),
        *("Power [kW]", "Quality of Power"),
    ]
    assert told[1] == ["2026-03-29 00:00:00", "+01:00", "50.0", "", "12.35", ""]
    assert told[3] == ["2026-03-29 00:20:00", "+01:00", "", "", "-0.40", "uncertain"]
    assert told[4] == ["2026-03-29 00:30:00", "+01:00", "", "offline", "", ""]


def test_a_column_of_good_values_needs_no_quality() -> None:
    told = rows(values_csv(table(column("S1", [(0, 1.0, GOOD)])), EN))
    assert told == [
        ["Local time", "UTC offset", "S1 [°C]"],
        ["2026-03-29 00:00:00", "+01:00", "1.0"],
    ]


def test_the_newest_comes_first_where_the_screen_shows_it_so() -> None:
    oldest = rows(values_csv(table(FLOW), EN))[1:]
    assert rows(values_csv(table(FLOW), EN, newest_first=True))[1:] == oldest[::-1]


def test_summer_and_winter_time_are_told_apart() -> None:
    late = column("S1", [(90, 1.0, GOOD), (150, 2.0, GOOD)])
    told = rows(values_csv(table(late), EN))[1:]
    assert [row[:2] for row in told] == [
        ["2026-03-29 01:30:00", "+01:00"],
        ["2026-03-29 03:30:00", "+02:00"],
    ]


def test_a_comma_for_decimals_parts_cells_with_semicolons() -> None:
    raw = values_csv(table(FLOW), DA)
    assert rows(raw, ";")[1][2] == "50,0"
    assert values_csv(table(FLOW), DA, separator="\t").splitlines()[1].count(b"\t") == 3


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@SUM(A1)", "\tx"])
def test_a_name_is_never_a_formula(name: str) -> None:
    evil = table(column(name, [(0, 1.0, GOOD)]))
    assert rows(values_csv(evil, EN))[0][2] == f"'{name} [°C]"
    sheet = openpyxl.load_workbook(BytesIO(values_xlsx(evil, EN)))["Values"]
    assert sheet["C1"].data_type == "s"


@pytest.mark.parametrize(
    "name",
    ["S3, “flow”", 'S3 "flow"', "line\nbreak", "Ø" * 300, "🔥 heat", "חימום", "<b>x</b>"],
)
def test_odd_names_come_through_whole(name: str) -> None:
    odd = table(column(name, [(0, 1.0, GOOD)], ""))
    assert rows(values_csv(odd, EN))[0][2] == name
    book = openpyxl.load_workbook(BytesIO(values_xlsx(odd, EN)))
    assert book["Values"]["C1"].value == name


def test_the_spreadsheet_holds_the_same_values_as_numbers() -> None:
    made = table(FLOW, POWER)
    sheet = openpyxl.load_workbook(BytesIO(values_xlsx(made, EN)))["Values"]
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[2] for row in values] == [50.0, 50.2, None, None]
    assert [row[4] for row in values] == [12.35, None, -0.4, None]
    assert values[2][5] == "uncertain"
    assert sheet["E2"].number_format == "0.00"
    assert sheet.freeze_panes == "A2"


def test_the_spreadsheet_says_where_it_comes_from() -> None:
    book = openpyxl.load_workbook(BytesIO(values_xlsx(table(FLOW), EN)))
    facts = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert facts["Title"] == "Ahornvej 14 & <b>more</b>"
    assert facts["Made by"] == "K. Lund"
    assert facts["S3 Flow [°C]"] == "Ahornvej 14"


def test_writing_stops_when_it_is_given_up() -> None:
    many = column("S1", [(nth, 1.0, GOOD) for nth in range(500)])
    count = iter(range(1000))
    raw = values_csv(table(many), EN, given_up=lambda: next(count) >= 10)
    assert len(rows(raw)) == 11
    book = openpyxl.load_workbook(
        BytesIO(values_xlsx(table(many), EN, given_up=lambda: next(count) >= 20))
    )
    assert book["Values"].max_row < 50


def test_every_quality_has_its_words() -> None:
    assert len({quality_words(quality, EN) for quality in Quality}) == len(Quality)


def test_names_and_states_may_be_told_in_other_words() -> None:
    made = table(replace(FLOW, choices=((50, "comfort"),)), POWER)
    told = in_words(made, str.upper)
    assert [column.name for column in told.columns] == ["S3 FLOW", "POWER"]
    assert told.columns[0].choices == ((50, "COMFORT"),)
    assert told.times_ms is made.times_ms
