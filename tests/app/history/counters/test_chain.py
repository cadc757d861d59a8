"""An index is believed as far as it makes sense, and never further."""

import pytest

from app.history.counters.chain import MOST_WRONG, Limits, chain
from app.history.counters.marks import Mark
from app.model.counter import HOUR_MS

ONE_AN_HOUR = Limits(most_per_hour=100)


def hourly(counts: list[int]) -> list[int]:
    return [nth * HOUR_MS for nth in range(len(counts))]


def gains(counts: list[int], limits: Limits = Limits()) -> list[int]:  # noqa: B008 - frozen
    return chain(hourly(counts), counts, limits).gains


def test_a_fall_that_stays_counts_nothing_and_is_told() -> None:
    counts = [100, 110, 3, 5, 9, 14]
    found = chain(hourly(counts), counts, Limits())
    assert found.gains == [0, 10, 0, 2, 4, 5]
    assert found.marks[2] == Mark.BROKEN


def test_a_fall_among_the_newest_waits_for_what_follows() -> None:
    counts = [100, 110, 3, 5, 9]
    found = chain(hourly(counts), counts, Limits())
    assert found.gains == [0, 10]
    assert set(found.dropped) == {2, 3, 4}
    assert all(mark == Mark.FELL | Mark.OPEN for mark in found.dropped.values())


@pytest.mark.parametrize("wrong", range(1, MOST_WRONG + 1))
def test_up_to_three_wrong_figures_in_a_row_leave_no_trace(wrong: int) -> None:
    for odd in (4, 10_000):
        counts = [100, 110, *[odd] * wrong, 120, 130, 140, 150]
        found = chain(hourly(counts), counts, ONE_AN_HOUR)
        assert sum(found.gains) == 50
        assert set(found.dropped) == set(range(2, 2 + wrong))


def test_a_leap_is_found_out_by_what_follows_where_no_limit_is_known() -> None:
    assert gains([100, 110, 910, 120, 130]) == [0, 10, 10, 10]


def test_a_jump_that_stays_counts_and_says_so_until_it_is_accepted() -> None:
    counts = [100, 110, 5_000, 5_010, 5_020, 5_030]
    found = chain(hourly(counts), counts, ONE_AN_HOUR)
    assert found.gains == [0, 10, 4_890, 10, 10, 10]
    assert found.marks[2] == Mark.JUMP
    real = chain(hourly(counts), counts, ONE_AN_HOUR, accepted=[(HOUR_MS, 2 * HOUR_MS)])
    assert real.marks[2] == 0


def test_after_a_month_in_silence_much_may_have_been_counted() -> None:
    times = [0, HOUR_MS, 721 * HOUR_MS, 722 * HOUR_MS]
    found = chain(times, [0, 90, 60_000, 60_090], ONE_AN_HOUR)
    assert found.gains == [0, 90, 59_910, 90]
    assert set(found.marks) == {0}


@pytest.mark.parametrize("digits", range(2, 13))
def test_it_rolls_over_at_any_digit(digits: int) -> None:
    wraps = 10**digits
    counts = [wraps - 3, wraps - 1, 4, 9]
    found = chain(hourly(counts), counts, Limits(wraps=wraps))
    assert found.gains == [0, 2, 5, 5]
    assert found.marks[2] == Mark.ROLLOVER


def test_a_counter_of_32_bits_rolls_over_as_well() -> None:
    assert gains([2**32 - 1, 1, 2], Limits(wraps=2**32)) == [0, 2, 1]


def test_a_fall_to_nothing_is_no_rollover_where_that_much_cannot_have_been_counted() -> None:
    counts = [50_000, 50_010, 0, 5, 9, 14]
    assert gains(counts, Limits(wraps=100_000)) == [0, 10, 0, 5, 4, 5]
    limited = Limits(wraps=100_000, most_per_hour=49_000)
    assert gains(counts, limited) == [0, 10, 0, 5, 4, 5]


def test_a_zero_sent_by_mistake_near_the_end_of_the_digits_is_no_rollover() -> None:
    counts = [99_990, 99_991, 0, 99_993, 99_994]
    found = chain(hourly(counts), counts, Limits(wraps=100_000))
    assert sum(found.gains) == 4
    assert set(found.dropped) == {2}


def test_a_figure_of_a_person_is_always_believed() -> None:
    counts = [100, 110, 3, 5]
    found = chain(hourly(counts), counts, Limits(), stated={2})
    assert found.kept == [0, 1, 2, 3]
    assert found.marks[2] == Mark.BROKEN
    high = [100, 110, 9_000, 9_010]
    assert chain(hourly(high), high, ONE_AN_HOUR, stated={2}).gains == [0, 10, 8_890, 10]


def test_nothing_gives_nothing() -> None:
    assert chain([], [], Limits()).kept == []
