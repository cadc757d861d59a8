"""A report as CSV holds what its spreadsheet holds, one row for each thing."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest

from app.model.letterhead import Letterhead
from app.model.reading import Quality, Reading, point_id
from app.reports import commissioning, difference
from app.reports.commissioning_data import CommissioningData
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.test_difference import compare, data

LANGUAGES = ["en", "da", "de", "fr"]


def rows(raw: bytes, between: str = ",") -> list[dict[str, str]]:
    """Return the rows by their heads, in the order of the file."""
    text = raw.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=between))


def as_csv(found: CommissioningData, language: str = "en") -> bytes:
    return commissioning.REPORT.exports[".csv"](found, Letterhead(), Words(language))


def sheet(raw: bytes, name: str) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(BytesIO(raw))[name]
    heads, *lines = book.iter_rows(values_only=True)
    return [dict(zip(map(str, heads), line, strict=True)) for line in lines]


def test_every_setting_read_out_and_switching_time_is_a_row() -> None:
    report = sample.report()
    found = rows(as_csv(report))
    kinds = [row["Kind"] for row in found]
    assert kinds.count("Setting") == len(report.settings) == 148
    assert kinds.count("Measured values") == len(report.measured)
    assert kinds.count("Week schedules") == len(report.schedule) == 84
    assert {row["Report no."] for row in found} == {report.number}
    assert {row["Device name"] for row in found} == {report.device.name}


def test_settings_are_those_of_the_spreadsheet() -> None:
    report = sample.report()
    book = commissioning.REPORT.renders[".xlsx"](report, Letterhead(), Words())
    in_book = sheet(book, "Settings")
    in_list = [row for row in rows(as_csv(report)) if row["Kind"] == "Setting"]
    assert len(in_book) == len(in_list)
    for one, other in zip(in_book, in_list, strict=True):
        assert str(one["ID"] or "") == other["ID"]
        assert one["Setting"] == other["Name"]
        for head in ("Value", "Minimum", "Maximum", "Default"):
            was, told = one[head], other[head]
            if isinstance(was, int | float):
                assert float(told) == pytest.approx(was), (one["ID"], head)
            else:
                assert told == (was or ""), (one["ID"], head)


def test_what_changed_says_from_what_by_whom_and_when() -> None:
    changed = [row for row in rows(as_csv(sample.report())) if row["Changed by"]]
    assert changed
    for row in changed:
        assert row["Old"] != row["Value"]
        assert datetime.fromisoformat(row["Local time"]).utcoffset() is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_heads_are_of_the_language(language: str) -> None:
    between = "," if language == "en" else ";"
    found = rows(as_csv(sample.report(), language), between)
    assert len(found) == len(rows(as_csv(sample.report())))
    slope = next(row for row in found if "11175" in row.values())
    value = list(slope.values())[7]
    assert value == ("1.2" if language == "en" else "1,2")
    assert len(found[0]) == 17, "no two heads are called alike"
    assert ("Name" in found[0]) is (language in ("en", "de"))


@pytest.mark.parametrize("text", ["=1+1", "+45 70 10", "-x", "@home", "\tx"])
def test_a_text_is_never_taken_for_a_formula(text: str) -> None:
    point = point_id(sample.STATION, "application")
    put: dict[str, Reading] = {point: Reading(point, text, Quality.GOOD, sample.END)}
    report = sample.report(readings=sample.readings(changes=put))
    for row in rows(as_csv(report)):
        for cell in row.values():
            if cell.startswith(("=", "+", "@", "\t", "-")):
                assert float(cell) < 0, cell


def test_a_difference_is_a_row_for_each_thing_that_differs() -> None:
    raw = difference.REPORT.exports[".csv"](data(), Letterhead(), Words())
    found = rows(raw)
    assert len(found) == len(data().settings) + len(data().schedule)
    assert {(row["Older"], row["Newer"]) for row in found} == {
        (data().older.number, data().newer.number)
    }
    slope = next(row for row in found if row["ID"] == "11175")
    book = sheet(difference.REPORT.renders[".xlsx"](data(), Letterhead(), Words()), "Settings")
    (in_book,) = (row for row in book if str(row["ID"]) == "11175")
    assert (float(slope["Old"]), float(slope["New"])) == (in_book["Old"], in_book["New"])
    assert slope["Changed by"] == in_book["Changed by"]


def test_where_nothing_differs_there_are_heads_and_no_rows() -> None:
    same = compare(sample.report(), sample.report())
    raw = difference.REPORT.exports[".csv"](same, Letterhead(), Words())
    assert rows(raw) == []
    assert raw.count(b"\r\n") == 1
