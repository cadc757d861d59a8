"""Section heads, column heads, running text and names keep to their widths."""

import pytest

from app.reports.paper.columnheads import columns, table_head
from app.reports.paper.parts import (
    SECTION_MM,
    base,
    name_lines,
    paragraph,
    section,
    space,
    unit_at,
)
from app.reports.render.sheet import Sheet
from app.reports.render.style import BODY, HEAD, STRONG
from tests.app.reports.papers import near, put

LONG = "a remark that goes on and on, telling far more than any head of a section should " * 3


def test_columns_stand_side_by_side() -> None:
    placed = columns(22.0, [("ID", 12.0, 0.0), ("Value", 24.0, 1.0), ("Unit", 8.0, 0.0)])
    assert [(column.x, column.width) for column in placed] == [
        (22.0, 12.0), (34.0, 24.0), (58.0, 8.0),
    ]  # fmt: skip


def test_heads_stand_at_the_edge_their_values_have() -> None:
    placed = columns(22.0, [("ID", 12.0, 0.0), ("Value", 24.0, 1.0), ("Mid", 20.0, 0.5)])
    texts = {text.text: text for text in put(table_head(placed)).texts}
    assert texts["ID"].x == pytest.approx(22.0, abs=0.01)
    assert texts["Value"].x + Sheet.width("Value", HEAD) == pytest.approx(58.0, abs=0.01)
    assert texts["Mid"].x + Sheet.width("Mid", HEAD) / 2 == pytest.approx(68.0, abs=0.01)


def test_a_section_has_its_remark_behind_the_title() -> None:
    block = section("Week schedules", "local time")
    assert block.height == SECTION_MM
    title, remark = (text for text in put(block).texts if text.y < 280)
    assert title.text == "Week schedules"
    assert remark.y == title.y
    assert remark.x > title.x + Sheet.width("Week schedules", STRONG)


def test_a_long_remark_takes_lines_of_its_own() -> None:
    block = section("Alarms", LONG)
    assert block.height > SECTION_MM
    texts = [text for text in put(block).texts if text.y < 280]
    assert " ".join(text.text for text in texts[1:]).split() == LONG.split()
    for text in texts:
        assert text.x + Sheet.width(text.text, HEAD) <= 198.5


def test_a_section_ends_with_a_line_over_its_width() -> None:
    line = put(section("Heat curve", x=142.0, width=56.0), top=50.0).shapes()[0]
    assert near((line.left, line.right), (142.0, 198.0))
    assert line.top == pytest.approx(50.0 + SECTION_MM)


def test_running_text_is_as_high_as_its_lines() -> None:
    block = paragraph(LONG)
    lines = [text for text in put(block).texts if text.y < 280]
    assert block.height == pytest.approx(4.1 * len(lines))
    assert paragraph("").height == 0.0


def test_an_empty_space_draws_nothing() -> None:
    assert space(7.0).height == 7.0
    assert [t for t in put(space(7.0)).texts if t.y < 280] == []


def test_a_name_that_fits_stands_on_one_line_with_its_reason_behind() -> None:
    lines = name_lines("Boost", "refused by the device", 60.0)
    assert (lines.names, lines.alone, lines.count) == (("Boost",), False, 1)


def test_a_reason_without_room_has_a_line_of_its_own() -> None:
    lines = name_lines(
        "Pump frost protection, outdoor temperature", "refused by the device", 62.0
    )
    assert (lines.alone, lines.count) == (True, 2)


def test_a_long_name_takes_several_lines() -> None:
    lines = name_lines("Pump frost protection, outdoor temperature", "", 30.0)
    assert lines.count == len(lines.names) > 1
    assert " ".join(lines.names) == "Pump frost protection, outdoor temperature"


@pytest.mark.parametrize("reason", ["", "refused"])
def test_no_name_is_one_empty_line(reason: str) -> None:
    assert name_lines("", reason, 30.0).count == 1


@pytest.mark.parametrize(
    ("shown", "pushed"), [("20.5", False), ("OFF", False), ("1473653.000", True), ("50", False)]
)
def test_a_unit_gives_way_to_many_decimals(shown: str, pushed: bool) -> None:
    assert (unit_at(113.2, 109.3, shown, BODY) > 113.2) is pushed


@pytest.mark.parametrize("row", [3.95, 4.15, 4.35])
def test_the_base_line_lies_inside_the_row(row: float) -> None:
    assert 2.5 < base(100.0, row) - 100.0 < row
