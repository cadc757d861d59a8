"""The whole numbers behind values are found where there are any, and never guessed."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.columns import Rows
from app.history.numbers import Kind, WholeNumbers, values_of


def looked_at(
    values: list[float], present: list[bool] | None = None
) -> tuple[Kind, int, list[int], list[int]]:
    """Return kind, exponent, whole numbers and the places that stand apart, of one row."""
    there = np.ones(len(values), bool) if present is None else np.array(present)
    found = WholeNumbers(np.array(values, np.float64), there, Rows.of([len(values)]))
    return (
        Kind(int(found.kinds[0])),
        int(found.exponents[0]),
        found.numbers.tolist(),
        np.flatnonzero(found.apart).tolist(),
    )


def test_tenths_of_a_degree_are_found() -> None:
    assert looked_at([21.3, 21.4, -0.5]) == (Kind.DIVIDED, 1, [213, 214, -5], [])


def test_whole_numbers_need_no_scale() -> None:
    assert looked_at([0.0, 812_345.0, -7.0]) == (Kind.DIVIDED, 0, [0, 812_345, -7], [])


def test_what_a_driver_multiplied_comes_back_as_it_was_multiplied() -> None:
    assert 3 * 0.1 != 0.3  # the reason why both ways are needed
    assert looked_at([3 * 0.1, 213 * 0.1]) == (Kind.MULTIPLIED, 1, [3, 213], [])


def test_float_registers_keep_their_32_bits() -> None:
    voltage = struct.unpack("<f", struct.pack("<f", 230.17))[0]
    kind, _, [bits, _], _ = looked_at([voltage, voltage + 0.5])
    assert kind is Kind.SINGLE
    assert struct.unpack("<f", struct.pack("<I", bits))[0] == voltage


def test_values_with_nothing_behind_them_stay_doubles() -> None:
    kind, _, bits, _ = looked_at([1 / 3, 2 / 3])
    assert kind is Kind.DOUBLE
    assert bits == [struct.unpack("<q", struct.pack("<d", v))[0] for v in (1 / 3, 2 / 3)]


def test_numbers_beyond_what_doubles_count_exactly_stay_doubles() -> None:
    assert looked_at([1e300, 2.0])[0] is Kind.DOUBLE
    assert looked_at([2.0**60 + 2.0**40, 0.1])[0] is Kind.DOUBLE


@pytest.mark.parametrize("odd", [-0.0, float("nan"), float("inf"), float("-inf")])
def test_a_few_odd_values_stand_apart(odd: float) -> None:
    values = [20.5] * 16
    values[3] = odd
    kind, exponent, wholes, apart = looked_at(values)
    assert (kind, exponent, apart) == (Kind.DIVIDED, 1, [3])
    assert wholes == [205] * 16  # in its place the number before, which costs nothing


def test_many_odd_values_make_a_row_of_doubles() -> None:
    assert looked_at([-0.0, 20.5, -0.0, 20.5])[0] is Kind.DOUBLE
    assert looked_at([-0.0, -0.0])[0] is Kind.DOUBLE


def test_where_nothing_is_believable_the_number_before_is_repeated() -> None:
    nan = float("nan")
    present = [False, True, False, False, True, False]
    kind, _, wholes, apart = looked_at([nan, 1.0, nan, nan, 2.0, nan], present)
    assert kind is Kind.DIVIDED
    assert wholes == [1, 1, 1, 1, 2, 2]
    assert apart == []


def test_a_row_without_any_number_needs_none() -> None:
    assert looked_at([float("nan")] * 3, [False] * 3)[0] is Kind.NONE


def test_each_row_has_a_scale_of_its_own() -> None:
    values = np.array([21.3, 21.4, 5.0, 0.125, 1 / 3])
    rows = Rows.of([2, 1, 1, 1])
    found = WholeNumbers(values, np.ones(5, bool), rows)
    assert [Kind(kind) for kind in found.kinds.tolist()] == [
        Kind.DIVIDED,
        Kind.DIVIDED,
        Kind.DIVIDED,
        Kind.DOUBLE,
    ]
    assert found.exponents.tolist() == [1, 0, 3, 0]
    assert (
        values_of(found.kinds, found.exponents, found.numbers, rows).tolist() == values.tolist()
    )


def test_not_looking_keeps_the_doubles() -> None:
    values = np.array([1.0, 2.0, np.nan])
    present = np.array([True, True, False])
    found = WholeNumbers(values, present, Rows.of([3]), look=False)
    assert found.kinds.tolist() == [Kind.DOUBLE]
    assert found.numbers.view(np.float64).tolist() == [1.0, 2.0, 2.0]


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.floats(width=32),
                st.floats(),
                st.integers(-(10**9), 10**9).map(lambda n: n / 1000),
                st.integers(-(10**6), 10**6).map(lambda n: n * 0.01),
            ),
            min_size=1,
            max_size=20,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_found_leads_back_bit_for_bit(lists: list[list[float]]) -> None:
    values = np.array([value for row in lists for value in row])
    rows = Rows.of([len(row) for row in lists])
    found = WholeNumbers(values, np.ones(len(values), bool), rows)
    back = values_of(found.kinds, found.exponents, found.numbers, rows)
    alike = back.view(np.int64) == values.view(np.int64)
    assert (alike | found.apart).all()


def test_doubles_that_all_count_are_taken_as_they_are() -> None:
    values, rows = np.array([1.5, -0.0, np.inf, 21.3]), Rows.of([1, 3])
    plain = WholeNumbers(values, np.ones(4, bool), rows, look=False)
    some = WholeNumbers(values, np.array([True, True, True, False]), rows, look=False)
    assert plain.numbers.view(np.float64).tolist() == values.tolist()
    assert plain.kinds.tolist() == some.kinds.tolist() == [int(Kind.DOUBLE)] * 2
    assert plain.exponents.tolist() == some.exponents.tolist()
    assert not plain.apart.any()
    assert some.numbers.view(np.float64).tolist() == [1.5, -0.0, np.inf, np.inf]
    assert values.tolist() == [1.5, -0.0, np.inf, 21.3], "nothing of who asks is changed"
