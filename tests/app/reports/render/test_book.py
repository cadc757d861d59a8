"""Cells have the type of what they hold, and a text is never a formula."""

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from app.reports.render.book import Book, Fixed, Head, Moment, Table

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
AT = datetime(2026, 1, 20, 7, 46, 58, 900_000, tzinfo=UTC)
HEADS = [Head("One", 10), Head("Two", 20), Head("Three")]


def book() -> Book:
    return Book("A report", "CR-2026-0031", AT, COPENHAGEN)


def filled(*rows: tuple[object, ...]) -> Worksheet:
    """The sheet that comes back after these rows were written."""
    made = book()
    table: Table = made.sheet("Sheet", HEADS)
    for row in rows:
        table.add(*row)
    table.filter(len(HEADS))
    return openpyxl.load_workbook(BytesIO(made.bytes()))["Sheet"]


def cells(*row: object) -> list[Cell]:
    return [cell for cell in filled(row)[2] if isinstance(cell, Cell)]


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(20.5, 1, "0.0"), (3.0, 0, "0"), (-2.25, 2, "0.00"), (0.0, 3, "0.000")],
)
def test_a_number_keeps_its_value_and_shows_its_decimals(
    value: float, decimals: int, shown: str
) -> None:
    (cell, *_rest) = cells(Fixed(value, decimals))
    assert (cell.value, cell.number_format, cell.data_type) == (value, shown, "n")


def test_a_plain_number_is_one() -> None:
    (cell, *_rest) = cells(11175)
    assert (cell.value, cell.data_type) == (11175, "n")


def test_a_moment_is_local_time_and_its_offset() -> None:
    local, offset, *_rest = cells(Moment(AT))
    assert local.value == datetime.fromisoformat("2026-01-20 08:46:58")
    assert local.number_format == "yyyy-mm-dd hh:mm:ss"
    assert offset.value == "+01:00"


def test_no_moment_leaves_both_cells_empty() -> None:
    assert [cell.value for cell in cells(Moment(None), "after")][:3] == [None, None, "after"]


def test_nothing_leaves_a_cell_empty() -> None:
    assert [cell.value for cell in cells(None, "x")][:2] == [None, "x"]


def test_truth_is_told_as_a_word() -> None:
    (cell, *_rest) = cells(True)
    assert (cell.value, cell.data_type) == ("True", "s")


@pytest.mark.parametrize(
    ("text", "risky"),
    [
        ("=1+1", True), ("+49", True), ("-5", True), ("@cmd", True), ("=", True),
        ("1=1", False), ("Ahornvej 14", False), ("−5", False), ("– none", False),
        ("http://x.example", False), ("00123", False), ("1e5", False), ("TRUE", False),
    ],
)  # fmt: skip
def test_a_text_stays_the_text_it_is(text: str, risky: bool) -> None:
    (cell, *_rest) = cells(text)
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) is risky
    assert cell.hyperlink is None


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
NAMES = st.text(LETTERS, min_size=1, max_size=200).filter(
    lambda text: text == text.strip() and "_x" not in text  # XML's own way of escaping
)


@settings(max_examples=40)
@given(NAMES)
def test_any_name_comes_back_as_it_was(text: str) -> None:
    (cell, *_rest) = cells(text)
    assert (cell.value, cell.data_type) == (text, "s")


def test_control_characters_become_blanks() -> None:
    (cell, *_rest) = cells("a\x01b\x1fc")
    assert cell.value == "a b c"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    (cell, *_rest) = cells("x" * 40_000)
    assert len(str(cell.value)) == 32_767


def test_heads_are_bold_frozen_and_repeated() -> None:
    sheet = filled(("a",))
    assert [cell.value for cell in sheet[1]] == ["One", "Two", "Three"]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"


def test_columns_have_the_width_their_heads_say() -> None:
    sheet = filled(("a",))
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert [round(width) for width in widths] == [11, 21, 13]


def test_rows_can_be_filtered_when_there_are_some() -> None:
    assert filled(("a",), ("b",)).auto_filter.ref == "A1:C3"
    assert filled().auto_filter.ref is None


def test_a_landscape_sheet_is_one() -> None:
    made = book()
    made.sheet("Wide", HEADS, landscape=True)
    sheet = openpyxl.load_workbook(BytesIO(made.bytes()))["Wide"]
    assert sheet.page_setup.orientation == "landscape"


def test_an_ampersand_in_the_number_does_not_spoil_the_footer() -> None:
    made = Book("x", "A&B", AT, COPENHAGEN)
    made.sheet("Sheet", HEADS)
    footer = openpyxl.load_workbook(BytesIO(made.bytes()))["Sheet"].oddFooter
    assert footer is not None
    assert footer.left is not None
    assert "A" in str(footer.left.text)


def test_the_file_says_what_it_is() -> None:
    made = book()
    made.sheet("Sheet", HEADS)
    properties = openpyxl.load_workbook(BytesIO(made.bytes())).properties
    assert properties.title == "A report"
    assert properties.subject == "CR-2026-0031"


def test_a_bare_time_is_refused_because_its_zone_would_be_lost() -> None:
    with pytest.raises(TypeError, match="offset"):
        filled((AT,))


def test_a_sheet_without_heads_is_filled_from_the_top() -> None:
    made = book()
    made.sheet("Bare", []).add("first")
    sheet = openpyxl.load_workbook(BytesIO(made.bytes()))["Bare"]
    assert sheet["A1"].value == "first"
    assert sheet.freeze_panes is None
