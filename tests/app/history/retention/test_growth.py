"""What rows take in a file is tried out: pages, long blobs, months that come between."""

import pytest

from app.history.retention.growth import (
    MONTHS,
    empty_bytes,
    share_of_groups,
    share_of_points,
)

PAGE = 4096
TABLES = ("chunk", "outline")


@pytest.mark.parametrize("table", TABLES)
def test_a_file_of_small_rows_takes_their_heads_and_half_empty_pages(table: str) -> None:
    assert 1.2 < share_of_points([300] * 200, 4, table) < 2.0
    assert share_of_points([20] * 200, 4, table) > share_of_points([300] * 200, 4, table)


def test_a_blob_a_little_too_long_for_a_page_takes_nearly_a_page_more() -> None:
    short, long = (share_of_points([each] * 60, 1, "chunk") for each in (900, 1100))
    assert long * 1100 - short * 900 > 0.8 * PAGE
    assert share_of_groups([40_000] * 31) < 1.1, "of many pages the last is no matter"


def test_rows_of_any_length_are_looked_at_from_everywhere_among_them() -> None:
    few = share_of_groups([900] * 31 + [1100] * 31)
    assert share_of_groups([900] * 31) < few < share_of_groups([1100] * 31)
    mixed = share_of_points([200] * 5000 + [3000] * 5000, 4, "chunk")
    assert mixed == pytest.approx(share_of_points([200, 3000] * 30, 4, "chunk"), rel=0.2)


def test_what_the_days_of_a_month_took_stays_in_its_years_file() -> None:
    assert share_of_points([300] * 60, 31, "chunk") > share_of_points([300] * 60, 1, "chunk")


@pytest.mark.parametrize("lengths", [[], [0], [0, 0, 0]])
def test_nothing_takes_nothing_more(lengths: list[int]) -> None:
    assert share_of_groups(lengths) == 1.0
    assert all(share_of_points(lengths, 4, table) == 1.0 for table in TABLES)


def test_an_empty_file_has_a_page_or_two_for_each_table() -> None:
    assert empty_bytes() % PAGE == 0
    assert 5 * PAGE < empty_bytes() < 20 * PAGE
    assert MONTHS == 12
