"""A printed table: heads on every page, nothing lost, the first column leads each part."""

from datetime import UTC, datetime

import pytest

from app.model.letterhead import Letterhead
from app.reports.paper.plaintable import plain_pdf
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from tests.app.reports.papers import Paper

HEAD = Letterhead("Østerby Fjernvarme", "Værkvej 2, 6000 Kolding")
Row = tuple[Content, ...]


def table(*rows: Row, heads: tuple[str, ...] = ("Device", "Return °C")) -> PlainTable:
    made_at = datetime(2026, 1, 20, 11, tzinfo=UTC)
    return PlainTable("Devices", "Europe/Copenhagen", made_at, "K. Lund", heads, rows)


def printed(made: PlainTable, language: str = "en") -> Paper:
    return Paper(plain_pdf(made, HEAD, Words(language)))


def text(paper: Paper) -> str:
    return " ".join(paper.words)


def test_rows_numbers_gaps_and_who_printed_it_stand_on_it() -> None:
    told = text(printed(table(("Birkevej 3", 52.8), ("Ahornvej 9", None), ("Elmegade", -0.5))))
    for words in (
        *("Østerby Fjernvarme", "Devices", "3 rows", "printed by K. Lund"),
        *("Birkevej 3", "52.8", "–", "−0.5", "Page 1 of 1"),
    ):
        assert words in told, words


def test_heads_stand_on_every_page_and_no_row_is_lost() -> None:
    made = table(*((f"Station {at:04d}", at / 10) for at in range(200)))
    told = text(printed(made))
    assert all(f"Station {at:04d}" in told for at in range(200))
    pages = int(told.rpartition(" of ")[2].split()[0])
    assert pages == 4
    assert told.count("Return °C") == pages


def test_columns_without_room_follow_behind_the_name() -> None:
    heads = ("Device", *(f"Quantity number {nth}" for nth in range(14)))
    row: Row = ("Birkevej 3", *(f"value of {nth}" for nth in range(14)))
    told = text(printed(table(row, heads=heads)))
    assert all(f"value of {nth}" in told for nth in range(14))
    assert told.count("Birkevej 3") >= 2


def test_danish_paper_has_danish_words_and_signs() -> None:
    told = text(printed(table(("Birkevej 3", 52.8)), "da"))
    assert "52,8" in told
    assert "Side 1 af 1" in told


def test_numbers_keep_the_decimals_of_the_screen() -> None:
    told = text(printed(table(("Birkevej 3", Fixed(27.0, 0)), ("Elmegade", Fixed(-41.5, 2)))))
    assert "Birkevej 3 27 Elmegade −41.50" in told


def test_a_head_of_several_lines_is_read_from_top_to_bottom() -> None:
    heads = ("Device", "Volume flow of the secondary side m³/h")
    told = text(printed(table(("Birkevej 3", Fixed(27.0, 0)), heads=heads)))
    assert heads[1] in told


@pytest.mark.parametrize("name", ["Ø" * 300, "a\nb", "<b>x</b>", "🔥", "חימום", ""])
def test_odd_names_are_printed(name: str) -> None:
    assert "1.0" in text(printed(table((name, 1.0))))


def test_an_empty_table_is_a_page_and_a_table_given_up_is_none() -> None:
    assert "0 rows" in text(printed(table()))
    assert plain_pdf(table(("a", 1.0)), HEAD, Words(), given_up=lambda: True) == b""
