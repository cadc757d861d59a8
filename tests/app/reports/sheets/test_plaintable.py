"""A table of texts and numbers as a file: its rows, its order, nothing that runs."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest

from app.reports.render.book import Fixed, Moment
from app.reports.sheets.plaintable import Content, PlainTable, plain_csv, plain_xlsx
from app.reports.words import Words

EN, DA = Words(), Words("da")
Row = tuple[Content, ...]


def table(*rows: Row, heads: tuple[str, ...] = ("Device", "Return °C")) -> PlainTable:
    made_at = datetime(2026, 1, 20, 11, tzinfo=UTC)
    return PlainTable("Devices", "Europe/Copenhagen", made_at, "K. Lund", heads, rows)


def rows(raw: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))


def test_rows_keep_their_order_and_gaps_stay_empty() -> None:
    made = table(("Birkevej 3", 52.8), ("Ahornvej 9", None), (None, -0.5))
    assert rows(plain_csv(made, EN)) == [
        ["Device", "Return °C"],
        ["Birkevej 3", "52.8"],
        ["Ahornvej 9", ""],
        ["", "-0.5"],
    ]


def test_danish_numbers_have_a_comma_and_cells_a_semicolon() -> None:
    assert rows(plain_csv(table(("Birkevej 3", 52.8)), DA), ";")[1] == ["Birkevej 3", "52,8"]


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@SUM(A1)", "\tx"])
def test_a_name_is_never_a_formula(name: str) -> None:
    made = table((name, 1.0))
    assert rows(plain_csv(made, EN))[1][0] == f"'{name}"
    cell = openpyxl.load_workbook(BytesIO(plain_xlsx(made, EN)))["Devices"]["A2"]
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    "name", ["a, b", 'a "b"', "a\nb", "Ø" * 300, "🔥", "חימום", "<b>x</b>"]
)
def test_odd_names_come_through_whole(name: str) -> None:
    made = table((name, 1.0))
    assert rows(plain_csv(made, EN))[1][0] == name
    cell = openpyxl.load_workbook(BytesIO(plain_xlsx(made, EN)))["Devices"]["A2"]
    assert cell.value == name


def test_the_spreadsheet_has_numbers_a_filter_and_its_origin() -> None:
    book = openpyxl.load_workbook(BytesIO(plain_xlsx(table(("Birkevej 3", 52.8)), EN)))
    sheet = book["Devices"]
    assert sheet["B2"].value == 52.8
    assert sheet.auto_filter.ref == "A1:B2"
    facts = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert facts["Made by"] == "K. Lund"


@pytest.mark.parametrize(
    ("value", "decimals", "told"),
    [(27.0, 0, "27"), (41.5, 2, "41,50"), (-0.4, 1, "-0,4"), (12345.0, 1, "12345,0")],
)
def test_numbers_keep_the_decimals_of_the_screen(
    value: float, decimals: int, told: str
) -> None:
    made = table(("Birkevej 3", Fixed(value, decimals)))
    assert rows(plain_csv(made, DA), ";")[1][1] == told
    cell = openpyxl.load_workbook(BytesIO(plain_xlsx(made, DA)))["Devices"]["B2"]
    assert cell.value == value
    assert cell.number_format == "0" + ("." + "0" * decimals if decimals else "")


def test_a_table_without_rows_is_still_a_file() -> None:
    assert rows(plain_csv(table(), EN)) == [["Device", "Return °C"]]
    book = openpyxl.load_workbook(BytesIO(plain_xlsx(table(), EN)))
    assert book["Devices"].max_row == 1


def test_a_moment_takes_two_columns_local_time_and_its_offset() -> None:
    at = datetime(2026, 7, 1, 10, 0, 5, tzinfo=UTC)
    made = table((Moment(at), "x"), (Moment(None), "y"), heads=("When", "UTC offset", "What"))
    told = [["2026-07-01 12:00:05", "+02:00", "x"], ["", "", "y"]]
    assert rows(plain_csv(made, EN))[1:] == told
    sheet = openpyxl.load_workbook(BytesIO(plain_xlsx(made, EN))).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [f"{cells[0][0]}", *cells[0][1:]] == told[0]
    assert cells[1] == [None, None, "y"]
