"""Whole numbers of many rows come back exactly, and ordinary ones take little room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.columns import Rows, after, pack, pack_doubles, unpack, unpack_doubles
from app.history.samples import Ints

smallest, largest = -(2**63), 2**63 - 1
numbers = st.one_of(
    st.integers(smallest, largest),
    st.integers(-300, 300),
    st.sampled_from([0, 1, -1, smallest, largest, 255, 256, -128, -129, 2**56, -(2**56) - 1]),
)
rows_of_numbers = st.lists(st.lists(numbers, min_size=1, max_size=30), min_size=1, max_size=8)


def flat(rows: list[list[int]]) -> tuple[Ints, Rows]:
    return np.array([n for row in rows for n in row], np.int64), Rows.of([len(r) for r in rows])


def placed(packed: list[bytes], before: int = 0) -> tuple[bytes, Ints, list[int]]:
    """Return the columns one after the other, where each begins, and where each ends."""
    ends = (before + np.cumsum([len(each) for each in packed])).tolist()
    return b"\xaa" * before + b"".join(packed), np.array([before, *ends[:-1]]), ends


@given(rows_of_numbers, st.integers(0, 5))
def test_any_numbers_come_back(rows: list[list[int]], before: int) -> None:
    column, counts = flat(rows)
    packed, at, ends = placed(pack(column, counts), before)
    found, found_ends = unpack(packed, at, counts)
    assert found.tolist() == column.tolist()
    assert found_ends.tolist() == after(packed, at, counts).tolist() == ends


@given(rows_of_numbers)
def test_any_bits_come_back_as_doubles(rows: list[list[int]]) -> None:
    column, counts = flat(rows)
    packed, at, ends = placed(pack_doubles(column, counts))
    found, found_ends = unpack_doubles(packed, at, counts)
    assert found.tolist() == column.tolist()
    assert found_ends.tolist() == ends == (np.cumsum(counts.counts) * 8).tolist()


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), st.integers(1, 40))
def test_rows_in_a_rhythm_of_their_own_come_back(
    rhythms: list[tuple[int, int]], count: int
) -> None:
    with np.errstate(over="ignore"):
        column = np.concatenate(
            [np.int64(first) + np.int64(step) * np.arange(count) for first, step in rhythms]
        )
    rows = Rows.of([count] * len(rhythms))
    packed, at, _ = placed(pack(column, rows))
    assert unpack(packed, at, rows)[0].tolist() == column.tolist()


@given(rows_of_numbers)
def test_each_row_is_packed_as_if_it_were_alone(rows: list[list[int]]) -> None:
    column, counts = flat(rows)
    alone = [pack(np.array(row, np.int64), Rows.of([len(row)]))[0] for row in rows]
    assert pack(column, counts) == alone


@pytest.mark.parametrize(
    ("column", "size"),
    [
        ([0] * 96, 2),  # nothing at all
        ([70] * 96, 3),  # a setting nobody touched
        (list(range(0, 96 * 900_000, 900_000)), 5),  # quarter hours of a day
        ([812_345 + n // 4 for n in range(96)], 5 + 96),  # an index: one byte a step
        ([213, 214, 213, 212] * 24, 4 + 96 + 1),  # a temperature in tenths
        ([5], 3),
    ],
)
def test_ordinary_columns_are_small(column: list[int], size: int) -> None:
    [packed] = pack(np.array(column, np.int64), Rows.of([len(column)]))
    assert len(packed) <= size


def test_rows_know_where_they_lie() -> None:
    rows = Rows.of([3, 1, 2])
    assert rows.starts.tolist() == [0, 3, 4]
    assert (len(rows), rows.total, rows.equal_count()) == (3, 6, 0)
    assert rows.spread(np.array([7, 8, 9])).tolist() == [7, 7, 7, 8, 9, 9]
    assert Rows.of([4, 4]).equal_count() == 4


@pytest.mark.parametrize("counts", [(), (1,), (3, 1, 4)])
@pytest.mark.parametrize("number", [0, -7, 2**62])
def test_one_number_throughout_takes_a_head_a_row_and_comes_back(
    counts: tuple[int, ...], number: int
) -> None:
    rows = Rows.of(np.array(counts, np.int64))
    alike = np.full(sum(counts), number)
    packed = pack(alike, rows)
    assert all(len(each) <= 2 + 8 for each in packed)
    whole, ends = b"".join(packed), np.cumsum([0, *map(len, packed)])
    if counts:
        again, beyond = unpack(whole, ends[:-1], rows)
        assert again.tolist() == alike.tolist()
        assert beyond.tolist() == ends[1:].tolist()
    else:
        assert packed == []
