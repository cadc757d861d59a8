"""Column heads never touch each other, whatever language their words are in."""

from itertools import pairwise

import pytest

from app.reports.paper.columnheads import Column, columns, table_head
from app.reports.render.style import LEFT_MM, RIGHT_EDGE_MM, TABLE_HEAD_MM
from tests.app.reports.ink import Ink, Printed, outside, overlaps
from tests.app.reports.papers import put

PLACES = [
    (12.0, 0.0),
    (47.0, 0.0),
    (24.0, 1.0),
    (12.0, 0.0),
    (30.0, 1.0),
    (20.0, 0.5),
    (31.0, 1.0),
]
HEADS = {
    "english": ["ID", "Setting", "Value", "Unit", "Range", "Old → New", "Category"],
    "german": ["ID", "Einstellung", "Wert", "Einheit", "Bereich", "Alt → Neu", "Kategorie"],
    "long": ["Kennung", "Bezeichnung der Einstellung", "Gemessener Wert", "Maßeinheit",
             "Zulässiger Bereich", "Vorher und nachher", "Berechtigung"],
    "endless": ["x" * 40] * 7,
}  # fmt: skip


def placed(heads: list[str]) -> list[Column]:
    places = zip(heads, PLACES, strict=True)
    return columns(LEFT_MM, [(head, width, at) for head, (width, at) in places])


def printed(heads: list[str]) -> list[Printed]:
    return [text for text in Ink(put(table_head(placed(heads)))).texts if text.y < 200]


@pytest.mark.parametrize("heads", HEADS.values(), ids=HEADS)
def test_no_head_lies_on_another_or_beyond_the_table(heads: list[str]) -> None:
    ink = Ink(put(table_head(placed(heads))))
    assert list(overlaps(ink)) == []
    assert list(outside(ink, (LEFT_MM - 0.1, 0.0, RIGHT_EDGE_MM + 0.1, 297.0))) == []


@pytest.mark.parametrize("heads", HEADS.values(), ids=HEADS)
def test_no_letter_of_a_head_is_lost(heads: list[str]) -> None:
    letters = sorted("".join(heads).replace(" ", ""))
    found = sorted("".join(text.text for text in printed(heads)).replace(" ", ""))
    assert found == letters


def test_short_heads_stand_in_one_line_at_their_columns() -> None:
    block = table_head(placed(HEADS["english"]))
    assert block.height == TABLE_HEAD_MM
    heads = {text.text: text for text in printed(HEADS["english"])}
    assert heads["ID"].x == pytest.approx(LEFT_MM, abs=0.01)
    assert heads["Setting"].x == pytest.approx(LEFT_MM + 12, abs=0.01)
    assert heads["Value"].right == pytest.approx(LEFT_MM + 83, abs=0.01)
    middle = (heads["Old → New"].x + heads["Old → New"].right) / 2
    assert middle == pytest.approx(LEFT_MM + 135, abs=0.01)
    assert heads["Category"].right == pytest.approx(RIGHT_EDGE_MM, abs=0.01)


def test_only_what_is_in_the_way_is_wrapped() -> None:
    close = columns(
        LEFT_MM, [("Value", 12.0, 0), ("Set point, limit", 14.0, 0), ("Unit", 20.0, 0)]
    )
    found = [text.text for text in Ink(put(table_head(close))).texts if text.y < 200]
    assert "Value" in found
    assert "Unit" in found
    assert "Set point, limit" not in found
    assert "Set point," in found


def test_a_wrapped_head_makes_the_line_of_heads_higher_and_ends_with_the_others() -> None:
    close = columns(
        LEFT_MM, [("Value", 12.0, 0), ("Set point, limit", 14.0, 0), ("Unit", 20.0, 0)]
    )
    block = table_head(close)
    assert block.height > TABLE_HEAD_MM
    lines = {text.text: text.y for text in Ink(put(block)).texts if text.y < 200}
    assert lines["limit"] == pytest.approx(lines["Value"], abs=0.01)
    assert lines["Set point,"] < lines["limit"]


def test_a_single_word_that_is_too_long_moves_a_little() -> None:
    near = columns(
        LEFT_MM, [("Range", 30.0, 1), ("Fabriksværdi", 10.0, 1), ("Kategori", 30.0, 1)]
    )
    found = sorted(
        (t for t in Ink(put(table_head(near))).texts if t.y < 200), key=lambda t: t.x
    )
    assert [text.text for text in found] == ["Range", "Fabriksværdi", "Kategori"]
    assert all(one.right < other.x for one, other in pairwise(found))


def test_a_table_without_heads_is_a_line() -> None:
    bare = columns(LEFT_MM, [("", 20.0, 0), ("", 30.0, 0)])
    assert table_head(bare).height == TABLE_HEAD_MM
    assert [text for text in Ink(put(table_head(bare))).texts if text.y < 200] == []
