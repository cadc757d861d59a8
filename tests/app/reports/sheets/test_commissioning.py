"""The spreadsheet holds the data as typed cells, opens anywhere, and is never a formula."""

import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.model.point import ValueKind
from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData, Utility
from app.reports.filing import canonical, checksum
from app.reports.form import is_off
from app.reports.render.book import Book, Head
from app.reports.sheets.commissioning import commissioning_xlsx
from app.reports.words import Words
from tests.app.reports import sample
from tests.machine import libreoffice

EN = Words()
NAMES = ["Summary", "Measured values", "Settings", "Week schedules", "Alarms"]


def opened(data: CommissioningData) -> Workbook:
    return openpyxl.load_workbook(BytesIO(commissioning_xlsx(data, EN)))


@cache
def book() -> Workbook:
    """The station's report as a spreadsheet."""
    return opened(sample.report())


def heads(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): index for index, cell in enumerate(sheet[1])}


def column(sheet: Worksheet, name: str) -> list[object]:
    index = heads(sheet)[name]
    return [row[index] for row in sheet.iter_rows(min_row=2, values_only=True)]


def local(text: str) -> datetime:
    """A time as a cell holds it: without a zone."""
    return datetime.fromisoformat(text)


def test_every_sheet_is_ready_to_be_printed() -> None:
    assert book().sheetnames == NAMES
    for sheet in book().worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.paperSize == 9
        setup = sheet.sheet_properties.pageSetUpPr
        assert setup is not None
        assert setup.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages as the rows need
        footer = sheet.oddFooter
        assert footer is not None
        left, right = footer.left, footer.right
        assert left is not None
        assert right is not None
        assert (left.text, right.text) == ("CR-2026-0031", "&P / &N")


def test_settings_are_numbers_with_their_decimals() -> None:
    data, sheet = sample.report(), book()["Settings"]
    at = heads(sheet)
    for row, cells in zip(data.settings, sheet.iter_rows(min_row=2), strict=True):
        assert cells[at["ID"]].value == row.number
        assert cells[at["Setting"]].value == row.name
        value = cells[at["Value"]]
        if row.form.kind is ValueKind.NUMBER and not is_off(row.form, row.told.value):
            assert value.value == row.told.value
            assert value.number_format == ("0." + "0" * row.form.decimals).rstrip(".")
        else:
            assert isinstance(value.value, str)


def test_measured_values_carry_local_time_and_offset() -> None:
    data, sheet = sample.report(), book()["Measured values"]
    assert column(sheet, "Value")[0] == -2.3
    assert column(sheet, "Quality")[:2] == ["good", "stale"]
    assert column(sheet, "Measured, local time")[0] == local("2026-01-20 08:46:58")
    assert column(sheet, "Measured, local time")[1] == local("2026-01-20 08:32:58")
    assert set(column(sheet, "UTC offset")) == {"+01:00"}
    assert len(column(sheet, "Name")) == len(data.measured)


def test_summer_time_is_told_by_the_offset() -> None:
    later = timedelta(days=150)
    run = replace(sample.report().run, ended_at=sample.END + later)
    moved = [replace(r, measured_at=r.measured_at + later) for r in sample.readings()]
    sheet = opened(sample.report(run=run, readings=moved))["Measured values"]
    assert set(column(sheet, "UTC offset")) == {"+02:00"}
    assert column(sheet, "Measured, local time")[0] == local("2026-06-19 09:46:58")


def test_values_that_are_missing_are_empty_cells_with_a_reason() -> None:
    sheet = book()["Measured values"]
    rows = dict(zip(column(sheet, "Sensor"), column(sheet, "Value"), strict=True))
    assert rows["S7"] is None
    assert "no sensor" in column(sheet, "Reason")


def test_marks_are_those_of_the_paper() -> None:
    sheet = book()["Settings"]
    assert column(sheet, "Differs from default").count("yes") == 2
    assert column(sheet, "Changed").count("yes") == 5
    assert column(sheet, "Changed").count("follows 11175") == 5
    assert column(sheet, "Old").count(1.3) == 1


def test_the_week_and_the_alarms_are_there() -> None:
    assert len(column(book()["Week schedules"], "Time")) == 84
    assert column(book()["Week schedules"], "Time")[0] == "05:30"
    assert column(book()["Alarms"], "Alarm") == [
        "DHW return above limit",
        "Relay 2, P2 charge pump",
    ]
    assert column(book()["Alarms"], "Limit")[0] == 40.0


def test_the_summary_carries_the_checksum_of_the_data() -> None:
    values = column(book()["Summary"], "Value")
    assert checksum(canonical(sample.report())) in values
    assert "148 of 148 settings read, 84 of 84 schedule times" in values


@pytest.mark.parametrize(
    "name",
    ['=HYPERLINK("http://x","y")', "=1+1", "+49 30", "-5", "@sum", "\t=1+1", "'quoted", "<b>"],
)
def test_no_name_becomes_a_formula(name: str) -> None:
    config = replace(sample.CONFIG, name=name)
    data = sample.report(detail=sample.detail(config=config), utility=Utility(name))
    cells = [cell for row in opened(data)["Summary"].iter_rows() for cell in row]
    told = [cell for cell in cells if cell.value == name]
    assert len(told) == 2
    for cell in told:
        assert cell.data_type == "s"
        assert bool(cell.quotePrefix) is (name[0] in "=+-@\t")


def test_control_characters_do_not_spoil_the_file() -> None:
    data = sample.report(utility=Utility("a\x00b\x0bc" + "x" * 40_000))
    sheet = opened(data)["Summary"]
    assert str(sheet["B4"].value).startswith("a b c")


def test_a_time_without_its_offset_is_refused() -> None:
    table = Book("x", "x", sample.END, sample.END.tzinfo or sample.END.tzinfo).sheet("a", [])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="offset"):
        table.add(sample.END)


def test_an_empty_report_is_a_file_too() -> None:
    empty = replace(sample.detail(), points=(), diagram="", slots={}, week_programs=())
    data = sample.report(detail=empty, profile=None, readings=[], alarms=[], last=None)
    found = opened(data)
    assert found.sheetnames == ["Summary", "Measured values", "Settings", "Alarms"]


def test_quality_words_are_never_missing() -> None:
    for quality in Quality:
        room = next(row for row in sample.report().measured if row.key == "s2")
        value = room.told.value if quality.believable else None
        row = replace(room, told=replace(room.told, value=value, quality=quality))
        data = replace(sample.report(), measured=(row,))
        assert column(opened(data)["Measured values"], "Quality") == [quality.value]


def test_a_head_says_how_wide_its_column_is() -> None:
    assert Head("ID").width == 12.0


@libreoffice
def test_libreoffice_opens_and_prints_it(tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    file.write_bytes(commissioning_xlsx(sample.report(), EN))
    profile = (tmp_path / "profile").as_uri()
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(file)],
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = tmp_path / "report.pdf"
    assert printed.stat().st_size > 10_000, done.stdout


@pytest.mark.parametrize("language", ["da", "de", "fr", "xx"])
def test_the_spreadsheet_is_made_in_every_language(language: str) -> None:
    words = Words(language)
    raw = commissioning_xlsx(sample.report(language=language), words)
    made = openpyxl.load_workbook(BytesIO(raw))
    assert len(made.sheetnames) == len(NAMES)
    assert not set(made.sheetnames) & (set(NAMES) - {"Alarms"})
    for name in made.sheetnames:
        assert len(name) <= 31
        assert not set(name) & set("[]:*?/\\")


def test_read_outs_are_called_in_the_language_of_the_report() -> None:
    made = openpyxl.load_workbook(
        BytesIO(commissioning_xlsx(sample.report(language="fr"), Words("fr")))
    )
    names = {cell.value for cell in made.worksheets[1]["B"]}
    assert "Pompe de chauffage" in names
    assert "Heating pump" not in names
